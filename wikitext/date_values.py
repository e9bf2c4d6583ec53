"""A date as somebody told it, and how it is written: as EDTF, as Commons' templates, as what Wikibase needs.

Sources: EDTF (ISO 8601-2, levels 0 to 2, www.loc.gov/standards/datetime), Commons' Template:Other date and
Template:Complex date, Wikibase/DataModel/JSON (time values).
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

from wikitext.escape import Wikitext, inert


class Precision(IntEnum):
    """How exact a date is, in Wikibase's numbers."""

    CENTURY = 7
    DECADE = 8
    YEAR = 9
    MONTH = 10
    DAY = 11


SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}
"""EDTF's numbers of the seasons."""


@dataclass(frozen=True)
class Point:
    """One date.

    `year`: astronomical (0 is 1 BCE); of a decade or century its first (1880, 1801). `part`: which part of it, in the
    words of Template:Complex date (`early`, `2nd half`, `spring`), or empty.
    """

    year: int
    month: int = 0
    day: int = 0
    precision: Precision = Precision.YEAR
    part: str = ""
    circa: bool = False

    @property
    def bounds(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """The first and the last day it may be, by EDTF's counting (18XX: 1800 to 1899)."""
        first = self.year - 1 if self.precision is Precision.CENTURY and self.year > 0 else self.year
        years = {Precision.CENTURY: 100, Precision.DECADE: 10}.get(self.precision, 1)
        return (first, self.month or 1, self.day or 1), (first + years - 1, self.month or 12, self.day or 31)

    @property
    def edtf(self) -> str:
        """As EDTF, without marks for what is not certain; of parts it knows seasons only."""
        first = self.bounds[0][0]
        if self.precision is Precision.CENTURY:
            return f"{_sign(first)}{abs(first) // 100:02d}XX"
        if self.precision is Precision.DECADE:
            return f"{first // 10:03d}X"
        month = SEASONS.get(self.part, self.month)
        return _padded(self.year) + "".join(f"-{number:02d}" for number in (month, self.day) if number)

    @property
    def time(self) -> str:
        """The time of a Wikibase value; its precision is `precision`. There, the year before 1 is -1."""
        year = self.year if self.year > 0 else self.year - 1
        return f"{year:+05d}-{self.month:02d}-{self.day:02d}T00:00:00Z"

    @property
    def number(self) -> str:
        """What Commons' templates take for it besides its era: a century's number, or an ISO date."""
        year = self.year if self.year > 0 else 1 - self.year
        if self.precision is Precision.CENTURY:
            return str((year + 99) // 100)
        return f"{year:04d}" + "".join(f"-{number:02d}" for number in (self.month, self.day) if number)


_UNITS = {Precision.CENTURY: "century", Precision.DECADE: "decade"}

Relation = Literal["is", "before", "after", "between", "or", "and", "unknown"]
Certainty = Literal["", "possibly", "probably", "presumably"]


@dataclass(frozen=True)
class Date:
    """A date as it was told.

    `first` is there but where it is `unknown` (the partner says that nobody knows), `second` where there are two:
    something between them, one of them, or both. `beside`: what was told besides, such as when it was printed.
    `of_work`: whether it says when the work itself was made, not when it was published or cast. `then`: a later date
    that holds as well (1995-6, 2007).
    """

    relation: Relation
    first: Point | None = None
    second: Point | None = None
    certainty: Certainty = ""
    beside: str = ""
    of_work: bool = True
    then: "Date | None" = None

    @property
    def points(self) -> tuple[Point, ...]:
        """Every date that is in it, in order."""
        own = tuple(point for point in (self.first, self.second) if point)
        return own + (self.then.points if self.then else ())

    @property
    def edtf(self) -> str:
        """As EDTF; empty for `unknown`."""
        return f"{{{self._edtf},{self.then.edtf}}}".replace("/", "..") if self.then else self._edtf

    @property
    def _edtf(self) -> str:
        """Without what is told `then`."""
        match self.relation, self.first, self.second:
            case "before", Point() as point, _:
                return f"../{self._end(point, last=True)}"
            case "after", Point() as point, _:
                return f"{self._end(point, last=False)}/.."
            case "between", Point() as first, Point() as second:
                return f"{self._end(first, last=False)}/{self._end(second, last=True)}"
            case "or" | "and", Point() as first, Point() as second:
                both = f"{self._marked(first.edtf, first)},{self._marked(second.edtf, second)}"
                return f"[{both}]" if self.relation == "or" else f"{{{both}}}"
            case _, Point() as point, _:
                return self._marked(point.edtf, point)
            case _:
                return ""

    @property
    def earliest(self) -> Point | None:
        """The date it is not before, as exact as it was told."""
        return None if self.relation == "before" else self.first

    @property
    def latest(self) -> Point | None:
        """The date it is not after, as exact as it was told."""
        return None if self.relation == "after" or not self.points else self.points[-1]

    @property
    def circa(self) -> bool:
        """Whether it is told as about right."""
        return any(point.circa for point in self.points)

    @property
    def precision(self) -> Precision | None:
        """How exact it is, by its least exact part."""
        return min((point.precision for point in self.points), default=None)

    @property
    def wikitext(self) -> Wikitext:
        """As Commons writes it: an ISO date, or the template that says it in the reader's language."""
        if self.then:
            said = Wikitext(f"{replace(self, then=None, beside='').wikitext}, {self.then.wikitext}")
        elif self.points:
            said = _simple(self, self.points) or _complex(self, self.points)
        else:
            said = Wikitext("{{other date|unknown}}")
        return Wikitext(f"{said} ({inert(self.beside)})") if self.beside else said

    def _end(self, point: Point, *, last: bool) -> str:
        """An end of an interval, where EDTF's level 2 has no marked decades: the year furthest out stands for them."""
        edge = point.bounds[last][0]
        return self._marked(_padded(edge) if point.precision < Precision.YEAR else point.edtf, point)

    def _marked(self, edtf: str, point: Point) -> str:
        return edtf + {(True, True): "%", (True, False): "~", (False, True): "?"}.get(
            (point.circa, bool(self.certainty)), ""
        )


def _sign(year: int) -> str:
    return "-" if year < 0 else ""


def _padded(year: int) -> str:
    return f"{_sign(year)}{abs(year):04d}"


def _simple(date: Date, points: tuple[Point, ...]) -> Wikitext | None:
    """A bare ISO date, or Template:Other date where one word says all there is to say."""
    words = {date.relation, *(point.part for point in points), *(_UNITS.get(point.precision, "") for point in points)}
    words |= {"~" for point in points if point.circa}
    words -= {"is", "", *(("between",) if all(point.circa for point in points) else ())}
    if date.certainty or len(words) > 1 or any(point.year <= 0 for point in points):
        return None
    numbers = "|".join(point.number for point in points)
    return Wikitext("{{other date|" + f"{words.pop()}|{numbers}" + "}}" if words else numbers)


def _complex(date: Date, points: tuple[Point, ...]) -> Wikitext:
    """Template:Complex date. Where its adjective is taken, or would turn "or" to "between", circa is the certainty."""
    adjectives: list[str] = [date.relation if date.relation in {"before", "after"} else point.part for point in points]
    circa_fits = date.relation in {"is", "between"} and not any(adjectives)
    arguments: dict[str, str] = {"conj": date.relation} if len(points) == 2 else {}
    for number, (point, adjective) in enumerate(zip(points, adjectives, strict=True), 1):
        arguments |= {
            f"date{number}": point.number,
            f"adj{number}": "circa" if circa_fits and point.circa else adjective,
            f"precision{number}": _UNITS.get(point.precision, ""),
            f"era{number}": "BC" if point.year <= 0 else "",
        }
    arguments["certainty"] = date.certainty or ("circa" if date.circa and not circa_fits else "")
    return Wikitext("{{complex date|" + "|".join(f"{key}={value}" for key, value in arguments.items() if value) + "}}")


def dated(relation: Relation, first: Point | None, second: Point | None = None) -> Date | None:
    """The date, if its points were read and stand in order."""
    two = relation in {"between", "or", "and"}
    if first is None or (two and second is None):
        return None
    if relation == "between" and second and not (first.bounds[0] <= second.bounds[0] and first != second):
        return None
    return Date(relation, first, second)


def calendar_day(year: int, month: int, day: int) -> Point | None:
    """A day, month or year, if the calendar has it; 0 stands for none."""
    if not month:
        return None if day else Point(year)
    if month > 12 or day > monthrange(year % 400 + 2000, month)[1]:
        return None
    return Point(year, month, day, Precision.DAY if day else Precision.MONTH)
