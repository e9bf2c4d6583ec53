"""Tests of `jobs/lists`."""
