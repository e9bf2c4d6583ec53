"""What a sheet of an Excel workbook says of its cells beside their values (ECMA-376 part 1, 18.3.1).

What is merged and linked stands behind the rows, so it is gathered first, in a pass of its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self
from xml.etree.ElementTree import Element

from jobs.lists.formats.xml_stream import local_name
from jobs.model.rows import written_rows
from wikitext.escape import is_address
from wikitext.messages import Message, message

MARKS = re.compile(rb"hidden|(?:width|ht)=[\"']0|mergeCell|hyperlink|HYPERLINK")
"""Bytes without one of which there is no layout to be read."""

ELEMENTS = ("col", "row", "mergeCell", "hyperlink")
_MOST_LINKS = 65_530
"""As many as a sheet may have in Excel."""

_MOST_MERGED = 10_000
_MOST_SPANNED = 1_000
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")
_NO_SIZE = re.compile(r"0(?:\.0*)?")
_LINKING = re.compile(r'\s*(?:_xlfn\.)?HYPERLINK\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)


class Linked(str):
    """The text of a cell that is a link: `target` is where it leads."""

    __slots__ = ("target",)
    target: str

    def __new__(cls, text: str, target: str) -> Self:
        """The text, with its link."""
        linked = super().__new__(cls, text)
        linked.target = target
        return linked


@dataclass
class Layout:
    """What is gathered of a sheet, of which places are (row, column), rows from 1 and columns from 0 on.

    `columns`: how many there are; `links`: the address behind a place; `noted`: how many there were, good or not;
    `merged`: by the first place of cells that are merged downwards, their last row.
    """

    columns: int = 0
    noted: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: dict[tuple[int, int], int] = field(default_factory=dict)

    def link(self, row: int, column: int, target: str) -> None:
        """Note an address; of other links, as to a place in the workbook, nothing is made."""
        self.noted += 1
        if self.noted <= _MOST_LINKS and is_address(target):
            self.links[row, column] = target

    @property
    def notes(self) -> tuple[Message, ...]:
        """What is to be said of what is hidden."""
        columns = [letters(number) for number in sorted(self.hidden_columns) if number < self.columns]
        said = []
        if self.hidden_rows:
            said.append(message("list-hidden-rows", len(self.hidden_rows), written_rows(self.hidden_rows)[:200]))
        if columns:
            said.append(message("list-hidden-columns", len(columns), ", ".join(columns)[:200]))
        return tuple(said)


def layout(elements: Iterable[Element], targets: Mapping[str, str]) -> Layout:
    """The layout that a sheet's `ELEMENTS` make. `targets`: the addresses that the sheet refers to, by identifier."""
    found = Layout()
    rows = 0
    for element in elements:
        match local_name(element):
            case "col" if _is_hidden(element):
                first, last = (int(told) if (told := element.get(end, "")).isdecimal() else 0 for end in ("min", "max"))
                found.hidden_columns.update(range(max(first, 1) - 1, min(last, first + _MOST_SPANNED)))
            case "row":
                rows = row_number(element, rows)
                if _is_hidden(element):
                    found.hidden_rows.add(rows)
                _look_at_cells(element, rows, found)
            case "mergeCell":
                _merge(element.get("ref", ""), found)
            case "hyperlink":
                identifier = next((value for name, value in element.items() if name.endswith("}id")), "")
                for place in _places(element.get("ref", "")) if found.noted < _MOST_LINKS else ():
                    found.link(*place, targets.get(identifier or "", ""))
    return found


def row_number(row: Element, before: int) -> int:
    """The number of a row that comes after the one of that number."""
    told = row.get("r", "")
    return max(before + 1, int(told) if told.isdecimal() and len(told) < 8 else 0)


def placed(row: Element) -> Iterator[tuple[int, Element]]:
    """The cells of a row, each with its column's number from 0 on."""
    column = -1
    for cell in row:
        column = _column(cell.get("r", "").rstrip("0123456789"), column + 1)
        yield column, cell


def _is_hidden(element: Element) -> bool:
    return (
        element.get("hidden") in {"1", "true"}
        or _NO_SIZE.fullmatch(element.get("width", element.get("ht", ""))) is not None
    )


def _look_at_cells(row: Element, number: int, found: Layout) -> None:
    for column, cell in placed(row):
        found.columns = max(found.columns, column + 1)
        for child in cell:
            if local_name(child) == "f" and (link := _LINKING.match((child.text or "")[:2_000])):
                found.link(number, column, link[1].replace('""', '"'))


def _merge(reference: str, found: Layout) -> None:
    span = _RANGE.fullmatch(reference)
    if span and span[4] and int(span[4]) > int(span[2]) and len(found.merged) < _MOST_MERGED:
        found.merged[int(span[2]), _column(span[1], 0)] = int(span[4])


def _places(reference: str) -> Iterator[tuple[int, int]]:
    span = _RANGE.fullmatch(reference)
    if span:
        rows = range(int(span[2]), 1 + min(int(span[4] or span[2]), int(span[2]) + _MOST_SPANNED))
        yield from ((row, _column(span[1], 0)) for row in rows)


@lru_cache(maxsize=1_000)
def _column(letters: str, otherwise: int) -> int:
    """The number, from 0 on, of the column with these letters: A is 0, Z 25, AA 26."""
    if not re.fullmatch(r"[A-Z]{1,3}", letters):
        return otherwise
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def letters(column: int) -> str:
    """What Excel calls a column: `A` for 0, `AA` for 26."""
    named = ""
    column += 1
    while column:
        column, last = divmod(column - 1, 26)
        named = chr(ord("A") + last) + named
    return named
