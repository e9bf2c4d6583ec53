"""For how long a wiki wants to be asked nothing, which one process is told and all keep to."""

import math
import time
from typing import Protocol


class Holds(Protocol):
    """For how long a wiki is to be asked nothing, by any process."""

    def hold_off(self, wiki: str, seconds: float) -> None:
        """Have nobody ask the wiki anything for so long."""

    def held_off(self, wiki: str) -> float:
        """For how many seconds more that is; 0: it may be asked."""


class NoHolds:
    """Fulfils `Holds` where nothing is shared with another process."""

    def hold_off(self, wiki: str, seconds: float) -> None:
        """Nobody else is told."""

    def held_off(self, wiki: str) -> float:  # noqa: ARG002 - as `Holds`
        """It may be asked."""
        return 0.0


_ASKED_SECONDS = 1.0


class RememberedHolds:
    """Fulfils `Holds`: what others said is asked for once a second, not before each request."""

    def __init__(self, holds: Holds) -> None:
        self._holds = holds
        self._asked = self._until = -math.inf

    def hold_off(self, wiki: str, seconds: float) -> None:
        """As `Holds`."""
        self._holds.hold_off(wiki, seconds)
        self._asked = -math.inf

    def held_off(self, wiki: str) -> float:
        """As `Holds`, as it was a second ago at most."""
        now = time.monotonic()
        if now >= self._asked + _ASKED_SECONDS:
            self._until = now + self._holds.held_off(wiki)
            self._asked = now
        return max(0.0, self._until - now)
