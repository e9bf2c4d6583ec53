"""Lives a script: what was broken, and what happened; and the smallest script that still breaks it."""

from contextlib import nullcontext
from dataclasses import dataclass

from .life import Life, scratch
from .plants import PLANTS
from .promises import broken
from .script import Script, drawn, smaller


@dataclass(frozen=True)
class Lived:
    """What came of a life. `broken`: the promises that were not kept; `trace`: who did what when."""

    script: Script
    broken: tuple[str, ...]
    trace: tuple[str, ...]
    steps: int
    seconds: float


def live(script: Script, plant: str = "", *, traced: bool = False) -> Lived:
    """Live it, with a bug that is planted in the program if one is named."""
    with scratch() as folder, PLANTS[plant]() if plant else nullcontext():
        life = Life(script, folder, traced=traced)
        life.run()
        return Lived(
            script, tuple(broken(life)), tuple(life.world.trace), life.world.steps, life.world.now - life.began
        )


def shrunk(script: Script, plant: str = "", most: int = 200) -> Script:
    """A smaller life in which the same promise is broken, after so many tries at the most."""
    kind = _kinds(live(script, plant))
    while True:
        for less in smaller(script):
            most -= 1
            if most < 0:
                return script
            if kind & _kinds(live(less, plant)):
                script = less
                break
        else:
            return script


def _kinds(lived: Lived) -> set[str]:
    return {said.partition(":")[0] for said in lived.broken}


def first_broken(seeds: range, plant: str = "") -> Lived | None:
    """The first of the seeds' lives in which a promise is broken."""
    return next((lived for seed in seeds if (lived := live(drawn(seed), plant)).broken), None)
