"""All requests at a glance: who asked for what, and how far it is."""

import time
from collections.abc import Iterator

import pytest

from jobs.model.requests import ItemState, NewRequest
from jobs.model.states import State
from jobs.store.ledger import Ledger
from jobs.store.moments import DAY
from jobs.store.overviews import Alike, DayOfErrors, ItemLine, Which
from tests.jobs.store.test_leases import ALL, HANDS, PAGE, WHY, lapse, running


@pytest.fixture(name="ledger")
def _ledger(ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger(ledger_url)
    running(ledger, 3)
    for number, (kind, partner, author, wiki) in enumerate(
        [("Upload", "Museum", "Alice", "commons"), ("edit", "museum", "Bob", "meta"), ("edit", "Museum", "Bob", "meta")]
    ):
        asked = NewRequest(f"{number}" * 64, {"type": kind, "partner": partner}, author, 20 + number)
        ledger.file(wiki, PAGE, asked)
    yield ledger
    ledger.close()


@pytest.mark.parametrize(
    ("which", "numbers"),
    [
        (Which(), [4, 3, 2, 1]),
        (Which(states={State.RUNNING}), [1]),
        (Which(wiki="meta"), [4, 3]),
        (Which(kind="upload"), [2, 1]),
        (Which(partner="Museum"), [4, 2]),
        (Which(author="Bob", partner="museum"), [3]),
        (Which(partner="100%' OR 1=1"), []),
        (Which(since=1.0), [4, 3, 2, 1]),
        (Which(since=1.0, until=2.0), []),
    ],
)
def test_requests_are_found_by_what_they_are(ledger: Ledger, which: Which, numbers: list[int]) -> None:
    """Each by all that is asked for, the newest first; a value is what it is, also in capitals."""
    assert [one.request.id for one in ledger.overview(which)] == numbers
    assert sum(ledger.count_by_state(which).values()) == len(numbers)


def test_requests_come_in_pages_with_their_counts(ledger: Ledger) -> None:
    """So many at most, and then those below."""
    assert [one.request.id for one in ledger.overview(most=2)] == [4, 3]
    oldest = ledger.overview(before=3, most=2)[-1]
    assert oldest.counts == dict.fromkeys(ItemState, 0) | {ItemState.PLANNED: 3}
    assert ledger.count_by_state()[State.RECEIVED] == 3


def failed(ledger: Ledger, rows: int, code: str | None) -> None:
    """So many more items of the first request fail with this code."""
    request = ledger.get(1)
    for item in ledger.lease_items(request, "0", (ItemState.PLANNED,), rows):
        ledger.set_item(request, item, ItemState.FAILED, why=WHY, error_code=code)


def test_items_come_in_pages(ledger: Ledger) -> None:
    """Those of one state, or of any, in order, from behind a row on; each with when it came to be what it is."""
    failed(ledger, 1, "timeout")
    request, now = ledger.get(1), time.time()
    assert [line.row for line in ledger.item_lines(request, after=1, most=1)] == [2]
    assert [line.row for line in ledger.item_lines(request, ItemState.PLANNED)] == [2, 3]
    [line] = ledger.item_lines(request, ItemState.FAILED)
    assert now - 60 < line.since <= now
    assert line == ItemLine(1, ItemState.FAILED, line.since, "File:1.jpg", "timeout", WHY, None)


def test_errors_are_counted_by_day_and_code(ledger: Ledger) -> None:
    """What has no code has an empty one; what failed before is not among them."""
    ledger.begin_slice(1, 0, "0")
    failed(ledger, 2, "timeout")
    failed(ledger, 1, None)
    [none, timeout] = ledger.errors_by_day(time.time() - DAY)
    assert (none, timeout) == (DayOfErrors(none.day, "", 1), DayOfErrors(timeout.day, "timeout", 2))
    assert 0 <= time.time() / DAY - none.day < 1.1
    assert ledger.errors_by_day(time.time() + 60) == []


def test_failures_that_are_alike_stand_together(ledger: Ledger) -> None:
    """By state and code, or by what is said where there is none; with the reason of the first, and all rows."""
    failed(ledger, 2, "timeout")
    failed(ledger, 1, None)
    timeout, none = ledger.alike_failures(ledger.get(1))
    assert timeout == Alike(ItemState.FAILED, "timeout", WHY, frozenset({1, 2}))
    assert none == Alike(ItemState.FAILED, WHY.key, WHY, frozenset({3}))
    assert ledger.alike_failures(ledger.get(2)) == []


def test_what_was_done_for_a_partner_is_one_sum(ledger: Ledger) -> None:
    """The items of all their requests, by state."""
    assert ledger.totals()[ItemState.PLANNED] == 3
    assert ledger.totals(Which(partner="Museum"))[ItemState.PLANNED] == 0


def test_hands_are_at_work_while_their_lease_runs(ledger: Ledger) -> None:
    """A process that is gone is not among them."""
    lapse(ledger, "2")
    at_work = ledger.hands_at_work()
    assert [(hand.request, hand.hand, hand.holder) for hand in at_work] == [(1, 0, "0"), (1, 1, "1"), (1, 3, "3")]
    assert len(at_work) == HANDS - 1


def test_the_mark_of_progress_changes_when_something_happens(ledger: Ledger) -> None:
    """To an item or to a request, also that it waits; of another request it stays."""
    every, one, other = ledger.progress_mark(), ledger.progress_mark(1), ledger.progress_mark(2)
    assert ledger.lease_items(ledger.get(1), "0", ALL, 1)
    assert (every, one) == (ledger.progress_mark(), ledger.progress_mark(1))
    failed(ledger, 1, None)
    assert every != ledger.progress_mark()
    assert one != ledger.progress_mark(1)
    one = ledger.progress_mark(1)
    ledger.update_request(ledger.get(1), not_before=1.0)
    assert one != ledger.progress_mark(1)
    assert other == ledger.progress_mark(2)


def test_the_request_that_was_reported_last_is_found(ledger: Ledger) -> None:
    """Of the wiki; none before there is a report."""
    assert ledger.last_reported("meta") is None
    for number, moment in ((3, 20.0), (4, 10.0)):
        ledger.update_request(ledger.get(number), reported=moment)
    last = ledger.last_reported("meta")
    assert last is not None
    assert last.id == 3
    assert ledger.last_reported("elsewhere") is None
