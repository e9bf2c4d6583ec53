<?php

namespace Sandbox\MediaInfo;

/**
 * Statements as the API takes them (Wikibase JSON data model), brought into the form in which it answers. Whatever
 * is not of a statement's form is refused as invalid-claim; values are looked at by Values.
 */
class Statements {

	private const RANKS = [ 'preferred', 'normal', 'deprecated' ];
	private const SNAKS = [ 'value', 'somevalue', 'novalue' ];

	/**
	 * The changes that a list of claims asks for: parts by their keys, null for those to be removed.
	 *
	 * @param mixed $claims A list, or lists by property
	 * @param string $id The entity's
	 * @return array
	 * @throws Refused not-recognized-array, invalid-claim
	 */
	public static function changes( $claims, string $id ): array {
		self::requireArray( $claims );
		if ( !array_is_list( $claims ) ) {
			array_walk( $claims, [ self::class, 'requireArray' ] );
			$claims = array_merge( ...array_values( array_map( 'array_values', $claims ) ) );
		}
		$changes = [];
		foreach ( $claims as $claim ) {
			if ( is_array( $claim ) && array_key_exists( 'remove', $claim ) ) {
				$changes['statements/' . self::need( $claim, 'id' )] = null;
			} else {
				$statement = self::statement( $claim, $id );
				$changes["statements/{$statement['id']}"] = $statement;
			}
		}
		return $changes;
	}

	/** All snaks of a statement: the main one, the qualifiers, those of its references. */
	public static function snaks( array $statement ): array {
		$lists = array_merge(
			array_values( $statement['qualifiers'] ?? [] ),
			...array_map( static fn ( $reference ) => array_values( $reference['snaks'] ), $statement['references'] ?? [] )
		);
		return array_merge( [ $statement['mainsnak'] ], ...$lists );
	}

	/** Lists may be asked for as they are, or by property. */
	private static function requireArray( $claims ): void {
		if ( !is_array( $claims ) ) {
			throw new Refused( 'not-recognized-array', 'List of claims must be an array' );
		}
	}

	private static function statement( $claim, string $id ): array {
		$type = self::need( $claim, 'type' );
		if ( $type !== 'statement' && $type !== 'claim' ) {
			throw self::invalid( 'Type "' . json_encode( $type ) . '" is unknown' );
		}
		$statement = [ 'mainsnak' => self::snak( self::need( $claim, 'mainsnak' ) ), 'type' => 'statement' ];
		if ( $claim['qualifiers'] ?? [] ) {
			$statement['qualifiers'] = self::grouped( $claim['qualifiers'] );
			$statement['qualifiers-order'] = array_keys( $statement['qualifiers'] );
		}
		$statement['id'] = $claim['id'] ?? self::guid( $id );
		$statement['rank'] = $claim['rank'] ?? 'normal';
		if ( !in_array( $statement['rank'], self::RANKS, true ) || !is_string( $statement['id'] ) ) {
			throw self::invalid( 'The rank or the id is not valid' );
		}
		if ( $claim['references'] ?? [] ) {
			self::requireList( $claim['references'], 'references' );
			$statement['references'] = array_map( [ self::class, 'reference' ], array_values( $claim['references'] ) );
		}
		return $statement;
	}

	private static function reference( $reference ): array {
		$snaks = self::grouped( self::need( $reference, 'snaks' ) );
		return [ 'hash' => self::hash( $snaks ), 'snaks' => $snaks, 'snaks-order' => array_keys( $snaks ) ];
	}

	/** Snaks by their property, given so or as a list. */
	private static function grouped( $snaks ): array {
		self::requireList( $snaks, 'snaks' );
		$grouped = [];
		foreach ( $snaks as $property => $given ) {
			self::requireList( $given, 'snaks' );
			foreach ( is_int( $property ) ? [ $given ] : $given as $one ) {
				$snak = self::snak( $one );
				if ( is_string( $property ) && $snak['property'] !== $property ) {
					throw self::invalid( "A snak of {$snak['property']} cannot be among those of $property" );
				}
				$grouped[$snak['property']][] = $snak;
			}
		}
		return $grouped;
	}

	private static function snak( $given ): array {
		$snak = [ 'snaktype' => self::need( $given, 'snaktype' ), 'property' => self::need( $given, 'property' ) ];
		if ( !in_array( $snak['snaktype'], self::SNAKS, true ) ) {
			throw self::invalid( 'Type "' . json_encode( $snak['snaktype'] ) . '" is unsupported' );
		}
		if ( !is_string( $snak['property'] ) || !preg_match( '/^P[1-9]\d{0,9}\z/', $snak['property'] ) ) {
			throw self::invalid( json_encode( $snak['property'] ) . ' is not a valid property ID' );
		}
		$value = $snak['snaktype'] === 'value' ? [ 'datavalue' => Values::full( self::need( $given, 'datavalue' ) ) ] : [];
		return $snak + [ 'hash' => self::hash( $snak + $value ) ] + $value;
	}

	private static function need( $array, string $name ) {
		if ( !is_array( $array ) || !array_key_exists( $name, $array ) ) {
			throw self::invalid( "Attribute \"$name\" is missing" );
		}
		return $array[$name];
	}

	private static function requireList( $value, string $name ): void {
		if ( !is_array( $value ) ) {
			throw self::invalid( "The $name serialization should be an array" );
		}
	}

	private static function invalid( string $why ): Refused {
		return new Refused( 'invalid-claim', $why );
	}

	private static function hash( array $of ): string {
		return sha1( json_encode( $of ) );
	}

	private static function guid( string $id ): string {
		$hex = strtoupper( bin2hex( random_bytes( 16 ) ) );
		$hex[12] = '4';
		$hex[16] = '89AB'[random_int( 0, 3 )];
		return $id . '$' . preg_replace( '/^(.{8})(.{4})(.{4})(.{4})(.{12})$/', '$1-$2-$3-$4-$5', $hex );
	}
}
