"""Titles of pages, as MediaWiki stores them."""

import re
import unicodedata

# Manual:Page title: what no title may hold, nor anything that would be read as something else.
_ILLEGAL = re.compile(r"[#<>\[\]|{}\x00-\x1f\x7f\ufffd]|~{3}|&[\w#]+;|%[0-9A-Fa-f]{2}|(?:^|/)\.{1,2}(?:/|$)")
_MAX_BYTES = 255
_DROPPED = re.compile("[\u200e\u200f\u202a-\u202e]")  # MediaWikiTitleCodec::splitTitleString


def title(text: str) -> str | None:
    """The title in its stored form (spaces for `_`, the first letter large), or None where it cannot be one."""
    name = " ".join(_DROPPED.sub("", unicodedata.normalize("NFC", text)).replace("_", " ").split()).lstrip(":").lstrip()
    if not name or _ILLEGAL.search(name) or len(name.encode()) > _MAX_BYTES:
        return None
    first = name[0].upper()  # PHP's ucfirst knows no one-to-many mapping
    return first + name[1:] if len(first) == 1 else name


def category(text: str) -> str | None:
    """A category's title without its namespace, from any of the ways people write it, or None."""
    bare = re.sub(r"^\[\[:?(.*)\]\]$", r"\1", text.strip())
    return title(re.sub(r"^:?category\s*:", "", bare, flags=re.IGNORECASE))
