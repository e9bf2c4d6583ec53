"""What was measured, what others reach who do the same, and what it is to reach."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Bar:
    """What a figure is to reach: so much, or so many times what this peer reaches, at the least or at the most."""

    limit: float
    peer: str = ""
    at_most: bool = False

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.limit:g}{f' times {self.peer}' if self.peer else ''}"


@dataclass(frozen=True)
class Figure:
    """A line of the table: of each round what was seen, of ours and of the peers by name.

    `note`: what else is to be known of it.
    """

    name: str
    unit: str
    ours: Sequence[float]
    peers: Mapping[str, Sequence[float]] = field(default_factory=dict)
    bars: Sequence[Bar] = ()
    note: str = ""

    @property
    def median(self) -> float:
        """Ours."""
        return median(self.ours)

    def ratio(self, peer: str) -> float:
        """How many times the peer's it is: the median of the rounds, in each of which both had the same machine."""
        return median(one / other for one, other in zip(self.ours, self.peers[peer], strict=True))

    def share(self, bar: Bar) -> float:
        """How much of that it reaches: 1 and more, where it is as good."""
        value = self.ratio(bar.peer) if bar.peer else self.median
        return bar.limit / value if bar.at_most else value / bar.limit

    def reaches(self, bar: Bar) -> bool:
        """Whether it is as good as that."""
        return self.share(bar) >= 1

    @property
    def as_json(self) -> dict[str, Any]:
        """All of it, and what follows from it."""
        ratios = {peer: self.ratio(peer) for peer in self.peers}
        bars = [{"bar": str(bar), "reached": self.reaches(bar)} for bar in self.bars]
        return asdict(self) | {"median": self.median, "ratios": ratios, "bars": bars}
