"""What a handler of actions is, and what it works with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event as Signal
from typing import Protocol

from jobs.io.fetching import Places
from jobs.io.http import Web
from jobs.io.page_permissions import Gate
from jobs.io.spool import Spool
from jobs.io.summaries import RequestSummary
from jobs.io.wiki import Wiki
from jobs.model.outcomes import Later, LostWrite, Outcome, TakenByAnother, Verification
from jobs.model.pace import WriteKind
from jobs.model.policy import Policy
from jobs.model.requests import Item
from wikitext.messages import Language


class StopSwitch(Protocol):
    """Whether people stopped what is being carried out."""

    def reason(self) -> Later | None:
        """Why nothing more may be written now."""


class Pace(Protocol):
    """Keeps writes as far apart as the policy and the wiki want, those of all processes together."""

    def far(self, kind: WriteKind) -> Later | None:
        """Why nothing should be begun that ends in such a write: its place is too far off. None is taken."""

    def keep(self, kind: WriteKind) -> Later | None:
        """Wait for a place for such a write; why it may not be sent then: people stopped it, or its place is too far.

        What the write is to be based on is read afterwards, unless the wiki itself refuses what is based on older.
        """


class Attempts(Protocol):
    """What is noted of attempts before they are made: of two workers one makes each, and its response may be lost."""

    def claim(self, item: Item, parent: int = 0, sent_text_sha1: str = "") -> Item | TakenByAnother:
        """Note that the item is about to be sent, and return it as it is then.

        `parent` and `sent_text_sha1` are what a response that is lost will be looked for by.
        """

    def keep_stash(self, item: Item, key: str) -> None:
        """Note the key under which the wiki keeps what arrived of the item's file: another try goes on from there."""


@dataclass(frozen=True, kw_only=True)
class ExecutionContext:
    """What a slice works with.

    `gate`: which pages the request may change. `summary`: what those of all its edits say alike, before which each
    action puts what it does. `prefix`: of links to the wiki from where the request is answered. `tracking`: the text
    of the page of the request's category. `language`: in which the request is answered. `over`: set when the slice is.
    """

    wiki: Wiki
    web: Web
    policy: Policy
    gate: Gate
    spool: Spool
    places: Places
    stop_switch: StopSwitch
    pace: Pace
    attempts: Attempts
    summary: RequestSummary
    prefix: str
    tracking: str
    language: Language
    over: Signal = field(default_factory=Signal)


class ActionHandler(Protocol):
    """One type of action. What is asked of the wiki may raise WikiError and Unanswered."""

    def prepare(self, items: Sequence[Item]) -> None:
        """Read at once what the items need."""

    def find_lost_write(self, item: Item) -> LostWrite:
        """Whether an item whose response was lost took effect."""

    def do(self, item: Item) -> Outcome:
        """Carry the item out, or go on with it: with what came to `Begun` once it was prepared, in the same slice."""

    def verify(self, items: Sequence[Item]) -> Iterator[Verification]:
        """Read back what was sent, each item in order."""
