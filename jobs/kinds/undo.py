"""Take back what an earlier request did, as far as nobody has changed it since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, TypeAdapter

from jobs.actions.action_type import Now
from jobs.actions.edit import revert
from jobs.actions.registry import type_of
from jobs.io.plan_context import PlanContext
from jobs.io.revisions import older_texts
from jobs.kinds.kind import Kind
from jobs.model.actions import Action, Edit, Refusal, Withheld
from jobs.model.problems import Invalid, Problem, wrong
from jobs.model.records import Record
from jobs.model.requests import ItemState, request_number
from jobs.model.rows import read_rows, written_rows
from jobs.model.undo_effects import took_effect
from wikitext.messages import message


def _request(text: str) -> int:
    number = request_number(text)
    if number is None:
        raise wrong("pages-no-request", text[:40])
    return number


def _rows(text: str) -> frozenset[int]:
    rows = read_rows(text)
    if not rows:
        raise wrong("problem-items", text[:40])
    return rows


class UndoParameters(BaseModel):
    """Which request is taken back, and which of its rows (none named: all); `reason` is for the log of the wiki."""

    model_config = ConfigDict(frozen=True)

    request: Annotated[int, BeforeValidator(_request)]
    items: Annotated[frozenset[int], BeforeValidator(_rows)] = frozenset()
    partner: Annotated[str, StringConstraints(max_length=200)] = ""
    reason: Annotated[str, StringConstraints(max_length=200)] = ""


@dataclass(frozen=True)
class _Done:
    """What an item did: its action, the revision that was read back (0: none), and whether it was done in part."""

    action: Action
    revision: int
    partly: bool


def _done(record: Record) -> _Done:
    values = record.values
    return _Done(_ACTION.validate_json(values["did"]), int(values["revision"]), "partly" in values)


_ACTION: TypeAdapter[Action] = TypeAdapter(Action)


def _now(asked: UndoParameters, done: Sequence[_Done], context: PlanContext) -> Now:
    """What the wiki says of the items, asked for all of them at once."""
    wiki = context.wiki
    saved = wiki.revision_infos([one.revision for one in done if one.revision])
    edits = [one.revision for one in done if isinstance(one.action, Edit)]
    partly = [one.action.title for one in done if one.partly]
    latest = wiki.texts(partly).values() if partly else ()
    return Now(
        context=context,
        reason=_reason(asked, context),
        pages=wiki.page_infos([one.action.title for one in done]),
        saved=saved,
        older=older_texts(wiki, [revert(saved[revision]) for revision in edits if revision in saved]),
        may_delete="delete" in wiki.rights(),
        untouched=frozenset(page.id for page in latest if page.user == wiki.account),
    )


def _reason(asked: UndoParameters, context: PlanContext) -> str:
    return asked.reason or f"Taken back: {context.wiki.base}/H{asked.request}"


class UndoKind(Kind[UndoParameters]):
    """Taking back what a request did. It has no pilot: what it does was there before."""

    name = "undo"
    parameters = UndoParameters
    at_once = 50
    pilot = False
    counted = "count-pages"
    seconds_an_item = 0.5

    def records(self, asked: UndoParameters, context: PlanContext) -> Iterator[Record]:
        """A record for each item that was done, if only in part: its row in the earlier request, its action."""
        items = context.earlier.done_items(asked.request)
        if items is None:
            raise Invalid([Problem("request", message("pages-no-request", f"H{asked.request}"))])
        found = False
        for item in items:
            if item.action and took_effect(item) and (not asked.items or item.row in asked.items):
                found = True
                did = {"did": item.action.model_dump_json(), "revision": str(item.revision or 0)}
                yield Record(item.row, did | {"partly": "yes"} if item.state is ItemState.PARTLY else did)
        if not found:
            rows = f" ({written_rows(asked.items)})" if asked.items else ""
            raise Invalid([Problem("items", message("problem-nothing-done", f"H{asked.request}{rows}"))])

    def plan(
        self, asked: UndoParameters, records: Sequence[Record], context: PlanContext
    ) -> Iterator[Action | Refusal]:
        done = [_done(record) for record in records]
        now = _now(asked, done, context)
        others = context.earlier.taken_back([record.row for record in records])
        for record, one in zip(records, done, strict=True):
            if other := others.get(record.row):
                yield Withheld(message("row-undo-elsewhere", other))
                continue
            page = now.pages.get(one.action.title)
            closed = context.gate.closed(page.about, "edit", "upload") if page else None
            yield Refusal(closed) if closed else type_of(one.action).inverse(one.action, one.revision, now)
