"""Partners' lists of every format, told by what is in the file: never by its name, nor by what a server calls it."""

from dataclasses import replace
from itertools import chain
from typing import BinaryIO

from jobs.lists.encodings import in_utf8
from jobs.lists.formats.compressed import unpacked
from jobs.lists.formats.csv_table import CSV
from jobs.lists.formats.html_table import HTML_TABLE
from jobs.lists.formats.iiif import IIIF
from jobs.lists.formats.json_objects import JSON, JSON_LINES
from jobs.lists.formats.list_source import Format, Source
from jobs.lists.formats.oai import OAI
from jobs.lists.formats.spreadsheet import SPREADSHEET
from jobs.lists.formats.tabular_data import TABULAR
from jobs.lists.formats.wiki_table import WIKI_TABLE
from jobs.lists.formats.xlsx import XLSX
from jobs.lists.formats.xml_objects import OBJECTS
from jobs.model.records import Fetch, Table

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
