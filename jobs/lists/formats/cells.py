"""What readers of all formats do alike: columns from headings, records from cells or from named values."""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from jobs.model.records import BadManifest, BadRecord, Record, Table
from jobs.patterns.pattern import column_key
from wikitext.messages import Message, message

MAX_CELL = 100_000
MAX_ROW = 1_000_000
"""Characters. A database takes 16 MB at once, and one may become twelve of its bytes (`\\ud83d\\ude00`)."""
_MAX_COLUMNS = 500
_MAX_NAME = 500
_BEGINNING = 10
_MOST_NOTES = 5

_HUGE_REFERENCE = re.compile(r"&#\d{1000,};?")


@dataclass(frozen=True)
class Headings:
    """The names of a sheet's columns by their place, "" where a column has none, and what is to be said of them."""

    names: tuple[str, ...]
    notes: tuple[Message, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that have a name."""
        return tuple(filter(None, self.names))

    def record(self, row: int, cells: Sequence[str]) -> Record | BadRecord:
        """The record that a row of cells makes: values are stripped; cells that are not there are missing values."""
        if any(cell.strip() for cell in cells[len(self.names) :]):
            return BadRecord(row, message("row-too-many-cells", len(cells), len(self.names)))
        return record(row, {name: cell.strip() for name, cell in zip(self.names, cells, strict=False) if name})


Rows = Iterator[tuple[int, Sequence[str]]]
"""The cells of each row of a sheet, with its number."""


def headed(rows: Rows, first: int = 1) -> tuple[Headings, Rows]:
    """The headings of a sheet, and the rows below them; there may be blank rows above, and titles.

    The headings are in the first row that has more than half as many cells as the first rows mostly have. `first`:
    the number of the sheet's first row. Raises BadManifest.
    """
    filled = ((row, cells) for row, cells in rows if any(map(str.strip, cells)))
    beginning, below = _looked_into(filled)
    if not beginning:
        raise BadManifest(message("manifest-empty"))
    counts = [sum(1 for cell in cells if cell.strip()) for _, cells in beginning]
    at = next((place for place, count in enumerate(counts) if 2 * count > _usual(counts)), 0)
    row, cells = beginning[at]
    names = headings(cells)
    notes = [message("list-headings-row", row)] if row > first else []
    begins = next(place for place, name in enumerate(names, 1) if name)
    notes += [message("list-no-heading", place) for place, name in enumerate(names, 1) if not name and place > begins]
    return Headings(names, tuple(notes[:_MOST_NOTES])), chain(beginning[at + 1 :], below)


def _looked_into(rows: Rows) -> tuple[list[tuple[int, Sequence[str]]], Rows]:
    """The first rows, and those behind them. What cannot be read among the first is raised only behind them."""
    beginning: list[tuple[int, Sequence[str]]] = []
    try:
        beginning.extend(islice(rows, _BEGINNING))
    except Exception as error:
        if not beginning:
            raise
        return beginning, _raising(error)
    return beginning, rows


def _raising(error: Exception) -> Rows:
    yield from ()
    raise error


def _usual(counts: Sequence[int]) -> int:
    """How many cells rows mostly have: the most that two of them have, else the fewest beyond one."""
    several = [count for count in counts if 1 < count <= _MAX_COLUMNS]
    twice = [count for count in several if several.count(count) > 1]
    return max(twice, default=min(several) if several and counts[-1] > 1 else 1)


def headings(cells: Iterable[str]) -> tuple[str, ...]:
    """The names in a heading row, "" where there is none; empty cells at its end are no columns. Raises BadManifest."""
    names = [column_key(_short(cell)) if cell else "" for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > _MAX_COLUMNS:
        raise BadManifest(message("manifest-columns", len(names), _MAX_COLUMNS))
    if not names:
        raise BadManifest(message("manifest-empty"))
    if repeated := next((name for name in names if name and names.count(name) > 1), None):
        raise BadManifest(message("manifest-repeated-column", repeated))
    return tuple(names)


def add(values: dict[str, list[str]], name: str, *texts: str) -> None:
    """Note texts under the column of that name; a name that comes to nothing is none. Raises BadManifest."""
    key = _key(_short(name))
    if key:
        values.setdefault(key, []).extend(texts)
    if len(values) > _MAX_COLUMNS:
        raise BadManifest(message("manifest-many-columns", _MAX_COLUMNS))


@lru_cache(maxsize=2_000)
def _key(name: str) -> str:
    return column_key(whole_characters(name))


def _short(name: str) -> str:
    if len(name) > _MAX_NAME:
        raise BadManifest(message("manifest-long-heading", whole_characters(name[:40]), _MAX_NAME))
    return name


def whole_characters(text: str) -> str:
    """The text with question marks in place of halves of characters, which JSON can name but nobody can write."""
    return text.encode("utf-8", "replace").decode()


def unescaped(text: str) -> str:
    """The text with characters in place of HTML's references to them; the standard library fails at huge numbers."""
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text))


def joined(values: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each column's texts as one value, several parted by `; `, and each once."""
    return {
        name: "; ".join(dict.fromkeys(filter(None, (text.strip() for text in texts)))) for name, texts in values.items()
    }


def named_record(row: int, values: Mapping[str, Sequence[str]]) -> Record | BadRecord:
    """The record of what was noted."""
    return record(row, joined(values))


def record(row: int, values: Mapping[str, str]) -> Record | BadRecord:
    """The record of these values, none of them longer than a cell may be, nor all of them than a row."""
    lengths = list(map(len, values.values()))
    if max(lengths, default=0) <= MAX_CELL:
        return Record(row, values) if sum(lengths) <= MAX_ROW else BadRecord(row, message("row-too-long", MAX_ROW))
    long = next(name for name, value in values.items() if len(value) > MAX_CELL)
    return BadRecord(row, message("row-cell-too-long", long, MAX_CELL))


def filled(rows: Iterable[Record | BadRecord], empty: Message) -> Iterator[Record | BadRecord]:
    """The rows that have a value, or are bad. Raises BadManifest, for the reason given, where there are none."""
    found = False
    for row in rows:
        if isinstance(row, BadRecord) or any(row.values.values()):
            found = True
            yield row
    if not found:
        raise BadManifest(empty)


def self_describing(name: str, read: Callable[[], Iterator[Record | BadRecord]]) -> Table:
    """The table of records that name their values each by itself: read once for the columns, then once more.

    Raises BadManifest: no record can be read, more columns than a list may have.
    """
    columns: dict[str, str] = {}
    bad: BadRecord | None = None
    for row in read():
        if isinstance(row, Record):
            columns.update(row.values)
        else:
            bad = bad or row
        if len(columns) > _MAX_COLUMNS:
            raise BadManifest(message("manifest-many-columns", _MAX_COLUMNS))
    empty = message("manifest-no-records", name)
    if not columns:
        raise BadManifest(bad.why if bad else empty)
    return Table(tuple(columns), filled(read(), empty), name)
