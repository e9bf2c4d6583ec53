"""A partner's list, whatever its format, as a stream of records. One file a format."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from wikitext.messages import Message


@dataclass(frozen=True)
class Record:
    """One row, its values by `column_key` of their column's name.

    `row` is as the partner would count it, and no two records of a list have the same: of a spreadsheet, CSV or wiki
    table the row, the heading being row 1; of JSON Lines the line; elsewhere the place from 1 on, of an object in its
    array (JSON), of a row in `data` (tabular data), of a canvas (IIIF), a record (OAI-PMH) or an object (XML) through
    all pages, or of each of its files.
    """

    row: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class BadRecord:
    """A row that cannot be read, and why."""

    row: int
    why: Message


@dataclass(frozen=True)
class Note:
    """How a list was read, where that is not a matter of course."""

    what: Message


class BadManifest(Exception):  # noqa: N818 - an expected outcome, told to the requester
    """The list as a whole cannot be read; `why` says it in a sentence."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.key)
        self.why = why


@dataclass(frozen=True)
class Table:
    """A list that is open: its columns (by `column_key`) and its rows, streamed; iterating may raise BadManifest.

    `format`: its name, as partners know it. Every record's values are of the columns; some may be missing.
    `notes`: how it was read, where that is not a matter of course.
    """

    columns: tuple[str, ...]
    rows: Iterator[Record | BadRecord]
    format: str
    notes: tuple[Message, ...] = ()


Fetch = Callable[[str], AbstractContextManager[BinaryIO]]
"""Gives a further page of a list by its address, from its start. Raises jobs.io.http.Unfetched."""
