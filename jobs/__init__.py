"""What a request means, and carrying it out.

A request's way through the rooms: `intake` reads it, `planning` turns the rows of its list into actions, `review` hears
what people say of them, `execution` carries them out, `reporting` tells on the wiki what became of it; `slice.py` is
the one thing a queued job does, the next step of that way. Each room may import those below it (`pyproject.toml`).
"""

__version__ = "0.1.0"
"""The one place for it: what is deployed is not always installed, and then no metadata says it."""
