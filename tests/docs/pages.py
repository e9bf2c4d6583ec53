"""Reads the pages of docs/: their sections, tables and blocks of code."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_BLOCK = re.compile(r"^```(\w*)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


def page(name: str) -> str:
    """The text of a page of docs/."""
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code in a language (empty: of none that is told)."""
    return [code for told, _, code in _BLOCK.findall(text) if told == language]


def files(text: str) -> dict[str, str]:
    """The blocks of code that have a file's name as their title, by that name."""
    return {title: code for _, title, code in _BLOCK.findall(text) if title}


def section(text: str, heading: str) -> str:
    """What stands below a heading, down to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, heading
    return found[1]


def table(text: str, first: str) -> list[dict[str, str]]:
    """The rows of the only table whose first heading is so, each by its headings."""
    found = [block for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE) if _cells(block)[0][0] == first]
    assert len(found) == 1, (first, len(found))
    headings, _, *rows = _cells(found[0])
    return [dict(zip(headings, row, strict=True)) for row in rows]


def _cells(block: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in block.splitlines()]


def codes(cell: str) -> list[str]:
    """What stands in a cell as code."""
    return _CODE.findall(cell)


def named(text: str, first: str) -> dict[str, dict[str, str]]:
    """The rows of the table, by the code in their first cells."""
    rows = [(codes(row[first]), row) for row in table(text, first)]
    assert all(len(code) == 1 for code, _ in rows), rows
    found = {code[0]: row for code, row in rows}
    assert len(found) == len(rows), first
    return found
