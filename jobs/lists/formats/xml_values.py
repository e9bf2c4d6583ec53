"""What readers of metadata in XML do alike: elements by their paths, and texts in the languages that are told."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from babel.core import get_global

from jobs.lists.formats.xml_stream import local_name
from wikitext.comparison_keys import language_code
from wikitext.escape import is_address
from wikitext.filepage import is_language

_KNOWN_RIGHTS = ("creativecommons.org/", "rightsstatements.org/")

Values = Mapping[str, Sequence[str]]
"""Texts by their column; there may be none."""

Spoken = tuple[str, str]
"""The code of a language that wikis have, or nothing, and a text."""


@dataclass(frozen=True)
class Described:
    """An object: what is said of it, and of each of its files (as `media url` and what is of this file alone)."""

    values: Values
    files: Sequence[Values] = ()


def within(element: Element, path: str) -> Iterator[Element]:
    """The elements at a path of names, `/` between them, from the element on; whatever their namespaces."""
    name, _, rest = path.partition("/")
    for child in element:
        if local_name(child) == name:
            if rest:
                yield from within(child, rest)
            else:
                yield child


def gathered(element: Element, readers: Mapping[str, Callable[[Element], Values]]) -> Values:
    """What these make of an element, each of which reads its children of one name, as far as it has such children."""
    present = {local_name(child) for child in element}
    return {
        column: found for name, read in readers.items() if name in present for column, found in read(element).items()
    }


def said(element: Element) -> str:
    """The text in an element, on one line."""
    return " ".join("".join(element.itertext()).split())


def texts(element: Element, path: str) -> list[str]:
    """The texts of the elements at a path that have one."""
    return [text for found in within(element, path) if (text := said(found))]


def attribute(element: Element, name: str) -> str:
    """The attribute of this name, whatever its namespace, or nothing."""
    return next((value.strip() for key, value in element.items() if key.rpartition("}")[2] == name), "")


def language(element: Element, around: str = "") -> str:
    """The language that an element names (`lang`, by ISO 639-1 or -2), else that around it; nothing for no language."""
    code = language_code(attribute(element, "lang"))
    if not code:
        return around
    bare = code.partition("-")[0]
    tried = (code, bare, get_global("language_aliases").get(bare, ""))
    return next((one for one in tried if one and is_language(one)), "")


def best(elements: Iterable[Element]) -> str:
    """Of what is said in several languages the text in English, else that without a language, else the first."""
    found = [(language(element), text) for element in elements if (text := said(element))]
    return min(found, key=lambda pair: ("en", "").index(pair[0]) if pair[0] in {"en", ""} else 2, default=("", ""))[1]


def spoken(name: str, told: Iterable[Spoken]) -> Values:
    """The texts by column: `name@language` for each language, and `name` without one, or else in the first."""
    found: dict[str, list[str]] = {}
    for code, text in told:
        if text:
            found.setdefault(code, []).append(text)
    main = found.get("") or next(iter(found.values()), [])
    return {name: main, **{f"{name}@{code}": listed for code, listed in found.items() if code}}


def license_address(listed: Iterable[str]) -> list[str]:
    """The first address of a licence or rights statement among the texts, if any; those that everybody uses first."""
    addresses = filter(is_address, listed)
    return sorted(addresses, key=lambda address: not any(known in address for known in _KNOWN_RIGHTS))[:1]


def first(listed: Iterable[str]) -> list[str]:
    """The first of the texts that is one, if any."""
    return [text for text in listed if text][:1]
