"""Habits that lists have of writing dates: verbs before them, open digits, times of databases, Japanese numbers."""

import re

_LATER = re.compile(
    r"(.*?\d.*?)\s*[,;(]\s*"
    r"((?:re-?|later )?(?:printed|cast|published|issued|struck|exhibited)\b.*?|retouched\b.*?|this impression\b.*?)\)?",
    re.IGNORECASE | re.DOTALL,
)
_VERB = re.compile(
    r"((?:first )?(?:published|printed|cast|issued|exhibited)|re-?(?:printed|issued|cast))(?: in)?[: ]\s*(?=\S)",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"^(?:made|painted|executed|drawn|engraved|etched|carved|built|photographed|taken|created|produced|woven|designed)"
    r"(?: in| about)?:? (?=[\w?])"
)
_MIDNIGHT = re.compile(r"(?<=\d)[t ]00:00(?::00(?:\.0+)?)?z?$")
_NEW_YEAR = re.compile(r"(\d{4})-01-01[t ]00:00(?::00(?:\.0+)?)?z?")
"""A year, as databases have it that know only points in time; whoever means the day is not told anything wrong."""
_MADE_BEHIND = re.compile(
    r"(?<=\w)(?: \((?:made|painted|drawn|designed|built|produced|photographed)\)|, (?:made|painted))$"
)
_ISSUED_BEHIND = re.compile(
    r"([^,;(]*\d[^,;(]*?)\s*[,(]\s*"
    r"((?:first )?(?:published|printed|cast|issued|exhibited|struck)|re-?(?:printed|issued|cast))\)?\s*",
    re.IGNORECASE,
)
COPYRIGHT = re.compile(r"c\d{4}\b", re.IGNORECASE)
"""A year about which it was made or, as libraries have it, the year of the copyright."""

_OPEN = re.compile(r"[\[(]?(?:(\d{3})[-_?]|(\d\d)(?:--|__|\?\?))(\??)[])]?")
_SHORT_CENTURY = re.compile(r"\b(\d{1,2}) ?(?:th)? ?c\.?(?!\w)|\bc(?=\d\d(?!\d))(\d\d)")
_PART_OF_HUNDRED = re.compile(r"\b(early|mid|late)[ -]+(?:the )?(\d\d)00['\u2019]?s\b")


def parted(text: str) -> tuple[str, str, bool]:
    """The date, what stands beside it (2009, printed 2015), and whether it is the work's own (not: published 1890)."""
    if issued := _ISSUED_BEHIND.fullmatch(text):
        return issued[1], issued[2], False
    later = _LATER.fullmatch(text)
    own, beside = (later[1], [later[2]]) if later else (text, [])
    verb = _VERB.match(own)
    if verb:
        own, beside = own[verb.end() :], [verb[1], *beside]
    return own, "; ".join(beside), verb is None


def tidied(text: str) -> str:
    """The text in the ways of writing that are read: `197?` is a decade, `[18--?]` a century with a doubt."""
    if year := _NEW_YEAR.fullmatch(text):
        return year[1]
    text = _japanese(_MADE_BEHIND.sub("", _MADE.sub("", _MIDNIGHT.sub("", text))))
    if found := _OPEN.fullmatch(text):
        return f"{found[1]}x{found[3]}" if found[1] else f"{found[2]}xx{found[3]}"
    text = re.sub(r"^\?\s*(?=\w)", "presumably ", text)
    text = _SHORT_CENTURY.sub(lambda found: f"{found[1] or found[2]}th century", text)
    text = _PART_OF_HUNDRED.sub(lambda found: f"{found[1]} {int(found[2]) + 1}th century", text)
    return re.sub(r"^(.*century) ?/ ?(early|mid|late)$", r"\2 \1", text)


_WIDE = str.maketrans({chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7E)} | dict.fromkeys("〜～", " - "))
_ERAS = {"明治": (1867, range(6, 46)), "大正": (1911, range(1, 16)), "昭和": (1925, range(1, 65))}
"""The year before the first of each era, and its years; of Meiji those since Japan has the Gregorian calendar."""
_ERA = re.compile(rf"({'|'.join(_ERAS)})(\d{{1,2}}|元)(?=年(?!代))")
_JAPANESE = (
    (re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"), r"\1-\2-\3 "),
    (re.compile(r"(\d{4})年(\d{1,2})月"), r"\2/\1 "),
    (re.compile(r"(\d{4})年代"), r"\1 DECADE "),
    (re.compile(r"(\d{1,2})世紀"), r"\1# CENTURY "),
    (re.compile(r"(\d{1,4})年"), r"\1 "),
)


def _japanese(text: str) -> str:
    """Japanese numbers of days, years and centuries as others have them."""
    if "年" not in text and "世紀" not in text:
        return text
    text = _ERA.sub(_western_year, text.translate(_WIDE))
    for pattern, written in _JAPANESE:
        text = pattern.sub(written, text)
    return text


def _western_year(found: re.Match[str]) -> str:
    before, years = _ERAS[found[1]]
    year = 1 if found[2] == "元" else int(found[2])
    return str(before + year) if year in years else found[0]
