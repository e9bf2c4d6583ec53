"""Listens to a stream of events beside the watcher, in a thread that can do no more than wake it."""

import logging
import random
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread

from bots.events.changes import Watched, read_change
from bots.events.stream import Busy, Refused, still_speaks, stream

_SILENT_SECONDS = 60.0
"""Wikimedia's streams tell several events a second."""
_QUIET_SECONDS = 60.0
_LONGEST_BACKOFF = 60.0
_LONGEST_TOLD = 3600.0
"""So long the server may have it wait (Retry-After)."""
_SERIOUS = 3
"""So often in a row it breaks before that is told: Wikimedia's ends each connection after some minutes."""
_TRIES_WITH_ID = 5
"""So often in a row it breaks before the id of the last event is no more sent along: it may be what is wrong."""

_log = logging.getLogger(__name__)


class Ear:
    """What was heard; without an address nothing is. `heard` is set when somebody changed a page that is watched."""

    def __init__(self, address: str, user_agent: str, watched: Collection[Watched]) -> None:
        self.address = address
        self._user_agent = user_agent
        self._watched = watched
        self.heard = Signal()
        self._last_id = ""
        self._last_event = self._last_heard = float("-inf")
        self._broken = 0

    def is_quiet(self) -> bool:
        """Whether the stream is alive, and has told for a minute of nothing: so nobody wrote anything.

        Who is told may ask a copy of the wiki's database that has it a moment later, so the next looks are as usual.
        """
        now = time.monotonic()
        return self._last_event > now - _SILENT_SECONDS and self._last_heard < now - _QUIET_SECONDS

    def listen(self, over: Signal) -> None:
        """Until it is over: what breaks is begun anew, after the last event that came."""
        while not over.is_set():
            told = 0.0
            try:
                self._listen(over)
            except Exception as error:  # noqa: BLE001 - a hint is never worth a watcher
                self._note_broken(error)
                told = min(error.seconds, _LONGEST_TOLD) if isinstance(error, Busy) else 0.0
            backoff = min(0.5 * 2.0 ** min(self._broken, 9), _LONGEST_BACKOFF)
            over.wait(told + backoff * random.uniform(0.5, 1.0))  # noqa: S311 - to spread load

    def _listen(self, over: Signal) -> None:
        told = stream(self.address, self._user_agent, self._last_id, _SILENT_SECONDS)
        for event in still_speaks(told, _SILENT_SECONDS):
            if over.is_set():
                return
            change = read_change(event.data)
            if change is None:
                continue
            if self._broken >= _SERIOUS or self._last_event < 0:
                _log.info("%s tells what is saved on the wikis", self.address)
            self._broken, self._last_id, self._last_event = 0, event.id, time.monotonic()
            if any(wiki.concerns(change) for wiki in self._watched):
                self._last_heard = time.monotonic()
                self.heard.set()

    def _note_broken(self, error: Exception) -> None:
        self._broken += 1
        if isinstance(error, Refused) or self._broken >= _TRIES_WITH_ID:
            self._last_id = ""
        if self._broken == _SERIOUS:
            _log.warning("%s: %r; the wikis are looked at as often as without it", self.address, error)


@contextmanager
def listening(ear: Ear) -> Iterator[Ear]:
    """Have it listen meanwhile. Its thread ends with the next event, or with the process."""
    over = Signal()
    if ear.address:
        Thread(target=ear.listen, args=(over,), name="events", daemon=True).start()
    try:
        yield ear
    finally:
        over.set()
