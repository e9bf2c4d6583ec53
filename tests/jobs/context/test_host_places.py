"""A partner's server is asked by no more at once than its policy says, on whichever machines they are."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from threading import Event as Signal

import pytest

from jobs.context.host_places import LedgerPlaces
from jobs.io.http import Unfetched
from jobs.store.hands import holder_prefix
from jobs.store.host_places import HELD_SECONDS
from jobs.store.ledger import Ledger

HOST = "museum.example"


def test_of_one_host_no_more_is_asked_at_once(ledger_url: str) -> None:
    """Whoever comes third waits until one of the two is done; another host's turn is its own."""
    ledgers, at_once, most = [Ledger(ledger_url) for _ in range(6)], 0, 0
    begin = Barrier(6)

    def ask(ledger: Ledger) -> None:
        nonlocal at_once, most
        places = LedgerPlaces(ledger)
        begin.wait()
        with places.at(HOST, 2, Signal()):
            at_once += 1
            most = max(most, at_once)
            with places.at("archive.example", 6, Signal()):
                time.sleep(0.1)
            at_once -= 1

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(ask, ledgers))
    assert most == 2


def test_a_place_is_had_again(ledger_url: str) -> None:
    """The same few lines serve for all files of a host."""
    ledger = Ledger(ledger_url)
    for _ in range(3):
        with LedgerPlaces(ledger).at(HOST, 1, Signal()):
            assert ledger.take_host_place(HOST, 1, "another") is None
    assert ledger.take_host_place(HOST, 1, "another") == 0


def test_nobody_waits_for_a_place_whose_slice_is_over(ledger_url: str) -> None:
    """What is not needed any more is not fetched."""
    ledger, over = Ledger(ledger_url), Signal()
    ledger.take_host_place(HOST, 1, "another")
    over.set()
    with pytest.raises(Unfetched), LedgerPlaces(ledger).at(HOST, 1, over):
        raise AssertionError("there was no place")


def test_who_was_killed_gives_its_place_back(ledger_url: str) -> None:
    """At once where it is seen that the process is dead, else when its lease is over."""
    ledger = Ledger(ledger_url)
    ledger.take_host_place(HOST, 1, f"{holder_prefix(7)}x")
    ledger.free_from(holder_prefix(77))
    assert ledger.take_host_place(HOST, 1, "another") is None
    ledger.free_from(holder_prefix(7))
    assert ledger.take_host_place(HOST, 1, "another") == 0


@pytest.mark.parametrize("hours", [1, -48], ids=["later", "a clock that went wrong"])
def test_a_place_that_is_not_renewed_is_had_by_others(
    ledger_url: str, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """Its lease is over; a lease from a clock that went wrong is none."""
    ledger = Ledger(ledger_url)
    ledger.take_host_place(HOST, 1, "one")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + hours * 3600)
    assert ledger.take_host_place(HOST, 1, "another") == 0


def test_a_long_file_keeps_its_place(ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads on renews it, as often as it takes and no more."""
    ledger, now = Ledger(ledger_url), time.time()
    asked: list[float] = []
    hold = ledger.hold_host_place
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(time, "monotonic", lambda: now)

    def noted(host: str, place: int, holder: str, seconds: float) -> None:
        asked.append(now)
        hold(host, place, holder, seconds)

    monkeypatch.setattr(ledger, "hold_host_place", noted)
    with LedgerPlaces(ledger).at(HOST, 1, Signal()) as stay:
        for _ in range(60):
            now += HELD_SECONDS / 20
            stay()
            assert ledger.take_host_place(HOST, 1, f"{os.getpid()}") is None
        assert len(asked) == 60 * 3 // 20 - 1
