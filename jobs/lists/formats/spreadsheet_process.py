"""Reads a spreadsheet from standard input, and writes one of its sheets to standard output as lines of JSON.

A program of its own, within bounds that the system keeps: python-calamine holds a sheet as one block, as wide as its
widest row and as high as its last, and a few kilobytes can claim gigabytes. It needs nothing else of this project.

The first line is the name of the sheet and those of the others; each further one a row's number and its cells.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

BOUNDS = {
    resource.RLIMIT_AS: 600_000_000,  # bytes; Python and the library begin at 100 MB of addresses
    resource.RLIMIT_CPU: 20,  # seconds
    resource.RLIMIT_FSIZE: 200_000_000,  # bytes, of what is written
}
_JUDGED = 50
_MOST_SHEETS = 20


def main(wanted: str) -> None:
    """Write the sheet of that name, else the one that looks most like a list of files."""
    for what, most in BOUNDS.items():
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
    book = CalamineWorkbook.from_filelike(sys.stdin.buffer)
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
    shown = [sheet.name for sheet in sheets if wanted or sheet.visible is SheetVisibleEnum.Visible]
    named = [name for name in shown if name.strip().casefold() == wanted] if wanted else shown[:_MOST_SHEETS]
    chosen = max(named, key=lambda name: _likeness(book.get_sheet_by_name(name)), default="")
    _write([chosen, [name for name in shown if name != chosen]])
    if chosen:
        for row in _rows(book.get_sheet_by_name(chosen)):
            _write(row)


def _likeness(sheet: CalamineSheet) -> tuple[bool, bool]:
    """How much a sheet looks like a list of files: addresses stand in it; it has several columns and rows."""
    rows = [cells for _, cells in islice(_rows(sheet), _JUDGED)]
    addresses = any(cell.startswith("http") for row in rows for cell in row)
    return addresses, sum(len(row) - row.count("") > 1 for row in rows) > 1


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """The rows, with their numbers; what is merged downwards stands in each."""
    first_row, first_column = sheet.start or (0, 0)
    merged = {(top, left): bottom for (top, left), (bottom, _) in sheet.merged_cell_ranges or () if bottom > top}
    above: dict[int, tuple[int, str]] = {}
    for number, values in enumerate(sheet.iter_rows(), first_row):
        cells = [""] * first_column + [_shown(value) for value in values]
        if any(cells):
            for column, (last, text) in above.items():
                cells[column] = cells[column] or (text if number <= last else "")
        for column, text in enumerate(cells):
            if (number, column) in merged:
                above[column] = merged[number, column], text
        yield number + 1, cells


def _write(value: object) -> None:
    sys.stdout.write(f"{json.dumps(value)}\n")


def _shown(value: object) -> str:
    """A value as other formats have it: dates are ISO's, numbers have at most fifteen digits."""
    match value:
        case bool():
            return str(value).upper()
        case float():
            return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
        case datetime():
            return str(value).removesuffix(" 00:00:00")
        case timedelta():
            seconds = round(value.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case _:
            return str(value)


if __name__ == "__main__":
    main(sys.argv[1])
