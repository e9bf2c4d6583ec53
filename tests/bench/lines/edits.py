"""Pages are categorised, reading, writing, verifying and the ledger included, beside those who only write."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from tests.bench.figure import Bar, Figure
from tests.bench.ground import NOTHING, Crew, Done, Ground
from tests.bench.work import Work, done_by

LIMIT = Bar(0.92, "bare")


@dataclass
class Pages:
    """Pages that are alike, each with as many categories as there were rounds; `name`: whose they are."""

    ground: Ground
    name: str
    count: int
    texts: dict[str, str] = field(default_factory=dict)

    def make(self) -> None:
        """Save them, with some text."""
        body = "\n\n".join(f"A sentence about glass, and one more about silver, number {n}." for n in range(30))
        self.texts = {f"{self.name} {n}": f"{body}\n\n[[Category:Plates]]" for n in range(self.count)}
        done_by("bare", Work(self.ground.direct, 2, edits=self.texts))

    def work(self, category: str, threads: int = 1) -> Work:
        """For a peer: put each page into a category."""
        self.texts = {title: f"{text}\n[[Category:{category}]]" for title, text in self.texts.items()}
        return Work(self.ground.api, threads, edits=self.texts)

    def ask(self, category: str) -> int:
        """For us: have it planned to put each page into a category; the number of the request."""
        asked = NOTHING | {"type": "categorize", "pages": f"prefix: {self.name} ", "add": category}
        self.ground.file(section=category, **asked)
        return self.ground.planned()

    def categorise(self, crew: Crew, category: str) -> Done:
        """For us: the same, and done."""
        self.work(category)
        return self.ground.approve(crew, self.ask(category))


def made(ground: Ground, name: str, count: int) -> Pages:
    """New pages."""
    pages = Pages(ground, name, count)
    pages.make()
    return pages


@dataclass(frozen=True)
class Away:
    """How far a wiki is, in seconds; with how many hands, on how many worker processes; of how many items for each."""

    seconds: Sequence[float] = (0.15, 1)
    hands: Sequence[int] = (1, 2, 4, 8)
    workers: Sequence[int] = (1, 2)
    items: int = 25
    rounds: int = 3

    def measured(self, line: Callable[..., Iterator[Figure]]) -> Iterator[Figure]:
        """A line at each of these, and how many times as fast many hands are as one."""
        for seconds in self.seconds:
            one: Figure | None = None
            for hands, workers in product(self.hands, self.workers):
                found = list(
                    line(items=self.items * hands, rounds=self.rounds, seconds=seconds, hands=hands, workers=workers,
                         beside=hands == 1)
                )  # fmt: skip
                yield from found
                one = one or found[0]
                if one.name != found[0].name:
                    yield _beside_one(found[0], one, [Bar(6.5, "one hand")] if (seconds, hands) == (1, 8) else [])


def _beside_one(found: Figure, one: Figure, bars: Sequence[Bar]) -> Figure:
    return Figure(f"{found.name}, beside the first", found.unit, found.ours, {"one hand": one.ours}, bars)


def edits(
    ground: Ground, *, items: int, rounds: int, seconds: float | None = None, hands: int = 1, workers: int = 1,
    beside: bool = True,
) -> Iterator[Figure]:  # fmt: skip
    """Edits a second. `seconds`: that the wiki is away; `beside`: pywikibot too."""
    where = f"{'plain' if seconds is None else f'{seconds:g} s away'}, {hands} hands, {workers} workers"
    names = ["ours", "bare", *(["pywiki"] if beside else [])]
    own = {name: made(ground, f"{name} {seconds} {hands} {workers} page", items) for name in names}
    runs, told, took = [], [], {name: list[float]() for name in names[1:]}
    for turn in range(rounds):
        category = f"Round {turn}"
        with ground.crew(workers=workers, hands=hands, seconds=seconds) as crew:
            done = own["ours"].categorise(crew, category)
        runs.append(items / done.running)
        told.append(items / done.all_told)
        ground.line.seconds = seconds or 0.0
        for name in names[1:]:
            took[name].append(items / done_by(name, own[name].work(category, hands if name == "bare" else 1)).seconds)
    bars = [LIMIT, *([Bar(1.8, "pywiki")] if beside else [])]
    yield Figure(f"edits, {where}", "a second", runs, took, bars)
    yield Figure(f"edits, {where}, from reading the request to the last report", "a second", told, took)
