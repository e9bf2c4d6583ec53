"""Reads dates as museums tell them, in any of the languages of `date_words`, and never guesses.

What can mean two things is not read: 1/2/1905, 1905-06 (June, or up to 1906), 1900s (ten years, or a hundred), c1905
(about then or, as libraries have it, the copyright's), القرن الثالث عشر (the 13th, or as many since the Hijra).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from wikitext.date_habits import COPYRIGHT, parted, tidied
from wikitext.date_phrases import canonical, read_phrases
from wikitext.date_values import Date, Precision
from wikitext.date_words import folded
from wikitext.edtf import read_edtf

MAX_LENGTH = 200
"""Characters in a date; more is not read."""

LAST_YEAR = 2100
"""Years behind it stand in databases for what is not known, as does the year 0000."""


@lru_cache(maxsize=1000)
def read_date(text: str) -> Date | None:
    """What a text says when something was; None where it cannot be told, or says more than a date.

    >>> read_date("c. 1780-90").edtf, read_date("late 18th century").wikitext
    ('1780~/1790~', '{{complex date|date1=18|adj1=late|precision1=century}}')
    """
    if len(text) > MAX_LENGTH or COPYRIGHT.match(text.strip(" |[]")) or _OPEN_YEAR.search(text):
        return None
    own, beside, of_work = parted(text.strip(" |"))
    text = tidied(folded(own))
    date = _read(text) or _read_in_turn(re.split(r"[,;]", text))
    if date is None or any(point.year > LAST_YEAR for point in date.points) or _may_be_hijri(text, date):
        return None
    return replace(date, beside=beside, of_work=of_work)


_OPEN_YEAR = re.compile(r"(?<!\d)[12]\d\d\.\W*$")
"""188. is the 1880s, with a digit left open, or the year 188."""


def until(text: str, end: str) -> str:
    """A date of which the end stands elsewhere: a year with it as a span, where that is another, later year.

    >>> until("1483", "1876"), until("c. 1483", "1876"), until("1483", "1483")
    ('1483/1876', 'c. 1483', '1483')
    """
    years = [text.strip(), end.strip()]
    return "/".join(years) if all(map(_YEAR.fullmatch, years)) and years[0] < years[1] else text


def spanning(begin: str, end: str) -> str:
    """The date of which the begin and the end stand apart; nothing where one is missing.

    Of years, months or days it is a span, of New Year's Days, which databases put for years, one of years; else both as
    they stand, to be read or not.

    >>> spanning("1483", "1876"), spanning("1483", "1483"), spanning("1898-01-01", "1898-12-31"), spanning("1483", "")
    ('1483/1876', '1483', '1898', '')
    >>> spanning("1900", "1850"), spanning("spring", "May 1898")
    ('1900 \u2013 1850', 'spring \u2013 May 1898')
    """
    texts = ["" if re.fullmatch("0+|9999", text.strip()) else text.strip() for text in (begin, end)]
    if not all(texts):
        return ""
    found = [one for one in map(_END.fullmatch, texts) if one]
    ends = [f"{int(one[1]):04d}{one[2]}" for one in found]
    if len(ends) == 2 and ends[0][4:] in {"", "-01-01"} and ends[1][4:] in {"", "-01-01", "-12-31"}:
        ends = [one[:4] for one in ends]
    span = "/".join(dict.fromkeys(ends))
    return span if len(ends) == 2 and read_date(span) else " \u2013 ".join(dict.fromkeys(texts))


_YEAR = re.compile(r"[0-9]{4}")
_END = re.compile(r"([0-9]{3,4})(?:\.0)?((?:-[0-9]{2}){0,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")


def _read(text: str) -> Date | None:
    return read_edtf(text) or read_phrases(canonical(text))


_ARABIC = re.compile("[\u0600-\u06ff]")
_APART = 500
"""Years between two of one span; the same year by both calendars is further apart."""

_HIJRI = 1500
"""Years in use that are counted from the Hijra, by the moon or the sun, are below it (1500 begins in 2076)."""


def _may_be_hijri(text: str, date: Date) -> bool:
    """Whether a year or century may be of the Hijra: two of a pair are one year by both calendars (940/1533).

    In Arabic letters or digits also one that has no era, or not one of its own: 1316/1898 م.
    """
    far = date.points and date.points[-1].year - date.points[0].year > _APART
    if re.fullmatch(r"\d{3,4} ?/ ?\d{4}", text) and far:
        return True
    if not _ARABIC.search(text) or all(point.year > _HIJRI for point in date.points):
        return False
    return bool(far) or re.search("[/,;]", text) is not None or not re.search(r"\bB?CE\b", canonical(text))


def _read_in_turn(texts: Sequence[str]) -> Date | None:
    """Two years, or spans of years, the second one later: 1995-6, 2007."""
    if len(texts) != 2:
        return None
    read = [date for date in map(_read, texts) if date and date.relation in {"is", "between"} and not date.certainty]
    points = [point for date in read for point in date.points]
    ordered = all(one.bounds[1] < other.bounds[0] for one, other in pairwise(points))
    if len(read) != 2 or not ordered or any(point.precision < Precision.YEAR for point in points):
        return None
    return replace(read[0], then=read[1])
