"""Who brought a template call onto a page: told by the page's revisions, never by a signature.

A call that comes back was said by whoever said it first, and whoever brings it back has said nothing: by a revert (the
wiki tags it, or the page has a text again that it had before), or where the very line up to the time of its signature
stood on one of our pages before, as when a section is archived, pasted or restored by hand. One that is not signed is
known by its place among its like: only one more than ever stood on the page at once is new. So one that stood there
once is its first sayer's for ever; whoever means the same says it with a signature.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jobs.intake.identity import KnownCall, known_calls, numbered, remaining
from jobs.io.wiki import Revision
from jobs.model.requests import Speaker
from wikitext.discussion import plain_words
from wikitext.templates import Call, page_calls


@dataclass(frozen=True)
class Introduced:
    """A call that stands on the page now, and the revision that brought it in.

    `number` counts the calls of that revision; `alike`: its place among those of them that ask the same. `sha1`: of the
    revision's text; `reverts`: it is a revert. `saying`: what the call is known by when it comes back; `asked`: what it
    asks, whoever says it. `returned`: it did; `revision`, `user` and `page` are of the first time.
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
    alike: int = 1


@dataclass(frozen=True)
class Words:
    """What somebody wrote on a page beside calls, and the revision."""

    revision: int
    user: str
    text: str


@dataclass(frozen=True)
class Reading:
    """What a page says after some revisions: every call that stands on it, those that are new, the last revision's id.

    `said`: each saying that the revisions brought, and who said it first among them. `follows`: the page is the one
    that was read before. `moved`: the last revision that changed nothing, as a move or an import makes one, or that
    is older than it says (0: none). `words`: what was written beside the calls.
    """

    standing: tuple[KnownCall, ...]
    new: tuple[Introduced, ...]
    revision: int
    said: Mapping[str, Speaker] = field(default_factory=dict)
    follows: bool = True
    moved: int = 0
    words: tuple[Words, ...] = ()

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call on the page."""
        return tuple(known.call for known in self.standing)


def read_history(revisions: Iterable[Revision], seen: int, template: str, title: str = "") -> Reading | None:
    """Follow the page `title` from the revision `seen` (0: from its first) to its latest; None if there is none.

    A call counts as new where a later revision has more of its like than the one before; which one of them, tell the
    number and the signature of each, and where these do not, the last ones are. Revisions whose text the wiki hides are
    passed over.
    """
    page = _Page(seen, template, title)
    for revision in revisions:
        page.follow(revision)
    return page.reading()


@dataclass(frozen=True)
class _Standing:
    """A call that stands on the page, and the revision that brought it; None: it was there when the page was seen."""

    known: KnownCall
    by: Revision | None


class _Page:
    def __init__(self, seen: int, template: str, title: str) -> None:
        self._seen, self._template, self._title = seen, template, title
        self._standing: list[_Standing] = []
        self._text = ""
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
        calls = page_calls(text, self._template)
        if by.id == self._seen:
            self._stand(text, calls, None)
        else:
            if not by.reverts and by.user and (words := plain_words(self._text, text, calls)):
                self._words.append(Words(by.id, by.user, words))
            self._stand(text, calls, by)
            if not by.reverts:
                self._note_said(by)
        self._text = text

    def _stand(self, text: str, calls: Sequence[Call], by: Revision | None) -> None:
        """Take the calls for those that stand on the page now: each that stood there is its bringer's still."""
        now = known_calls(text, calls, self._title)
        before = remaining([one.known for one in self._standing], now)
        self._standing = [
            _Standing(call, self._standing[before[index]].by if index in before else by)
            for index, call in enumerate(numbered(now, before))
        ]

    def _note_said(self, by: Revision) -> None:
        """Note who said what; a call that stood there already was said by another than who signs it only now."""
        for one in self._standing:
            self._said.setdefault(one.known.saying, Speaker(by.user if one.by is by else "", by.id))
            if one.by is by:
                self._said.setdefault(one.known.asked, Speaker(by.user, by.id))

    def reading(self) -> Reading | None:
        if not self._last:
            return None
        standing = tuple(one.known for one in self._standing)
        follows = self._first == self._seen
        return Reading(standing, tuple(self._new()), self._last, self._said, follows, self._moved, tuple(self._words))

    def _new(self) -> list[Introduced]:
        """The calls that are new, in the page's order; those of one revision are numbered from the page's end."""
        numbers: Counter[int] = Counter()
        alike: Counter[tuple[int, str]] = Counter()
        found = []
        for one in reversed(self._standing):
            if one.by:
                numbers[one.by.id] += 1
                found.append(_introduced(one.known, one.by, numbers[one.by.id]))
        for index, new in enumerate(reversed(found)):
            alike[new.revision, new.asked] += 1
            found[-1 - index] = replace(new, alike=alike[new.revision, new.asked])
        return found[::-1]


def _introduced(known: KnownCall, by: Revision, number: int) -> Introduced:
    return Introduced(known.call, by.id, by.user, number, by.sha1, by.reverts, known.saying, known.asked)


def attributed(new: Introduced, earlier: Mapping[str, Speaker], texts: Collection[str]) -> Introduced:
    """The call as said by whoever said it first; where nobody knows who that was, by nobody.

    `earlier`: the first sayers of everything that was ever read; `texts`: the SHA-1s of the page's earlier texts.
    """
    speaker = earlier.get(new.saying)
    own = speaker is None or speaker.user == new.user or speaker.revision >= new.revision
    if own and not (new.reverts or new.sha1 in texts):
        return new
    if speaker is None or not speaker.user:
        speaker = earlier.get(new.asked) or Speaker("", new.revision)
    return replace(new, user=speaker.user, revision=speaker.revision, page=speaker.page, returned=True)
