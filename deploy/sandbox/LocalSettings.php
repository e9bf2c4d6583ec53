<?php
/**
 * Settings of both sandbox wikis. The environment says which wiki this is:
 * SANDBOX_WIKI (its name), SANDBOX_DATA (its folder), SANDBOX_URL (the address it answers at),
 * SANDBOX_EXTENSIONS, SANDBOX_LUA (the interpreter) and SANDBOX_L10N (the folder of translated
 * messages, shared by all).
 */

$sandboxData = getenv( 'SANDBOX_DATA' );
[ $wgSitename, $wgMetaNamespace ] = [
	'commons' => [ 'Wikimedia Commons', 'Commons' ],
	'meta' => [ 'Meta-Wiki', 'Meta' ],
][ getenv( 'SANDBOX_WIKI' ) ];

// Addresses, as on Wikimedia's wikis.
$wgServer = getenv( 'SANDBOX_URL' );
$wgScriptPath = '/w';
$wgArticlePath = '/wiki/$1';
$wgNamespacesWithSubpages[NS_MAIN] = true;
// Cookies know no ports: without a name of its own, each wiki on this host would log people out of the others.
$wgCookiePrefix = 'wiki' . parse_url( $wgServer, PHP_URL_PORT );

// The other wiki, by its name: where it answers is known once both run.
$wgHooks['InterwikiLoadPrefix'][] = static function ( $prefix, &$data ) use ( $sandboxData ) {
	$addresses = json_decode( (string)@file_get_contents( "$sandboxData/../interwiki.json" ), true );
	if ( !isset( $addresses[$prefix] ) ) {
		return true;
	}
	$data = [
		'iw_prefix' => $prefix, 'iw_url' => $addresses[$prefix] . '/wiki/$1', 'iw_api' => '',
		'iw_wikiid' => '', 'iw_local' => 1, 'iw_trans' => 0,
	];
	return false;
};

// Storage. The installer has made these files and set them to write-ahead logging. Nothing in them is to outlive a loss
// of power: no change waits for the disk.
$wgDBtype = 'sqlite';
$wgDBname = 'wiki';
$wgSQLiteDataDir = "$sandboxData/db";
$wgDBservers = [ [
	'type' => $wgDBtype,
	'dbname' => $wgDBname,
	'variables' => [ 'synchronous' => 'OFF' ],
	'flags' => 0,
	'load' => 1,
] ];
$wgJobTypeConf['default'] = [
	'class' => JobQueueDB::class,
	'claimTTL' => 3600,
	'server' => [
		'type' => 'sqlite',
		'dbname' => 'wiki_jobqueue',
		'dbDirectory' => $wgSQLiteDataDir,
		'variables' => [ 'synchronous' => 'OFF' ],
		'tablePrefix' => '',
		'trxMode' => 'IMMEDIATE',
		'flags' => 0,
	],
];
$wgUploadDirectory = "$sandboxData/www/images";
$wgUploadPath = '/images';

// Caches live in the memory that the workers of one server share, and so start out empty.
$wgMainCacheType = CACHE_ACCEL;
$wgMainStash = CACHE_ACCEL;
$wgLocalisationCacheConf['store'] = 'array';
$wgLocalisationCacheConf['storeDirectory'] = getenv( 'SANDBOX_L10N' );

// What a change leaves to be done is done with it, and so is soon there. Not with what only
// reads: MediaWiki then opens transactions in which SQLite may refuse to write.
$wgJobRunRate = ( $_SERVER['REQUEST_METHOD'] ?? '' ) === 'POST' ? 10 : 0;

// People. Tests log in and edit faster than people do, but for a group that has limits.
$wgSecretKey = str_repeat( 'sandbox-', 8 );
$wgEnableEmail = false;
$wgRateLimits = [ 'edit' => [ 'limited' => [ 40, 60 ] ], 'upload' => [ 'limited' => [ 20, 60 ] ] ];
$wgGroupPermissions['limited']['read'] = true;
$wgPasswordAttemptThrottle = [];
$wgGroupPermissions['autopatrolled']['autopatrol'] = true;
$wgGroupPermissions['image-reviewer']['autopatrol'] = true;
// A level of protection that the bot may edit at and partners may not, as on Wikimedia's wikis.
$wgRestrictionLevels[] = 'templateeditor';
foreach ( [ 'bot', 'sysop' ] as $group ) {
	$wgGroupPermissions[$group]['templateeditor'] = true;
}
$wgGrantPermissions['editpage']['templateeditor'] = true;

// Files. Thumbnails are made when they are first asked for.
$wgEnableUploads = true;
$wgMaxUploadSize = 5 * 1024 ** 3;
array_push(
	$wgFileExtensions, 'tif', 'tiff', 'svg', 'pdf', 'djvu', 'ogg', 'oga', 'ogv', 'opus', 'wav', 'flac', 'mp3', 'mid',
	'webm', 'mpg', 'mpeg'
);
$wgUseImageMagick = false;
$wgSVGNativeRendering = true;
$wgGenerateThumbnailOnParse = false;

// Commons' namespaces for makers and institutions.
if ( getenv( 'SANDBOX_WIKI' ) === 'commons' ) {
	$wgExtraNamespaces = [ 100 => 'Creator', 101 => 'Creator_talk', 106 => 'Institution', 107 => 'Institution_talk' ];
}

// Uploads by URL: on Commons alone, from servers on this machine, and only by bots.
if ( getenv( 'SANDBOX_WIKI' ) === 'commons' ) {
	$wgAllowCopyUploads = true;
	$wgCopyUploadsDomains = [ '127.0.0.1' ];
	$wgCopyUploadTimeout = 20;
	$wgGroupPermissions['bot']['upload_by_url'] = true;
}

// Errors.
$wgShowExceptionDetails = true;
$wgDebugLogGroups = array_fill_keys(
	[ 'error', 'exception', 'fatal' ], "$sandboxData/mediawiki.log"
);

wfLoadSkin( 'Vector' );
$wgDefaultSkin = 'vector-2022';

// The wiki is installed with the same extensions, which gives them their tables.
wfLoadExtensions( explode( ',', getenv( 'SANDBOX_EXTENSIONS' ) ) );
$wgScribuntoEngineConf['luastandalone']['luaPath'] = getenv( 'SANDBOX_LUA' );
$wgBlacklistSettings = [ 'spam' => [ 'files' => [] ] ]; // MediaWiki:Spam-blacklist alone
$wgTitleBlacklistSources = [ [ 'type' => 'localpage', 'src' => 'MediaWiki:Titleblacklist' ] ];

// Captions and statements of files. Both wikis know the texts, for they share the folder of messages.
$wgMessagesDirs['SandboxMediaInfo'] = __DIR__ . '/mediainfo/i18n';
if ( getenv( 'SANDBOX_WIKI' ) === 'commons' ) {
	wfLoadExtension( 'SandboxMediaInfo', __DIR__ . '/mediainfo/extension.json' );
}
