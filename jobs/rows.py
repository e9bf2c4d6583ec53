"""Rows as people name them."""

import re

_SPAN = re.compile(r"\s*(\d{1,7})\s*(?:[-\u2013]\s*(\d{1,7})\s*)?")
_MOST = 100_000


def read_rows(text: str) -> frozenset[int]:
    """The rows that people write as `3, 7-9`; empty where it is not written so."""
    found: set[int] = set()
    for part in filter(str.strip, re.split(r"[,;\n]", text)):
        span = _SPAN.fullmatch(part)
        if span is None or int(span[2] or span[1]) - int(span[1]) > _MOST:
            return frozenset()
        found.update(range(int(span[1]), int(span[2] or span[1]) + 1))
    return frozenset(found)
