"""The table of a report: a line for every item of a request."""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wikitext.buttons import UndoLink
from wikitext.escape import Wikitext, inert, verbatim
from wikitext.messages import Language, Message

ROWS_A_PAGE = 500


@dataclass(frozen=True)
class Row:
    """A line: `state` is `planned`, `refused`, `sending`, `sent`, `done`, `partly`, `failed` or `untried`.

    `does`: what is done to the page, where that is said in words; `changes`: the replacements of its text, (old, new).
    `fate`: what became of it since.
    """

    row: int
    title: str
    state: str
    revision: int | None
    why: Message | None
    does: Message | None = None
    changes: Sequence[tuple[str, str]] = ()
    fate: Sequence[Message] = ()


_THERE = frozenset({"done", "partly"})


def scrolling(name: str, content: str, style: str = "overflow:auto") -> str:
    """What may be wider than a telephone, so that a keyboard reaches and scrolls it. `name`: no other's on the page."""
    return f'<div role="region" aria-label="{html.escape(name)}" tabindex="0" style="{style}">\n{content}\n</div>'


def tables(language: Language, rows: Iterable[Row], prefix: str, undo: UndoLink | None) -> Iterator[str]:
    """The table, in pieces that each fit on a page; at least one. `prefix`: of links to the wiki of the pages.

    `undo`: makes the link that takes a row back, where that can be done.
    """
    names = ("report-row", "report-file", "report-outcome", "report-change", "report-detail")
    start = '{| class="wikitable sortable"\n! ' + " !! ".join(language.say(name) for name in names)
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
    name = language.isolated(f"[[:{prefix}{row.title}|{inert(_bare(row.title))}]]" if row.title else "")
    details = [language.say(row.why)] if row.why else []
    if row.revision:
        details.append(
            Wikitext(f"[[{prefix and ':'}{prefix}Special:Diff/{row.revision}|{language.say('report-revision')}]]")
        )
    details += [language.say(said) for said in row.fate]
    if undo and row.state in _THERE and not row.fate:
        details.append(undo(row.row))
    cells = (
        language.number(row.row), name, language.say("outcome-" + row.state), _changed(language, row), " ".join(details)
    )  # fmt: skip
    return "|-\n| " + " || ".join(cells)


def _bare(title: str) -> str:
    return title.removeprefix("File:")


def _changed(language: Language, row: Row) -> str:
    if row.does:
        return language.say(row.does)
    return "<br>".join(language.isolated(f"{_piece('del', old)}{_piece('ins', new)}") for old, new in row.changes)


def _piece(tag: str, text: str) -> str:
    return f"<{tag}>{verbatim(text.strip())}</{tag}>" if text.strip() else ""
