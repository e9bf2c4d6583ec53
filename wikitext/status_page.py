"""The pages on which the bot says how it is, and what came of a week, as they stand on a wiki."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wikitext.escape import Wikitext, inert
from wikitext.messages import Language, Message
from wikitext.report_page import in_language

_LONGEST_NAME = 100


@dataclass(frozen=True)
class Named:
    """A request, and the page where it is told of; `why`: what it waits for, or why it stopped."""

    id: str
    page: str
    why: Message | None = None


@dataclass(frozen=True)
class Group:
    """The requests in a state: how many, and the newest of them."""

    number: int
    newest: Sequence[Named]


@dataclass(frozen=True)
class Status:
    """How the bot is. `base`: the request page. `working`: whether some request is in its hands. `notes`: what else.

    `open`: requests by their state. `digest`: the page with the weekly one, if there is any. `last`: which report was
    written last, and when. Times are UTC, as text.
    """

    base: str
    working: bool
    notes: Sequence[Message]
    open: Mapping[str, Group]
    digest: str
    last: tuple[str, str] | None
    time: str


@dataclass(frozen=True)
class Done:
    """What was done for somebody: how many requests, files and pages; `newest`: of the requests, with their states."""

    requests: int = 0
    files: int = 0
    pages: int = 0
    newest: Sequence[tuple[Named, str]] = ()


@dataclass(frozen=True)
class Failure:
    """A request of which so many rows were not done."""

    request: Named
    state: str
    rows: int


@dataclass(frozen=True)
class Digest:
    """A week, from its first day to its last (`2026-11-29`): what ended, by partner; what failed of that; what waits.

    `waits`: requests with their states.
    """

    base: str
    first: str
    last: str
    ended: Mapping[str, Done]
    waits: Sequence[tuple[Named, str]]
    failed: Sequence[Failure]


def essence(status: Status) -> str:
    """A hash of what it says, but for what changes with every minute."""
    timeless = _status_lines(Language("en"), replace(status, last=None, time=""))
    return hashlib.sha256("\n".join(timeless).encode()).hexdigest()[:12]


def status_text(language: Language, status: Status) -> Wikitext:
    """The page."""
    return in_language(language, "\n".join(_status_lines(language, status)))


def _status_lines(language: Language, status: Status) -> list[str]:
    paragraphs = [
        language.say("now-own", status.base),
        language.say("now-working" if status.working else "now-idle"),
        *map(language.say, status.notes),
        *([language.say("now-last", *status.last)] if status.last else []),
        *([language.say("now-digest", status.digest)] if status.digest else []),
        language.say("now-seen", status.time),
    ]
    groups = [line for state, group in status.open.items() for line in _group_lines(language, state, group)]
    heading = f"== {language.say('now-open')} =="
    return ["\n\n".join(paragraphs), heading, *(groups or [language.say("now-none")])]


def _group_lines(language: Language, state: str, group: Group) -> list[str]:
    told = _some(map(_link, group.newest), group.number)
    line = f"* {language.say(f'status-{state}')}: {language.number(group.number)} ({told})"
    return [line, *(f"** {_link(one)}: {language.say(one.why)}" for one in group.newest if one.why)]


def digest_text(language: Language, digest: Digest) -> Wikitext:
    """The page."""
    ended = [_done_line(language, partner, done) for partner, done in sorted(digest.ended.items())]
    waits = [f"* {_link(one)}: {language.say(f'status-{state}')}" for one, state in digest.waits]
    failed = [
        f"* {_link(one.request)}: {language.say(f'status-{one.state}')}, {language.say('digest-rows', one.rows)}"
        for one in digest.failed
    ]
    sections = {"digest-ended": ended, "digest-waits": waits, "digest-failed": failed}
    lines = [f"{language.say('now-own', digest.base)}\n\n{language.say('digest-week', digest.first, digest.last)}"]
    for heading, content in sections.items():
        lines += [f"== {language.say(heading)} ==", *(content or [language.say("digest-nothing")])]
    return in_language(language, "\n".join(lines))


def _done_line(language: Language, partner: str, done: Done) -> str:
    counted = {"count-files": done.files, "count-pages": done.pages}
    parts = [language.say("count-requests", done.requests), *(language.say(k, n) for k, n in counted.items() if n)]
    ended = (
        _link(one) if state == _DONE else f"{_link(one)}: {language.say(f'status-{state}')}"
        for one, state in done.newest
    )  # fmt: skip
    return f"* {language.isolated(inert(partner[:_LONGEST_NAME]))}: {', '.join(parts)} ({_some(ended, done.requests)})"


_DONE = "done"
"""The state of which nothing has to be said where it is told what was done."""


def _some(told: Iterable[str], number: int) -> str:
    """Some of so many, and whether there are more."""
    said = [*told]
    return ", ".join([*said, "…"] if number > len(said) else said)


def _link(request: Named) -> str:
    return f"[[{request.page}|{request.id}]]"
