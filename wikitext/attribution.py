"""Makers that a partner is not sure of, or that the maker only stands near to: attributed to, workshop of, after.

The kinds are those that Commons' Creator templates take as their parameter (Template:Creator, `option`); how people
write each of them, in many languages, stands in `attributions.json`.
"""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple

_KINDS: Mapping[str, list[str]] = json.loads((files(__package__) / "attributions.json").read_text(encoding="utf-8"))
_KIND_OF = {phrase: kind for kind, phrases in _KINDS.items() for phrase in phrases}
_PHRASES = "|".join(re.escape(phrase) for phrase in sorted(_KIND_OF, key=len, reverse=True))
_BEFORE = re.compile(rf"\s*[(\[]?({_PHRASES})[:)\]]*\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_BEHIND = re.compile(rf"(.*\S)\s*[,(\[]\s*({_PHRASES})\s*[)\]]?\s*", re.IGNORECASE | re.DOTALL)
_DOUBTED = re.compile(r"(.*[^\s?(\[])\s*(?:\(\?+\)|\[\?+\]|\?+)\s*", re.DOTALL)


class Attribution(NamedTuple):
    """How somebody is the maker, in the words of Commons' Creator templates, and who."""

    kind: str
    name: str


def attribution(maker: str) -> Attribution | None:
    """How somebody is the maker, and who; None for a maker alone.

    >>> attribution("Attributed to Rembrandt"), attribution("Rembrandt?"), attribution("Rembrandt")
    (Attribution(kind='attributed to', name='Rembrandt'), Attribution(kind='possibly', name='Rembrandt'), None)
    """
    plain = maker.replace("\u2019", "'")
    if found := _BEFORE.fullmatch(plain):
        return Attribution(_KIND_OF[found[1].lower()], maker[found.start(2) :].strip())
    if found := _BEHIND.fullmatch(plain):
        return Attribution(_KIND_OF[found[2].lower()], maker[: found.end(1)].strip())
    if found := _DOUBTED.fullmatch(maker):
        return Attribution("possibly", found[1])
    return None


def with_doubts(makers: str, doubts: str) -> str:
    """Makers (`|` between them), each with how it is the maker, which a column of its own says of each or of all.

    What is no such word is left out.

    >>> with_doubts("Rembrandt|Jan Lievens", "workshop of|primary"), with_doubts("Rembrandt", "School of (?)")
    ('workshop of Rembrandt|Jan Lievens', 'school of Rembrandt')
    """
    names, said = makers.split("|"), doubts.split("|")
    kinds = [_kind(text) for text in (said if len(said) == len(names) else said[:1] * len(names))]
    return "|".join(f"{kind} {name}" if kind else name for name, kind in zip(names, kinds, strict=True))


def _kind(text: str) -> str:
    words = (part.strip(" ()[]?:").lower() for part in re.split(r"[;,/]", text.replace("\u2019", "'")))
    return next((_KIND_OF[word] for word in words if word in _KIND_OF), "")
