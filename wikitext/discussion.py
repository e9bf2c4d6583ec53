"""What people say on a page in plain words, and replies below a template call."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from wikitext.call_spans import next_heading
from wikitext.edits.splices import Splice
from wikitext.messages import language, languages
from wikitext.templates import Call

_SHORT = 80
"""Characters: an answer in plain words is short; a longer text is a discussion."""

_HEADING = re.compile(r"=.*=\s*")
_LINK = re.compile(r"\[\[[^\[\]]*\]\]")
_TIME = re.compile(r"\d\d[:.]\d\d")
_COMMENT = re.compile(r"<!--.*?-->")
_MARKUP = re.compile(r"</?[a-z][^<>]*>|--+", re.IGNORECASE)


def plain_words(before: str, after: str, calls: Sequence[Call]) -> str:
    """What a change of a page's text added to it in words; the lines on which its calls stand are none of them."""
    new = Counter(_beside(after, calls)) - Counter(before.split("\n"))
    words = (_unsigned(line).strip() for line in new if not _HEADING.fullmatch(line))
    return "\n".join(filter(_has_letters, words))


def _beside(text: str, calls: Sequence[Call]) -> Iterator[str]:
    """The lines on which no call stands."""
    at = 0
    for call in sorted(calls, key=lambda one: one.start):
        start = text.rfind("\n", at, call.start)
        if start >= at:
            yield from text[at:start].split("\n")
        end = text.find("\n", max(at, call.end))
        at = end + 1 if end >= 0 else len(text) + 1
    if at <= len(text):
        yield from text[at:].split("\n")


def _unsigned(line: str) -> str:
    """A line without its signature, comments and tags; each part in time linear in the line, whatever it repeats."""
    closed = line.rfind("-->") + 3 if "-->" in line else 0  # behind it no comment is closed, nor looked for
    line = _COMMENT.sub("", line[:closed]) + line[closed:]
    link, times = _LINK.search(line), [found.start() for found in _TIME.finditer(line)]
    if link and times and link.end() <= times[-1]:
        line = line[: link.start()]
    return _MARKUP.sub("", line)


def _has_letters(text: str) -> bool:
    return any(char.isalnum() for char in text)


def seems_an_answer(words: str) -> bool:
    """Whether words are meant to be obeyed: "approved", "+1", "{{support}}", "please stop", in any known language."""
    said = " ".join(re.sub(r"[^\w+\s]", " ", words.casefold()).split())
    return len(said) <= _SHORT and any(said == known or said.startswith(f"{known} ") for known in _answers())


@cache
def _answers() -> frozenset[str]:
    said = (language(code).say("talk-words").split(",") for code in languages())
    return frozenset(word.strip().casefold() for words in said for word in words)


def place_below(text: str, call: Call, following: int | None) -> int:
    """Where in the page's text a reply to the call belongs: behind what was already said below it.

    That is before the next heading or `following` (where the next call starts), whichever comes first.
    """
    if text.find("<!--", max(call.end, text.rfind("-->"))) >= 0:
        return call.end  # a comment that never ends would hide what is said behind it
    limit = min(next_heading(text, call.end), following if following is not None else len(text))
    return call.end + len(text[call.end : limit].rstrip())


def reply(text: str, at: int, said: str) -> Splice:
    """Puts a reply on lines of its own at a place of the page's text that `place_below` gave."""
    behind = text[at : at + 1]
    return Splice(at, at, f"\n{said}{'' if behind in {'', chr(10)} else chr(10)}")
