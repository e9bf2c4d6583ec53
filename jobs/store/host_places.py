"""Who is at a partner's server: as many at once as its policy lets be, from whichever machines."""

import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.store import tables
from jobs.store.database import Database, transaction

HELD_SECONDS = 90.0
"""For so long a place is held that is not renewed: longer than a server that is waited for says nothing."""

_PLACE = tables.host_places.c
_IS_PLACE = (_PLACE.host == sa.bindparam("of_host"), _PLACE.place == sa.bindparam("of_place"))
_UPDATE = sa.update(tables.host_places)
# Beyond the longest it is of a clock that was wrong.
_TAKE = _UPDATE.where(
    *_IS_PLACE, sa.or_(_PLACE.held_until <= sa.bindparam("now"), _PLACE.held_until > sa.bindparam("longest"))
)
_KNOWN = sa.select(_PLACE.place).where(_PLACE.host == sa.bindparam("of_host"))
_HELD = _UPDATE.where(*_IS_PLACE, _PLACE.holder == sa.bindparam("of_holder"))


class HostPlaces(Database):
    """The places at partners' servers."""

    @transaction
    def take_host_place(self, db: Connection, host: str, most: int, holder: str) -> int | None:
        """Lease one of so many places at the host for `HELD_SECONDS`, and return which; None: all are taken."""
        now = time.time()
        leased = {"holder": holder, "held_until": now + HELD_SECONDS}
        when = {"now": now, "longest": now + 2 * HELD_SECONDS}
        known = set(db.scalars(_KNOWN, {"of_host": host}))
        for place in range(most):
            if place not in known:
                db.execute(sa.insert(tables.host_places), {"host": host, "place": place, **leased})
                return place
            if db.execute(_TAKE, {"of_host": host, "of_place": place, **when, **leased}).rowcount:
                return place
        return None

    @transaction
    def hold_host_place(self, db: Connection, host: str, place: int, holder: str, seconds: float) -> None:
        """Renew the lease for so long from now; 0: let others have the place."""
        held = {"of_host": host, "of_place": place, "of_holder": holder}
        db.execute(_HELD, {**held, "held_until": time.time() + seconds if seconds else 0.0})
