"""A request's row in the tables, in a transaction: found, changed, and what happened to it written down."""

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.problems import Problem
from jobs.model.requests import StoredRequest
from jobs.model.states import State
from jobs.store import tables

_REQUEST = tables.requests.c
_IS_REQUEST = _REQUEST.id == sa.bindparam("request")
_FIND = tables.select_requests().where(_IS_REQUEST)
_SET = sa.update(tables.requests).where(_IS_REQUEST)
_HAPPENED = sa.insert(tables.events)


def find_request(db: Connection, request: int) -> StoredRequest | None:
    """The request with this number; None where there is none: people may name any."""
    row = db.execute(_FIND, {"request": request}).one_or_none()
    return tables.request(row) if row else None


def get_request(db: Connection, request: int) -> StoredRequest:
    """The request with this number. Raises KeyError."""
    found = find_request(db, request)
    if found is None:
        raise KeyError(request)
    return found


def set_request(db: Connection, request: int, values: Mapping[str, Any]) -> None:
    """Note values of the request."""
    db.execute(_SET.values(**values), {"request": request})


def moved_to(state: State) -> dict[str, Any]:
    """The columns that a move changes: where the request is, and that the wiki has yet to show it."""
    return {"state": state, "state_since": time.time(), "version": _REQUEST.version + 1}


def note_event(
    db: Connection, request: StoredRequest, event: str, *, user: str = "", revision: int = 0,
    details: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Write down what happened to the request, which is as it was afterwards: see `HistoryEntry`.

    Of several problems the first: the report has them all, as long as they are there.
    """
    first = Problem("", request.why) if request.why else next(iter(request.reasons), None)
    told = {"parameter": first.parameter} if first and first.parameter else {}
    values = {"request": request.id, "at": time.time(), "event": event, "state": request.state, "user": user}
    rest = {
        "revision": revision,
        "plan": request.plan,
        "why": first and first.why,
        "details": told | dict(details or {}),
    }
    db.execute(_HAPPENED, values | rest)
