"""Categories that a page comes into, leaves, or is moved between, by the links in its own text."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import unquote

from pydantic import AfterValidator, Field, model_validator

from wikitext import titles
from wikitext.edits.calls import TemplateName, calls_of
from wikitext.edits.model import ChangeModel, wrong
from wikitext.edits.splices import Splice, inserted, removed, settled, spliced
from wikitext.preprocessor import GONE, HIDDEN, TAG, TRIMMED, Braces, Reading, read

# Help:Links: a link is the first `]]` behind its start, its name has none of the characters that no title has.
# No possessive quantifiers: Python before 3.11.5 misreads them in groups (gh-106052).
_KEY = r"\|(?:[^\[]|\[(?!\[))(?:[^\[\]]|\[(?!\[)|\](?!\]))*"
_LINK = re.compile(rf"\[\[(?:(?P<name>[^\[\]{{}}|<>\x00-\x1f\x7f{HIDDEN}]+)(?P<key>{_KEY})?\]\])?")
_REST_OF_LINE = re.compile(rf"[ \t{GONE}]*(?=\n|\Z)")
_EDGE = f"{TRIMMED}{GONE}{TAG}"


def _category(text: str) -> str:
    name = titles.category(text)
    if name is None:
        raise wrong("edit-category", text[:80])
    return name


Category = Annotated[str, AfterValidator(_category)]


class Categorize(ChangeModel):
    """Put a page into the categories `add`, take it out of `remove`, `move` it from one to another.

    `namespaces`: all names the wiki has for its category namespace; new links are written with the first one.
    `uncategorized`: templates that say that a page has no category, and go when one comes. Links are found as
    MediaWiki finds them (Help:Categories): not in comments, nowiki or includeonly, which do not categorize the page.
    """

    do: Literal["categorize"] = "categorize"
    add: tuple[Category, ...] = ()
    remove: tuple[Category, ...] = ()
    move: tuple[tuple[Category, Category], ...] = ()
    namespaces: Annotated[tuple[str, ...], Field(min_length=1)] = ("Category",)
    uncategorized: tuple[TemplateName, ...] = ("Uncategorized",)

    @model_validator(mode="after")
    def _one_way(self) -> "Categorize":
        going = [*self.remove, *(old for old, _ in self.move)]
        coming = {*self.add, *(new for _, new in self.move)}
        if both := next((name for name in going if name in coming or going.count(name) > 1), None):
            raise wrong("edit-category-both", both)
        return self


@dataclass(frozen=True, slots=True)
class Link:
    """A category link at `start:end`, its name (with namespace) at `name`.

    `sure`: it is not an argument of a parser function, which may drop it. `outside`: it is in no template, nor a tag.
    """

    title: str
    start: int
    end: int
    name: tuple[int, int]
    sure: bool
    outside: bool


def categories_in(text: str, namespaces: Collection[str]) -> tuple[str, ...]:
    """The categories that the text itself links to, in order, each once; templates may put the page into more."""
    return tuple(dict.fromkeys(link.title for link in links_of(read(text), namespaces)))


def categorize(change: Categorize, text: str) -> tuple[Splice, ...]:
    """What `change` does to the text.

    A moved link keeps its sort key; of several links to what is one category after the move, one stays. A new link
    goes on a line of its own below the last one outside templates, or to the end of the page.
    """
    page = read(text)
    unsaid = [(b.start, b.end) for name in change.uncategorized for _, b in calls_of(page, name)]
    links = [
        link for link in links_of(page, change.namespaces) if not any(start < link.start < end for start, end in unsaid)
    ]
    targets = dict(change.move)
    there = {link.title for link in links if link.sure} - {*change.remove, *targets}
    moved, gone = [], [(link.start, link.end) for link in links if link.title in change.remove]
    for link in links:
        if (target := targets.get(link.title)) is None:
            continue
        if target in there:
            gone.append((link.start, link.end))
        else:
            moved.append(_renamed(page, link, target, change.namespaces))
            there |= {target} if link.sure else set()
    coming = [name for name in dict.fromkeys(change.add) if name not in there]
    splices = settled(text, [*moved, *removed(text, [*gone, *(unsaid if moved or coming else [])])])
    return _added(text, splices, coming, change.namespaces) if coming else splices


def _added(
    text: str, splices: tuple[Splice, ...], titles_: Sequence[str], namespaces: Sequence[str]
) -> tuple[Splice, ...]:
    text = spliced(text, splices)
    page = read(text)
    below = (_below(page, link.end) for link in reversed(links_of(page, namespaces)) if link.outside)
    at = next((at for at in below if at is not None), None)
    lines = "\n".join(f"[[{namespaces[0]}:{title}]]" for title in titles_)
    if at is not None:
        return inserted(splices, at, f"\n{lines}")
    end = len(text[: page.lost].rstrip(TRIMMED))
    return inserted(splices, end, f"\n\n{lines}" if end else lines)


def _renamed(page: Reading, link: Link, target: str, namespaces: Collection[str]) -> Splice:
    """The link's title gives way; how its namespace is written stays, wherever a colon parts it from the title."""
    start, end = link.name
    mask = page.mask[start:end]
    name = mask.partition(":")[2]
    lead, core = len(name) - len(name.lstrip(_EDGE)), name.strip(_EDGE)
    at = end - len(name) + lead
    if core and titles.title_in(f"{page.seen(start, at)}{target}", _folded(namespaces)) == target:
        return Splice(at, at + len(core), target)
    return Splice(start, end, f"{next(iter(namespaces))}:{target}")


def _folded(namespaces: Collection[str]) -> set[str]:
    return {titles.spaced(name).casefold() for name in namespaces}


def links_of(page: Reading, namespaces: Collection[str]) -> list[Link]:
    """The page's category links, in order."""
    names = _folded(namespaces)
    found = [link for reading in page.everywhere() for link in _links_in(reading, names, outermost=reading is page)]
    return sorted(found, key=lambda link: link.start)


def _links_in(page: Reading, names: Collection[str], *, outermost: bool) -> Iterator[Link]:
    around: list[Braces] = []
    braces = iter((*page.braces, None))
    following = next(braces)
    for match in _LINK.finditer(page.mask):
        if not match["name"] or not re.search("[:&]", match["name"]):
            continue
        start, end = match.start() + page.start, match.end() + page.start
        end += "[" in (match["key"] or "") and page.mask.startswith("]", match.end())  # [[A|[b]]] is one link
        while following and following.start < start:
            around.append(following)
            following = next(braces)
        around = [b for b in around if b.end > start]
        name = (match.start("name") + page.start, match.end("name") + page.start)
        if (title := titles.title_in(unquote(page.seen(*name)), names)) is not None:
            sure = all(_shows(page, braces) for braces in around)
            yield Link(title, start, end, name, sure, outside=outermost and not around)


def _shows(page: Reading, braces: Braces) -> bool:
    """Whether an argument is surely shown: so it is, as a rule, by templates, but not by parser functions."""
    return not braces.is_call or not re.search(rf"[:#{{{HIDDEN}]", page.seen(*braces.name))


def _below(page: Reading, end: int) -> int | None:
    """Where a line can be put below a link that ends its line; a comment on that line stays with the link."""
    if page.mask.startswith(TAG, end):
        return end
    rest = _REST_OF_LINE.match(page.mask, end)
    if rest is None:
        return None
    return rest.end() if rest.end() <= page.lost else end
