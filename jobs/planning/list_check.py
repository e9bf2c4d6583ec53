"""The check of a list: one pass over the rows of a request, in the same memory however many there are."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from jobs.kinds.kind import Examination
from jobs.lists.repeats import Mark, Marks
from jobs.model.actions import Upload
from jobs.model.records import Record
from jobs.model.requests import Item, ItemState
from wikitext.check_page import FEW, MAX_UNREAD, MAX_WORDS, Check, Column, Mapping, Repeats, Same, Then, Trouble
from wikitext.messages import Message

_MOST_KEPT = 20_000
"""Different words that are counted; in a list with more of them, the first so many, and none that is a text."""

_LONGEST_WORD = 255
_MOST_TROUBLES = 100
"""Kinds of trouble that are told apart."""

_MOST_REASONS = 12
"""So many words of a column that are the same trouble have a line each; of more there is one line for all."""

_UNREAD = frozenset({"trouble-date", "trouble-size", "trouble-unread"})
"""Troubles with a text that stands in a column; it is their first argument."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

_OF_WORDS = re.compile("row-withheld|row-license|problem-license-near|license-.*|doubt-list")
"""Troubles with what a column says, each with other words."""

_EXAMPLE = 100
"""Characters of a value that are kept to be shown."""


@dataclass
class _Seen:
    """What was seen of a list up to some row."""

    rows: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    unread: dict[tuple[str, str], tuple[int, list[str]]] = field(default_factory=dict)
    troubles: dict[tuple[str, ...], Trouble] = field(default_factory=dict)
    words: dict[tuple[str, str], int] = field(default_factory=dict)

    def trouble(self, row: int, column: str, why: Message, then: Then) -> None:
        """Count it, by its kind; where it is about words by these too, as far as that is not too much."""
        key: tuple[str, ...] = (column, why.key)
        if column and _OF_WORDS.fullmatch(why.key):
            whole = (*key, *(_shape(str(said)) for said in why.arguments))
            key = whole if whole in self.troubles or len(self.troubles) < _MOST_TROUBLES // 2 else key
        if known := self.troubles.get(key):
            first = known.first if len(known.first) == FEW else (*known.first, row)
            self.troubles[key] = replace(known, rows=known.rows + 1, first=first)
        elif len(self.troubles) < _MOST_TROUBLES:
            self.troubles[key] = Trouble(column, why, then, 1, (row,))

    def text(self, column: str, why: Message) -> None:
        """Count a text that was not understood, with those that differ from it in their numbers alone."""
        if why.key in _UNREAD:
            text = str(why.arguments[0])
            key = column, _shape(text)
            if key in self.unread or len(self.unread) < _MOST_KEPT:
                rows, texts = self.unread.get(key, (0, []))
                new = text not in texts and len(texts) < FEW
                self.unread[key] = rows + 1, [*texts, text] if new else texts

    def word(self, column: str, word: str) -> None:
        if len(word) <= _LONGEST_WORD and ((column, word) in self.words or len(self.words) < _MOST_KEPT):
            self.words[column, word] = self.words.get((column, word), 0) + 1


def check(items: Iterable[Item], examination: Examination) -> Check:
    """What is told of a list whose rows these are, as far as they have been looked at."""
    seen = _Seen()
    with Marks() as marks:
        for item in items:
            _look(seen, item, examination)
            _mark(marks, item, examination)
        repeats = marks.repeats()
    return _told(seen, repeats, examination)


def _told(seen: _Seen, repeats: Repeats, examination: Examination) -> Check:
    uses = examination.uses(tuple(seen.columns))
    columns = [Column(name, example, uses.get(name, ()), seen.filled[name]) for name, example in seen.columns.items()]
    troubles = sorted(_folded(seen.troubles.values()), key=_worst_first)
    unread = _unread(seen)
    return Check(
        seen.rows, columns, examination.unfilled(tuple(seen.columns)), troubles, _mapping(seen, examination),
        unread[:MAX_UNREAD], max(0, len(unread) - MAX_UNREAD), repeats,
    )  # fmt: skip


def _shape(text: str) -> str:
    """What texts have in common that differ in nothing but numbers."""
    return _NUMBER.sub("0", text)


def _folded(troubles: Iterable[Trouble]) -> Iterator[Trouble]:
    """The troubles; of one that has too many reasons in a column, one for all."""
    alike: dict[tuple[str, str], list[Trouble]] = defaultdict(list)
    for trouble in troubles:
        alike[trouble.column, trouble.why.key].append(trouble)
    for found in alike.values():
        if len(found) <= _MOST_REASONS:
            yield from found
        else:
            rows = sorted(row for one in found for row in one.first)
            yield replace(found[0], rows=sum(one.rows for one in found), first=tuple(rows[:FEW]))


def _unread(seen: _Seen) -> list[tuple[str, list[str], int]]:
    """What was not understood, the most frequent first; not the one text of a column, for a trouble tells it."""
    of_column = Counter(column for (column, _), (_, texts) in seen.unread.items() for _ in texts)
    counted = {key: rows for key, (rows, _) in seen.unread.items() if of_column[key[0]] > 1}
    return [(key[0], seen.unread[key][1], rows) for key, rows in _most_first(counted)]


def _worst_first(trouble: Trouble) -> tuple[int, int, Sequence[int]]:
    return [*Then].index(trouble.then), -trouble.rows, trouble.first


def _most_first(counted: dict[tuple[str, str], int]) -> list[tuple[tuple[str, str], int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _mark(marks: Marks, item: Item, examination: Examination) -> None:
    """Note what the row may have in common with others; of its bytes what was found when they were fetched."""
    found = [*examination.marks(Record(item.row, item.record))]
    address = next((mark.written for mark in found if mark.same is Same.ADDRESS), "")
    if isinstance(item.action, Upload):
        found.append(Mark(Same.BYTES, str(item.row), address))
    elif item.why and item.why.key == "row-same-file":
        found.append(Mark(Same.BYTES, str(item.why.arguments[0]), address))
    marks.note(item.row, found)


def _look(seen: _Seen, item: Item, examination: Examination) -> None:
    seen.rows += 1
    record = Record(item.row, item.record)
    for name, value in record.values.items():
        seen.columns[name] = seen.columns.get(name) or value[:_EXAMPLE]
        seen.filled[name] += bool(value)
    troubles = [*examination.troubles(record)]
    if item.state in {ItemState.REFUSED, ItemState.WITHHELD}:
        troubles = [trouble for trouble in troubles if trouble[2] is not Then.ASKED]
    if item.state is ItemState.REFUSED and item.why and item.why not in (why for _, why, _ in troubles):
        seen.trouble(item.row, "", item.why, Then.SKIPPED)
    for column, why, then in troubles:
        seen.trouble(item.row, column, why, then)
        seen.text(column, why)
    for column, word in examination.unmapped(record):
        seen.word(column, word)


def _mapping(seen: _Seen, examination: Examination) -> Mapping | None:
    if not examination.mapping:
        return None
    words = _most_first(seen.words)
    first = [(column, word, rows) for (column, word), rows in words[:MAX_WORDS]]
    table = examination.table([(column, word) for column, word, _ in first])
    return Mapping(examination.mapping, examination.mapped, first, len(words) - len(first), table)
