"""Partners' lists of every format, told by what is in the file: never by its name, nor by what a server calls it."""

import codecs
import re
import tempfile
from dataclasses import replace
from itertools import chain
from typing import BinaryIO

from jobs.records import BadManifest, Fetch, Table
from jobs.records.iiif import IIIF
from jobs.records.json_objects import JSON, JSON_LINES
from jobs.records.oai import OAI
from jobs.records.source import Format, Source
from jobs.records.table import CSV
from jobs.records.tabular_data import TABULAR
from jobs.records.wiki_table import WIKI_TABLE
from jobs.records.xlsx import XLSX
from wikitext.messages import message

FORMATS: tuple[Format, ...] = (XLSX, OAI, JSON_LINES, IIIF, TABULAR, JSON, WIKI_TABLE, CSV)
"""In the order in which they are asked whether a file is of theirs; the last takes what is left."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(r"^(<\?xml\b[^>]*?\bencoding\s*=\s*[\"'])[^\"'>]*")
_CHUNK = 1 << 16


def read_records(file: BinaryIO, fetch: Fetch, address: str, sheet: str = "") -> Table:
    """The table in the file, which can be sought in and stays open until the rows are read.

    `fetch`: for further pages, of an OAI-PMH list or a IIIF collection. `address`: where the file came from, for what
    these name. `sheet`: the one wanted of a workbook, if not the first. Raises BadManifest, as iterating may, and
    whatever `fetch` raises.
    """
    source = Source(_in_utf8(file), fetch, address, sheet)
    table = next(known for known in FORMATS if known.recognises(source)).read(source)
    first = next(table.rows)
    return replace(table, rows=chain([first], table.rows))


def _in_utf8(file: BinaryIO) -> BinaryIO:
    """The file, or what is in it, where that is UTF-16 with a byte order mark."""
    file.seek(0)
    beginning = file.read(2)
    file.seek(0)
    if beginning not in _UTF16:
        return file
    decoder = codecs.getincrementaldecoder("utf-16")()
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the rows are read from it
    try:
        while chunk := file.read(_CHUNK):
            copy.write(_DECLARED.sub(r"\1UTF-8", decoder.decode(chunk)).encode())
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise BadManifest(message("manifest-not-utf8")) from None
    return copy
