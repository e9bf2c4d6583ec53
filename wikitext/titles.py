"""Titles of pages, as MediaWiki stores them."""

import html
import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

# Manual:Page title: what no title may hold, nor anything that would be read as something else.
_ILLEGAL = re.compile(
    r"^:|[#<>\[\]|{}\x00-\x1f\x7f\ufffd-\uffff]|~{3}|&[#A-Za-z0-9\x80-\U0010ffff]+;|%[0-9A-Fa-f]{2}|(?:^|/)\.{1,2}(?:/|$)"
)
_MAX_BYTES = 255
# MediaWikiTitleCodec::splitTitleString: what it drops, and what is a space to it; beside them a tab and a line's end.
_DROPPED = re.compile("[\u200e\u200f\u202a-\u202e]")
_SPACES = re.compile(r"[ \t\n\r\f\v_\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# Help:Links: character references are read in titles; a control character, or what no text can have, ends a link.
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z0-9]{2,31});")
_NO_LINK = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_GEORGIAN = range(0x10D0, 0x1100)


def title(text: str) -> str | None:
    """The title in its stored form (spaces for `_`, the first letter large), or None where it cannot be one.

    What stands before a colon may be a namespace, which does not count among a title's bytes; only a wiki can tell.
    """
    whole = capitalised(spaced(text).removeprefix(":").lstrip(" "))
    parts = whole.split(":", 1)
    too_long = any(len(part.encode()) > _MAX_BYTES for part in parts)
    return None if not whole or _ILLEGAL.search(whole) or too_long else whole


def name(text: str) -> str | None:
    """As `title`, of a title without its namespace."""
    whole = title(text)
    return whole if whole and len(whole.encode()) <= _MAX_BYTES else None


def linked(text: str) -> str | None:
    """As `title`, of a title that may be written as a link."""
    return title(re.sub(r"^\[\[:?([^|]*)(?:\|.*)?\]\]$", r"\1", text.strip()))


def spaced(text: str) -> str:
    """The text in NFC, without the marks that no title keeps, with one plain space wherever MediaWiki sees space."""
    return unicodedata.normalize("NFC", _SPACES.sub(" ", _DROPPED.sub("", text))).strip(" ")


def capitalised(name: str) -> str:
    """The name with a large first letter, as Wikimedia's wikis do it (Manual:$wgOverrideUcfirstCharacters).

    Letters that are large in one character stay as they are where that is none (ß), and so do Georgian letters, and
    numerals and signs that look like letters.
    """
    first = name[:1]
    if not first or unicodedata.category(first) != "Ll" or ord(first) in _GEORGIAN:
        return name
    large = next((form for form in (first.upper(), first.title()) if len(form) == 1), first)
    return large + name[1:]


def category(text: str) -> str | None:
    """A category's title without its namespace, from any of the ways people write it, or None."""
    bare = spaced(re.sub(r"^\[\[:?(.*)\]\]$", r"\1", spaced(text)))
    return name(re.sub(r"^:? ?category ?:", "", bare, flags=re.IGNORECASE))


def title_in(written: str, namespaces: Collection[str]) -> str | None:
    """The title, without namespace, of the page that this text of a link leads to if it is in the namespace, or None.

    `namespaces`: all names of the namespace in small letters (`str.casefold`), with spaces.
    """
    text = _text_of_link(written)
    namespace, colon, rest = text.partition(":")
    if not colon or namespace.strip().casefold() not in namespaces or rest.lstrip().startswith(":"):
        return None
    return name(rest.partition("#")[0])


@lru_cache(maxsize=1_000)
def template(written: str) -> str | None:
    """The title, without namespace, of the template that a call with this text before its first pipe calls, or None.

    Help:Templates: a name without namespace is a template's; one after a colon is any page's.
    """
    text = _text_of_link(written)
    with_namespace = title_in(text.lstrip(": "), {"template"})
    return with_namespace or (None if text.startswith(":") else name(text))


def _text_of_link(written: str) -> str:
    text = _REFERENCE.sub(lambda reference: html.unescape(reference[0]), written.strip(" \t\n\r\0\x0b"))
    return "" if _NO_LINK.search(text) else spaced(text)
