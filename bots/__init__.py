"""The processes: they notice requests, carry them out, and know the outside world by name."""
