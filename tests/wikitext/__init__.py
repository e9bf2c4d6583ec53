"""Tests of the package `wikitext`."""
