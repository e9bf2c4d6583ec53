"""What `cph doctor` found, as values; how they are shown to people, and told to programs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

_NAMED = 10


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """Something that was looked at. `about`: the part that it belongs to, as `ledger` or a wiki's name.

    `why`: what comes of it, or how it is known; `to_do`: what an operator does about it. Both are empty where all is
    well.
    """

    level: Level
    about: str
    what: str
    why: str = ""
    to_do: str = ""


def ok(about: str, what: str) -> Finding:
    """It is as it has to be."""
    return Finding(Level.OK, about, what)


def warn(about: str, what: str, why: str, to_do: str) -> Finding:
    """The bot works, but not as well or as safely as it could."""
    return Finding(Level.WARN, about, what, why, to_do)


def wrong(about: str, what: str, why: str, to_do: str) -> Finding:
    """The bot does not work, or not for long."""
    return Finding(Level.WRONG, about, what, why, to_do)


def listed(names: Sequence[str]) -> str:
    """The first few of them."""
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def is_well(findings: Sequence[Finding]) -> bool:
    """Whether nothing is wrong; warnings may be among them."""
    return all(finding.level is not Level.WRONG for finding in findings)


def as_json(findings: Sequence[Finding], clean: Callable[[str], str]) -> str:
    """`{"well": …, "findings": [{"level", "about", "what", "why", "to_do"}, …]}`. `clean`: takes out secrets."""
    told = [{name: clean(value) for name, value in asdict(finding).items()} for finding in findings]
    return json.dumps({"well": is_well(findings), "findings": told}, ensure_ascii=False, indent=2)


_STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.WRONG: "bold red"}


def print_table(findings: Sequence[Finding], clean: Callable[[str], str]) -> None:
    """On standard output, the worst first, as wide as the terminal is. `clean`: of what anybody may have written."""
    columns = (Column(name, overflow="fold") for name in ("", "what", "what to do"))
    table = Table(Column("", no_wrap=True), *columns, show_lines=True)
    worst_first = sorted(findings, key=lambda finding: [*Level].index(finding.level), reverse=True)
    for finding in worst_first:
        what = f"{finding.what}: {finding.why}" if finding.why else finding.what
        cells = (finding.about, what, finding.to_do)
        table.add_row(Text(finding.level, _STYLES[finding.level]), *(Text(clean(cell)) for cell in cells))
    console = Console()
    console.print(table)
    counts = {level: sum(finding.level is level for finding in findings) for level in Level}
    said = "All is well." if is_well(findings) else "Something is wrong."
    warnings = f"{counts[Level.WARN]} warning{'' if counts[Level.WARN] == 1 else 's'}"
    console.print(f"{said} {counts[Level.WRONG]} wrong, {warnings}, {counts[Level.OK]} ok.")
