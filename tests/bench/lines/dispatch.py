"""What an action costs that is not the wiki's: the queue, the ledger, the slices, and what is done to a text.

It is carried out in this process, on the wiki in memory, whose own share of the processor's time is taken off.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from bots import worker
from bots.queue.redis_queue import RedisQueue
from bots.watcher import watch
from deploy.sandbox import ACCOUNTS, BOT
from deploy.sandbox.hub import BASES, policy
from jobs.context.hub import Hub, report_page, talk_page
from jobs.io.spool import Spool
from jobs.model.states import State
from jobs.store.ledger import Ledger
from tests.bench.figure import Bar, Figure
from tests.bench.ground import LIMITS, Ground
from tests.simulation.site import FakeSite
from tests.simulation.wiki import FakeWiki

_BASE = BASES["commons"]


@dataclass
class Metered:
    """A wiki, and the seconds of the processor that it took."""

    wiki: FakeWiki
    took: float = 0.0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.wiki, name)
        return self._metered(found) if callable(found) else found

    def _metered(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def metered(*arguments: Any, **more: Any) -> Any:
            begun = time.process_time()
            try:
                return call(*arguments, **more)
            finally:
                self.took += time.process_time() - begun

        return metered


def dispatch(ground: Ground, *, pages: int) -> Iterator[Figure]:
    """Milliseconds of the processor an edit, from its approval to the last report."""
    site = _site(["Dispatched"])
    for number in range(pages):
        site.edit("Stranger", f"Dispatched {number}", "A sentence about glass.\n\n[[Category:Plates]]")
    with _working(ground, site) as (hub, wiki, queue):
        _work(hub, queue)
        _approve(hub, site)
        before = time.process_time() - wiki.took
        _work(hub, queue)
        spent = time.process_time() - wiki.took - before
        assert hub.ledger.get(1).state is State.DONE
    bars = [Bar(3, at_most=True)]
    yield Figure(f"dispatch of an edit, of {pages}: of the processor", "ms", [spent / pages * 1000], {}, bars)


def many_requests(ground: Ground, *, requests: int) -> Iterator[Figure]:
    """How long a look at a page takes that has so many requests, one of which is new."""
    site = _site(f"Filed {number}" for number in range(requests))
    with _working(ground, site) as (hub, wiki, queue):
        _work(hub, queue)
        site.edit("Partner", _BASE, f"{site.text(_BASE)}\n{_call('New')}")
        before, took = time.monotonic(), wiki.took
        watch(hub, queue)
        spent = time.monotonic() - before - (wiki.took - took)
        assert hub.ledger.get(requests + 1)
    bars = [Bar(1, at_most=True)]
    yield Figure(f"a page with {requests:,} requests, one of them new", "seconds", [spent], {}, bars)


@contextmanager
def _working(ground: Ground, site: FakeSite) -> Iterator[tuple[Hub, Metered, RedisQueue]]:
    """What works on it, in this process."""
    with TemporaryDirectory(dir=ground.folder) as folder:
        ledger, queue = Ledger(f"sqlite:///{folder}/ledger.sqlite"), RedisQueue(ground.rig.settings.redis, "dispatch")
        wiki = Metered(FakeWiki(site, BOT, _BASE))
        hub = Hub(ledger, {"commons": cast("Any", wiki)}, ground.rig.hub.web, Spool(Path(folder)))
        worker.serve(hub, queue)
        try:
            yield hub, wiki, queue
        finally:
            worker.serve(ground.rig.hub, ground.rig.queue)
            queue.close()
            ledger.close()


def _site(prefixes: Iterable[str]) -> FakeSite:
    """A wiki with a request for the pages of each prefix."""
    site = FakeSite()
    for account in ACCOUNTS:
        site.add_account(account.name, *account.groups)
    site.edit("Admin", f"{_BASE}/Policy.json", policy([], pilot=0, max_rows=1_000_000, limits=LIMITS))
    site.edit("Partner", _BASE, "\n".join(map(_call, prefixes)))
    return site


def _call(prefix: str) -> str:
    asked = f"{{{{Hub request\n| type = categorize\n| pages = prefix: {prefix}\n| add = Glass\n}}}}"
    return f"== {prefix} ==\n{asked}\n~~~~\n"


def _work(hub: Hub, queue: RedisQueue) -> None:
    while watch(hub, queue):
        queue.work_here()


def _approve(hub: Hub, site: FakeSite) -> None:
    request = hub.ledger.get(1)
    assert request.state is State.PLANNED, request
    report = report_page(hub.wikis["commons"], request.text_id)
    shown, talk = re.search(r"preloadparams%5B%5D=(\w+)", site.text(report) or ""), talk_page(report)
    assert shown
    said = f"== Review ==\n{{{{Hub review|approve|plan={shown[1]}}}}} ~~~~"
    site.edit("Reviewer", talk, f"{site.text(talk) or ''}\n{said}")
