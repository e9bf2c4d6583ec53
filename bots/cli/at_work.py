"""`cph workers`: who is at work, and what waits for them."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from bots.cli.output import cell, clock, iso, table
from bots.queue.redis_queue import QueueState, QueueWorker
from jobs.store.overviews import HandAtWork


def shown_workers(
    hands: Iterable[HandAtWork], queue: QueueState | None, workers: Iterable[QueueWorker]
) -> Iterator[Table | Text]:
    """What people read. `queue`: None where each process has its own."""
    at_work = table("request", "hand", "held by", "until (UTC)", title="At work", title_justify="left")
    for hand in hands:
        at_work.add_row(f"H{hand.request}", str(hand.hand), cell(hand.holder), clock(hand.until))
    yield at_work
    if queue is None:
        yield cell("CPH_REDIS names no queue; that of a cph run is its own.")
        return
    known = ("worker", "host", "process", "state", "does", "last heard of (UTC)")
    made = table(*known, title="Workers", title_justify="left")
    for one in workers:
        told = (one.name, one.host, one.process, one.state, one.job or "-", clock(one.heard))
        made.add_row(*(cell(value) for value in told))
    yield made
    yield cell(f"{queue.queued} slices wait{_since(queue)}; {queue.failed} ended in an error just now.")


def _since(queue: QueueState) -> str:
    return f", the first for {max(0, round(time.time() - queue.oldest))} s" if queue.oldest else ""


def data(hands: Iterable[HandAtWork], queue: QueueState | None, workers: Iterable[QueueWorker]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "hands": [
            {"request": f"H{one.request}", "hand": one.hand, "holder": one.holder, "until": iso(one.until)}
            for one in hands
        ],
        "workers": [
            {
                "name": one.name, "host": one.host, "process": one.process, "state": one.state, "job": one.job or None,
                "since": iso(one.since), "heard": iso(one.heard),
            }
            for one in workers
        ],
        "queue": queue and {"queued": queue.queued, "oldest": iso(queue.oldest), "failed": queue.failed},
    }  # fmt: skip
