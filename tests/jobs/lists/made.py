"""What the tests of lists work with: reading whatever it is, and writing workbooks."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

import pytest

from jobs.io.http import Unfetched, Web
from jobs.lists.registry import read_records
from jobs.model.records import BadManifest, BadRecord, Fetch, Record, Table
from wikitext.messages import is_message, message

DATA = Path(__file__).parents[2] / "data"
CSV = Path(__file__).parents[3] / "deploy/sandbox/partner/records.csv"
ADDRESS = "https://museum.example.org/list"

Arguments = tuple[str | int, ...]

_OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def fetching(pages: Mapping[str, bytes]) -> Fetch:
    """Gives these pages and no others."""

    @contextmanager
    def fetch(address: str) -> Iterator[BinaryIO]:
        if address not in pages:
            raise Unfetched(message("web-status", address, 404))
        yield io.BytesIO(pages[address])

    return fetch


@dataclass
class Published:
    """A web server on loopback: what is at each path, and what was asked for, in order."""

    host: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def address(self, path: str) -> str:
        """Where the path is."""
        return f"http://{self.host}{path}"

    def publish(self, path: str, content: str) -> str:
        """Put something there; returns its address."""
        self.pages[path] = content.encode()
        return self.address(path)

    def rows(self, path: str) -> tuple[Table, list[Record | BadRecord]]:
        """The list at the path and all its rows, every page of it fetched over the network."""
        with closing(Web("a test", exempt=[self.host])) as web:

            @contextmanager
            def fetch(address: str) -> Iterator[BinaryIO]:
                with tempfile.TemporaryFile() as file:
                    web.fetch(address, ["127.0.0.1"], file, 1_000_000)
                    file.seek(0)
                    yield file

            with fetch(self.address(path)) as first:
                read = read_records(first, fetch, self.address(path))
                return read, list(read.rows)


def table(content: str | bytes, pages: Mapping[str, bytes] | None = None, **how: str) -> Table:
    """The table that a list is; `pages`: those it goes on in, by their addresses; `how`: what a request says of it."""
    data = content.encode() if isinstance(content, str) else content
    return read_records(io.BytesIO(data), fetching(pages or {}), ADDRESS, **how)


def rows(content: str | bytes, pages: Mapping[str, bytes] | None = None, **how: str) -> list[Record | BadRecord]:
    """Everything in the list, every record's values being of its columns."""
    read = table(content, pages, **how)
    found = list(read.rows)
    assert all(set(row.values) <= set(read.columns) for row in found if isinstance(row, Record))
    assert len({row.row for row in found}) == len(found)
    return found


def values(content: str | bytes, pages: Mapping[str, bytes] | None = None, **how: str) -> list[dict[str, str]]:
    """The values of a list in which every row can be read."""
    found = [dict(row.values) for row in rows(content, pages, **how) if isinstance(row, Record)]
    assert len(found) == len(rows(content, pages, **how))
    return found


def bad_rows(content: str | bytes, pages: Mapping[str, bytes] | None = None) -> list[tuple[int, str, Arguments]]:
    """The rows that cannot be read, and why."""
    bad = [row for row in rows(content, pages) if isinstance(row, BadRecord)]
    return [(row.row, row.why.key, row.why.arguments) for row in bad]


def refusal(content: str | bytes, pages: Mapping[str, bytes] | None = None, **how: str) -> tuple[str, Arguments]:
    """Why the list as a whole cannot be read."""
    with pytest.raises(BadManifest) as refused:
        rows(content, pages, **how)
    return refused.value.why.key, refused.value.why.arguments


def read_or_refused(content: bytes, pages: Mapping[str, bytes] | None = None) -> None:
    """Fails if reading raises anything but BadManifest with a sentence, or gives anything but records of texts."""
    try:
        for row in rows(content, pages):
            if isinstance(row, Record):
                assert all(type(value) is str for value in row.values.values())
            else:
                assert is_message(row.why.key)
    except BadManifest as refused:
        assert is_message(refused.why.key)  # noqa: PT017 - either is right


def cell(place: str, value: str | float | None, style: int | None = None, kind: str = "") -> str:
    """A cell of a sheet: a text, a number, or of another kind (`b`, `e`, `d`, `str`, `s`)."""
    shown = "" if style is None else f' s="{style}"'
    if value is None:
        return f'<c r="{place}"{shown}/>'
    if isinstance(value, str) and not kind:
        return f'<c r="{place}"{shown} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"{shown} t="{kind or "n"}"><v>{escape(str(value))}</v></c>'


def row(number: int, *cells: str) -> str:
    """A row of a sheet."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def sheet_of(written: Sequence[Sequence[str | float | None]]) -> str:
    """A sheet of texts and numbers, from its first cell on."""
    return "".join(
        row(n, *(cell(f"{letters(c)}{n}", value) for c, value in enumerate(line))) for n, line in enumerate(written, 1)
    )


def letters(column: int) -> str:
    """What a spreadsheet calls the column with this number, from 0 on."""
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def workbook(
    *sheets: str,
    names: Sequence[str] = (),
    hidden: Sequence[str] = (),
    strings: Sequence[str] = (),
    styles: str = "",
    properties: str = "",
    change: Callable[[dict[str, str]], None] = lambda _parts: None,
) -> bytes:
    """An Excel workbook of these sheets (the rows of each), as Excel writes it; `change` may spoil its parts."""
    called = names or [f"Sheet{n}" for n in range(1, len(sheets) + 1)]
    states = ("visible", "hidden")
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}" state="{states[name in hidden]}"/>'
        for n, name in enumerate(called, 1)
    )
    related = {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)}
    parts = {
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            related | {"rS": ("sharedStrings", "sharedStrings.xml"), "rT": ("styles", "/xl/styles.xml")}
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{"".join(strings)}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>',
    }
    for n, rows_ in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows_}</sheetData></worksheet>'
    change(parts)
    return zipped(parts)


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}">{listed}</Relationships>'


def spreadsheet(rows_: str) -> bytes:
    """A spreadsheet of LibreOffice's with one sheet of these rows."""
    names = " ".join(f'xmlns:{name}="{_OPEN_DOCUMENT}:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="List">{rows_}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    manifest = f'<manifest:manifest xmlns:manifest="{_OPEN_DOCUMENT}:manifest:1.0">{entry}</manifest:manifest>'
    return zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def zipped(parts: Mapping[str, str]) -> bytes:
    """A ZIP archive of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()
