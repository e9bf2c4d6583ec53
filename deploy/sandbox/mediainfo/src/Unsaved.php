<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Status\Status;

/** An edit that was right and is not saved: `failed-save`, with the reasons as `messages`. */
class Unsaved extends Refused {

	public function __construct( public readonly Status $status ) {
		parent::__construct( 'failed-save', $status->getMessage( false, false, 'en' )->text() );
	}

	/** The reasons as Wikibase's errors name them. */
	public function messages(): array {
		return array_map( static fn ( $message ) => [
			'name' => $message->getKey(),
			'parameters' => [],
			'html' => [ '*' => wfMessage( $message )->inLanguage( 'en' )->parse() ],
		], $this->status->getMessages() );
	}
}
