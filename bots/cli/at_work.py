"""`cph workers`: who is at work, and what waits for them."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from bots.cli.opening import the_ledger
from bots.cli.output import cell, clock, iso, table
from bots.queue.inspection import QueueState, QueueWorker, inspected
from bots.settings import SharedSettings
from jobs.store.overviews import HandAtWork


@dataclass(frozen=True)
class AtWork:
    """Which process watches the wikis (empty: none), the hands that are leased, the queue and who takes its jobs.

    `queue`: None where each process has its own.
    """

    watcher: str
    hands: Sequence[HandAtWork]
    queue: QueueState | None = None
    workers: Sequence[QueueWorker] = ()


def look(settings: SharedSettings) -> AtWork:
    """Who is at work by what ledger and queue say now. May raise LedgerLocked, LedgerUnusable and QueueUnreachable."""
    with the_ledger(settings) as ledger:
        watcher, hands = ledger.watcher(), ledger.hands_at_work()
    if not settings.redis:
        return AtWork(watcher, hands)
    with inspected(settings.redis, settings.queue) as queue:
        return AtWork(watcher, hands, queue.state(), queue.workers())


def shown_workers(found: AtWork) -> Iterator[Table | Text]:
    """What people read of it."""
    yield cell(f"{found.watcher or 'No process'} watches the wikis.")
    yield _hands(found.hands)
    if found.queue is None:
        yield cell("CPH_REDIS names no queue; that of a cph run is its own.")
        return
    yield _workers(found.workers)
    yield cell(
        f"{found.queue.queued} slices wait{_since(found.queue)}; {found.queue.failed} ended in an error just now."
    )


def _hands(hands: Sequence[HandAtWork]) -> Table:
    made = table("request", "hand", "held by", "until (UTC)", title="At work", title_justify="left")
    for one in hands:
        made.add_row(f"H{one.request}", str(one.hand), cell(one.holder), clock(one.until))
    return made


def _workers(workers: Sequence[QueueWorker]) -> Table:
    columns = ("worker", "host", "process", "state", "does", "last heard of (UTC)")
    made = table(*columns, title="Workers", title_justify="left")
    for one in workers:
        told = (one.name, one.host, one.process, one.state, one.job or "-", clock(one.heard))
        made.add_row(*(cell(value) for value in told))
    return made


def _since(queue: QueueState) -> str:
    return f", the first for {max(0, round(time.time() - queue.oldest))} s" if queue.oldest else ""


def data(found: AtWork) -> dict[str, Any]:
    """The same for programs."""
    return {
        "watcher": found.watcher or None,
        "hands": [
            {"request": f"H{one.request}", "hand": one.hand, "holder": one.holder, "until": iso(one.until)}
            for one in found.hands
        ],
        "workers": [
            {
                "name": one.name, "host": one.host, "process": one.process, "state": one.state, "job": one.job or None,
                "since": iso(one.since), "heard": iso(one.heard),
            }
            for one in found.workers
        ],
        "queue": found.queue and {
            "queued": found.queue.queued, "oldest": iso(found.queue.oldest), "failed": found.queue.failed,
        },
    }  # fmt: skip
