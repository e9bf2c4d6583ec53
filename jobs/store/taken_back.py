"""Which rows of a request others take back, or took back for good."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.requests import ItemState, StoredRequest
from jobs.model.rows import read_rows
from jobs.model.states import ENDED, State
from jobs.store import tables
from jobs.store.item_counts import counts_of
from jobs.store.request_rows import get_request

_REQUEST = tables.requests.c
_COUNT = tables.item_counts.c


def taken_by_others(db: Connection, undo: StoredRequest, rows: Collection[int]) -> Mapping[int, str]:
    """By which other requests such rows are taken back, or were for good, that this one is to take back as well.

    Of two that are not planned yet, the one has a row that was filed first: so one of them has it, whoever looks.
    """
    found: dict[int, str] = {}
    for other in _others(db, undo):
        found |= dict.fromkeys(_taken(db, other, rows, first=other.id < undo.id), other.text_id)
    return found


def _others(db: Connection, undo: StoredRequest) -> list[StoredRequest]:
    of_same = (_REQUEST.undoes == undo.undoes, _REQUEST.target == undo.target, _REQUEST.id != undo.id)
    query = tables.select_requests().where(*of_same, _REQUEST.state != State.INVALID).order_by(_REQUEST.id)
    return [tables.request(row) for row in db.execute(query)]


def _taken(db: Connection, other: StoredRequest, rows: Collection[int], *, first: bool) -> Collection[int]:
    """Those of the rows that the other request has; `first`: it was filed before the one that asks."""
    if other.state is State.RECEIVED and not other.listed:
        named = read_rows(other.parameters.get("items", ""))
        return [row for row in rows if first and (not named or row in named)]
    item = tables.items.c
    if other.state in ENDED:
        has = sa.and_(item.state == ItemState.DONE, _is_for_good(item.action))
    else:
        has = item.state.in_((ItemState.PLANNED, ItemState.DONE, *([ItemState.READ] if first else ())))
    query = sa.select(item.row).where(item.request == other.id, item.row.in_(rows), sa.or_(has, _is_begun(item.state)))
    return db.scalars(query.where(~is_taken_back(db, other.id, item.row))).all()


def _is_begun(state: sa.ColumnElement[ItemState]) -> sa.ColumnElement[bool]:
    return state.in_((ItemState.SENDING, ItemState.SENT))


def is_undone(db: Connection, request: int) -> bool:
    """Whether all that the request did was taken back for good, by whichever requests.

    But for rows that stay as they are because a request that was to take back all of it could not.
    """
    item = tables.items.c
    did = sa.or_(item.state == ItemState.PARTLY, sa.and_(item.state == ItemState.DONE, item.why.is_(None)))
    rows = sa.select(item.row).where(item.request == request, did).limit(1)
    taken = is_taken_back(db, request, item.row)
    stays = sa.or_(sa.false(), *(_could_not(undo, item.row) for undo in _whole_undos(db, request)))
    return db.scalar(rows.where(taken)) is not None and db.scalar(rows.where(~taken, ~stays)) is None


def _whole_undos(db: Connection, request: int) -> Iterator[int]:
    """Those of `_undos` that named no rows, and left none untried."""
    for undo in _undos(db, request):
        named = "items" in get_request(db, undo).parameters
        if not named and not counts_of(db, undo)[ItemState.PLANNED]:
            yield undo


def _could_not(undo: int, row: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    item = tables.items.alias().c
    states = (ItemState.REFUSED, ItemState.FAILED, ItemState.PARTLY)
    return sa.exists().where(item.request == undo, item.row == row, item.state.in_(states))


def is_taken_back(db: Connection, request: int, row: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether this row of the request was taken back for good; what did it was not taken back itself."""
    return sa.or_(sa.false(), *(_has_taken(db, undo, row) for undo in _undos(db, request)))


def _undos(db: Connection, request: int) -> Iterator[int]:
    """The requests that have taken back something of this one, and have ended."""
    did = sa.exists().where(_COUNT.request == _REQUEST.id, _COUNT.state == ItemState.DONE, _COUNT.number > 0)
    yield from db.scalars(sa.select(_REQUEST.id).where(_REQUEST.undoes == request, _REQUEST.state.in_(ENDED), did))


def _has_taken(db: Connection, undo: int, row: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    item = tables.items.alias().c
    done = (item.request == undo, item.row == row, item.state == ItemState.DONE, _is_for_good(item.action))
    return sa.exists().where(*done, ~is_taken_back(db, undo, item.row))


def _is_for_good(action: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether the action does not just nominate a page: see `jobs.model.undo_effects.nominates`."""
    read = sa.type_coerce(action, sa.JSON)
    is_edit, reverts = read["do"].as_string() == "edit", read["change", "do"].as_string() == "revert"
    return sa.or_(action.is_(None), ~is_edit, reverts)
