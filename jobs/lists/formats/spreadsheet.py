"""Spreadsheets that are no `.xlsx`, by python-calamine: OpenDocument's, Excel's of before 2007 and its binary ones.

What it does not tell is not known of them: what is hidden, how numbers are shown, where links lead.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from jobs.lists.formats.cells import Headings, Rows, filled, headed
from jobs.lists.formats.list_source import Format, Source
from jobs.model.records import BadManifest, BadRecord, Record, Table
from wikitext.messages import message

_PROCESS = Path(__file__).with_name("spreadsheet_process.py")
_SECONDS = 60
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # workbooks with a password begin with it, too
_ARCHIVE = b"PK\3\4"
_OPEN_DOCUMENT = b"META-INF/manifest.xml"
_BINARY_EXCEL = b"xl/workbook.bin"


def _recognises(source: Source) -> bool:
    if not source.head.startswith(_ARCHIVE):
        return source.head.startswith(_OLD_EXCEL)
    return _OPEN_DOCUMENT in source.end or _BINARY_EXCEL in source.end


def _read(source: Source) -> Table:
    lines = _lines(source)
    name, others = json.loads(next(lines))
    if not name:
        if source.sheet:
            raise BadManifest(message("manifest-no-sheet", source.sheet, ", ".join(others)[:500]))
        raise BadManifest(message("manifest-spreadsheet"))
    found, below = headed(tuple(json.loads(line)) for line in lines)
    records = filled(_records(below, found), message("manifest-empty"))
    notes = [message("list-hidden-unknown")]
    if others:
        notes.append(message("list-sheet", name, ", ".join(others)[:500]))
    return Table(found.columns, records, SPREADSHEET.name, (*notes, *found.notes))


def _lines(source: Source) -> Iterator[str]:
    """What the process writes, once it has ended well. Raises BadManifest."""
    written = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - the rows are read from it
    with tempfile.TemporaryFile() as given:
        source.file.seek(0)
        shutil.copyfileobj(source.file, given)
        given.seek(0)
        command = [sys.executable, "-I", str(_PROCESS), source.sheet.strip().casefold()]
        try:
            subprocess.run(  # noqa: S603 - our own program
                command, stdin=given, stdout=written, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=True, env={}
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            raise BadManifest(message("manifest-spreadsheet")) from None
    written.seek(0)
    return iter(written)


def _records(rows: Rows, found: Headings) -> Iterator[Record | BadRecord]:
    for row, cells in rows:
        yield found.record(row, cells)


SPREADSHEET = Format("spreadsheet", _recognises, _read)
