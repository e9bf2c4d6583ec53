"""How many items of a request are in each state: kept beside them, since to count a million takes a second."""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.requests import ItemState
from jobs.store import tables

_COUNT = tables.item_counts.c


def counts_of(db: Connection, request: int) -> Mapping[ItemState, int]:
    """How many of the request's items are in each state."""
    query = sa.select(_COUNT.state, _COUNT.number).where(_COUNT.request == request)
    found: dict[ItemState, int] = {row.state: row.number for row in db.execute(query)}
    return {state: found.get(state, 0) for state in ItemState}


def note_counts(db: Connection, request: int, more: Mapping[ItemState, int]) -> None:
    """Note that so many items more (or less) are in these states; the request's line is locked by the caller."""
    for state, number in more.items():
        which = (_COUNT.request == request, _COUNT.state == state)
        changed = sa.update(tables.item_counts).where(*which).values(number=_COUNT.number + number)
        if number and not db.execute(changed).rowcount:
            db.execute(sa.insert(tables.item_counts).values(request=request, state=state, number=number))


def note_moved(db: Connection, request: int, before: ItemState, after: ItemState, number: int = 1) -> None:
    """Note that so many items went from one state to another."""
    more = Counter({after: number})
    more.subtract({before: number})
    note_counts(db, request, more)


def forget_counts(db: Connection, request: int) -> None:
    """Note that the request has no items."""
    db.execute(sa.delete(tables.item_counts).where(_COUNT.request == request))
