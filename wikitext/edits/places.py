"""Templates and text put on a page: at its top, at its bottom, or under a heading."""

import re
from collections.abc import Collection, Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from wikitext import titles
from wikitext.edits.calls import calls_of
from wikitext.edits.categories import links_of
from wikitext.edits.model import ChangeModel, wrong
from wikitext.edits.splices import Splice
from wikitext.preprocessor import GONE, TRIMMED, Reading, is_whole, only_call, read

Where = Literal["top", "bottom", "under heading"]

# Help:Redirects: what stands above this line would undo the redirect.
_REDIRECT = re.compile(r"\s*#[^\s\[\]#*:;]+[ \t]*:?[ \t]*\[\[[^\[\]\n]+\]\][^\n]*")


def _call(text: str) -> str:
    text = text.strip(TRIMMED)
    if _called(text) is None:
        raise wrong("edit-call", text[:80])
    return text


def _lines(text: str) -> str:
    text = text.strip("\r\n").rstrip(TRIMMED)
    if not text or not is_whole(text):
        raise wrong("edit-text", text[:80])
    return text


def _called(call: str) -> str | None:
    """The template that a call calls."""
    found = only_call(call)
    return titles.template(found[0].seen(*found[1].name)) if found and is_whole(call) else None


class _Placed(ChangeModel):
    where: Where
    heading: str = ""
    namespaces: Annotated[tuple[str, ...], Field(min_length=1)] = ("Category",)

    @model_validator(mode="after")
    def _has_place(self) -> Self:
        if self.where == "under heading" and not self.heading.strip():
            raise wrong("edit-heading")
        return self


class AddTemplate(_Placed):
    """Put the call of a template on a page that has none of that template, on lines of its own.

    `where`: at the bottom is above the categories at the end, whose namespace has the names `namespaces`; under a
    heading is right below its line, if the page has such a heading.
    """

    do: Literal["add template"] = "add template"
    call: Annotated[str, AfterValidator(_call)]


class AddText(_Placed):
    """Put text on a page, on lines of its own, if it does not stand there already; `where`: as of `AddTemplate`."""

    do: Literal["add text"] = "add text"
    text: Annotated[str, AfterValidator(_lines)]


def add_template(change: AddTemplate, text: str) -> list[Splice]:
    """What `change` does to the text."""
    page = read(text)
    if any(calls_of(page, _called(change.call) or "")):
        return []
    at = _place(change, text, page)
    return [] if at is None else [_put(text, at, change.call)]


def add_text(change: AddText, text: str) -> list[Splice]:
    """What `change` does to the text."""
    at = _place(change, text, read(text))
    return [] if at is None or _stands(change, text, at) else [_put(text, at, change.text)]


def lines_of(change: AddText, text: str) -> Iterator[re.Match[str]]:
    """Where the text that `change` adds stands on lines of its own, wherever that is."""
    return _own_lines(change).finditer(text)


def _own_lines(change: AddText) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\n]){re.escape(change.text)}(?![^\n])")


def _place(change: _Placed, text: str, page: Reading) -> int | None:
    match change.where:
        case "top":
            redirect = _REDIRECT.match(text)
            return redirect.end() if redirect else 0
        case "bottom":
            return len(text[: _end(page, change.namespaces)].rstrip(TRIMMED))
        case _:
            return _under(page, " ".join(change.heading.split()))


def _under(page: Reading, wanted: str) -> int | None:
    """The end of the first heading's line that says this; what is within a call is none of the page's headings."""
    inside = 0
    braces = iter((*page.braces, None))
    following = next(braces)
    for heading in page.headings:
        while following and following.start < heading.start:
            inside, following = max(inside, following.end), next(braces)
        if inside <= heading.start and " ".join(heading.text.split()) == wanted:
            return heading.end
    return None


def _end(page: Reading, namespaces: Collection[str]) -> int:
    """Where the categories at the end of the page begin, with a comment above them; the end if there are none."""
    at = end = page.lost
    for link in reversed(links_of(page, namespaces)):
        if not link.outside or page.mask[link.end : at].strip(f"{TRIMMED}{GONE}"):
            break
        at = link.start
    above = page.mask[:at].rstrip(" \t")
    comment = above[:-1].rstrip(" \t")
    start = len(comment.rstrip(GONE))
    is_above = at < end and above.endswith("\n") and start < len(comment) and page.mask[:start].endswith(("\n", ""))
    return start if is_above else at


def _put(text: str, at: int, new: str) -> Splice:
    """Put lines behind what ends at `at`, with empty lines to part them from what is of another kind."""
    before, rest = text[:at], text[at:]
    below = rest.lstrip("\n")
    lead = "\n" * _lines_between(before.rpartition("\n")[2], new) if before else ""
    tail = "\n" * (_lines_between(new.rpartition("\n")[2], below) - len(rest) + len(below)) if below else ""
    return Splice(at, at, f"{lead}{new}{tail}")


def _lines_between(above: str, below: str) -> int:
    """Line breaks between two lines: items of a list stay together, and so do calls; a heading is close to its text."""
    first, second = above[:1].replace("}", "{"), below[:1]
    return 1 if first == "=" or (first == second and first in {*"*#:;{"}) else 2


def _stands(change: AddText, text: str, at: int) -> bool:
    """Whether the text is on lines of its own at the place already."""
    lines = _own_lines(change)
    if change.where == "bottom":  # it may end with a category or a comment itself
        return lines.search(text, max(0, at - len(change.text))) is not None
    return lines.match(text, len(text) - len(text[at:].lstrip("\n"))) is not None
