"""CSV and its like: UTF-8 with or without a byte order mark; comma, semicolon, tab or bar; a row of headings."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from jobs.lists.formats.cells import MAX_CELL, Headings, Rows, filled, headed
from jobs.lists.formats.list_source import WEB_PAGE, Format
from jobs.model.records import BadManifest, BadRecord, Record, Table
from wikitext.messages import message

_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile('"?sep=([,;\t|])"?\r?\n', re.IGNORECASE)
_JUDGED = 20  # lines
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
        found, rows = headed(enumerate(lines.rows(), 1))
    return Table(found.columns, filled(_rows(rows, found), message("manifest-empty")), CSV.name, found.notes)


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
        for cells in csv.reader(self, delimiter=self._delimiter, strict=True, skipinitialspace=True):
            self._cells = 0
            yield cells


def _rows(rows: Rows, found: Headings) -> Iterator[Record | BadRecord]:
    row = 1
    with _told(lambda: row + 1):
        for row, cells in rows:
            if cells:
                yield found.record(row, cells)


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
    """What parts the cells, and the text at its first row: behind Excel's line `sep=;`, where there is one.

    It is whichever parts most lines into the same number of cells; of such, the one that makes most cells.
    """
    start = text.read(MAX_CELL)
    text.seek(0)
    if told := _SEPARATOR.match(start):
        text.readline()
        return told[1]
    if start.lstrip().lower().startswith(WEB_PAGE):
        raise BadManifest(message("manifest-html"))
    if not start.strip():
        raise BadManifest(message("manifest-empty"))
    lines = [line for line in re.split(r"[\r\n]", _QUOTED.sub("", start)) if line.strip()][:_JUDGED]

    def parts(delimiter: str) -> tuple[int, int]:
        (count, times), *_ = Counter(filter(None, (line.count(delimiter) for line in lines))).most_common(1) or [(0, 0)]
        return times, count

    return max(_DELIMITERS, key=parts)


CSV = Format("CSV", lambda _source: True, lambda source: read_table(source.file))
"""What is nothing else is CSV, or told as what it is instead."""
