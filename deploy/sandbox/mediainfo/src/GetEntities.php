<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Api\ApiBase;
use MediaWiki\Api\ApiMain;
use MediaWiki\Api\ApiResult;
use MediaWiki\Message\Message;
use MediaWiki\Page\WikiPageFactory;
use MediaWiki\Revision\RevisionLookup;
use MediaWiki\Title\Title;
use Wikimedia\ParamValidator\ParamValidator;

/** action=wbgetentities, for the entities of file pages. */
class GetEntities extends ApiBase {

	/** Wikis that titles may be of; they are looked up on this one. */
	public const SITES = [ 'commonswiki' ];
	private const TERMS = [ 'labels', 'descriptions' ];

	public function __construct(
		ApiMain $main,
		string $action,
		private readonly RevisionLookup $revisions,
		private readonly WikiPageFactory $pages
	) {
		parent::__construct( $main, $action );
	}

	/** An entity's JSON as a part of an answer: no captions are `{}`, no statements `[]`. */
	public static function asResult( array $entity ): array {
		foreach ( self::TERMS as $group ) {
			if ( isset( $entity[$group] ) ) {
				ApiResult::setArrayType( $entity[$group], 'assoc' );
			}
		}
		return $entity;
	}

	/** @inheritDoc */
	public function execute() {
		$params = $this->extractRequestParams();
		if ( !$params['ids'] && !( $params['sites'] && $params['titles'] ) ) {
			$this->refuse( 'param-missing', 'Either provide the ids, or pairs of sites and titles' );
		}
		foreach ( $params['ids'] ?? [] as $id ) {
			if ( !preg_match( '/^([MQ])([1-9]\d{0,9})\z/i', $id, $match ) || $match[2] > 2147483647 ) {
				$this->refuse( 'no-such-entity', "Could not find an entity with the ID \"$id\"." );
			}
			if ( strtoupper( $match[1] ) === 'Q' ) {
				$this->addItem( strtoupper( $id ), $params['redirects'] === 'yes' );
			} else {
				$this->add( (int)$match[2], $params['props'] );
			}
		}
		$missing = 0;
		foreach ( $params['titles'] ?? [] as $text ) {
			$title = Title::newFromText( $text );
			if ( $title && $title->inNamespace( NS_FILE ) && $title->exists() ) {
				$this->add( $title->getArticleID(), $params['props'] );
			} else {
				$entry = [ 'site' => self::SITES[0], 'title' => $text, 'missing' => '' ];
				$this->getResult()->addValue( 'entities', (string)--$missing, $entry );
			}
		}
		$this->getResult()->addArrayType( 'entities', 'assoc' );
		$this->getResult()->addValue( null, 'success', 1 );
	}

	private function add( int $pageId, array $props ): void {
		$id = "M$pageId";
		$page = $this->pages->newFromID( $pageId );
		$revision = $page ? $this->revisions->getRevisionById( $page->getLatest() ) : null;
		$parts = $revision ? Entity::ofRevision( $revision ) : null;
		if ( $parts === null ) {
			$this->getResult()->addValue( 'entities', $id, [ 'id' => $id, 'missing' => '' ], ApiResult::OVERRIDE );
			return;
		}
		$info = [
			'pageid' => $pageId,
			'ns' => NS_FILE,
			'title' => $page->getTitle()->getPrefixedText(),
			'lastrevid' => $revision->getId(),
			'modified' => wfTimestamp( TS_ISO_8601, $revision->getTimestamp() ),
		];
		$entity = array_diff_key( Entity::json( $id, $parts ), array_flip( array_diff( self::TERMS, $props ) ) );
		$record = ( in_array( 'info', $props ) ? $info : [] ) + self::asResult( $entity );
		$this->getResult()->addValue( 'entities', $id, $record, ApiResult::OVERRIDE );
	}

	/** An item, of which nothing is known but its id: under the one that was asked for, if it is a redirect's. */
	private function addItem( string $id, bool $follow ): void {
		$found = Settings::item( $id );
		$record = [ 'type' => 'item', 'id' => $found ];
		if ( $found === null || ( $found !== $id && !$follow ) ) {
			$record = [ 'id' => $id, 'missing' => '' ];
		} elseif ( $found !== $id ) {
			$record['redirects'] = [ 'from' => $id, 'to' => $found ];
		}
		$this->getResult()->addValue( 'entities', $id, $record, ApiResult::OVERRIDE );
	}

	private function refuse( string $code, string $why ): void {
		$this->dieWithError( [ 'rawmessage', Message::plaintextParam( $why ) ], $code );
	}

	/** @inheritDoc */
	protected function getAllowedParams() {
		return [
			'ids' => [ ParamValidator::PARAM_TYPE => 'string', ParamValidator::PARAM_ISMULTI => true ],
			'sites' => [ ParamValidator::PARAM_TYPE => self::SITES, ParamValidator::PARAM_ISMULTI => true ],
			'titles' => [ ParamValidator::PARAM_TYPE => 'string', ParamValidator::PARAM_ISMULTI => true ],
			'redirects' => [ ParamValidator::PARAM_TYPE => [ 'yes', 'no' ], ParamValidator::PARAM_DEFAULT => 'yes' ],
			'props' => [
				ParamValidator::PARAM_TYPE => [
					'info', 'sitelinks', 'sitelinks/urls', 'aliases', 'labels', 'descriptions', 'claims', 'datatype'
				],
				ParamValidator::PARAM_ISMULTI => true,
				ParamValidator::PARAM_DEFAULT => 'info|sitelinks|aliases|labels|descriptions|claims|datatype',
			],
		];
	}
}
