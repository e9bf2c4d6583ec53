"""What a kind of job is: its parameters, the records it works on, and the actions they come to."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from jobs.io.plan_context import PlanContext
from jobs.lists.repeats import Mark
from jobs.model.actions import Action, Refusal
from jobs.model.records import BadRecord, Note, Record
from wikitext.check import Then
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


def _no_questions(_parameters: P, _context: PlanContext) -> Iterator[Message]:
    return iter(())


def _page(_parameters: P, values: Mapping[str, str]) -> str:
    return values.get("page", "")


def _no_names(_parameters: Mapping[str, str]) -> Collection[str]:
    return ()


@dataclass(frozen=True)
class Kind(Generic[P]):
    """A kind of job.

    `name`: what `type` says. `parameters`: the model of the others; its validators raise `jobs.model.problems.wrong`.
    `records`: the request's items, streamed; raises Invalid. `plan`: for each of a batch of records, in order, an
    action or a refusal; reads and never writes. `more_names`: names of parameters beside the model's own. `questions`:
    what a reviewer should know before saying yes. `at_once`: how many records `plan` is given. `pilot`: whether the
    first few are shown before the rest is done. `counted`: the message that counts its items (“3 files”). `examine`:
    what is told of its list; may raise Invalid. `called`: by what people know a record that nothing comes of.
    `assumed`: parameters that a request may leave open which asks for nothing but the check of its list.
    """

    name: str
    parameters: type[P]
    records: Callable[[P, PlanContext], Iterator[Record | BadRecord | Note]]
    plan: Callable[[P, Sequence[Record], PlanContext], Iterator[Action | Refusal]]
    more_names: Callable[[Mapping[str, str]], Collection[str]] = _no_names
    questions: Callable[[P, PlanContext], Iterator[Message]] = _no_questions
    at_once: int = 5
    pilot: bool = True
    counted: str = "count-files"
    examine: Callable[[P, PlanContext], Examination] | None = None
    called: Callable[[P, Mapping[str, str]], str] = _page
    assumed: Mapping[str, str] = field(default_factory=dict)
