"""IIIF: the canvases of a manifest, or of all manifests in a collection (https://iiif.io/api/presentation/, 3 and 2).

A record's `label` and what else is in `iiif_properties` are the manifest's; what the canvas says itself comes before
it, its own label as `canvas label`. `canvas number` is its place in the manifest (1.2 for its second image), `manifest`
that one's address, `media url` where the image is. A collection has the columns of its first manifest that can be read,
and the standard ones; what others have beyond those is passed over. What it names twice is read once.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from typing import Any, BinaryIO
from urllib.parse import urljoin

from jobs.io.http import Unfetched
from jobs.lists.formats.cells import filled, record, self_describing
from jobs.lists.formats.iiif_properties import STANDARD, described, identifier, kind, media_addresses
from jobs.lists.formats.json_objects import is_json
from jobs.lists.formats.json_stream import members_of, outline, whole
from jobs.lists.formats.list_source import Format, Pages, Source
from jobs.model.records import BadManifest, BadRecord, Record, Table
from wikitext.messages import message

COLUMNS = (*STANDARD, "canvas label", "canvas number", "manifest", "media url")
"""The columns that every collection has."""

_CONTEXTS = ("iiif.io/api/presentation/", "shared-canvas.org/ns/context.json")
_MANIFEST = frozenset({"Manifest", "sc:Manifest"})
_COLLECTION = frozenset({"Collection", "sc:Collection"})
_LARGE = frozenset({"items", "sequences", "structures", "annotations", "otherContent"})
_MEMBERS = ("items", "manifests", "members", "collections")
_MAX_NESTED = 10


def _is_iiif(source: Source) -> bool:
    """Told by its type; the context is often that of another of IIIF's interfaces, or missing (Internet Archive)."""
    if not is_json(source):
        return False
    types = source.outline.types
    known = any(context in text for text in types for context in _CONTEXTS)
    return known or bool(types & (_MANIFEST | _COLLECTION - {"Collection"}))


def _read(source: Source) -> Table:
    if _MANIFEST & source.outline.types:
        return self_describing(IIIF.name, lambda: _canvases(source.file, count(1)))
    if _COLLECTION & source.outline.types:
        columns = _columns(source)
        return Table(columns, filled(_collected(source, columns), message("manifest-no-records", IIIF.name)), IIIF.name)
    raise BadManifest(message("manifest-iiif"))


def _canvases(file: BinaryIO, rows: Iterator[int]) -> Iterator[Record | BadRecord]:
    """The canvases of the manifest in the file, numbered from `rows`."""
    manifest = whole(file, without=_LARGE)
    known = record(0, {**described(manifest), "manifest": identifier(manifest)})
    for number, canvas in enumerate(members_of(file, "items" if "type" in manifest else "sequences.item.canvases"), 1):
        yield from _images(rows, number, known, canvas)


def _checked_canvases(file: BinaryIO, rows: Iterator[int]) -> Iterator[Record | BadRecord]:
    """The canvases in a file of which nothing is known."""
    if not _MANIFEST & outline(file).types:
        raise BadManifest(message("manifest-iiif"))
    yield from _canvases(file, rows)


def _images(rows: Iterator[int], number: int, known: Record | BadRecord, canvas: Any) -> Iterator[Record | BadRecord]:
    """The records of the images on a canvas, mostly one, for what is known of the manifest."""
    if kind(canvas) != "Canvas":
        yield BadRecord(next(rows), message("row-no-canvas"))
        return
    named = {f"canvas {k}" if k.split("@")[0] == "label" else k: value for k, value in described(canvas).items()}
    for place, address in enumerate(media_addresses(canvas) or [""], 1):
        row = next(rows)
        if isinstance(known, BadRecord):
            yield replace(known, row=row)
            continue
        numbered = str(number) if place == 1 else f"{number}.{place}"
        own = record(row, {**named, "canvas number": numbered, "media url": address})
        yield replace(own, values={**known.values, **own.values}) if isinstance(own, Record) else own


def _columns(source: Source) -> tuple[str, ...]:
    pages = Pages(source)
    for address in _named(pages, source.file, source.address):
        try:
            with pages.open(address) as file:
                rows = _checked_canvases(file, count(1))
                names = (name for row in rows if isinstance(row, Record) for name in row.values)
                return tuple(dict.fromkeys((*names, *COLUMNS)))
        except (Unfetched, BadManifest):
            continue
    return COLUMNS


def _collected(source: Source, columns: tuple[str, ...]) -> Iterator[Record | BadRecord]:
    pages = Pages(source)
    rows = count(1)
    for address in _distinct(_named(pages, source.file, source.address)):
        for row in _member(pages, address, rows):
            if isinstance(row, Record):
                yield Record(row.row, {name: row.values[name] for name in columns if name in row.values})
            else:
                yield row


def _member(pages: Pages, address: str, rows: Iterator[int]) -> Iterator[Record | BadRecord]:
    """The canvases of a manifest that a collection names, or one bad record in their place."""
    with ExitStack() as opened:
        try:
            file = opened.enter_context(pages.open(address))
        except Unfetched as error:
            yield BadRecord(next(rows), error.why)
            return
        try:
            yield from _checked_canvases(file, rows)
        except BadManifest:
            yield BadRecord(next(rows), message("manifest-iiif-member", address))


def _distinct(addresses: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for address in addresses:
        if address not in seen:
            seen.add(address)
            yield address


def _named(pages: Pages, file: BinaryIO, address: str, nested: int = 0) -> Iterator[str]:
    """The addresses of the manifests in the collection in the file and its further pages, and in those in it."""
    with ExitStack() as opened:
        while True:
            yield from _on_page(pages, file, address, nested)
            address = _next_page(file, address)
            if not address:
                return
            opened.close()
            file = opened.enter_context(pages.open(address))


def _on_page(pages: Pages, file: BinaryIO, address: str, nested: int) -> Iterator[str]:
    found = outline(file)
    if not _COLLECTION & found.types or nested > _MAX_NESTED:
        raise BadManifest(message("manifest-iiif-member", address))
    for member in (member for place in _MEMBERS if place in found.arrays for member in members_of(file, place)):
        named = _joined(address, identifier(member))
        if kind(member) != "Collection":
            yield named
        else:
            with pages.open(named) as inner:
                yield from _named(pages, inner, named, nested + 1)


def _next_page(file: BinaryIO, address: str) -> str:
    """Where a collection in pages (Presentation API 2.1, 5.8) goes on, or nothing."""
    told = whole(file, without=_LARGE | frozenset(_MEMBERS))
    first = "" if set(_MEMBERS) & outline(file).arrays.keys() else identifier(told.get("first"))
    further = identifier(told.get("next")) or first
    return _joined(address, further) if further else ""


def _joined(address: str, named: str) -> str:
    try:
        return urljoin(address, named)
    except ValueError:  # what is no address leads nowhere, and is told so when it is fetched
        return named


IIIF = Format("IIIF", _is_iiif, _read)
