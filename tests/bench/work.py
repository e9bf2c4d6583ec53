"""What a peer is told to do, and the process that does it."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Work:
    """Pages by their titles, with their texts; files, with where they are here and the texts of their pages.

    `data`: of each file, as `wbeditentity` takes it. `fetches`: addresses to be read; `keeps`: files to be fetched to
    where they are sent from.
    """

    api: str
    threads: int = 1
    edits: Mapping[str, str] = field(default_factory=dict)
    uploads: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    data: str = ""
    fetches: Sequence[str] = ()
    keeps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Took:
    """What it took: seconds, and those of the processor."""

    seconds: float
    cpu: float


def done_by(peer: str, work: Work) -> Took:
    """Have a peer do it, in a process of its own: `bare`, `pywiki`."""
    process = [sys.executable, "-m", f"tests.bench.{peer}"]
    done = subprocess.run(process, input=json.dumps(asdict(work)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{peer}: {done.stderr[-3000:]}"
    return Took(**json.loads(done.stdout.splitlines()[-1]))
