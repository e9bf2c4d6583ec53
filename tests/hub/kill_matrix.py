"""The kill matrix: each of these is killed at each step of each action; it all goes on by itself, and once.

    python -m tests.hub.kill_matrix

A step is what is sent to the wiki for it. A proxy sees it, and kills before it passes it on, or when the wiki has done
it and before its answer. `fire` kills at any moment; the simulation at each transaction of the ledger.
"""

import logging
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from threading import Lock
from typing import get_args
from urllib.parse import urlsplit

from redis import Redis

from deploy.sandbox import MariaDB

from .faults import Crew
from .fire import Work, alone, approve, at_work, ended, verify, wait
from .lossy import Fate, Fault, Line, When, line_to
from .rig import Rig
from .test_processes import descendants

STEPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "stash, in chunks": (("filename", ""), ("offset", "")),
    "stash, by address": (("filename", ""), ("url", "")),
    "publication": (("filename", ""), ("filekey", ""), ("text", ".")),
    "upload, at once": (("filename", ""), ("file", ""), ("text", ".")),
    "data": (("action", "^wbeditentity$"),),
    "edit": (("action", "^edit$"), ("title", r" (page|leaf) \d+$")),
    "report": (("action", "^edit$"), ("text", r"\{\{Hub status")),
    "answer to a request": (("action", "^edit$"), ("text", r"\{\{Hub request")),
    "answer to a review": (("action", "^edit$"), ("text", r"\{\{Hub review")),
}
KILLED = ("child", "worker", "both", "watcher", "queue", "database")
GAP = 1.0
"""Seconds between two kills at least: what was killed is started again meanwhile."""
OCCASIONS = 2
"""Of so many times that a step comes something is killed at one: a request whose every slice is killed is given up."""


_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cell:
    """What is killed at which step, before or after the wiki does it."""

    step: str
    when: When
    what: str


CELLS = tuple(Cell(*cell) for cell in product(STEPS, get_args(When), KILLED))


@dataclass
class Matrix:
    """Watches a line, and kills what its cells say, at one of so many `occasions`.

    `left`: those whose step did not come yet.
    """

    line: Line
    crew: Crew
    mariadb: MariaDB
    queue_url: str
    left: list[Cell]
    occasions: int
    _last: float = 0.0
    _came: Counter[tuple[str, When]] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def watch(self, asked: Mapping[str, str], port: int, when: When) -> bool:
        """As `Watch`: what is killed asks for nothing more."""
        step = next((name for name, having in STEPS.items() if Fault(Fate.PASSED, 1, having).is_of(asked)), "")
        with self._lock:
            self._came[step, when] += 1
            cell = next((one for one in self.left if (one.step, one.when) == (step, when)), None)
            if not cell or self._came[step, when] % self.occasions:
                return True
            time.sleep(max(0.0, self._last + GAP - time.monotonic()))
            if not self._kill(cell.what, port):  # it is the child of a worker that was killed
                return True
            self.left.remove(cell)
            _log.info("%s (%d left)", cell, len(self.left))
            self._last = time.monotonic()
            return when == "after" or cell.what not in {"child", "both"}

    def _asking(self, port: int) -> Sequence[int]:
        """The crew's process that asks the line from this port itself or by a child, and that child; none: nobody."""
        inode = _inode(port, urlsplit(self.line.address).port)
        for process in self.crew.running[1:]:
            for pid in reversed([process.pid, *descendants(process.pid)]):
                if inode in _sockets(pid):
                    return process.pid, pid
        return ()

    def _kill(self, what: str, port: int) -> bool:
        """Kill this; False if it is the process that asks from this port, and that is none of the crew's."""
        match what:
            case "queue":
                Redis.from_url(self.queue_url).flushall()
            case "database":
                self.mariadb.kill()
                self.mariadb.start()
            case "watcher":
                _kill(self.crew.running[0].pid)
            case _:
                asking = self._asking(port)
                for pid, spared in zip(asking, ("child", "worker"), strict=False):
                    if what != spared:
                        _kill(pid)
                return bool(asking)
        return True


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _inode(port: int, to: int | None) -> str:
    """Of the socket from one port of loopback to another, as `/proc/net/tcp` has it (proc_pid_net(5)).

    The first alone would not do: connections to several servers may come from one port, and some of them be over.
    """
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = ((line[9], [int(end.partition(":")[2], 16) for end in line[1:3]]) for line in lines)
    return next((inode for inode, ports in ends if ports == [port, to]), "none")


def _sockets(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(descriptor.readlink().name.removeprefix("socket:[").removesuffix("]"))
    return found


def strike_all(
    rig: Rig, mariadb: MariaDB, folder: Path, work: Work, cells: Sequence[Cell], *, occasions: int = OCCASIONS
) -> tuple[Sequence[Cell], Sequence[str]]:
    """Have the work carried out, with a kill at each cell; those that did not come about, and what is wrong then."""
    with line_to(rig.sandbox.wikis[rig.wiki].api) as line, at_work(rig, line.address, folder, work) as crew:
        matrix = Matrix(line, crew, mariadb, rig.settings.redis, [*cells], occasions)
        line.watch = matrix.watch
        approve(crew, rig, work)
        wait(crew, partial(ended, rig, work), "the end")
    return matrix.left, verify(rig, work)


def main() -> int:
    """Run it all on a sandbox of its own, and print what was seen."""
    logging.basicConfig(format="%(asctime)s %(message)s")
    _log.setLevel(logging.INFO)
    with alone() as (rig, mariadb, folder):
        start = time.monotonic()
        left, wrong = strike_all(rig, mariadb, folder, Work(160, 50, 24), CELLS)
        print(
            f"{len(CELLS) - len(left)} of {len(CELLS)} cells in {time.monotonic() - start:.0f} s; did not come: {left}"
        )
    print("\n".join(wrong) or "everything is there once, each answer given once, the reports are right")
    return 1 if wrong or left else 0


if __name__ == "__main__":
    sys.exit(main())
