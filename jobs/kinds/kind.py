"""What a kind of job is: its parameters, the records it works on, and the actions they come to."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from jobs.io.plan_context import PlanContext
from jobs.lists.repeats import Mark
from jobs.model.actions import Action, Refusal
from jobs.model.records import BadRecord, Note, Record
from wikitext.check_page import Then
from wikitext.messages import Message

P = TypeVar("P", bound=BaseModel)


class Examination(Protocol):
    """What a kind can tell of a list before it looks at what the list points to.

    `mapping`: the title of the page with the meanings of the partner's words, empty where the request names none;
    `mapped`: whether there are any on it.
    """

    mapping: str
    mapped: bool

    def uses(self, columns: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        """What the columns are used for; those that are not used are left out."""

    def unfilled(self, columns: Sequence[str]) -> Sequence[str]:
        """The fields of what is made of the list that these columns do not fill."""

    def troubles(self, record: Record) -> Iterator[tuple[str, Message, Then]]:
        """What is the matter with a record, in which column (or none), and what comes of it."""

    def marks(self, record: Record) -> Iterator[Mark]:
        """What of a record no other should have, or only others of the same object."""

    def unmapped(self, record: Record) -> Iterator[tuple[str, str]]:
        """The words (column, word) of a record that the mapping does not know."""

    def table(self, words: Sequence[tuple[str, str]]) -> str:
        """Wikitext that puts these words on the mapping page."""


class Kind(ABC, Generic[P]):
    """A kind of job, and what it is if it does not say otherwise.

    `name`: what `type` says. `parameters`: the model of the others; its validators raise `jobs.model.problems.wrong`.
    `at_once`: how many records `plan` is given. `pilot`: whether the first few are shown before the rest is done.
    `counted`: the message that counts its items (“3 files”). `seconds_an_item`: how long one takes beside sending its
    bytes, before the bot has a pace of its own. `assumed`: parameters that a request may leave open which asks for
    nothing but the check of its list.
    """

    name: str
    parameters: type[P]
    at_once: int = 5
    pilot: bool = True
    counted: str = "count-files"
    seconds_an_item: float = 1.5
    assumed: Mapping[str, str] = MappingProxyType({})

    @abstractmethod
    def records(self, asked: P, context: PlanContext, /) -> Iterator[Record | BadRecord | Note]:
        """The request's items, streamed. Raises Invalid."""

    @abstractmethod
    def plan(self, asked: P, records: Sequence[Record], context: PlanContext, /) -> Iterator[Action | Refusal]:
        """For each of a batch of records, in order, an action or a refusal; reads and never writes."""

    def more_names(self, _parameters: Mapping[str, str], /) -> Collection[str]:
        """Names of parameters beside the model's own."""
        return ()

    def questions(self, _asked: P, _context: PlanContext, /) -> Iterator[Message]:
        """What a reviewer should know before saying yes."""
        return iter(())

    def examination(self, _asked: P, _context: PlanContext, /) -> Examination | None:
        """What is told of its list; None: it has none. May raise Invalid."""
        return None

    def called(self, _asked: P, values: Mapping[str, str], /) -> str:
        """By what people know a record that nothing comes of."""
        return values.get("page", "")
