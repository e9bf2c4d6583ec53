"""Text found and replaced: literally, or by a regular expression that takes linear time (RE2)."""

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Literal

import re2
from pydantic import model_validator

from wikitext.edits.model import ChangeModel, wrong
from wikitext.edits.splices import Splice

MAX_PATTERN = 1_000
"""Characters in a pattern."""

MAX_PROGRAM = 2_000
"""Instructions that a pattern may come to; RE2's time for a text is at worst its length times this."""

MAX_READ = 400_000_000
"""Bytes that matching may read on a page, as RE2 may look at all the rest of it to find each match."""

_REFERENCE = re.compile(r"\\(.?)", re.DOTALL)


class Replace(ChangeModel):
    r"""Replace all that is found, wherever it stands on the page.

    `find`: text, or with `regex` a pattern as in RE2's manual (github.com/google/re2/wiki/Syntax). In the replacement
    for a pattern `\0` is what was found, `\1` to `\9` its groups, and `\\` a backslash.
    """

    do: Literal["replace"] = "replace"
    find: str
    replacement: str
    regex: bool = False

    @model_validator(mode="after")
    def _can_be_done(self) -> "Replace":
        if not self.find:
            raise wrong("edit-find-nothing")
        if self.regex and (why := check_pattern(self.find)) is not None:
            raise wrong("edit-pattern", self.find[:80], why)
        if self.regex:
            known = {"\\", *map(str, range(min(9, _compiled(self.find).groups) + 1))}
            bad = next((r[0] for r in _REFERENCE.finditer(self.replacement) if r[1] not in known), None)
            if bad is not None:
                raise wrong("edit-replacement", bad)
        return self


def check_pattern(find: str) -> str | None:
    """What RE2 does not understand in the pattern, in its own words, or that it is too large; None if it is fine."""
    if len(find) > MAX_PATTERN:
        return f"pattern too large - longer than {MAX_PATTERN} characters"
    try:
        program = _compiled(find).programsize
    except re2.error as error:
        return error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
    return "pattern too large - compile failed" if program > MAX_PROGRAM else None


def replace(change: Replace, text: str) -> Iterator[Splice]:
    """What `change` does to the text: all matches, from its start, that are not empty and do not overlap."""
    if change.regex:
        yield from _replace_pattern(change, text)
        return
    at = text.find(change.find)
    while at >= 0:
        yield Splice(at, at + len(change.find), change.replacement)
        at = text.find(change.find, at + len(change.find))


def _replace_pattern(change: Replace, text: str) -> Iterator[Splice]:
    for match in _compiled(change.find).finditer(text):
        start, end = match.span()
        if start < end:
            yield Splice(start, end, _REFERENCE.sub(partial(_referred, match), change.replacement))


def _referred(match: "re2._Match", reference: re.Match[str]) -> str:
    return "\\" if reference[1] == "\\" else match[int(reference[1])] or ""


@lru_cache(maxsize=16)
def _compiled(pattern: str) -> "re2._Regexp":
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 4 << 20
    return re2.compile(pattern, options)
