"""A partner's list, whatever its format, as a stream of records. One file a format."""

from collections.abc import Mapping
from dataclasses import dataclass

from wikitext.messages import Message


@dataclass(frozen=True)
class Record:
    """One row. `row` as a spreadsheet numbers it, the heading being row 1; `values` by `column_key` of the heading."""

    row: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class BadRecord:
    """A row that cannot be read, and why."""

    row: int
    why: Message


class BadManifest(Exception):  # noqa: N818 - an expected outcome, told to the requester
    """The list as a whole cannot be read; `why` says it in a sentence."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.key)
        self.why = why
