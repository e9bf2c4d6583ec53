"""Sets of pages: what stands in `pages`, and the titles that it comes to.

A set is one or more sources, each on a line or behind `and`, `or`, `not`, worked out from the first to the last:

    category depth 2: Glass plates
    and transclusions: Artwork
    not list: File:Plate 1.jpg; File:Plate 2.jpg
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from jobs.io.plan_context import PlanContext
from jobs.lists.manifest import ManifestField, opened
from jobs.model.problems import Invalid, Problem, unknown, wrong
from jobs.model.records import Record
from jobs.model.requests import request_number
from jobs.patterns.pattern import column_key
from wikitext import titles
from wikitext.messages import Message, message

MOST_PAGES = 100_000
"""In one source; a set is put together in memory."""

MAX_DEPTH = 10
_BATCH = 50
T = TypeVar("T")
MANIFEST: TypeAdapter[str] = TypeAdapter(ManifestField)


@dataclass(frozen=True)
class Source:
    """One source: how it joins what came before it, its name, what it is asked for, and how deep (categories)."""

    join: Literal["and", "or", "not"]
    name: str
    wanted: str
    depth: int = 0


def _listed(source: Source, context: PlanContext) -> Iterator[str]:
    """Titles, with `;` or a line's end between them."""
    parts = filter(None, map(str.strip, re.split(r"[;\n]", source.wanted)))
    named = ((part, titles.linked(part.lstrip("* "))) for part in parts)
    for part, written, title in spelled(named, context):
        if title is None:
            key = "pages-bad-title" if written is None else "pages-elsewhere"
            raise Invalid([Problem("pages", message(key, part[:80]))])
        yield title


def spelled(named: Iterable[tuple[T, str | None]], context: PlanContext) -> Iterator[tuple[T, str | None, str | None]]:
    """Things and the titles that people wrote for them, each with the wiki's own spelling of its title.

    None: no title, or one that names no page of this wiki. One request for 50.
    """
    rest = iter(named)
    while batch := list(islice(rest, _BATCH)):
        own = context.wiki.titles([written for _, written in batch if written])
        for thing, written in batch:
            yield thing, written, own[written].text if written and written in own else None


def _in_category(source: Source, context: PlanContext) -> Iterator[str]:
    """The pages and files of a category and, down to the depth, of those below it."""
    name = titles.category(source.wanted)
    if name is None:
        raise Invalid([Problem("pages", message("problem-category", source.wanted[:80]))])
    seen, level = {name}, [name]
    for depth in range(source.depth + 1):
        below: list[str] = []
        for category in level:
            yield from context.wiki.members(category, "page|file")
            if depth < source.depth:
                below += (title.partition(":")[2] for title in context.wiki.members(category, "subcat"))
        level = [category for category in dict.fromkeys(below) if category not in seen]
        seen.update(level)


def _found(source: Source, context: PlanContext) -> Iterator[str]:
    """What the wiki's search finds."""
    return context.wiki.search(source.wanted)


def _transcluding(source: Source, context: PlanContext) -> Iterator[str]:
    """The pages that call a template."""
    name = titles.title(re.sub(r"^template:", "", source.wanted.strip("{} "), flags=re.IGNORECASE)) or source.wanted
    return context.wiki.transcluding(f"Template:{name}")


def _beginning(source: Source, context: PlanContext) -> Iterator[str]:
    """The pages whose titles begin so."""
    return context.wiki.prefix_search(titles.title(source.wanted) or source.wanted)


def _of_request(source: Source, context: PlanContext) -> Iterator[str]:
    """The pages that an earlier request made or changed."""
    number = request_number(source.wanted)
    items = context.earlier.done_items(number) if number else None
    if items is None:
        raise Invalid([Problem("pages", message("pages-no-request", source.wanted[:40]))])
    return (item.action.title for item in items if item.action)


def _in_column(source: Source, context: PlanContext) -> Iterator[str]:
    """What stands in a column of a list: `column of address`."""
    column, _, manifest = source.wanted.partition(" of ")
    try:
        address = MANIFEST.validate_python(manifest.strip())
    except ValidationError:
        raise Invalid([Problem("pages", message("problem-manifest", manifest[:80]))]) from None
    with opened(address, context) as table:
        if column_key(column) not in table.columns:
            raise Invalid([Problem("pages", unknown(column_key(column), table.columns, "problem-unknown-column"))])
        cells = (row.values.get(column_key(column), "") for row in table.rows if isinstance(row, Record))
        for _, written, title in spelled(((cell, titles.linked(cell)) for cell in cells), context):
            if written:
                yield title or written


SOURCES: Mapping[str, Callable[[Source, PlanContext], Iterator[str]]] = {
    "list": _listed,
    "category": _in_category,
    "search": _found,
    "transclusions": _transcluding,
    "prefix": _beginning,
    "request": _of_request,
    "column": _in_column,
}
"""A source is a function from what was asked to titles. A new one is a function and a line here."""

_START = re.compile(
    rf"(?:^|(?<=\s))(?P<join>(?:and|or)\s+not\s+|and\s+|or\s+|not\s+|)"
    rf"(?P<name>{'|'.join(SOURCES)})(?:\s*\(?\s*depth\s*=?\s*(?P<depth>\d+)\s*\)?)?\s*:",
    re.IGNORECASE | re.MULTILINE,
)


def read_set(text: str) -> tuple[Source, ...]:
    """The sources that the text names; text without any is a list of titles. Raises pydantic's error with a sentence.

    A source's name in the middle of a line counts only behind `and`, `or` or `not`, for titles may hold such words.
    """
    line_starts = {found.end() for found in re.finditer(r"(?:^|\n)[ \t*]*", text)}
    starts = [found for found in _START.finditer(text) if found["join"] or found.start() in line_starts]
    if not starts or text[: starts[0].start()].strip("* \n"):
        return (Source("or", "list", text),) if not starts else _unread(text[: starts[0].start()])
    ends = [found.start() for found in starts[1:]] + [len(text)]
    context = tuple(
        _source(found, text[found.end() : end].strip("* \t\n")) for found, end in zip(starts, ends, strict=True)
    )
    if context[0].join != "or":
        raise wrong("pages-starts-with", context[0].join)
    return context


def _unread(text: str) -> tuple[Source, ...]:
    raise wrong("pages-not-read", text.strip()[:80], ", ".join(SOURCES))


def _source(found: re.Match[str], wanted: str) -> Source:
    words = found["join"].lower().split()
    depth = int(found["depth"] or 0)
    if not wanted:
        raise wrong("pages-empty", found["name"].lower())
    if depth > MAX_DEPTH:
        raise wrong("pages-too-deep", MAX_DEPTH)
    if words == ["or", "not"]:
        raise wrong("pages-or-not")
    join: Literal["and", "or", "not"] = "not" if "not" in words else "and" if "and" in words else "or"
    return Source(join, found["name"].lower(), wanted, depth)


def resolve(asked: tuple[Source, ...], context: PlanContext) -> tuple[str, ...]:
    """The titles of the set, in the order in which they were found. Raises Invalid."""
    found: dict[str, None] = {}
    for source in asked:
        titles_ = list(islice(SOURCES[source.name](source, context), MOST_PAGES + 1))
        if len(titles_) > MOST_PAGES:
            raise Invalid([Problem("pages", message("pages-too-many", source.name, MOST_PAGES))])
        match source.join:
            case "or":
                found |= dict.fromkeys(titles_)
            case "and":
                wanted = frozenset(titles_)
                found = {title: None for title in found if title in wanted}
            case "not":
                unwanted = frozenset(titles_)
                found = {title: None for title in found if title not in unwanted}
    if not found:
        raise Invalid([Problem("pages", _why_none(asked, context))])
    return tuple(found)


def _why_none(asked: tuple[Source, ...], context: PlanContext) -> Message:
    """Why no page is meant; a category that has others below it alone is often named for what is in those."""
    source, *more = asked
    name = titles.category(source.wanted) if source.name == "category" and not more else None
    if name and not source.depth and any(context.wiki.members(name, "subcat")):
        return message("pages-only-subcategories", name, 1)
    return message("pages-none")
