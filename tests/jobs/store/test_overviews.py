"""All requests at a glance: who asked for what, and how far it is."""

from collections.abc import Iterator

import pytest

from jobs.model.requests import ItemState, NewRequest
from jobs.model.states import State
from jobs.store.ledger import Ledger
from jobs.store.overviews import Which
from tests.jobs.store.test_leases import PAGE, running


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
