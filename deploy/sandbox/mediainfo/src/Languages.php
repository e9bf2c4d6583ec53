<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Languages\LanguageNameUtils;

/** The languages of captions, and those of monolingual texts; a real Wikibase knows some more of both. */
class Languages {

	/** Of texts alone: undetermined, uncoded, multiple and none, and some that MediaWiki is not translated to. */
	private const TEXTS = [ 'und', 'mis', 'mul', 'zxx', 'el-cy', 'en-au', 'en-in', 'enm', 'fr-ca', 'fro', 'non' ];
	/** Of captions alone: what is no language of its own, or has another code. */
	private const CAPTIONS = [ 'simple', 'de-formal', 'es-formal', 'hu-formal', 'nl-informal', 'zh-yue' ];

	/** @return string[] */
	public static function ofCaptions( LanguageNameUtils $names ): array {
		return array_map( 'strval', array_keys( $names->getLanguageNames() ) );
	}

	/** @return string[] */
	public static function ofTexts( LanguageNameUtils $names ): array {
		return array_merge( array_diff( self::ofCaptions( $names ), self::CAPTIONS ), self::TEXTS );
	}
}
