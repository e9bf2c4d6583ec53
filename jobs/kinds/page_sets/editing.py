"""What the kinds that change pages share: which pages, and which of them may be changed."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator

from jobs.io.plan_context import PlanContext
from jobs.io.wiki import PageInfo
from jobs.kinds.page_sets.sets import Source, read_set, resolve
from jobs.model.actions import Refusal
from jobs.model.records import Record
from wikitext.messages import message
from wikitext.nobots import may_edit

PagesField = Annotated[tuple[Source, ...], BeforeValidator(read_set)]
"""A set of pages (see `jobs.kinds.page_sets.sets`)."""


def page_records(pages: tuple[Source, ...], context: PlanContext) -> Iterator[Record]:
    """A record for each page of the set: `page` is its title."""
    for row, title in enumerate(resolve(pages, context), 1):
        yield Record(row, {"page": title})


def category_names(context: PlanContext) -> tuple[str, ...]:
    """All names that the wiki has for the namespace of categories, its own first."""
    names = [name for name, number in context.wiki.namespaces().items() if number == _CATEGORY]
    return tuple(sorted((name[:1].upper() + name[1:] for name in names), key=lambda name: name != "Category"))


_CATEGORY = 14
"""Manual:Namespace."""


def unchangeable(title: str, page: PageInfo | None, context: PlanContext) -> Refusal | None:
    """Why the job may not change the page; None: it may."""
    if page is None:
        return Refusal(message("row-no-page", title))
    if why := context.gate.refusal(page.about):
        return Refusal(why)
    if not may_edit(page.text, context.wiki.account):
        return Refusal(message("row-nobots"))
    return None
