<?php
/**
 * Makes the sandbox's accounts in one go. Reads from standard input a JSON object with
 * "accounts" (a list of name, password, groups) and "bot" (name, appId, secret, grants).
 */

use MediaWiki\Auth\AuthManager;
use MediaWiki\User\BotPassword;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class SandboxAccounts extends Maintenance {
	public function execute() {
		$wanted = json_decode( stream_get_contents( STDIN ), true, 512, JSON_THROW_ON_ERROR );
		foreach ( $wanted['accounts'] as $account ) {
			$this->createAccount( $account['name'], $account['password'], $account['groups'] );
		}
		$this->createBotPassword( $wanted['bot'] );
	}

	private function createAccount( string $name, string $password, array $groups ): void {
		$services = $this->getServiceContainer();
		$user = $services->getUserFactory()->newFromName( $name );
		$this->require( $services->getAuthManager()->autoCreateUser(
			$user, AuthManager::AUTOCREATE_SOURCE_MAINT, false
		) );
		$services->getUserGroupManager()->addUserToMultipleGroups( $user, $groups );
		$this->require( $user->changeAuthenticationData(
			[ 'username' => $name, 'password' => $password, 'retype' => $password ]
		) );
	}

	private function createBotPassword( array $bot ): void {
		$botPassword = BotPassword::newUnsaved(
			[ 'username' => $bot['name'], 'appId' => $bot['appId'], 'grants' => $bot['grants'] ]
		);
		$secret = $this->getServiceContainer()->getPasswordFactory()
			->newFromPlaintext( $bot['secret'] );
		$this->require( $botPassword->save( 'insert', $secret ) );
	}

	private function require( StatusValue $status ): void {
		if ( !$status->isGood() ) {
			$this->fatalError( (string)$status );
		}
	}
}

$maintClass = SandboxAccounts::class;
require_once RUN_MAINTENANCE_IF_MAIN;
