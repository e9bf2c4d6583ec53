"""Dimensions of works, as Commons' Template:Size takes them."""

import re
from collections.abc import Sequence

from wikitext.escape import Wikitext

UNITS = {
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "in": "in",
    "inch": "in",
    "inches": "in",
    '"': "in",
    "ft": "ft",
    "feet": "ft",
}
"""How a unit may be written, and as what the template knows it."""

SIDES = ("width", "height", "depth")

_NUMBER = re.compile(r"(\d+)(?:\.(\d+)|,(\d{1,2}|\d{4,}))?\s*([a-z]*\"?)", re.IGNORECASE)  # 1,234 may be two things


def size(unit: str, values: Sequence[str], sides: Sequence[str] = SIDES) -> Wikitext | None:
    """The template with the values, of which some may be empty. `unit`: one of `UNITS`; `sides`: of `SIDES`, in order.

    None if a value is no number, is in another unit, or if there are none.

    >>> size("in", ["19.25", "14.0"])
    '{{Size|unit=in|width=19.25|height=14}}'
    """
    numbers = {side: _number(value, unit) for side, value in zip(sides, values, strict=False) if value.strip()}
    if len(values) > len(sides) or not numbers or None in numbers.values():
        return None
    return Wikitext("{{Size|unit=" + UNITS[unit] + "".join(f"|{side}={numbers[side]}" for side in numbers) + "}}")


def _number(text: str, unit: str) -> str | None:
    found = _NUMBER.fullmatch(text.strip())
    if found is None or (found[4] and UNITS.get(found[4].lower()) != UNITS[unit]):
        return None
    whole, decimals = found[1].lstrip("0") or "0", (found[2] or found[3] or "").rstrip("0")
    return None if whole == "0" and not decimals else f"{whole}.{decimals}".rstrip(".")
