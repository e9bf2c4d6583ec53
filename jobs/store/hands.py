"""Who works on a request: its hands, each leased to a holder for a while."""

import socket
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.requests import StoredRequest
from jobs.store import tables
from jobs.store.database import Database, transaction
from jobs.store.request_rows import get_request, set_request

LEASE_SECONDS = 30.0
"""For so long a process that was killed keeps the others from what it worked on."""

_REQUEST = tables.requests.c
_HAND = tables.hands.c


def holder_prefix(pid: int) -> str:
    """How the names begin under which a process of this machine holds requests, and places at partners' servers."""
    return f"{socket.gethostname()}:{pid}:"


class Hands(Database):
    """The hands of requests."""

    @transaction
    def begin_slice(self, db: Connection, request: int, hand: int, holder: str) -> StoredRequest | None:
        """Lease a hand of the request to a holder for `LEASE_SECONDS`, and return the request; None: another has it.

        Of hand 0 it counts an attempt. Raises KeyError.
        """
        now = time.time()
        get_request(db, request)
        which = (_HAND.request == request, _HAND.hand == hand)
        leased = {"holder": holder, "held_until": now + LEASE_SECONDS}
        free = sa.or_(~is_live(now), _HAND.holder == holder)
        if not db.execute(sa.update(tables.hands).where(*which, free).values(leased)).rowcount:
            if db.scalar(sa.select(_HAND.holder).where(*which)) is not None:
                return None
            db.execute(sa.insert(tables.hands).values(request=request, hand=hand, **leased))
        if hand == 0:
            set_request(db, request, {"attempts": _REQUEST.attempts + 1, "served": now})
        return get_request(db, request)

    @transaction
    def hold(self, db: Connection, holder: str, seconds: float) -> None:
        """Renew what is leased to the holder, for so long from now; 0: let others have it."""
        db.execute(_HOLD, {"of_holder": holder, "held_until": time.time() + seconds if seconds else 0.0})

    @transaction
    def free_from(self, db: Connection, prefix: str) -> None:
        """Let others have what a dead process held, in as many seconds as it was tried in vain."""
        now = time.time()
        dead = (_HAND.holder.startswith(prefix, autoescape=True), is_live(now))
        attempts = sa.select(_REQUEST.attempts).where(_REQUEST.id == _HAND.request).scalar_subquery()
        db.execute(sa.update(tables.hands).where(*dead).values(held_until=now + attempts))
        at_hosts = tables.host_places.c.holder.startswith(prefix, autoescape=True)
        db.execute(sa.update(tables.host_places).where(at_hosts).values(held_until=0.0))


def is_live(now: float) -> sa.ColumnElement[bool]:
    """Of leases: those that are neither over nor from a clock that went wrong."""
    return _between(now, now + 2 * LEASE_SECONDS)


def _between(now: Any, longest: Any) -> sa.ColumnElement[bool]:
    return sa.and_(_HAND.held_until >= now, _HAND.held_until <= longest)


_HOLD = sa.update(tables.hands).where(_HAND.holder == sa.bindparam("of_holder"))
_LIVE = sa.select(_HAND.holder).where(
    _HAND.request == sa.bindparam("request"), _between(sa.bindparam("now"), sa.bindparam("longest"))
)


def live_holders(db: Connection, request: int) -> frozenset[str]:
    """Those to whom hands of the request are leased at the moment."""
    now = time.time()
    return frozenset(db.scalars(_LIVE, {"request": request, "now": now, "longest": now + 2 * LEASE_SECONDS}))
