"""`python -m tests.bench [--full] [--write] [LINE ...]`: measure, and print the table; `make bench` does."""

import argparse
import json
import logging
import os
import platform
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.ground import Ground, ground
from tests.bench.lines import dispatch, edits, large, planning, requests, small, uploads
from tests.bench.table import NEW, chart, line, page

TOP = Path(__file__).parent.parent.parent
PAGE = TOP / "BENCHMARKS.md"
FIGURES = TOP / ".bench.json"
CHART = "docs/benchmarks.svg"

Line = Callable[[Ground], Iterator[Figure]]


def _edits_away(away: edits.Away) -> Line:
    return lambda at: away.measured(partial(edits.edits, at))


def _uploads_away(away: edits.Away) -> Line:
    return lambda at: away.measured(partial(uploads.uploads, at, uploads.sample(at)))


_NEAR = edits.Away(seconds=[0.15], hands=[2], workers=[2], items=13, rounds=1)

QUICK: dict[str, Line] = {
    "help": lambda _: small.help_(times=3),
    "poll": lambda at: small.idle_poll(at, seconds=3),
    "edits": lambda at: edits.edits(at, items=40, rounds=2),
    "uploads": lambda at: uploads.uploads(at, uploads.sample(at), items=15, rounds=2),
    "requests-edits": lambda at: requests.edits_and_undo(at, pages=50),
    "requests-nothing": lambda at: requests.nothing(at, pages=50),
    "requests-uploads": lambda at: requests.uploads(at, count=25),
    "edits-away": _edits_away(_NEAR),
    "uploads-away": _uploads_away(_NEAR),
    "planning": lambda at: planning.planning(at, rows=20, rounds=1),
    "answers": lambda at: small.answers(at, times=6),
    "dispatch": lambda at: dispatch.dispatch(at, pages=50),
}
"""What `make bench` measures, in this order: a poll's cost grows with the requests that people may still answer."""

FULL: dict[str, Line] = QUICK | {
    "edits": lambda at: edits.edits(at, items=300, rounds=5),
    "uploads": lambda at: uploads.uploads(at, uploads.sample(at), items=100, rounds=5),
    "requests-edits": lambda at: requests.edits_and_undo(at, pages=500),
    "requests-nothing": lambda at: requests.nothing(at, pages=500),
    "requests-uploads": lambda at: requests.uploads(at, count=200),
    "edits-away": _edits_away(edits.Away()),
    "uploads-away": _uploads_away(edits.Away()),
    "planning": lambda at: planning.planning(at, rows=1000, rounds=3),
    "answers": lambda at: small.answers(at, times=50),
    "dispatch": lambda at: dispatch.dispatch(at, pages=1000),
    "large-file": lambda at: large.large_file(at, size=500_000_000),
    "records": lambda at: large.records(at, few=1000, many=60_000),
    "many-requests": lambda at: dispatch.many_requests(at, requests=1000),
    "ledgers": lambda at: large.ledgers(at, requests=1000, actions=5000),
}
"""What `make bench FULL=1` does: all, and more of each."""


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="all lines, and more of each; takes hours")
    parser.add_argument("--write", action="store_true", help=f"BENCHMARKS.md and {CHART} too")
    parser.add_argument("lines", nargs="*", metavar="LINE", help=f"only these: {', '.join(FULL)}")
    asked = parser.parse_args()
    logging.basicConfig()
    logging.getLogger().handlers[0].setLevel(logging.ERROR)  # RQ sets the level of its own loggers
    lines, figures, begun = FULL if asked.full else QUICK, [], time.monotonic()
    with ground() as at:
        at.patience = 7200 if asked.full else 600
        for name in asked.lines or lines:
            started = time.monotonic()
            for figure in _measured(at, name, lines[name]):
                print(line(figure), flush=True)
                figures.append(figure)
            print(f"      {name}: {time.monotonic() - started:.0f} s", flush=True)
    where = f"{_machine()}, at {_commit()}, {time.strftime('%Y-%m-%d', time.gmtime())}"
    print(f"\n{where}; {time.monotonic() - begun:.0f} s")
    FIGURES.write_text(json.dumps({"where": where, "figures": [one.as_json for one in figures]}, indent="\t"))
    if asked.write:
        before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else NEW
        PAGE.write_text(page(before, figures, where, CHART), encoding="utf-8")
        (TOP / CHART).write_text(chart(figures), encoding="utf-8")


def _measured(at: Ground, name: str, measure: Line) -> Iterator[Figure]:
    """Where a line cannot be measured it is said why, with what cph's processes said; the others are all the same."""
    try:
        yield from measure(at)
    except Exception:  # noqa: BLE001 - of a run of hours, the rest is not to be lost
        for log in at.folder.glob("cph-*.log"):
            sys.stderr.write(f"{log.name}:\n{log.read_text(encoding='utf-8')[-3000:]}\n")
        sys.stderr.write(f"NOT MEASURED: {name}\n{traceback.format_exc()}\n")
        at.filed = max((one.request.id for one in at.rig.hub.ledger.overview(most=1)), default=0)


def _machine() -> str:
    named = [text for text in Path("/proc/cpuinfo").read_text().splitlines() if text.startswith("model name")]
    model = named[0].partition(": ")[2] if named else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}"


def _commit() -> str:
    git = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(git, cwd=TOP, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    main()
