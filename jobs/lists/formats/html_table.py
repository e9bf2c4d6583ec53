"""Tables in HTML, which museums' databases export under names like `objects.xls`: one table, and little beside it."""

import re
from collections.abc import Iterator

from jobs.lists.formats.cells import Headings, Rows, filled, headed, unescaped
from jobs.lists.formats.list_source import WEB_PAGE, Format, Source
from jobs.model.records import BadManifest, BadRecord, Record, Table
from wikitext.messages import message

_MAX_SIZE = 20_000_000
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_ROW = re.compile(r"<tr\b[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b([^<>]*)>", re.IGNORECASE)
_SPANS = re.compile(r"\b(row|col)span\s*=\s*[\"']?0*([2-9]|1\d)", re.IGNORECASE)
_BREAK = re.compile(r"<(br|/p|/div)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_UNSEEN = re.compile(
    r"<(style|script|head)\b.*?(?:</\1\s*>|(?=<table\b)|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)


def _recognises(source: Source) -> bool:
    """A web page that is more than a table is told as what it is by who reads CSV."""
    start = source.text.lower()
    if not start.startswith((*WEB_PAGE, "<table", "<style", "<meta")) or "<table" not in start:
        return False
    before, table, behind = _parts(_content(source))
    return bool(table) and len(_words(before)) + len(_words(behind)) < len(_words(table)) / 2


def _content(source: Source) -> str:
    source.file.seek(0)
    read = source.file.read(_MAX_SIZE + 1)
    if len(read) > _MAX_SIZE:
        raise BadManifest(message("manifest-packed-large", _MAX_SIZE // 1_000_000))
    return _UNSEEN.sub("", read.decode("utf-8-sig", "replace"))


def _parts(content: str) -> tuple[str, str, str]:
    """What stands before the only table, in it, and behind it; nothing in it where there are several."""
    begins = [found.start() for found in _TABLE.finditer(content)]
    if len(begins) != 1:
        return content, "", ""
    end = content.lower().find("</table", begins[0])
    end = len(content) if end < 0 else end
    return content[: begins[0]], content[begins[0] : end], content[end:]


def _words(html: str) -> str:
    return " ".join(_TAG.sub(" ", html).split())


def _read(source: Source) -> Table:
    _, table, _ = _parts(_content(source))
    found, below = headed(_rows(table))
    return Table(found.columns, filled(_records(below, found), message("manifest-empty")), HTML_TABLE.name, found.notes)


def _rows(table: str) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(_ROW.split(table)[1:], 1):
        _, *cells = _CELL.split(row)
        if any(map(_SPANS.search, cells[::2])):
            raise BadManifest(message("manifest-wiki-span", number))
        yield number, [_text(cell) for cell in cells[1::2]]


def _text(cell: str) -> str:
    lines = unescaped(_TAG.sub("", _BREAK.sub("\n", " ".join(cell.split())))).split("\n")
    return "\n".join(line.strip() for line in lines).strip()


def _records(rows: Rows, found: Headings) -> Iterator[Record | BadRecord]:
    for row, cells in rows:
        yield found.record(row, cells)


HTML_TABLE = Format("HTML", _recognises, _read)
