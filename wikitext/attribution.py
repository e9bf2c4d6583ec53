"""Makers that a partner is not sure of, or that the maker only stands near to: attributed to, workshop of, after.

The kinds are those that Commons' Creator templates take as their parameter (Template:Creator, `option`); how people
write each of them, in many languages, stands in `attributions.json`; what is written where no maker's name is, in
`nobody.json`.
"""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple


def _read(name: str) -> Mapping[str, list[str]]:
    read: Mapping[str, list[str]] = json.loads((files(__package__) / name).read_text(encoding="utf-8"))
    return read


_KINDS = _read("attributions.json")
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

    Who is no maker (a publisher) has the role behind the name; what is no such word is left out.

    >>> with_doubts("Rembrandt|Jan Lievens", "workshop of|primary"), with_doubts("Rembrandt", "School of (?)")
    ('workshop of Rembrandt|Jan Lievens', 'school of Rembrandt')
    """
    names, said = makers.split("|"), doubts.split("|")
    each = said if len(said) == len(names) else said[:1] * len(names)
    return "|".join(_told(name, text) for name, text in zip(names, each, strict=True))


def _told(name: str, doubt: str) -> str:
    words = [part.strip(" ()[]?:").lower() for part in re.split(r"[;,/]", doubt.replace("\u2019", "'"))]
    kind = next((_KIND_OF[word] for word in words if word in _KIND_OF), "")
    other = next((word for word in words if word in _OTHERS or _is_school(word)), "")
    return f"{kind} {name}" if kind else f"{name} ({other})" if other and name.strip() else name


def _words(key: str) -> str:
    return "|".join(re.escape(word) for word in sorted(_NOBODY[key], key=len, reverse=True))


_NOBODY = _read("nobody.json")
_OTHERS = frozenset(_NOBODY["not the maker"])
_NO_NAME = re.compile(
    rf"[-?.\s]*|(?:{_words('people')})|.*(?<![^\W_])(?:{_words('nobody')}|{_words('school')})(?![^\W_]).*"
    rf"|(?:{_words('not the maker')})\b.*|.*[(\[,:]\s*(?:{_words('not the maker')})[)\]\s]*",
    re.IGNORECASE | re.DOTALL,
)


_LONGEST = 300
"""Characters of a name."""


def _is_school(word: str) -> bool:
    return word in _NOBODY["school"]


def names_maker(text: str) -> bool:
    """Whether a text is the name of a maker, and not what stands where none is known, or a people, or a publisher.

    >>> [names_maker(text) for text in ("Luke Swank", "Artist unknown", "Italian 15th Century", "Greek")]
    [True, False, False, False]
    """
    return len(text) <= _LONGEST and _NO_NAME.fullmatch(text.strip()) is None
