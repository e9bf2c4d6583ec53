"""Makers that a partner is not sure of, or that the maker only stands near to: attributed to, workshop of, after.

The kinds are those that Commons' Creator templates take as their parameter (Template:Creator, `option`); how people
write each of them, in many languages, stands in `attributions.json`; what is written where no maker's name is, and
what tells persons from others, in `nobody.json`.

Whom a maker only stands near to is a person, and firms and schools are called alike: Studio of Rembrandt, Studio of
Fine Arts. So what is left of such a text must be written as a person's name is (`_is_person`); else nothing is read of
it, and it stays as it is.
"""

import re
from importlib.resources import files
from typing import NamedTuple

from wikitext.data_files import read_data, word_lists

_WITHOUT_NAME = frozenset({
    "nobody", "people", "school", "not the maker", "legal form", "no person", "place", "within a name", "with the",
})  # fmt: skip
_ATTRIBUTION_KINDS = frozenset({
    "attributed to", "formerly attributed to", "possibly", "probably", "workshop of", "studio of", "circle of",
    "follower of", "school of", "manner of", "after",
})  # fmt: skip
NOBODY = word_lists(_WITHOUT_NAME.__contains__, needed=_WITHOUT_NAME)
ATTRIBUTIONS = word_lists(_ATTRIBUTION_KINDS.__contains__, needed=_ATTRIBUTION_KINDS)
_NOBODY = read_data(NOBODY, files(__package__) / "nobody.json")
_KINDS = read_data(ATTRIBUTIONS, files(__package__) / "attributions.json")
_SURE = frozenset({"attributed to", "formerly attributed to", "possibly", "probably"})
"""The kinds where somebody, or a firm, is the maker if anything; of the others it is somebody near to a person."""

_KIND_OF = {phrase.lower(): kind for kind, phrases in _KINDS.items() for phrase in phrases}
_PHRASES = "|".join(re.escape(phrase) for phrase in sorted(_KIND_OF, key=len, reverse=True))
_BEFORE = re.compile(rf"\s*[(\[]?({_PHRASES})[:)\]]*(?:\s+|(?<='))(\S.*)", re.IGNORECASE | re.DOTALL)
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
    >>> attribution("Anonymous (circle of Rembrandt)"), attribution("Circle of Friends")
    (Attribution(kind='circle of', name='Rembrandt'), None)
    """
    maker = " ".join(maker.split())
    who, *beside = re.split(r"[,:(\[]", maker, maxsplit=1)
    if beside and _UNKNOWN.fullmatch(who) and (found := _told_before(beside[0].strip(" )]"))):
        return found if _is_person(found.name) else None
    found = _told_before(maker) or _told_behind(maker)
    return found if found and (found.kind in _SURE or _is_person(found.name)) else None


def _told_before(maker: str) -> Attribution | None:
    found = _BEFORE.fullmatch(_straight(maker))
    return Attribution(_KIND_OF[found[1].lower()], maker[found.start(2) :].strip()) if found else None


def _told_behind(maker: str) -> Attribution | None:
    if found := _BEHIND.fullmatch(_straight(maker)):
        return Attribution(_KIND_OF[found[2].lower()], maker[: found.end(1)].strip())
    found = _DOUBTED.fullmatch(maker)
    return Attribution("possibly", found[1]) if found else None


def _straight(text: str) -> str:
    """With the apostrophes that phrases have."""
    return text.replace("\u2019", "'")


_LEGAL_FORM = re.compile(rf".+\s(?:{'|'.join(map(re.escape, _NOBODY['legal form']))})\.?(?:\s*[,;(&].*)?", re.DOTALL)
_NO_PERSON, _PLACES, _WITHIN = (frozenset(_NOBODY[key]) for key in ("no person", "place", "within a name"))
_WITH_THE = frozenset(_NOBODY["with the"])


def _is_person(name: str) -> bool:
    """Whether it is written as a person's name: with capitals, but for van and the like, and no legal form.

    Nor with a word that persons are not called by (arts, friends, academy), nor a town's or country's alone. "The"
    begins the name of a master only (the Berlin Painter). Behind a comma or bracket there may be anything: life dates.

    >>> [_is_person(name) for name in ("Hans von Aachen (1552-1615)", "Aachen GmbH", "design", "Paris", "the World")]
    [True, False, False, False, False]
    """
    head = re.split(r"[,;(\[]", name)[0]
    words = re.findall(r"[^\W\d_]+", head)
    folded = [word.casefold() for word in words]
    if not words or ")" in head or head.strip().casefold() in _PLACES or not _NO_PERSON.isdisjoint(folded):
        return False
    if _LEGAL_FORM.fullmatch(name) or (folded[0] == "the" and _WITH_THE.isdisjoint(folded)):
        return False
    return not any(word[0].islower() and word not in _WITHIN for word in words)


def with_doubts(makers: str, doubts: str) -> str:
    """Makers (`|` between them), each with how it is the maker, which a column of its own says of each or of all.

    Several may stand with `;` between them as well. Who is no maker (a publisher) has the role behind the name; a plain
    role is left out. What is no plain role and not known, or belongs to nobody knows which of several, leaves it open.

    >>> with_doubts("Rembrandt|Jan Lievens", "workshop of|primary"), with_doubts("Rembrandt", "School of (?)")
    ('workshop of Rembrandt|Jan Lievens', 'school of Rembrandt')
    """
    between = "|" if "|" in makers or ";" not in makers else "; "
    names = [name.strip() for name in makers.split(between.strip())]
    said = [text.strip() for text in doubts.split("|" if "|" in doubts else ";")]
    if len(said) == len(names):
        return between.join(map(_told, names, said))
    if len(names) == 1:
        return _told(names[0], "; ".join(said))
    unsure = any(_told("x", text) != "x" for text in said)
    return between.join(f"{name}?" for name in names) if unsure else makers


_DOUBTFUL = re.compile(
    rf"\?|(?<![^\W_])(?:{_PHRASES}|by|of|to|on|von|van|af|av|de|di|an|nach|naar|un(?:certain|sicher)|fraglich|ehemals"
    r"|rejected|rejetée|verworpen|ancienne|eerder|zuschreibung|kopist|imitator)(?![^\W_])",
    re.IGNORECASE,
)
"""In what a column says of a maker, that it is no plain role: such a maker is not sure, whatever it means."""


def _told(name: str, doubt: str) -> str:
    if not name.strip():
        return name
    words = [part.strip(" ()[]?:").lower() for part in re.split(r"[;,/]", _straight(doubt))]
    kind = next((_KIND_OF[word] for word in words if word in _KIND_OF), "")
    other = next((word for word in words if word in _OTHERS or _is_school(word)), "")
    if kind or other:
        return f"{kind} {name.strip()}" if kind else f"{name} ({other})"
    return f"{name} ({doubt})?" if _DOUBTFUL.search(_straight(doubt)) else name


def _words(key: str) -> str:
    return "|".join(re.escape(word) for word in sorted(_NOBODY[key], key=len, reverse=True))


_OTHERS = frozenset(_NOBODY["not the maker"])
_UNKNOWN, _SCHOOL = (
    re.compile(rf".*(?<![^\W_])(?:{_words(key)})(?![^\W_]).*", re.IGNORECASE | re.DOTALL)
    for key in ("nobody", "school")
)
_NO_NAME = re.compile(
    rf"[-?.\s]*|.*(?:不明|不詳|未詳|佚名|미상|\uff08伝\uff09).*|伝.+|.+派"
    rf"|(?:{_words('people')})|(?:{_words('not the maker')})\b.*"
    rf"|.*[(\[,:]\s*(?:{_words('not the maker')})[)\]\s]*",
    re.IGNORECASE | re.DOTALL,
)


_LONGEST = 300
"""Characters of a name."""


def _is_school(word: str) -> bool:
    return word in _NOBODY["school"]


def names_maker(text: str) -> bool:
    """Whether a text is the name of a maker, and not what stands where none is known, or a people, or a publisher.

    What begins as an attribution is none, be it a firm's: who can tell After Eight GmbH from after Goupil & Cie?

    >>> [names_maker(text) for text in ("Luke Swank", "Artist unknown", "Italian 15th Century", "Greek")]
    [True, False, False, False]
    """
    if len(text) > _LONGEST or _BEFORE.fullmatch(_straight(text)):
        return False
    return not any(no_name.fullmatch(text.strip()) for no_name in (_NO_NAME, _UNKNOWN, _SCHOOL))
