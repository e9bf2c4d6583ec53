"""Lives many lives: `python -m tests.simulation --seeds 1:10000 --jobs 2`; `--seed 7 --trace` lives one again."""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from .lives import Lived, live, shrunk
from .plants import PLANTS
from .script import Script, drawn

_AT_ONCE = 25
_TOLD = 500
"""After so many lives it is said how far it is."""

_QUIET = re.compile(r"ledger before|wiki before|ledger after (get|counts|_found|_page|_cursor|waiting|has_numbers)\b")
"""Steps that say little of what went wrong."""


def _some(plant: str, seeds: range) -> list[Lived]:
    return [live(drawn(seed), plant) for seed in seeds]


def _smallest(script: Script, plant: str) -> Lived:
    return live(shrunk(script, plant), plant, traced=True)


def _parts(seeds: range) -> Iterator[range]:
    return (seeds[start : start + _AT_ONCE] for start in range(0, len(seeds), _AT_ONCE))


def _seeds(text: str) -> range:
    first, _, last = text.partition(":")
    return range(int(first), int(last) + 1)


def _tell(lived: Lived, *, whole: bool) -> None:
    print(f"\nseed {lived.script.seed}:", *lived.broken, sep="\n  ")
    print(f"  {lived.script}")
    for line in lived.trace:
        if whole or not _QUIET.search(line):
            print(f"    {line[:220]}")


def main() -> int:
    """0: every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=_seeds, default=range(1, 1001), help="the first and the last, as in 1:1000")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--seed", type=int, help="live this one alone")
    parser.add_argument("--trace", action="store_true", help="with --seed: say all that happens")
    parser.add_argument("--plant", choices=PLANTS, default="", help="put a bug into the program")
    parser.add_argument("--most", type=int, default=1, help="stop after so many broken lives (%(default)s)")
    parser.add_argument("--no-shrink", action="store_true", help="tell broken lives as they were drawn")
    asked = parser.parse_args()
    if asked.seed is not None:
        lived = live(drawn(asked.seed), asked.plant, traced=asked.trace)
        _tell(lived, whole=True)
        return bool(lived.broken)
    return _all(asked.seeds, asked.jobs, asked.plant, asked.most, shrink=not asked.no_shrink)


def _all(seeds: range, jobs: int, plant: str, most: int, *, shrink: bool) -> int:
    begun, number, found = time.monotonic(), 0, 0
    with ProcessPoolExecutor(jobs) as pool:
        for some in pool.map(partial(_some, plant), _parts(seeds)):
            for one in some:
                lived = one
                number += 1
                if number % _TOLD == 0:
                    sys.stderr.write(f"{number} of {len(seeds)} lives, {found} broken\n")
                if lived.broken and found < most:
                    found += 1
                    lived = pool.submit(_smallest, lived.script, plant).result() if shrink else lived
                    _tell(lived, whole=False)
            if found >= most:
                pool.shutdown(cancel_futures=True)
                break
    seconds = time.monotonic() - begun
    print(f"{number} lives, {60 * number / seconds:.0f} a minute; {found} in which a promise was broken")
    return bool(found)


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # or a seed would not live the same life twice
        os.execve(  # noqa: S606 - this very program
            sys.executable,
            [sys.executable, "-m", "tests.simulation", *sys.argv[1:]],
            os.environ | {"PYTHONHASHSEED": "0"},
        )
    sys.exit(main())
