"""What follows for a request that another takes back."""

import pytest

from jobs.model.states import ENDED, Event, State
from jobs.model.undo_effects import TakenBack, follows

NOTHING, SOME, ALL = TakenBack(), TakenBack(something=True), TakenBack(something=True, whole=True)


@pytest.mark.parametrize(
    ("undo", "taken", "original", "events"),
    [
        # It begins: whatever has ended is being taken back from then on.
        (State.RUNNING, NOTHING, State.DONE, (Event.TAKE_BACK,)),
        (State.RUNNING, NOTHING, State.CANCELLED, (Event.TAKE_BACK,)),
        (State.RUNNING, NOTHING, State.UNDOING, None),
        (State.RUNNING, NOTHING, State.UNDONE, None),
        # It ends, and everything was taken back.
        (State.DONE, ALL, State.UNDOING, (Event.BE_UNDONE,)),
        (State.DONE, ALL, State.DONE, (Event.TAKE_BACK, Event.BE_UNDONE)),
        # It ends, and a part was.
        (State.PARTLY_DONE, SOME, State.UNDOING, (Event.COMPLETE_IN_PART,)),
        (State.DONE, SOME, State.PARTLY_DONE, ()),
        # It ends, and nothing was.
        (State.FAILED, NOTHING, State.UNDOING, (Event.COMPLETE_IN_PART,)),
        (State.CANCELLED, NOTHING, State.DONE, None),
        # It is on its way, or what it takes back is.
        (State.PLANNED, NOTHING, State.DONE, None),
        (State.PILOT, SOME, State.UNDOING, None),
        (State.DONE, ALL, State.RUNNING, None),
    ],
)
def test_what_follows(undo: State, taken: TakenBack, original: State, events: tuple[Event, ...] | None) -> None:
    """The request is being undone while another takes it back, then undone, or as it was."""
    assert follows(undo, taken, original, Event.COMPLETE_IN_PART) == events


@pytest.mark.parametrize("undo", sorted(ENDED - {State.UNDONE}))
def test_nothing_stays_undoing(undo: State) -> None:
    """However the request ends that takes another back, that other comes out of its state."""
    for taken in (NOTHING, SOME, ALL):
        assert follows(undo, taken, State.UNDOING, Event.COMPLETE)
