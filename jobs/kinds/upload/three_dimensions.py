"""Whether a record is of a thing that is not flat: the photograph of such a thing is a work of its own."""

import re
from collections.abc import Sequence

from jobs.kinds.upload.description import Description
from wikitext.filepage import TEMPLATES
from wikitext.rights_statements import is_solid

_SIDE = r"(\d{1,6}(?:[.,]\d{1,4})?)"
_TIMES = r"[^\d\u00d7x]{0,12}[\u00d7x]\D{0,6}"
_THREE = re.compile(_TIMES.join((_SIDE, _SIDE, _SIDE)), re.IGNORECASE)
_DEPTH = r"(?:tiefe|t|prof(?:\.|ondeur|undidad|undidade|ondit\u00e0)?|pr|depth|djup|diepte|dybde|syvyys|g\u0142)"
_NAMED = re.compile(rf"{_SIDE}\D{{1,12}}{_SIDE}\D{{1,12}}\b{_DEPTH}\W{{0,3}}{_SIDE}", re.IGNORECASE)
"""Sides by their letters, of which the third is the depth: H 80 cm, B 30 cm, T 15 cm."""

_SIZE = re.compile(r"\|(?:width|height|depth)=([\d.]+)")
_FLAT = 10
"""So many times as deep as it is long is what counts as flat: canvases and frames have a depth too."""


def shows_solid(description: Description) -> bool:
    """Whether something says so."""
    return field_of_solid(description) != ""


def field_of_solid(description: Description) -> str:
    """The field that says it, or none: what the object is called, or three sides of which the least is no frame's.

    Where nothing says what the object is, also what it is made of, and its title: Marble; Bust of a man (sculpture).
    """
    if description.template.name in TEMPLATES and not {"object type", "photo license"} & {*description.template.fields}:
        return ""
    said = ("object type",) if description.text("object type") else ("medium", "title")
    if field := next((field for field in said if is_solid(description.text(field))), ""):
        return field
    return "dimensions" if _deep(_sides(description)) else ""


def _sides(description: Description) -> Sequence[float]:
    shown = description.wikitext("dimensions")
    if "|depth=" in shown:
        return [float(side) for side in _SIZE.findall(shown)]
    found = _THREE.search(shown) or _NAMED.search(shown)
    return [float(side.replace(",", ".")) for side in found.groups()] if found else []


def _deep(sides: Sequence[float]) -> bool:
    return len(sides) > 1 and min(sides) * _FLAT > max(sides)
