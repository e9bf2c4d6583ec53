"""Tests of `jobs/media`."""
