"""What stands in the columns of a list, counted while it is read."""

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from jobs.model.problems import is_no, is_yes
from jobs.model.records import BadRecord, Record
from wikitext.empty_values import says_nothing
from wikitext.escape import is_address

_MEDIA = re.compile(
    r"\.(?:jpe?g|jpe|jfif|tiff?|png|gif|webp|svg|pdf|djvu|og[gvax]|opus|web[am]|wav|flac|mp[34g]|mpeg|xcf|stl)(?:[?#&].*)?$"
    r"|/full/[^/]+/[^/]+/(?:default|native|color|gray)\.\w+$",
    re.IGNORECASE,
)
_MOST = 2_000
"""Columns that are told apart."""


_LONGEST_WORD = 12
"""Characters of the longest yes or no."""


@dataclass(frozen=True)
class Column:
    """In how many rows a column has something, an address of a file, an address of anything else, a yes, a no.

    `nothing`: in how many what it has says nothing of what the column is for.
    """

    filled: int = 0
    media: int = 0
    pages: int = 0
    yes: int = 0
    no: int = 0
    nothing: int = 0

    @property
    def telling(self) -> int:
        """In how many rows it says something."""
        return self.filled - self.nothing


_NONE = astuple(Column())

Profile = tuple[tuple[str, Column], ...]
"""The columns of a list in their order, each with what was seen in it."""


class Profiler:
    """Counts what is in the columns of records that are shown to it."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}

    def see(self, rows: Iterable[Record | BadRecord]) -> None:
        """Count what is in these, too."""
        for row in rows:
            for name, value in row.values.items() if isinstance(row, Record) else ():
                if name in self._counts or len(self._counts) < _MOST:
                    _count(self._counts.setdefault(name, [*_NONE]), name, value)

    @property
    def profile(self) -> Profile:
        """What was seen until now."""
        return tuple((name, Column(*counts)) for name, counts in self._counts.items())


def _count(counts: list[int], name: str, value: str) -> None:
    counts[0] += bool(value)
    if is_address(value):
        counts[1 if is_media(value) else 2] += 1
    elif value and len(value) <= _LONGEST_WORD:
        counts[3] += is_yes(value)
        counts[4] += is_no(value)
    counts[5] += says_nothing(name, value)


def is_media(address: str) -> bool:
    """Whether an address looks like that of a file: by its ending, or as IIIF's servers of images have them."""
    return " " not in address and _MEDIA.search(address[:2_000]) is not None


def profile_of(rows: Iterable[Record | BadRecord]) -> Profile:
    """What is in the columns of these records."""
    profiler = Profiler()
    profiler.see(rows)
    return profiler.profile
