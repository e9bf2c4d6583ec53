"""The states of a request, and which may follow which."""

from enum import StrEnum


class State(StrEnum):
    """Where a request is on its way. The values stand on the wiki as the template's `status`."""

    RECEIVED = "received"
    INVALID = "invalid"
    CHECKED = "checked"
    PLANNED = "planned"
    APPROVED = "approved"
    RUNNING = "running"
    PILOT = "pilot"
    PAUSED = "paused"
    DONE = "done"
    PARTLY_DONE = "partly done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"


_ENDS = frozenset({State.DONE, State.PARTLY_DONE, State.FAILED, State.CANCELLED})

_MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.INVALID, State.CHECKED, State.PLANNED, State.FAILED}),
    State.INVALID: frozenset({State.RECEIVED, State.CANCELLED}),
    State.CHECKED: frozenset({State.RECEIVED}),
    State.PLANNED: frozenset({State.RECEIVED, State.INVALID, State.APPROVED, State.FAILED, State.CANCELLED}),
    State.APPROVED: frozenset(
        {State.RECEIVED, State.INVALID, State.RUNNING, State.FAILED, State.PAUSED, State.CANCELLED}
    ),
    State.RUNNING: _ENDS | {State.PILOT, State.PAUSED},
    State.PILOT: frozenset({State.RUNNING, State.CANCELLED}),
    State.PAUSED: frozenset({State.APPROVED, State.RUNNING, State.CANCELLED}),
    State.DONE: frozenset({State.UNDOING}),
    State.PARTLY_DONE: frozenset({State.RUNNING, State.UNDOING}),
    State.FAILED: frozenset({State.RUNNING, State.UNDOING}),
    State.CANCELLED: frozenset({State.UNDOING}),
    State.UNDOING: _ENDS | {State.UNDONE},
    State.UNDONE: _ENDS,
}

PREVIEWED = frozenset({State.CHECKED, State.PLANNED})
"""The states in which the report shows what would be done; of what was to be checked alone, nothing ever will be."""

WORKING = frozenset({State.RECEIVED, State.APPROVED, State.RUNNING})
"""The states in which the bot, not a person, has the next move."""

LOOKED_AT = frozenset({State.INVALID, State.CHECKED, State.PLANNED})
"""The states in which a person has the next move, and the partner's list is looked at meanwhile."""

ENDED = _ENDS | {State.UNDONE}


class IllegalMove(Exception):  # noqa: N818 - says what it is
    """A request was to go where it cannot go from where it is."""


def check_move(old: State, new: State) -> None:
    """Raises IllegalMove unless `new` may follow `old`, or is where it is: two workers may come to the same end."""
    if new is not old and new not in _MOVES[old]:
        raise IllegalMove(f"{old} -> {new}")


def may_be_changed(state: State) -> bool:
    """Whether an edit of the request still makes a new plan: not once anything was carried out."""
    return state is State.RECEIVED or State.RECEIVED in _MOVES[state]


def end_of(done: int, not_done: int) -> State:
    """The state in which a request ends of whose items so many were done and so many were not."""
    if not done:
        return State.FAILED
    return State.PARTLY_DONE if not_done else State.DONE
