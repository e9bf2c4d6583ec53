"""The check of a partner's list, shown before anything is done: what each column is for, and what to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wikitext.answer_buttons import GROUND, INK
from wikitext.escape import Wikitext, inert, verbatim
from wikitext.messages import Language, Message
from wikitext.tables import TABLE, scrolling

MAX_WORDS = 100
"""So many words that the mapping does not know are listed."""

MAX_UNREAD = 500
"""So many lines of texts that were not understood are listed."""

FEW = 5
"""So many of the rows with a trouble are named."""

_SHOWN_TEXTS = 3
"""So many of the texts that are alike are shown."""

SHOWN_ROWS = 12
"""So many of the rows that have something in common are named."""

_EXAMPLE = 80


class Same(StrEnum):
    """What rows have in common, by the message that says it."""

    BYTES = "same-bytes"
    ADDRESS = "use-media"
    NAME = "use-filename"
    CASE = "same-but-for-case"
    NUMBER = "same-number"


@dataclass(frozen=True)
class Repeat:
    """What so many rows have in common, each with the ways it is written, and the first of these rows."""

    what: Sequence[tuple[Same, Sequence[str]]]
    rows: Sequence[int]
    count: int


@dataclass(frozen=True)
class Repeats:
    """What stands in a list more than once; where that is not all of it, how many groups of each kind there are."""

    groups: Sequence[Repeat] = ()
    counts: Sequence[tuple[Same, int]] = ()


@dataclass(frozen=True)
class Column:
    """A column of the list: its first value, what it is used for, if anything, and in how many rows it is filled."""

    name: str
    example: str
    uses: Sequence[Message]
    filled: int


class Then(StrEnum):
    """What comes of a trouble, by the message that says it."""

    SKIPPED = "check-skipped"
    ASKED = "check-asked"
    KEPT = "check-kept"


@dataclass(frozen=True)
class Trouble:
    """What is the matter with so many rows: `why` says it of the first of them. `column`: empty for the whole row.

    `first`: the first few of the rows.
    """

    column: str
    why: Message
    then: Then
    rows: int
    first: Sequence[int]


@dataclass(frozen=True)
class Mapping:
    """The mapping page that a request names, whether it is there, and the words (column, word, rows) it does not know.

    `table`: wikitext that puts them there; `more`: how many words are not listed.
    """

    page: str
    exists: bool
    words: Sequence[tuple[str, str, int]]
    more: int
    table: str


@dataclass(frozen=True)
class Check:
    """What is told of a list. `unfilled`: the fields of the description template that nothing fills.

    `unread`: the texts (column, texts that are alike, rows) that were not understood, as far as no trouble tells them;
    `more_unread`: how many others there are.
    """

    rows: int
    columns: Sequence[Column]
    unfilled: Sequence[str]
    troubles: Sequence[Trouble]
    mapping: Mapping | None
    unread: Sequence[tuple[str, Sequence[str], int]] = ()
    more_unread: int = 0
    repeats: Repeats = Repeats()


def check_section(language: Language, check: Check) -> Iterator[str]:
    """The section of a report that tells it."""
    yield f"== {language.say('check-heading')} =="
    yield f"{language.say('check-rows', check.rows)} {language.say('check-columns', len(check.columns))}"
    yield from _columns(language, check.columns, check.rows)
    if check.unfilled:
        fields = Wikitext(", ".join(language.in_code(name) for name in check.unfilled))
        yield f"\n{language.say('check-unfilled', fields)}\n"
    yield from _troubles(language, check.troubles)
    if check.unread:
        yield from _unread(language, check)
    if check.repeats.groups:
        yield from _repeats(language, check.repeats)
    if check.mapping:
        yield from _mapping(language, check.mapping)


def _columns(language: Language, columns: Sequence[Column], rows: int) -> Iterator[str]:
    unused = f"<small>{language.say('check-unused')}</small>"
    lines = []
    for column in columns:
        uses = ", ".join(language.say(use) for use in column.uses) or unused
        filled = 100 * column.filled // max(rows, 1)
        lines.append(f"{language.in_code(column.name)} || {uses} || {filled} % || {_value(column.example)}")
    names = ("check-column", "check-use", "check-filled", "check-example")
    yield _table(language, "check-heading", names, lines)


def _troubles(language: Language, troubles: Sequence[Trouble]) -> Iterator[str]:
    yield f"=== {language.say('check-troubles')} ==="
    if not troubles:
        yield str(language.say("check-no-troubles"))
        return
    lines = []
    for trouble in troubles:
        column = language.in_code(trouble.column) if trouble.column else ""
        rows = troubled_rows(language, trouble)
        lines.append(f"{rows} || {column} || {language.say(trouble.why)} || {language.say(trouble.then)}")
    names = ("check-rows-heading", "check-column", "check-trouble", "check-then")
    yield _table(language, "check-troubles", names, lines)


def _unread(language: Language, check: Check) -> Iterator[str]:
    yield f"=== {language.say('check-unread')} ==="
    shown = [(column, shown_texts(texts), rows) for column, texts, rows in check.unread]
    yield from _counted(language, "check-unread", "check-text", shown, check.more_unread)


def shown_texts(texts: Sequence[str]) -> str:
    """The first few of texts that are alike, each as much of it as is shown of a value."""
    return " \u00b7 ".join((*map(_cut, texts[:_SHOWN_TEXTS]), *(["\u2026"] if len(texts) > _SHOWN_TEXTS else [])))


def _repeats(language: Language, repeats: Repeats) -> Iterator[str]:
    yield f"=== {language.say('check-repeats')} ===\n{language.say('check-repeats-note')}"
    lines = []
    for group in repeats.groups:
        same = "<br>".join(language.say(same) for same, _ in group.what)
        values = "<br>".join(" · ".join(f"<bdi>{inert(way)}</bdi>" for way in ways) for _, ways in group.what)
        lines.append(f"{same} || {values} || {named_rows(language, group.rows, group.count)}")
    yield _table(language, "check-repeats", ("check-same", "check-text", "check-rows-heading"), lines)
    if repeats.counts:
        yield str(language.say("check-repeats-all", counted_repeats(language, repeats)))


def named_rows(language: Language, first: Sequence[int], count: int) -> Wikitext:
    """The numbers of rows, of which there are so many, as far as they are named."""
    rows = Wikitext(", ".join(map(str, first)))
    more = count - len(first)
    return language.say("check-rows-more", rows, more) if more else rows


def troubled_rows(language: Language, trouble: Trouble) -> Wikitext:
    """How many rows have a trouble, and which the first of them are."""
    return language.say("check-some-rows", trouble.rows, named_rows(language, trouble.first, trouble.rows))


def counted_repeats(language: Language, repeats: Repeats) -> Wikitext:
    """How many groups of each kind there are."""
    kinds = ((language.say(same), language.number(count)) for same, count in repeats.counts)
    return Wikitext("; ".join(f"{same}: {number}" for same, number in kinds))


def _mapping(language: Language, mapping: Mapping) -> Iterator[str]:
    yield f"=== {language.say('check-mapping')} ==="
    if not mapping.words:
        key = "check-mapping-complete" if mapping.exists else "check-mapping-unneeded"
        yield str(language.say(key, mapping.page))
        return
    key = "check-mapping-more" if mapping.exists else "check-mapping-new"
    yield str(language.say(key, mapping.page))
    words = [(column, _cut(word), rows) for column, word, rows in mapping.words]
    yield from _counted(language, "check-mapping", "check-word", words, mapping.more)
    style = f"border:1px solid #a2a9b1;background:{GROUND};color:{INK};padding:.5em 1em;max-height:20em;overflow:auto"
    pasted = f'<div style="font-family:monospace;white-space:pre-wrap" dir="ltr">{verbatim(mapping.table)}</div>'
    yield scrolling(language.say("check-mapping-paste"), pasted, style)


def _counted(
    language: Language, name: str, heading: str, counted: Sequence[tuple[str, str, int]], more: int
) -> Iterator[str]:
    """A table of what stands in columns (column, text, rows), and how many more such texts there are."""
    lines = [
        f"{language.in_code(column)} || <bdi>{inert(text)}</bdi> || {language.number(rows)}"
        for column, text, rows in counted
    ]
    yield _table(language, name, ("check-column", heading, "check-rows-heading"), lines)
    if more:
        yield str(language.say("check-mapping-rest", more))


def _table(language: Language, name: str, headings: Sequence[str], lines: Sequence[str]) -> str:
    start = f"{TABLE}\n! " + " !! ".join(language.say(heading) for heading in headings)
    return scrolling(language.say(name), "\n|-\n| ".join((start, *lines)) + "\n|}")


def _value(text: str) -> str:
    """A partner's value, in whatever direction it is written."""
    return f"<bdi>{inert(_cut(text))}</bdi>"


def _cut(text: str) -> str:
    return text if len(text) <= _EXAMPLE else f"{text[:_EXAMPLE]}\u2026"
