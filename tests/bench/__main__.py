"""`python -m tests.bench [--full] [--write] [LINE ...]`: measure, and print the table; `make bench` does."""

import argparse
import json
import logging
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.ground import Ground, ground
from tests.bench.lines import edits, planning, requests, small, uploads
from tests.bench.table import chart, line, page

TOP = Path(__file__).parent.parent.parent
FIGURES = TOP / ".bench.json"
CHART = "docs/benchmarks.svg"

Line = Callable[[Ground], Iterator[Figure]]


def _edits_away(at: Ground) -> Iterator[Figure]:
    for hands, workers in ((1, 1), (2, 1), (2, 2)):
        yield from edits.edits(at, pages=30 * hands, rounds=1, seconds=0.15, hands=hands, workers=workers,
                               beside=hands == 1)  # fmt: skip


def _uploads_away(at: Ground) -> Iterator[Figure]:
    files = uploads.sample(at)
    for hands, workers in ((1, 1), (2, 2)):
        yield from uploads.uploads(at, files, count=15 * hands, rounds=1, seconds=0.15, hands=hands, workers=workers,
                                   beside=hands == 1)  # fmt: skip


QUICK: Mapping[str, Line] = {
    "help": lambda _: small.help_(times=5),
    "poll": lambda at: small.idle_poll(at, seconds=3),
    "edits": lambda at: edits.edits(at, pages=75, rounds=3),
    "uploads": lambda at: uploads.uploads(at, uploads.sample(at), count=30, rounds=3),
    "requests-edits": lambda at: requests.edits_and_undo(at, pages=100),
    "requests-nothing": lambda at: requests.nothing(at, pages=100),
    "requests-uploads": lambda at: requests.uploads(at, count=50),
    "edits-away": _edits_away,
    "uploads-away": _uploads_away,
    "planning": lambda at: planning.planning(at, rows=50, rounds=1),
    "answers": lambda at: small.answers(at, times=10),
}
"""What `make bench` measures, in this order: a poll's cost grows with the requests that people may still answer."""

FULL: Mapping[str, Line] = QUICK
"""What `make bench FULL=1` does."""


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="all lines, and larger; takes an hour")
    parser.add_argument("--write", action="store_true", help=f"BENCHMARKS.md and {CHART} too")
    parser.add_argument("lines", nargs="*", metavar="LINE", help=f"only these: {', '.join(FULL)}")
    asked = parser.parse_args()
    logging.getLogger().setLevel(logging.ERROR)
    lines, figures, begun = FULL if asked.full else QUICK, [], time.monotonic()
    with ground() as at:
        for name in asked.lines or lines:
            for figure in _measured(at, lines[name]):
                print(line(figure), flush=True)
                figures.append(figure)
    where = f"{_machine()}, at {_commit()}, {time.strftime('%Y-%m-%d', time.gmtime())}"
    print(f"\n{where}; {time.monotonic() - begun:.0f} s")
    FIGURES.write_text(json.dumps({"where": where, "figures": [one.as_json for one in figures]}, indent="\t"))
    if asked.write:
        (TOP / "BENCHMARKS.md").write_text(page(figures, f"{where}.", CHART), encoding="utf-8")
        (TOP / CHART).write_text(chart(figures), encoding="utf-8")


def _measured(at: Ground, measure: Line) -> Iterator[Figure]:
    """Where a line cannot be measured, what cph's processes said is told."""
    try:
        yield from measure(at)
    except AssertionError:
        for log in at.folder.glob("cph-*.log"):
            sys.stderr.write(f"{log.name}:\n{log.read_text(encoding='utf-8')[-3000:]}\n")
        raise


def _machine() -> str:
    named = [text for text in Path("/proc/cpuinfo").read_text().splitlines() if text.startswith("model name")]
    model = named[0].partition(": ")[2] if named else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}"


def _commit() -> str:
    git = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(git, cwd=TOP, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    main()
