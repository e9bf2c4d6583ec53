"""Works a change out on a page's text, with the older revisions that taking an edit back needs."""

from collections.abc import Iterable, Mapping

from jobs.io.wiki import Wiki
from jobs.model.actions import Revert
from wikitext.edits import Change, Splice, reverted, work_out


def older_texts(wiki: Wiki, changes: Iterable[Change | Revert]) -> Mapping[int, str]:
    """The texts of the revisions that the changes are about. One request for 25 changes; none without a `Revert`."""
    ids = [number for change in changes if isinstance(change, Revert) for number in (change.parent, change.revision)]
    return {number: one.text for number, one in wiki.revisions(ids).items() if one.text is not None}


def reworked(change: Change | Revert, text: str, older: Mapping[int, str]) -> tuple[Splice, ...] | None:
    """The replacements that the change comes to in the text; None: it cannot be taken back, for its parts were changed.

    `older`: what `older_texts` gave; where the wiki hides a revision nothing is taken back.
    """
    if not isinstance(change, Revert):
        return work_out(change, text)
    before, after = older.get(change.parent), older.get(change.revision)
    if before is None or after is None:
        return None
    result = reverted(before, after, text)
    return None if result is None else _differing(text, result)


def _differing(old: str, new: str) -> tuple[Splice, ...]:
    """One replacement, of all between the first and the last character that differ."""
    if old == new:
        return ()
    start = _same(old, new)
    end = _same(old[start:][::-1], new[start:][::-1])
    return (Splice(start, len(old) - end, new[start : len(new) - end]),)


def _same(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
