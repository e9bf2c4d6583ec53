"""Tests of `jobs/patterns`."""
