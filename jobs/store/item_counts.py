"""How many items of a request are in each state: kept beside them, since to count a million takes a second."""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.requests import ItemState
from jobs.store import tables

_COUNT = tables.item_counts.c
_OF_REQUEST = _COUNT.request == sa.bindparam("of_request")
_COUNTS = sa.select(_COUNT.state, _COUNT.number).where(_OF_REQUEST)
_CHANGE = (
    sa.update(tables.item_counts)
    .where(_OF_REQUEST, _COUNT.state == sa.bindparam("of_state", type_=_COUNT.state.type))
    .values(number=_COUNT.number + sa.bindparam("more"))
)


def counts_of(db: Connection, request: int) -> Mapping[ItemState, int]:
    """How many of the request's items are in each state."""
    found: dict[ItemState, int] = {row.state: row.number for row in db.execute(_COUNTS, {"of_request": request})}
    return {state: found.get(state, 0) for state in ItemState}


def note_counts(db: Connection, request: int, more: Mapping[ItemState, int]) -> None:
    """Note that so many items more (or less) are in these states; the request's line is locked by the caller."""
    for state, number in more.items():
        changed = {"of_request": request, "of_state": state, "more": number}
        if number and not db.execute(_CHANGE, changed).rowcount:
            db.execute(sa.insert(tables.item_counts).values(request=request, state=state, number=number))


def note_moved(db: Connection, request: int, before: ItemState, after: ItemState, number: int = 1) -> None:
    """Note that so many items went from one state to another."""
    more = Counter({after: number})
    more.subtract({before: number})
    note_counts(db, request, more)


def forget_counts(db: Connection, request: int) -> None:
    """Note that the request has no items."""
    db.execute(sa.delete(tables.item_counts).where(_COUNT.request == request))
