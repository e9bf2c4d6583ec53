"""The states of a request, and which may follow which."""

from enum import StrEnum


class State(StrEnum):
    """Where a request is on its way. The values stand on the wiki as the template's `status`."""

    RECEIVED = "received"
    INVALID = "invalid"
    PLANNED = "planned"
    APPROVED = "approved"
    RUNNING = "running"
    DONE = "done"
    PARTLY_DONE = "partly done"
    FAILED = "failed"


_MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.INVALID, State.PLANNED, State.FAILED}),
    State.INVALID: frozenset({State.RECEIVED}),
    State.PLANNED: frozenset({State.RECEIVED, State.INVALID, State.APPROVED, State.FAILED}),
    State.APPROVED: frozenset({State.RECEIVED, State.INVALID, State.RUNNING, State.FAILED}),
    State.RUNNING: frozenset({State.DONE, State.PARTLY_DONE, State.FAILED}),
    State.DONE: frozenset(),
    State.PARTLY_DONE: frozenset(),
    State.FAILED: frozenset(),
}

WORKING = frozenset({State.RECEIVED, State.APPROVED, State.RUNNING})
"""The states in which the bot, not a person, has the next move."""

ENDED = frozenset({State.DONE, State.PARTLY_DONE, State.FAILED})


class IllegalMove(Exception):  # noqa: N818 - says what it is
    """A request was to go where it cannot go from where it is."""


def check_move(old: State, new: State) -> None:
    """Raises IllegalMove unless `new` may follow `old`, or is where it is: two workers may come to the same end."""
    if new is not old and new not in _MOVES[old]:
        raise IllegalMove(f"{old} -> {new}")


def may_be_changed(state: State) -> bool:
    """Whether an edit of the request still makes a new plan: not once anything was carried out."""
    return state is State.RECEIVED or State.RECEIVED in _MOVES[state]
