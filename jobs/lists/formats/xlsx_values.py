"""What stands in the cells of Excel workbooks, as Excel shows it (ECMA-376 part 1, 18.3.1.4), but for ISO's dates.

A date is as long as its format shows it: `mmm-yy` a year and a month. Numbers have the fifteen digits that Excel shows.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from xml.etree.ElementTree import Element

from jobs.lists.formats.number_formats import BUILT_IN, DIGITS, formatted, kind_of, shown_parts, shows_nothing
from jobs.lists.formats.xml_stream import local_name
from wikitext.messages import Message, message

_NUMBER = re.compile(r"[+-]?(\d{1,400}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_ESCAPED = re.compile(r"_x(?![dD][89a-fA-F])([0-9a-fA-F]{4})_")
_MAX_CODE = 255  # characters, as in Excel
_LARGE = 1e15
_DAY = 86_400
_DAYS = 2_957_000  # to the year 9995, from either epoch


class Failed(str):
    """What a cell shows whose formula failed: `#N/A`, `#REF!`."""

    __slots__ = ()

    def why(self, column: str) -> Message:
        """What is the matter with the cell in this column."""
        return message("row-cell-error", column, str(self)[:40])


class Uncomputed(Failed):
    """A formula that was written by a program which does not compute."""

    __slots__ = ()

    def why(self, column: str) -> Message:
        """As of any that failed."""
        return message("row-cell-uncomputed", column)


def string_text(element: Element) -> str:
    """The text of a string item, its runs put together, without hints at its pronunciation (18.4.6, rPh)."""
    runs = [element, *(child for child in element if local_name(child) == "r")]
    texts = (child.text or "" for run in runs for child in run if local_name(child) == "t")
    return _unescaped("".join(texts))


def format_codes(elements: Iterable[Element]) -> tuple[str, ...]:
    """The number format of each style of cells, from `numFmts` and the `cellXfs` after it."""
    codes: dict[str, str] = {str(number): code for number, code in BUILT_IN.items()}
    styles: tuple[str, ...] = ()
    for element in elements:
        if local_name(element) == "numFmts":
            codes |= {child.get("numFmtId", ""): child.get("formatCode", "")[:_MAX_CODE] for child in element}
        else:
            styles = tuple(codes.get(child.get("numFmtId", ""), "") for child in element)
    return styles


@dataclass(frozen=True)
class Cells:
    """What cells refer to: texts, number formats by style, and whether days are counted from 1904 on, not 1900."""

    strings: Sequence[str]
    formats: Sequence[str]
    from_1904: bool

    def text(self, cell: Element) -> str:
        """What stands in a cell; `Failed` where that is an error."""
        value = next((child.text or "" for child in cell if child.tag[-2:] == "}v"), "")
        code = _at(self.formats, cell.get("s", "0"), "")
        if shows_nothing(code, text=cell.get("t", "n") not in {"n", "d"}):
            return ""
        match cell.get("t", "n"):
            case "s":
                return _at(self.strings, value, Failed("#REF!"))
            case "inlineStr":
                return "".join(string_text(child) for child in cell if local_name(child) == "is")
            case "n" if not value and any(local_name(child) == "f" for child in cell):
                return Uncomputed("=")
            case "n":
                return self._number(value, code)
            case kind:
                return _typed(kind, value)

    def _number(self, text: str, code: str) -> str:
        kind = kind_of(code)
        if kind == "general" and len(text) <= DIGITS and text.isdecimal():
            return str(int(text))
        if not _NUMBER.fullmatch(text) or not math.isfinite(number := float(text)):
            return text
        if kind == "moment" and 0 <= number < _DAYS:
            return self._moment(number, code)
        if kind == "elapsed" and 0 <= number < _DAYS:
            seconds = round(number * _DAY)
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        if kind == "number" and abs(number) < _LARGE:
            return formatted(number, code)
        return f"{Decimal(f'{number:.{DIGITS}g}'):f}"

    def _moment(self, number: float, code: str) -> str:
        """A date, a time or both. Excel counts a 29 February 1900, as Lotus 1-2-3 did (18.17.4.1)."""
        days, seconds = divmod(round(number * _DAY), _DAY)
        clock = f"{timedelta(seconds=seconds)!s:0>8}"
        if days == 0 and not self.from_1904:
            return clock
        first = date(1904, 1, 1) if self.from_1904 else date(1899, 12, 31 if days < 60 else 30)
        day = str(first + timedelta(days))
        if not seconds:
            return day[shown_parts(code)]
        return f"{day} {clock}"


def _typed(kind: str, value: str) -> str:
    """What a cell of that type shows (18.18.11)."""
    match kind:
        case "e":
            return Failed(value)
        case "b" if value:
            return "TRUE" if value.strip() in {"1", "true"} else "FALSE"
        case "d":
            return value.replace("T", " ").removesuffix(" 00:00:00")
        case _:
            return _unescaped(value)


def _unescaped(text: str) -> str:
    """The text with what XML cannot hold in it (22.9.2.19, `_x000D_`)."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)


def _at(values: Sequence[str], index: str, otherwise: str) -> str:
    found = int(index) if index.isdecimal() and len(index) < 10 else len(values)
    return values[found] if found < len(values) else otherwise
