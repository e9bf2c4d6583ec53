"""How a process ends that is told to: in good order where that takes seconds, else as if killed, which all bears."""

import logging
import mmap
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

END_SECONDS = 8.5
"""For so long the end may wait for a wiki, the queue or the ledger. Toolforge kills what has not ended after 15 s."""

told_to_end = threading.Event()
"""Set when the process is to end: then nothing is waited for that may as well be tried again later."""

_seen_by_forks = mmap.mmap(-1, 1)
"""Memory that processes share with those that they fork, which are told nothing: 1 when this one is to end."""

_log = logging.getLogger(__name__)
_last: list[Callable[[], object]] = []


def when_told(do: Callable[[], object], status: int = 0) -> None:
    """Have SIGTERM and SIGINT do this, and the process end soon, with this exit status where it has to be made to."""

    def told(*_: object) -> None:
        told_to_end.set()
        end_soon(status)
        do()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)


def end_soon(status: int = 0) -> None:
    """End the process in `END_SECONDS`, if it has not ended until then, whatever it waits for."""
    _seen_by_forks[0] = 1
    timer = threading.Timer(END_SECONDS, _end, (status,))
    timer.daemon = True
    timer.start()


def is_ending() -> bool:
    """Whether this process, or the one that forked it, is to end soon."""
    return bool(_seen_by_forks[0])


def before_forced_end(do: Callable[[], object]) -> None:
    """Have this done, too, where the process is made to end: what else would outlive it."""
    _last.append(do)


def _end(status: int) -> None:
    _log.warning("this process ends now, whatever it waits for; what it was at is gone on with")
    for do in _last:
        with suppress(Exception):
            do()
    os._exit(status)
