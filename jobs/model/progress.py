"""How far a request is, in four numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.model.requests import UNFINISHED, ItemState

_FAILED = (ItemState.FAILED, ItemState.PARTLY)
_LEFT_OUT = (ItemState.REFUSED, ItemState.WITHHELD)


@dataclass(frozen=True)
class Progress:
    """Of so many items: `failed` are those, too, that were done in part; `left_out` are refused or withheld."""

    open: int
    done: int
    failed: int
    left_out: int

    @property
    def total(self) -> int:
        """What was to be done."""
        return self.open + self.done + self.failed


def progress_of(counts: Mapping[ItemState, int]) -> Progress:
    """The progress that these numbers of items come to."""
    sums = (sum(counts[state] for state in states) for states in (UNFINISHED, (ItemState.DONE,), _FAILED, _LEFT_OUT))
    return Progress(*sums)
