"""How long a slice goes on."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from jobs.context import slice_end
from jobs.context.hub import Hub
from jobs.context.slice_end import ALONE_SECONDS, SHARED_SECONDS, SHORT_SECONDS, SliceEnd
from jobs.io.spool import Spool
from jobs.model.requests import NewRequest, StoredRequest
from jobs.store.ledger import Ledger


@pytest.fixture(name="hub")
def _hub(tmp_path: Path) -> Hub:
    return Hub(Ledger(f"sqlite:///{tmp_path}/ledger.sqlite"), {}, cast("Any", None), Spool(tmp_path))


def filed(hub: Hub, slices: int) -> StoredRequest:
    """A request that had so many turns, and waits for the next."""
    page = NewRequest(f"{slices}".rjust(64, "f"), {"type": "undo"}, "Alice", 10)
    return hub.ledger.update_request(hub.ledger.get(hub.ledger.file("commons", "Hub", page)), slice=slices)


def seconds(hub: Hub, request: StoredRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """For how long a slice of the request goes on that is asked each half second."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(slice_end, "time", SimpleNamespace(monotonic=lambda: clock.now))
    end = SliceEnd(hub, request)
    while not end.is_over():
        clock.now += 0.5
    return float(clock.now)


@pytest.mark.parametrize(
    ("others", "expected"),
    [([], ALONE_SECONDS), ([100], SHARED_SECONDS), ([100, 3], SHORT_SECONDS)],
    ids=["nobody waits", "another waits", "a new one waits"],
)
def test_a_slice_is_short_where_somebody_waits(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, others: list[int], expected: float
) -> None:
    """A new request begins within 5 s behind one of ten thousand rows, and nobody's throughput is lost to turns."""
    request = filed(hub, 50)
    for slices in others:
        filed(hub, slices)
    assert seconds(hub, request, monkeypatch) == expected


def test_whoever_is_at_work_waits_for_nothing(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another worker has the other request, this one goes on."""
    request, other = filed(hub, 50), filed(hub, 0)
    assert hub.ledger.begin_slice(other.id, 0, "another")
    assert seconds(hub, request, monkeypatch) == ALONE_SECONDS


def test_a_process_that_is_wanted_elsewhere_ends_its_slice(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """To look at its wikis, or to end."""
    wanted = replace(hub, is_wanted=lambda: True)
    assert seconds(wanted, filed(hub, 50), monkeypatch) == 1.0
