"""Texts that a partner wants filled from the columns of a list: `{title} - {creator}`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_COLUMN = re.compile(r"\{([^{}]*)\}")


class PatternError(ValueError):
    """A brace without its partner, or nothing between two."""


def column_key(name: str) -> str:
    """The form in which columns are compared: case, `_`, `-` and white space make no difference."""
    return " ".join(name.replace("_", " ").replace("-", " ").split()).casefold()


@dataclass(frozen=True)
class Pattern:
    """A text with columns' names in braces."""

    source: str

    def __post_init__(self) -> None:
        rest = _COLUMN.sub("", self.source)
        if "{" in rest or "}" in rest or any(not column_key(name) for name in _COLUMN.findall(self.source)):
            raise PatternError(self.source)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it takes, as written, in order."""
        return tuple(dict.fromkeys(name.strip() for name in _COLUMN.findall(self.source)))

    def fill(self, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
        """The text with each column's value (by `column_key`; none: empty) in place, and all of it escaped.

        The pattern is the partner's own text too: it is escaped together with the values, not around them.
        """
        return escape(_COLUMN.sub(lambda column: values.get(column_key(column[1]), ""), self.source))
