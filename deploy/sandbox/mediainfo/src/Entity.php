<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Json\FormatJson;
use MediaWiki\Revision\RevisionRecord;

/**
 * An entity as a flat list of its parts, each of which is changed as a whole: "labels/sv", "descriptions/sv"
 * and "statements/M12$…" (the statement's GUID). Edits and conflicts are about such parts.
 */
class Entity {

	public const SLOT = 'mediainfo';

	/** The parts in a revision of a file page, or null if it has no entity. */
	public static function ofRevision( RevisionRecord $revision ): ?array {
		if ( !$revision->hasSlot( self::SLOT ) ) {
			return null;
		}
		$content = $revision->getContent( self::SLOT );
		return self::parts( FormatJson::decode( $content->getText(), true ) );
	}

	/** The parts as the JSON data model has them; an empty list of statements is `[]`, as WikibaseMediaInfo says it. */
	public static function json( string $id, array $parts ): array {
		$entity = [ 'type' => 'mediainfo', 'id' => $id, 'labels' => [], 'descriptions' => [], 'statements' => [] ];
		foreach ( $parts as $key => $part ) {
			[ $group, $name ] = explode( '/', $key, 2 );
			if ( $group === 'statements' ) {
				$entity[$group][$part['mainsnak']['property']][] = $part;
			} else {
				$entity[$group][$name] = $part;
			}
		}
		return $entity;
	}

	/** What the slot holds for these parts. */
	public static function content( string $id, array $parts ): MediaInfoContent {
		return new MediaInfoContent( FormatJson::encode( self::json( $id, $parts ), false, FormatJson::ALL_OK ) );
	}

	/**
	 * Wikibase's way with an edit whose base is not the latest revision: what it changes is done to the latest
	 * one, unless somebody changed the same since. Changes of a user who has made all edits since the base are
	 * done as far as they can be.
	 *
	 * @param array $base
	 * @param array $wanted What the edit makes of the base
	 * @param array $latest
	 * @param bool $own Whether all edits since the base are by the same user
	 * @return array
	 * @throws Refused editconflict
	 */
	public static function merge( array $base, array $wanted, array $latest, bool $own ): array {
		$patch = $clean = [];
		foreach ( array_keys( $base + $wanted ) as $key ) {
			$old = $base[$key] ?? null;
			$new = $wanted[$key] ?? null;
			if ( $old !== $new ) {
				$patch[$key] = $new;
				if ( ( $latest[$key] ?? null ) === $old ) {
					$clean[$key] = $new;
				}
			}
		}
		if ( count( $clean ) !== count( $patch ) && ( !$own || !$clean ) ) {
			throw new Refused( 'editconflict', 'Edit conflict.' );
		}
		return self::patched( $latest, $clean );
	}

	/** The parts with some set and some (those that are null) removed. */
	public static function patched( array $parts, array $changes ): array {
		return array_filter( array_merge( $parts, $changes ), static fn ( $part ) => $part !== null );
	}

	private static function parts( array $json ): array {
		$parts = [];
		foreach ( [ 'labels', 'descriptions' ] as $group ) {
			foreach ( $json[$group] as $language => $term ) {
				$parts["$group/$language"] = $term;
			}
		}
		foreach ( array_merge( ...array_values( $json['statements'] ) ) as $statement ) {
			$parts["statements/{$statement['id']}"] = $statement;
		}
		return $parts;
	}
}
