"""Structured data of files on Commons: captions and statements, as values and as Wikibase's JSON."""
