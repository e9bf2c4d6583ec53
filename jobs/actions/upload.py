"""Uploads: fetch the bytes that were approved, send them, add the structured data, read all of it back."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from jobs.actions.action_type import Now
from jobs.actions.deletion import removed
from jobs.actions.handler import ExecutionContext
from jobs.actions.restoration import put_back
from jobs.actions.structured_data import complete
from jobs.actions.supply import Supply
from jobs.io.errors import WikiError, classify_error, in_the_way
from jobs.io.http import Unfetched, check_address
from jobs.io.wiki import Entity, PageInfo, Unstashed
from jobs.model.actions import Action, Refusal, Upload
from jobs.model.outcomes import (
    Begun,
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
from jobs.model.structured_data.filedata import differences
from wikitext.messages import Language, Message, message

_log = logging.getLogger(__name__)


class UploadType:
    """Fulfils `ActionType` for `Upload`."""

    def handler(self, context: ExecutionContext) -> "UploadHandler":
        return UploadHandler(context)

    def inverse(self, action: Upload, revision: int, now: Now) -> Action | Refusal:
        if action.replaces:
            return put_back(action.title, action.replaces, action.sha1, now)
        if isinstance(page := now.page(action.title), Refusal):
            return page
        # Of what was done in part the revision is not known.
        own = page.sha1 == action.sha1 and page.revision in now.untouched
        as_left = page.revision == revision if revision else own
        return removed(action.title, page, now) if as_left else now.changed(action.title)

    def does(self, action: Upload, _language: Language) -> Message | None:
        if action.beside:
            return message("does-beside", action.beside)
        return message("does-alike", action.alike) if action.alike else None


UPLOAD = UploadType()


class UploadHandler:
    """Fulfils `ActionHandler` for `Upload`."""

    def __init__(self, context: ExecutionContext) -> None:
        self._context = context
        self._supply = Supply(context)
        self._following: dict[int, Upload] = {}
        self._fetches: bool | None = None
        self._unfetched: set[str] = set()
        self._published: dict[int, Upload] = {}
        """What has its name and page, by row, and lacks its structured data."""
        self._entities: dict[str, Entity] = {}

    def prepare(self, items: Sequence[Item]) -> None:
        """See whether the wiki may fetch files itself, and that the request's hidden category has its page.

        Of files that were published just now, read which entities they are.
        """
        if published := [self._published[item.row].title for item in items if item.row in self._published]:
            self._entities = dict(self._context.wiki.entities(published))
            return
        if self._fetches is None:
            self._fetches = "upload_by_url" in self._context.wiki.rights()
        actions = [_action(item) for item in items]
        self._following = {item.row: action for item, action in zip(items, actions[1:], strict=False)}
        names = {f"Category:{tracking}" for item in items if (tracking := _action(item).tracking)}
        for title in names - self._context.wiki.existing(names) if names else ():
            if not (self._context.pace.keep(WriteKind.EDIT) or self._context.stop_switch.reason()):
                self._make(title)

    def _make(self, title: str) -> None:
        """Make the page of the request's own category; files are in the category without it, too."""
        try:
            self._context.wiki.save(title, self._context.tracking, self._context.summary.of(), None)
        except WikiError as error:
            if not isinstance(classify_error(error), Failed):
                raise
            _log.warning("%s was not made: %r", title, error)

    def find_lost_write(self, item: Item) -> LostWrite:
        action = self._found(_action(item))
        if action is None:
            return NotApplied()
        entities = self._context.wiki.entities([action.title]) if action.data else {}
        return PartlyDone(None, message("partly-no-data")) if _undescribed(action, entities) else Sent()

    def do(self, item: Item) -> Outcome:
        action = _action(item)
        if published := self._published.pop(item.row, None):
            return self._describe(item, published)
        if item.claim_version and (found := self._found(action)):
            return self._describe(item, found)
        if halt := self._context.pace.far(WriteKind.UPLOAD):
            return halt
        if not item.claim_version and self._is_for_wiki(action):
            return self._have_fetched(item, action)
        return self._fetch(item, action)

    def _is_for_wiki(self, action: Upload) -> bool:
        """Whether the wiki is to fetch the file itself: where it may, and the file is not here already."""
        here = action.size <= self._context.wiki.whole_bytes and self._context.spool.has(action.sha1)
        return bool(self._fetches) and not here and _host(action) not in self._unfetched

    def _have_fetched(self, item: Item, action: Upload) -> Outcome:
        """Have the wiki fetch the file itself; where it may not or cannot, it is sent."""
        try:
            check_address(action.url, self._context.policy.hosts)
        except Unfetched as error:
            return Failed(error.why.key, error.why)
        if isinstance(claimed := self._context.attempts.claim(item), TakenByAnother):
            return claimed
        key = self._context.wiki.stash_from(action.url, action.title, sha1=action.sha1, size=action.size)
        if key is Unstashed.NOT_FETCHED:
            self._unfetched.add(_host(action))
            return self._fetch(claimed, action)
        if key is Unstashed.OTHER_BYTES:
            return Failed("bytes-changed", message("failed-bytes-changed", action.url))
        return self._publish(claimed, action, key)

    def _fetch(self, item: Item, action: Upload) -> Outcome:
        """Fetch the file, and send it if it is the one that was approved."""
        context, following = self._context, self._following.get(item.row)
        ours = following if following and not self._is_for_wiki(following) else None
        try:
            with self._supply.file(action, ours) as (path, fetched):
                if fetched.sha1 != action.sha1:
                    return Failed("bytes-changed", message("failed-bytes-changed", action.url))
                if isinstance(claimed := context.attempts.claim(item), TakenByAnother):
                    return claimed
                if fetched.size <= context.wiki.whole_bytes:
                    return self._publish(claimed, action, path)
                keep = partial(context.attempts.keep_stash, claimed)
                key = context.wiki.stash(path, action.title, kept=item.stash, keep=keep)
        except Unfetched as error:
            return Failed(error.why.key, error.why)
        return self._publish(claimed, action, key)

    def _publish(self, item: Item, action: Upload, file: Path | str) -> Outcome:
        """Give the file its name and page: a large one has been on its way for long, and much may have happened."""
        context = self._context
        if halt := context.pace.keep(WriteKind.UPLOAD) or self._give_way(action) or context.stop_switch.reason():
            return halt
        try:
            context.wiki.publish(
                file, action.title, action.text, context.summary.of(),
                replacing=bool(action.replaces), beside=action.beside,
            )  # fmt: skip
        except WikiError as error:
            found = self._found(action)  # another worker may have been faster with this very item
            if found is None:
                if failed := self._in_the_way(error, action):
                    return failed
                raise
            action = found
        context.spool.drop(action.sha1)
        if not action.data:
            return Sent()
        self._published[item.row] = action
        return Begun(item)

    def _give_way(self, action: Upload) -> Failed | None:
        """Why the file that is there may not be replaced any more."""
        if not action.replaces:
            return None
        if (page := self._context.wiki.page(action.title)) and (why := self._context.gate.file_refusal(page.about)):
            return Failed(None, why)
        [current] = self._context.wiki.file_versions(action.title)[:1] or [None]
        if current is not None and (current.sha1, current.user) == (action.replaces, self._context.wiki.account):
            return None
        return Failed(None, message("failed-file-changed", f"{self._context.prefix}{action.title}"))

    def _describe(self, item: Item, action: Upload) -> Outcome:
        """Add the structured data to a file that is there. Where that fails, the file is there all the same."""
        if not action.data:
            return Sent()
        if halt := self._context.pace.keep(WriteKind.EDIT):
            return halt
        if isinstance(claimed := self._context.attempts.claim(item), TakenByAnother):
            return claimed
        try:
            entity = self._entities.pop(action.title, None)
            return complete(self._context, action.title, action.data, self._context.summary.of(), entity)
        except WikiError as error:
            verdict = classify_error(error)
            if not isinstance(verdict, Failed):
                raise
            return PartlyDone(verdict.error_code, message("partly-data-refused", verdict.error_code or error.code))

    def _in_the_way(self, error: WikiError, action: Upload) -> Failed | None:
        """Nothing was saved, for what came to be there since the preview; that says nothing of other items.

        MediaWiki tells of the name where both the name and the bytes are there: another name would be of no use then.
        """
        sentence = in_the_way(error)
        if sentence is None or not error.blocked_by:
            return None
        title = f"File:{error.blocked_by[0]}"
        stored = self._context.wiki.page_infos([title]).get(title)
        if stored is not None and stored.sha1 == action.sha1:
            sentence = "failed-duplicate"
        return Failed(None, message(sentence, f"{self._context.prefix}{title}"))

    def _found(self, action: Upload) -> Upload | None:
        """The upload under the title that its file has by now, which somebody may have moved; None: it is not there."""
        if self._is_there(action):
            return action
        others = self._context.wiki.same_bytes(action.sha1).there
        moved = (action.model_copy(update={"title": title}) for title in others if title != action.title)
        return next((one for one in moved if self._is_there(one)), None)

    def _is_there(self, action: Upload) -> bool:
        """Whether this request has uploaded it: the same file may be another's, the bot's own too."""
        stored = self._context.wiki.page_infos([action.title]).get(action.title)
        if stored is None or not self._ours(stored, action):
            return False
        [current] = self._context.wiki.file_versions(action.title)[:1] or [None]
        return current is not None and self._context.summary.is_in(current.comment)

    def _ours(self, stored: PageInfo, action: Upload) -> bool:
        by_us = stored.sha1 == action.sha1 and stored.user == self._context.wiki.account
        return by_us and not stored.about.redirect  # of which the wiki tells the file that it leads to

    def verify(self, items: Sequence[Item]) -> Iterator[Verification]:
        sent = [_action(item) for item in items]
        stored = dict(self._context.wiki.page_infos([action.title for action in sent]))
        elsewhere = {action.title for action in sent if not self._is_stored(action, stored)}
        actions = [(self._found(action) or action) if action.title in elsewhere else action for action in sent]
        if moved := {action.title for action in actions} - {action.title for action in sent}:
            stored |= self._context.wiki.page_infos(moved)
        described = [action.title for action in actions if action.data]
        entities = self._context.wiki.entities(described) if described else {}
        for action in actions:
            yield self._verified(action, stored.get(action.title), entities)

    def _is_stored(self, action: Upload, stored: Mapping[str, PageInfo]) -> bool:
        return action.title in stored and self._ours(stored[action.title], action)

    def _verified(self, action: Upload, stored: PageInfo | None, entities: Mapping[str, Entity]) -> Verification:
        if stored is None or not self._ours(stored, action):
            return NotYet(Failed("verify-bytes", message("failed-verify-bytes")))
        if action.replaces:
            return Done(stored.revision)
        if stored.text != action.text:
            return NotYet(PartlyDone("verify-text", message("partly-verify-text")))
        if lacking := _undescribed(action, entities):
            about = ", ".join(map(self._context.language.say, lacking))
            return NotYet(PartlyDone("verify-data", message("partly-verify-data", about)))
        if not stored.categories >= {*action.categories}:
            return NotYet(PartlyDone("verify-categories", message("partly-verify-categories")))
        return Done(stored.revision)


def _undescribed(action: Upload, entities: Mapping[str, Entity]) -> tuple[Message, ...]:
    """What of the file's structured data is not there as it was asked for, by name."""
    entity = entities.get(action.title)
    return differences(action.data, entity.data if entity else {})


def _host(action: Upload) -> str:
    return urlsplit(action.url).hostname or ""


def _action(item: Item) -> Upload:
    assert isinstance(item.action, Upload)  # noqa: S101 - the run gives each handler its own
    return item.action
