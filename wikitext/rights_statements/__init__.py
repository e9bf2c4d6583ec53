"""What is written of rights, in many languages: the licence it is, the one it may be, or why Commons does not take it.

One file a language or standard: a JSON object of what is meant, each with how it is written. How it is spelled makes no
difference: case, spaces, marks. What may be meant: a reason why Commons does not take it as it is (`Reason`), a licence
template; a word in names of Creative Commons' licences (`by`, `sa`, `nc`, `nd`, `cc`; `besides`: what says nothing
more; `not`: what takes it back); kinds of things that are not flat; and templates that say why a work is free in the
United States.
Sources: rightsstatements.org, Commons:Licensing, Commons:Copyright tags/General public domain.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, get_args

from wikitext.data_files import data_files, read_data, word_lists
from wikitext.licenses import License, license_of

Reason = Literal[
    "public-domain",
    "in-copyright",
    "some-uses",
    "no-changes",
    "restricted",
    "united-states-only",
    "unknown",
    "not-under",
]
"""Why what is said of rights is no licence for Commons: of the first that the work is free, and not why."""

_REASONS = frozenset(get_args(Reason))
_TERMS = ("cc", "by", "sa", "nc", "nd", "besides", "not")
_SOLID, _UNITED_STATES = "not flat", "says united states"
_HELD = ("\N{COPYRIGHT SIGN}", "(c)")
_LONGEST = 300
_PHRASE = 11
"""Letters of what is more than a word."""

_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?:creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/([0-9]\.[0-9])(?:/([a-z]{2,9}))?"
    r"(?:/?(?:deed|legalcode)?(?:\.[a-z_-]{2,10})?)/?"
    r"|rightsstatements\.org/(?:vocab|page|data)/([a-z-]+)(?:/[0-9]\.[0-9])?/?)(?:\?[a-z]+=[\w-]+)?(?:#[\w-]*)?",
    re.IGNORECASE,
)
_DOUBTED = re.compile("[~\u2717\u2718\u274c\u2612\u2610\u00d7\u2260\u00ac!?\uff1f\uff01]")
"""Signs that a licence is not meant, or not surely: crosses, empty boxes, marks."""

_PLURAL = re.compile("(?<=.{3})(?:es|s|en|n|er|or|ar|r|e)$")
"""Endings of one or several things in English, German, Dutch and Scandinavian languages."""

_WORD = re.compile(r"\d\.\d|\d+|[^\W\d_]+")


@dataclass(frozen=True)
class Near:
    """A licence that is probably meant, to be asked about."""

    license: License


@dataclass(frozen=True)
class NotFree:
    """What is said is understood, and is no licence that Commons takes."""

    reason: Reason


@lru_cache(maxsize=4_000)
def read_rights(text: str) -> License | Near | NotFree | None:
    """What is said of rights: the name of a template, an address, a name as elsewhere; None if it is not known.

    >>> read_rights("CC BY 4.0"), read_rights("http://rightsstatements.org/vocab/InC/1.0/")
    (License(template='Cc-by-4.0', status='Q50423863', item='Q20007257'), NotFree(reason='in-copyright'))
    """
    written = text.strip().strip("{}").strip()
    if len(written) > _LONGEST:
        return None
    if known := license_of(written):
        return Near(known) if written.casefold() == "attribution" and "{" not in text else known
    if found := _ADDRESS.fullmatch(written.lower()):
        return _of_address(*found.groups(default=""))
    if "://" in written.partition(" ")[0]:
        return None
    if _DOUBTED.search(written):
        sure = read_rights(_DOUBTED.sub("", written))
        return Near(sure) if isinstance(sure, License) else sure
    held = NotFree("in-copyright") if written.lower().startswith(_HELD) else None
    return _of_name(written) or _of_creative_commons(written) or held


def _of_address(kind: str, terms: str, version: str, port: str, statement: str) -> License | Near | NotFree | None:
    if statement:
        return _of_name(statement)
    if kind == "publicdomain":
        return license_of("Cc-zero") if (terms, version) == ("zero", "1.0") else NotFree("public-domain")
    ported = [port] if port and port not in {"deed", "legalcode"} else []
    return _of_terms(terms.split("-"), [version], ported)


def _of_name(text: str) -> License | NotFree | None:
    what = _names().get(_squeezed(text))
    return license_of(what) or NotFree(what) if what else None  # type: ignore[arg-type]  # checked as it is read


def _of_creative_commons(text: str) -> License | Near | NotFree | None:
    words = _words(text)
    if "cc" not in words:
        return None
    if "not" in words and not {"nc", "nd"} & {*words}:
        return NotFree("not-under")
    if reason := next((reason for phrase, reason in _limits() if phrase in _squeezed(text)), None):
        return NotFree(reason)
    versions = [word for word in words if re.fullmatch(r"[1-4](\.\d)?", word)]
    terms = [word for word in ("by", "sa", "nc", "nd") if word in words]
    rest = [word for word in words if word not in {*_TERMS, *versions}]
    if not terms:
        zero = {"0", "zero"} & {*rest} and license_of("Cc-zero")
        return (zero if {*rest} <= {"0", "zero"} else Near(zero)) if zero else None
    if rest and words[-1] != rest[-1]:
        rest = [*rest, ""]  # a country stands behind the version
    return _of_terms(terms, [one if "." in one else f"{one}.0" for one in dict.fromkeys(versions)], rest)


def _of_terms(terms: Sequence[str], versions: Sequence[str], rest: Sequence[str]) -> License | Near | NotFree | None:
    """The licence with these terms; one that may be meant where a version is missing, there are two, or other words."""
    if {"nc", "nd"} & {*terms}:
        return NotFree("some-uses" if "nc" in terms else "no-changes")
    name = "-".join(("cc", "by", *(["sa"] if "sa" in terms else []), *(versions or ["4.0"])[:1]))
    exact = license_of("-".join((name, *rest))) if "by" in terms and len(versions) == 1 and len(rest) <= 1 else None
    near = license_of(name)
    return exact or (Near(near) if near else None)


def _words(text: str) -> Sequence[str]:
    """The words of a licence's name, in whatever language, as Creative Commons' terms where they are such."""
    spaced = f" {'  '.join(_WORD.findall(_folded(text)))} "
    for phrase, term in _phrases():
        spaced = spaced.replace(phrase, f" {term} ")
    return spaced.split()


def says_united_states(template: str) -> bool:
    """Whether a template for works in the public domain says why they are so in the United States too."""
    return any(fnmatchcase(template.casefold(), one.casefold()) for one in _read()[_UNITED_STATES])


def is_solid(object_type: str) -> bool:
    """Whether a kind of thing, one of several or the only one, is not flat: a sculpture, a vase."""
    words = map(_squeezed, re.split(r"[;,|/()]", object_type))
    return any(_PLURAL.sub("", word) in _solid() or word in _solid() for word in words if word)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", _folded(text))


@cache
def _read() -> Mapping[str, Sequence[str]]:
    """Everything in the files."""
    read: dict[str, list[str]] = {}
    for file in data_files(files(__name__)):
        for what, ways in read_data(RIGHTS, file).items():
            read.setdefault(what, []).extend(ways)
    return read


def _may_be_meant(what: str) -> bool:
    return what in {*_REASONS, *_TERMS, _SOLID, _UNITED_STATES} or license_of(what) is not None


RIGHTS = word_lists(_may_be_meant)


@cache
def _names() -> Mapping[str, str]:
    """The reason or template that each name means. Raises ValueError: one means two."""
    found: dict[str, str] = {}
    for what, names in _read().items():
        for name in names if what in _REASONS or license_of(what) else ():
            if found.setdefault(_squeezed(name), what) != what:
                raise ValueError(f"{name}: {what}, {found[_squeezed(name)]}")
    return found


@cache
def _limits() -> Sequence[tuple[str, Reason]]:
    """What may stand beside the name of a licence and limits it: personal use only, all rights reserved."""
    said = _read()
    pairs: list[tuple[str, Reason]] = [(way, "some-uses") for way in said["some-uses"]]
    pairs += [(way, "in-copyright") for way in said["in-copyright"]]
    return [(_squeezed(way), reason) for way, reason in pairs if len(_squeezed(way)) >= _PHRASE]


@cache
def _phrases() -> Sequence[tuple[str, str]]:
    """The words for Creative Commons' terms, each between its spaces, the longest first."""
    pairs = [(f" {'  '.join(_WORD.findall(_folded(way)))} ", term) for term in _TERMS for way in _read().get(term, ())]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


@cache
def _solid() -> frozenset[str]:
    words = [*map(_squeezed, _read()[_SOLID])]
    return frozenset((*words, *(_PLURAL.sub("", word) for word in words)))
