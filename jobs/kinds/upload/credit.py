"""The template with which an institution is credited: a plain call in the request, filled from columns."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jobs.lists.manifest import pattern
from jobs.model.problems import wrong
from jobs.patterns.pattern import Pattern
from wikitext import titles
from wikitext.escape import Wikitext, inert

_CALL = re.compile(
    r"(?:\{\{)?\s*(?:template:)?\s*([^{}|\[\]<>#:/][^{}|\[\]<>#:]*)((?:\|(?:\{[^{}]*\}|[^{}|])*)*)(?:\}\})?",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(r"\|((?:\{[^{}]*\}|[^{}|])*)")
_NAMED = re.compile(r"\s*(\w[\w -]*?)\s*=(.*)", re.DOTALL)


_LONGEST = 2_000


@dataclass(frozen=True)
class Credit:
    """The call. `arguments`: each with its name, empty where it has none."""

    name: str
    arguments: tuple[tuple[str, Pattern], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it takes."""
        return tuple(column for _, pattern in self.arguments for column in pattern.columns)

    def call(self, values: Mapping[str, str]) -> Wikitext:
        """The call for a record; what its arguments say can do nothing."""
        said = (
            f"{name}={value.fill(values, inert)}" if name else value.fill(values, _unnamed)
            for name, value in self.arguments
        )
        return Wikitext("{{" + "|".join((self.name, *said)) + "}}")


def read_credit(text: str) -> Credit:
    """The call that is written there, with or without its braces. Raises `wrong`."""
    found = _CALL.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    name = titles.name(found[1]) if found else None
    if found is None or name is None:
        raise wrong("problem-credit", text[:80])
    return Credit(name, tuple(_arguments(found[2])))


def _arguments(text: str) -> Iterator[tuple[str, Pattern]]:
    for argument in _ARGUMENT.findall(text):
        named = _NAMED.fullmatch(argument)
        yield (named[1], pattern(named[2].strip())) if named else ("", pattern(argument.strip()))


def _unnamed(text: str) -> Wikitext:
    return Wikitext(inert(text).replace("=", "&#61;"))
