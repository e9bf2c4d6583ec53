"""Errors by code over time, as the columns of a chart and the rows of the table beside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from jobs.store.moments import DAY
from jobs.store.overviews import DayOfErrors

HEIGHT = 100
"""Of the drawing, in units of its own; a day takes `_WIDTH` of its width, with `_GAP` on either side of the column."""
_WIDTH, _GAP = 10, 1

_SERIES = 5
"""So many codes have a colour of their own; the others share one."""


@dataclass(frozen=True)
class Block:
    """A piece of a day's column, as a rectangle; `series`: of which code, by its place."""

    series: int
    x: int
    y: float
    height: float
    width: int = _WIDTH - 2 * _GAP


@dataclass(frozen=True)
class Chart:
    """`codes`: the most frequent first, "" being errors without one, and None all others; `table`: a row a day."""

    codes: tuple[str | None, ...]
    blocks: tuple[Block, ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def width(self) -> int:
        """Of the drawing."""
        return _WIDTH * len(self.table)

    @property
    def height(self) -> int:
        """Of the drawing."""
        return HEIGHT


def chart_of(errors: Sequence[DayOfErrors], last: int, days: int) -> Chart:
    """The chart of so many days up to `last`, counted from the epoch."""
    totals = Counter[str]()
    for error in errors:
        totals[error.code] += error.number
    ranked = [code for code, _ in sorted(totals.items(), key=lambda one: (-one[1], one[0]))]
    codes = (*ranked[:_SERIES], *([None] if ranked[_SERIES:] else []))
    by_day = {day: [0] * len(codes) for day in range(last - days + 1, last + 1)}
    for error in errors:
        if error.day in by_day:
            by_day[error.day][min(ranked.index(error.code), _SERIES)] += error.number
    highest = max(map(sum, by_day.values()))
    columns = (_column(place, numbers, highest) for place, numbers in enumerate(by_day.values()))
    table = tuple((_date(day), tuple(numbers)) for day, numbers in by_day.items())
    return Chart(codes, tuple(block for column in columns for block in column), table)


def _column(place: int, numbers: Sequence[int], highest: int) -> list[Block]:
    blocks, top = [], float(HEIGHT)
    for series, number in enumerate(numbers):
        if number:
            height = round(HEIGHT * number / highest, 2)
            top = round(top - height, 2)
            blocks.append(Block(series, place * _WIDTH + _GAP, top, height))
    return blocks


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY, UTC).date().isoformat()
