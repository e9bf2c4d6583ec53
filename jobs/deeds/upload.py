"""Uploads: fetch the bytes that were approved, send them, read back bytes, page and categories."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jobs.actions import Upload
from jobs.deeds import Bench
from jobs.outcomes import Done, Failed, Outcome, Sent, WikiError, judge
from jobs.schema import Item
from jobs.web import Unfetched
from jobs.wiki import Stored
from wikitext.messages import message


class UploadDeed:
    """Fulfils `Deed` for `Upload`."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._stored: Mapping[str, Stored] = {}

    def prepare(self, items: Sequence[Item]) -> None:
        """Uploads share nothing."""

    def lost(self, item: Item) -> Outcome | None:
        action = _action(item)
        stored = self._bench.wiki.stored([action.title]).get(action.title)
        return Sent() if stored is not None and self._ours(stored, action) else None

    def do(self, item: Item) -> Outcome | None:
        action = _action(item)
        bench = self._bench
        with tempfile.NamedTemporaryFile(dir=bench.spool) as file:
            try:
                fetched = bench.web.fetch(action.url, bench.policy.hosts, file, bench.policy.max_file_bytes)
            except Unfetched as error:
                return Failed(error.why.key, error.why)
            if fetched.sha1 != action.sha1:
                return Failed("bytes-changed", message("failed-bytes-changed", action.url))
            return bench.brake.pulled() or self._give_way(action) or self._send(item, action, Path(file.name))

    def _give_way(self, action: Upload) -> Failed | None:
        """Why the file that is there may not be replaced any more."""
        if not action.replaces:
            return None
        [current] = self._bench.wiki.file_versions(action.title)[:1] or [None]
        if current is not None and (current.sha1, current.user) == (action.replaces, self._bench.wiki.account):
            return None
        return Failed(None, message("failed-file-changed", f"{self._bench.prefix}{action.title}"))

    def _send(self, item: Item, action: Upload, path: Path) -> Outcome | None:
        if self._bench.claim(item) is None:
            return None
        try:
            self._bench.wiki.upload(
                path, action.title, action.text, self._bench.summary, replacing=bool(action.replaces)
            )
        except WikiError as error:
            # Another worker may have been faster with this very item.
            return self.lost(item) or judge(error)
        return Sent()

    def _ours(self, stored: Stored, action: Upload) -> bool:
        return stored.sha1 == action.sha1 and stored.user == self._bench.wiki.account

    def verify(self, items: Sequence[Item]) -> Iterator[Outcome | None]:
        actions = [_action(item) for item in items]
        self._stored = self._bench.wiki.stored([action.title for action in actions])
        for action in actions:
            stored = self._stored.get(action.title)
            right = stored and self._ours(stored, action) and self._page_right(stored, action)
            yield Done(stored.revision) if stored and right else None

    def _page_right(self, stored: Stored, action: Upload) -> bool:
        return bool(action.replaces) or (stored.text == action.text and stored.categories >= {*action.categories})

    def overdue(self, item: Item) -> Outcome:
        action = _action(item)
        stored = self._stored.get(action.title)
        if stored is None or not self._ours(stored, action):
            return Failed("verify-bytes", message("failed-verify-bytes"))
        if stored.text != action.text:
            return Failed("verify-text", message("failed-verify-text"))
        return Failed("verify-categories", message("failed-verify-categories"))


def _action(item: Item) -> Upload:
    assert isinstance(item.action, Upload)  # noqa: S101 - the executor gives each deed its own
    return item.action
