"""Plans one request in a process of its own: `python -m tests.hub.planning 1`, in the environment that `cph` has.

Prints, as JSON, what came of it: the request's state, how many rows the check of its list has seen, the seconds that
planning took, and the most memory (in KiB) that the process had in all. That is read from the process itself: what
`wait4` tells begins with the memory of its parent.
"""

import json
import re
import sys
import time
from pathlib import Path

from bots.cli.opening import opened
from bots.settings import Settings
from jobs.model.states import State
from jobs.planning.planner import check_of, plan_slice


def main(number: int) -> None:
    """Plan the request to the end, and check its list."""
    with opened(Settings()) as hub:
        start = time.monotonic()
        filed = hub.ledger.get(number)
        while filed.state is State.RECEIVED:
            filed = plan_slice(hub, filed)
        seconds = time.monotonic() - start
        check = check_of(hub, filed)
    peak = re.search(r"^VmHWM:\s*(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    rows = check.rows if check else 0
    said = {"state": filed.state, "rows": rows, "seconds": round(seconds, 1), "peak": int(peak[1]) if peak else 0}
    print(json.dumps(said))


if __name__ == "__main__":
    main(int(sys.argv[1]))
