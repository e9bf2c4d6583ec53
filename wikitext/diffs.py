"""The wiki's own diffs, put on a page: what `action=compare` answers in HTML becomes a table of wikitext.

A page has no style sheet for diffs, so each cell brings its own style, close to MediaWiki's.
"""

from html.parser import HTMLParser

from wikitext.escape import Wikitext, verbatim

_BOX = "padding:.2em .5em;vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere;border-inline-start:4px solid "
_STYLES = {
    "diff-deletedline": f"{_BOX}#f2a200;background:#fff8ea;color:#202122",
    "diff-addedline": f"{_BOX}#36c;background:#f3f8ff;color:#202122",
    "diff-context": f"{_BOX}#eaecf0;background:#f8f9fa;color:#54595d",
    "diff-empty": "",
    "diff-side-deleted": "",
    "diff-side-added": "",
}
"""By the classes of a cell; of one beside a line that was added or taken out, wikidiff2 says that it is empty and
MediaWiki's own engine only on which side it is."""
_CHANGED = {
    "del": '<del style="background:#ffdf80;text-decoration:none">',
    "ins": '<ins style="background:#a9d1ff;text-decoration:none">',
}
_TABLE = "width:100%;table-layout:fixed;border-spacing:2px;font-family:monospace,monospace;font-size:.875em"
MAX_ROWS = 40
"""Rows of a diff; a sample shows no more."""


class _Rows(HTMLParser):
    """Collects the cells of a diff's rows, those with text and the empty ones beside them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[tuple[str, str]]] = []
        self._style: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            classes = (names.get("class") or "").split()
            marker = "diff-marker" in classes
            self._style = next((style for name, style in _STYLES.items() if name in classes and not marker), None)
            self._text = []
        elif tag in _CHANGED and self._style is not None:
            self._text.append(_CHANGED[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag == "td" and self._style is not None and self.rows:
            self.rows[-1].append((self._style, "".join(self._text)))
            self._style = None
        elif tag in _CHANGED and self._style is not None:
            self._text.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._style is not None and data.strip("\n"):
            self._text.append(verbatim(data))


def diff_table(html: str, before: Wikitext, after: Wikitext) -> Wikitext:
    """The rows of a diff as a table of two columns, headed `before` and `after`; a long one is cut."""
    reader = _Rows()
    reader.feed(html)
    reader.close()
    rows = [row for row in reader.rows if len(row) == 2]
    lines = ["".join(f'<td style="{style}">{text}</td>' for style, text in row) for row in rows[:MAX_ROWS]]
    heads = "".join(f'<th scope="col" style="text-align:start">{head}</th>' for head in (before, after))
    more = '<tr><td colspan="2" style="text-align:center">…</td></tr>' if len(rows) > MAX_ROWS else ""
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return Wikitext(f'<table style="{_TABLE}"><tr>{heads}</tr>{body}{more}</table>')
