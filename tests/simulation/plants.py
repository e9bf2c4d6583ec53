"""Bugs that are put into the program on purpose, to see that the simulation finds them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

import jobs.slice
from jobs.actions.edit import EditHandler
from jobs.model.outcomes import NotApplied
from jobs.model.requests import Item, ItemState, StoredRequest
from jobs.reporting import replies
from jobs.review import commands
from jobs.store import items, tables
from jobs.store.item_counts import note_moved
from jobs.store.ledger import Ledger


@contextmanager
def _set(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    kept = [(place, name, getattr(place, name)) for place, name, _ in changes]
    for place, name, value in changes:
        setattr(place, name, value)
    try:
        yield
    finally:
        for place, name, value in kept:
            setattr(place, name, value)


def _resend() -> AbstractContextManager[None]:
    """What was on its way is sent again without a look at what became of it."""
    return _set((EditHandler, "find_lost_write", lambda _self, _item: NotApplied()))


def _no_renewal() -> AbstractContextManager[None]:
    """A lease is not renewed while its holder works, and a holder whose lease ran out claims all the same."""
    column, whoever = tables.items.c, items._IS_ITEM[:2]
    update = sa.update(tables.items).where(*whoever)
    return _set(
        (jobs.slice, "LEASE_SECONDS", 1e9),
        (items, "live_holders", _everybody),
        (items, "_key", lambda request, item: {"of_request": request.id, "of_row": item.row}),
        (items, "_BEFORE", sa.select(column.state).where(*whoever)),
        (items, "_UPDATE", update),
        (items, "_CLAIM", update.where(items._OF_STATE, column.claim_version == sa.bindparam("of_claim"))),
    )


class _Everybody(frozenset):  # type: ignore[type-arg]
    def __contains__(self, _: object) -> bool:
        return True

    def __sub__(self, _: object) -> "frozenset[Any]":
        return frozenset()


def _everybody(_db: Any, _request: int) -> "frozenset[str]":
    return _Everybody()


def _claim(self: Ledger, request: StoredRequest, item: Item, parent: int = 0, sent_text_sha1: str = "") -> Item | None:
    def claim(db: Any) -> Item:
        column = tables.items.c
        which = (column.request == request.id, column.row == item.row)
        before = db.scalar(sa.select(column.state).where(*which))
        version = db.scalar(sa.select(column.claim_version).where(*which)) + 1
        values = {"state": ItemState.SENDING, "parent": parent, "sent_text_sha1": sent_text_sha1}
        holder = item.holder
        db.execute(sa.update(tables.items).where(*which).values(**values, claim_version=version, holder=holder))
        note_moved(db, request.id, before, ItemState.SENDING)
        return replace(
            item, state=ItemState.SENDING, claim_version=version, parent=parent, sent_text_sha1=sent_text_sha1
        )

    return self.run(_named(claim, request, item))


def _named(claim: Callable[[Any], Item], request: StoredRequest, item: Item) -> Callable[[Any], Item]:
    method, args = claim, (request, item)

    def named(db: Any) -> Item:
        assert args
        return method(db)

    return named


def _blind_claim() -> AbstractContextManager[None]:
    """An item is claimed without a look at whose it is, and in which state, by then."""
    return _set((Ledger, "claim", _claim))


def _no_mark() -> AbstractContextManager[None]:
    """A reply is given whether or not its mark shows that it stands there."""
    return _set((replies, "_mark", lambda said: f"{said}?"))


def _any_plan() -> AbstractContextManager[None]:
    """An approval counts for whatever plan there is by then."""
    return _set((commands, "_other_plan", lambda *_: None))


PLANTS: Mapping[str, Callable[[], AbstractContextManager[None]]] = {
    "resend": _resend,
    "no-renewal": _no_renewal,
    "blind-claim": _blind_claim,
    "no-mark": _no_mark,
    "any-plan": _any_plan,
}
