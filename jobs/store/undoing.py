"""What follows for a request that another takes back, in the transaction in which that one moves."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.requests import THERE, ItemState, StoredRequest
from jobs.model.states import ENDED, Event, State, state_after
from jobs.model.undo_effects import TakenBack, end_by, follows, follows_above
from jobs.store import tables
from jobs.store.item_counts import counts_of
from jobs.store.request_rows import find_request, moved_to, note_event, set_request
from jobs.store.taken_back import is_undone

_REQUEST = tables.requests.c


def follow_up(db: Connection, undo: StoredRequest) -> None:
    """Note what comes of the request that this one takes back, from where this one is by now."""
    original = find_request(db, undo.undoes) if undo.undoes and undo.state in {State.RUNNING, *ENDED} else None
    if original is None:
        return
    counts = counts_of(db, undo.id)
    if undo.state in ENDED and (counts[ItemState.SENDING] or counts[ItemState.SENT]):
        return  # what became of these is looked up first: see `settle_undo`
    something = any(counts[state] for state in THERE)
    taken = TakenBack(something, something and undo.state in ENDED and is_undone(db, original.id))
    events = follows(undo.state, taken, original.state, None if _others(db, undo) else _end(db, original))
    if events is None:
        return
    state = _happened(db, undo, original, *events)
    while state in ENDED and original.undoes and (first := find_request(db, original.undoes)):
        # Taking back was taken back: what it had taken back is there again.
        original = first
        state = _happened(db, undo, first, *follows_above(first.state, _end(db, first), undone=is_undone(db, first.id)))


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
