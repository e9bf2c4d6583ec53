<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Api\ApiBase;
use MediaWiki\Api\ApiMain;
use MediaWiki\Api\ApiMessage;
use MediaWiki\CommentStore\CommentStoreComment;
use MediaWiki\Context\DerivativeContext;
use MediaWiki\Languages\LanguageNameUtils;
use MediaWiki\Message\Message;
use MediaWiki\Page\WikiPageFactory;
use MediaWiki\Permissions\PermissionManager;
use MediaWiki\Permissions\PermissionStatus;
use MediaWiki\Revision\RevisionLookup;
use MediaWiki\Revision\RevisionRecord;
use MediaWiki\Status\Status;
use MediaWiki\Storage\PageUpdater;
use UtfNormal\Validator;
use Wikimedia\ParamValidator\ParamValidator;
use Wikimedia\Rdbms\IDBAccessObject;
use WikiPage;

/** action=wbeditentity, for the entities of file pages that exist. */
class EditEntity extends ApiBase {

	/** Bytes of an entity's JSON. */
	private const LARGEST = 3000 * 1024;

	public function __construct(
		ApiMain $main,
		string $action,
		private readonly RevisionLookup $revisions,
		private readonly WikiPageFactory $pages,
		private readonly LanguageNameUtils $names,
		private readonly PermissionManager $permissions
	) {
		parent::__construct( $main, $action );
	}

	/** @inheritDoc */
	public function execute() {
		$params = $this->extractRequestParams();
		try {
			$this->edit( $this->page( $params ), $params );
		} catch ( Refused $refused ) {
			$text = Message::plaintextParam( $refused->getMessage() );
			$more = $refused instanceof Unsaved ? [ 'messages' => $refused->messages() ] : [];
			$this->dieWithError( [ 'rawmessage', $text ], $refused->apiCode, $more );
		}
	}

	private function page( array $params ): WikiPage {
		$this->requireOnlyOneParameter( $params, 'id', 'title' );
		if ( isset( $params['title'] ) ) {
			$this->requireAtLeastOneParameter( $params, 'site' );
			$page = $this->getTitleOrPageId( [ 'title' => $params['title'] ] );
		} else {
			if ( !preg_match( '/^M([1-9]\d{0,9})\z/i', $params['id'], $match ) ) {
				throw new Refused( 'invalid-entity-id', "The serialization \"{$params['id']}\" is not recognized" );
			}
			$page = $this->pages->newFromID( (int)$match[1], IDBAccessObject::READ_LATEST );
		}
		if ( !$page || !$page->exists() || !$page->getTitle()->inNamespace( NS_FILE ) ) {
			throw new Refused( 'no-such-entity', 'There is no such entity' );
		}
		return $page;
	}

	private function edit( WikiPage $page, array $params ): void {
		$id = "M{$page->getId()}";
		$updater = $page->newPageUpdater( $this->getUser() );
		$latest = $updater->grabParentRevision();
		$base = $this->base( $params, $latest );
		$old = Entity::ofRevision( $base );
		$changes = $this->changes( $params['data'], $id );
		$this->check( $changes, $old ?? [], $id );
		$this->requireRight( $page );

		$parts = Entity::patched( $params['clear'] ? [] : $old ?? [], $changes );
		if ( $base->getId() !== $latest->getId() ) {
			$parts = $this->merged( $old, $parts, $latest, $base );
		}
		$content = Entity::content( $id, $parts );
		$this->filter( $page, $content, $params['summary'] );
		$updater->setContent( Entity::SLOT, $content );
		$this->save( $updater, $params );
		$this->answer( $id, $parts, $updater, $latest );
	}

	private function base( array $params, RevisionRecord $latest ): RevisionRecord {
		if ( !$params['baserevid'] ) {
			return $latest;
		}
		$base = $this->revisions->getRevisionById( $params['baserevid'] );
		if ( !$base || $base->getPageId() !== $latest->getPageId() ) {
			throw new Refused( 'nosuchrevid', "No such revision found: {$params['baserevid']}" );
		}
		return $base;
	}

	/** The changes that the data asks for. What it has beside terms and claims is not looked at, `statements` neither. */
	private function changes( string $data, string $id ): array {
		$asked = json_decode( $data, true );
		if ( $asked === null ) {
			throw new Refused( 'invalid-json', 'Invalid json: The supplied JSON structure could not be parsed' );
		}
		if ( !is_array( $asked ) || ( $asked && array_is_list( $asked ) ) ) {
			throw new Refused( 'not-recognized-array', 'Top level structure must be a JSON object' );
		}
		if ( ( $asked['id'] ?? $id ) !== $id || ( $asked['type'] ?? 'mediainfo' ) !== 'mediainfo' ) {
			throw new Refused( 'param-invalid', 'Invalid field used in call: "id" and "type" must match' );
		}
		if ( isset( $asked['aliases'] ) || isset( $asked['sitelinks'] ) ) {
			throw new Refused( 'not-supported', 'MediaInfo cannot have aliases or sitelinks' );
		}
		return array_merge(
			$this->termChanges( $asked['labels'] ?? [], 'labels' ),
			$this->termChanges( $asked['descriptions'] ?? [], 'descriptions' ),
			Statements::changes( $asked['claims'] ?? [], $id )
		);
	}

	private function termChanges( $terms, string $group ): array {
		if ( !is_array( $terms ) ) {
			throw new Refused( 'not-recognized-array', "List of $group must be an array" );
		}
		$changes = [];
		foreach ( $terms as $key => $term ) {
			$language = $this->termLanguage( $term, $key );
			$remove = array_key_exists( 'remove', $term );
			if ( !$remove && !is_string( $term['value'] ?? null ) ) {
				throw new Refused( 'not-recognized-string', "A string was expected for $language and key 'value'" );
			}
			$value = $remove ? '' : self::trimmed( $term['value'] );
			$changes["$group/$language"] = $value === '' ? null : [ 'language' => $language, 'value' => $value ];
		}
		return $changes;
	}

	/** As Wikibase trims terms, in Unicode's NFC. */
	private static function trimmed( string $text ): string {
		$spaced = preg_replace( '/\p{Cc}+/u', ' ', $text );
		return Validator::cleanUp( preg_replace( '/^\p{Z}+|\p{Z}+$/u', '', $spaced ) );
	}

	private function termLanguage( $term, $key ): string {
		if ( !is_array( $term ) ) {
			throw new Refused( 'not-recognized-array', "An array was expected in the term for $key" );
		}
		if ( !isset( $term['language'] ) ) {
			throw new Refused( 'missing-language', "'language' was not found in term serialization for $key" );
		}
		if ( is_string( $key ) && $key !== $term['language'] ) {
			throw new Refused( 'inconsistent-language', "inconsistent language: $key" );
		}
		if ( !in_array( $term['language'], Languages::ofCaptions( $this->names ), true ) ) {
			throw new Refused( 'not-recognized-language', 'Unknown language: ' . json_encode( $term['language'] ) );
		}
		return $term['language'];
	}

	private function requireRight( WikiPage $page ): void {
		$status = $this->permissions->getPermissionStatus( 'edit', $this->getUser(), $page->getTitle() );
		if ( !$status->isOK() ) {
			// Its own code comes first, and then those that the same edit of the page's text would have got.
			$denied = PermissionStatus::newEmpty();
			$denied->fatal( ApiMessage::create( 'apierror-permissiondenied-generic', 'permissiondenied' ) );
			$this->dieStatus( $denied->merge( $status ) );
		}
		if ( $this->getUser()->pingLimiter( 'edit' ) ) {
			throw new Unsaved( Status::newFatal( 'actionthrottledtext' ) );
		}
	}

	/** What edit filters say, and whether it is too large. */
	private function filter( WikiPage $page, MediaInfoContent $content, string $summary ): void {
		if ( $content->getSize() > self::LARGEST ) {
			throw new Unsaved( Status::newFatal( 'wikibase-error-entity-too-big', Message::sizeParam( self::LARGEST ) ) );
		}
		$context = new DerivativeContext( $this->getContext() );
		$context->setTitle( $page->getTitle() );
		$context->setWikiPage( $page );
		$status = Status::newGood();
		$this->getHookContainer()->run(
			'EditFilterMergedContent', [ $context, $content, $status, $summary, $this->getUser(), false ]
		);
		if ( !$status->isOK() ) {
			throw new Unsaved( $status );
		}
	}

	private function check( array $changes, array $old, string $id ): void {
		foreach ( $changes as $key => $part ) {
			[ $group ] = explode( '/', $key, 2 );
			if ( $group === 'statements' ) {
				$this->checkStatement( $key, $part, $old[$key] ?? null, $id );
			} elseif ( $part !== null ) {
				Values::text( $part['value'], Values::LONGEST_TERM );
			}
		}
	}

	private function checkStatement( string $key, ?array $statement, ?array $old, string $id ): void {
		if ( !preg_match( '!^statements/' . $id . '\$[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\z!i', $key ) ) {
			throw new Refused( 'modification-failed', 'Statement GUID invalid for given entity' );
		}
		if ( $statement === null && $old === null ) {
			throw new Refused( 'modification-failed', 'Entity does not have a statement with this GUID' );
		}
		if ( $statement === null ) {
			return;
		}
		if ( $old !== null && $old['mainsnak']['property'] !== $statement['mainsnak']['property'] ) {
			throw new Refused( 'modification-failed', 'A claim cannot change its property' );
		}
		foreach ( Statements::snaks( $statement ) as $snak ) {
			Values::check( $snak, Languages::ofTexts( $this->names ) );
		}
	}

	private function merged( ?array $old, array $parts, RevisionRecord $latest, RevisionRecord $base ): array {
		$current = Entity::ofRevision( $latest );
		if ( $old === null && $current !== null ) {
			throw new Refused( 'internal_api_error_Wikibase\Lib\Store\BadRevisionException', 'Exception caught.' );
		}
		return Entity::merge( $old ?? [], $parts, $current ?? [], $this->own( $latest, $base ) );
	}

	private function own( RevisionRecord $revision, RevisionRecord $base ): bool {
		while ( $revision && $revision->getId() > $base->getId() ) {
			if ( !$this->getUser()->equals( $revision->getUser( RevisionRecord::RAW ) ) ) {
				return false;
			}
			$revision = $this->revisions->getPreviousRevision( $revision );
		}
		return true;
	}

	private function save( PageUpdater $updater, array $params ): void {
		$summary = "/* wbeditentity-update:0| */ {$params['summary']}";
		$bot = $params['bot'] && $this->getAuthority()->isAllowed( 'bot' );
		$updater->saveRevision(
			CommentStoreComment::newUnsavedComment( trim( $summary ) ), EDIT_UPDATE | ( $bot ? EDIT_FORCE_BOT : 0 )
		);
		$status = $updater->getStatus();
		if ( !$status->isOK() ) {
			throw $status->hasMessage( 'edit-conflict' ) ?
				new Refused( 'editconflict', (string)$status ) : new Unsaved( Status::wrap( $status ) );
		}
	}

	private function answer( string $id, array $parts, PageUpdater $updater, RevisionRecord $latest ): void {
		$created = $updater->wasRevisionCreated();
		$entity = GetEntities::asResult( Entity::json( $id, $parts ) );
		$entity['lastrevid'] = ( $created ? $updater->getNewRevision() : $latest )->getId();
		$this->getResult()->addValue( null, 'entity', $entity + ( $created ? [] : [ 'nochange' => true ] ) );
		$this->getResult()->addValue( null, 'success', 1 );
	}

	/** @inheritDoc */
	public function needsToken() {
		return 'csrf';
	}

	/** @inheritDoc */
	public function isWriteMode() {
		return true;
	}

	/** @inheritDoc */
	protected function getAllowedParams() {
		return [
			'id' => [ ParamValidator::PARAM_TYPE => 'string' ],
			'site' => [ ParamValidator::PARAM_TYPE => GetEntities::SITES ],
			'title' => [ ParamValidator::PARAM_TYPE => 'string' ],
			'baserevid' => [ ParamValidator::PARAM_TYPE => 'integer' ],
			'summary' => [ ParamValidator::PARAM_TYPE => 'string', ParamValidator::PARAM_DEFAULT => '' ],
			'bot' => false,
			'data' => [ ParamValidator::PARAM_TYPE => 'text', ParamValidator::PARAM_REQUIRED => true ],
			'clear' => false,
		];
	}
}
