"""Waiting for a place at a partner's server, where its policy lets only so many be at once."""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event as Signal
from uuid import uuid4

from jobs.io.http import Unfetched
from jobs.store.database import LedgerLocked
from jobs.store.hands import holder_prefix
from jobs.store.host_places import HELD_SECONDS, HostPlaces
from wikitext.messages import message

_LOOK_SECONDS = 0.2


class LedgerPlaces:
    """Fulfils `jobs.io.fetching.Places`: they are leased in the ledger, to all processes of all machines."""

    def __init__(self, ledger: HostPlaces) -> None:
        self._ledger = ledger

    @contextmanager
    def at(self, host: str, most: int, over: Signal) -> Iterator[Callable[[], None]]:
        """As `Places.at`."""
        holder = f"{holder_prefix(os.getpid())}{uuid4().hex[:8]}"
        while (place := self._ledger.take_host_place(host, most, holder)) is None:
            if over.is_set():
                raise Unfetched(message("web-no-answer", host))
            time.sleep(random.uniform(_LOOK_SECONDS / 2, _LOOK_SECONDS))  # noqa: S311 - two do not look together for ever
        held = time.monotonic()

        def stay() -> None:
            nonlocal held
            if time.monotonic() > held + HELD_SECONDS / 3:
                held = time.monotonic()
                self._ledger.hold_host_place(host, place, holder, HELD_SECONDS)

        try:
            yield stay
        finally:
            with suppress(LedgerLocked):  # then it is over by itself
                self._ledger.hold_host_place(host, place, holder, 0)
