<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Html\Html;

/** An entity as a table for people to look at, with Wikidata's identifiers for names. */
class View {

	public static function table( array $entity ): string {
		$rows = '';
		foreach ( $entity['labels'] as $language => $term ) {
			$rows .= self::row( Html::element( 'code', [], $language ), htmlspecialchars( $term['value'] ) );
		}
		foreach ( $entity['statements'] as $property => $statements ) {
			$said = implode( '<br>', array_map( [ self::class, 'statement' ], $statements ) );
			$rows .= self::row( self::link( $property ), $said );
		}
		return Html::rawElement( 'table', [ 'class' => 'wikitable' ], $rows );
	}

	private static function row( string $name, string $said ): string {
		return Html::rawElement( 'tr', [], Html::rawElement( 'th', [], $name ) . Html::rawElement( 'td', [], $said ) );
	}

	private static function statement( array $statement ): string {
		$said = self::value( $statement['mainsnak'] ) . self::snaks( $statement['qualifiers'] ?? [] );
		foreach ( $statement['references'] ?? [] as $reference ) {
			$said .= Html::rawElement( 'small', [], self::snaks( $reference['snaks'] ) );
		}
		return $said;
	}

	private static function snaks( array $grouped ): string {
		$said = '';
		foreach ( array_merge( ...array_values( $grouped ) ) as $snak ) {
			$said .= ' · ' . self::link( $snak['property'] ) . ': ' . self::value( $snak );
		}
		return $said;
	}

	private static function value( array $snak ): string {
		if ( $snak['snaktype'] !== 'value' ) {
			return Html::element( 'i', [], $snak['snaktype'] );
		}
		$value = $snak['datavalue']['value'];
		return match ( $snak['datavalue']['type'] ) {
			'wikibase-entityid' => self::link( $value['id'] ),
			'time' => htmlspecialchars( "{$value['time']}/{$value['precision']}" ),
			'globecoordinate' => htmlspecialchars( "{$value['latitude']}, {$value['longitude']}" ),
			'monolingualtext' => Html::element( 'span', [ 'lang' => $value['language'] ], $value['text'] ),
			default => htmlspecialchars( $value ),
		};
	}

	private static function link( string $id ): string {
		$page = $id[0] === 'P' ? "Property:$id" : $id;
		return Html::element( 'a', [ 'href' => "https://www.wikidata.org/wiki/$page", 'class' => 'extiw' ], $id );
	}
}
