r"""Texts that a partner wants filled from the columns of a list: `{title} - {creator|split:;|first}`.

In braces stands a column's name, then, each behind a `|`, what to do with its value:

- a filter's name (`jobs.patterns.filters`), its arguments behind `:`, does something to the value;
- any other name is a column to take where nothing has come so far: `{date|edtf|year}`. So a column with the name of a
  filter can stand in first place only.

`{width + height}` takes several columns at once, for filters like `size:cm` or `join: by `. `\{ \} \| \:` are the
characters themselves; `{{!}}`, which many people write on wiki pages, is `|`. `{{Creator:…}}` and `{{Institution:…}}`
with a fixed name call that page of Commons; for names from a column there are the filters `creator` and `institution`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jobs.patterns.filters import FILTERS, Filter, Shown, Value, text_of
from wikitext.comparison_keys import key
from wikitext.escape import Wikitext
from wikitext.filepage import page_call
from wikitext.messages import Message, message

_TOKEN = re.compile(
    r"\\(?P<char>[{}|:])|\{\{\s*(?P<page>(?:creator|institution)\s*:[^{}|]*)\}\}|\{(?P<inside>(?:\\.|[^{}\\])*)\}"
    r"|(?P<brace>[{}])|[^{}\\]+|\\",
    re.DOTALL | re.IGNORECASE,
)
_PIPE, _COLON, _PLUS = (re.compile(rf"(?<!\\){re.escape(char)}") for char in "|:+")


class PatternError(ValueError):
    """A brace without its partner, nothing between two, or a filter that cannot be used like this; `why` says it."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


def column_key(name: str) -> str:
    """The form in which columns are compared."""
    return key(name)


@dataclass(frozen=True)
class _Columns:
    names: tuple[str, ...]

    def value(self, values: Mapping[str, str]) -> Value:
        found = tuple(values.get(column_key(name), "") for name in self.names)
        return found[0] if len(found) == 1 else found


@dataclass(frozen=True)
class _Filtering:
    filter: Filter
    arguments: tuple[str, ...]


_Expression = tuple[_Columns | _Filtering, ...]


@dataclass(frozen=True)
class Filled:
    """What a part of a pattern comes to.

    `column`: where it was taken from (`width + height`: from several), empty for what stands in the pattern itself;
    `unread`: the text that a filter could not read, to be told to the partner.
    """

    value: Value
    column: str = ""
    unread: str = ""


LookUp = Callable[[str, Value], Value]
"""What is shown in place of a column's value."""


def of_columns(columns: Sequence[str], *filters: str) -> "Pattern":
    """The pattern that takes these columns, and does that to them. Raises PatternError: a name holds a backslash."""
    names = " + ".join(re.sub(r"[{}|+]", r"\\\g<0>", name) for name in columns)
    return Pattern("{" + "|".join((names, *filters)) + "}")


@dataclass(frozen=True)
class Pattern:
    """A text with columns' names in braces. Raises PatternError."""

    source: str

    def __post_init__(self) -> None:
        _ = self._parts

    @cached_property
    def _parts(self) -> tuple[str | Shown | _Expression, ...]:
        return tuple(_part(token, self.source) for token in _TOKEN.finditer(self.source.replace("{{!}}", "|")))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it takes, alternatives too, as written, in order."""
        steps = (step for part in self._parts if isinstance(part, tuple) for step in part)
        return tuple(dict.fromkeys(name for step in steps if isinstance(step, _Columns) for name in step.names))

    def fill(
        self, values: Mapping[str, str], escape: Callable[[str], str] = str, look_up: LookUp = lambda _, value: value
    ) -> str:
        """The text with each column's value (by `column_key`; none: empty) in place, and all of it escaped.

        The pattern is the partner's own text too: it is escaped together with the values, not around them. With `str`
        as `escape`, for the names of files, all of it is plain text; else what a filter made for the page is wikitext,
        and so is what `look_up` makes of a column's value that no filter made ready to be shown or that has a language.
        """
        filled = self.filled(values)
        if escape is str:
            return "".join(text_of(one.value) for one in filled)
        looked_up = [one.value if _is_ready(one.value) else look_up(one.column, one.value) for one in filled]
        return _escaped(looked_up, escape)

    def filled(self, values: Mapping[str, str]) -> tuple[Filled, ...]:
        """What each part of the text comes to."""
        return tuple(_filled(part, values) if isinstance(part, tuple) else Filled(part) for part in self._parts)


def _is_ready(value: Value) -> bool:
    return isinstance(value, Shown) and not value.language


def _part(token: re.Match[str], source: str) -> str | Shown | _Expression:
    if token["page"] is not None:
        kind, _, name = token["page"].partition(":")
        called = page_call(kind.strip().capitalize(), name)
        if called is not None:
            return Shown(name.strip(), called)
    if token["inside"] is not None:
        return _expression(token["inside"], source)
    if token["page"] is not None or token["brace"]:
        raise PatternError(message("problem-braces", source[:80]))
    return token["char"] or token[0]


def _expression(inside: str, source: str) -> _Expression:
    """What stands between two braces."""
    steps: list[_Columns | _Filtering] = []
    for written in _PIPE.split(inside):
        name, *arguments = (re.sub(r"\\([{}|:])", r"\1", part) for part in _COLON.split(written))
        known = FILTERS.get(name.strip().lower()) if steps else None
        if known is None:
            names = tuple(_plain(column) for column in _PLUS.split(written))
            if not all(map(column_key, names)):
                raise PatternError(message("problem-braces", source[:80]))
            steps.append(_Columns(names))
        elif not _usable(known, arguments, steps[-1]):
            raise PatternError(message("problem-filter", written.strip()[:80], known.example))
        else:
            steps.append(_Filtering(known, tuple(arguments)))
    return tuple(steps)


def _plain(column: str) -> str:
    return re.sub(r"\\([{}|:+])", r"\1", column).strip()


def _usable(known: Filter, arguments: list[str], before: _Columns | _Filtering) -> bool:
    least, most = known.arguments
    after_wikitext = isinstance(before, _Filtering) and before.filter.shows
    return not after_wikitext and least <= len(arguments) <= most and known.check(*arguments)


def _filled(expression: _Expression, values: Mapping[str, str]) -> Filled:
    value: Value = ""
    column = unread = ""
    for step in expression:
        text = text_of(value)
        if isinstance(step, _Columns):
            if not text:
                value, column = step.value(values), " + ".join(map(column_key, step.names))
        elif text and not isinstance(value, Shown):
            made = step.filter.apply(value, *step.arguments)
            if made is None:
                unread = text
                made = text if step.filter.shows else ""
            value = made
    return Filled(value, column, unread)


def _escaped(filled: list[Value], escape: Callable[[str], str]) -> str:
    """The parts, each run of text escaped as one; a space between text and wikitext stays."""
    pieces: list[str] = []
    text = ""
    for part in (*filled, Shown("", Wikitext(""))):
        if not isinstance(part, Shown):
            text += text_of(part)
            continue
        if text:
            inner = escape(text)
            before = " " if pieces and text[:1].isspace() else ""
            behind = " " if part.wikitext and text[-1:].isspace() else ""
            pieces.append(f"{before}{inner}{behind}" if inner else before or behind)
        pieces.append(part.wikitext)
        text = ""
    return "".join(pieces).strip(" ")
