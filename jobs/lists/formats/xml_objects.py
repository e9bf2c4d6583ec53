"""Records of objects in the schemas that museums and libraries share: LIDO, EDM, MODS, METS around MODS.

They stand in OAI-PMH's records, or in a file by themselves. An object of several files has a record for each, numbered
in `media number`; what a file says itself comes before what is said of the object.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from types import MappingProxyType
from xml.etree.ElementTree import Element

from jobs.lists.formats.cells import named_record, self_describing
from jobs.lists.formats.edm import described_edm
from jobs.lists.formats.lido import described_lido
from jobs.lists.formats.list_source import Format, Source
from jobs.lists.formats.mets import described_mets
from jobs.lists.formats.mods import described_mods
from jobs.lists.formats.xml_stream import ROOT, Budget, elements
from jobs.lists.formats.xml_values import Described
from jobs.model.records import BadRecord, Record, Table
from wikitext.messages import message

COLUMNS = (
    *("title", "creator", "contributor", "date", "place of creation", "publisher", "medium", "dimensions"),
    *("description", "notes", "object type", "object history", "inscriptions", "subject", "spatial", "language"),
    *("accession number", "identifier", "other identifiers", "institution", "source", "license", "rights"),
    *("rights holder", "credit line", "media url", "media number", "media description"),
)
"""The columns that a list of such records has, beside those in languages: `title@sv`, `description@sv`."""

_READERS: Mapping[str, Callable[[Element], Iterator[Described]]] = MappingProxyType(
    {
        "{http://www.lido-schema.org}lido": described_lido,
        "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF": described_edm,
        "{http://www.loc.gov/METS/}mets": described_mets,
        "{http://www.loc.gov/mods/v3}mods": lambda mods: iter([described_mods(mods)]),
    }
)
"""How each is read, the one that says most first."""

_KINDS = {"lido": "LIDO", "lidoWrap": "LIDO", "RDF": "EDM", "mets": "METS", "mods": "MODS", "modsCollection": "MODS"}
"""What a file is called by its first element."""


def records_within(element: Element, rows: Iterator[int]) -> list[Record | BadRecord]:
    """The records of the objects in an element, in the one of the schemas that says most, or none; by further rows."""
    found = _found(element)
    for tag, read in _READERS.items():
        objects = [one for root in found.get(tag, ()) if len(root) for one in read(root)]
        if records := [record for one in objects for record in _records(one, rows)]:
            return records
    return []


def _found(element: Element) -> dict[str, list[Element]]:
    """The records of each schema in an element, none of them within another."""
    found: dict[str, list[Element]] = {}
    left = [element]
    while left:
        inner = left.pop()
        if inner.tag in _READERS:
            found.setdefault(inner.tag, []).append(inner)
        else:
            left.extend(reversed(inner))
    return found


def _records(told: Described, rows: Iterator[int]) -> Iterator[Record | BadRecord]:
    known = named_record(0, {name: listed for name, listed in told.values.items() if listed})
    if isinstance(known, BadRecord):
        yield replace(known, row=next(rows))
        return
    if not told.files and any(known.values.values()):
        yield Record(next(rows), _filled(known.values))
    for number, file in enumerate(told.files, 1):
        own = named_record(next(rows), {**file, "media number": [str(number)]})
        yield replace(own, values=_filled({**known.values, **own.values})) if isinstance(own, Record) else own


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _kind(source: Source) -> str:
    """The schema of a file, or nothing."""
    root = ROOT.match(source.text)
    return _KINDS.get(root[1], "") if root else ""


def _read(source: Source) -> Table:
    def read() -> Iterator[Record | BadRecord]:
        rows = count(1)
        source.file.seek(0)
        for element in elements(source.file, {"lido", "RDF", "mets", "mods"}, Budget(math.inf)):
            yield from records_within(element, rows) or [BadRecord(next(rows), message("row-no-metadata"))]

    return self_describing(_kind(source), read)


OBJECTS = Format("XML", lambda source: bool(_kind(source)), _read)
