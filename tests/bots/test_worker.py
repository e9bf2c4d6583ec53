"""What a queued job runs, where processes were told different things."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bots import worker
from bots.queue.own_queue import own_queue
from bots.queue.redis_queue import RedisQueue
from jobs.context.hub import Hub
from jobs.io.spool import Spool
from jobs.model.requests import NewRequest
from jobs.model.states import Event
from jobs.store.ledger import Ledger


@pytest.fixture(name="queue")
def _queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisQueue]:
    """A queue; what this process serves ends with the test."""
    monkeypatch.setattr(worker, "_process", None)
    with own_queue() as address, closing(RedisQueue(address)) as queue:
        yield queue


@pytest.mark.long
@pytest.mark.parametrize(("wiki", "target"), [("commons", "commons"), ("meta", "commons"), ("commons", "meta")])
def test_a_request_is_left_to_who_knows_its_wikis(
    queue: RedisQueue, tmp_path: Path, caplog: pytest.LogCaptureFixture, wiki: str, target: str
) -> None:
    """One told of fewer wikis counts no attempt, puts it into no circle, and says which wiki it lacks."""
    unasked: Any = None
    with closing(Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")) as ledger:
        number = ledger.file(wiki, "Requests", NewRequest("a" * 64, {"type": "edit", "wiki": target}, "Rita", 7))
        ledger.move(ledger.get(number), Event.PLAN, plan="abc", previewed=7)
        before = ledger.get(number)
        [turn] = ledger.waiting()
        queue.put(turn)
        worker.serve(Hub(ledger, {"meta": unasked}, unasked, Spool(tmp_path)), queue)
        assert queue.work_here()
        assert not queue.work_here()
        assert ledger.get(number) == before
        assert ledger.waiting("meta", "commons") == [turn]
    assert "H1 is left to a process whose CPH_WIKIS names commons too" in caplog.text
    assert "Traceback" not in caplog.text
