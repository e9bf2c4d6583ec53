"""Excel workbooks (Office Open XML, ECMA-376 part 1, chapter 18): one sheet, headed by its first row that is not empty.

The sheet is read row by row here, not by a library: those that there are hold it as one block, as wide as its widest
row and as high as its last, each cell a copy of its text, so that a few kilobytes can claim gigabytes before any bound
applies; and they give a cell whose formula failed as an empty one.
"""

import posixpath
import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import BinaryIO
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from jobs.records import BadManifest, BadRecord, Record, Table
from jobs.records.cells import Headings, Rows, filled, headed
from jobs.records.source import Format, Source
from jobs.records.xlsx_values import Cells, Failed, format_codes, string_text
from jobs.records.xml_stream import Budget, elements
from wikitext.messages import message

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # workbooks with a password begin with it, too
_MAX_UNPACKED = 200_000_000
_MAX_DIRECTORY = 1_000_000
_DIRECTORY_SIZE = re.compile(rb"PK\x05\x06(?=.{8}(.{4}))", re.DOTALL)

_Relations = Mapping[str, tuple[str, str]]
"""What a part refers to, by its identifiers there: the last word of its type, and the other part's name."""


class _Package:
    """The parts of a workbook, within what the size of its file allows. Raises BadManifest."""

    def __init__(self, file: BinaryIO) -> None:
        with _told():
            size = _checked_size(file)
            self._zip = ZipFile(file)
        self._budget = Budget(200_000 + size // 2)  # sheets of nothing but short numbers have two for five bytes
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
                yield from elements(content, names, self._budget)

    def relations(self, part: str) -> _Relations:
        """What the part refers to; of the package as a whole where `part` is empty."""
        folder, name = posixpath.split(part)
        found = {}
        for element in self.elements(posixpath.join(folder, "_rels", f"{name}.rels"), "Relationship"):
            target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/")
            found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], target)
        return found


def _read(source: Source) -> Table:
    if source.head.startswith(_OLD_EXCEL):
        raise BadManifest(message("manifest-spreadsheet"))
    package = _Package(source.file)
    document = _related(package.relations(""), "officeDocument")
    relations = package.relations(document)
    sheet = _sheet(package, document, relations, source.sheet)
    cells = Cells(
        [string_text(element).strip() for element in package.elements(_related(relations, "sharedStrings"), "si")],
        format_codes(package.elements(_related(relations, "styles"), "numFmts", "cellXfs")),
        any(e.get("date1904") in {"1", "true"} for e in package.elements(document, "workbookPr")),
    )
    rows = _rows(package.elements(sheet, "row"), cells)
    found, below = headed((number, _in_places(cells)) for number, cells in rows)
    return Table(found.columns, filled(_records(below, found), message("manifest-empty")), XLSX.name, found.notes)


def _in_places(cells: Mapping[int, str]) -> Sequence[str]:
    return [cells.get(number, "") for number in range(max(cells, default=-1) + 1)]


def _related(relations: _Relations, kind: str) -> str:
    return next((part for found, part in relations.values() if found == kind), "")


def _sheet(package: _Package, document: str, relations: _Relations, wanted: str) -> str:
    """The part that is the sheet of that name, or the first that is not hidden (18.2.19)."""
    parts: dict[str, str] = {}
    for element in package.elements(document, "sheet"):
        identifier = next((value for name, value in element.items() if name.endswith("}id")), "")
        kind, part = relations.get(identifier or "", ("", ""))
        if kind == "worksheet" and (wanted or element.get("state", "visible") == "visible"):
            parts[element.get("name", "").strip()] = part
    if not parts:
        raise BadManifest(message("manifest-spreadsheet"))
    name = wanted.strip().casefold()
    for found, part in parts.items():
        if not wanted or found.casefold() == name:
            return part
    raise BadManifest(message("manifest-no-sheet", wanted, ", ".join(parts)[:500]))


def _rows(rows: Iterator[Element], cells: Cells) -> Iterator[tuple[int, dict[int, str]]]:
    """The rows in which something stands, each with its number and the cells where it does, by number from 0 on."""
    number = 0
    for row in rows:
        told = row.get("r", "")
        number = max(number + 1, int(told) if told.isdecimal() and len(told) < 8 else 0)
        column = -1
        found = {}
        for cell in row:
            column = _column(cell.get("r", "").rstrip("0123456789"), column + 1)
            if (text := cells.text(cell)) and not text.isspace():
                found[column] = text
        if found:
            yield number, found


@lru_cache(maxsize=1_000)
def _column(letters: str, otherwise: int) -> int:
    """The number, from 0 on, of the column with these letters: A is 0, Z 25, AA 26."""
    if not re.fullmatch(r"[A-Z]{1,3}", letters):
        return otherwise
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _records(rows: Rows, found: Headings) -> Iterator[Record | BadRecord]:
    for row, cells in rows:
        failed = ((name, cell) for name, cell in zip(found.names, cells, strict=False) if isinstance(cell, Failed))
        if (first := next(failed, None)) and first[0]:
            yield BadRecord(row, message("row-cell-error", first[0], str(first[1])[:40]))
        else:
            yield found.record(row, cells)


def _checked_size(file: BinaryIO) -> int:
    """The size of the file. Of its directory as well: one of millions of names would be read into memory whole.

    One too large for 32 bits is announced by a locator (APPNOTE 4.3.15, `PK` 6 7); no workbook has that.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 70_000))
    end = file.read()
    sizes = [struct.unpack("<L", found)[0] for found in _DIRECTORY_SIZE.findall(end)]
    if max(sizes, default=0) > _MAX_DIRECTORY or b"PK\6\7" in end:
        raise BadZipFile("too many files in it")
    return size


@contextmanager
def _told() -> Iterator[None]:
    """Turns what zipfile raises into a sentence; it checks little before it computes."""
    try:
        yield
    except (BadZipFile, zlib.error, struct.error, OSError, EOFError, KeyError, ValueError, RuntimeError,
            OverflowError) as error:  # fmt: skip
        raise BadManifest(message("manifest-xlsx-broken", str(error)[:100])) from None


XLSX = Format("XLSX", lambda source: source.head.startswith((b"PK\3\4", b"PK\5\6", _OLD_EXCEL)), _read)
