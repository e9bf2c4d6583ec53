"""Take back what an earlier request did, as far as nobody has changed it since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, TypeAdapter

from jobs.io.plan_context import PlanContext
from jobs.io.revisions import older_texts, reworked
from jobs.io.wiki import Saved, Stored
from jobs.kinds.kind import Kind
from jobs.model.actions import (
    Action,
    Delete,
    Describe,
    Edit,
    Refusal,
    RestoreFile,
    Revert,
    Undelete,
    Undescribe,
    Upload,
    planned_edit,
)
from jobs.model.problems import Invalid, Problem, wrong
from jobs.model.records import Record
from jobs.model.requests import ItemState, request_number
from jobs.model.rows import read_rows
from jobs.model.structured_data.filedata import FileData, missing, present
from wikitext.edits import AddTemplate, pairs, work_out
from wikitext.escape import inert
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


def _records(asked: UndoParameters, context: PlanContext) -> Iterator[Record]:
    """A record for each item that was done, if only in part: its row in the request that is taken back, its action."""
    items = context.earlier.done_items(asked.request)
    if items is None:
        raise Invalid([Problem("request", message("pages-no-request", f"H{asked.request}"))])
    found = False
    for item in items:
        partly = item.state is ItemState.PARTLY
        if item.action and (partly or not item.why) and (not asked.items or item.row in asked.items):
            found = True
            did = {"did": item.action.model_dump_json(), "revision": str(item.revision or 0)}
            yield Record(item.row, did | {"partly": "yes"} if partly else did)
    if not found:
        raise Invalid([Problem("items", message("problem-nothing-done", f"H{asked.request}"))])


@dataclass(frozen=True)
class _Now:
    """What the wiki says now of a batch of items: the pages, the revisions that the bot made, what came before them.

    `untouched`: the latest revisions of what was done in part that are the bot's own.
    """

    pages: Mapping[str, Stored]
    saved: Mapping[int, Saved]
    older: Mapping[int, str]
    may_delete: bool
    untouched: frozenset[int]


def _plan(asked: UndoParameters, records: Sequence[Record], context: PlanContext) -> Iterator[Action | Refusal]:
    done = [(_ACTION.validate_json(record.values["did"]), int(record.values["revision"])) for record in records]
    wiki = context.wiki
    saved = wiki.saved([revision for _, revision in done if revision])
    reverts = [_revert(saved[revision]) for action, revision in done if isinstance(action, Edit) and revision in saved]
    may_delete = "delete" in wiki.rights()
    partly = [action.title for record, (action, _) in zip(records, done, strict=True) if record.values.get("partly")]
    latest = wiki.texts(partly).values() if partly else ()
    untouched = frozenset(page.id for page in latest if page.user == wiki.account)
    now = _Now(
        wiki.stored([action.title for action, _ in done]), saved, older_texts(wiki, reverts), may_delete, untouched
    )
    for action, revision in done:
        page = now.pages.get(action.title)
        closed = context.gate.closed(page.about, "edit", "upload") if page else None
        yield Refusal(closed) if closed else _inverse(asked, action, revision, now, context)


_ACTION: TypeAdapter[Action] = TypeAdapter(Action)


def _inverse(asked: UndoParameters, action: Action, revision: int, now: _Now, context: PlanContext) -> Action | Refusal:
    """What takes the action back, or why nothing can."""
    page = now.pages.get(action.title)
    changed = Refusal(message("row-undo-changed", f"{context.prefix}Special:PageHistory/{action.title}"))
    match action:
        case Delete():
            return Undelete(title=action.title, reason=_reason(asked, context)) if page is None else changed
        case _ if page is None:
            return Refusal(message("row-undo-gone"))
        case Describe(title=title, data=data) | Undescribe(title=title, data=data):
            return _redescribed(title, data, context, add=isinstance(action, Undescribe))
        case Edit():
            return _reverted(action.title, page, now.saved.get(revision), now) or changed
        case Upload(replaces="") | Undelete():
            as_left = _is_as_left(action, page, revision, now)
            return _removed(asked, action.title, page, now, context) if as_left else changed
        case Upload(sha1=sha1, replaces=replaces) | RestoreFile(sha1=sha1, replaces=replaces):
            restored = RestoreFile(title=action.title, sha1=replaces, replaces=sha1)
            return restored if page.sha1 == sha1 else changed


def _is_as_left(action: Upload | Undelete, page: Stored, revision: int, now: _Now) -> bool:
    """Whether nobody has changed the page since; of what was done in part, the revision is not known."""
    if revision or not isinstance(action, Upload):
        return page.revision == revision
    return page.sha1 == action.sha1 and page.revision in now.untouched


def _redescribed(title: str, data: FileData, context: PlanContext, *, add: bool) -> Describe | Undescribe | Refusal:
    """What takes out of a file what was added, or brings it back; what people changed since stays."""
    entity = context.wiki.entities([title])[title]
    left = (missing if add else present)(data, entity.data)
    if not left:
        return Refusal(message("row-undo-already"))
    return Describe(title=title, data=left) if add else Undescribe(title=title, data=left)


def _revert(saved: Saved) -> Revert:
    return Revert(revision=saved.id, parent=saved.parent)


def _reverted(title: str, page: Stored, saved: Saved | None, now: _Now) -> Edit | Refusal | None:
    splices = reworked(_revert(saved), page.text, now.older) if saved else None
    if saved is None or splices is None:
        return None
    if not splices:
        return Refusal(message("row-undo-already"))
    return planned_edit(title, _revert(saved), pairs(page.text, splices))


def _removed(asked: UndoParameters, title: str, page: Stored, now: _Now, context: PlanContext) -> Action | Refusal:
    """The page's deletion where the bot may delete, else the request for it."""
    if now.may_delete:
        return Delete(title=title, revision=page.revision, sha1=page.sha1, reason=_reason(asked, context))
    change = AddTemplate(call=context.policy.nomination.replace("$1", inert(_reason(asked, context))), where="top")
    splices = work_out(change, page.text)
    return planned_edit(title, change, pairs(page.text, splices)) if splices else Refusal(message("row-undo-already"))


def _reason(asked: UndoParameters, context: PlanContext) -> str:
    return asked.reason or f"Taken back: {context.wiki.base}/H{asked.request}"


UNDO = Kind("undo", UndoParameters, _records, _plan, at_once=50, pilot=False, counted="count-pages")
