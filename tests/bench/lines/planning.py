"""A list is planned, each of its files fetched from a partner who is far, beside who fetches and hashes them."""

from collections.abc import Iterator

from tests.bench.figure import Bar, Figure
from tests.bench.ground import Ground
from tests.bench.work import Work, done_by

from .uploads import addresses, ask

FETCHES = 4


def planning(ground: Ground, *, rows: int, rounds: int, wiki: float = 0.15, partner: float = 0.3) -> Iterator[Figure]:
    """Rows a second. `wiki`, `partner`: how many seconds those are away."""
    ours, took = [], []
    for turn in range(rounds):
        name = f"Planned {turn}"
        with ground.crew(seconds=wiki, hands=FETCHES):
            ground.partner_line.seconds = partner
            number = ask(ground, name, rows)
        history = ground.rig.hub.ledger.history(ground.rig.hub.ledger.get(number))
        planned = next(entry.at for entry in history if entry.event == "plan")
        ours.append(rows / (planned - history[0].at))
        took.append(rows / done_by("bare", Work(ground.direct, FETCHES, fetches=addresses(ground, name, rows))).seconds)
        ground.partner_line.seconds = 0.0
    where = f"wiki {wiki:g} s away, partner {partner:g} s"
    yield Figure(f"planning {rows} rows, {where}, {FETCHES} fetches at once", "rows a second", ours, {"bare": took},
                 [Bar(0.9, "bare")])  # fmt: skip
