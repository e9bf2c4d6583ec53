<?php

namespace Sandbox\MediaInfo;

use MediaWiki\MediaWikiServices;
use MediaWiki\Revision\SlotRecord;
use MediaWiki\Title\Title;

/** What tests say on pages of the wiki, and a real one knows otherwise. */
class Settings {

	/** A line an item: `Q7` there is none, `Q8 Q9` is a redirect. All others exist. */
	private const ITEMS = 'MediaWiki:Sandbox-items';
	/** A line an account that may not edit so often. */
	private const THROTTLED = 'MediaWiki:Sandbox-throttled';

	/** The item that this one is or redirects to; null if there is none. */
	public static function item( string $id ): ?string {
		foreach ( self::lines( self::ITEMS ) as $line ) {
			$words = explode( ' ', $line );
			if ( $words[0] === $id ) {
				return $words[1] ?? null;
			}
		}
		return $id;
	}

	/** Whether an account edits too often. */
	public static function throttled( string $user ): bool {
		return in_array( $user, self::lines( self::THROTTLED ), true );
	}

	/** @return string[] */
	private static function lines( string $page ): array {
		$revision = MediaWikiServices::getInstance()->getRevisionLookup()
			->getRevisionByTitle( Title::newFromText( $page ) );
		$text = $revision ? $revision->getContent( SlotRecord::MAIN )->getText() : '';
		return array_filter( array_map( 'trim', explode( "\n", $text ) ) );
	}
}
