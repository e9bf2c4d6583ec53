"""Tables as files, a row at a time. What a spreadsheet would take for a formula is text in each of them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO, TypeAlias

from xlsxwriter import Workbook

from bots.telemetry import shown

Cell: TypeAlias = str | int | None
Rows: TypeAlias = Iterable[Sequence[Cell]]

_AT_ONCE = 500
"""So many lines are sent together."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a formula begins with (OWASP: CSV Injection)."""

_LONGEST = 32_767
"""Characters of a cell (Microsoft: Excel specifications and limits)."""


def csv_of(head: Sequence[str], rows: Rows) -> Iterator[str]:
    """The table as CSV, with the mark at the beginning by which Excel knows UTF-8."""
    yield "\ufeff"
    lines = iter(chain([head], rows))
    while some := list(islice(lines, _AT_ONCE)):
        text = io.StringIO()
        csv.writer(text).writerows([_inert(cell) for cell in row] for row in some)
        yield text.getvalue()


def _inert(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    return f"'{_storable(cell)}" if cell.startswith(_FORMULA) else _storable(cell)


def json_of(head: Sequence[str], rows: Rows) -> Iterator[str]:
    """The table as a JSON array with an object a row."""
    lines = (json.dumps(dict(zip(head, row, strict=True))) for row in rows)
    yield "[" + next(lines, "")
    while some := list(islice(lines, _AT_ONCE)):
        yield ",\n" + ",\n".join(some)
    yield "]\n"


def write_xlsx(file: IO[bytes], head: Sequence[str], rows: Rows) -> None:
    """Write the table to a file as a workbook; of its rows one is held in memory."""
    with Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(chain([head], rows)):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, _storable(cell)[:_LONGEST])
                elif cell is not None:
                    sheet.write_number(number, column, cell)


def _storable(text: str) -> str:
    """The text without what no file of XML can have; its control characters are written out."""
    return shown(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
