<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Hook\MediaWikiServicesHook;
use MediaWiki\User\Hook\PingLimiterHook;
use MediaWiki\Revision\SlotRoleRegistry;

/** Gives file pages a second slot, as WikibaseMediaInfo does; lets tests throttle an account. */
class Hooks implements MediaWikiServicesHook, PingLimiterHook {

	/** @inheritDoc */
	public function onMediaWikiServices( $services ) {
		$services->addServiceManipulator( 'SlotRoleRegistry', static function ( SlotRoleRegistry $registry ) {
			$registry->defineRoleWithModel( Entity::SLOT, MediaInfoContent::MODEL );
		} );
	}

	/** @inheritDoc */
	public function onPingLimiter( $user, $action, &$result, $incrBy ) {
		if ( $action === 'edit' && Settings::throttled( $user->getName() ) ) {
			$result = true;
			return false;
		}
		return true;
	}
}
