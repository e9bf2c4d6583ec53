"""Which rows have which titles and files, over a real ledger."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from jobs.model.actions import Action, Describe, Refusal, Upload
from jobs.model.records import Record
from jobs.model.requests import ItemState, NewRequest, StoredRequest
from jobs.model.structured_data.filedata import FileData
from jobs.planning.earlier_requests import LedgerRequests
from jobs.planning.reservations import LedgerReservations, without_repeats
from jobs.store.ledger import Ledger
from jobs.store.tables import MAX_TITLE
from wikitext.messages import message

ROWS = range(2, 8)


@pytest.fixture(name="ledger")
def _ledger(tmp_path: Path) -> Ledger:
    return Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")


@pytest.fixture(name="request_")
def _request(ledger: Ledger) -> StoredRequest:
    """A request whose row 2 is planned to upload the file `a` as `File:A.jpg`."""
    request = ledger.get(ledger.file("commons", "Commons:Hub", NewRequest("f" * 64, {"type": "upload"}, "Alice", 10)))
    ledger.add_items(request, [Record(row, {}) for row in ROWS])
    ledger.set_items(request, [(next(ledger.items(request)), upload("A", "a"))], "")
    return request


@pytest.fixture(name="queries")
def _queries(ledger: Ledger) -> list[str]:
    """What the ledger is asked for."""
    asked: list[str] = []

    @event.listens_for(ledger._engine, "before_cursor_execute")
    def _note(_connection: sa.Connection, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    return asked


def upload(name: str, sha1: str) -> Upload:
    """The upload of a file."""
    return Upload(title=f"File:{name}.jpg", url="https://a.example/a", sha1=sha1 * 40, size=1, text="", categories=())


def describe(name: str) -> Describe:
    """More structured data for a file that is there."""
    return Describe(title=f"File:{name}.jpg", data=FileData(), where_silent=True)


def outcomes(
    ledger: Ledger, request: StoredRequest, reservations: LedgerReservations, *planned: Action | Refusal
) -> Iterator[Action | Refusal]:
    """What comes of rows 3 and after it, where a kind of job planned this."""
    items = list(ledger.items(request, ItemState.READ))[: len(planned)]
    return without_repeats(reservations, items, planned)


def test_what_was_asked_for_once_is_known(ledger: Ledger, request_: StoredRequest, queries: list[str]) -> None:
    """A batch is read at once: of what was asked for or reserved since, the ledger is asked no more."""
    reservations = LedgerReservations(ledger, request_)
    assert reservations.rows_by_title(["File:A.jpg", "File:B.jpg", "File:C.jpg"]) == {"File:A.jpg": 2}
    assert reservations.rows_by_sha1(["a" * 40, "b" * 40]) == {"a" * 40: 2}
    asked = len(queries)
    reservations.reserve(3, "File:B.jpg", "b" * 40)
    reservations.reserve(4, "File:D.jpg", "d" * 40)
    assert reservations.rows_by_title(["File:A.jpg"]) == {"File:A.jpg": 2}
    assert reservations.rows_by_title(["File:D.jpg", "File:C.jpg", "File:B.jpg"]) == {"File:D.jpg": 4, "File:B.jpg": 3}
    assert reservations.rows_by_sha1(["b" * 40, "d" * 40]) == {"b" * 40: 3, "d" * 40: 4}
    assert len(queries) == asked


def test_of_two_rows_that_come_to_the_same_the_later_is_refused(ledger: Ledger, request_: StoredRequest) -> None:
    """It says with what row, one of the same batch or an earlier one; the kind of job need not look for that."""
    reservations = LedgerReservations(ledger, request_)
    planned: list[Action | Refusal] = [
        upload("B", "a"),
        upload("A", "b"),
        upload("C", "c"),
        describe("A"),
        describe("C"),
    ]
    assert list(outcomes(ledger, request_, reservations, *planned)) == [
        Refusal(message("row-same-file", 2)),
        Refusal(message("row-same-name", "File:A.jpg", 2)),
        planned[2],
        Refusal(message("row-same-page", "File:A.jpg", 2)),
        Refusal(message("row-same-page", "File:C.jpg", 5)),
    ]


def test_a_row_whose_title_cannot_be_written_down_is_refused(ledger: Ledger, request_: StoredRequest) -> None:
    """The rows beside it are planned: no page of a wiki has so long a title."""
    planned = [upload("x" * MAX_TITLE, "b"), upload("C", "c")]
    result = list(outcomes(ledger, request_, LedgerReservations(ledger, request_), *planned))
    assert result == [Refusal(message("row-bad-title")), planned[1]]


def test_a_row_that_is_refused_reserves_nothing(ledger: Ledger, request_: StoredRequest) -> None:
    """What it would have come to is there for the next one; a refusal of the kind's own stays as it is."""
    own = Refusal(message("row-no-media"))
    planned: list[Action | Refusal] = [own, upload("A", "b"), upload("B", "b")]
    result = list(outcomes(ledger, request_, LedgerReservations(ledger, request_), *planned))
    assert result == [own, Refusal(message("row-same-name", "File:A.jpg", 2)), planned[2]]


def test_a_reservation_is_the_rows_own(ledger: Ledger, request_: StoredRequest) -> None:
    """A kind that reserves what it plans is not refused it; an earlier row of the batch comes before it."""
    reservations = LedgerReservations(ledger, request_)
    reservations.reserve(4, "File:B.jpg", "b" * 40)
    reservations.reserve(5, "File:C.jpg", "c" * 40)
    planned: list[Action | Refusal] = [describe("B"), upload("B", "b"), upload("C", "c")]
    result = list(outcomes(ledger, request_, reservations, *planned))
    assert result == [planned[0], Refusal(message("row-same-name", "File:B.jpg", 3)), planned[2]]


def test_a_batch_is_asked_for_in_two_queries(ledger: Ledger, request_: StoredRequest, queries: list[str]) -> None:
    """One for the titles and one for the files, however many rows there are."""
    planned: list[Action | Refusal] = [upload(name, name.lower()) for name in "BCDEF"]
    found = outcomes(ledger, request_, LedgerReservations(ledger, request_), *planned)
    queries.clear()
    assert list(found) == planned
    assert len([statement for statement in queries if statement.startswith("SELECT")]) == 2


def test_earlier_requests_are_those_of_the_same_wiki(ledger: Ledger, request_: StoredRequest) -> None:
    """A request is found by its number, with what it got done; not where it is carried out on another wiki."""
    [first] = ledger.items(request_, ItemState.PLANNED)
    ledger.set_item(request_, first, ItemState.DONE)
    earlier = LedgerRequests(ledger, request_)
    done = earlier.done_items(request_.id)
    assert done is not None
    assert [(item.row, item.state) for item in done] == [(2, ItemState.DONE)]
    assert LedgerRequests(ledger, replace(request_, target="elsewhere")).done_items(request_.id) is None
    assert earlier.done_items(request_.id + 1) is None
