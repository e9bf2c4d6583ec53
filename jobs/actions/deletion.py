"""Deletions of what the bot made, and bringing it back."""

from collections.abc import Iterator, Sequence

from jobs.actions.action_type import Now
from jobs.actions.handler import ExecutionContext
from jobs.io.wiki import PageInfo
from jobs.model.actions import Action, Delete, Refusal, Undelete, planned_edit
from jobs.model.outcomes import Done, Failed, LostWrite, NotApplied, NotYet, Outcome, Sent, TakenByAnother, Verification
from jobs.model.pace import WriteKind
from jobs.model.requests import Item
from wikitext.edits import AddTemplate, work_out
from wikitext.escape import in_summary, inert
from wikitext.messages import Language, Message, message


class DeletionType:
    """Fulfils `ActionType` for `Delete` and `Undelete`."""

    def handler(self, context: ExecutionContext) -> "DeletionHandler":
        return DeletionHandler(context)

    def inverse(self, action: Delete | Undelete, revision: int, now: Now) -> Action | Refusal:
        if isinstance(action, Delete):
            gone = action.title not in now.pages
            back = Undelete(title=action.title, reason=now.reason, sha1=action.sha1)
            return back if gone else now.changed(action.title)
        page = now.page(action.title)
        if isinstance(page, Refusal):
            return page
        return removed(action.title, page, now) if page.revision == revision else now.changed(action.title)

    def does(self, action: Delete | Undelete, _language: Language) -> Message:
        return message(f"does-{action.do}")


DELETION = DeletionType()


def removed(title: str, page: PageInfo, now: Now) -> Action | Refusal:
    """The page's deletion where the bot may delete, else the request for it."""
    if now.may_delete:
        return Delete(title=title, revision=page.revision, sha1=page.sha1, reason=now.reason)
    change = AddTemplate(call=now.context.policy.nomination.replace("$1", inert(now.reason)), where="top")
    splices = work_out(change, page.text)
    return planned_edit(title, change, page.text, splices) if splices else Refusal(message("row-undo-already"))


class DeletionHandler:
    """Fulfils `ActionHandler` for `Delete` and `Undelete`."""

    def __init__(self, context: ExecutionContext) -> None:
        self._context = context

    def prepare(self, items: Sequence[Item]) -> None:
        """Each is looked at when its turn comes: what people changed since must be seen."""

    def find_lost_write(self, item: Item) -> LostWrite:
        action = _action(item)
        stored = self._context.wiki.page_infos([action.title]).get(action.title)
        return Sent() if _is_done(action, stored) else NotApplied()

    def do(self, item: Item) -> Outcome:
        if halt := self._context.pace.keep(WriteKind.EDIT):
            return halt
        action = _action(item)
        wiki = self._context.wiki
        stored = wiki.page_infos([action.title]).get(action.title)
        if _is_done(action, stored):
            return Done(0, message("done-already"))
        if stored and (isinstance(action, Undelete) or _is_changed(action, stored)):
            return Failed(
                None, message("failed-undo-changed", f"{self._context.prefix}Special:PageHistory/{action.title}")
            )
        if stored and (why := self._context.gate.closed(stored.about, "edit", "upload")):
            return Failed(None, why)
        if isinstance(claimed := self._context.attempts.claim(item), TakenByAnother):
            return claimed
        perform = wiki.undelete if isinstance(action, Undelete) else wiki.delete
        perform(action.title, self._context.summary.of(in_summary(action.reason)))
        return Sent()

    def verify(self, items: Sequence[Item]) -> Iterator[Verification]:
        stored = self._context.wiki.page_infos([_action(item).title for item in items])
        not_yet = NotYet(Failed("verify-deletion", message("failed-verify-deletion")))
        for item in items:
            there = stored.get(_action(item).title)
            yield Done(there.revision if there else 0) if _is_done(_action(item), there) else not_yet


def _is_done(action: Delete | Undelete, stored: PageInfo | None) -> bool:
    """Whether the page is gone, or back: a file that somebody else gave the name is another one."""
    if isinstance(action, Delete):
        return stored is None
    return stored is not None and action.sha1 in {"", stored.sha1}


def _is_changed(action: Delete, stored: PageInfo) -> bool:
    return (stored.revision, stored.sha1) != (action.revision, action.sha1)


def _action(item: Item) -> Delete | Undelete:
    assert isinstance(item.action, Delete | Undelete)  # noqa: S101 - the run gives each handler its own
    return item.action
