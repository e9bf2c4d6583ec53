<?php

namespace Sandbox\MediaInfo;

/**
 * What Wikidata's properties take. Values are refused as modification-failed, as a Wikibase's validators do; lengths
 * are those of Wikimedia's wikis.
 */
class Values {

	public const LONGEST_TERM = 250;
	private const LONGEST = 1500;
	private const ENTITIES = 'http://www.wikidata.org/entity/';

	/** Properties of Wikidata and their data types. */
	private const PROPERTIES = [
		'P137' => 'wikibase-item',
		'P170' => 'wikibase-item',
		'P180' => 'wikibase-item',
		'P195' => 'wikibase-item',
		'P217' => 'string',
		'P248' => 'wikibase-item',
		'P275' => 'wikibase-item',
		'P518' => 'wikibase-item',
		'P571' => 'time',
		'P813' => 'time',
		'P854' => 'url',
		'P921' => 'wikibase-item',
		'P973' => 'url',
		'P1071' => 'wikibase-item',
		'P1163' => 'string',
		'P1259' => 'globe-coordinate',
		'P1319' => 'time',
		'P1326' => 'time',
		'P1476' => 'monolingualtext',
		'P1480' => 'wikibase-item',
		'P1774' => 'wikibase-item',
		'P1775' => 'wikibase-item',
		'P1776' => 'wikibase-item',
		'P1777' => 'wikibase-item',
		'P1779' => 'wikibase-item',
		'P1780' => 'wikibase-item',
		'P1877' => 'wikibase-item',
		'P2093' => 'string',
		'P2699' => 'url',
		'P3831' => 'wikibase-item',
		'P5102' => 'wikibase-item',
		'P6216' => 'wikibase-item',
		'P6243' => 'wikibase-item',
		'P7482' => 'wikibase-item',
		'P9149' => 'globe-coordinate',
	];

	/** The type of value that each data type takes. */
	private const TYPES = [
		'globe-coordinate' => 'globecoordinate',
		'monolingualtext' => 'monolingualtext',
		'string' => 'string',
		'time' => 'time',
		'url' => 'string',
		'wikibase-item' => 'wikibase-entityid',
	];

	/** A value with those of its fields that may be left out. One that makes no sense stays for `check` to refuse. */
	public static function full( $datavalue ) {
		$value = $datavalue['value'] ?? null;
		if ( !is_array( $value ) ) {
			return $datavalue;
		}
		switch ( $datavalue['type'] ?? null ) {
			case 'wikibase-entityid':
				$number = $value['numeric-id'] ?? null;
				$id = $value['id'] ?? ( is_int( $number ) ? "Q$number" : '' );
				$number = is_string( $id ) ? (int)substr( $id, 1 ) : 0;
				$full = [ 'entity-type' => 'item', 'numeric-id' => $number, 'id' => $id ];
				break;
			case 'globecoordinate':
				$names = [ 'latitude', 'longitude', 'altitude', 'precision', 'globe' ];
				$full = array_merge( array_fill_keys( $names, null ), $value );
				$full['globe'] ??= self::ENTITIES . 'Q2';
				break;
			default:
				$full = $value;
		}
		return [ 'value' => $full, 'type' => $datavalue['type'] ?? null ];
	}

	/**
	 * @param array $snak
	 * @param string[] $languages Of monolingual text
	 * @throws Refused modification-failed
	 */
	public static function check( array $snak, array $languages ): void {
		$type = self::PROPERTIES[$snak['property']] ?? null;
		self::require( $type !== null, "Property {$snak['property']} not found!" );
		if ( $snak['snaktype'] !== 'value' ) {
			return;
		}
		$given = $snak['datavalue']['type'] ?? null;
		$expected = self::TYPES[$type];
		self::require( is_string( $given ) && isset( $snak['datavalue']['value'] ), 'Bad snak value' );
		self::require( $given === $expected, "Bad value type: $given, expected $expected" );
		$value = $snak['datavalue']['value'];
		match ( $type ) {
			'string' => self::text( $value ),
			'url' => self::url( $value ),
			'time' => self::time( $value ),
			'wikibase-item' => self::item( $value ),
			'globe-coordinate' => self::coordinate( $value ),
			'monolingualtext' => self::monolingual( $value, $languages ),
		};
	}

	/** A text of one line, without spaces around it. */
	public static function text( $value, int $longest = self::LONGEST ): void {
		self::require( is_string( $value ), 'Bad snak value: not a string' );
		self::require( $value !== '', 'Must be at least 1 character long' );
		self::require( mb_strlen( $value ) <= $longest, "Must be no more than $longest characters long" );
		self::require( !preg_match( '/^\s|[\v\t]|\s$/u', $value ), 'Malformed input: ' . $value );
	}

	private static function url( $value ): void {
		self::match( '!^(?:https?|ftp)://[^/?#]+.*\z!iu', $value );
		self::require( !preg_match( '/[][<>"\x00-\x20\x7F\p{Zs}\x{FFFD}]/u', $value ), "Malformed URL: $value" );
		self::require( mb_strlen( $value ) <= self::LONGEST, 'Must be no more than 1500 characters long' );
	}

	private static function time( $value ): void {
		$numbers = [ 'timezone', 'before', 'after', 'precision' ];
		foreach ( $numbers as $name ) {
			self::require( is_int( $value[$name] ?? null ), "Bad snak value: $name is not an integer" );
		}
		self::match( '/^[-+]\d{4,16}-(?:0\d|1[012])-(?:[012]\d|3[01])T00:00:00Z\z/', $value['time'] ?? null );
		self::require( $value['precision'] >= 0 && $value['precision'] <= 11, 'The precision is out of range' );
		self::entity( $value['calendarmodel'] ?? null );
	}

	private static function item( $value ): void {
		self::match( '/^Q[1-9]\d{0,9}\z/', $value['id'] ?? null );
		self::require( $value['numeric-id'] <= 2147483647, 'Bad snak value: there are no such items' );
		self::require( Settings::item( $value['id'] ) !== null, "Item {$value['id']} not found" );
	}

	private static function coordinate( $value ): void {
		foreach ( [ 'latitude', 'longitude' ] as $name ) {
			$number = $value[$name] ?? null;
			self::require( is_int( $number ) || is_float( $number ), "Bad snak value: $name is not a number" );
			self::require( abs( $number ) <= 360, "Bad snak value: $name is out of range" );
		}
		self::require( is_int( $value['precision'] ) || is_float( $value['precision'] ), 'Bad type: precision' );
		self::entity( $value['globe'] );
	}

	private static function monolingual( $value, array $languages ): void {
		self::text( $value['text'] ?? null );
		self::require( in_array( $value['language'] ?? null, $languages, true ), 'Not a known language' );
	}

	private static function entity( $address ): void {
		self::match( '!^' . self::ENTITIES . '!', $address );
	}

	private static function match( string $pattern, $text ): void {
		$right = is_string( $text ) && preg_match( $pattern, $text );
		self::require( $right, 'Bad snak value: ' . json_encode( $text ) );
	}

	private static function require( bool $right, string $why ): void {
		if ( !$right ) {
			throw new Refused( 'modification-failed', $why );
		}
	}
}
