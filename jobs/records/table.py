"""CSV and its like: UTF-8 with or without a byte order mark; comma, semicolon or tab; a heading row first."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from jobs.records import BadManifest, BadRecord, Record, Table
from jobs.records.cells import MAX_CELL, filled, headings, row_record
from jobs.records.source import WEB_PAGE, Format
from wikitext.messages import message

_DELIMITERS = ",;\t"
_MAX_LINE = 10_000_000
_MAX_CELLS = 100_000  # the csv module holds a row whole, however many there are
_QUOTED = re.compile(r'"(?:[^"]|"")*(?:"|\Z)')


def read_table(file: BinaryIO) -> Table:
    """The table in the file, from its start; rows that are empty are passed over. Raises BadManifest."""
    csv.field_size_limit(MAX_CELL)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    with _told():
        lines = _Lines(text, _delimiter(text))
        rows = enumerate(lines.rows(), 1)
        _, heading = next(rows, (1, []))
        columns = headings(heading)
    return Table(columns, filled(_rows(rows, columns), message("manifest-empty")), CSV.name)


class _Lines:
    """The lines of a table, as far as a row can be held that they make."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self._text = text
        self._delimiter = delimiter
        self._cells = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(_MAX_LINE):
            self._cells += line.count(self._delimiter)
            if len(line) == _MAX_LINE or self._cells > _MAX_CELLS:
                raise csv.Error("the row is too long")
            yield line

    def rows(self) -> Iterator[list[str]]:
        """The rows, of which each may have several lines. Raises csv.Error."""
        for cells in csv.reader(self, delimiter=self._delimiter, strict=True):
            self._cells = 0
            yield cells


def _rows(rows: Iterator[tuple[int, list[str]]], columns: tuple[str, ...]) -> Iterator[Record | BadRecord]:
    row = 1
    with _told(lambda: row + 1):
        for row, cells in rows:
            if cells:
                yield row_record(row, columns, cells)


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
    start = text.read(MAX_CELL)
    text.seek(0)
    if start.lstrip().lower().startswith(WEB_PAGE):
        raise BadManifest(message("manifest-html"))
    if not start.strip():
        raise BadManifest(message("manifest-empty"))
    lines = re.split(r"[\r\n]", _QUOTED.sub("", start))
    return max(_DELIMITERS, key=lines[0].count)


CSV = Format("CSV", lambda _source: True, lambda source: read_table(source.file))
"""What is nothing else is CSV, or told as what it is instead."""
