"""What readers of all formats do alike: columns from headings, records from cells or from named values."""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from jobs.pattern import column_key
from jobs.records import BadManifest, BadRecord, Record, Table
from wikitext.messages import Message, message

MAX_CELL = 100_000
_MAX_COLUMNS = 500
_MAX_NAME = 500

_HUGE_REFERENCE = re.compile(r"&#\d{1000,};?")


def headings(cells: Iterable[str]) -> tuple[str, ...]:
    """The columns that a heading row names; empty cells at its end are none. Raises BadManifest."""
    columns = [column_key(_short(cell)) if cell else "" for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > _MAX_COLUMNS:
        raise BadManifest(message("manifest-columns", len(columns), _MAX_COLUMNS))
    if not columns or "" in columns:
        raise BadManifest(message("manifest-no-heading", columns.index("") + 1 if columns else 1))
    if repeated := next((name for name in columns if columns.count(name) > 1), None):
        raise BadManifest(message("manifest-repeated-column", repeated))
    return tuple(columns)


def row_record(row: int, columns: Sequence[str], cells: Sequence[str]) -> Record | BadRecord:
    """The record that a row of cells makes: values are stripped, and cells that are not there are missing values."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        return BadRecord(row, message("row-too-many-cells", len(cells), len(columns)))
    return record(row, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)})


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
    """Each column's texts as one value, several parted by `; `."""
    return {name: "; ".join(filter(None, (text.strip() for text in texts))) for name, texts in values.items()}


def named_record(row: int, values: Mapping[str, Sequence[str]]) -> Record | BadRecord:
    """The record of what was noted."""
    return record(row, joined(values))


def record(row: int, values: Mapping[str, str]) -> Record | BadRecord:
    """The record of these values, none of them longer than a cell may be."""
    if max(map(len, values.values()), default=0) <= MAX_CELL:
        return Record(row, values)
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
