"""The states of a request, and the events that take it from one to another."""

from collections.abc import Mapping
from dataclasses import dataclass
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


class Event(StrEnum):
    """What happens to a request."""

    RECEIVE = "receive"
    """Its text or its list is another one, or somebody wants it looked at again: it is planned anew."""
    REJECT = "reject"
    """It cannot be carried out as it is, by what it says or by what a reviewer says."""
    CHECK = "check"
    """Its list was looked at, and nothing more was asked for."""
    PLAN = "plan"
    """Everything that would be done is known; or a reviewer took something out of it."""
    APPROVE = "approve"
    START = "start"
    SHOW_PILOT = "show pilot"
    """The first few items are done, for people to look at."""
    GO_ON = "go on"
    """After people looked, after a pause, or with what failed."""
    PAUSE = "pause"
    COMPLETE = "complete"
    COMPLETE_IN_PART = "complete in part"
    FAIL = "fail"
    CANCEL = "cancel"
    TAKE_BACK = "take back"
    """Another request begins to take it back."""
    BE_UNDONE = "be undone"
    """Another request took all of it back."""


@dataclass(frozen=True)
class Move:
    """An event leads `to` a state from any of the states in `of`."""

    of: frozenset[State]
    to: State


_S = State
_UNDER_UNDO = {State.UNDOING, State.UNDONE}

MOVES: Mapping[Event, Move] = {
    event: Move(frozenset(of), to)
    for event, of, to in (
        (Event.RECEIVE, {_S.RECEIVED, _S.INVALID, _S.CHECKED, _S.PLANNED, _S.APPROVED}, _S.RECEIVED),
        (Event.REJECT, {_S.RECEIVED, _S.INVALID, _S.CHECKED, _S.PLANNED, _S.APPROVED}, _S.INVALID),
        (Event.CHECK, {_S.RECEIVED}, _S.CHECKED),
        (Event.PLAN, {_S.RECEIVED, _S.PLANNED}, _S.PLANNED),
        (Event.APPROVE, {_S.PLANNED, _S.PAUSED}, _S.APPROVED),
        (Event.START, {_S.APPROVED}, _S.RUNNING),
        (Event.SHOW_PILOT, {_S.RUNNING}, _S.PILOT),
        (Event.GO_ON, {_S.PILOT, _S.PAUSED, _S.PARTLY_DONE, _S.FAILED}, _S.RUNNING),
        (Event.PAUSE, {_S.APPROVED, _S.RUNNING}, _S.PAUSED),
        (Event.COMPLETE, {_S.RUNNING, *_UNDER_UNDO}, _S.DONE),
        (Event.COMPLETE_IN_PART, {_S.RUNNING, *_UNDER_UNDO}, _S.PARTLY_DONE),
        (Event.FAIL, {_S.RECEIVED, _S.PLANNED, _S.APPROVED, _S.RUNNING, *_UNDER_UNDO}, _S.FAILED),
        (Event.CANCEL, {_S.INVALID, _S.PLANNED, _S.APPROVED, _S.RUNNING, _S.PILOT, _S.PAUSED}, _S.CANCELLED),
        (Event.TAKE_BACK, {_S.DONE, _S.PARTLY_DONE, _S.FAILED, _S.CANCELLED}, _S.UNDOING),
        (Event.BE_UNDONE, {_S.UNDOING}, _S.UNDONE),
    )
}
"""Every way from a state to another. What follows for a request that is taken back: `jobs.model.undo_effects`."""

PREVIEWED = frozenset({State.CHECKED, State.PLANNED})
"""The states in which the report shows what would be done; of what was to be checked alone, nothing ever will be."""

WORKING = frozenset({State.RECEIVED, State.APPROVED, State.RUNNING})
"""The states in which the bot, not a person, has the next move."""

UNSTOPPED = WORKING | PREVIEWED | {State.PILOT}
"""The states in which what is kept as a request's reason is what it waits for; in the others, why it is there."""

LOOKED_AT = frozenset({State.INVALID, State.CHECKED, State.PLANNED})
"""The states in which a person has the next move, and the partner's list is looked at meanwhile."""

ENDED = frozenset({State.DONE, State.PARTLY_DONE, State.FAILED, State.CANCELLED, State.UNDONE})
"""The states in which nothing more happens unless somebody wants it."""


class IllegalMove(Exception):  # noqa: N818 - says what it is
    """Something was to happen to a request that cannot happen to it where it is."""


def state_after(state: State, event: Event) -> State:
    """The state that the event leads to. Raises IllegalMove.

    A request may already be where the event leads to: two workers may come to the same end.
    """
    move = MOVES[event]
    if state is not move.to and state not in move.of:
        raise IllegalMove(f"{state}: {event}")
    return move.to


def may_be_changed(state: State) -> bool:
    """Whether an edit of the request still makes a new plan: not once anything was carried out."""
    return state in MOVES[Event.RECEIVE].of


def end_of(done: int, not_done: int) -> Event:
    """How a request ends of whose items so many were done and so many were not."""
    if not done:
        return Event.FAIL
    return Event.COMPLETE_IN_PART if not_done else Event.COMPLETE
