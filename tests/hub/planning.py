"""Plans one request in a process of its own: `python -m tests.hub.planning 1`, in the environment that `cph` has.

Prints, as JSON, what came of it: the request's state, the seconds that it took, and the most memory (in KiB) that the
process had in all. That is read from the process itself: what `wait4` tells begins with the memory of its parent.
"""

import json
import re
import sys
import time
from pathlib import Path

from bots.cli import opened
from bots.settings import Settings
from jobs.lifecycle import State
from jobs.planner import plan_slice


def main(number: int) -> None:
    """Plan the request to the end."""
    with opened(Settings()) as hub:
        start = time.monotonic()
        filed = hub.ledger.get(number)
        while filed.state is State.RECEIVED:
            filed = plan_slice(hub, filed)
        seconds = time.monotonic() - start
    peak = re.search(r"^VmHWM:\s*(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    print(json.dumps({"state": filed.state, "seconds": round(seconds, 1), "peak": int(peak[1]) if peak else 0}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
