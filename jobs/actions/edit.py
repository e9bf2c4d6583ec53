"""Edits: worked out on the page's text at that moment, done only where they come to what was previewed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jobs.actions.action_type import Now
from jobs.actions.handler import ExecutionContext
from jobs.io.errors import WikiError
from jobs.io.revisions import older_texts, reworked
from jobs.io.wiki import About, Page, Revision, RevisionInfo
from jobs.model.actions import Edit, Refusal, Revert, digest_of, planned_edit, text_sha1
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
from wikitext.edits import (
    AddTemplate,
    AddText,
    Categorize,
    Replace,
    SetParameters,
    Splice,
    spliced,
    undone,
    work_out,
)
from wikitext.escape import in_summary
from wikitext.messages import Language, message
from wikitext.nobots import may_edit

_TRIES = 3
_MOST = 200
"""Characters for the categories of an edit; if they take more, they are counted."""


class EditType:
    """Fulfils `ActionType` for `Edit`."""

    def handler(self, context: ExecutionContext) -> "EditHandler":
        return EditHandler(context)

    def inverse(self, action: Edit, revision: int, now: Now) -> Edit | Refusal:
        page, saved = now.page(action.title), now.saved.get(revision)
        if isinstance(page, Refusal):
            return page
        splices = reworked(revert(saved), page.text, now.older) if saved else None
        if saved is None or splices is None:
            return now.changed(action.title)
        if not splices:
            return Refusal(message("row-undo-already"))
        return planned_edit(action.title, revert(saved), page.text, splices)

    def does(self, _action: Edit, _language: Language) -> None:
        return None


EDIT = EditType()


def revert(saved: RevisionInfo) -> Revert:
    """The change of text that takes a revision back."""
    return Revert(revision=saved.id, parent=saved.parent)


class EditHandler:
    """Fulfils `ActionHandler` for `Edit`."""

    def __init__(self, context: ExecutionContext) -> None:
        self._context = context
        self._pages: Mapping[str, Page] = {}
        self._older: Mapping[int, str] = {}

    def prepare(self, items: Sequence[Item]) -> None:
        self._pages = self._context.wiki.texts([_action(item).title for item in items])
        self._older = older_texts(self._context.wiki, [_action(item).change for item in items])

    def find_lost_write(self, item: Item) -> LostWrite:
        if item.revision:  # it was saved by an earlier try, and not found to be right
            return Sent(item.revision)
        wiki, parent = self._context.wiki, item.parent or 0
        title = wiki.whereabouts([parent]).get(parent, _action(item).title)  # it may have been moved since
        saved = wiki.own_since(title, parent)
        return next((Sent(one.id) for one in saved if self._is_it(item, one)), NotApplied())

    def do(self, item: Item) -> Outcome:
        title = _action(item).title
        page = self._pages.get(title)
        for _ in range(_TRIES):
            outcome = self._attempt(item, page)
            if not isinstance(outcome, _Conflict):
                return outcome
            item, page = outcome.claimed, self._context.wiki.page(title)
            # After the page was read: what is saved later than that is a conflict again.
            lost = self.find_lost_write(item)
            if not isinstance(lost, NotApplied):
                return lost
        raise WikiError("editconflict", f"{_TRIES} times on {title}")

    def _attempt(self, item: Item, page: Page | None) -> "Outcome | _Conflict":
        action = _action(item)
        if page is None or page.text is None:
            return Failed(None, message("failed-no-page"))
        splices = self._refused(page.about, page.text) or self._worked_out(action, page.text)
        if isinstance(splices, Failed | Done):
            return splices
        text = spliced(page.text, splices)
        if halt := self._context.pace.keep(WriteKind.EDIT) or self._context.stop_switch.reason():
            return halt
        claimed = self._context.attempts.claim(item, page.id, text_sha1(text))
        if isinstance(claimed, TakenByAnother):
            return claimed
        try:
            saved = self._context.wiki.save(action.title, text, self._context.summary.of(_what(action)), page)
        except WikiError as error:
            if error.code != "editconflict":
                raise
            return _Conflict(claimed)
        # Where another request of the bot's had made the same of the page a moment before, nothing was saved.
        return Sent(saved) if saved != page.id else Done(0, message("done-already"))

    def _refused(self, about: About, text: str) -> Failed | None:
        """Why the page, as it is now, may not be changed."""
        exclusion = None if may_edit(text, self._context.wiki.account) else message("row-nobots")
        why = self._context.gate.refusal(about) or exclusion
        return Failed(None, why) if why else None

    def _worked_out(self, action: Edit, text: str) -> tuple[Splice, ...] | Failed | Done:
        """The replacements, if they are those that were previewed."""
        splices = reworked(action.change, text, self._older)
        if splices is None:
            return Failed(
                None, message("failed-undo-changed", f"{self._context.prefix}Special:PageHistory/{action.title}")
            )
        if not splices:
            return Done(0, message("done-already"))
        if digest_of(action.change, text, splices) != action.digest:
            if _is_done(action, text, splices):
                return Done(0, message("done-already"))
            return Failed(
                None, message("failed-page-changed", f"{self._context.prefix}Special:PageHistory/{action.title}")
            )
        return splices

    def verify(self, items: Sequence[Item]) -> Iterator[Verification]:
        saved = self._context.wiki.revision_infos([item.revision or 0 for item in items])
        for item in items:
            one = saved.get(item.revision or 0)
            if one and self._is_it(item, one):
                yield Done(one.id)
            else:
                yield NotYet(PartlyDone("verify-text", message("partly-verify-text")))

    def _is_it(self, item: Item, saved: RevisionInfo) -> bool:
        """Whether the revision is what was sent, or what MediaWiki made of that."""
        return saved.sha1 == item.sent_text_sha1 or self._merged(_action(item), saved.parent, saved.id)

    def _merged(self, action: Edit, parent: int, revision: int) -> bool:
        """Whether MediaWiki, merging the edit with one of the same moment, made of that just what was asked."""
        both: Mapping[int, Revision] = self._context.wiki.revisions([parent, revision])
        before, after = (both[one].text if one in both else None for one in (parent, revision))
        if before is None or after is None:
            return False
        splices = reworked(action.change, before, older_texts(self._context.wiki, [action.change]))
        return bool(splices) and spliced(before, splices or ()) == after


def _is_done(action: Edit, text: str, splices: Sequence[Splice]) -> bool:
    """Whether the text is what came of the previewed edit, in which it would find its own words once more."""
    before = undone(text, splices)
    if before is None or isinstance(action.change, Revert):
        return False
    again = work_out(action.change, before)
    return spliced(before, again) == text and digest_of(action.change, before, again) == action.digest


@dataclass(frozen=True)
class _Conflict:
    """Somebody saved the page between its being read and the edit; `claimed`: the item, as it was sent."""

    claimed: Item


def _action(item: Item) -> Edit:
    assert isinstance(item.action, Edit)  # noqa: S101 - the run gives each handler its own
    return item.action


def _what(action: Edit) -> str:
    """The first half of an edit's summary."""
    match action.change:
        case Categorize(add=add, remove=remove, move=move):
            parts = [f"+[[Category:{name}]]" for name in add] + [
                f"\N{MINUS SIGN}[[Category:{name}]]" for name in remove
            ]
            parts += [f"[[Category:{old}]] → [[Category:{new}]]" for old, new in move]
            return ", ".join(parts) if len(", ".join(parts)) <= _MOST else f"categories ({len(parts)})"
        case SetParameters(template=template, values=values):
            return f"{in_summary(template)}: {in_summary(', '.join(name for name, _ in values))}"
        case Replace(find=find, replacement=replacement):
            return f"“{in_summary(find)}” → “{in_summary(replacement)}”"
        case Revert(revision=revision):
            return f"[[Special:Diff/{revision}]] ↶"
        case AddTemplate(call=text) | AddText(text=text):
            return f"+ {in_summary(text)}"
        case other:
            return f"{other.do}: {in_summary(other.template)}"
