"""Tests of jobs: what a request means and carrying it out, without a wiki."""
