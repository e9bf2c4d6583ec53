<?php
/**
 * Routes the requests to one wiki like Wikimedia's servers do. The document root holds `w`
 * (the code) and `images` (the wiki's files), which PHP's built-in server handles itself.
 */

$path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
if ( preg_match( '#^/w/\w+\.php(/|$)#', $path ) || is_file( $_SERVER['DOCUMENT_ROOT'] . $path ) ) {
	return false;
}

$script = str_starts_with( $path, '/images/thumb/' ) ? 'thumb_handler.php' : 'index.php';
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = "/w/$script";
$_SERVER['SCRIPT_FILENAME'] = "{$_SERVER['DOCUMENT_ROOT']}/w/$script";
unset( $_SERVER['PATH_INFO'] );
require $_SERVER['SCRIPT_FILENAME'];
