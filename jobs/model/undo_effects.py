"""How the request that takes another back, and what comes of its items, changes the state of that other."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.model.actions import Action, Edit, Revert
from jobs.model.requests import Item, ItemState, StoredRequest
from jobs.model.states import ENDED, MOVES, Event, State, end_of


def end_by(counts: Mapping[ItemState, int]) -> Event:
    """How a request with these items ends; what is done in part is done, and is not.

    What the list keeps out is as it was meant to be.
    """
    partly = counts[ItemState.PARTLY]
    not_done = sum(counts[state] for state in (ItemState.FAILED, ItemState.REFUSED, ItemState.PLANNED))
    return end_of(counts[ItemState.DONE] + partly, not_done + partly)


def took_effect(item: Item) -> bool:
    """Whether something was done for the item, if only in part, that can be taken back; else it was so already."""
    return item.action is not None and (
        item.state is ItemState.PARTLY or (item.state is ItemState.DONE and not item.why)
    )


def nominates(undo: StoredRequest, action: Action | None) -> bool:
    """Whether this action of a request that takes another back nominates a page for deletion: see `jobs.kinds.undo`."""
    return bool(undo.undoes) and isinstance(action, Edit) and not isinstance(action.change, Revert)


@dataclass(frozen=True)
class TakenBack:
    """What there is of a request's being taken back: something by this undo; the whole, for good, by all of them."""

    something: bool = False
    whole: bool = False


def follows(undo: State, taken: TakenBack, original: State, original_end: Event | None) -> tuple[Event, ...] | None:
    """What happens to a request where the one that takes it back is in the state `undo`; None: nothing.

    It is undone as a whole; or, where only some items were taken back or nominated, it is in the state that it had:
    then nothing happens to it, but its report has more to say (an empty tuple). `original_end`: how it ended by its
    own items; None while others still take it back.
    """
    if undo is State.RUNNING:
        return (Event.TAKE_BACK,) if original in MOVES[Event.TAKE_BACK].of else None
    under_way = original is State.UNDOING
    if undo not in ENDED or original not in ENDED | {State.UNDOING} or not (under_way or taken.something):
        return None
    if not taken.whole:
        return (original_end,) if under_way and original_end else ()
    return _undone(original)


def follows_above(first: State, first_end: Event, *, undone: bool) -> tuple[Event, ...]:
    """What happens to a request where what takes it back was taken back; `undone`: whether it is undone by now."""
    if undone and first in MOVES[Event.TAKE_BACK].of:
        return _undone(first)
    return (first_end,) if first is State.UNDONE and not undone else ()


def _undone(request: State) -> tuple[Event, ...]:
    begin = (Event.TAKE_BACK,) if request in MOVES[Event.TAKE_BACK].of else ()
    return (*begin, Event.BE_UNDONE)
