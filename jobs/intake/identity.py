"""Which call is which: what a call on a page is known by, and which of the calls is whose request."""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import TypeVar

from jobs.intake.parse import fingerprint
from jobs.model.requests import ReviewComment, Speaker, StoredRequest
from jobs.model.states import ENDED, may_be_changed
from wikitext.report_page import mark_start
from wikitext.templates import Call, TemplateCall

_Wanting = TypeVar("_Wanting")
_Offered = TypeVar("_Offered")

_LINE = re.compile(r"\s*([^\n]{0,1000})")  # what is behind a call on the longest line that anybody signs
_SIGNED = re.compile(r".*?\d\d[:.]\d\d")


@dataclass(frozen=True)
class KnownCall:
    """A call on a page, and what it is known by.

    `fingerprint`: what it asks. `id`: what stands in its `id`. `signed`: the line behind it up to the time of its
    signature; empty: it is not signed. `ordinal`: its place among its like, from 1. `title`: the page's. `until`: where
    the page's next call begins, or the page's text ends.
    """

    call: Call
    fingerprint: str
    id: str
    signed: str
    ordinal: int
    title: str
    until: int

    @property
    def saying(self) -> str:
        """What it is known by when it comes back, as a digest: what it asks, and its signature or else its place."""
        return _digest(f"{self.fingerprint} {self.signed or f'{self.ordinal} {self.title}'}")

    @property
    def asked(self) -> str:
        """What it asks, whoever says it, as a digest."""
        return _digest(self.fingerprint)


@dataclass(frozen=True)
class KnownRequest:
    """A request that was filed on a page, and what its call is known by.

    `id`: its number, as text. `author`, `revision`: who filed what it asks, and in which revision. `fixed`: its text
    may not be changed any more, so a call under its number is its own whatever it asks. `ended`: its call may be gone
    from the page for good, and what asks the same be filed anew.
    """

    id: str
    fingerprint: str
    author: str
    revision: int
    fixed: bool
    ended: bool = False


def known_request(request: StoredRequest) -> KnownRequest:
    """What the call of a request in the ledger is known by."""
    fixed, ended = not may_be_changed(request.state), request.state in ENDED
    return KnownRequest(request.text_id, request.fingerprint, request.author, request.revision, fixed, ended)


def known_calls(text: str, calls: Sequence[Call], title: str = "") -> tuple[KnownCall, ...]:
    """What the calls that stand in the text of the page `title` are known by, in the page's order."""
    ends = [*(call.start for call in calls[1:]), len(text)]
    found = [
        KnownCall(call, fingerprint(call), call_id(call), _signature(text, call), 0, title, until)
        for call, until in zip(calls, ends, strict=False)
    ]
    return numbered(found, ())


def numbered(calls: Sequence[KnownCall], first: Collection[int]) -> tuple[KnownCall, ...]:
    """The calls with their places among their like: those at the indices `first` come before the others."""
    counts: Counter[str] = Counter()
    ordinals: dict[int, int] = {}
    for index in sorted(range(len(calls)), key=lambda one: (one not in first, one)):
        counts[calls[index].fingerprint] += 1
        ordinals[index] = counts[calls[index].fingerprint]
    return tuple(replace(call, ordinal=ordinals[index]) for index, call in enumerate(calls))


def call_id(call: Call) -> str:
    """What stands in the call's `id`."""
    return call.parameters.get("id", "") if isinstance(call, TemplateCall) else ""


def paired(
    wanting: Sequence[_Wanting],
    offered: Sequence[_Offered],
    keys: Sequence[tuple[Callable[[_Wanting], Hashable], Callable[[_Offered], Hashable]]],
) -> dict[int, int]:
    """Pairs of indices: to each of `wanting` at most one of `offered`, and none to two.

    `keys`: what both are compared by, the surest first; by each, those that have none yet take what is free and has the
    same key, both in their order. A key of None is like no other.
    """
    pairs: dict[int, int] = {}
    for wants, offers in keys:
        taken = {*pairs.values()}
        free: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for at, one in enumerate(offered):
            if at not in taken:
                free[offers(one)].append(at)
        free.pop(None, None)
        for index, other in enumerate(wanting):
            if index not in pairs and (places := free.get(wants(other))):
                pairs[index] = places.popleft()
    return pairs


def remaining(before: Sequence[KnownCall], now: Sequence[KnownCall]) -> dict[int, int]:
    """Of the calls that a page has now, those that it had before: the index of each, and its index before.

    What tells calls that are alike apart is their number and their signature; where nothing does, the last are new.
    """
    keys = [(key, key) for key in (_exactly, _numbered, _signed, _alike)]
    return paired(now, before, keys)


def _exactly(call: KnownCall) -> Hashable:
    return call.fingerprint, call.id, call.signed


def _numbered(call: KnownCall) -> Hashable:
    return (call.fingerprint, call.id) if call.id else None


def _signed(call: KnownCall) -> Hashable:
    return (call.fingerprint, call.signed) if call.signed else None


def _alike(call: KnownCall) -> Hashable:
    return call.fingerprint


def assigned(
    calls: Sequence[KnownCall], requests: Sequence[KnownRequest], speakers: Mapping[str, Speaker]
) -> dict[str, KnownCall]:
    """The call of each request that has one on its page, by the request's number; no call is two requests'.

    `requests`: all that were filed on the page, oldest first. `speakers`: who said a call first, by its `saying`. A
    call under a request's number that asks what the request does is its own; then one that asks the same and was said
    by its author; then, of a request that may not be changed any more, what stands under its number; then whatever asks
    the same. Of those that ask the same, one without a number comes before one with another's, which may be that of a
    request from before this ledger. A request that has ended gets what no other has.
    """
    said = partial(_said, speakers)
    open_, ended = (partial(_of, want) for want in (False, True))
    keys: Sequence[tuple[Callable[[KnownRequest], Hashable], Callable[[KnownCall], Hashable]]] = (
        (lambda one: (one.id, one.fingerprint, one.author, one.revision), lambda call: (call.id, *said(call))),
        (lambda one: (one.id, one.fingerprint), lambda call: (call.id, call.fingerprint)),
        (lambda one: open_(one, one.fingerprint, one.author, one.revision), said),
        (lambda one: open_(one, one.fingerprint, one.author), lambda call: None if call.id else said(call)[:2]),
        (lambda one: open_(one, one.fingerprint, one.author), lambda call: said(call)[:2]),
        (lambda one: one.id if one.fixed else None, lambda call: call.id),
        (lambda one: open_(one, one.fingerprint), lambda call: None if call.id else (call.fingerprint,)),
        (lambda one: open_(one, one.fingerprint), lambda call: (call.fingerprint,)),
        (lambda one: ended(one, one.fingerprint, one.author, one.revision), said),
        (lambda one: ended(one, one.fingerprint), lambda call: None if call.id else (call.fingerprint,)),
        (lambda one: ended(one, one.fingerprint), lambda call: (call.fingerprint,)),
    )
    return {requests[index].id: calls[at] for index, at in paired(requests, calls, keys).items()}


def assigned_answers(
    calls: Sequence[KnownCall], answers: Sequence[ReviewComment], speakers: Mapping[str, Speaker]
) -> dict[int, KnownCall]:
    """The call of each answer that has one on its talk page, by the answer's index; no call is two answers'.

    An answer's call is written as it was: one that its user said, before any other. `speakers`: as for `assigned`.
    """
    said = partial(_said, speakers)
    keys: Sequence[tuple[Callable[[ReviewComment], Hashable], Callable[[KnownCall], Hashable]]] = (
        (lambda one: (one.source, one.user, one.revision), lambda call: (call.call.source, *said(call)[1:])),
        (lambda one: (one.source, one.user), lambda call: (call.call.source, said(call)[1])),
        (lambda one: one.source, lambda call: call.call.source),
    )
    return {index: calls[at] for index, at in paired(answers, calls, keys).items()}


def _of(ended: bool, one: KnownRequest, *key: str | int) -> Hashable:  # noqa: FBT001 - which requests have the key
    """The key, for a request that has ended or for one that has not; others have none."""
    return key if one.ended is ended else None


def _said(speakers: Mapping[str, Speaker], call: KnownCall) -> tuple[str, str, int]:
    """What the call asks, and who said it first, in which revision: nobody, in 0, where that is not known."""
    speaker = speakers.get(call.saying, Speaker("", 0))
    return call.fingerprint, speaker.user, speaker.revision


def _signature(text: str, call: Call) -> str:
    """The line behind the call up to the time of a signature; none where the bot itself said it."""
    behind = _LINE.match(text, call.end)
    line = " ".join(behind[1].split()) if behind else ""
    signed = _SIGNED.match(line) if mark_start() not in line else None
    return signed[0] if signed else ""


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
