"""Carries out what was approved; the only place that writes to a wiki on a request's behalf.

Each action takes effect once: the intent is noted, then the wiki is asked, then what it stored is read back. An item
that is still `sending` when a slice begins is one whose answer was lost: it is looked up before it is tried again.
"""

import tempfile
import time
from pathlib import Path

from jobs.actions import Upload
from jobs.hub import SLICE_ITEMS, SLICE_SECONDS, Hub, report_page
from jobs.lifecycle import State
from jobs.outcomes import Done, Failed, Later, Outcome, Sent, Stop, Unanswered, WikiError, judge
from jobs.policy import Policy
from jobs.schema import Filed, Item, ItemState
from jobs.stop import stopped
from jobs.web import Unfetched
from jobs.wiki import Stored, Wiki
from wikitext.messages import message

SAME_FAILURES = 5
"""So many items that fail in the same way, one after the other, are one fault: the request stops."""

VERIFY_SECONDS = 10.0
"""How long what was written may take to be read back: categories and replicas follow behind."""

_STOP_CHECK_SECONDS = 4.0


def run_slice(hub: Hub, filed: Filed) -> Filed:
    """Carry out the request's next items until the slice is over; at the last one it is done, partly done or failed."""
    if filed.state is State.APPROVED:
        filed = hub.ledger.note(filed, state=State.RUNNING, started=time.time())
    run = _Run(hub, filed)
    outcome = run.carry_on()
    if isinstance(outcome, Later):
        return hub.ledger.note(filed, not_before=time.time() + outcome.seconds, why=outcome.why)
    if isinstance(outcome, Stop):
        return hub.ledger.note(filed, state=State.FAILED, why=outcome.why)
    counts = hub.ledger.counts(filed)
    if counts[ItemState.PLANNED] or counts[ItemState.SENDING] or counts[ItemState.SENT]:
        return hub.ledger.note(filed, why=None)
    return hub.ledger.note(
        filed, state=_end(counts[ItemState.DONE], counts[ItemState.FAILED] + counts[ItemState.REFUSED]), why=None
    )


def _end(done: int, not_done: int) -> State:
    if not done:
        return State.FAILED
    return State.PARTLY_DONE if not_done else State.DONE


class _Run:
    """One slice of one request."""

    def __init__(self, hub: Hub, filed: Filed) -> None:
        self._ledger = hub.ledger
        self._filed = filed
        self._wiki: Wiki = hub.wikis[filed.wiki]
        self._policy: Policy = hub.policy(filed.wiki)
        self._web = hub.web
        self._spool = hub.spool
        self._stop_checked = 0.0

    def carry_on(self) -> Later | Stop | None:
        """Do items until the slice is over (None), the wiki is busy or the request must stop."""
        if not self._policy.file.includes(self._filed.author, self._wiki.groups(self._filed.author)):
            return Stop(message("stopped-right-lost", self._filed.author))
        end = time.monotonic() + SLICE_SECONDS
        halt: Later | Stop | None = None
        for item in self._ledger.next_items(self._filed, {ItemState.SENDING, ItemState.PLANNED}, SLICE_ITEMS):
            halt = self._do(item)
            if halt or time.monotonic() > end:
                break
        return self._verify() or halt

    def _do(self, item: Item) -> Later | Stop | None:
        assert item.action is not None  # noqa: S101 - planned items have one
        try:
            outcome = self._lost(item) if item.state is ItemState.SENDING else None
            outcome = outcome or self._stopped() or self._upload(item, item.action)
        except WikiError as error:
            outcome = judge(error)
        except Unanswered as error:
            outcome = Later(5.0, message("later-unanswered", str(error)))
        return self._settle(item, outcome)

    def _settle(self, item: Item, outcome: Outcome) -> Later | Stop | None:
        """Note an outcome; what must be looked up again keeps the state it has."""
        match outcome:
            case Later() | Stop():
                return outcome
            case Failed(kind, why):
                self._ledger.set_item(self._filed, item, ItemState.FAILED, why=why, kind=kind)
                if self._ledger.last_kinds(self._filed, item.row, SAME_FAILURES) == [kind] * SAME_FAILURES:
                    return Stop(message("stopped-same", SAME_FAILURES))
            case Sent():
                self._ledger.set_item(self._filed, item, ItemState.SENT)
            case Done(revision):
                self._ledger.set_item(self._filed, item, ItemState.DONE, revision=revision)
        return None

    def _stopped(self) -> Later | None:
        """Whether people told the bot to stop, asked again after some seconds."""
        if time.monotonic() < self._stop_checked + _STOP_CHECK_SECONDS:
            return None
        halt = stopped(self._wiki)
        self._stop_checked = self._stop_checked if halt else time.monotonic()
        return halt

    def _lost(self, item: Item) -> Outcome | None:
        """What became of an upload whose answer was lost; None: it did not take effect."""
        assert item.action is not None  # noqa: S101
        stored = self._wiki.stored([item.action.title]).get(item.action.title)
        return Sent() if stored is not None and self._ours(stored, item.action) else None

    def _ours(self, stored: Stored, action: Upload) -> bool:
        return stored.sha1 == action.sha1 and stored.user == self._wiki.account

    def _upload(self, item: Item, action: Upload) -> Outcome:
        with tempfile.NamedTemporaryFile(dir=self._spool) as file:
            try:
                fetched = self._web.fetch(action.url, self._policy.hosts, file, self._policy.max_file_bytes)
            except Unfetched as error:
                return Failed(error.why.key, error.why)
            if fetched.sha1 != action.sha1:
                return Failed("bytes-changed", message("failed-bytes-changed", action.url))
            if stop := self._stopped():
                return stop
            self._ledger.set_item(self._filed, item, ItemState.SENDING)
            try:
                self._wiki.upload(Path(file.name), action.title, action.text, self._comment())
            except WikiError as error:
                # Another worker may have been faster with this very item.
                return self._lost(item) or judge(error)
        return Sent()

    def _comment(self) -> str:
        partner = " ".join(self._filed.parameters.get("partner", "").split())[:100]
        for mark in "[]{}|<>~":
            partner = partner.replace(mark, "")
        return f"{partner}: [[{report_page(self._wiki, self._filed.text_id)}]]"

    def _verify(self) -> Later | Stop | None:
        """Read back what was sent: bytes, page and categories."""
        end = time.monotonic() + VERIFY_SECONDS
        while sent := self._ledger.next_items(self._filed, {ItemState.SENT}, 50):
            try:
                stored = self._wiki.stored([item.action.title for item in sent if item.action])
            except (WikiError, Unanswered) as error:
                return Later(5.0, message("later-unanswered", str(error)))
            last_look = time.monotonic() > end
            for item in sent:
                assert item.action is not None  # noqa: S101
                outcome = self._compare(item.action, stored.get(item.action.title), last_look=last_look)
                if outcome and (stop := self._settle(item, outcome)):
                    return stop
            time.sleep(0 if last_look else 0.1)
        return None

    def _compare(self, action: Upload, stored: Stored | None, *, last_look: bool) -> Outcome | None:
        """Done or failed; None while what is missing may still come."""
        if (
            stored
            and self._ours(stored, action)
            and stored.text == action.text
            and stored.categories >= {*action.categories}
        ):
            return Done(stored.revision)
        if not last_look:
            return None
        if stored is None or not self._ours(stored, action):
            return Failed("verify-bytes", message("failed-verify-bytes"))
        if stored.text != action.text:
            return Failed("verify-text", message("failed-verify-text"))
        return Failed("verify-categories", message("failed-verify-categories"))
