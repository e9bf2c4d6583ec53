"""Reads EDTF, the Extended Date/Time Format: levels 0 and 1, and of level 2 the sets of two or without an end."""

import re
from dataclasses import replace

from wikitext.date_values import Date, Point, Precision, Relation, calendar_day, dated

_EDTF = re.compile(r"(-?)(\d{4}|\d{3}x|\d{2}xx)(?:-(\d\d|xx)(?:-(\d\d|xx))?)?([?~%]?)")
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}


def read_edtf(text: str) -> Date | None:
    """What a text in lower case says as EDTF; None where it is none, or means two things to museums."""
    if re.fullmatch(r"\d{4}-\d\d", text) and text[2:4] < text[5:]:
        return None  # a month, a season, or a year of the same century
    if re.fullmatch(r"-[1-9]\d{3}[?~%]?", text):
        return None  # a year BCE, or up to a year
    sides, relation = _sides(text)
    points = [_edtf_point(side) for side in sides]
    date = None
    if relation == "between" and "" in sides and len(sides) == 2:
        date = dated("before", points[1]) if not sides[0] else dated("after", points[0])
    elif len(sides) == (1 if relation == "is" else 2):
        date = dated(relation, *points)
    return replace(date, certainty="presumably") if date and re.search("[?%]", text) else date


def _sides(text: str) -> tuple[list[str], Relation]:
    """The dates in an EDTF text, an open side as an empty one, and what they are to each other."""
    inside = re.fullmatch(r"([\[{])(.*)[]}]", text)
    if not inside:
        sides = ["" if side == ".." else side for side in text.split("/")]
        return sides, "is" if len(sides) == 1 else "between"
    sides = [side.strip() for side in re.split(r",|\.\.", inside[2])]
    return sides, "between" if ".." in text else "or" if inside[1] == "[" else "and"


def _edtf_point(text: str) -> Point | None:
    found = _EDTF.fullmatch(text)
    if not found:
        return None
    minus, year, month, day, mark = (group or "" for group in found.groups())
    circa = mark in {"~", "%"}
    if year.endswith("xx"):
        start = -int(f"{year[:2]}99") if minus else int(f"{year[:2]}01")
        return None if month else Point(start, precision=Precision.CENTURY, circa=circa)
    if year.endswith("x"):
        return None if month or minus else Point(int(year[:3]) * 10, precision=Precision.DECADE, circa=circa)
    number = int(minus + year)
    if number == 0 or "00" in {month, day}:
        return None
    if season := _SEASONS.get(month):
        return None if day else Point(number, part=season, circa=circa)
    point = calendar_day(number, int(month.replace("xx", "0") or 0), int(day.replace("xx", "0") or 0))
    return replace(point, circa=circa) if point else None
