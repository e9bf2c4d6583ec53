<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Hook\MediaWikiServicesHook;
use MediaWiki\Revision\SlotRoleRegistry;

/** Gives file pages a second slot, as WikibaseMediaInfo does. */
class Hooks implements MediaWikiServicesHook {

	/** @inheritDoc */
	public function onMediaWikiServices( $services ) {
		$services->addServiceManipulator( 'SlotRoleRegistry', static function ( SlotRoleRegistry $registry ) {
			$registry->defineRoleWithModel( Entity::SLOT, MediaInfoContent::MODEL );
		} );
	}
}
