"""The pace on a wiki: one for all processes, whatever becomes of them and of their clocks."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobs.model.pace import WriteKind
from jobs.store.ledger import Ledger
from jobs.store.moments import LONGEST_WAIT
from jobs.store.pace import FURTHEST_PLACE

EDIT, UPLOAD = WriteKind


@pytest.fixture(name="ledger")
def _ledger(ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger(ledger_url)
    yield ledger
    ledger.close()


@pytest.fixture(name="clock")
def _clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that it is, in its first place."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def test_places_are_apart(ledger: Ledger, clock: list[float]) -> None:
    """Each is so long after the one before, however long ago that was; each wiki and kind of write has its own."""
    assert [ledger.take_place("commons", EDIT, 5.0) for _ in range(3)] == pytest.approx([0, 5, 10])
    assert ledger.take_place("commons", UPLOAD, 5.0) == ledger.take_place("meta", EDIT, 5.0) == 0
    clock[0] += 11
    assert ledger.take_place("commons", EDIT, 5.0) == pytest.approx(4)
    clock[0] += 100
    assert [ledger.take_place("commons", EDIT, 5.0) for _ in range(2)] == pytest.approx([0, 5])


def test_a_place_that_is_too_far_off_is_not_taken(ledger: Ledger, clock: list[float]) -> None:
    """Whoever comes back later does not find that its own place was kept for nobody; to look takes none either."""
    clock[0] += 0
    assert ledger.take_place("commons", EDIT, 30.0, most=10) == 0
    for _ in range(2):
        assert ledger.take_place("commons", EDIT, 30.0, most=10) == pytest.approx(30)
        assert ledger.next_place("commons", EDIT) == pytest.approx(30)


def test_many_at_once_take_a_place_each(ledger: Ledger, clock: list[float]) -> None:
    """Of two processes none gets the other's, also where nobody wrote to the wiki before."""
    clock[0] += 0
    with ThreadPoolExecutor(4) as threads:
        taken = threads.map(lambda _: ledger.take_place("commons", EDIT, 2.0), range(20))
    assert sorted(taken) == pytest.approx([2.0 * number for number in range(20)])


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_clock_that_jumps_keeps_nobody_waiting(ledger: Ledger, clock: list[float], jump: float) -> None:
    """Neither those whose clock it is, nor those whose clock is right."""
    ledger.take_place("commons", EDIT, 5.0)
    clock[0] += jump
    assert ledger.take_place("commons", EDIT, 5.0) == 0
    clock[0] -= jump
    assert ledger.next_place("commons", EDIT) <= 5


def test_no_place_is_further_off_than_some_minutes(ledger: Ledger, clock: list[float]) -> None:
    """However many writes went ahead of theirs."""
    clock[0] += 0
    far = [ledger.take_place("commons", EDIT, 60.0) for _ in range(20)]
    assert max(far) == far[-1] == FURTHEST_PLACE


def test_a_wiki_is_held_off_until_the_latest_that_was_asked_for(ledger: Ledger, clock: list[float]) -> None:
    """Of two answers that name a time the longer one counts; other wikis are asked."""
    assert ledger.held_off("commons") == 0
    ledger.hold_off("commons", 20)
    ledger.hold_off("commons", 1)
    assert ledger.held_off("commons") == pytest.approx(20)
    assert ledger.held_off("meta") == 0
    clock[0] += 20.001
    assert ledger.held_off("commons") == 0


def test_a_wiki_is_held_off_for_an_hour_at_most(ledger: Ledger, clock: list[float]) -> None:
    """Whatever it says; and what a clock dated that is further ahead than that counts for nothing."""
    ledger.hold_off("commons", 1e9)
    assert ledger.held_off("commons") == LONGEST_WAIT
    clock[0] -= 1
    assert ledger.held_off("commons") == 0
