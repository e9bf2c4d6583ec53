<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Content\JsonContent;

/** What the slot holds: an entity as JSON. */
class MediaInfoContent extends JsonContent {

	public const MODEL = 'wikibase-mediainfo';

	public function __construct( string $text ) {
		parent::__construct( $text, self::MODEL );
	}
}
