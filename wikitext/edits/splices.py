"""Pieces of a text that give way to others: worked out, carried out, shown, and taken back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from merge3 import Merge3

from wikitext.preprocessor import TRIMMED

MAX_COMPARED = 2_000_000
"""Pairs of equal lines that a comparison of two texts may look at; it takes about as many tenths of a microsecond."""

_AROUND = 40
"""Characters that are looked at on each side of a piece, at least."""


@dataclass(frozen=True, slots=True)
class Splice:
    """`text[start:end]` gives way to `new`."""

    start: int
    end: int
    new: str


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """The text after the splices, which are in order and do not overlap."""
    pieces: list[str] = []
    at = 0
    for splice in splices:
        pieces += (text[at : splice.start], splice.new)
        at = splice.end
    return "".join((*pieces, text[at:]))


def pairs(text: str, splices: Sequence[Splice]) -> tuple[tuple[str, str], ...]:
    """What goes and what comes at each splice: shown in a preview, and the same again when it is done."""
    return tuple((text[splice.start : splice.end], splice.new) for splice in splices)


def surroundings(text: str, splices: Sequence[Splice]) -> tuple[tuple[str, str], ...]:
    """What is before and behind each splice: more than what comes there, so that it looks different afterwards."""
    reach = max((_AROUND, *(len(splice.new) for splice in splices)))
    return tuple(
        (text[max(0, splice.start - reach) : splice.start], text[splice.end : splice.end + reach]) for splice in splices
    )


def undone(text: str, splices: Sequence[Splice]) -> str | None:
    """The text in which nothing had given way yet, if each piece that would lies in what it gives way to; else None."""
    back = [_within_new(text, splice) for splice in splices]
    found = sorted({one for one in back if one is not None}, key=lambda splice: splice.start)
    return None if None in back else spliced(text, found)


def _within_new(text: str, splice: Splice) -> Splice | None:
    old = text[splice.start : splice.end]
    at = splice.new.find(old)
    while at >= 0:
        start = splice.start - at
        if start >= 0 and text.startswith(splice.new, start):
            return Splice(start, start + len(splice.new), old)
        at = splice.new.find(old, at + 1)
    return None


def settled(text: str, splices: Iterable[Splice]) -> tuple[Splice, ...]:
    """The splices in order, those that touch as one, without those that change nothing."""
    joined: list[Splice] = []
    for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        if joined and joined[-1].end == splice.start:
            before = joined.pop()
            joined.append(Splice(before.start, splice.end, before.new + splice.new))
        else:
            joined.append(splice)
    return tuple(splice for splice in joined if text[splice.start : splice.end] != splice.new)


def inserted(splices: Sequence[Splice], at: int, new: str) -> tuple[Splice, ...]:
    """The splices, and `new` put in at a place of the text that they make."""
    shift = 0  # how much further on a place is after the splices before it
    for number, splice in enumerate(splices):
        into = at - splice.start - shift
        if into < 0:
            return (*splices[:number], Splice(at - shift, at - shift, new), *splices[number:])
        if into <= len(splice.new):
            whole = Splice(splice.start, splice.end, splice.new[:into] + new + splice.new[into:])
            return (*splices[:number], whole, *splices[number + 1 :])
        shift += len(splice.new) - (splice.end - splice.start)
    return (*splices, Splice(at - shift, at - shift, new))


def removed(text: str, spans: Iterable[tuple[int, int]]) -> list[Splice]:
    """Take these pieces of the text out, each line with them on which nothing else stood.

    No white space is left at the end of a page, where MediaWiki would strip it when it saves the page.
    """
    gone: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if gone and (start <= gone[-1][1] or not text[gone[-1][1] : start].strip(" \t")):
            gone[-1] = (gone[-1][0], max(end, gone[-1][1]))
        else:
            gone.append((start, end))
    lines = [_with_line(text, start, end) for start, end in gone]
    while lines and lines[-1][1] == len(text):
        start = len(text[: lines[-1][0]].rstrip(TRIMMED))
        if len(lines) < 2 or start > lines[-2][1]:
            lines[-1] = (start, len(text))
            break
        lines[-2:] = [(lines[-2][0], len(text))]
    return [Splice(start, end, "") for start, end in lines]


def _with_line(text: str, start: int, end: int) -> tuple[int, int]:
    """The span, with its lines if nothing but white space is beside it on them."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = last if last >= 0 else len(text)
    if text[first:start].strip(" \t") or text[end:last].strip(" \t"):
        return start, end
    return first, min(last + 1, len(text))


def reverted(before: str, after: str, now: str) -> str | None:
    """The text `now` with the change from `before` to `after` taken back.

    None where somebody has changed those lines since, or the ones next to them, or where too much has changed to tell.
    """
    if now == after:
        return before
    # A last line with its end is like any other line.
    texts = [f"{text}\n".split("\n") for text in (before, after, now)]
    lines = [[f"{line}\n" for line in text[:-1]] for text in texts]
    first = _same(lines)
    last = _same([text[first:][::-1] for text in lines])
    base, ours, theirs = (text[first : len(text) - last] for text in (lines[1], lines[0], lines[2]))
    if max(_effort(base, ours), _effort(base, theirs)) > MAX_COMPARED:
        return None
    merged = lines[1][:first]
    for kind, *region in Merge3(base, ours, theirs).merge_regions():
        if kind == "conflict":
            return None
        source = {"unchanged": base, "b": theirs}.get(kind, ours)
        merged += source[region[0] : region[1]]
    return "".join(merged + lines[1][len(lines[1]) - last :])[:-1]


def _same(texts: Sequence[Sequence[str]]) -> int:
    """How many lines all the texts begin with."""
    return next((n for n, lines in enumerate(zip(*texts, strict=False)) if len(set(lines)) > 1), min(map(len, texts)))


def _effort(one: Sequence[str], other: Sequence[str]) -> int:
    counts = Counter(other)
    return sum(counts[line] for line in one)
