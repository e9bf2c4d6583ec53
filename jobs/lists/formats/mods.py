"""MODS, the Metadata Object Description Schema (https://www.loc.gov/standards/mods/userguide/), version 3.

What is within `relatedItem` is of another object, and read by none of the paths here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from jobs.lists.formats.xml_values import (
    Described,
    Spoken,
    Values,
    attribute,
    first,
    gathered,
    language,
    license_address,
    said,
    spoken,
    texts,
    within,
)
from jobs.model.profile import is_media
from wikitext.columns import meant
from wikitext.escape import is_address

_MAKERS = frozenset({
    "arc", "art", "aut", "cmp", "cre", "ctg", "drm", "dsr", "egr", "etr", "ill", "ltg", "mfr", "pht", "prm", "scl",
    "wdc", "wde", "illustrator", "lithographer", "etcher", "cartographer", "composer", "woodcutter", "wood engraver",
})  # fmt: skip
"""Roles of makers (https://id.loc.gov/vocabulary/relators), beside those that columns of makers are called by."""

_UNSURE = {"att": "attributed to", "attributed name": "attributed to", "dub": "possibly", "dubious author": "possibly"}
_LATER = re.compile("digiti|elektron|electronic", re.IGNORECASE)
_ENCODINGS = ("edtf", "w3cdtf", "iso8601", "marc", "")
_ISO = re.compile(r"(\d{4})(\d\d)(\d\d)")
_EDTF = re.compile(r"-?[\dXx]{4}(?:-\d\d){0,2}[~?%]?")
_NUMBER = re.compile("local|accession|inven|signatur|shelf|call.?number|object.?number", re.IGNORECASE)
_TECHNIQUE = re.compile("material|technique|medium|support|aat|gmgpc|tgm", re.IGNORECASE)
_GROUP = "altRepGroup"
"""The attribute that elements share which say the same in different scripts (3.4 and later)."""


def described_mods(mods: Element) -> Described:
    """What a record says of its object."""
    values = {**gathered(mods, _READERS), **_numbered(mods)}
    return Described(values, [{"media url": [address]} for address in dict.fromkeys(_media(mods))])


def _once(elements: Iterable[Element]) -> Iterator[Element]:
    """Of those that say the same in different scripts the first."""
    seen: set[str] = set()
    for element in elements:
        group = attribute(element, _GROUP)
        if not group or group not in seen:
            yield element
        seen.add(group)


# Titles and names ---------------------------------------------------------------------------------------------------


def _titles(mods: Element) -> Iterator[Spoken]:
    """The title, and what it is in other languages; one for each."""
    found = [info for info in within(mods, "titleInfo") if attribute(info, "type") == ""]
    found.sort(key=lambda info: attribute(info, "usage") != "primary")
    translated = [info for info in within(mods, "titleInfo") if attribute(info, "type") == "translated"]
    seen: set[str] = set()
    for info in (*found, *(info for info in translated if language(info))):
        code = "" if attribute(info, "transliteration") else language(info)
        if code not in seen:
            seen.add(code)
            yield code, _title(info)


def _title(info: Element) -> str:
    part = {name: ", ".join(texts(info, name)) for name in ("nonSort", "title", "subTitle", "partNumber", "partName")}
    space = "" if part["nonSort"].endswith(("'", "\u2019", "-")) else " "
    title = ": ".join(filter(None, (f"{part['nonSort']}{space}{part['title']}".strip(), part["subTitle"])))
    return ". ".join(filter(None, (title, part["partNumber"], part["partName"])))


def _name(name: Element) -> str:
    parts = [(attribute(part, "type"), said(part)) for part in within(name, "namePart")]
    whole = ". ".join(text for kind, text in parts if not kind and text)
    own = (text for wanted in ("given", "family", "termsOfAddress") for kind, text in parts if kind == wanted and text)
    return next(iter(texts(name, "displayForm")), "") or whole or " ".join(own)


def _roles(name: Element) -> list[str]:
    terms = [said(term) or attribute(term, "valueURI").rpartition("/")[2] for term in within(name, "role/roleTerm")]
    return [term.casefold().rstrip(".")[:60] for term in terms if term]


def _makes(name: Element) -> bool:
    """Whether a name is a maker's by any of its roles; without a role, whether it is the record's main one."""
    roles = _roles(name)
    known = (role in _MAKERS or role in _UNSURE or _is_called_maker(role) for role in roles)
    return any(known) if roles else attribute(name, "usage") == "primary"


def _is_called_maker(role: str) -> bool:
    called = meant(role)
    return called is not None and called.what in {"creator", "photographer"}


def _maker(name: Element) -> str:
    unsure = next((_UNSURE[role] for role in _roles(name) if role in _UNSURE), "")
    return f"{unsure} {_name(name)}".strip() if _name(name) else ""


def _helper(name: Element) -> str:
    roles = _roles(name)
    return f"{_name(name)} ({roles[0]})" if roles and _name(name) else _name(name)


def _names(mods: Element) -> Values:
    names = list(_once(within(mods, "name")))
    makers = [(name, _makes(name)) for name in names]
    return {
        "creator": [_maker(name) for name, makes in makers if makes],
        "contributor": [_helper(name) for name, makes in makers if not makes],
    }


# Dates and places ---------------------------------------------------------------------------------------------------


def _origin(mods: Element) -> Values:
    made = [origin for origin in within(mods, "originInfo") if not _of_the_copy(origin)]
    return {
        "date": first(_dates(made)),
        "place of creation": [place for origin in made if _is_of_making(origin) for place in _places(origin)],
        "publisher": [text for origin in made for text in texts(origin, "publisher")],
    }


def _of_the_copy(origin: Element) -> bool:
    """Whether it is about the digital copy, as in records of libraries that digitise."""
    return _LATER.search(" ".join((attribute(origin, "eventType"), *texts(origin, "edition")))) is not None


def _is_of_making(origin: Element) -> bool:
    event = attribute(origin, "eventType") in {"production", "creation", "manufacture"}
    return event or next(within(origin, "dateCreated"), None) is not None


def _places(origin: Element) -> Iterator[str]:
    terms = (term for term in within(origin, "place/placeTerm") if attribute(term, "type") != "code")
    return (text for term in terms if (text := said(term)))


def _dates(made: Iterable[Element]) -> Iterator[str]:
    """The dates, the likelier first: when it was made, published, registered."""
    origins = list(made)
    for name in ("dateCreated", "dateIssued", "copyrightDate"):
        for origin in origins:
            if dates := [date for date in within(origin, name) if said(date)]:
                yield f"cop. {_date(dates)}" if name == "copyrightDate" else _date(dates)


def _date(dates: list[Element]) -> str:
    """One date of those that say the same, or are its beginning and its end; as EDTF where it is encoded."""

    def rank(date: Element) -> int:
        encoding = attribute(date, "encoding")
        return _ENCODINGS.index(encoding if encoding in _ENCODINGS else "")

    least = min(map(rank, dates))
    alike = [date for date in dates if rank(date) == least]
    sides = [next((_marked(date) for date in alike if attribute(date, "point") == end), "") for end in ("start", "end")]
    if not any(sides):
        return _marked(min(alike, key=lambda date: attribute(date, "keyDate") != "yes"))
    between = "/" if all(_EDTF.fullmatch(side) for side in sides if side) else " - "
    return between.join(side or ".." for side in sides)


def _marked(date: Element) -> str:
    """The date with its qualifier."""
    text, qualifier = said(date), attribute(date, "qualifier")
    if attribute(date, "encoding") == "iso8601":
        text = _ISO.sub(r"\1-\2-\3", text) if _ISO.fullmatch(text) else text
    if attribute(date, "encoding") == "marc":
        text = "" if text == "9999" else text.replace("u", "X")
    mark = {"approximate": "~", "questionable": "?"}.get(qualifier, "")
    if not mark or not text[:1].isdigit() or text.endswith(("~", "?", "%")):
        return text
    if _EDTF.fullmatch(text):
        return f"{text}{mark}"
    return f"ca. {text}" if mark == "~" else f"{text}?"


# The object and its files -------------------------------------------------------------------------------------------


def _notes(mods: Element) -> Values:
    notes = [(attribute(note, "type"), said(note)) for note in within(mods, "note")]
    return {
        "notes": [text for kind, text in notes if kind in {"", "content"}],
        "object history": [text for kind, text in notes if kind == "ownership"],
    }


def _numbered(mods: Element) -> Values:
    """What is said by identifiers and places: numbers, where it is, pages."""
    told = [(attribute(one, "type"), said(one)) for one in _once(within(mods, "identifier")) if _is_valid(one)]
    numbers = [(kind, text) for kind, text in told if text and not is_address(text)]
    local = [text for kind, text in numbers if _NUMBER.search(kind)]
    return {
        "accession number": local or texts(mods, "location/shelfLocator") or texts(mods, _COPY),
        "other identifiers": [
            f"{kind}: {text}".removeprefix(": ") for kind, text in numbers if not _NUMBER.search(kind)
        ],
        "institution": first(_holders(mods)),
        "source": first(_pages(mods, [text for _, text in told if is_address(text)])),
    }


_COPY = "location/holdingSimple/copyInformation/shelfLocator"


def _techniques(mods: Element) -> Iterator[str]:
    """What it is made of; not which medium of a library it is on."""
    for form in within(mods, "physicalDescription/form"):
        if _TECHNIQUE.search(f"{attribute(form, 'type')} {attribute(form, 'authority')}"):
            yield said(form)


def _is_valid(identifier: Element) -> bool:
    return attribute(identifier, "invalid") != "yes"


def _holders(mods: Element) -> Iterator[str]:
    """Where it is, in words."""
    return (said(one) for one in within(mods, "location/physicalLocation") if "org" not in attribute(one, "authority"))


def _urls(mods: Element) -> list[tuple[str, str, str]]:
    """The addresses: what is at each (`access`), whether it is the one to show (`usage`), the address."""
    found = within(mods, "location/url")
    return [(attribute(url, "access"), attribute(url, "usage"), said(url)) for url in found if said(url)]


def _media(mods: Element) -> list[str]:
    raw = [address for access, _, address in _urls(mods) if access == "raw object"]
    return raw or [address for access, _, address in _urls(mods) if not access and is_media(address)]


def _pages(mods: Element, identifiers: Iterable[str]) -> Iterator[str]:
    """Pages about the object, the likelier first."""
    urls = [url for url in _urls(mods) if not is_media(url[2])]
    yield from (address for access, _, address in urls if access == "object in context")
    yield from (address for access, usage, address in urls if not access and usage.startswith("primary"))
    yield from identifiers
    yield from (address for access, _, address in urls if not access)


def _rights(mods: Element) -> Values:
    conditions = [one for one in within(mods, "accessCondition") if "restriction" not in attribute(one, "type")]
    told = [(attribute(one, "href"), said(one)) for one in conditions]
    addresses = license_address(text for pair in told for text in pair)
    return {"license": addresses, "rights": [text for _, text in told if text and not is_address(text)]}


_READERS: Mapping[str, Callable[[Element], Values]] = {
    "titleInfo": lambda mods: spoken("title", _titles(mods)),
    "name": _names,
    "originInfo": _origin,
    "abstract": lambda mods: spoken("description", ((language(one), said(one)) for one in within(mods, "abstract"))),
    "note": _notes,
    "genre": lambda mods: {"object type": texts(mods, "genre")},
    "physicalDescription": lambda mods: {
        "medium": list(_techniques(mods)),
        "dimensions": texts(mods, "physicalDescription/extent"),
    },
    "language": lambda mods: {
        "language": [said(one) for one in within(mods, "language/languageTerm") if attribute(one, "type") != "code"]
    },
    "subject": lambda mods: {"subject": [" -- ".join(filter(None, map(said, one))) for one in within(mods, "subject")]},
    "accessCondition": _rights,
}
"""What is read of elements by their names; of `identifier` and `location` together by `_numbered`."""
