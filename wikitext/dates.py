"""Reads dates as museums tell them, in any of the languages of `date_words`, and never guesses.

What can mean two things is not read: 1/2/1905, 1905-06 (June, or up to 1906), 1900s (ten years, or a hundred).
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from wikitext.date_values import SEASONS, Certainty, Date, Point, Precision, Relation
from wikitext.date_words import folded, key, phrases

MAX_LENGTH = 200
"""Characters in a date; more is not read."""

LAST_YEAR = 2100
"""Years behind it stand in databases for what is not known, as does the year 0000."""


@lru_cache(maxsize=1000)
def read_date(text: str) -> Date | None:
    """What a text says when something was; None where it cannot be told, or says more than a date.

    >>> read_date("c. 1780-90").edtf, read_date("late 18th century").wikitext
    ('1780~/1790~', '{{complex date|date1=18|adj1=late|precision1=century}}')
    """
    if len(text) > MAX_LENGTH:
        return None
    own, beside, of_work = _parted(text.strip(" |"))
    text = _tidied(folded(own))
    date = _read_edtf(text) or _read_words(_canonical(text))
    points = (date.first, date.second) if date else ()
    if date is None or any(point and point.year > LAST_YEAR for point in points):
        return None
    return replace(date, beside=beside, of_work=of_work)


# How lists write it -------------------------------------------------------------------------------------------------

_LATER = re.compile(
    r"(.*?\d.*?)\s*[,;(]\s*"
    r"((?:re-?|later )?(?:printed|cast|published|issued|struck|exhibited)\b.*?|this impression\b.*?)\)?",
    re.IGNORECASE | re.DOTALL,
)
_VERB = re.compile(r"((?:first )?(?:published|printed|cast|issued))(?: in)?[: ]\s*(?=\S)", re.IGNORECASE)
_MADE = re.compile(
    r"^(?:made|painted|executed|drawn|engraved|etched|carved|built|photographed|taken|created|produced|woven|designed)"
    r"(?: in| about)?:? (?=[\w?])"
)
_MIDNIGHT = re.compile(r"(?<=\d)[t ]00:00(?::00(?:\.0+)?)?z?$")
_OPEN_DECADE = re.compile(r"(\d{3})[-_?]\??")
_OPEN_CENTURY = re.compile(r"(\d\d)(?:--|__|\?\?)\??")
_SHORT_CENTURY = re.compile(r"\b(\d{1,2}) ?(?:th)? ?c\.?(?!\w)|\bc(?=\d\d(?!\d))(\d\d)")
_PART_OF_HUNDRED = re.compile(r"\b(early|mid|late)[ -]+(?:the )?(\d\d)00['\u2019]?s\b")


def _parted(text: str) -> tuple[str, str, bool]:
    """The date, what stands beside it (2009, printed 2015), and whether it is the work's own (not: published 1890)."""
    later = _LATER.fullmatch(text)
    own, beside = (later[1], [later[2]]) if later else (text, [])
    verb = _VERB.match(own)
    if verb:
        own, beside = own[verb.end() :], [verb[1], *beside]
    return own, "; ".join(beside), verb is None


def _tidied(text: str) -> str:
    """The text in the ways of writing that are read: `197?` is a decade, `18--` a century, `?1829` a doubt."""
    text = _MADE.sub("", _MIDNIGHT.sub("", text))
    if decade := _OPEN_DECADE.fullmatch(text):
        return f"{decade[1]}x"
    if century := _OPEN_CENTURY.fullmatch(text):
        return f"{century[1]}xx"
    text = re.sub(r"^\?\s*(?=\w)", "possibly ", text)
    text = _SHORT_CENTURY.sub(lambda found: f"{found[1] or found[2]}th century", text)
    text = _PART_OF_HUNDRED.sub(lambda found: f"{found[1]} {int(found[2]) + 1}th century", text)
    return re.sub(r"^(.*century) ?/ ?(early|mid|late)$", r"\2 \1", text)


# EDTF ---------------------------------------------------------------------------------------------------------------

_EDTF = re.compile(r"(-?)(\d{4}|\d{3}x|\d{2}xx)(?:-(\d\d|xx)(?:-(\d\d|xx))?)?([?~%]?)")
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}


def _read_edtf(text: str) -> Date | None:
    """Levels 0 and 1, and of level 2 the sets of two or without an end."""
    if re.fullmatch(r"\d{4}-\d\d", text) and text[2:4] < text[5:]:
        return None  # a month, a season, or a year of the same century
    sides, relation = _sides(text)
    points = [_edtf_point(side) for side in sides]
    date = None
    if relation == "between" and "" in sides and len(sides) == 2:
        date = _date("before", points[1]) if not sides[0] else _date("after", points[0])
    elif len(sides) == (1 if relation == "is" else 2):
        date = _date(relation, *points)
    return replace(date, certainty="possibly") if date and re.search("[?%]", text) else date


def _sides(text: str) -> tuple[list[str], Relation]:
    """The dates in an EDTF text, an open side as an empty one, and what they are to each other."""
    inside = re.fullmatch(r"([\[{])(.*)[]}]", text)
    if not inside:
        sides = ["" if side == ".." else side for side in text.split("/")]
        return sides, "is" if len(sides) == 1 else "between"
    sides = [side.strip() for side in re.split(r",|\.\.", inside[2])]
    return sides, "between" if ".." in text else "or" if inside[1] == "[" else "and"


def _edtf_point(text: str) -> Point | None:
    found = _EDTF.fullmatch(text)
    if not found:
        return None
    minus, year, month, day, mark = (group or "" for group in found.groups())
    circa = mark in {"~", "%"}
    if year.endswith("xx"):
        start = -int(f"{year[:2]}99") if minus else int(f"{year[:2]}01")
        return None if month else Point(start, precision=Precision.CENTURY, circa=circa)
    if year.endswith("x"):
        return None if month or minus else Point(int(year[:3]) * 10, precision=Precision.DECADE, circa=circa)
    number = int(minus + year)
    if number == 0 or "00" in {month, day}:
        return None
    if season := _SEASONS.get(month):
        return None if day else Point(number, part=season, circa=circa)
    point = _day(number, int(month.replace("xx", "0") or 0), int(day.replace("xx", "0") or 0))
    return replace(point, circa=circa) if point else None


# Words --------------------------------------------------------------------------------------------------------------

_SAID_SPACED = re.compile("[\u2012-\u2015]")  # dashes that stand between two dates, never within one
_HYPHENS = re.compile("[\u2010\u2011\u2212]")
_DECADE = re.compile(r"\b(\d{3}0|\d0)(?:['\u2019]?s|er)\b")
_SWEDISH = re.compile(r"\b(\d{2})(\d)0[ -]?tal(?:et)?\b")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:(?:st|nd|rd|th|:e|:a|er|[eè]?re|[eè]me|e|ste|de|[ºª])(?![^\W_])|\.(?= *[A-Z]))")
_ROMANS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi"
_ROMAN = {roman: number for number, roman in enumerate(re.findall("[ivx]+", _ROMANS), start=1)}
_ROMAN_WORD = re.compile(r"\b([ivx]+)(?:[eè]me|e)?(?![^\W_])")


def _expression(phrase: str) -> str:
    """What finds a phrase by its key, whether or not it has its last dot and the spaces behind its dots."""
    return re.escape(phrase).replace(r"\.", r"\. ?") + r"\.?"


_PHRASES = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(map(_expression, sorted(phrases(), key=len, reverse=True)))})(?![^\W\d_])"
)


def _canonical(text: str) -> str:
    """The text with the words of `date_words` as capitals, ordinals as `19#`, and single spaces."""
    text = _HYPHENS.sub("-", _SAID_SPACED.sub(" - ", text)).strip(" |.,;")
    text = re.sub(r"^[\[(]([^][()]*)[])]$", r"\1", text)  # what a cataloguer supplied
    text = _SWEDISH.sub(_swedish, _DECADE.sub(r"\1 DECADE ", text))
    text = _PHRASES.sub(lambda phrase: f" {phrases()[key(phrase[0])]} ", text)
    text = _ORDINAL.sub(r"\1# ", text)
    if "CENTURY" in text:
        text = _ROMAN_WORD.sub(lambda word: f"{_ROMAN[word[1]]}# " if word[1] in _ROMAN else word[0], text)
    text = re.sub(r" +", " ", text.replace(",", " ").replace(" TO ", " - ")).strip()
    text = re.sub(r"(\d#) CIRCA(?= -|-| BCE| CE|$)", r"\1 CENTURY", text)  # 19th c.
    return re.sub(r" +", " ", re.sub(r"(EARLY|MID|LATE) ?-(?! )", r"\1 ", text)).strip()


def _swedish(found: re.Match[str]) -> str:
    """1800-talet is the 19th century, 1880-talet a decade."""
    return f"{int(found[1]) + 1}# CENTURY " if found[2] == "0" else f"{found[1]}{found[2]}0 DECADE "


_CERTAINTIES: dict[str, Certainty] = {"POSSIBLY": "possibly", "PROBABLY": "probably", "PRESUMABLY": "presumably"}
_CERTAIN = re.compile(r"(?:(POSSIBLY|PROBABLY|PRESUMABLY) )?(.*?)( ?\?| ?\(\?\))?")
_ONE_SIDED = re.compile(r"(BEFORE|AFTER) (.+)|(.+) (EARLIER|LATER)")
_BETWEEN = re.compile(r"BETWEEN (.+) (?:AND|-) (.+)")
_PAIRS: tuple[tuple[str, Relation], ...] = (
    (" OR ", "or"), (" AND ", "and"), (" - ", "between"), ("-", "between"), ("/", "between"),
)  # fmt: skip


def _read_words(text: str) -> Date | None:
    if text == "UNKNOWN":
        return Date("unknown")
    said = _CERTAIN.fullmatch(text)
    if said is None or (said[1] and said[3]):
        return None
    date = _read_certain(said[2])
    return replace(date, certainty=_CERTAINTIES[said[1] or "POSSIBLY"]) if date and (said[1] or said[3]) else date


def _read_certain(text: str) -> Date | None:
    """A date without a word or mark of doubt."""
    if one := _ONE_SIDED.fullmatch(text):
        point = _point(one[2] or one[3])
        early = "BEFORE" in one.groups() or "EARLIER" in one.groups()
        return None if point and point.part else _date("before" if early else "after", point)
    if point := _point(text):
        return Date("is", point)
    if between := _BETWEEN.fullmatch(text):
        return _pair("between", between[1], between[2], spaced=True)
    for separator, relation in _PAIRS:
        left, found, right = text.removeprefix("FROM ").partition(separator)
        if found:
            return _pair(relation, left.strip(), right.strip(), spaced=separator == " - ")
    return None


def _date(relation: Relation, first: Point | None, second: Point | None = None) -> Date | None:
    """The date, if its points were read and stand in order."""
    two = relation in {"between", "or", "and"}
    if first is None or (two and second is None):
        return None
    if relation == "between" and second and not (first.bounds[0] <= second.bounds[0] and first != second):
        return None
    return Date(relation, first, second)


def _pair(relation: Relation, left: str, right: str, *, spaced: bool) -> Date | None:
    """Two dates, each of which may leave out what the other one says: 17th-18th century, 1630-48, April-May 1938."""
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
    return _date(relation, first, second)


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
_NUMBERED = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th"}
_SHAPE = re.compile(rf"(?:CIRCA |~ ?)?(?:({_PART}) )?(?:CE (?=\d))?(.+?)(?: (B?CE))?")


def _point(text: str) -> Point | None:
    """One date in canonical words."""
    shape = _SHAPE.fullmatch(text)
    found = ((make, form.fullmatch(shape[2])) for form, make in _FORMS) if shape else ()
    point = next((make(match, shape[3] or "") for make, match in found if match and shape), None)
    if point is None or shape is None:
        return None
    if shape[1] and (
        point.precision > Precision.YEAR or (_word(shape[1]) in SEASONS and point.precision < Precision.YEAR)
    ):
        return None
    return replace(point, part=_word(shape[1] or ""), circa=text.startswith(("CIRCA", "~")))


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


def _day(year: int, month: int, day: int) -> Point | None:
    """A day, month or year, if the calendar has it; 0 stands for none."""
    if not month:
        return None if day else Point(year)
    if month > 12 or day > monthrange(year % 400 + 2000, month)[1]:
        return None
    return Point(year, month, day, Precision.DAY if day else Precision.MONTH)


def _numeric(found: re.Match[str], era: str) -> Point | None:
    """12/31/1905, 31.12.1905 or 5/5/1905: the numbers themselves say which is the month."""
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    if era or not one or not other or (one != other and max(one, other) <= 12):
        return None
    return _day(year, min(one, other), max(one, other))


def _parts(year: int, month: int, day: int = 0) -> Callable[[re.Match[str], str], Point | None]:
    """Makes a date of the groups with these numbers."""

    def make(found: re.Match[str], era: str) -> Point | None:
        numbers = [int(found[group]) if group else 0 for group in (year, month, day)]
        return None if era or 0 in numbers[: 3 if day else 2] else _day(*numbers)

    return make


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Point | None]], ...] = (
    (re.compile(r"(\d{1,4})"), _year),
    (re.compile(r"(\d{1,2})# CENTURY|CENTURY (\d{1,2})#?"), _century),
    (re.compile(r"(\d{4}) DECADE|DECADE (\d{4})"), _decade),
    (re.compile(r"M(\d+) (\d{3,4})"), _parts(2, 1)),
    (re.compile(r"M(\d+) (\d{1,2})#? (\d{3,4})"), _parts(3, 1, 2)),
    (re.compile(r"(\d{1,2})#? M(\d+) (\d{3,4})"), _parts(3, 2, 1)),
    (re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"), _parts(1, 3, 4)),
    (re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})"), _numeric),
    (re.compile(r"(\d{1,2})[/.](\d{4})"), _parts(2, 1)),
)
