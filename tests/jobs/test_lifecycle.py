"""The states of a request."""

from itertools import product

import pytest

from jobs.lifecycle import ENDED, WORKING, IllegalMove, State, check_move, may_be_changed

ALLOWED = {
    # The bot plans it, or finds what is wrong with it.
    ("received", "planned"), ("received", "invalid"), ("received", "failed"),
    # Somebody approves it, and the bot carries it out.
    ("planned", "approved"), ("planned", "failed"), ("approved", "running"), ("approved", "failed"),
    ("running", "done"), ("running", "partly done"), ("running", "failed"),
    # Its author changes it, well or badly, before anything was carried out.
    ("invalid", "received"), ("planned", "received"), ("approved", "received"),
    ("planned", "invalid"), ("approved", "invalid"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), list(product(State, State)))
def test_only_some_moves_are_allowed(old: State, new: State) -> None:
    """From each state a request may stay or go to the few that make sense, and to no other."""
    if old is new or (old.value, new.value) in ALLOWED:
        check_move(old, new)
    else:
        with pytest.raises(IllegalMove, match=f"{old} -> {new}"):
            check_move(old, new)


@pytest.mark.parametrize("state", list(State))
def test_what_was_begun_is_not_changed(state: State) -> None:
    """A request may be changed until it runs, and never after."""
    assert may_be_changed(state) == (state in {"received", "invalid", "planned", "approved"})


def test_an_ended_request_stays_as_it_is() -> None:
    """From done, partly done and failed nothing follows, and these are all the ends there are."""
    assert {state for state in State if all((state.value, new) not in ALLOWED for new in State)} == ENDED


def test_in_every_other_state_somebody_has_the_next_move() -> None:
    """A request that has not ended waits for the bot, or for a person in just two states."""
    assert set(State) - ENDED - WORKING == {State.INVALID, State.PLANNED}
