"""How long a slice goes on: as long as nobody else waits for a turn."""

import time

from jobs.context.hub import Hub
from jobs.model.requests import StoredRequest

ALONE_SECONDS = 60.0
"""So long a slice is while nobody waits; then what was done is told on the wiki."""

SHARED_SECONDS = 10.0
"""So long, where another request waits."""

SHORT_SECONDS = 3.0
"""So long, where one waits that had a turn `_YOUNG` times at the most: people wait for its first answers."""

_YOUNG = 5
_LOOK_SECONDS = 1.0


class SliceEnd:
    """When the slice of a request is over that begins now."""

    def __init__(self, hub: Hub, request: StoredRequest) -> None:
        self._hub = hub
        self._request = request
        self._begun = self._looked = time.monotonic()
        self._longest = ALONE_SECONDS

    def is_over(self) -> bool:
        """Whether nothing more should be begun. At most once a second it is asked who waits."""
        now = time.monotonic()
        if now >= self._looked + _LOOK_SECONDS:
            self._looked, self._longest = now, self._most_seconds()
        return now >= self._begun + self._longest

    def _most_seconds(self) -> float:
        if self._hub.is_wanted():
            return 0.0
        turns = self._hub.ledger.waiting(*self._hub.wikis)
        others = [turn for turn in turns if turn.request != self._request.id]
        if any(turn.slice <= _YOUNG for turn in others):
            return SHORT_SECONDS
        return SHARED_SECONDS if others else ALONE_SECONDS
