"""Rows as people name them."""

import re
from collections.abc import Iterable
from itertools import groupby

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


def written_rows(rows: Iterable[int]) -> str:
    """The rows as `read_rows` reads them.

    >>> written_rows({3, 9, 7, 8})
    '3, 7-9'
    """
    runs = groupby(enumerate(sorted(rows)), lambda numbered: numbered[1] - numbered[0])
    spans = ([row for _, row in run] for _, run in runs)
    return ", ".join(f"{span[0]}-{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)
