"""What the columns of lists are called, in many languages and by the programs that museums use.

One file a language or standard: a JSON object of meanings, each with the names that lists have for it; `+` behind the
meaning, names of columns that tell more than others of it, as `date text` does, `-` that tell less, as `year`. Words
under `begin` and `end` make other columns of such as tell dates, wherever they stand in their names: `year from`. How
names are written makes no difference: case, spaces, marks, a unit or an `(s)` behind, `dcterms:` before.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, product

from wikitext.data_files import data_files, read_data, word_lists

_PREFIX = re.compile(
    r"^(?:dublin ?core|dc ?terms|dct|dc|schema|vra|rdau|bibo|mods|lido|ead|crm|dwc|ac)(?: ?[:.] ?)(?=\S)"
)
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_NUMBER = re.compile(r"(?<![^\W\d_])(?:no|nr|num|nos)\b\.?|[№#]|n[°º]")
_UNIT = re.compile(r"(mm|cm|m|in|inch|inches|ft|feet|kg|g)\.?")
_LONGEST = 500
"""Characters of a name."""

_SQUEEZED = re.compile(r"[\W_]")
_NEUTRAL = frozenset({
    "object", "objects", "record", "records", "item", "items", "work", "artwork", "data", "attributes", "fields",
    "metadata", "descriptive", "creation", "production", "core", "museum", "collection", "result", "source", "doc",
    "artifact", "ingress",
})  # fmt: skip
"""What may stand before a dot without changing what stands behind it: `production.date`, and not `acquisition.date`."""

_SPOKEN = frozenset({
    "name", "display name", "displayname", "value", "text", "label", "content", "title", "txt", "full name", "fullname",
})  # fmt: skip
"""What may stand behind a dot: `actors.display name` is who the actors are."""


_MEANINGS = frozenset({
    "accession number", "attribution", "authority", "caption", "composer", "composition_date", "creator", "credit line",
    "date", "date begin", "date end", "department", "depicted people", "depicted place", "depth", "description",
    "dimensions", "discovery place", "edition", "exhibition history", "height", "inscriptions", "institution",
    "inverted creator", "keywords", "language", "license", "lyrics_writer", "media", "medium", "name", "notes",
    "object history", "object type", "performance_date", "performer", "permission", "photo date", "photo license",
    "photographer", "place of creation", "place of discovery", "public domain", "published", "publisher", "references",
    "sex", "source", "taxon", "title", "volume", "width", "wikidata", "withheld",
})  # fmt: skip
"""Fields of the templates that describe files, and what else a column may be for."""

_BOUNDS = ("begin", "end")
COLUMNS = word_lists(lambda what: what in _BOUNDS or what.rstrip("+-") in _MEANINGS)


@dataclass(frozen=True)
class Meant:
    """What a column means; in which unit its sizes are, where its name tells; how early such a name is thought of.

    `less`: whether such columns tell more (-1) or less (1) than others that mean the same.
    """

    what: str
    unit: str = ""
    place: int = 0
    less: int = 0


@lru_cache(maxsize=4_000)
def meant(name: str) -> Meant | None:
    """What a column of this name means, or None. A language behind `@` does not count.

    >>> meant("dcterms:creator"), meant("Höhe (cm)")
    (Meant(what='creator', unit='', place=0, less=0), Meant(what='height', unit='cm', place=0, less=0))
    """
    written = " ".join(unicodedata.normalize("NFKC", name[:_LONGEST].partition("@")[0]).casefold().split())
    inside = [found.strip() for found in _BRACKETS.findall(written)]
    unit = next((found for found in inside if _UNIT.fullmatch(found)), "")
    wholes = dict.fromkeys((written, _BRACKETS.sub("", written)))
    tries = [way for whole in wholes for way in _ways(_PREFIX.sub("", whole))]
    for names in (_names(), _unaccented()) if written.isascii() else (_names(),):
        for tried in tries:
            if found := names.get(_SQUEEZED.sub("", tried)):
                return replace(found, unit=unit.rstrip("."))
    return None


def _ways(name: str) -> Iterator[str]:
    """The forms of a name that are looked up, the likelier first."""
    yield name
    yield _NUMBER.sub(" number ", name)
    yield name.removesuffix("s")
    above, dot, last = name.rpartition(".")
    if dot and last.strip() in _SPOKEN:
        yield above
    if dot and set(re.split(r"[. ]", above)) <= _NEUTRAL:
        yield last


@cache
def _unaccented() -> Mapping[str, Meant]:
    """The meaning of each name, as those write it who leave out its accents."""
    found: dict[str, Meant] = {}
    for name, means in _names().items():
        found.setdefault(re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFD", name)), means)
    return found


@cache
def _names() -> Mapping[str, Meant]:
    """The meaning of each name, squeezed."""
    found: dict[str, Meant] = {}
    every = [read_data(COLUMNS, file) for file in data_files(files(__name__))]
    for lists in every:
        for what, names in lists.items():
            for place, name in enumerate(names) if what not in _BOUNDS else ():
                means = Meant(what.rstrip("+-"), "", place, what.endswith("-") - what.endswith("+"))
                found.setdefault(_squeezed(name), means)
    for name, means in chain.from_iterable(map(_bounds, every)):
        found.setdefault(_squeezed(name), means)
    return found


def _bounds(lists: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Meant]]:
    """The names for when something begins and ends that are made of those of dates; one of a single word tells less."""
    dates = [(what, name.split()) for what in ("date+", "date", "date-") for name in lists.get(what, ())]
    for bound, (what, words) in product(_BOUNDS, dates):
        means = Meant(f"date {bound}", place=len(dates), less=int(what != "date+" and len(words) == 1))
        for word, place in product(lists.get(bound, ()), range(len(words) + 1)):
            yield " ".join((*words[:place], word, *words[place:])), means


def _squeezed(name: str) -> str:
    return _SQUEEZED.sub("", unicodedata.normalize("NFKC", name).casefold())
