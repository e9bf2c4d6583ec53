"""What follows for a request that another takes back, in the transaction in which that one moves."""

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.actions import Action
from jobs.model.requests import ItemState, StoredRequest
from jobs.model.states import ENDED, Event, State, state_after
from jobs.model.undo_effects import TakenBack, end_by, follows, nominates
from jobs.store import tables
from jobs.store.item_counts import counts_of
from jobs.store.request_rows import find_request, moved_to, note_event, set_request

_REQUEST = tables.requests.c


def follow_up(db: Connection, undo: StoredRequest) -> None:
    """Note what comes of the request that this one takes back, from where this one is by now."""
    original = find_request(db, undo.undoes) if undo.undoes and undo.state in {State.RUNNING, *ENDED} else None
    if original is None:
        return
    counts = counts_of(db, undo.id)
    if undo.state in ENDED and (counts[ItemState.SENDING] or counts[ItemState.SENT]):
        return  # what became of these is looked up first: see `settle_undo`
    nominated = sum(nominates(undo, action) for action in _done(db, undo))
    taken = TakenBack.by(undo, counts, nominated)
    events = follows(undo.state, taken, original.state, None if _others(db, undo) else _end(db, original))
    if events is None:
        return
    state = _happened(db, undo, original, *events)
    first = find_request(db, original.undoes) if original.undoes and state in ENDED else None
    if first:  # taking back was taken back
        back = taken.whole and first.state is State.UNDONE
        _happened(db, undo, first, *([_end(db, first)] if back else []))


def _others(db: Connection, undo: StoredRequest) -> bool:
    """Whether other requests are taking the same one back."""
    others = (_REQUEST.undoes == undo.undoes, _REQUEST.id != undo.id, _REQUEST.state.in_(_TAKING_BACK))
    return db.execute(sa.select(_REQUEST.id).where(*others)).first() is not None


_TAKING_BACK = (State.RUNNING, State.PILOT, State.PAUSED)


def _end(db: Connection, request: StoredRequest) -> Event:
    """How the request ended by its own items."""
    return end_by(counts_of(db, request.id))


def _happened(db: Connection, undo: StoredRequest, request: StoredRequest, *events: Event) -> State:
    """Note the events, or none, that an undo led to, and that the request's report has more to say."""
    state = request.state
    for event in events:
        state = state_after(state, event)
    set_request(db, request.id, moved_to(state))
    for event in events:
        note_event(db, replace(request, state=state), event, details={"undo": undo.text_id})
    return state


def _done(db: Connection, request: StoredRequest) -> Iterator[Action]:
    column = tables.items.c
    query = sa.select(column.action).where(column.request == request.id, column.state == ItemState.DONE)
    yield from db.execute(query.execution_options(yield_per=500)).scalars()
