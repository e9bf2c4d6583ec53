"""What a request has taken back of another: which rows are its own, and what follows for that other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from jobs.context.hub import Hub
from jobs.context.undo_state import fates
from jobs.io.http import Web
from jobs.io.spool import Spool
from jobs.model.actions import Action, Delete, Edit, Refusal, Withheld
from jobs.model.records import Record
from jobs.model.requests import ItemState, NewRequest, StoredRequest
from jobs.model.states import Event, State
from jobs.store.ledger import Ledger
from tests.jobs.store.test_ledger import WHY, filed, listed, set_state
from wikitext.edits import AddTemplate
from wikitext.messages import message

STARTED = (Event.PLAN, Event.APPROVE, Event.START)


@pytest.fixture(name="ledger")
def _ledger(ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger(ledger_url)
    yield ledger
    ledger.close()


def ended(ledger: Ledger, *rows: int) -> StoredRequest:
    """A request whose rows were done."""
    request = listed(ledger, *rows)
    for happened in STARTED:
        request = ledger.move(request, happened)
    for row in rows:
        set_state(ledger, request, row, ItemState.DONE)
    return ledger.move(request, Event.COMPLETE)


def asked_back(ledger: Ledger, original: StoredRequest, **more: str) -> StoredRequest:
    """A request to take another back, as it was just filed."""
    asked = {"type": "undo", "request": original.text_id, **more}
    revision = 50 + 10 * original.id + len(ledger.undone_by(original))
    return filed(ledger, NewRequest("a" * 64, asked, "Rita", revision))


def read(ledger: Ledger, undo: StoredRequest, *rows: int) -> StoredRequest:
    """The request, with these rows listed."""
    undo = ledger.begin_listing(undo)
    ledger.add_items(undo, [Record(row, {}) for row in rows])
    return ledger.end_listing(undo)


def deletion(row: int) -> Action:
    """What takes a row back."""
    return Delete(title=f"File:{row}.jpg", revision=row, sha1="", reason="")


def nomination(row: int) -> Action:
    """The same, by a bot that may not delete."""
    call = AddTemplate(call="{{Delete}}", where="top")
    return Edit(title=f"File:{row}.jpg", change=call, shown=(), digest="")


def planned(ledger: Ledger, undo: StoredRequest, *rows: int, back: Callable[[int], Action] = deletion) -> StoredRequest:
    """The listed request, with these rows of it planned, and the others refused."""
    found = [(item, back(item.row) if item.row in rows else Refusal(WHY)) for item in ledger.items(undo)]
    ledger.set_items(undo, found, "")
    return ledger.move(undo, Event.PLAN)


def done(ledger: Ledger, undo: StoredRequest, *rows: int, ends: Event = Event.COMPLETE) -> StoredRequest:
    """The planned request, carried out in these rows (none named: in all that are planned), and ended."""
    for happened in (Event.APPROVE, Event.START):
        undo = ledger.move(undo, happened)
    for item in list(ledger.items(undo, ItemState.PLANNED)):
        if not rows or item.row in rows:
            ledger.set_item(undo, item, ItemState.DONE)
    return ledger.move(undo, ends)


def taken_back(ledger: Ledger, original: StoredRequest, *rows: int, **more: str) -> StoredRequest:
    """A request that took these rows of another back."""
    return done(ledger, planned(ledger, read(ledger, asked_back(ledger, original, **more), *rows), *rows))


def taking_back(ledger: Ledger, original: StoredRequest, *rows: int) -> StoredRequest:
    """A request that has begun to take these rows of another back."""
    undo = planned(ledger, read(ledger, asked_back(ledger, original), *rows), *rows)
    for happened in (Event.APPROVE, Event.START):
        undo = ledger.move(undo, happened)
    return undo


# Whose a row is --------------------------------------------------------------------------------------------------


def others(ledger: Ledger, undo: StoredRequest) -> Mapping[int, str]:
    """By which other requests the rows 2 to 4 are taken back."""
    return ledger.taken_by_others(ledger.get(undo.id), range(2, 5))


def test_of_two_that_are_not_planned_the_first_has_a_row(ledger: Ledger) -> None:
    """Whoever of the two is looked at, however far it is: one of them has the row, never both or none."""
    original = ended(ledger, 2, 3, 4)
    first, second = asked_back(ledger, original, items="2-3"), asked_back(ledger, original)
    assert (others(ledger, first), others(ledger, second)) == ({}, {2: first.text_id, 3: first.text_id})
    first = read(ledger, first, 2, 3)
    assert (others(ledger, first), others(ledger, second)) == ({}, {2: first.text_id, 3: first.text_id})
    second = read(ledger, second, 2, 3, 4)
    assert (others(ledger, first), others(ledger, second)) == ({}, {2: first.text_id, 3: first.text_id})
    planned(ledger, first, 2)
    assert others(ledger, second) == {2: first.text_id}


def test_a_row_stays_with_the_request_that_planned_it(ledger: Ledger) -> None:
    """What was invalid when a later request was planned takes no row from that one when it is mended."""
    original = ended(ledger, 2, 3)
    first = ledger.move(asked_back(ledger, original), Event.REJECT)
    second = read(ledger, asked_back(ledger, original, items="2"), 2)
    assert others(ledger, second) == {}
    planned(ledger, second, 2)
    first = ledger.move(first, Event.RECEIVE)
    assert others(ledger, read(ledger, first, 2, 3)) == {2: second.text_id}


@pytest.mark.parametrize(
    ("back", "rows", "ends", "left"),
    [
        (deletion, (2,), Event.CANCEL, {2}),
        (deletion, (2,), Event.FAIL, {2}),
        (deletion, (), Event.COMPLETE, {2, 3}),
        (nomination, (), Event.COMPLETE, set()),
    ],
    ids=["cancelled", "failed", "done", "nominated"],
)
def test_what_has_ended_keeps_what_it_took_back_for_good(
    ledger: Ledger, back: Callable[[int], Action], rows: Sequence[int], ends: Event, left: set[int]
) -> None:
    """What it did not come to can be had by others, and what it only nominated."""
    original = ended(ledger, 2, 3)
    first = planned(ledger, read(ledger, asked_back(ledger, original), 2, 3), 2, 3, back=back)
    second = asked_back(ledger, original)
    assert {*others(ledger, second)} == {2, 3}
    done(ledger, first, *rows, ends=ends)
    assert {*others(ledger, second)} == left


def test_what_was_brought_back_can_be_taken_back_anew(ledger: Ledger) -> None:
    """A row is free where its undo was taken back; not where that was taken back in its turn."""
    original = ended(ledger, 2, 3)
    first = taken_back(ledger, original, 2, 3)
    later = asked_back(ledger, original)
    assert {*others(ledger, later)} == {2, 3}
    restored = taken_back(ledger, first, 2, items="2")
    assert {*others(ledger, later)} == {3}
    taken_back(ledger, restored, 2)
    assert {*others(ledger, later)} == {2, 3}


# What follows ----------------------------------------------------------------------------------------------------


def test_what_is_taken_back_follows_in_the_same_move(ledger: Ledger) -> None:
    """Whatever kills a worker, no request is left being undone by one that has ended."""
    original = ended(ledger, 2)
    undo = taking_back(ledger, original, 2)
    assert ledger.get(original.id).state is State.UNDOING
    set_state(ledger, undo, 2, ItemState.DONE)
    ledger.move(undo, Event.COMPLETE)
    assert ledger.get(original.id).state is State.UNDONE


def test_what_was_taken_back_half_way_can_be_taken_back_still(ledger: Ledger) -> None:
    """A request whose undo was cancelled before its last row is done, not undone."""
    original = ended(ledger, 2, 3)
    undo = taking_back(ledger, original, 2, 3)
    set_state(ledger, undo, 2, ItemState.DONE)
    ledger.move(undo, Event.CANCEL)
    assert ledger.get(original.id).state is State.DONE


def test_another_undo_does_not_end_the_one_that_is_under_way(ledger: Ledger) -> None:
    """Whoever calls off their own undo does not make a request seem done that somebody else is taking back."""
    original = ended(ledger, 2, 3)
    first = taking_back(ledger, original, 2, 3)
    second = ledger.move(filed(ledger, NewRequest("b" * 64, first.parameters, "Eve", 60)), Event.REJECT)
    ledger.move(second, Event.CANCEL)
    assert ledger.get(original.id).state is State.UNDOING
    for row in (2, 3):
        set_state(ledger, first, row, ItemState.DONE)
    ledger.move(first, Event.COMPLETE)
    assert ledger.get(original.id).state is State.UNDONE


def test_an_undo_that_ends_with_something_on_its_way_is_settled_when_that_is_known(ledger: Ledger) -> None:
    """Until it was looked up whether a file is gone nobody reads that it is there."""
    original = ended(ledger, 2)
    undo = taking_back(ledger, original, 2)
    set_state(ledger, undo, 2, ItemState.SENDING)
    undo = ledger.move(undo, Event.CANCEL)
    assert ledger.get(original.id).state is State.UNDOING
    set_state(ledger, undo, 2, ItemState.DONE)
    ledger.settle_undo(undo)
    assert ledger.get(original.id).state is State.UNDONE


def test_several_that_take_a_part_back_each_take_back_the_whole(ledger: Ledger) -> None:
    """A request is undone when nothing that it did is left, in whatever parts that went; and no sooner."""
    original = ended(ledger, 2, 3, 4)
    taken_back(ledger, original, 2, items="2")
    taken_back(ledger, original, 3, items="3")
    assert ledger.get(original.id).state is State.DONE
    taken_back(ledger, original, 2, 3, items="2-3")  # an older ledger may have had rows taken back twice
    assert ledger.get(original.id).state is State.DONE
    taken_back(ledger, original, 4, items="4")
    assert ledger.get(original.id).state is State.UNDONE


def test_a_row_in_which_nothing_was_done_keeps_no_request_from_being_undone(ledger: Ledger) -> None:
    """It was so already, and is so still."""
    original = ended(ledger, 2, 3)
    [_, item] = ledger.items(original)
    ledger.set_item(original, item, ItemState.DONE, why=message("done-already"))
    taken_back(ledger, original, 2, items="2")
    assert ledger.get(original.id).state is State.UNDONE


def test_what_is_nominated_or_kept_out_is_not_taken_back(ledger: Ledger) -> None:
    """It is there still; what people have changed stays theirs, where all was to be taken back."""
    original = ended(ledger, 2, 3, 4)
    first = read(ledger, asked_back(ledger, original, items="2"), 2)
    done(ledger, planned(ledger, first, 2, back=nomination))
    rest = read(ledger, asked_back(ledger, original), 3, 4)
    done(ledger, planned(ledger, rest, 3))
    assert ledger.get(original.id).state is State.DONE
    taken_back(ledger, original, 2, items="2")
    assert ledger.get(original.id).state is State.UNDONE


def test_what_was_struck_can_be_taken_back_still(ledger: Ledger) -> None:
    """Who leaves a row out of what takes back all has not had it taken back."""
    original = ended(ledger, 2, 3)
    undo = planned(ledger, read(ledger, asked_back(ledger, original), 2, 3), 2, 3)
    ledger.strike(undo, {3}, Withheld(message("row-struck", "Rita")))
    done(ledger, undo)
    assert ledger.get(original.id).state is State.DONE


def test_what_comes_of_an_undo_goes_up_to_the_first_request(ledger: Ledger) -> None:
    """Bringing back one row makes the first request done; taking that back makes it undone again."""
    original = ended(ledger, 2, 3)
    undo = taken_back(ledger, original, 2, 3)
    restored = taken_back(ledger, undo, 2, items="2")
    assert [ledger.get(one.id).state for one in (original, undo)] == [State.DONE, State.DONE]
    again = taken_back(ledger, restored, 2)
    states = [ledger.get(one.id).state for one in (original, undo, restored, again)]
    assert states == [State.UNDONE, State.DONE, State.UNDONE, State.DONE]
    [*_, last] = ledger.history(original)
    assert (last.event, last.details) == ("be undone", {"undo": again.text_id})


def test_a_request_that_is_to_take_itself_back_is_told_of(ledger: Ledger, tmp_path: Path) -> None:
    """Anybody can file that, and cancel it."""
    undo = filed(ledger, NewRequest("a" * 64, {"type": "undo", "request": "H1"}, "Rita", 50))
    assert undo.text_id == "H1"
    undo = ledger.move(ledger.move(undo, Event.REJECT), Event.CANCEL)
    assert [one.id for one in ledger.undone_by(undo)] == [undo.id]
    assert fates(Hub(ledger, {}, Web("test"), Spool(tmp_path)), undo) == {}
