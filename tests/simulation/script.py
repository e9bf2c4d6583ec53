"""What happens in a life beside the hub's own work, drawn from a seed beforehand, so that it can be made smaller."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

KINDS = ("upload", "upload", "categorize", "edit")

FAULTS = {
    "kill": 5,
    "kill all": 2,
    "kill after a write": 5,
    "freeze before a write": 4,
    "freeze before a claim": 3,
    "lost before": 4,
    "lost after": 6,
    "unreached": 2,
    "maxlag": 2,
    "readonly": 1,
    "ratelimited": 2,
    "locked before": 3,
    "locked after": 4,
    "freeze": 5,
    "wipe": 2,
    "clock": 1,
}
"""What goes wrong, and how often beside the others.

`kill`: the process of a slice (`after a write`: that it cannot note any more); `kill all`: its parent too, or the
watcher; `lost`: a response, before or after the wiki did what was asked; `locked`: the ledger, before a transaction
or after its commit; `freeze`: a process stands still, so that its leases run out; `wipe`: the queue is empty;
`clock`: it jumps by an hour, and back.
"""

ACTS = {
    "file": 3,
    "approve": 2,
    "approve blindly": 3,
    "approve as requester": 1,
    "strike": 2,
    "reject": 1,
    "pause": 2,
    "resume": 2,
    "cancel": 1,
    "retry": 1,
    "undo": 3,
    "withdraw": 2,
    "say it again": 1,
    "words": 1,
    "edit a target": 5,
    "undo a target": 2,
    "take a name": 2,
    "upload over": 1,
    "delete a file": 1,
    "move a talk page": 1,
    "move a report": 1,
    "revert a talk page": 1,
    "block the requester": 1,
    "block the bot": 1,
    "stop": 2,
    "policy": 2,
    "change the request": 2,
    "edit the request page": 1,
    "change the list": 1,
}
"""What people do, and how often beside the others."""


@dataclass(frozen=True)
class Act:
    """Somebody does something, `at` so many seconds after the beginning. `number`, `choice`: to which, and how."""

    at: float
    what: str
    number: int = 1
    choice: int = 0


@dataclass(frozen=True)
class Fault:
    """Something goes wrong at the first step, from this one on, at which it can. `seconds`: how long it lasts."""

    at: int
    what: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Script:
    """A life. `latency`: the longest that a wiki takes to answer, in seconds; `data`: it has structured data.

    `watchers`: a second one, of another hub on the same ledger, takes the place of one that is dead or sleeps.
    `reviewed`: when the reviewer begins to look after requests; `trusted`: requests need no review; `pace`: so many
    edits and uploads in a minute, if there is one.
    """

    seed: int
    workers: int = 1
    watchers: int = 1
    latency: float = 0.0
    data: bool = False
    writers: int = 1
    pilot: int = 0
    trusted: bool = False
    reviewed: float = 30.0
    pace: int | None = None
    acts: tuple[Act, ...] = ()
    faults: tuple[Fault, ...] = ()


def drawn(seed: int) -> Script:
    """The life of a seed."""
    chance = Random(seed)  # noqa: S311 - a life is drawn, no secret
    calm = chance.random() < 0.1
    number = 0 if calm else min(int(chance.expovariate(1 / 5)), 20)
    faults = [
        Fault(int(chance.uniform(1, 900)), _weighed(chance, FAULTS), round(chance.choice((2, 20, 45, 100)), 1))
        for _ in range(number)
    ]
    acts = [Act(0.0, "file", 1, chance.randrange(1000))]
    for _ in range(0 if calm else min(int(chance.expovariate(1 / 5)), 16)):
        at = round(chance.uniform(0, 120), 1)
        acts.append(Act(at, _weighed(chance, ACTS), chance.choice((1, 1, 1, 2, 2, 3)), chance.randrange(1000)))
    return Script(
        seed,
        workers=chance.choice((1, 2, 2, 3, 4)),
        latency=chance.choice((0.0, 0.2, 0.2, 1.0, 8.0)),
        data=chance.random() < 0.4,
        writers=chance.choice((1, 1, 2, 3)),
        pilot=chance.choice((0, 0, 1, 2, 5)),
        trusted=chance.random() < 0.1,
        reviewed=chance.choice((5.0, 20.0, 20.0, 60.0)),
        acts=tuple(sorted(acts, key=lambda act: act.at)),
        faults=tuple(sorted(faults, key=lambda fault: fault.at)),
        watchers=chance.choice((1, 1, 2)),
    )


def _weighed(chance: Random, choices: dict[str, int]) -> str:
    return chance.choices([*choices], [*choices.values()])[0]


def smaller(script: Script) -> Iterator[Script]:
    """The lives that this one may be made smaller to, the smallest first."""
    for parts in ("faults", "acts"):
        whole = getattr(script, parts)
        size = len(whole)
        while size:
            for start in range(0, len(whole), size):
                yield replace(script, **{parts: whole[:start] + whole[start + size :]})
            size //= 2
    plain = Script(script.seed)
    for name in ("workers", "watchers", "latency", "data", "writers", "pilot", "trusted", "reviewed", "pace"):
        if getattr(script, name) != getattr(plain, name):
            yield replace(script, **{name: getattr(plain, name)})
