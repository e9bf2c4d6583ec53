"""Tests of `jobs/store`."""
