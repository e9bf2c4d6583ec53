"""The table of a report: a line for every item of a request."""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wikitext.answer_buttons import UndoLink
from wikitext.escape import Wikitext, inert, link, verbatim
from wikitext.messages import Language, Message

ROWS_A_PAGE = 500


@dataclass(frozen=True)
class FileToCome:
    """A file that is not there yet: its address, its licence, its description as it will stand on its page."""

    source: str
    license: Wikitext
    description: Wikitext


@dataclass(frozen=True)
class Row:
    """A line: `state` is `planned`, `refused`, `withheld`, `sending`, `sent`, `done`, `partly`, `failed` or `untried`.

    `does`: what is done to the page, where that is said in words; `changes`: the replacements of its text, (old, new).
    `fate`: what became of it since. `called`: by what a line without a page is known. `file`: what is to be uploaded.
    """

    row: int
    title: str
    state: str
    revision: int | None
    why: Message | None
    does: Message | None = None
    changes: Sequence[tuple[str, str]] = ()
    fate: Sequence[Message] = ()
    called: str = ""
    file: FileToCome | None = None


TABLE = '{| class="wikitable" style="display:table"'
"""How a table begins that is in a `scrolling` region: else narrow skins make it one that no keyboard reaches."""

_SORTED = TABLE.replace("wikitable", "wikitable sortable")
_THERE = frozenset({"done", "partly"})


def scrolling(name: str, content: str, style: str = "overflow:auto") -> str:
    """What may be wider than a telephone, so that a keyboard reaches and scrolls it. `name`: no other's on the page."""
    return f'<div role="region" aria-label="{html.escape(name)}" tabindex="0" style="{style}">\n{content}\n</div>'


def tables(language: Language, rows: Iterable[Row], prefix: str, undo: UndoLink | None) -> Iterator[str]:
    """The table, in pieces that each fit on a page; at least one. `prefix`: of links to the wiki of the pages.

    `undo`: makes the link that takes a row back, where that can be done.
    """
    names = ("report-row", "report-file", "report-outcome", "report-change", "report-detail")
    start = f"{_SORTED}\n! " + " !! ".join(language.say(name) for name in names)
    lines: list[str] = []
    for row in rows:
        if len(lines) == ROWS_A_PAGE:
            yield _table(language, (start, *lines, "|}"))
            lines = []
        lines.append(_line(language, row, prefix, undo))
    yield _table(language, (start, *lines, "|}"))


def _table(language: Language, lines: Iterable[str]) -> str:
    return scrolling(language.say("report-rows"), "\n".join(lines))


def _line(language: Language, row: Row, prefix: str, undo: UndoLink | None) -> str:
    title = f"[[:{prefix}{row.title}|{inert(_bare(row.title))}]]" if row.title else ""
    name = language.isolated(title) if title else _called(row.called)
    details = [language.say(row.why)] if row.why else []
    if row.revision:
        details.append(
            Wikitext(f"[[{prefix and ':'}{prefix}Special:Diff/{row.revision}|{language.say('report-revision')}]]")
        )
    details += [language.say(said) for said in row.fate]
    if undo and row.state in _THERE and not row.fate:
        details.append(undo(row.row))
    if row.file:
        details.append(_to_come(language, row.file))
    cells = (
        language.number(row.row), name, language.say("outcome-" + row.state), _changed(language, row),
        " · ".join(details),
    )  # fmt: skip
    return "|-\n| " + " || ".join(cells)


def _called(text: str) -> str:
    return f"<bdi>{inert(text[:_SHOWN])}</bdi>" if text else ""


def _to_come(language: Language, file: FileToCome) -> Wikitext:
    """Where the file is now, its licence, and its description, folded away where the reader's browser can."""
    source = f"[{link(file.source)} {language.say('report-see-source')}]"
    if not file.description:
        return Wikitext(source)
    text = file.description if len(file.description) <= _SHOWN else f"{file.description[:_SHOWN]}…"
    shown = f'<div style="font-family:monospace;white-space:pre-wrap">{verbatim(text)}</div>'
    return Wikitext(
        f'{source} · <code>{inert(file.license)}</code><div class="mw-collapsible mw-collapsed">'
        f'{language.say("report-description")}<div class="mw-collapsible-content">{shown}</div></div>'
    )


_SHOWN = 600
"""Characters of a description that are shown: a page of the report has many."""


def _bare(title: str) -> str:
    return title.removeprefix("File:")


def _changed(language: Language, row: Row) -> str:
    if row.does:
        return language.say(row.does)
    return "<br>".join(language.isolated(f"{_piece('del', old)}{_piece('ins', new)}") for old, new in row.changes)


def _piece(tag: str, text: str) -> str:
    return f"<{tag}>{verbatim(text.strip())}</{tag}>" if text.strip() else ""
