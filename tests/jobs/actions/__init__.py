"""Tests of `jobs/actions`."""
