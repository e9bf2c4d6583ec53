"""Requests, their items, and what people say of them, as the ledger has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias, TypedDict

from jobs.model.actions import Action, Refusal
from jobs.model.problems import Problem
from jobs.model.profile import Profile
from jobs.model.states import Event, State
from wikitext.languages import language_meant
from wikitext.messages import Language, Message, language


class ItemState(StrEnum):
    """Where an item is.

    `withheld`: the list itself keeps it out, or a reviewer does; `sending`: it is not known whether it took effect;
    `partly`: it did, but not all of it.
    """

    READ = "read"
    REFUSED = "refused"
    WITHHELD = "withheld"
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    DONE = "done"
    PARTLY = "partly"
    FAILED = "failed"


THERE = (ItemState.DONE, ItemState.PARTLY)
"""The states of an item of which something is on the wiki."""


UNFINISHED = (ItemState.READ, ItemState.PLANNED, ItemState.SENDING, ItemState.SENT)
"""The states of an item of which it is not known yet what became of it."""


@dataclass(frozen=True)
class NewRequest:
    """What somebody asked for, in the revision that says who; `problems` are those of the call's form.

    `alike`: its place among those that ask the same in that revision.
    """

    fingerprint: str
    parameters: Mapping[str, str]
    author: str
    revision: int
    problems: tuple[Problem, ...] = ()
    alike: int = 1


@dataclass(frozen=True)
class StoredRequest:
    """A request as the ledger has it; `text_id` is what people know it by.

    `wiki`: where it was filed and is answered; `target`: the wiki it is carried out on. `undoes`: the number of the
    request that it takes back; 0: none.
    `listing`: a hash of its records; `profile`: what is in their columns; `checked_rows`: a hash of what the rows came
    to that were checked; `plan`: a hash of all that was previewed.
    `questions`: what the reviewer is asked. `why`: what it waits for, or why it stopped. `notice`: what its talk page
    has yet to be told; `heard`: of what was written there in plain words. `curtailed`: why the wiki has not all of its
    report. `version` counts what people have to be told of; `published_version` is the one that the wiki shows, and
    `published_status`, `published_items` what it says of the state and the number of finished items.
    `free_items`: how many were let run without review, and `freed` when. `asked`: when its text was taken in; `served`:
    when its last slice began. `hands`: how many may work on it at once. Times are seconds since the epoch.
    """

    id: int
    wiki: str
    page: str
    target: str
    undoes: int
    fingerprint: str
    parameters: Mapping[str, str]
    author: str
    revision: int
    asked: float
    state: State
    problems: tuple[Problem, ...]
    listed: bool
    listing: str
    profile: Profile
    questions: tuple[Message, ...]
    checked_rows: str
    plan: str
    previewed: int
    approver: str
    free_items: int
    freed: float
    continuer: str
    why: Message | None
    notice: Message | None
    heard: Message | None
    curtailed: Message | None
    hands: int
    slice: int
    attempts: int
    not_before: float
    look_again: float
    version: int
    published_version: int
    published_status: str
    published_items: int
    reported: float
    started: float
    served: float

    @property
    def text_id(self) -> str:
        """`H42`."""
        return f"H{self.id}"

    @property
    def is_published(self) -> bool:
        """Whether the wiki shows where the request is."""
        return self.published_version == self.version

    @property
    def kind(self) -> str:
        """The name of the kind of job."""
        return self.parameters.get("type", "").lower()

    @property
    def reasons(self) -> tuple[Problem, ...]:
        """Why it is where it is: what is wrong with it, what it waits for, or why it stopped."""
        if self.state is State.INVALID:
            return self.problems
        return (Problem("", self.why),) if self.why else ()


class RequestValues(TypedDict, total=False):
    """What can be noted of a request beside its state; each as in `StoredRequest`."""

    problems: Sequence[Problem]
    listed: bool
    listing: str
    profile: Profile
    questions: Sequence[Message]
    checked_rows: str
    plan: str
    previewed: int
    approver: str
    free_items: int
    freed: float
    continuer: str
    why: Message | None
    notice: Message | None
    heard: Message | None
    curtailed: Message | None
    hands: int
    slice: int
    attempts: int
    not_before: float
    look_again: float
    published_version: int
    published_status: str
    published_items: int
    reported: float
    started: float


RESETS: Mapping[Event, RequestValues] = {
    Event.RECEIVE: {
        "listed": False,
        "checked_rows": "",
        "plan": "",
        "approver": "",
        "look_again": 0.0,
        "problems": (),
    },
    # A request goes on that has waited for people: its list is looked at first.
    Event.GO_ON: {"look_again": 1.0},
}
"""What an event changes in every request, beside its state."""


@dataclass(frozen=True)
class Item:
    """One row of a request, what is to be done for it and what came of it.

    `error_code` tells whether two items failed alike. `revision`: the page's after it was done. While it is being sent,
    `parent` is the revision it was worked out on and `sent_text_sha1` that of the text sent; `holder`: the hand that it
    is leased to, for as long as that hand's lease runs; `claim_version` counts the tries, so that of two workers one
    has it; `stash` is the key under which the wiki keeps what arrived of its file.
    `faults`: the tries that the wiki could not take or did not answer.
    """

    row: int
    state: ItemState
    record: Mapping[str, str]
    action: Action | None
    error_code: str | None
    why: Message | None
    revision: int | None
    parent: int | None = None
    sent_text_sha1: str | None = None
    holder: str = ""
    claim_version: int = 0
    stash: str = ""
    faults: int = 0


@dataclass(frozen=True)
class Struck:
    """A reviewer takes planned rows out of the plan; `found`: what is said of them."""

    rows: frozenset[int]
    found: Refusal


@dataclass(frozen=True)
class TriedAgain:
    """What failed, and what was done in part, is to be done still."""


ItemChange: TypeAlias = Struck | TriedAgain
"""What an answer makes happen to the items of a request."""


@dataclass(frozen=True)
class HistoryEntry:
    """Something that happened to a request, and the `state` it was in afterwards.

    `event`: an `Event`, or what was said or done beside (`file`, `change`, `review`, `steer`, `strike`). `user`,
    `revision`: who it came from, and where that is written; empty and 0: the bot itself. `plan`: of that moment.
    """

    at: float
    event: str
    state: State
    user: str
    revision: int
    plan: str
    why: Message | None
    details: Mapping[str, str]


@dataclass(frozen=True)
class Turn:
    """A slice that a hand may do now. Hand 0 plans, answers and ends the request; the others only carry items out."""

    request: int
    hand: int
    slice: int
    author: str


@dataclass(frozen=True)
class Load:
    """What somebody asked for before a request: how much of it is open, and what within the last day."""

    open_requests: int
    requests: int
    items: int


@dataclass(frozen=True)
class ReviewComment:
    """An answer on a report's talk page, in the revision that says who; `number` counts its like in that revision.

    `plan`: the hash that it names; `details`: its other parameters, or `broken`, the line for which it cannot be read.
    `revision` is 0 where it stands on no page: see `jobs.review.steering`.
    """

    revision: int
    number: int
    source: str
    user: str
    answer: str
    plan: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Speaker:
    """Who said something, in which revision of which page; `user` is empty where that is hidden or not known."""

    user: str
    revision: int
    page: str = ""


@dataclass(frozen=True)
class Review:
    """An answer that was taken in, and what the bot replies to it."""

    id: int
    said: ReviewComment
    verdict: Message | None


def language_of(request: StoredRequest) -> Language:
    """The language that the request is answered in."""
    return language(language_meant(request.parameters.get("language", "")))


def request_number(text: str) -> int | None:
    """The number that people write as `H42`; None if it is none."""
    digits = text.strip()
    digits = digits[1:] if digits[:1] in {"H", "h"} else digits
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None
