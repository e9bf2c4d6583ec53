"""Where the calls of one template stand in a text: also those that people left open, with the lines that look like one.

It knows nothing else of a page: whether a call stands on the page itself is asked of `wikitext.preprocessor`, and what
it says of `wikitext.templates`.
"""

import re
from collections.abc import Iterator

MAX_CALL = 20_000
"""Characters in a call; more is not read. A request of a person's fits many times over."""

MAX_BROKEN = 50
"""Calls that never close, on a page; looking for the end of each costs as much as reading a long one. Where there are
more, a call that has another within it is taken for one of them."""

Span = tuple[int, int, bool]
"""Where a call starts and ends, and whether its braces close."""

# What the preprocessor does not look into (mw:Preprocessor ABNF).
_HIDING = r"(?P<comment><!--)|<(?P<tag>nowiki|pre|syntaxhighlight|source|math|includeonly)\b[^<>]*>"
_SPACE = r"(?:[\s_]|<!--.*?-->)"
_FLAGS = re.IGNORECASE | re.MULTILINE
# Inside a call only a line without braces is surely a heading, whatever is put behind the call later.
_INSIDE = re.compile(
    rf"{_HIDING}|(?P<open>\{{\{{+)|(?P<close>\}}\}}+)|(?P<heading>^={{1,6}}[^=\n{{}}][^\n{{}}]*=[ \t]*$)", _FLAGS
)
_HEADING = re.compile(rf"{_HIDING}|(?P<heading>^={{1,6}}[^=\n].*=[ \t]*$)", _FLAGS)
_CALL_LINES = re.compile(r"[^\n]*(?:\n[ \t]*[|}][^\n]*)*")


def call_spans(text: str, name: str) -> Iterator[Span]:
    """The outermost calls of the template in the text; what stands in comments and nowiki is none.

    `name`: without namespace. MediaWiki's ways of writing it are all found: any white space or `_`, either case of
    the first letter (and, to mend what is plainly meant, of the others), `Template:` before it, comments around it.
    """
    return _Scanner(text).spans(_opener(name))


def next_heading(text: str, start: int) -> int:
    """Where the next heading's line begins, or the end of the text; what stands in comments and nowiki is none."""
    return next((token.start() for token in _Scanner(text).tokens(_HEADING, start)), len(text))


def _opener(name: str) -> re.Pattern[str]:
    """The braces before the template's name."""
    words = rf"{_SPACE}++".join(re.escape(word) for word in name.split())
    named = rf"(?:{_SPACE}*+template[\s_]*:)?{_SPACE}*+{words}{_SPACE}*+(?:\||\}}\}})"
    return re.compile(rf"{_HIDING}|(?P<open>(?<!\{{)\{{\{{++)(?={named})", _FLAGS | re.DOTALL)


class _Scanner:
    """Goes through a text once, past comments, nowiki and their like."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._unclosed: set[str] = set()

    def tokens(self, wanted: re.Pattern[str], at: int, end: int | None = None) -> Iterator[re.Match[str]]:
        """What the pattern finds from `at` on, outside what hides it."""
        end = len(self._text) if end is None else end
        while token := wanted.search(self._text, at, end):
            at = token.end()
            if token["comment"]:
                close = self._text.find("-->", at)
                at = close + 3 if close >= 0 else len(self._text)
            elif token["tag"]:
                at = self._past_tag(token)
            else:
                yield token

    def _past_tag(self, opening: re.Match[str]) -> int:
        name = opening["tag"].lower()
        if opening[0].endswith("/>") or name in self._unclosed:
            return opening.end()
        if closing := re.compile(rf"</{name}\s*>", re.IGNORECASE).search(self._text, opening.end()):
            return closing.end()
        self._unclosed.add(name)  # is text, as are all its like from here on
        return opening.end()

    def spans(self, opener: re.Pattern[str]) -> Iterator[Span]:
        """(start, end, closed?) of the outermost calls that the opener begins, by the rules for braces."""
        at = broken = 0
        while token := next(self.tokens(opener, at), None):
            span = self._span(token.start(), token.end(), opener, plain=broken >= MAX_BROKEN)
            if span is not None:
                yield span
                broken += not span[2]
            at = max(token.end(), span[1] if span else 0)

    def _span(self, start: int, at: int, opener: re.Pattern[str], *, plain: bool) -> Span | None:
        """The call whose braces are at `start:at`; None if these turn out to be a parameter's.

        `plain`: a further such call within it ends it, so that no part of a page is looked through twice.
        A heading is part of a value, but for one with a further such call below it: that ends what was never closed,
        so that one slip does not swallow the requests below it.
        """
        braces = [at - start]
        heading = False
        for token in self.tokens(_INSIDE, at, min(len(self._text), start + 2 * MAX_CALL)):
            if token["open"] and (heading or plain) and opener.match(self._text, token.start()):
                break
            if token["open"]:
                braces.append(len(token[0]))
            elif token["heading"]:
                heading = True
            elif (end := _close(braces, token)) is not None:
                return (start + braces[0], end, True) if len(braces) == 1 else None
        return start, self._end_of_broken(start), False

    def _end_of_broken(self, start: int) -> int:
        """The end of the lines that look like the call's: what is said below it is not part of it."""
        lines = _CALL_LINES.match(self._text, start)
        stop = lines.end() if lines else start
        comment = self._text.find("<!--", max(start, self._text.rfind("-->", start, stop)), stop)
        if comment < 0:
            return stop
        # An answer belongs behind a comment, but before one that never ends.
        close = self._text.find("-->", stop)
        return close + 3 if close >= 0 else comment


def _close(braces: list[int], token: re.Match[str]) -> int | None:
    """Let a run of closing braces close what is open, inner ones first; where it closed the outermost, if it did.

    What is left in `braces` then is the outermost's own run if two braces closed it, a call; else nothing.
    """
    at, end = token.span()
    while end - at >= 2:
        matched = min(end - at, braces[-1], 3)
        at += matched
        braces[-1] -= matched
        if len(braces) == 1:
            if matched == 3:
                braces.clear()
            return at
        if braces[-1] < 2:
            braces.pop()
    return None
