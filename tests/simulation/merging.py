"""Texts put together as diff3 does it, which MediaWiki asks where two people edited at once."""

from difflib import SequenceMatcher
from itertools import chain

_Change = tuple[int, int, list[str]]
"""The lines of the base from here to there are these now."""


def merged(base: str, mine: str, yours: str) -> str | None:
    """Both changes of the base together; None where they overlap or touch, unless they are the same."""
    old = base.split("\n")
    ours, theirs = _changes(old, mine.split("\n")), _changes(old, yours.split("\n"))
    for change in ours:
        for other in theirs:
            if change != other and change[0] <= other[1] and other[0] <= change[1]:
                return None
    both = sorted([*ours, *(other for other in theirs if other not in ours)], key=lambda change: change[:2])
    ends = [0, *(change[1] for change in both)]
    kept = [old[end : change[0]] + change[2] for end, change in zip(ends, both, strict=False)]
    return "\n".join(chain(*kept, old[ends[-1] :]))


def _changes(old: list[str], new: list[str]) -> list[_Change]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(i1, i2, new[j1:j2]) for tag, i1, i2, j1, j2 in codes if tag != "equal"]
