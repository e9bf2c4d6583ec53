"""Tests of the processes' parts, without a wiki."""
