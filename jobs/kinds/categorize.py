"""Add, remove or move categories on a set of pages."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError, model_validator

from jobs.io.plan_context import PlanContext
from jobs.io.wiki import PageInfo
from jobs.kinds.kind import Kind
from jobs.kinds.page_sets.categories import category_questions, followed
from jobs.kinds.page_sets.editing import PagesField, category_names, page_records, unchangeable
from jobs.model.actions import Edit, Refusal, planned_edit
from jobs.model.problems import problem_of, wrong
from jobs.model.records import Record
from wikitext import titles
from wikitext.edits import Categorize, categories_in, work_out
from wikitext.messages import Message, message

_ARROW = re.compile(r"\s*(?:→|⇒|->|=>|>)\s*")


def _category(text: str) -> str:
    name = titles.category(text.lstrip("* "))
    if name is None:
        raise wrong("problem-category", text.strip()[:80])
    return name


def _categories(text: str) -> tuple[str, ...]:
    parts = filter(None, map(str.strip, re.split(r"[;\n]", text)))
    return tuple(dict.fromkeys(_category(part) for part in parts))


def _moves(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for part in filter(None, map(str.strip, re.split(r"[;\n]", text))):
        sides = _ARROW.split(part)
        if len(sides) != 2:
            raise wrong("problem-move", part[:80])
        found.append((_category(sides[0]), _category(sides[1])))
    return tuple(dict.fromkeys(found))


_Categories = Annotated[tuple[str, ...], BeforeValidator(_categories)]


class CategorizeParameters(BaseModel):
    """What a categorize request says: which pages, and the categories that come, go or give way to others."""

    model_config = ConfigDict(frozen=True)

    pages: PagesField
    partner: Annotated[str, StringConstraints(max_length=200)] = ""
    add: _Categories = ()
    remove: _Categories = ()
    move: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_moves)] = ()

    @model_validator(mode="after")
    def _something(self) -> "CategorizeParameters":
        if not (self.add or self.remove or self.move):
            raise wrong("problem-no-categories")
        change = _change(self.add, self.remove, self.move)
        if isinstance(change, Message):
            raise wrong(change.key, *change.arguments)
        return self


def _edit(title: str, page: PageInfo | None, change: Categorize) -> Edit | Refusal:
    assert page is not None  # noqa: S101 - unchangeable() refused it
    linked = categories_in(page.text, change.namespaces)
    leaving = [*change.remove, *(old for old, _ in change.move)]
    if by_template := next((name for name in leaving if name in page.categories and name not in linked), None):
        return Refusal(message("row-category-by-template", by_template))
    splices = work_out(change, page.text)
    if not splices:
        return Refusal(message("row-nothing-to-do"))
    return planned_edit(title, change, page.text, splices)


def _followed(asked: CategorizeParameters, context: PlanContext) -> Categorize | Message:
    """The change, with categories that are redirected replaced by where they lead."""
    coming, new = followed(asked.add, context), followed([new for _, new in asked.move], context)
    moved = tuple((old, to) for (old, _), to in zip(asked.move, new, strict=True))
    return _change(tuple(dict.fromkeys(coming)), asked.remove, moved, category_names(context))


def _change(
    add: tuple[str, ...],
    remove: tuple[str, ...],
    move: tuple[tuple[str, str], ...],
    namespaces: tuple[str, ...] = ("Category",),
) -> Categorize | Message:
    """The change, or why it cannot be made."""
    try:
        return Categorize(add=add, remove=remove, move=move, namespaces=namespaces)
    except ValidationError as error:
        return problem_of(dict(error.errors()[0])).why


class CategorizeKind(Kind[CategorizeParameters]):
    """Changes of categories."""

    name = "categorize"
    parameters = CategorizeParameters
    at_once = 50
    counted = "count-pages"
    seconds_an_item = 0.5

    def records(self, asked: CategorizeParameters, context: PlanContext) -> Iterator[Record]:
        return page_records(asked.pages, context)

    def plan(
        self, asked: CategorizeParameters, records: Sequence[Record], context: PlanContext
    ) -> Iterator[Edit | Refusal]:
        stored = context.wiki.page_infos([record.values["page"] for record in records])
        change = _followed(asked, context)
        for record in records:
            page = stored.get(record.values["page"])
            if isinstance(change, Message):
                yield Refusal(change)
            else:
                refused = unchangeable(record.values["page"], page, context)
                yield refused or _edit(record.values["page"], page, change)

    def questions(self, asked: CategorizeParameters, context: PlanContext) -> Iterator[Message]:
        """What is told to the reviewer: categories that lead elsewhere, and those that there are none of."""
        yield from category_questions([*asked.add, *(new for _, new in asked.move)], context)
