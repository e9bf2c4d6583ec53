"""The corpus: small pages and how their calls are to be read, a file a rule."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from wikitext.templates import Call, TemplateCall

TEMPLATE = "Hub request"
_PAGE = "=== page ===\n"
_EXPECTED = "\n=== expected ===\n"
_DIFFERENCE = "known difference: "


@dataclass(frozen=True)
class Case:
    """A page and the expected reading of each of its calls; `difference`: why MediaWiki reads it in another way."""

    name: str
    rule: str
    difference: str
    page: str
    expected: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        return self.name


@cache
def cases() -> tuple[Case, ...]:
    """All files of the folder `corpus`."""
    return tuple(_read(path) for path in sorted((Path(__file__).parent / "corpus").glob("*.txt")))


def _read(path: Path) -> Case:
    head, _, rest = path.read_text(encoding="utf-8").partition(_PAGE)
    page, _, expected = rest.partition(_EXPECTED)
    rule, _, difference = head.strip().partition("\n")
    return Case(
        path.stem,
        rule,
        difference.removeprefix(_DIFFERENCE),
        page,
        tuple(json.loads(line) for line in expected.splitlines()),
    )


def reading(call: Call) -> Mapping[str, Any]:
    """How a call was read, as the files write it down."""
    if not isinstance(call, TemplateCall):
        return {"broken": True}
    more = {"repeated": list(call.repeated), "unnamed": list(call.unnamed)}
    return {"parameters": dict(call.parameters)} | {key: value for key, value in more.items() if value}
