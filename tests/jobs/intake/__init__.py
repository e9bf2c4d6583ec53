"""Tests of `jobs/intake`."""
