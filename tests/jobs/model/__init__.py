"""Tests of `jobs/model`."""
