"""Times in the ledger: what is due, and of today. What a clock dated that was wrong is bounded everywhere."""

import time
from typing import Any

DAY = 86400.0
"""Seconds."""

LONGEST_WAIT = 3600.0
"""Seconds: nothing waits for longer before it is looked at again; so no clock that was wrong once keeps a request."""

LOOKED_AT_SECONDS = 30 * DAY
"""For so long after a request was filed its list is looked at again."""

LONGEST_UNREAD = 3 * DAY
"""Seconds: no list is left for longer meanwhile."""


def until(seconds: float) -> float:
    """The time so many seconds from now, of `LONGEST_WAIT` at most."""
    return time.time() + min(seconds, LONGEST_WAIT)


# Of one moment, or as a condition on a column of them.


def is_over(moment: Any, now: float, longest: float) -> Any:
    """Whether the moment is past: so is one that is further away than any is set."""
    return (moment <= now) | (moment > now + longest)


def is_of_today(moment: Any) -> Any:
    """Whether it was within a day."""
    now = time.time()
    return (moment > now - DAY) & (moment <= now + LONGEST_WAIT)


def is_list_due(look_again: Any, asked: Any) -> Any:
    """Whether a request's list is to be looked at again: somebody said so (1), or its time has come."""
    now = time.time()
    still = (look_again > 0) & (asked > now - LOOKED_AT_SECONDS)
    return (look_again == 1) | (still & is_over(look_again, now, LONGEST_UNREAD))
