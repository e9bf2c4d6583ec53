"""Tables as files, a row at a time. What a spreadsheet would take for a formula is text in each of them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import IO, TypeAlias

from xlsxwriter import Workbook

from bots.cli.output import iso
from bots.telemetry import shown

Cell: TypeAlias = str | int | datetime | None
"""A time is one in UTC."""
Rows: TypeAlias = Iterable[Sequence[Cell]]

_AT_ONCE = 500
"""So many lines are sent together."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a formula begins with (OWASP: CSV Injection)."""

_TIME = "yyyy-mm-dd hh:mm:ss"
_WIDE = 20
"""Characters of a column: a time needs as many, and what does not fit Excel shows as ####."""
_WIDTHS = {"row": 8, "page": 40, "address": 60, "why": 60, "open": 8, "done": 8, "failed": 8, "left_out": 8}
"""Characters of the columns that need others."""

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
    cell = _told(cell)
    if not isinstance(cell, str):
        return cell
    return f"'{_storable(cell)}" if cell.startswith(_FORMULA) else _storable(cell)


def _told(cell: Cell) -> str | int | None:
    """The cell where it has to be a text: a time in ISO 8601, as `cph` tells it to programs."""
    return iso(cell.timestamp()) if isinstance(cell, datetime) else cell


def json_of(head: Sequence[str], rows: Rows) -> Iterator[str]:
    """The table as a JSON array with an object a row."""
    lines = (json.dumps(dict(zip(head, map(_told, row), strict=True))) for row in rows)
    yield "[" + next(lines, "")
    while some := list(islice(lines, _AT_ONCE)):
        yield ",\n" + ",\n".join(some)
    yield "]\n"


def write_xlsx(file: IO[bytes], head: Sequence[str], rows: Rows) -> None:
    """Write the table to a file as a workbook; of its rows one is held in memory.

    Its heading stays in sight, and filters by each column; what is long goes on below.
    """
    with Workbook(file, {"constant_memory": True, "remove_timezone": True, "default_date_format": _TIME}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        wrapped, bold = book.add_format({"text_wrap": True}), book.add_format({"bold": True})
        for column, name in enumerate(head):
            sheet.set_column(column, column, _WIDTHS.get(name, _WIDE), wrapped)
            sheet.write_string(0, column, name, bold)
        number = 0
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, _storable(cell)[:_LONGEST])
                elif isinstance(cell, datetime):
                    sheet.write_datetime(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)
        sheet.autofilter(0, 0, number, len(head) - 1)


def _storable(text: str) -> str:
    """The text without what no file of XML can have; its control characters are written out."""
    return shown(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
