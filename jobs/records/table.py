"""CSV and its like: UTF-8 with or without a byte order mark; comma, semicolon or tab; a heading row first."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from jobs.pattern import column_key
from jobs.records import BadManifest, BadRecord, Record
from wikitext.messages import message

_DELIMITERS = ",;\t"
_MAX_CELL = 100_000
_QUOTED = re.compile(r'"(?:[^"]|"")*(?:"|\Z)')
_MAX_COLUMNS = 500


@dataclass(frozen=True)
class Table:
    """The headings (by `column_key`) and the rows, streamed; iterating may raise BadManifest midway."""

    columns: tuple[str, ...]
    rows: Iterator[Record | BadRecord]


def read_table(file: BinaryIO) -> Table:
    """The table in the file, from its start; rows that are empty are passed over. Raises BadManifest."""
    csv.field_size_limit(_MAX_CELL)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    with _told():
        rows = csv.reader(text, delimiter=_delimiter(text), strict=True)
        columns = _columns(next(rows, []))
    return Table(columns, _rows(rows, columns))


def _rows(rows: Iterator[list[str]], columns: tuple[str, ...]) -> Iterator[Record | BadRecord]:
    row = 1
    empty = True
    with _told(lambda: row + 1):
        for row, cells in enumerate(rows, 2):
            if any(cell.strip() for cell in cells):
                empty = False
                yield _record(row, columns, cells)
    if empty:
        raise BadManifest(message("manifest-empty"))


@contextmanager
def _told(row: Callable[[], int] = lambda: 1) -> Iterator[None]:
    """Turns what the csv module and the decoder raise into a sentence about the row they were at."""
    try:
        yield
    except UnicodeDecodeError:
        raise BadManifest(message("manifest-not-utf8")) from None
    except csv.Error as error:
        raise BadManifest(message("manifest-broken", row(), str(error))) from None


def _delimiter(text: io.TextIOWrapper) -> str:
    """Whichever delimiter parts the heading row into most cells."""
    start = text.read(_MAX_CELL)
    text.seek(0)
    if start.lstrip().lower().startswith(("<!doctype", "<html", "<?xml", "<head", "<body")):
        raise BadManifest(message("manifest-html"))
    if not start.strip():
        raise BadManifest(message("manifest-empty"))
    lines = re.split(r"[\r\n]", _QUOTED.sub("", start))
    return max(_DELIMITERS, key=lines[0].count)


def _columns(heading: list[str]) -> tuple[str, ...]:
    columns = [column_key(cell) for cell in heading]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > _MAX_COLUMNS:
        raise BadManifest(message("manifest-columns", len(columns), _MAX_COLUMNS))
    if not columns or "" in columns:
        raise BadManifest(message("manifest-no-heading", columns.index("") + 1 if columns else 1))
    if repeated := next((name for name in columns if columns.count(name) > 1), None):
        raise BadManifest(message("manifest-repeated-column", repeated))
    return tuple(columns)


def _record(row: int, columns: tuple[str, ...], cells: list[str]) -> Record | BadRecord:
    extra = cells[len(columns) :]
    if any(cell.strip() for cell in extra):
        return BadRecord(row, message("row-too-many-cells", len(cells), len(columns)))
    return Record(row, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)})
