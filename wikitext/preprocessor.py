"""A page as MediaWiki's preprocessor reads it: which braces are calls, where headings are, and what is hidden.

One pass over the text, in time linear in it whatever stands there. The rules are those of mw:Preprocessor ABNF and of
Help:Templates, for a page that is looked at itself (not transcluded): `<includeonly>` hides, `<noinclude>` does not.

For what is changed or judged on anybody's page, where a brace must be what MediaWiki takes it for. Not for what people
file: a call that never closes is text here, and so cannot be told to them (`wikitext.templates` does that), and a pipe
always parts, even within `{date|edtf}`. Nor for tables, bold, lists or HTML, which MediaWiki reads later.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

GONE = "\ud800"
"""In a mask: what MediaWiki takes out before it reads on, such as a comment. No page's text can have this character."""

TAG = "\ud801"
"""In a mask: a tag that shows what is within it (noinclude). It is gone too, but no heading ends before it."""

HIDDEN = "\ud802"
"""In a mask: what is not read as part of the page, such as nowiki."""

TRIMMED = " \t\n\r\0\x0b"
"""The white space that MediaWiki strips from titles, names and values, and from the end of a page."""

# Extensions' tags on Wikimedia's wikis (Special:Version). What is in the second ones is wikitext again.
_RAW = (
    "nowiki|pre|categorytree|ce|charinsert|chem|dynamicpagelist|graph|hiero|inputbox|languages|mapframe|maplink|math"
    "|page|pagelist|pagequality|pages|phonos|rss|score|section|source|syntaxhighlight|templatedata|templatestyles"
    "|timeline"
)
_LIVE = "gallery|imagemap|indicator|langconvert|poem|ref|references"
_PARTED = "/?noinclude|/?onlyinclude"
_PLAIN_LINK = r"\[\[[^\[\]{}<\n]*+\]\]"  # nothing in it matters, so it is passed over as a whole
_OPENING = (
    rf"<(?:(?P<comment>!--)|(?P<tag>{_RAW}|{_LIVE}|includeonly|{_PARTED})(?=[\t-\r ]|/?>))"
    rf"|{_PLAIN_LINK}|(?P<opening>\{{\{{+|\[\[+|-\{{+)"
)
_LINE = r"|(?P<line>\n(?==))"
_FLAGS = re.IGNORECASE
# What can come next, by what was opened last; a pipe with the plain name and the equals sign behind it.
_NEXT = {
    "": re.compile(_OPENING + _LINE, _FLAGS),
    "{": re.compile(
        rf"(?P<pipe>\|(?:[^\[\]{{}}<|=\n]*+=)?)|(?P<equals>=)|(?P<closing>\}}{{1,3}})|{_OPENING}{_LINE}", _FLAGS
    ),
    "[": re.compile(rf"{_OPENING}{_LINE}|(?P<closing>\]{{1,2}})", _FLAGS),
    "-": re.compile(rf"(?P<pipe>\|)|(?P<equals>=)|(?P<closing>\}}-)|{_OPENING}{_LINE}", _FLAGS),
    "=": re.compile(rf"{_OPENING}|(?P<line>\n)", _FLAGS),
}
_OPENED = re.compile(r"\{\{|\[\[")
_EQUALS = re.compile("={0,6}")


class Part(NamedTuple):
    """What stands between two pipes at `start:end`; `equals`: where its first equals sign is, if it has one."""

    start: int
    end: int
    equals: int | None


class Braces(NamedTuple):
    """`{{…}}` at `start:end`, or the `{{{…}}}` of a parameter; the first of its parts is the name."""

    start: int
    end: int
    parts: tuple[Part, ...]
    is_call: bool

    @property
    def name(self) -> tuple[int, int]:
        """Where its name is, with the white space around it."""
        return self.parts[0].start, self.parts[0].end


@dataclass(frozen=True, slots=True)
class Heading:
    """The line of a heading at `start:end`, and what it says, between the equals signs."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How the text from `start` on is read.

    `mask`: this text with `GONE` and `HIDDEN` for what MediaWiki does not see there, as long as itself. `braces`,
    `headings`: in order of their start. `links`: where `[[…]]` with braces or tags in it are. `within`: the readings of
    what tags like `<ref>` enclose. `lost`: where what never ends begins (a comment, includeonly), so that nothing
    behind is seen; else the end. `loose`: whether a tag is never closed, and so is text until somebody closes it.
    """

    start: int
    mask: str
    braces: tuple[Braces, ...]
    headings: tuple[Heading, ...]
    links: tuple[tuple[int, int], ...]
    within: tuple["Reading", ...]
    lost: int
    loose: bool

    def seen(self, start: int, end: int) -> str:
        """What MediaWiki sees at `start:end` of the page: `GONE` is not there, and `HIDDEN` stands for the rest."""
        return _seen(self.mask[start - self.start : end - self.start])

    def everywhere(self) -> Iterator["Reading"]:
        """The reading itself and those within."""
        yield self
        for reading in self.within:
            yield from reading.everywhere()


def _seen(mask: str) -> str:
    return mask.replace(GONE, "").replace(TAG, "")


_LONGEST_KEPT = 250_000
"""Characters; a reading takes up to a hundred bytes for each."""


def read(text: str) -> Reading:
    """The page's text, as MediaWiki reads it."""
    return _kept(text) if len(text) <= _LONGEST_KEPT else _Reader(text, 0, len(text)).read()


@lru_cache(maxsize=4)  # one page is looked at several times in a row
def _kept(text: str) -> Reading:
    return _Reader(text, 0, len(text)).read()


def is_whole(text: str) -> bool:
    """Whether the text opens nothing that it does not close, nor closes more, so that others' text stays what it is."""
    reading = read(f"{{{{x|\n{text}\n}}}}")
    loose = any(part.loose for part in reading.everywhere())
    return not loose and [b.end for b in reading.braces if b.start == 0] == [len(reading.mask)]


def only_call(text: str) -> tuple[Reading, Braces] | None:
    """The call that the text is as a whole, if it is one."""
    page = read(text)
    return next(((page, b) for b in page.braces if b.start == 0 and b.end == len(text) and b.is_call), None)


@dataclass(slots=True)
class _Open:
    """What is not closed yet: its kind, where it starts, of how many characters.

    `parts`: (start, equals) of those behind a pipe. What is not needed is not made: of a bomb there are half a million.
    """

    kind: str
    start: int
    count: int
    dashed: bool = False
    parts: list[tuple[int, int | None]] | None = None


class _Reader:
    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start, self._end = text, start, end
        self._open: list[_Open] = []
        self._mask: list[str] = []
        self._masked = start
        self._braces: list[Braces] = []
        self._links: list[tuple[int, int]] = []
        self._lines: list[tuple[int, int]] = []  # that begin with an equals sign
        self._within: list[Reading] = []
        self._lost = end
        self._unclosed: set[str] = set()  # is text, as are all its like from there on

    def read(self) -> Reading:
        steps = {
            "comment": self._comment, "tag": self._tag, "opening": self._opening, "closing": self._closing,
            "line": self._newline, "pipe": self._pipe, "equals": self._equals,
        }  # fmt: skip
        text, end, opened = self._text, self._end, self._open
        at = self._line(self._start)
        while token := _NEXT[opened[-1].kind if opened else ""].search(text, at, end):
            at = steps[token.lastgroup](token) if token.lastgroup else token.end()
        if self._open and self._open[-1].kind == "=":
            self._lines.append((self._open[-1].start, self._end))
        mask = "".join((*self._mask, self._text[self._masked : self._end]))
        return Reading(
            self._start,
            mask,
            tuple(sorted(self._braces, key=lambda braces: braces.start)),
            tuple(filter(None, (self._heading(start, end, mask) for start, end in self._lines))),
            tuple(sorted(self._links)),
            tuple(self._within),
            self._lost,
            bool(self._unclosed - {">"}),
        )

    def _comment(self, token: re.Match[str]) -> int:
        close = self._text.find("-->", token.end(), self._end)
        return self._hide(token.start(), close + 3 if close >= 0 else self._forever(token.start()), GONE)

    def _opening(self, token: re.Match[str]) -> int:
        start, end = token.span()
        dash = token[0].startswith("-{{")  # the braces come first; what they leave may then go with the dash
        self._open.append(_Open(token[0][dash], start + dash, end - start - dash, dash))
        return end

    def _newline(self, token: re.Match[str]) -> int:
        if self._open and self._open[-1].kind == "=":
            self._lines.append((self._open.pop().start, token.start()))
        return self._line(token.end())

    def _pipe(self, token: re.Match[str]) -> int:
        start, end = token.span()
        part = start + 1, end - 1 if end - start > 1 else None
        if (parts := self._open[-1].parts) is None:
            self._open[-1].parts = [part]
        else:
            parts.append(part)
        return end

    def _forever(self, start: int) -> int:
        self._lost = start
        return self._end

    def _hide(self, start: int, end: int, mark: str) -> int:
        self._mask += (self._text[self._masked : start], mark * (end - start))
        self._masked = end
        return end

    def _tag(self, token: re.Match[str]) -> int:
        start, at, name = token.start(), token.end(), token["tag"].lower()
        end = -1 if ">" in self._unclosed else self._text.find(">", at, self._end) + 1
        if end <= 0:
            self._unclosed.add(">")
            return at
        if re.fullmatch(_PARTED, name):
            return self._hide(start, end, TAG)
        if self._text[end - 2] == "/":
            return self._hide(start, end, HIDDEN)
        if name not in self._unclosed:
            closing = re.compile(rf"</{name}[\t-\r ]*>", _FLAGS).search(self._text, end, self._end)
            if closing and re.fullmatch(_LIVE, name) and _OPENED.search(self._text, end, closing.start()):
                self._within.append(_Reader(self._text, end, closing.start()).read())
            if closing or name == "includeonly":
                return self._hide(start, closing.end() if closing else self._forever(start), HIDDEN)
            self._unclosed.add(name)
        return end

    def _closing(self, token: re.Match[str]) -> int:
        """Let closing characters close what was opened last; a longer opening stays open with what is left of it."""
        top = self._open[-1]
        at, end = token.span()
        matched = min(end - at, top.count)
        if matched < 2:
            return end
        left, end = top.count - matched, at + matched
        if top.kind == "{":
            begun = [(top.start + top.count, None), *(top.parts or ())]
            ends = [start - 1 for start, _ in begun[1:]] + [at]
            parts = tuple(Part(start, stop, sign) for (start, sign), stop in zip(begun, ends, strict=True))
            self._braces.append(Braces(top.start + left, end, parts, matched == 2))
        elif top.kind == "[":
            self._links.append((top.start + left, end))
        self._open.pop()
        if left >= 2:
            self._open.append(_Open(top.kind, top.start, left, top.dashed))
        elif left and top.dashed:
            self._open.append(_Open("-", top.start - 1, 2))
        return end

    def _equals(self, token: re.Match[str]) -> int:
        top = self._open[-1]
        if top.parts and top.parts[-1][1] is None:
            top.parts[-1] = top.parts[-1][0], token.start()
        return token.end()

    def _line(self, at: int) -> int:
        """A line begins at `at`: with a heading, if equals signs stand there that do not part a name from a value."""
        signs = _EQUALS.match(self._text, at, self._end)
        count = len(signs[0]) if signs else 0
        top = self._open[-1] if self._open else None
        if not count or (count == 1 and top and top.kind in "{-" and top.parts and top.parts[-1][1] is None):
            return at
        self._open.append(_Open("=", at, count))
        return at + count

    def _heading(self, start: int, end: int, mask: str) -> Heading | None:
        line = mask[start - self._start : end - self._start].rstrip(f" \t{GONE}")
        count = min(6, len(line) - len(line.lstrip("=")), len(line) - len(line.rstrip("=")), (len(line) - 1) // 2)
        return Heading(start, end, _seen(line[count:-count]).strip()) if count > 0 else None
