"""The port to a wiki, over MediaWiki's API."""
