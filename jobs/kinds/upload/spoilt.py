"""What spreadsheets make of numbers: shortened ones, zeros that are gone, months and days that nobody wrote."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from babel import Locale

from jobs.kinds.upload.columns import means
from jobs.kinds.upload.date_spans import begins, ends
from jobs.kinds.upload.parameters import UploadParameters
from jobs.model.records import BadRecord, Note, Record
from jobs.patterns.pattern import column_key
from wikitext.messages import Message, message

_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,3}", re.IGNORECASE)
_DAY = re.compile(r"[1-5]\d{4}(?:[.,]\d+)?")
"""A day as spreadsheets count them, from 1900 on: 1927 to 2064; no year has as many digits."""

_TURNED = re.compile(r"(?:(\d{1,2})[-./ ]+)?([^\W\d_]{3,6})\.?(?:[-./ ]+(\d{2}))?")
_MONTHS_OF = ("da", "de", "en", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "sv", "uk")
_WORDS = frozenset({"set", "out", "mag"})
"""Months in some languages that are words of catalogues in others: Set 12."""

_DATES = frozenset({"date", "photo date", "composition_date", "performance_date"})


@dataclass
class _Found:
    """In how many rows something was found, and what in the first of them."""

    rows: int = 0
    row: int = 0
    text: str = ""

    def see(self, row: int, text: str) -> None:
        self.rows += 1
        if self.rows == 1:
            self.row, self.text = row, text


@dataclass
class _Numbers:
    """The numbers of a column that are nothing but digits, by how many these are."""

    padded: dict[int, _Found] = field(default_factory=lambda: defaultdict(_Found))
    others: dict[int, _Found] = field(default_factory=lambda: defaultdict(_Found))

    def short(self) -> tuple[_Found, str] | None:
        """Those that are shorter than all that begin with zeros, where these are more; and one of these."""
        if len(self.padded) != 1:
            return None
        [(length, whole)] = self.padded.items()
        short = [found for digits, found in self.others.items() if digits < length]
        rows = sum(found.rows for found in short)
        if not 0 < rows < whole.rows:
            return None
        first = min(short, key=lambda found: found.row)
        return _Found(rows, first.row, first.text), whole.text


def with_spoilt(
    asked: UploadParameters, rows: Iterable[Record | BadRecord | Note]
) -> Iterator[Record | BadRecord | Note]:
    """The rows, and behind them a doubt about each column that a spreadsheet seems to have changed."""
    named = frozenset(column_key(name) for names in asked.names.values() for name in names)
    changed: dict[str, _Found] = defaultdict(_Found)
    numbers: dict[str, _Numbers] = defaultdict(_Numbers)
    for row in rows:
        yield row
        if not isinstance(row, Record):
            continue
        for column, text in row.values.items():
            if text and _tells_date(column):
                if _DAY.fullmatch(text) or _is_turned(text):
                    changed[column].see(row.row, text)
            elif text and (means(column) == "accession number" or (column in named and not means(column))):
                if _SHORTENED.fullmatch(text) or _is_turned(text):
                    changed[column].see(row.row, text)
                elif text.isdecimal():
                    kept = numbers[column]
                    (kept.padded if text.startswith("0") else kept.others)[len(text)].see(row.row, text)
    yield from map(Note, _doubts(changed, numbers))


def _doubts(changed: dict[str, _Found], numbers: dict[str, _Numbers]) -> Iterator[Message]:
    for column, found in changed.items():
        yield message("question-spoilt", column, found.text[:80], found.rows, found.row)
    for column, kept in numbers.items():
        if told := kept.short():
            found, whole = told
            yield message("question-lost-zeros", column, found.text[:80], found.rows, found.row, whole[:80])


@lru_cache(maxsize=1_000)
def _tells_date(column: str) -> bool:
    return means(column) in _DATES or begins(column) or ends(column)


def _is_turned(text: str) -> bool:
    """Whether a text is a number with a dash, or half a date, as spreadsheets turn them: Jan-45, 05. Dez."""
    found = _TURNED.fullmatch(text)
    return bool(found and bool(found[1]) != bool(found[3]) and not found[2].isupper() and _is_month(found[2]))


def _is_month(word: str) -> bool:
    return word.casefold() in _months()


@cache
def _months() -> frozenset[str]:
    """The short names of months."""
    locales = map(Locale.parse, _MONTHS_OF)
    names = (name for locale in locales for name in locale.months["format"]["abbreviated"].values())
    return frozenset(name.rstrip(".").casefold() for name in names) - _WORDS | {"mrz"}
