"""Structured data that a file is to have, or not to have any more: in one edit each."""

from collections.abc import Iterator, Sequence
from typing import Any

from jobs.actions.action_type import Now
from jobs.actions.handler import ExecutionContext
from jobs.io.errors import WikiError
from jobs.io.wiki import Entity
from jobs.model.actions import Describe, Refusal, Undescribe
from jobs.model.outcomes import (
    Done,
    Failed,
    LostWrite,
    NotApplied,
    NotYet,
    Outcome,
    PartlyDone,
    Sent,
    TakenByAnother,
    Verification,
)
from jobs.model.pace import WriteKind
from jobs.model.requests import Item
from jobs.model.structured_data.filedata import (
    FileData,
    differences,
    entity_json,
    missing,
    present,
    removal_json,
    unsaid,
)
from wikitext.messages import Language, Message, language, message

_TRIES = 3
_ENGLISH = language("en")
"""Of summaries, as the rest of them."""


class DescriptionType:
    """Fulfils `ActionType` for `Describe` and `Undescribe`."""

    def handler(self, context: ExecutionContext) -> "DescriptionHandler":
        return DescriptionHandler(context)

    def inverse(self, action: Describe | Undescribe, _revision: int, now: Now) -> Describe | Undescribe | Refusal:
        """What takes out of a file what was added, or brings it back; what people changed since stays."""
        if isinstance(page := now.page(action.title), Refusal):
            return page
        entity = now.context.wiki.entities([action.title])[action.title]
        back, left = (Undescribe, present) if isinstance(action, Describe) else (Describe, missing)
        data = left(action.data, entity.data)
        return back(title=action.title, data=data) if data else Refusal(message("row-undo-already"))

    def does(self, action: Describe | Undescribe, language: Language) -> Message:
        return message(f"does-{action.do}", action.data.labels(language))


DESCRIPTION = DescriptionType()


def complete(
    context: ExecutionContext, title: str, data: FileData, summary: str, entity: Entity | None = None
) -> Outcome:
    """Have the file carry this too. After an Unanswered or a WikiError it must be read before it is tried again.

    `entity`: what it carried a moment ago, where that is known.
    """
    return _change(context, Describe(title=title, data=data), summary, entity)


def _change(
    context: ExecutionContext, action: Describe | Undescribe, summary: str, known: Entity | None = None
) -> Outcome:
    """Somebody who edits the file at the same moment wins; what is still to be done then is worked out anew."""
    for attempt in range(_TRIES):
        entity = known if known and not attempt else context.wiki.entities([action.title]).get(action.title)
        if entity is None:
            return Failed(None, message("failed-no-page"))
        if why := context.gate.file_refusal(entity.about):
            return Failed(None, why)
        change = _left_to_do(action, entity)
        if not any(change.values()):
            return Sent()
        try:
            return Sent(context.wiki.set_entity(entity, change, summary))
        except WikiError as error:
            if error.code != "editconflict" or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _left_to_do(action: Describe | Undescribe, entity: Entity) -> dict[str, Any]:
    if isinstance(action, Describe):
        lacking = unsaid if action.where_silent else missing
        return entity_json(lacking(action.data, entity.data))
    return removal_json(action.data, entity.data)


def _is_done(action: Describe | Undescribe, entity: Entity) -> bool:
    if isinstance(action, Describe):
        return not (unsaid if action.where_silent else differences)(action.data, entity.data)
    return not present(action.data, entity.data)


class DescriptionHandler:
    """Fulfils `ActionHandler` for `Describe` and `Undescribe`."""

    def __init__(self, context: ExecutionContext) -> None:
        self._context = context

    def prepare(self, items: Sequence[Item]) -> None:
        """Each is read when its turn comes: what people changed since must be seen."""

    def find_lost_write(self, item: Item) -> LostWrite:
        entity = self._context.wiki.entities([_action(item).title]).get(_action(item).title)
        return Sent() if entity is not None and _is_done(_action(item), entity) else NotApplied()

    def do(self, item: Item) -> Outcome:
        if halt := self._context.pace.keep(WriteKind.EDIT):
            return halt
        if isinstance(claimed := self._context.attempts.claim(item), TakenByAnother):
            return claimed
        action = _action(item)
        outcome = _change(self._context, action, self._context.summary.of(action.data.labels(_ENGLISH)))
        others_did = outcome == Sent() and not item.claim_version
        return Done(0, message("done-already")) if others_did else outcome

    def verify(self, items: Sequence[Item]) -> Iterator[Verification]:
        entities = self._context.wiki.entities([_action(item).title for item in items])
        for item in items:
            action = _action(item)
            entity = entities.get(action.title)
            yield Done(entity.revision) if entity is not None and _is_done(action, entity) else self._not_yet(action)

    def _not_yet(self, action: Describe | Undescribe) -> NotYet:
        about = action.data.labels(self._context.language)
        return NotYet(PartlyDone("verify-data", message("partly-verify-data", about)))


def _action(item: Item) -> Describe | Undescribe:
    assert isinstance(item.action, Describe | Undescribe)  # noqa: S101 - the run gives each handler its own
    return item.action
