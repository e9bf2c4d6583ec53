"""Make any value inert inside wikitext: it is shown as it is and can do nothing.

`Wikitext` marks text that may go onto a page as it stands. Whatever comes from a person or a file is a plain
`str` until it went through `inert` or `link`, as with MarkupSafe's `Markup` for HTML.
"""

import html
import re
import unicodedata
from collections.abc import Collection
from urllib.parse import quote

from wikitext.preprocessor import TRIMMED, read


class Wikitext(str):
    """Text that may be put on a page as it is."""

    __slots__ = ()


def plain(text: Wikitext) -> str:
    """What a sentence reads as where nobody shows wikitext: in a log, on a terminal.

    >>> plain(Wikitext("Write <b>one</b> of <nowiki>a|b</nowiki>, see [[Help:Rows|rows]] &#38; [[:meta:Lists]]."))
    'Write one of a|b, see rows & meta:Lists.'
    """
    return html.unescape(_MARKUP.sub("", _LINK.sub(r"\1", text)))


_LINK = re.compile(r"\[\[(?:[^\[\]|]*\||:)?([^\[\]|]*)\]\]")
_MARKUP = re.compile("<[^>]*>|'{2,}")

# Explicit bidirectional embeddings, overrides and isolates: left open, they turn the rest of the page around.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_EVERYWHERE = "[][{}|<>~]"
_LINE_START = r"^[*#:;=!+\-\u0300-\u036f]"  # a combining mark would join the markup before it (NFC)
_RUNS = r"(?<=')'|'(?=')|^'|'$|(?<=_)_|_(?=_)|^_|_$|(?<=!)!"
_ENTITY = r"&(?=[#0-9A-Za-z\x80-\U0010ffff]|$)"  # MediaWiki knows entities in other scripts too
# Bare addresses become links (Manual:$wgUrlProtocols): without its colon a protocol is a word.
_PROTOCOLS = (
    "|".join(
        rf"(?<={scheme}):"
        for scheme in ("bitcoin", "geo", "magnet", "mailto", "news", "sip", "sips", "sms", "tel", "urn", "xmpp")
    )
    + "|:(?=//)"
)
# Help:Magic links: a space between these words and a number.
_MAGIC_LINKS = "|".join(rf"(?<={word})\s(?=\s*\d)" for word in ("RFC", "PMID", "ISBN"))
_ACTIVE = re.compile(
    "|".join((_EVERYWHERE, _LINE_START, _RUNS, _ENTITY, _PROTOCOLS, _MAGIC_LINKS)), re.IGNORECASE | re.ASCII
)
# Help:Signatures, Help:Substitution, Help:Pipe trick; what MediaWiki never stores.
_TRANSFORMED = re.compile(r"~~~|subst\s*:|\[\[(?:[^\[\]{}|<>\n]+\||\|[^\[\]{}|<>\n]+)\]\]", re.IGNORECASE)
_UNSTORED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINKED = re.compile(r"\bhttps?://[^][{}|<>\s]+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s/?#]+\.?[^\s]*", re.IGNORECASE)


def clean(value: str) -> str:
    """What of a value can be shown at all: Unicode's NFC, one space between words, no control characters.

    MediaWiki normalises what it stores in the same way, so text that went through here reads back unchanged.
    Lines stay lines; empty ones go.
    """
    lines = (" ".join(_printable(line).split()) for line in value.splitlines())
    return unicodedata.normalize("NFC", "\n".join(line for line in lines if line))


def _printable(text: str) -> str:
    if text.isprintable():  # nearly always, and much faster
        return text
    return "".join(
        " " if char == "\t" else char
        for char in text
        if (char == "\t" or unicodedata.category(char) not in {"Cc", "Cs"})
        and char not in _BIDI
        and ord(char) & 0xFFFE != 0xFFFE
    )


def inert(value: str) -> Wikitext:
    """Wikitext that shows the cleaned value, and only shows it, wherever it is put: in a parameter, a cell or a line.

    >>> inert("[Untitled] | {{x}} ~~~~")
    '&#91;Untitled&#93; &#124; &#123;&#123;x&#125;&#125; &#126;&#126;&#126;&#126;'
    """
    return Wikitext("<br>".join(_ACTIVE.sub(_reference, line) for line in clean(value).split("\n")))


def verbatim(value: str) -> Wikitext:
    """Wikitext that shows a piece of a page's source, every space and line of it, inside HTML."""
    shown = "".join(char for char in value if char in "\n\t" or _printable(char))
    lines = (_ACTIVE.sub(_reference, line) for line in shown.split("\n"))
    return Wikitext("<br>".join(line.replace("  ", "&#32;&#32;") for line in lines))


def _reference(active: re.Match[str]) -> str:
    return "&amp;" if active[0] == "&" else f"&#{ord(active[0])};"


def link(value: str) -> Wikitext:
    """As `inert`, but a value that is one web address as a whole stays a link."""
    address = clean(value)
    if not _ADDRESS.fullmatch(address):
        return inert(value)
    encoded = quote(address, safe="%/:?#@!$&()*+,=").replace("~", "%7E").replace("__", "_%5F")
    # MediaWiki leaves punctuation at the end out of a link.
    linked = encoded.rstrip(".,:!?)")
    return Wikitext(linked + "".join(f"%{ord(char):02X}" for char in encoded[len(linked) :]))


def without_addresses(text: Wikitext, blocked: Collection[str], instead: Wikitext) -> Wikitext:
    """The text with other words in place of its web addresses that have one of these parts (none named: of all).

    `blocked`: as the spam blacklist matched them, with or without their protocol.
    """
    parts = [part.partition("://")[2].lower() or part.lower() for part in blocked]

    def replaced(address: re.Match[str]) -> str:
        gone = not parts or any(part in address[0].lower() for part in parts)
        return instead if gone else address[0]

    return Wikitext(_LINKED.sub(replaced, text))


def stable(text: str) -> bool:
    """Whether a page with this text is stored as it is; False where that is in doubt.

    Before a page is saved, MediaWiki signs, substitutes and completes links in it (Manual:Pre-save transform), strips
    the white space at its end, and brings it into NFC.
    """
    if _UNSTORED.search(text) or text != text.rstrip(TRIMMED) or not unicodedata.is_normalized("NFC", text):
        return False
    if not _TRANSFORMED.search(text):
        return True
    seen = [reading.seen(reading.start, reading.start + len(reading.mask)) for reading in read(text).everywhere()]
    return "<includeonly" not in text.lower() and not any(map(_TRANSFORMED.search, seen))


def is_address(text: str) -> bool:
    """Whether a text is a web address by itself."""
    return re.match("https?://", text, re.IGNORECASE) is not None


_NOT_IN_SUMMARY = frozenset("[]{}|<>~\u061c\u200e\u200f") | _BIDI


def in_summary(text: str) -> str:
    """The text without what a summary would make a link, a template or a section of, at most 100 characters.

    Help:Edit summary. Whether it has the comment of a section is looked for in the whole summary, so no `/*` may stay.
    """
    shown = "".join(char for char in clean(text) if char not in _NOT_IN_SUMMARY).replace("/*", "/ *")
    return " ".join(shown.split())[:100]
