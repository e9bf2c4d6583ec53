"""How commands tell what they know: tables for people, JSON for programs.

What partners wrote, or anybody else, is shown as text: it moves no cursor, colours nothing and forges no line.
"""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from babel.dates import format_timedelta
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bots.telemetry import shown
from wikitext.escape import plain
from wikitext.messages import Message, language


def tell(*what: Table | Text) -> None:
    """Print for people: as wide as their terminal, in colour where it has any; where that is narrow, tables stacked."""
    console = Console(highlight=False, emoji=False)
    fitting = map(_stacked, what) if console.width < _NARROW else what
    console.print(*fitting, sep="\n\n")


_NARROW = 70
"""Characters of a line that a table with more than a few columns needs."""


def _stacked(what: Table | Text) -> Table | Text:
    """A table with headings as one with each value below the other, beside its heading."""
    if isinstance(what, Text) or not what.show_header:
        return what
    made = table("", "", show_header=False, title=what.title, title_justify=what.title_justify)
    for row in zip(*(column.cells for column in what.columns), strict=True):
        for column, value in zip(what.columns, row, strict=True):
            made.add_row(column.header, value)
        made.add_row()
    return made


def tell_json(value: object) -> None:
    """Print one JSON value, in ASCII."""
    print(json.dumps(value, indent=2))


def table(*columns: str, **more: Any) -> Table:
    """A table with these columns; what does not fit goes on below, nothing is cut off."""
    made = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold underline", **more)
    for column in columns:
        made.add_column(column, overflow="fold", justify="right" if column in _NUMBERS else "left")
    return made


_NUMBERS = frozenset({"open", "done", "failed", "left out", "rows"})


def cell(value: str | int, style: str = "") -> Text:
    """A value as one line of text."""
    return Text(shown(" ".join(str(value).split())), style)


def said(what: Message) -> str:
    """A message in English, without wikitext."""
    return plain(language("en").say(what))


def iso(at: float) -> str | None:
    """A time (seconds since the epoch) in ISO 8601, UTC: `2026-11-27T21:59:36Z`; None: there is none (0)."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}" if at else None


def clock(at: float) -> str:
    """As `iso`, for people."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S") if at else "-"


def ago(at: float) -> str:
    """How long ago a time was, roughly: `3h`."""
    return str(format_timedelta(timedelta(seconds=time.time() - at), format="narrow", locale="en"))
