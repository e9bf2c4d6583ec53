"""Plain text of what a partner's database has as HTML."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from jobs.lists.formats.cells import unescaped
from jobs.model.records import BadRecord, Note, Record
from wikitext.messages import message

_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|cite|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|li|ol|p|pre|q|s|small|span|strike|strong"
    r"|sub|sup|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br(?:\s[^<>]*)?/?>|</p>\s*<p>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]\w{1,30});", re.IGNORECASE)
_TWICE = 2


def plain(text: str) -> str:
    """The text without HTML's tags, with characters in place of its references, also of such as were made twice.

    >>> plain("Tom &amp;amp; <i>Jerry</i> &#33; 5 < 6")
    'Tom & Jerry ! 5 < 6'
    """
    for _ in range(_TWICE):
        text = _REFERENCE.sub(lambda found: unescaped(found[0]), text)
    return _TAG.sub("", _BREAK.sub("\n", text)).strip()


def in_plain_text(rows: Iterable[Record | BadRecord]) -> Iterator[Record | BadRecord | Note]:
    """The rows, in plain text, and behind them whether any was in HTML."""
    changed, first = 0, 0
    for row in rows:
        if isinstance(row, Record) and any("<" in value or "&" in value for value in row.values.values()):
            values = {name: plain(value) for name, value in row.values.items()}
            if values != row.values:
                changed, first = changed + 1, first or row.row
            yield replace(row, values=values)
        else:
            yield row
    if changed:
        yield Note(message("list-html", changed, first))
