"""Uploads: fetch the bytes that were approved, send them, add the structured data, read all of it back."""

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from jobs.execution.handlers.handler import Bench
from jobs.execution.handlers.structured_data import complete
from jobs.io.errors import WikiError, judge
from jobs.io.http import Unfetched, check_address
from jobs.io.wiki import Entity, Stored, Unstashed
from jobs.model.actions import Upload
from jobs.model.outcomes import Begun, Done, Failed, Outcome, Sent
from jobs.model.requests import Item
from jobs.model.structured_data.filedata import differences
from wikitext.messages import message

_log = logging.getLogger(__name__)


class UploadDeed:
    """Fulfils `Deed` for `Upload`."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._stored: Mapping[str, Stored] = {}
        self._entities: Mapping[str, Entity] = {}
        self._fetches = False
        self._unfetched: set[str] = set()

    def prepare(self, items: Sequence[Item]) -> None:
        """See whether the wiki may fetch files itself, and that the request's hidden category has its page."""
        self._fetches = "upload_by_url" in self._bench.wiki.rights()
        names = {f"Category:{tracking}" for item in items if (tracking := _action(item).tracking)}
        for title in names - self._bench.wiki.existing(names) if names else ():
            if not self._bench.brake.pulled():
                self._make(title)

    def _make(self, title: str) -> None:
        """Make the page of the request's own category; files are in the category without it, too."""
        try:
            self._bench.wiki.save(title, self._bench.tracking, self._bench.summary, None)
        except WikiError as error:
            if not isinstance(judge(error), Failed):
                raise
            _log.warning("%s was not made: %r", title, error)

    def lost(self, item: Item) -> Outcome | None:
        action = _action(item)
        if not self._is_there(action):
            return None
        if self._is_described(action, self._bench.wiki.entities([action.title]) if action.data else {}):
            return Sent()
        return Begun(None, message("partly-no-data"))

    def do(self, item: Item) -> Outcome | None:
        action = _action(item)
        if item.claims and self._is_there(action):
            return self._describe(item, action)
        if self._fetches and not item.claims and _host(action) not in self._unfetched:
            return self._have_fetched(item, action)
        return self._fetch(item, action)

    def _have_fetched(self, item: Item, action: Upload) -> Outcome | None:
        """Have the wiki fetch the file itself; where it may not or cannot, it is sent."""
        try:
            check_address(action.url, self._bench.policy.hosts)
        except Unfetched as error:
            return Failed(error.why.key, error.why)
        if (claimed := self._bench.claim(item)) is None:
            return None
        key = self._bench.wiki.stash_from(action.url, action.title, sha1=action.sha1, size=action.size)
        if key is Unstashed.NOT_FETCHED:
            self._unfetched.add(_host(action))
            return self._fetch(claimed, action)
        if key is Unstashed.OTHER_BYTES:
            return Failed("bytes-changed", message("failed-bytes-changed", action.url))
        return self._publish(claimed, action, key)

    def _fetch(self, item: Item, action: Upload) -> Outcome | None:
        """Fetch the file, and send it if it is the one that was approved."""
        bench = self._bench
        with tempfile.NamedTemporaryFile(dir=bench.spool) as file:
            try:
                fetched = bench.web.fetch(action.url, bench.policy.hosts, file, bench.policy.max_file_bytes)
            except Unfetched as error:
                return Failed(error.why.key, error.why)
            if fetched.sha1 != action.sha1:
                return Failed("bytes-changed", message("failed-bytes-changed", action.url))
            if (claimed := bench.claim(item)) is None:
                return None
            keep = partial(bench.keep_stash, claimed)
            key = bench.wiki.stash(Path(file.name), action.title, kept=item.stash, keep=keep)
        return self._publish(claimed, action, key)

    def _publish(self, item: Item, action: Upload, key: str) -> Outcome | None:
        """Give the file its name and page: a large one has been on its way for long, and much may have happened."""
        if halt := self._bench.brake.pulled() or self._give_way(action):
            return halt
        try:
            self._bench.wiki.publish(
                key, action.title, action.text, self._bench.summary,
                replacing=bool(action.replaces), beside=action.beside,
            )  # fmt: skip
        except WikiError as error:
            if not self._is_there(action):  # another worker may have been faster with this very item
                if in_the_way := self._in_the_way(error):
                    return in_the_way
                raise
        return self._describe(item, action)

    def _give_way(self, action: Upload) -> Failed | None:
        """Why the file that is there may not be replaced any more."""
        if not action.replaces:
            return None
        if (page := self._bench.wiki.page(action.title)) and (why := self._bench.gate.file_refusal(page.about)):
            return Failed(None, why)
        [current] = self._bench.wiki.file_versions(action.title)[:1] or [None]
        if current is not None and (current.sha1, current.user) == (action.replaces, self._bench.wiki.account):
            return None
        return Failed(None, message("failed-file-changed", f"{self._bench.prefix}{action.title}"))

    def _describe(self, item: Item, action: Upload) -> Outcome | None:
        """Add the structured data to a file that is there. Where that fails, the file is there all the same."""
        if not action.data:
            return Sent()
        if self._bench.claim(item) is None:
            return None
        try:
            return complete(self._bench, action.title, action.data, self._bench.summary)
        except WikiError as error:
            verdict = judge(error)
            if not isinstance(verdict, Failed):
                raise
            return Begun(verdict.kind, message("partly-data-refused", verdict.kind or error.code))

    def _in_the_way(self, error: WikiError) -> Failed | None:
        """Nothing was saved, for what came to be there since the preview; that says nothing of other items."""
        sentence = next((key for code, key in _IN_THE_WAY.items() if error.code.startswith(code)), None)
        if sentence is None or not error.blocked_by:
            return None
        return Failed(None, message(sentence, f"{self._bench.prefix}File:{error.blocked_by[0]}"))

    def _is_there(self, action: Upload) -> bool:
        """Whether this request has uploaded it: the same file may be another's, the bot's own too."""
        stored = self._bench.wiki.stored([action.title]).get(action.title)
        if stored is None or not self._ours(stored, action):
            return False
        [current] = self._bench.wiki.file_versions(action.title)[:1] or [None]
        return current is not None and current.comment == self._bench.summary

    def _ours(self, stored: Stored, action: Upload) -> bool:
        return stored.sha1 == action.sha1 and stored.user == self._bench.wiki.account

    def verify(self, items: Sequence[Item]) -> Iterator[Outcome | None]:
        actions = [_action(item) for item in items]
        described = [action.title for action in actions if action.data]
        self._entities = self._bench.wiki.entities(described) if described else {}
        self._stored = self._bench.wiki.stored([action.title for action in actions])
        for action in actions:
            stored = self._stored.get(action.title)
            yield Done(stored.revision) if stored and self._is_right(stored, action) else None

    def _is_right(self, stored: Stored, action: Upload) -> bool:
        if not self._ours(stored, action) or action.replaces:
            return self._ours(stored, action)
        page_right = stored.text == action.text and stored.categories >= {*action.categories}
        return page_right and self._is_described(action, self._entities)

    def _is_described(self, action: Upload, entities: Mapping[str, Entity]) -> bool:
        entity = entities.get(action.title)
        return not action.data or (entity is not None and not differences(action.data, entity.data))

    def overdue(self, item: Item) -> Outcome:
        action = _action(item)
        stored = self._stored.get(action.title)
        if stored is None or not self._ours(stored, action):
            return Failed("verify-bytes", message("failed-verify-bytes"))
        if stored.text != action.text and not action.replaces:
            return Begun("verify-text", message("partly-verify-text"))
        if not self._is_described(action, self._entities):
            entity = self._entities.get(action.title)
            other = ", ".join(map(self._bench.language.say, differences(action.data, entity.data if entity else {})))
            return Begun("verify-data", message("partly-verify-data", other))
        return Begun("verify-categories", message("partly-verify-categories"))


_IN_THE_WAY = {
    "exists": "failed-exists", "page-exists": "failed-exists", "fileexists-": "failed-exists",
    "duplicate": "failed-duplicate", "was-deleted": "failed-was-deleted",
}  # fmt: skip
"""What is said where a file is in the way, by the beginning of the wiki's warning (API:Upload)."""


def _host(action: Upload) -> str:
    return urlsplit(action.url).hostname or ""


def _action(item: Item) -> Upload:
    assert isinstance(item.action, Upload)  # noqa: S101 - the executor gives each deed its own
    return item.action
