"""Who brought a template call onto a page: told by the page's revisions, never by a signature."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from jobs.request import fingerprint
from jobs.wiki import Revision
from wikitext.templates import Call, find_calls


@dataclass(frozen=True)
class Introduced:
    """A call that stands on the page now, and the revision that brought it in; `number` counts its like there."""

    call: Call
    revision: int
    user: str
    number: int


@dataclass(frozen=True)
class Reading:
    """What a page says after some revisions: every call on it, those that are new, and the last revision's id."""

    calls: tuple[Call, ...]
    new: tuple[Introduced, ...]
    revision: int


def read_history(revisions: Iterable[Revision], seen: int, template: str) -> Reading | None:
    """Follow a page from the revision `seen` (0: from its first) to its latest; None if there is no revision.

    A call counts as new where a later revision has more of its like than the one before; whoever saved that revision
    said it. Revisions whose text the wiki hides are passed over.
    """
    before: Counter[str] = Counter()
    brought: dict[str, list[tuple[int, str]]] = {}
    calls: list[Call] = []
    last = 0
    hidden = False
    for revision in revisions:
        last = revision.id
        if revision.text is None:
            hidden = True
            continue
        calls = find_calls(revision.text, template)
        now = Counter(fingerprint(call) for call in calls)
        for print_, count in now.items():
            risen = 0 if revision.id == seen else count - before[print_]
            brought.setdefault(print_, []).extend([(revision.id, "" if hidden else revision.user)] * risen)
        for print_, count in before.items():
            if now[print_] < count:
                del brought.get(print_, [])[now[print_] - count :]
        before, hidden = now, False
    return Reading(tuple(calls), tuple(_still_there(calls, brought)), last) if last else None


def _still_there(calls: list[Call], brought: dict[str, list[tuple[int, str]]]) -> list[Introduced]:
    """The new ones of the calls, in the page's order; of calls that are alike, the last ones are taken for new."""
    numbers: Counter[int] = Counter()
    found = []
    for call in reversed(calls):
        if events := brought.get(fingerprint(call)):
            revision, user = events.pop()
            numbers[revision] += 1
            found.append(Introduced(call, revision, user, numbers[revision]))
    return found[::-1]
