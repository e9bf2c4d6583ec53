<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Content\Content;
use MediaWiki\Content\JsonContentHandler;
use MediaWiki\Content\Renderer\ContentParseParams;
use MediaWiki\Json\FormatJson;
use MediaWiki\Parser\ParserOutput;

/** Entities are changed through their API module alone, so people cannot edit their JSON. */
class MediaInfoHandler extends JsonContentHandler {

	public function __construct( string $model = MediaInfoContent::MODEL ) {
		parent::__construct( $model );
	}

	/** @inheritDoc */
	protected function getContentClass() {
		return MediaInfoContent::class;
	}

	/** @inheritDoc */
	public function supportsDirectEditing() {
		return false;
	}

	/** @inheritDoc */
	public function supportsDirectApiEditing() {
		return false;
	}

	/** @inheritDoc */
	protected function fillParserOutput(
		Content $content, ContentParseParams $cpoParams, ParserOutput &$parserOutput
	) {
		$entity = FormatJson::decode( $content->getText(), true );
		$parserOutput->setRawText( $cpoParams->getGenerateHtml() ? View::table( $entity ) : null );
	}
}
