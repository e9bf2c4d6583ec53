"""Reads dates that are told in words: of `date_words`, in capitals once they are known (`canonical`), and numbers."""

import re
from collections.abc import Callable
from dataclasses import replace

from wikitext.date_values import SEASONS, Certainty, Date, Point, Precision, Relation, calendar_day, dated
from wikitext.date_words import key, phrases

_SAID_SPACED = re.compile("[\u2012-\u2015]")  # dashes that stand between two dates, never within one
_HYPHENS = re.compile("[\u2010\u2011\u2212]")
_DECADE = re.compile(
    r"\b(\d{3}0|\d0)(?:['\u2019]?(?:s|erne|er(?:-jahren?)?)|-?(?:årene|åra|åren)|-(?:[её]|х|ті|і|их))\b"
)
_ORDINAL = re.compile(
    r"\b(\d{1,2})(?:(?:st|nd|rd|th|:e|:a|er|[eè]?re|[eè]me|e|ste|de|[ºª°]|-?(?:й|го))(?![^\W_])"
    r"|\.(?= *(?:[A-Z]|[-/] *(?:[A-Z]|\d{1,2}\. *CENTURY))))"
)
_ROMANS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi"
_ROMAN = {roman: number for number, roman in enumerate(re.findall("[ivx]+", _ROMANS), start=1)}
_CYRILLIC = str.maketrans("хі", "xi")
_ROMAN_WORD = re.compile(r"\b([ivxхі]+)(?:[eè]me|e|-й|-го)?(?![^\W_])")


def _expression(phrase: str) -> str:
    """What finds a phrase by its key, whether or not it has its last dot and the spaces behind its dots."""
    guard = r"(?<!\d)" if phrase in {"a", "e", "nd"} else ""  # 19e eeuw, 2nd century
    return guard + re.escape(phrase).replace(r"\.", r"\. ?") + r"\.?"


_PHRASES = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(map(_expression, sorted(phrases(), key=len, reverse=True)))})(?![^\W\d_])"
)
_BEHIND = "|".join(sorted(phrase for phrase, meaning in phrases().items() if meaning == "HUNDRED"))
_HUNDRED = re.compile(rf"\b(\d\d)?(\d)0(?:(?: ?- ?)(?=\d{{2,3}}0[ -]?(?:{_BEHIND})\b)|[ -]?(?:{_BEHIND})\b)")


def canonical(text: str) -> str:
    """The text with the words of `date_words` as capitals, ordinals as `19#`, and single spaces."""
    text = _HYPHENS.sub("-", _SAID_SPACED.sub(" - ", text)).strip(" |.,;")
    text = re.sub(r"^[\[(]([^][()]*)[])]$", r"\1", text)  # what a cataloguer supplied
    text = _HUNDRED.sub(_century_or_decade, _DECADE.sub(r"\1 DECADE ", text))
    text = _PHRASES.sub(lambda phrase: f" {phrases()[key(phrase[0])]} ", text)
    text = _ORDINAL.sub(r"\1# ", text)
    if "CENTURY" in text:
        text = _ROMAN_WORD.sub(_roman, text)
    text = re.sub(r" +", " ", text.replace(",", " ").replace(" TO ", " - ")).strip()
    text = re.sub(r"^UNTIL", "BEFORE", text).replace("UNTIL", "-")
    text = re.sub(r"(\d|DECADE) YEAR\b", r"\1", text)
    text = re.sub(r"(\d#) CIRCA(?= -|-| BCE| CE|$)", r"\1 CENTURY", text)  # 19th c.
    return re.sub(r" +", " ", re.sub(r"(EARLY|MID|LATE) ?-(?! )", r"\1 ", text)).strip()


def _roman(found: re.Match[str]) -> str:
    number = _ROMAN.get(found[1].translate(_CYRILLIC))
    return f"{number}# " if number else found[0]


def _century_or_decade(found: re.Match[str]) -> str:
    """Behind 1800 such a word makes it the 19th century, behind 1880 or 80 a decade; so it does before a hyphen."""
    if found[2] == "0" and not found[1]:
        return found[0]
    made = f"{int(found[1]) + 1}# CENTURY" if found[2] == "0" else f"{found[1] or ''}{found[2]}0 DECADE"
    return f"{made} - " if found[0].rstrip().endswith("-") else f"{made} "


_CERTAINTIES: dict[str, Certainty] = {"POSSIBLY": "possibly", "PROBABLY": "probably", "PRESUMABLY": "presumably"}
_CERTAIN = re.compile(r"(?:(POSSIBLY|PROBABLY|PRESUMABLY) )?(.*?)( ?\?| ?\(\?\))?")
_ONE_SIDED = re.compile(r"(BEFORE|AFTER) (.+)|(.+) (EARLIER|LATER)")
_BETWEEN = re.compile(r"BETWEEN (.+) (?:AND|-) (.+)")
_PAIRS: tuple[tuple[str, Relation], ...] = (
    (" OR ", "or"), (" AND ", "and"), (" - ", "between"), ("-", "between"), ("/", "between"),
)  # fmt: skip


def read_phrases(text: str) -> Date | None:
    """What a text in `canonical` form says; None where that cannot be told."""
    if text == "UNKNOWN":
        return Date("unknown")
    said = _CERTAIN.fullmatch(_without_brackets(text))
    if said is None or (said[1] and said[3]):
        return None
    date = _read_certain(said[2])
    return replace(date, certainty=_CERTAINTIES[said[1] or "PRESUMABLY"]) if date and (said[1] or said[3]) else date


def _without_brackets(text: str) -> str:
    """A word in brackets behind a date, before it: 1849 (après).

    Behind two dates it is of both only where it says how sure they are, or circa.
    """
    found = _IN_BRACKETS.fullmatch(text)
    if found is None or (found[2] not in {"CIRCA", *_CERTAINTIES} and _point(found[1]) is None):
        return text
    return f"{found[2]} {found[1]}"


def _read_certain(text: str) -> Date | None:
    """A date without a word or mark of doubt."""
    text = re.sub(r"^(?!CIRCA)(.*(?:\d\d|DECADE|CENTURY)) CIRCA$", r"CIRCA \1", text)
    if one := _ONE_SIDED.fullmatch(text):
        point = _point(one[2] or one[3])
        early = "BEFORE" in one.groups() or "EARLIER" in one.groups()
        return None if point and point.part else dated("before" if early else "after", point)
    if point := _point(text):
        return Date("is", point)
    if between := _BETWEEN.fullmatch(text):
        return _pair("between", between[1], between[2], spaced=True)
    for separator, relation in _PAIRS:
        left, found, right = text.removeprefix("FROM ").partition(separator)
        if found:
            return _pair(relation, left.strip(), right.strip(), spaced=separator == " - ")
    return None


def _pair(relation: Relation, left: str, right: str, *, spaced: bool) -> Date | None:
    """Two dates, each of which may leave out what the other one says: 17th-18th century, 1630-48, April-May 1938."""
    if relation == "between" and _means_two_things(left, right):
        return None
    if relation == "between" and re.fullmatch(r"(?:.* )?\d{3}0", left) and right.endswith(" DECADE"):
        left += " DECADE"
    if re.fullmatch(r"\d{1,2}(?: DECADE)?", right):
        century = re.fullmatch(r".*?(\d\d)(\d\d)(?: DECADE)?", left)
        if century is None or (not spaced and re.fullmatch(r"0\d|1[0-2]|2[1-4]", right)):
            return None  # 1905-06: a month or season, or a year
        right = f"{century[1]}{right}" if right[1:2].isdigit() else f"{century[1]}{century[2][0]}{right}"
    first, second = _point(_completed(left, right)), _point(right)
    if first and second and first.circa:
        second = replace(second, circa=True)
    if relation == "between" and first and first == second and not (first.circa or first.part):
        return Date("is", first)
    return dated(relation, first, second)


def _means_two_things(left: str, right: str) -> bool:
    """Whether the second date may belong to the first: one winter, two decades, 150-25 BCE (125, or 25).

    Or a day of a year that began in March (5 February 1663/4), or a hundred (1800-, 1900-tal).
    """
    if re.search(r"M\d+ \d{4}$|^\d{4}-\d\d-\d\d$", left) and re.fullmatch(r"\d{1,2}", right):
        return True
    if re.fullmatch(r"\d{2}00", left) and right.endswith("CENTURY"):
        return True
    if re.fullmatch(r"\d+", right) and re.search(r"SPRING|SUMMER|AUTUMN|WINTER|DECADE \d{4}$", left):
        return True
    years = re.fullmatch(r"(?:.* )?(\d{1,2})(\d\d) (\d{1,2}) BCE", f"{left} {right}")
    return years is not None and not (len(years[1]) == 1 and len(years[3]) == 2 and years[2] <= years[3])


def _completed(left: str, right: str) -> str:
    """The first of two dates with what only the second one says."""
    if re.fullmatch(rf"(?:CIRCA )?(?:{_PART})", left):
        left += re.sub(rf"^(?:CIRCA )?(?:{_PART})", "", right)
    elif re.fullmatch(r"(?:.* )?\d{1,2}#?", left) and (century := re.search(r"# CENTURY.*", right)):
        left = left.removesuffix("#") + century[0]
    elif re.fullmatch(r"(?:CIRCA )?M\d+", left) and (year := re.search(r" \d{4}$", right)):
        left += year[0]
    era = re.search(r" B?CE$", right)
    return left if era is None or re.search(r" B?CE$", left) else left + era[0]


_PART = "EARLY|MID|LATE|HALF[12]|QUARTER[1-4]|SPRING|SUMMER|AUTUMN|WINTER"
_IN_BRACKETS = re.compile(rf"([^\[(]+) [\[(] ?(CIRCA|BEFORE|AFTER|{'|'.join(_CERTAINTIES)}|{_PART}) ?[\])]")
_NUMBERED = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th"}
_SHAPE = re.compile(rf"(?:CIRCA |~ ?)?(?:({_PART}) )?(?:CE (?=\d))?(.+?)(?: ({_PART}))?(?: (B?CE))?")


def _point(text: str) -> Point | None:
    """One date in canonical words; which part of it may stand before or behind it."""
    shape = _SHAPE.fullmatch(text)
    if shape is None or (shape[1] and shape[3]):
        return None
    part, era = _word(shape[1] or shape[3] or ""), shape[4] or ""
    found = ((make, form.fullmatch(shape[2])) for form, make in _FORMS)
    point = next((make(match, era) for make, match in found if match), None)
    if point is None or (
        part and (point.precision > Precision.YEAR or (part in SEASONS and point.precision < Precision.YEAR))
    ):
        return None
    return replace(point, part=part, circa=text.startswith(("CIRCA", "~")))


def _word(part: str) -> str:
    """A part in the words of Template:Complex date."""
    numbered = re.fullmatch(r"(HALF|QUARTER)(\d)", part)
    return f"{_NUMBERED[numbered[2]]} {numbered[1].lower()}" if numbered else part.lower()


def _century(found: re.Match[str], era: str) -> Point | None:
    number = int(found[1] or found[2])
    year = 1 - number * 100 if era == "BCE" else number * 100 - 99
    return Point(year, precision=Precision.CENTURY) if 1 <= number <= 21 else None


def _decade(found: re.Match[str], era: str) -> Point | None:
    year = int(found[1] or found[2])
    return Point(year, precision=Precision.DECADE) if year % 100 and not era else None


def _year(found: re.Match[str], era: str) -> Point | None:
    year = int(found[1])
    if year == 0 or (len(found[1]) < 3 and not era):
        return None
    return Point(1 - year if era == "BCE" else year)


def _numeric(found: re.Match[str], era: str) -> Point | None:
    """12/31/1905, 31.12.1905 or 5/5/1905: the numbers themselves say which is the month."""
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    if era or not one or not other or (one != other and max(one, other) <= 12):
        return None
    return calendar_day(year, min(one, other), max(one, other))


def _roman_month(found: re.Match[str], era: str) -> Point | None:
    """A month as its number, between day and year: 5.VIII.1901. A letter between spaces may be a word: 5 i 1901."""
    day, month = int(found[1]), _ROMAN.get((found[2] or found[3]).translate(_CYRILLIC), 0)
    return None if era or not (day and month) else calendar_day(int(found[4]), month, day)


def _parts(year: int, month: int, day: int = 0) -> Callable[[re.Match[str], str], Point | None]:
    """Makes a date of the groups with these numbers."""

    def make(found: re.Match[str], era: str) -> Point | None:
        numbers = [int(found[group]) if group else 0 for group in (year, month, day)]
        return None if era or 0 in numbers[: 3 if day else 2] else calendar_day(*numbers)

    return make


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Point | None]], ...] = (
    (re.compile(r"(\d{1,4})"), _year),
    (re.compile(r"(\d{1,2})#? CENTURY|CENTURY (\d{1,2})#?"), _century),
    (re.compile(r"(\d{4}) DECADE|DECADE (\d{4})"), _decade),
    (re.compile(r"M(\d+) (\d{3,4})"), _parts(2, 1)),
    (re.compile(r"M(\d+) (\d{1,2})#? (\d{3,4})"), _parts(3, 1, 2)),
    (re.compile(r"(\d{1,2})#? M(\d+) (\d{3,4})"), _parts(3, 2, 1)),
    (re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"), _parts(1, 3, 4)),
    (re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})"), _numeric),
    (re.compile(r"(\d{1,2})[/.](\d{4})"), _parts(2, 1)),
    (re.compile(r"(\d{1,2})(?:[-/.] ?([ivxхі]{1,4})[-/.] ?| ([ivxхі]{2,4}) )(\d{4})"), _roman_month),
)
