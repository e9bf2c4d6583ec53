"""Who brought a template call onto a page: told by the page's revisions, never by a signature.

A call that comes back was said by whoever said it first, and whoever brings it back has said nothing: by a revert (the
wiki tags it, or the page has a text again that it had before), or where the very line up to the time of its signature
stood on one of our pages before, as when a section is archived, pasted or restored by hand. One that is not signed is
known by its place among its like: only one more than ever stood on the page at once is new. So one that stood there
once is its first sayer's for ever; whoever means the same says it with a signature.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from jobs.intake.parse import fingerprint
from jobs.io.wiki import Revision
from jobs.model.requests import Speaker
from wikitext.discussion import plain_words
from wikitext.report_page import mark_start
from wikitext.templates import Call, page_calls


@dataclass(frozen=True)
class Introduced:
    """A call that stands on the page now, and the revision that brought it in.

    `number` counts its like in that revision. `sha1`: of the revision's text; `reverts`: it is a revert. `saying`: what
    the call is known by when it comes back; `asked`: what it asks, whoever says it. `returned`: it did; `revision`,
    `user` and `page` are of the first time.
    """

    call: Call
    revision: int
    user: str
    number: int = 1
    sha1: str = ""
    reverts: bool = False
    saying: str = ""
    asked: str = ""
    returned: bool = False
    page: str = ""


@dataclass(frozen=True)
class Words:
    """What somebody wrote on a page beside calls, and the revision."""

    revision: int
    user: str
    text: str


@dataclass(frozen=True)
class Reading:
    """What a page says after some revisions: every call on it, those that are new, and the last revision's id.

    `said`: each saying that the revisions brought, and who said it first among them. `follows`: the page is the one
    that was read before. `moved`: the last revision that changed nothing, as a move or an import makes one, or that
    is older than it says (0: none). `words`: what was written beside the calls.
    """

    calls: tuple[Call, ...]
    new: tuple[Introduced, ...]
    revision: int
    said: Mapping[str, Speaker] = field(default_factory=dict)
    follows: bool = True
    moved: int = 0
    words: tuple[Words, ...] = ()


def read_history(revisions: Iterable[Revision], seen: int, template: str, title: str = "") -> Reading | None:
    """Follow the page `title` from the revision `seen` (0: from its first) to its latest; None if there is none.

    A call counts as new where a later revision has more of its like than the one before. Revisions whose text the wiki
    hides are passed over.
    """
    page = _Page(seen, template, title)
    for revision in revisions:
        page.follow(revision)
    return page.reading()


class _Page:
    def __init__(self, seen: int, template: str, title: str) -> None:
        self._seen, self._template, self._title = seen, template, title
        self._calls: list[Call] = []
        self._text = ""
        self._before: Counter[str] = Counter()
        self._brought: dict[str, list[Revision]] = {}
        self._said: dict[str, Speaker] = {}
        self._sha1s: set[str] = set()
        self._first = self._last = self._moved = self._highest = 0
        self._last_sha1 = ""
        self._hidden = False
        self._words: list[Words] = []

    def follow(self, revision: Revision) -> None:
        self._first, self._last = self._first or revision.id, revision.id
        if revision.text is None:
            self._hidden = True
            return
        same = bool(revision.sha1) and revision.sha1 == self._last_sha1
        imported = revision.id < self._highest  # it says that it is younger than it is
        if revision.id != self._seen and (same or imported):
            self._moved = max(self._highest, revision.id)
        self._highest = max(self._highest, revision.id)
        reverts = revision.reverts or revision.sha1 in self._sha1s
        by = Revision(revision.id, "" if self._hidden else revision.user, None, revision.sha1, reverts)
        self._compare(revision.text, by)
        self._sha1s |= {revision.sha1} - {""}
        self._last_sha1, self._hidden = revision.sha1, False

    def _compare(self, text: str, by: Revision) -> None:
        before, self._calls, self._text = self._text, page_calls(text, self._template), text
        if not by.reverts and by.user and by.id != self._seen and (words := plain_words(before, text, self._calls)):
            self._words.append(Words(by.id, by.user, words))
        now = Counter(map(fingerprint, self._calls))
        for print_, count in now.items():
            risen = 0 if by.id == self._seen else count - self._before[print_]
            self._brought.setdefault(print_, []).extend([by] * risen)
        for print_, count in self._before.items():
            if now[print_] < count:
                del self._brought.get(print_, [])[now[print_] - count :]
        if not by.reverts and by.id != self._seen:
            self._note_said(now, by)
        self._before = now

    def _note_said(self, now: Mapping[str, int], by: Revision) -> None:
        """Note who said what; a call that stood there already was said by another than who signs it only now."""
        for call, saying, asked in _sayings(self._text, self._calls, self._title):
            risen = now[fingerprint(call)] > self._before[fingerprint(call)]
            self._said.setdefault(saying, Speaker(by.user if risen else "", by.id))
            if risen:
                self._said.setdefault(asked, Speaker(by.user, by.id))

    def reading(self) -> Reading | None:
        new = tuple(self._still_there())
        follows = self._first == self._seen
        if not self._last:
            return None
        words = tuple(self._words)
        return Reading(tuple(self._calls), new, self._last, self._said, follows, self._moved, words)

    def _still_there(self) -> list[Introduced]:
        """The new ones of the calls, in the page's order; of calls that are alike, the last ones are taken for new."""
        numbers: Counter[int] = Counter()
        found = []
        for call, saying, asked in reversed([*_sayings(self._text, self._calls, self._title)]):
            if events := self._brought.get(fingerprint(call)):
                by = events.pop()
                numbers[by.id] += 1
                found.append(Introduced(call, by.id, by.user, numbers[by.id], by.sha1, by.reverts, saying, asked))
        return found[::-1]


def _sayings(text: str, calls: Sequence[Call], title: str) -> Iterator[tuple[Call, str, str]]:
    """Each call, what it is known by, and what it asks."""
    alike: Counter[str] = Counter()
    for call in calls:
        asked = fingerprint(call)
        alike[asked] += 1
        behind = _LINE.match(text, call.end)
        line = " ".join(behind[1].split()) if behind else ""
        signed = _SIGNED.match(line) if mark_start() not in line else None
        known_by = f"{asked} {signed[0]}" if signed else f"{asked} {alike[asked]} {title}"
        yield call, _digest(known_by), _digest(asked)


def attributed(new: Introduced, earlier: Mapping[str, Speaker], texts: Collection[str]) -> Introduced:
    """The call as said by whoever said it first; where nobody knows who that was, by nobody.

    `earlier`: the first sayers of everything that was ever read; `texts`: the SHA-1s of the page's earlier texts.
    """
    sayer = earlier.get(new.saying)
    own = sayer is None or sayer.user == new.user or sayer.revision >= new.revision
    if own and not (new.reverts or new.sha1 in texts):
        return new
    if sayer is None or not sayer.user:
        sayer = earlier.get(new.asked) or Speaker("", new.revision)
    return replace(new, user=sayer.user, revision=sayer.revision, page=sayer.page, returned=True)


_LINE = re.compile(r"\s*([^\n]*)")
_SIGNED = re.compile(r".*?\d\d[:.]\d\d")


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
