"""Of the processes that watch the wikis for one ledger, one at a time."""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

from bots.telemetry import tell_operator
from jobs.slice import renewed
from jobs.store.database import LedgerLocked
from jobs.store.hands import LEASE_SECONDS, holder_prefix
from jobs.store.ledger import Ledger

_LOOK_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Watched(Exception):  # noqa: N818 - says what it is
    """Another process, which is named, watches for the ledger."""


@contextmanager
def alone(ledger: Ledger) -> Iterator[Callable[[], bool]]:
    """Be the one meanwhile. Raises Watched; one that was killed is waited for until its lease is over.

    To be asked before each look: whether this is the one still. Who was kept from renewing its lease (the ledger was
    locked, the process stopped, the machine asleep) may find that another began meanwhile; it waits for that one's end.
    """
    own = f"{holder_prefix(os.getpid())}{uuid4().hex[:8]}"
    _begin(ledger, own)
    before = own

    def is_own(seconds: float = LEASE_SECONDS) -> bool:
        nonlocal before
        last, before = before, ledger.watch_for(own, seconds)
        if before not in {own, last}:
            tell_operator("%s watches for this ledger now: this process waits until that one ends", _named(before))
        elif before == own != last:
            _log.warning("%s watches no more: this process watches again", _named(last))
        return before == own

    def hold(seconds: float) -> None:
        with suppress(LedgerLocked):
            is_own(seconds)

    with renewed(hold):
        yield is_own


def _begin(ledger: Ledger, own: str) -> None:
    end, after = time.monotonic() + LEASE_SECONDS, ""
    while (other := ledger.watch_for(own, LEASE_SECONDS, after)) != own:
        host, pid, _ = other.rsplit(":", 2)
        here = host == socket.gethostname()
        if here and not _runs(int(pid)):
            after = other
        elif here or time.monotonic() > end:
            raise Watched(f"{_named(other)} watches for the ledger {ledger.address} already")
        else:  # on another machine: it may be dead
            time.sleep(_LOOK_SECONDS)


def _named(holder: str) -> str:
    host, pid, _ = holder.rsplit(":", 2)
    return f"process {pid} on {host}"


def _runs(pid: int) -> bool:
    """Whether there is such a process beside this one: in a container that starts anew it has the same number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()
