"""The number formats of Excel (ECMA-376 part 1, 18.8.30 and 18.8.31): what they show, in digits and ISO's dates.

Zeros, decimals, per cent and texts (`"NM."0000`) are as in Excel; nothing stands between thousands.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "m/d/yy h:mm", 46: "[h]", 55: "yyyy/m",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), "h:mm"),
    **dict.fromkeys((27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 56, 57, 58), "yyyy/m/d"),
}  # fmt: skip
"""The formats that are not written out, by number, as far as they make a difference."""

_LONGEST = 40  # characters of a format that is worth the work

DIGITS = 15
"""So many digits of a number Excel shows."""

_NO_PART_OF_A_DATE = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE | re.DOTALL)


_EMPTY = re.compile(r" *(; *){2,3}")
"""A format with none of the sections for positive, negative and zero numbers, or for texts either."""


def shows_nothing(code: str, *, text: bool) -> bool:
    """Whether Excel shows neither numbers nor, with a fourth section that is empty too, texts (`;;;`, 18.8.31)."""
    return _EMPTY.fullmatch(code) is not None and (not text or code.count(";") == 3)


@lru_cache(maxsize=1_000)
def kind_of(code: str) -> str:
    """What a format shows: a `moment`, `elapsed` time, a `number` with signs of its own, or any that is `general`."""
    bare = _bare(code)
    if "[" in bare:
        return "elapsed"
    if "general" in bare or not re.search("[dmyhs0#?]", bare):
        return "general"
    if re.search("[dmyhs]", bare):
        return "moment"
    return "general" if re.search("[e/@]", bare) or len(code) > _LONGEST else "number"


def _bare(code: str) -> str:
    return _NO_PART_OF_A_DATE.sub("", code.partition(";")[0]).lower()


@lru_cache(maxsize=1_000)
def shown_parts(code: str) -> slice:
    """What a format shows of `YYYY-MM-DD`: a format of times all of it, as one without a year does."""
    bare = _bare(code)
    if "d" in bare or "h" in bare or "s" in bare or "y" not in bare:
        return slice(5 if "d" in bare and "y" not in bare else 0, None)
    return slice(0, 7 if "m" in bare else 4)


_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<digit>[0#?])|(?P<point>\.)|,|(?P<other>.)",
    re.DOTALL,
)


def formatted(number: float, code: str) -> str:
    """A number as a format of digits shows it (18.8.31).

    >>> formatted(12, '"NM."0000'), formatted(1975.1, "0.00"), formatted(0.5, "0%")
    ('NM.0012', '1975.10', '50%')
    """
    positive, _, negative = code.partition(";")
    own = number < 0 and bool(negative)
    tokens = list(_TOKENS.finditer(negative.partition(";")[0] if own else positive))
    point = next((at for at, token in enumerate(tokens) if token["point"]), len(tokens))
    places = [token["digit"] for token in tokens[point:] if token["digit"]]
    shown = abs(number) * (100 if any(token["other"] == "%" for token in tokens) else 1)
    whole, _, fraction = f"{Decimal(f'{shown:.{DIGITS}g}'):.{len(places)}f}".partition(".")
    needed = places.count("0")
    fraction = fraction[:needed] + fraction[needed:].rstrip("0")
    sign = "-" if number < 0 and not own else ""
    return f"{sign}{_whole(whole.lstrip('0'), tokens[:point])}{_behind(fraction, tokens[point:])}"


def _whole(digits: str, tokens: Sequence[re.Match[str]]) -> str:
    """The digits in their places, from the right; the first place takes what is left."""
    shown: list[str] = []
    places = sum(1 for token in tokens if token["digit"])
    for token in reversed(tokens):
        if token["digit"]:
            places -= 1
            digit = digits[-1:] if places else digits
            digits = digits[: len(digits) - len(digit)]
            shown.append(digit or ("0" if token["digit"] == "0" else ""))
        else:
            shown.append(_written(token))
    return digits + "".join(reversed(shown))


def _behind(fraction: str, tokens: Sequence[re.Match[str]]) -> str:
    digits = iter(fraction)
    return "".join(
        "." if token["point"] and fraction else next(digits, "") if token["digit"] else _written(token)
        for token in tokens
    )


def _written(token: re.Match[str]) -> str:
    return token["quoted"] or token["escaped"] or token["currency"] or token["other"] or ""
