"""Older versions of files, put on top again."""

from collections.abc import Iterator, Sequence

from jobs.actions.action_type import Now
from jobs.actions.handler import ExecutionContext
from jobs.model.actions import Refusal, RestoreFile
from jobs.model.outcomes import Done, Failed, LostWrite, NotApplied, NotYet, Outcome, Sent, TakenByAnother, Verification
from jobs.model.pace import WriteKind
from jobs.model.requests import Item
from wikitext.messages import Language, Message, message


class RestorationType:
    """Fulfils `ActionType` for `RestoreFile`."""

    def handler(self, context: ExecutionContext) -> "RestorationHandler":
        return RestorationHandler(context)

    def inverse(self, action: RestoreFile, _revision: int, now: Now) -> RestoreFile | Refusal:
        return put_back(action.title, action.replaces, action.sha1, now)

    def does(self, _action: RestoreFile, _language: Language) -> Message:
        return message("does-restore-file")


RESTORATION = RestorationType()


def put_back(title: str, older: str, own: str, now: Now) -> RestoreFile | Refusal:
    """What puts the version that gave way (its SHA-1) on top again, if the bot's own is still there."""
    page = now.page(title)
    if isinstance(page, Refusal):
        return page
    return RestoreFile(title=title, sha1=older, replaces=own) if page.sha1 == own else now.changed(title)


class RestorationHandler:
    """Fulfils `ActionHandler` for `RestoreFile`."""

    def __init__(self, context: ExecutionContext) -> None:
        self._context = context

    def prepare(self, items: Sequence[Item]) -> None:
        """Each is looked at when its turn comes."""

    def find_lost_write(self, item: Item) -> LostWrite:
        [current] = self._context.wiki.file_versions(_action(item).title)[:1] or [None]
        return Sent() if current and current.sha1 == _action(item).sha1 else NotApplied()

    def do(self, item: Item) -> Outcome:
        if halt := self._context.pace.keep(WriteKind.UPLOAD):
            return halt
        action = _action(item)
        wiki = self._context.wiki
        if (page := wiki.page(action.title)) and (why := self._context.gate.file_refusal(page.about)):
            return Failed(None, why)
        versions = wiki.file_versions(action.title)
        if not versions or (versions[0].sha1, versions[0].user) != (action.replaces, wiki.account):
            return Failed(None, message("failed-file-changed", f"{self._context.prefix}{action.title}"))
        older = next((version for version in versions[1:] if version.sha1 == action.sha1 and version.archive), None)
        if older is None:
            return Failed(None, message("failed-no-version"))
        if isinstance(claimed := self._context.attempts.claim(item), TakenByAnother):
            return claimed
        wiki.restore_file(action.title, older.archive, self._context.summary.of())
        return Sent()

    def verify(self, items: Sequence[Item]) -> Iterator[Verification]:
        stored = self._context.wiki.page_infos([_action(item).title for item in items])
        not_yet = NotYet(Failed("verify-bytes", message("failed-verify-bytes")))
        for item in items:
            there = stored.get(_action(item).title)
            yield Done(there.revision) if there and there.sha1 == _action(item).sha1 else not_yet


def _action(item: Item) -> RestoreFile:
    assert isinstance(item.action, RestoreFile)  # noqa: S101 - the run gives each handler its own
    return item.action
