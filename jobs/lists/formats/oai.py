"""OAI-PMH: the answers to ListRecords (https://www.openarchives.org/OAI/openarchivesprotocol.html).

Of Dublin Core the columns are its fifteen elements and its terms, which some servers have in their place; what is
repeated is joined. Where addresses stand among other identifiers, the first is in `identifier link`. Of records in
other schemas they are those of `xml_objects`, with the languages that the first thousand records have. Every
resumption token is followed.
"""

import math
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import BinaryIO
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree.ElementTree import Element

from jobs.lists.formats.cells import filled, named_record
from jobs.lists.formats.list_source import Format, Pages, Source
from jobs.lists.formats.xml_objects import COLUMNS as OBJECT_COLUMNS
from jobs.lists.formats.xml_objects import records_within
from jobs.lists.formats.xml_stream import ROOT, Budget, elements, local_name
from jobs.model.records import BadManifest, BadRecord, Record, Table
from wikitext.escape import is_address
from wikitext.messages import message

COLUMNS = (
    *("title", "creator", "subject", "description", "publisher", "contributor", "date", "type"),
    *("format", "identifier", "source", "language", "relation", "coverage", "rights"),
    *("abstract", "access rights", "alternative", "bibliographic citation", "created", "date copyrighted", "extent"),
    *("has format", "has part", "has version", "is format of", "is part of", "is referenced by", "issued", "license"),
    *("medium", "provenance", "references", "rights holder", "spatial", "table of contents", "temporal"),
    "identifier link",
)
_DUBLIN_CORE = ("{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}")
_CAPITAL = re.compile("(?=[A-Z])")
_HEAD = 10_000
_JUDGED = 1_000  # records that tell which columns there are
_ARGUMENTS = frozenset({"verb", "metadataPrefix", "from", "until", "set", "resumptionToken"})


def _is_xml(source: Source) -> bool:
    root = ROOT.match(source.text)
    return root is not None and (source.text.startswith("<?xml") or root[1] == "OAI-PMH") and not _is_page(root)


def _is_page(root: re.Match[str]) -> bool:
    return root[1].lower() == "html" or re.match(r"\s+html\b", root.string[root.end() :], re.IGNORECASE) is not None


def _read(source: Source) -> Table:
    root = ROOT.match(source.text)
    if root is None or root[1] not in {"OAI-PMH", "!DOCTYPE"}:
        raise BadManifest(message("manifest-xml", root[1][:60] if root else ""))
    ends = source.end.rstrip().endswith(b"OAI-PMH>")
    notes = () if ends else (message("list-xml-end"),)
    columns = _columns(source)
    return Table(columns, filled(_rows(source, columns), message("manifest-no-records", OAI.name)), OAI.name, notes)


def _columns(source: Source) -> tuple[str, ...]:
    """Those of the schemas that the first records are in, with the languages they have; of all where there are none."""
    source.file.seek(0)
    found: dict[str, str] = {}
    plain = False
    records = islice(elements(source.file, {"record"}, Budget(math.inf)), _JUDGED)
    for element in (record for record in records if not _is_deleted(record)):
        objects = records_within(element, count(1))
        for row in objects:
            found.update(row.values if isinstance(row, Record) else {})
        plain = plain or (not objects and isinstance(_in_dublin_core(0, element), Record))
    columns = (*found, *(OBJECT_COLUMNS if found or not plain else ()), *(COLUMNS if plain or not found else ()))
    return tuple(dict.fromkeys(columns))


def _rows(source: Source, columns: tuple[str, ...]) -> Iterator[Record | BadRecord]:
    for row in _listed(source):
        if isinstance(row, Record):
            yield Record(row.row, {name: value for name, value in row.values.items() if name in columns})
        else:
            yield row


def _listed(source: Source) -> Iterator[Record | BadRecord]:
    pages = Pages(source)
    rows, seen = count(1), count(1)
    source.file.seek(0)
    said = yield from _page(source.file, rows, seen)
    while said.token:
        with pages.open(_next(source.address, said.token)) as file:
            root = ROOT.match(file.read(_HEAD).decode("utf-8", "replace").lstrip("\ufeff \n\r\t"))
            if root is None or root[1] != "OAI-PMH":
                raise BadManifest(message("manifest-oai-page", said.token[:80]))
            file.seek(0)
            further = yield from _page(file, rows, seen)
            said = replace(further, whole=further.whole or said.whole)
    if (missing := next(seen)) <= said.whole:
        yield BadRecord(next(rows), message("row-oai-missing", said.whole, missing - 1))


@dataclass(frozen=True)
class _Said:
    """What an answer says of the list: the token for the next, if any; how many records there are in all, or 0."""

    token: str = ""
    whole: int = 0


def _page(file: BinaryIO, rows: Iterator[int], seen: Iterator[int]) -> Generator[Record | BadRecord, None, _Said]:
    """The records of one answer, by further rows, each counted in `seen`; returns what it says of the list."""
    said = _Said()
    for element in elements(file, {"record", "resumptionToken", "error"}, Budget(math.inf)):
        text = (element.text or "").strip()
        match local_name(element):
            case "record":
                next(seen)
                yield from _records(rows, element)
            case "resumptionToken":
                size = element.get("completeListSize", "")
                said = _Said(text, int(size) if size.isdecimal() and len(size) < 10 else 0)
            case _:
                raise BadManifest(message("manifest-oai-error", text[:200], element.get("code", "")[:60]))
    return said


def _records(rows: Iterator[int], record: Element) -> list[Record | BadRecord]:
    if _is_deleted(record):
        return [BadRecord(next(rows), message("row-deleted"))]
    return records_within(record, rows) or [_in_dublin_core(next(rows), record)]


def _is_deleted(record: Element) -> bool:
    return any(local_name(child) == "header" and child.get("status") == "deleted" for child in record)


def _in_dublin_core(row: int, record: Element) -> Record | BadRecord:
    values: dict[str, list[str]] = {}
    for element in _dublin_core(record):
        values.setdefault(_column(element), []).append("".join(element.itertext()))
    identifiers = values.get("identifier", [])
    addresses = [text.strip() for text in identifiers if is_address(text.strip())]
    if addresses and len(addresses) < len(identifiers):
        values["identifier"] = [text for text in identifiers if text.strip() not in addresses]
        values["identifier link"] = addresses[:1]
    return named_record(row, values) if values else BadRecord(row, message("row-no-metadata"))


def _dublin_core(record: Element) -> Iterator[Element]:
    """The elements of Dublin Core in a record; what is within one of them is part of its text."""
    left = [record]
    while left:
        element = left.pop()
        if element.tag.startswith(_DUBLIN_CORE) and _column(element) in COLUMNS:
            yield element
        else:
            left.extend(reversed(element))


def _column(element: Element) -> str:
    """`isPartOf` is `is part of`."""
    return _CAPITAL.sub(" ", local_name(element)).lower()


def _next(address: str, token: str) -> str:
    """Where the answer after this token is; a token stands in place of all other arguments (3.5, Flow Control)."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in _ARGUMENTS]
    query = urlencode([*kept, ("verb", "ListRecords"), ("resumptionToken", token)])
    return urlunsplit(parts._replace(query=query, fragment=""))


OAI = Format("OAI-PMH", _is_xml, _read)
