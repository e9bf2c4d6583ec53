r"""MediaWiki's and Commons' rules for the names of files.

Sources: Manual:Page title (what no title may hold), Manual:$wgIllegalFileChars (`:`, `/`, `\`), Commons:File naming
(at most 240 bytes with the ending).
"""

import re
from dataclasses import dataclass

from wikitext.escape import clean
from wikitext.titles import capitalised, spaced

MAX_BYTES = 240

_PAIRS = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")", "<": "(", ">": ")", "\ufffd": ""})
_SEPARATORS = re.compile(r"\s*(?:\||(?<!\d):|:(?!\d))\s*")
_FORBIDDEN = re.compile(r"[/\\#:]|~{3,}|%(?=[0-9A-Fa-f]{2})")
_ENTITY = re.compile(r"&([#A-Za-z0-9\x80-\U0010ffff]+);")


@dataclass(frozen=True)
class NameTooLong:
    """A name over `MAX_BYTES`; `size` is its length in bytes of UTF-8, with the ending."""

    size: int


@dataclass(frozen=True)
class NameEmpty:
    """Nothing is left of a name but its ending."""


def file_name(wanted: str, extension: str) -> str | NameTooLong | NameEmpty:
    """The name of a file, without `File:`, made of what a partner wants it to be called and its type's ending.

    Characters that no title may hold give way to near ones; the result is the form MediaWiki itself stores, so
    the wiki will not rename it. An ending that stands in `wanted` already is not repeated.

    >>> file_name("[Untitled]: view 3/4", "jpg")
    '(Untitled) - view 3-4.jpg'
    """
    stem = _legal(wanted)
    if stem.lower().endswith(f".{extension}"):
        stem = stem[: -len(extension) - 1].rstrip(" .-")
    if not any(char.isalnum() for char in stem):
        return NameEmpty()
    name = f"{capitalised(stem)}.{extension}"
    size = len(name.encode())
    return name if size <= MAX_BYTES else NameTooLong(size)


def _legal(text: str) -> str:
    name = _SEPARATORS.sub(" - ", spaced(clean(text)).translate(_PAIRS))
    while (plain := _ENTITY.sub(r"\1", name)) != name:
        name = plain
    return spaced(_FORBIDDEN.sub("-", name)).strip(" .-")
