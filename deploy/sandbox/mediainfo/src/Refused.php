<?php

namespace Sandbox\MediaInfo;

use Exception;

/** A request that cannot be done; `apiCode` is the API's error code, the message says why. */
class Refused extends Exception {

	public function __construct( public readonly string $apiCode, string $why ) {
		parent::__construct( $why );
	}
}
