r"""MediaWiki's and Commons' rules for the names of files.

Sources: Manual:Page title (what no title may hold), Manual:$wgIllegalFileChars (`:`, `/`, `\`), Commons:File naming
(at most 240 bytes with the ending).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wikitext.escape import clean
from wikitext.titles import capitalised, spaced

MAX_BYTES = 240
_LONGEST = 2_000
"""Characters that are looked at."""


_PAIRS = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")", "<": "(", ">": ")", "\ufffd": ""})
_ENDING = re.compile(r"\.(?:jpe?g|tiff?|png|gif|webp|svg|pdf|djvu)$", re.IGNORECASE)
_PREFIX = re.compile(
    r"\s*(?:file|image|datei|bild|fil|fichier|archivo|bestand|plik|ملف)\s*:"
    rf"(?:(?=\S)|\s+(?=\S.*{_ENDING.pattern}))",
    re.IGNORECASE | re.DOTALL,
)
"""A namespace, not the first word of a title: `Image: the Movie`."""

_GAPS = re.compile(r"(?:\s+[-,;])+(?=\s+-\s)")
_SEPARATORS = re.compile(r"\s*(?:\||(?<!\d):|:(?!\d))\s*")
_FORBIDDEN = re.compile(r"[/\\#:]|~{3,}|%(?=[0-9A-Fa-f]{2})")
# What nobody sees, and Commons' title blacklist refuses; joiners stay, which Persian, Indic scripts and emoji need.
_UNSEEN = re.compile("[\u00ad\u200b\u2060-\u206f\ufeff\ufff9-\ufffb]")
_ENTITY = re.compile(r"&([#A-Za-z0-9\x80-\U0010ffff]+);")


@dataclass(frozen=True)
class NameTooLong:
    """A name over `MAX_BYTES`; `size` is its length in bytes of UTF-8, with the ending."""

    size: int


@dataclass(frozen=True)
class NameEmpty:
    """Nothing is left of a name but its ending."""


@dataclass(frozen=True)
class NameMeaningless:
    """A name that says nothing of what the file shows."""

    name: str


@dataclass(frozen=True)
class NameTaken:
    """A name that another file has, and nothing sets this one apart."""

    name: str


def file_name(wanted: str, extension: str) -> str | NameTooLong | NameEmpty:
    """The name of a file, without `File:`, made of what a partner wants it to be called and its type's ending.

    Characters that no title may hold give way to near ones; the result is the form MediaWiki itself stores, so
    the wiki will not rename it. An ending that stands in `wanted` already is not repeated.

    >>> file_name("[Untitled]: view 3/4", "jpg")
    '(Untitled) - view 3-4.jpg'
    """
    stem = _stem(wanted, extension)
    if not any(char.isalnum() for char in stem):
        return NameEmpty()
    name = f"{capitalised(stem)}.{extension}"
    size = len(name.encode())
    return name if size <= MAX_BYTES else NameTooLong(size)


def _legal(text: str) -> str:
    name = _SEPARATORS.sub(" - ", spaced(_UNSEEN.sub("", clean(text))).translate(_PAIRS))
    while (plain := _ENTITY.sub(r"\1", name)) != name:
        name = plain
    return spaced(_GAPS.sub("", _FORBIDDEN.sub("-", name))).strip(" .-").lstrip("+*=,; -")


def _stem(wanted: str, extension: str) -> str:
    wanted = wanted[:_LONGEST]
    stem = _legal(_PREFIX.sub("", wanted, count=1) if _PREFIX.match(wanted) else wanted)
    if stem.lower().endswith(f".{extension}"):
        stem = stem[: -len(extension) - 1]
    return _ENDING.sub("", stem).rstrip(" .-")


def fitted(parts: Sequence[str], extension: str) -> str:
    """The parts of a name as one; where that would be too long, the longest part is cut, and the others stay whole."""
    whole = "".join(parts)
    longest = max(parts, key=lambda part: len(part.encode()), default="")
    place, room = (list(parts).index(longest), len(longest.encode())) if parts else (0, 0)
    fits = whole
    while isinstance(name := file_name(fits, extension), NameTooLong):
        room -= name.size - MAX_BYTES
        if room < _LEAST_ROOM:
            return whole
        fits = "".join(_cut(part, room) if at == place else part for at, part in enumerate(parts))
    return fits


_LEAST_ROOM = 60
_LONGEST_WORD = 25
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]+$")
_EXTENDING = re.compile("[\u200c\u200d\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_VIRAMA = 9


def shortened(wanted: str, extension: str, ending: str = "") -> str | NameEmpty:
    """As `file_name`, but a name that would be too long is cut, between words where that is near.

    `ending`: what sets the file apart, like its accession number; a name that is cut ends with it.

    >>> name = shortened("A letter of " + "many " * 50 + "words", "jpg", "94.1")
    >>> name[:20], name[-20:], len(name)
    ('A letter of many man', 'many many - 94.1.jpg', 237)
    """
    whole = file_name(wanted, extension)
    if not isinstance(whole, NameTooLong):
        return whole
    stem, apart = capitalised(_stem(wanted, extension)), _legal(ending)
    room = MAX_BYTES - len(f".{extension}".encode())
    tail = f" - {apart}" if apart and apart not in _cut(stem, room) else ""
    if len(tail.encode()) > room - _LEAST_ROOM:
        tail = ""
    name = file_name(_cut(stem.removesuffix(apart), room - len(tail.encode())) + tail, extension)
    return NameEmpty() if isinstance(name, NameTooLong) else name


def _cut(text: str, size: int) -> str:
    """The first whole characters, as people count them, that take at most so many bytes."""
    end = len(text.encode()[:size].decode(errors="ignore"))
    while 0 < end < len(text) and _joined(text, end):
        end -= 1
    space = text.rfind(" ", 0, end + 1)
    return text[: space if 0 < end - space < _LONGEST_WORD and end < len(text) else end].rstrip(" .,;-")


def _joined(text: str, at: int) -> bool:
    """Whether the character there is one with the one before it (Unicode's grapheme clusters, UAX 29).

    Accents, variants, voiced half-width kana, conjuncts of Indic scripts, parts of emoji and flags.
    """
    before, char = text[at - 1], text[at]
    flags = _FLAG_LETTERS.search(text, 0, at)
    return (
        unicodedata.category(char).startswith("M")
        or before == "\u200d"
        or _EXTENDING.match(char) is not None
        or unicodedata.combining(before) == _VIRAMA
        or (flags is not None and len(flags[0]) % 2 == 1 and "\U0001f1e6" <= char <= "\U0001f1ff")
    )


# What Commons' title blacklist refuses: names that cameras and scanners give, and names that say there is none.
_DEVICE = r"(?:dsc[fn]?|img|cimg|mvc|pict|hpim|gopr|imag|scan|image|photo|picture|foto|bild|file|p)[\W\d]*"
_UNTITLED = (
    r"untitled|not titled|no title|without title|title (?:unknown|not known)|unknown title|unnamed|unknown|blank"
    r"|utan titel|ohne titel|o ?t|unbetitelt|sans titre|s[ei][nm] t[íi]tulo|s ?t|senza titolo|zonder titel"
    r"|bez tytułu|uden titel|uten tittel|nimetön|без названия|без назви|無題|بدون عنوان|بلا عنوان"
)
_IS_UNTITLED = re.compile(_UNTITLED)
_NO_TITLE = rf"(?:{_UNTITLED}|[a-z]|(?=[ivx])x{{0,3}}(?:ix|iv|v?i{{0,3}}))(?: \d{{1,4}})?"
_MEANINGLESS = re.compile(rf"{_DEVICE}|{_NO_TITLE}|[\W\d]*")


def is_untitled(title: str) -> bool:
    """Whether a title says no more than that there is none.

    >>> [is_untitled(title) for title in ("[title not known]", "S/T", "Untitled #96")]
    [True, True, False]
    """
    return _IS_UNTITLED.fullmatch(_words(title)) is not None


def is_meaningless(stem: str) -> bool:
    """Whether a name without its ending says nothing of what the file shows (Commons:File naming).

    >>> [is_meaningless(stem) for stem in ("DSC00123", "[no title]", "1984", "Untitled - Samuel Rosenberg")]
    [True, True, True, False]
    """
    return _MEANINGLESS.fullmatch(_words(stem)) is not None


def _words(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", text)).split()).casefold()


def unique_name(
    wanted: str, extension: str, apart: Sequence[str], taken: Callable[[str], bool]
) -> str | NameEmpty | NameMeaningless | NameTaken:
    """A legal name that says something and that nobody has: where `wanted` does not, with one of `apart` behind it.

    `apart`: what may set this row apart, like its accession number; the first that does is taken, and empty ones are
    passed over; what the first of them says is not said twice. `taken`: whether a name is another file's. Nothing is
    remembered here, so there may be any number of rows.
    """
    first, stem = next(iter(apart), ""), _stem(wanted, extension)
    name = _fit(shortened(wanted, extension, first), extension, taken)
    told = _says(stem, first)
    for ending in apart:
        if isinstance(name, str):
            break
        more = ending.removesuffix(f", {first}") if told else ending
        if _legal(more) and not _says(stem, more):
            name = _fit(shortened(f"{stem} - {more}", extension, more), extension, taken)
    return name


def _says(stem: str, text: str) -> bool:
    """Whether a name has the text as words of its own: 8 is not in 1850."""
    legal = _legal(text)
    return bool(legal) and re.search(rf"(?<![^\W_]){re.escape(legal)}(?![^\W_])", stem) is not None


def _fit(
    name: str | NameEmpty, extension: str, taken: Callable[[str], bool]
) -> str | NameEmpty | NameMeaningless | NameTaken:
    if isinstance(name, NameEmpty):
        return name
    if is_meaningless(name.removesuffix(f".{extension}")):
        return NameMeaningless(name)
    return NameTaken(name) if taken(name) else name
