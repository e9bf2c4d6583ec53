"""Excel workbooks (Office Open XML, ECMA-376 part 1, chapter 18): one sheet, as Excel shows it.

What is hidden is left out; each of merged cells has their value; where links have other texts than their addresses,
these are in a column of their own, called as theirs and `link`.

The sheet is read row by row here, not by a library: those that there are hold it as one block, as wide as its widest
row and as high as its last, each cell a copy of its text, so that a few kilobytes can claim gigabytes before any bound
applies; and they give a cell whose formula failed as an empty one.
"""

import posixpath
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice
from typing import BinaryIO
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from jobs.lists.formats.cells import Headings, Rows, filled, headed
from jobs.lists.formats.compressed import checked_size
from jobs.lists.formats.list_source import Format, Source
from jobs.lists.formats.xlsx_layout import ELEMENTS, MARKS, Layout, Linked, layout, placed, row_number
from jobs.lists.formats.xlsx_values import Cells, Failed, format_codes, string_text
from jobs.lists.formats.xml_stream import Budget, elements
from jobs.model.problems import is_no, is_yes
from jobs.model.records import BadManifest, BadRecord, Record, Table
from wikitext.columns import meant
from wikitext.escape import is_address
from wikitext.messages import message

_MAX_UNPACKED = 200_000_000
_CHUNK = 1 << 16
_JUDGED = 50
"""Rows that tell whether a sheet is a list, and a column one of links."""

_MOST_SHEETS = 20
_MOST_MERGED = 500_000
"""Cells that get their values from those that they are merged with."""


_Relations = Mapping[str, tuple[str, str]]
"""What a part refers to, by its identifiers there: the last word of its type, and the other part's name."""


class _Package:
    """The parts of a workbook, within what the size of its file allows. Raises BadManifest."""

    def __init__(self, file: BinaryIO) -> None:
        with _told():
            size = checked_size(file)
            self._zip = ZipFile(file)
        self._elements = 200_000 + size // 2  # sheets of nothing but short numbers have two for five bytes
        most = min(1_000_000 + 30 * size, _MAX_UNPACKED)
        # zipfile gives no more of a part than the size that is declared here, whatever there is.
        if sum(entry.file_size for entry in self._zip.infolist()) > most:
            raise BadManifest(message("manifest-xlsx-large", most // 1_000_000))

    def elements(self, part: str, *names: str) -> Iterator[Element]:
        """The elements of these names in a part; none where there is no such part."""
        with _told():
            if part not in self._zip.NameToInfo:
                return
            if self._zip.getinfo(part).compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
                raise BadZipFile("unknown compression")
            with self._zip.open(part) as content:
                yield from elements(content, names, Budget(self._elements))

    def relations(self, part: str) -> _Relations:
        """What the part refers to; of the package as a whole where `part` is empty."""
        folder = posixpath.dirname(part)

        def named(target: str) -> str:
            return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")

        return {
            element.get("Id", ""): (element.get("Type", "").rpartition("/")[2], named(element.get("Target", "")))
            for element in self._related(part)
        }

    def layout(self, part: str) -> Layout:
        """What a sheet says of its cells beside their values. It is parsed for that only where there is any of it."""
        if not self._says(part, MARKS):
            return Layout()
        links = {element.get("Id", ""): element.get("Target", "") for element in self._related(part)}
        return layout(self.elements(part, *ELEMENTS), links)

    def _related(self, part: str) -> Iterator[Element]:
        folder, name = posixpath.split(part)
        return self.elements(posixpath.join(folder, "_rels", f"{name}.rels"), "Relationship")

    def _says(self, part: str, marks: re.Pattern[bytes]) -> bool:
        before = b""
        with _told(), self._zip.open(part) as content:
            while chunk := content.read(_CHUNK):
                if marks.search(before + chunk):
                    return True
                before = chunk[-20:]
        return False


def _read(source: Source) -> Table:
    package = _Package(source.file)
    document = _related(package.relations(""), "officeDocument")
    relations = package.relations(document)
    sheets = _sheets(package, document, relations, source.sheet)
    cells = Cells(
        [string_text(element).strip() for element in package.elements(_related(relations, "sharedStrings"), "si")],
        format_codes(package.elements(_related(relations, "styles"), "numFmts", "cellXfs")),
        any(e.get("date1904") in {"1", "true"} for e in package.elements(document, "workbookPr")),
    )
    name = next(iter(sheets))
    if len(sheets) > 1:
        name = max(list(sheets)[:_MOST_SHEETS], key=lambda name: _likeness(package, sheets[name], cells))
    table = _table(package, sheets[name], cells)
    others = ", ".join(other for other in sheets if other != name)
    return replace(table, notes=(message("list-sheet", name, others[:500]), *table.notes)) if others else table


def _related(relations: _Relations, kind: str) -> str:
    return next((part for found, part in relations.values() if found == kind), "")


def _sheets(package: _Package, document: str, relations: _Relations, wanted: str) -> Mapping[str, str]:
    """The parts that are sheets, by name: the one that is wanted, else all that are not hidden (18.2.19)."""
    parts: dict[str, str] = {}
    for element in package.elements(document, "sheet"):
        identifier = next((value for name, value in element.items() if name.endswith("}id")), "")
        kind, part = relations.get(identifier or "", ("", ""))
        if kind == "worksheet" and (wanted or element.get("state", "visible") == "visible"):
            parts[element.get("name", "").strip()] = part
    if not parts:
        raise BadManifest(message("manifest-spreadsheet"))
    name = wanted.strip().casefold()
    found = {title: part for title, part in parts.items() if not wanted or title.casefold() == name}
    if not found:
        raise BadManifest(message("manifest-no-sheet", wanted, ", ".join(parts)[:500]))
    return found


def _likeness(package: _Package, part: str, cells: Cells) -> tuple[bool, bool]:
    """How much a sheet looks like a list of files: addresses stand in it; it has several columns and rows."""
    rows = [found for _, found in islice(_rows(package.elements(part, "row"), cells, Layout()), _JUDGED)]
    addresses = any(is_address(text) for row in rows for text in row.values())
    return addresses, sum(len(row) > 1 for row in rows) > 1


def _table(package: _Package, part: str, cells: Cells) -> Table:
    told = package.layout(part)
    rows = _rows(package.elements(part, "row"), cells, told)
    kept = _withholding(package, part, cells, told) if told.hidden_columns else frozenset()
    found, below = headed((number, _in_places(cells, told, kept)) for number, cells in rows)
    beginning = list(islice(below, _JUDGED))
    linked = _linked(found, beginning)
    records = _records(chain(beginning, below), found, linked)
    columns = (*found.columns, *linked.values())
    return Table(columns, filled(records, message("manifest-empty")), XLSX.name, (*found.notes, *told.notes))


def _withholding(package: _Package, part: str, cells: Cells, told: Layout) -> frozenset[int]:
    """The hidden columns that say which rows are not to be uploaded."""
    first: dict[int, str] = {}
    for _, found in islice(_rows(package.elements(part, "row"), cells, Layout()), _JUDGED):
        first |= {number: text for number, text in found.items() if number not in first}
    return frozenset(number for number in told.hidden_columns if _withholds(first.get(number, "")))


def _withholds(heading: str) -> bool:
    called = meant(heading)
    return called is not None and called.what in {"withheld", "published"}


def _in_places(cells: Mapping[int, str], told: Layout, kept: frozenset[int]) -> Sequence[str]:
    """The cells by their place, without those of hidden columns; of those that are kept it is not said what."""
    columns = (number for number in range(max(cells, default=-1) + 1) if number not in told.hidden_columns - kept)
    return [_masked(cells.get(number, "")) if number in kept else cells.get(number, "") for number in columns]


def _masked(text: str) -> str:
    return text if is_yes(text) or is_no(text) or _withholds(text) else "\u2026"


def _linked(found: Headings, rows: Iterable[tuple[int, Sequence[str]]]) -> Mapping[int, str]:
    """The columns whose cells are links with other texts than their addresses, each with the name for the addresses."""
    places = {place for _, cells in rows for place, cell in enumerate(cells[: len(found.names)])
              if isinstance(cell, Linked) and not is_address(cell)}  # fmt: skip
    named = {place: f"{found.names[place]} link" for place in sorted(places) if found.names[place]}
    return {place: name for place, name in named.items() if name not in found.names}


def _rows(rows: Iterable[Element], cells: Cells, told: Layout) -> Iterator[tuple[int, dict[int, str]]]:
    """The rows in which something stands, each with its number and the cells where it does, by number from 0 on.

    Hidden rows are left out; what is merged downwards stands in each row. Raises BadManifest.
    """
    number = merged = 0
    above: dict[int, tuple[int, str]] = {}  # what is merged: by its column the last row, and the text
    for row in rows:
        number = row_number(row, number)
        found = {}
        for column, cell in placed(row):
            if (text := cells.text(cell)) and not text.isspace():
                target = told.links.get((number, column))
                found[column] = Linked(text, target) if target and not isinstance(text, Failed) else text
            if (number, column) in told.merged:
                above[column] = (told.merged[number, column], found.get(column, ""))
        if found and above:
            above = {column: kept for column, kept in above.items() if kept[0] >= number}
            found = {column: text for column, (_, text) in above.items() if text} | found
            merged += len(above)
            if merged > _MOST_MERGED:
                raise BadManifest(message("manifest-xlsx-cells"))
        if found and number not in told.hidden_rows:
            yield number, found


def _records(rows: Rows, found: Headings, linked: Mapping[int, str]) -> Iterator[Record | BadRecord]:
    for row, cells in rows:
        named = ((name, cell) for name, cell in zip(found.names, cells, strict=False) if name)
        if first := next(((name, cell) for name, cell in named if isinstance(cell, Failed)), None):
            yield BadRecord(row, first[1].why(first[0]))
        else:
            made = found.record(row, cells)
            yield _with_links(made, cells, linked) if isinstance(made, Record) and linked else made


def _with_links(made: Record, cells: Sequence[str], linked: Mapping[int, str]) -> Record:
    """The record with the addresses behind its cells."""
    cell = dict(enumerate(cells))
    links = {name: getattr(cell.get(place), "target", "") for place, name in linked.items()}
    return replace(made, values={**made.values, **links})


@contextmanager
def _told() -> Iterator[None]:
    """Turns what zipfile raises into a sentence; it checks little before it computes."""
    try:
        yield
    except (BadZipFile, zlib.error, struct.error, OSError, EOFError, KeyError, ValueError, RuntimeError,
            OverflowError) as error:  # fmt: skip
        raise BadManifest(message("manifest-xlsx-broken", str(error)[:100])) from None


XLSX = Format("XLSX", lambda source: source.head.startswith((b"PK\3\4", b"PK\5\6")), _read)
