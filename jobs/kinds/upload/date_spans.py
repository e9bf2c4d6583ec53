"""Dates that stand in two columns, when they begin and when they end."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from wikitext.columns import meant
from wikitext.dates import spanning, until

_LIVES = re.compile(
    r"nationali[tz]|nacionalid|narodowo|kansall|gender|\bbio|artistbio|birth|born|death|died|gebor|geburt|gestorben|sterbe"
    r"|född|död|fødd?t|fødsel|naissance|\bnée?\b|décès|nacim|fallec|nascim|nascita|\bmorte?\b|falec|urodz|zgon"
    r"|śmier|synty|kuol|geboorte|overl[ei]|生年|没年|生没|国籍|ميلاد|وفاة|جنسية"
)
"""In names of columns that tell of somebody's life: so may `BeginDate` beside them, but not `objectBeginDate`."""


def begins(column: str) -> bool:
    """Whether a column says when something begins."""
    return _what(column) == "date begin"


def ends(column: str) -> bool:
    """Whether a column says when something ends."""
    return _what(column) == "date end"


def is_dated(begin: str, columns: tuple[str, ...]) -> bool:
    """Whether it is the work that begins in this column, and another one of the list says when it ends."""
    called = meant(begin)
    of_life = called is not None and called.less > 0 and any(map(_LIVES.search, columns))
    return not of_life and _end_of(begin, columns) != ""


def spanned(columns: tuple[str, ...], *, dated: bool) -> Sequence[str]:
    """The columns that say when the work begins and ends. `dated`: others say its date, which an end may extend."""
    pairs = {column: _end_of(column, columns) for column in columns if begins(column)}
    of_work = {begin: end for begin, end in pairs.items() if is_dated(begin, columns)}
    lone = [column for column in columns if ends(column) and column not in pairs.values()]
    return [*of_work, *of_work.values(), *(lone if dated else [])]


def with_ends(values: Mapping[str, str], dates: Iterable[str], *, own: bool) -> Iterator[tuple[str, str]]:
    """The columns of dates in these values, each with the end that another one says.

    An end that belongs to a begin is not the end of another date (MoMA's `EndDate`: the artist's death). A begin alone,
    and one with a column on how exact it is (Adlib's `production.date.start.prec`), is not said as sure: it is empty.
    A date that is empty in a record is what begins and ends say there.
    `own`: the request says of which columns the date is made: no others take their place, and where begins or ends are
    among these, nothing is done.
    """
    columns, dates = tuple(values), tuple(dates)
    if own and any(begins(name) or ends(name) for name in dates):
        return
    pairs = {column: _end_of(column, columns) for column in columns if begins(column)}
    spans = {begin: _span(values, begin, end) for begin, end in pairs.items()}
    for name in dates:
        if name in pairs:
            yield name, spans[name]
        elif not (date := values.get(name, "")):
            told = (spans[begin] for begin in pairs if spans[begin] and is_dated(begin, columns) and not own)
            yield name, next(told, "")
        else:
            strange = {end for begin, end in pairs.items() if values[begin] != date}
            last = next((column for column in columns if ends(column) and column not in strange), "")
            yield name, until(date, values[last]) if last else date


def _span(values: Mapping[str, str], begin: str, end: str) -> str:
    sure = end and not any(values.get(f"{one}.prec") for one in (begin, end))
    return spanning(values[begin], values[end]) if sure else ""


@lru_cache(maxsize=256)
def _end_of(begin: str, columns: tuple[str, ...]) -> str:
    """The column for the end of what begins in this one, of several the one that is called most like it; or none."""
    return next(iter(difflib.get_close_matches(begin, [*filter(ends, columns)], 1, 0)), "")


def _what(column: str) -> str:
    called = meant(column)
    return called.what if called else ""
