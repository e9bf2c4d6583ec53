"""What the reader of a format is given, and what a format is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from jobs.io.http import Unfetched
from jobs.lists.formats.json_stream import Outline, outline
from jobs.model.records import BadManifest, Fetch, Table
from wikitext.messages import message

WEB_PAGE = ("<!doctype", "<html", "<?xml", "<head", "<body")
"""How web pages begin, in lower case."""

_HEAD = 100_000
_MAX_PAGES = 10_000
_MAX_ADDRESS = 2_000


@dataclass(frozen=True)
class Source:
    """A list to be read: its file, and where that came from. `sheet`: the one wanted of several, or nothing."""

    file: BinaryIO
    fetch: Fetch
    address: str
    sheet: str

    @cached_property
    def head(self) -> bytes:
        """How the file begins."""
        self.file.seek(0)
        return self.file.read(_HEAD)

    @cached_property
    def end(self) -> bytes:
        """How the file ends."""
        self.file.seek(max(0, self.file.seek(0, 2) - _HEAD))
        return self.file.read()

    @cached_property
    def text(self) -> str:
        """How the file begins, as text, without white space before it."""
        return self.head.decode("utf-8-sig", "replace").lstrip()

    @cached_property
    def outline(self) -> Outline:
        """What the file, which is JSON, holds on its upper levels. Raises BadManifest."""
        return outline(self.file)


@dataclass(frozen=True)
class Format:
    """A format of lists.

    `name`: as partners know it. `recognises`: whether the file is of it, by its content; may raise BadManifest.
    `read`: the table in the file; raises BadManifest, and Unfetched where it has further pages.
    """

    name: str
    recognises: Callable[[Source], bool]
    read: Callable[[Source], Table]


class Pages:
    """The further pages of a list: each is opened once, and so many at most, so that every list ends."""

    def __init__(self, source: Source) -> None:
        self._fetch = source.fetch
        self._seen = {source.address}

    @contextmanager
    def open(self, address: str) -> Iterator[BinaryIO]:
        """The page at the address. Raises Unfetched, and BadManifest where it was opened before."""
        if len(address) > _MAX_ADDRESS:
            raise Unfetched(message("web-address", address[:80]))
        if address in self._seen:
            raise BadManifest(message("manifest-circle", address))
        if len(self._seen) > _MAX_PAGES:
            raise BadManifest(message("manifest-many-pages", _MAX_PAGES))
        self._seen.add(address)
        with self._fetch(address) as file:
            yield file
