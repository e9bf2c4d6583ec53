"""Tests: `wikitext/` and `jobs/` without a wiki, `hub/` the whole way on the sandbox."""
