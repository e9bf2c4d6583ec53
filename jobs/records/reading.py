"""Partners' lists of every format, told by what is in the file: never by its name, nor by what a server calls it."""

from dataclasses import replace
from itertools import chain
from typing import BinaryIO

from jobs.records import Fetch, Table
from jobs.records.encodings import in_utf8
from jobs.records.html_table import HTML_TABLE
from jobs.records.iiif import IIIF
from jobs.records.json_objects import JSON, JSON_LINES
from jobs.records.oai import OAI
from jobs.records.packed import unpacked
from jobs.records.source import Format, Source
from jobs.records.spreadsheet import SPREADSHEET
from jobs.records.table import CSV
from jobs.records.tabular_data import TABULAR
from jobs.records.wiki_table import WIKI_TABLE
from jobs.records.xlsx import XLSX
from jobs.records.xml_objects import OBJECTS

FORMATS: tuple[Format, ...] = (
    SPREADSHEET, XLSX, OBJECTS, OAI, JSON_LINES, IIIF, TABULAR, JSON, WIKI_TABLE, HTML_TABLE, CSV,
)  # fmt: skip
"""In the order in which they are asked whether a file is of theirs; the last takes what is left."""


def read_records(file: BinaryIO, fetch: Fetch, address: str, sheet: str = "", encoding: str = "") -> Table:
    """The table in the file, which can be sought in and stays open until the rows are read.

    `fetch`: for further pages, of an OAI-PMH list or a IIIF collection. `address`: where the file came from, for what
    these name. `sheet`: the one wanted of a workbook; `encoding`: what the partner says that the file is in. Raises
    BadManifest, as iterating may, and whatever `fetch` raises.
    """
    source = Source(in_utf8(unpacked(file), encoding), fetch, address, sheet)
    table = next(known for known in FORMATS if known.recognises(source)).read(source)
    first = next(table.rows)
    return replace(table, rows=chain([first], table.rows))
