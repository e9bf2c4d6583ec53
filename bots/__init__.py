"""The processes: they notice requests, carry them out, and know the outside world by name."""

__version__ = "0.1.0"
"""The one place for it: what is deployed is not always installed, and then no metadata says it."""
