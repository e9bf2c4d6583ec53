"""Tests of `jobs/io`."""
