"""What this process counts for whoever watches over it, until it is noted in the ledger: it may end at any moment.

What a process counted and did not note before it was killed is lost: seconds of one worker.
"""

import os
from collections import Counter
from threading import Lock

from jobs.model.figures import Figure
from jobs.store.ledger import Ledger

_counted: Counter[Figure] = Counter()
_lock = Lock()


def count(figure: Figure, amount: float = 1.0) -> None:
    """Add to a figure."""
    with _lock:
        _counted[figure] += amount  # type: ignore[assignment] # a Counter bears fractions


def note_figures(ledger: Ledger) -> None:
    """Write down in the ledger what was counted since the last time. Raises LedgerLocked, and then nothing is lost."""
    with _lock:
        counted = dict(_counted)
        _counted.clear()
    try:
        if counted:
            ledger.add_figures(counted)
    except BaseException:
        with _lock:
            _counted.update(counted)
        raise


def _forget() -> None:
    """A child counts for itself; what its parent has counted, that one notes."""
    global _lock  # noqa: PLW0603 - another thread of the parent may have held it
    _lock = Lock()
    _counted.clear()


os.register_at_fork(after_in_child=_forget)
