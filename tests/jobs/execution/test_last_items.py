"""What was on its way when a request ended."""

from pathlib import Path
from typing import Any, cast

import pytest

from deploy.sandbox import BOT
from jobs.context.hub import Hub
from jobs.execution.run import look_up_rest
from jobs.io.errors import Unanswered
from jobs.io.spool import Spool
from jobs.model.actions import Delete
from jobs.model.records import Record
from jobs.model.requests import ItemState, NewRequest, StoredRequest
from jobs.model.states import Event
from jobs.store.ledger import Ledger
from tests.simulation.site import FakeSite
from tests.simulation.wiki import FakeWiki


@pytest.fixture(name="hub")
def _hub(tmp_path: Path) -> Hub:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    return Hub(ledger, {"commons": FakeWiki(FakeSite(), BOT, "Commons:Hub")}, cast("Any", None), Spool(tmp_path))


def cancelled(ledger: Ledger) -> StoredRequest:
    """A request that was cancelled while hand 1 deleted a page, which was gone already."""
    request = ledger.get(ledger.file("commons", "Commons:Hub", NewRequest("f" * 64, {"type": "undo"}, "Alice", 10)))
    ledger.add_items(request, [Record(1, {})])
    action = Delete(title="File:Gone.jpg", revision=1, sha1="", reason="")
    ledger.set_items(request, [(item, action) for item in ledger.items(request)], "")
    for event in (Event.PLAN, Event.APPROVE, Event.START):
        request = ledger.move(request, event)
    for hand in (0, 1):
        assert ledger.begin_slice(request.id, hand, f"{hand}")
    [item] = ledger.lease_items(request, "1", {ItemState.PLANNED}, 1)
    assert ledger.claim(request, item)
    return ledger.move(request, Event.CANCEL)


def test_what_another_hand_does_is_waited_for(hub: Hub) -> None:
    """The report says what became of it when that hand noted it, or was killed and its lease is over."""
    request = cancelled(hub.ledger)
    with pytest.raises(Unanswered):
        look_up_rest(hub, request, "0")
    hub.ledger.hold("1", 0)
    look_up_rest(hub, request, "0")
    assert not any(hub.ledger.counts(request)[state] for state in (ItemState.SENDING, ItemState.SENT))
