"""Tests of `jobs/planning`."""
