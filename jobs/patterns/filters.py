"""What a pattern can do to a value on its way to a page: `{creator|split:;|first}`."""

from collections.abc import Callable
from dataclasses import dataclass

from wikitext.comparison_keys import language_code
from wikitext.dates import read_date
from wikitext.dimensions import SIDES, UNITS, size
from wikitext.escape import Wikitext
from wikitext.filepage import in_language, is_language, page_call
from wikitext.titles import capitalised


@dataclass(frozen=True)
class Shown:
    """What a filter made for a page: wikitext of inert parts, the text it says, its language if that is told."""

    text: str
    wikitext: Wikitext
    language: str = ""


Value = str | tuple[str, ...] | Shown
"""A column's value, several of them, or what is ready to be shown."""


@dataclass(frozen=True)
class Filter:
    """Something that can be done to a value.

    `apply`: gets the value and the filter's arguments; gives None where it cannot read the value. `example`: how it is
    written. `arguments`: how many it takes, at least and at most. `check`: whether it can take them. `shows`: it makes
    wikitext, so no other filter can follow; a value that it cannot read is then shown as it is, else it is left out.
    """

    apply: Callable[..., Value | None]
    example: str
    arguments: tuple[int, int] = (0, 0)
    check: Callable[..., bool] = lambda *_: True
    shows: bool = False


def text_of(value: Value) -> str:
    """The value as one text."""
    match value:
        case Shown(text=text) | str(text):
            return text
        case _:
            return ", ".join(part for part in value if part)


def _each(change: Callable[..., str]) -> Callable[..., Value]:
    """The change, made to one text or each of several."""

    def apply(value: str | tuple[str, ...], *arguments: str) -> Value:
        return change(value, *arguments) if isinstance(value, str) else tuple(change(v, *arguments) for v in value)

    return apply


def _split(value: Value, separator: str) -> Value:
    return tuple(part for piece in text_of(value).split(separator) if (part := piece.strip()))


def _nth(index: int) -> Callable[[str | tuple[str, ...]], Value]:
    return lambda value: value if isinstance(value, str) else value[index] if value else ""


def _join(value: str | tuple[str, ...], separator: str) -> Value:
    return value if isinstance(value, str) else separator.join(part for part in value if part)


def _edtf(value: Value) -> Value | None:
    date = read_date(text_of(value))
    return date.edtf if date else None


def _date(value: Value) -> Value | None:
    text = text_of(value)
    date = read_date(text)
    return Shown(text, date.wikitext) if date else None


def _size(value: str | tuple[str, ...], unit: str, *sides: str) -> Value | None:
    values = (value,) if isinstance(value, str) else value
    made = size(_folded(unit), values, [_folded(side) for side in sides] or SIDES)
    said = " \u00d7 ".join(part for part in values if part)
    return Shown(f"{said} {UNITS[_folded(unit)]}", made) if made else None


def _size_fits(unit: str, *sides: str) -> bool:
    named = [_folded(side) for side in sides]
    return _folded(unit) in UNITS and {*named} <= {*SIDES} and len({*named}) == len(named)


def _lang(value: Value, code: str) -> Value:
    return Shown(text_of(value), in_language(code, text_of(value)), language_code(code))


def _page(namespace: str) -> Callable[[Value], Value | None]:
    def apply(value: Value) -> Value | None:
        called = page_call(namespace, text_of(value))
        return Shown(text_of(value), called) if called else None

    return apply


def _folded(argument: str) -> str:
    return argument.strip().lower()


FILTERS = {
    "upper_first": Filter(_each(capitalised), "upper_first"),
    "upper": Filter(_each(str.upper), "upper"),
    "lower": Filter(_each(str.lower), "lower"),
    "replace": Filter(_each(str.replace), "replace:old:new", (2, 2), lambda old, _: bool(old)),
    "split": Filter(_split, "split:;", (1, 1), bool),
    "first": Filter(_nth(0), "first"),
    "last": Filter(_nth(-1), "last"),
    "join": Filter(_join, "join:, ", (1, 1)),
    "edtf": Filter(_edtf, "edtf"),
    "date": Filter(_date, "date", shows=True),
    "size": Filter(_size, "size:cm", (1, 4), _size_fits, shows=True),
    "creator": Filter(_page("Creator"), "creator", shows=True),
    "institution": Filter(_page("Institution"), "institution", shows=True),
    "lang": Filter(_lang, "lang:en", (1, 1), is_language, shows=True),
}
"""All filters by name."""
