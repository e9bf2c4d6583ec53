"""The states of a request."""

from itertools import product

import pytest

from jobs.model.states import ENDED, MOVES, WORKING, Event, IllegalMove, State, end_of, may_be_changed, state_after

ALLOWED = {
    # The bot plans it, or finds what is wrong with it.
    ("received", "planned"), ("received", "invalid"), ("received", "failed"),
    ("received", "checked"), ("checked", "received"),
    # Somebody approves it, and the bot carries it out.
    ("planned", "approved"), ("planned", "failed"), ("approved", "running"), ("approved", "failed"),
    ("running", "done"), ("running", "partly done"), ("running", "failed"),
    # Its author changes it, well or badly, before anything was carried out.
    ("invalid", "received"), ("planned", "received"), ("approved", "received"),
    ("checked", "invalid"), ("planned", "invalid"), ("approved", "invalid"),
    # The first few are done and looked at; somebody wants a break, an end, or another try.
    ("running", "pilot"), ("pilot", "running"), ("approved", "paused"), ("running", "paused"),
    ("paused", "approved"), ("paused", "running"), ("partly done", "running"), ("failed", "running"),
    *((state, "cancelled") for state in ("invalid", "planned", "approved", "running", "pilot", "paused")),
    # Another request takes it back, as a whole or in part, and that can be taken back too.
    *((state, "undoing") for state in ("done", "partly done", "failed", "cancelled")),
    *(("undoing", state) for state in ("undone", "done", "partly done", "failed")),
    *(("undone", state) for state in ("done", "partly done", "failed")),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), list(product(State, State)))
def test_only_some_moves_are_allowed(old: State, new: State) -> None:
    """From each state a request may stay or go to the few that make sense, and to no other."""
    events = [event for event, move in MOVES.items() if move.to is new]
    if old is new or (old.value, new.value) in ALLOWED:
        assert any(_leads(old, event) for event in events)
    else:
        assert not any(_leads(old, event) for event in events)


def _leads(old: State, event: Event) -> bool:
    try:
        return state_after(old, event) is MOVES[event].to
    except IllegalMove as error:
        assert str(error) == f"{old}: {event}"  # noqa: PT017 - what it says
        return False


def test_each_event_leads_somewhere() -> None:
    """Whatever can happen to a request stands in the table, and each state is one that something leads to."""
    assert set(MOVES) == set(Event)
    assert {move.to for move in MOVES.values()} == set(State)


@pytest.mark.parametrize("state", list(State))
def test_what_was_begun_is_not_changed(state: State) -> None:
    """A request may be changed until it runs, and never after."""
    assert may_be_changed(state) == (state in {"received", "invalid", "checked", "planned", "approved"})


def test_an_ended_request_goes_on_only_when_somebody_says_so() -> None:
    """What has ended can be tried again or taken back, and in no other way does anything follow."""
    follows = {new for state in ENDED for old, new in ALLOWED if old == state}
    assert follows - {state.value for state in ENDED} == {"running", "undoing"}


def test_in_every_other_state_somebody_has_the_next_move() -> None:
    """A request that has not ended waits for the bot, for a person, or for the request that takes it back."""
    waits = {State.INVALID, State.CHECKED, State.PLANNED, State.PILOT, State.PAUSED, State.UNDOING}
    assert set(State) - ENDED - WORKING == waits


@pytest.mark.parametrize(("done", "not_done", "end"), [(0, 3, "fail"), (2, 1, "complete in part"), (3, 0, "complete")])
def test_a_request_ends_by_what_came_of_its_items(done: int, not_done: int, end: str) -> None:
    """Done is all done; failed is nothing done."""
    assert end_of(done, not_done) == end
