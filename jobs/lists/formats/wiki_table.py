"""The first table on a wiki page (https://www.mediawiki.org/wiki/Help:Tables): `{| … |}`, its first row the headings.

Rows are parted by `|-`; cells begin with `|` or `!` on a line of their own, or behind `||` or `!!`. Of a cell's text a
link is what is shown of it, and bold and italics go; other markup, templates say, stays as it is written.

A reader of its own, for the parsers in `wikitext` know no tables; and for nothing else: it takes what could be taken
for a table's markup out of the way, and does not ask whether MediaWiki would call a template there.
"""

import re
from collections.abc import Iterator

from jobs.lists.formats.cells import filled, headed, unescaped
from jobs.lists.formats.list_source import WEB_PAGE, Format, Source
from jobs.model.records import BadManifest, Table
from wikitext.messages import message

_MAX_PAGE = 2 << 20  # Manual:$wgMaxArticleSize
_BEGINS = re.compile(r"^[ \t:]*\{\|.*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--(?:.*?-->|.*)", re.DOTALL)
_NOWIKI = re.compile(r"(</?nowiki>)", re.IGNORECASE)
_LINK = re.compile(r"\[\[:?(?:[^][{}|\n]*\|)?([^][{}|\n]*)\]\]")
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}")
_MAX_NESTED = 10
_MARKUP = re.compile(r"'{2,}|<br\s*/?>", re.IGNORECASE)
_SPAN = re.compile(r"\b(?:row|col)span\s*=\s*(?:[\"']\s*)?(?!0*1\b)\d", re.IGNORECASE)


def _is_table(source: Source) -> bool:
    return not source.text.lower().startswith(WEB_PAGE) and _BEGINS.search(source.text) is not None


def _read(source: Source) -> Table:
    source.file.seek(0)
    content = source.file.read(_MAX_PAGE + 1)
    if len(content) > _MAX_PAGE:
        raise BadManifest(message("manifest-wiki-large", _MAX_PAGE // 1_000_000))
    try:
        text = _protected(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadManifest(message("manifest-not-utf8")) from None
    begins = _BEGINS.search(text)
    rows = _rows(text[begins.end() :] if begins else "")
    found, below = headed(enumerate(rows, 1))
    records = (found.record(row, cells) for row, cells in below)
    return Table(found.columns, filled(records, message("manifest-empty")), WIKI_TABLE.name, found.notes)


def _protected(text: str) -> str:
    """The text with what could be taken for a table's markup, and is none, written as entities."""
    text = _LINK.sub(lambda found: _hidden(found[1]), _without_nowiki(_COMMENT.sub("", text)))
    for _ in range(_MAX_NESTED):  # the innermost templates first
        text, count = _TEMPLATE.subn(lambda found: _hidden(found[0]), text)
        if not count:
            break
    return text


def _without_nowiki(text: str) -> str:
    parts = _NOWIKI.split(text)
    for before in range(1, len(parts) - 2, 2):
        if (parts[before].lower(), parts[before + 2].lower()) == ("<nowiki>", "</nowiki>"):
            parts[before : before + 3] = "", _hidden(parts[before + 1]), ""
    return "".join(parts)


def _hidden(text: str) -> str:
    return re.sub(r"[|!\n{}'<\[\]]", lambda char: f"&#{ord(char[0])};", text)


def _rows(text: str) -> Iterator[list[str]]:
    """The rows that have cells, from behind the table's beginning."""
    rows = 0
    cells: list[list[str]] = []  # each in the lines it has
    caption = True  # or attributes: what stands before the first row or cell
    for line in text.split("\n"):
        start = line.lstrip()
        if start.startswith(("|}", "|-")):
            if cells:
                rows += 1
                yield [_plain(cell) for cell in cells]
            cells, caption = [], True
            if start.startswith("|}"):
                return
        elif start.startswith("{|"):
            raise BadManifest(message("manifest-wiki-nested", rows + 1))
        elif start.startswith("|+"):
            caption = True
        elif start.startswith(("|", "!")):
            caption = False
            parted = start[1:].replace("!!", "||") if start.startswith("!") else start[1:]
            cells += [[_content(cell, rows + 1)] for cell in parted.split("||")]
        elif not caption:
            cells[-1].append(line)
    if cells:
        yield [_plain(cell) for cell in cells]


def _content(cell: str, row: int) -> str:
    """What stands in a cell behind its attributes."""
    before, bar, behind = cell.partition("|")
    if bar and _SPAN.search(before):
        raise BadManifest(message("manifest-wiki-span", row))
    return behind if bar else before


def _plain(lines: list[str]) -> str:
    text = _MARKUP.sub(lambda found: "\n" if found[0].startswith("<") else "", "\n".join(lines))
    return unescaped(text).strip()


WIKI_TABLE = Format("wiki table", _is_table, _read)
