"""How fast a wiki is asked and written to, by all processes that share the ledger.

Each kind of write on a wiki has one line: from when on the next such write is free. Whoever takes a place moves it on,
and may die before the write: that costs the one place. A time that is further off than any is set to is of a clock that
was wrong, and counts as past.
"""

import time
from math import inf

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.pace import WriteKind
from jobs.store import tables
from jobs.store.database import Database, transaction
from jobs.store.moments import LONGEST_WAIT

FURTHEST_PLACE = 300.0
"""Seconds: no place is further off, however many writes did not wait for theirs."""

_ANY_REQUEST = "request"
"""The line of a wiki that is not to be asked anything for a while."""

_PACE = tables.paces.c


class Paces(Database):
    """The pace on each wiki."""

    @transaction
    def take_place(self, db: Connection, wiki: str, kind: WriteKind, apart: float, most: float = inf) -> float:
        """Take the next place for such a write, `apart` seconds from the one before; in how many seconds it is.

        If that is more than `most`, it is not taken.
        """
        now = time.time()
        wait = _wait(_free_from(db, wiki, kind, lock=True), now, FURTHEST_PLACE)
        if wait <= most:
            _set(db, wiki, kind, now + min(wait + apart, FURTHEST_PLACE))
        return wait

    @transaction
    def next_place(self, db: Connection, wiki: str, kind: WriteKind) -> float:
        """In how many seconds the next place for such a write is; none is taken."""
        return _wait(_free_from(db, wiki, kind), time.time(), FURTHEST_PLACE)

    @transaction
    def hold_off(self, db: Connection, wiki: str, seconds: float) -> None:
        """Have no process ask anything of the wiki for so long (an hour at most), as it wants."""
        now = time.time()
        before = _wait(_free_from(db, wiki, _ANY_REQUEST, lock=True), now, LONGEST_WAIT)
        _set(db, wiki, _ANY_REQUEST, now + min(max(before, seconds), LONGEST_WAIT))

    @transaction
    def held_off(self, db: Connection, wiki: str) -> float:
        """For how many seconds more nothing may be asked of the wiki; 0: it may be."""
        return _wait(_free_from(db, wiki, _ANY_REQUEST), time.time(), LONGEST_WAIT)


def _wait(free_from: float, now: float, longest: float) -> float:
    return free_from - now if now < free_from <= now + longest else 0.0


def _free_from(db: Connection, wiki: str, kind: str, *, lock: bool = False) -> float:
    query = sa.select(_PACE.free_from).where(_PACE.wiki == wiki, _PACE.kind == kind)
    return float(db.scalar(query.with_for_update() if lock else query) or 0.0)


def _set(db: Connection, wiki: str, kind: str, free_from: float) -> None:
    same = (_PACE.wiki == wiki, _PACE.kind == kind)
    if not db.execute(sa.update(tables.paces).where(*same).values(free_from=free_from)).rowcount:
        db.execute(sa.insert(tables.paces).values(wiki=wiki, kind=kind, free_from=free_from))
