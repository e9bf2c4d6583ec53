"""Tests of `jobs/kinds`."""
