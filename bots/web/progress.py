"""How far a request is, as a bar."""

from collections.abc import Iterator
from dataclasses import dataclass

from jobs.model.progress import Progress


@dataclass(frozen=True)
class Segment:
    """A piece of the bar, in percent of its length."""

    name: str
    start: float
    length: float


def segments(progress: Progress) -> Iterator[Segment]:
    """What was done, and behind it what failed; there is something to do."""
    done = 100 * progress.done / progress.total
    yield Segment("done", 0, round(done, 2))
    yield Segment("failed", round(done, 2), round(100 * progress.failed / progress.total, 2))
