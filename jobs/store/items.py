"""The items of requests in the database: what each row comes to, who has it in hand, what came of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from jobs.model.actions import Action, Refusal
from jobs.model.records import BadRecord, Record
from jobs.model.requests import Item, ItemState, StoredRequest
from jobs.model.states import State
from jobs.store import tables
from jobs.store.database import Database
from jobs.store.requests import counts_of
from wikitext.messages import Message

_CARRIED_OUT = (ItemState.FAILED, ItemState.PARTLY, ItemState.SENT, ItemState.DONE)


class Items(Database):
    """The items. What changes one raises Superseded if the text of its request has changed."""

    # Listing and planning

    def clear_items(self, request: StoredRequest) -> None:
        """Forget the request's items, to list them from the start."""
        with self._transaction() as db:
            self._state(db, request)
            db.execute(sa.delete(tables.items).where(tables.items.c.request == request.id))

    def add_items(self, request: StoredRequest, records: Sequence[Record | BadRecord]) -> None:
        """Write down rows of the request; one that cannot be read is refused from the start."""
        lines = [{"request": request.id, "row": record.row, **tables.listed(record)} for record in records]
        with self._transaction() as db:
            self._state(db, request)
            db.execute(sa.insert(tables.items), lines)

    def set_items(self, request: StoredRequest, checked: Iterable[tuple[Item, Action | Refusal]]) -> None:
        """Note, all at once, what items that were checked came to: an action, or why there is none."""
        lines = [{"item": item.row, **tables.checked(found)} for item, found in checked]
        which = (tables.items.c.request == request.id, tables.items.c.row == sa.bindparam("item"))
        with self._transaction() as db:
            self._state(db, request)
            for state in (ItemState.PLANNED, ItemState.REFUSED, ItemState.WITHHELD):
                if alike := [line for line in lines if line["state"] is state]:
                    db.execute(sa.update(tables.items).where(*which), alike)

    def strike(self, request: StoredRequest, rows: Collection[int], found: Refusal) -> None:
        """Take planned items out of the plan: `found` is what became of them."""
        struck = {**tables.checked(found), "target": None, "upload_sha1": None}
        which = (tables.items.c.request == request.id, tables.items.c.row.in_(rows))
        with self._transaction() as db:
            self._state(db, request)
            planned = tables.items.c.state == ItemState.PLANNED
            db.execute(sa.update(tables.items).where(*which, planned).values(**struck))

    # Reading

    def item(self, request: StoredRequest, row: int) -> Item:
        """The item of this row, as it is now."""
        query = sa.select(tables.items).where(tables.items.c.request == request.id, tables.items.c.row == row)
        with self._transaction() as db:
            return tables.item(db.execute(query).one())

    def items(self, request: StoredRequest, *states: ItemState) -> Iterator[Item]:
        """Every item of the request in these states (none named: in any), in order, a page at a time."""
        last = 0
        while True:
            query = sa.select(tables.items).where(tables.items.c.request == request.id, tables.items.c.row > last)
            if states:
                query = query.where(tables.items.c.state.in_(states))
            with self._transaction() as db:
                page = [tables.item(row) for row in db.execute(query.order_by(tables.items.c.row).limit(500))]
            if not page:
                return
            yield from page
            last = page[-1].row

    def next_items(self, request: StoredRequest, states: Collection[ItemState], most: int) -> list[Item]:
        """The first items in one of the states."""
        query = _in_one_state(sa.select(tables.items), request).order_by(tables.items.c.row).limit(most)
        with self._transaction() as db:
            found = [row for state in states for row in db.execute(query, {"item_state": state})]
        return [tables.item(row) for row in sorted(found, key=attrgetter("row"))[:most]]

    def last_error_codes(self, request: StoredRequest, row: int, most: int) -> list[str | None]:
        """How the items up to this row ended that were carried out, the last first: an error's code, else None."""
        query = _in_one_state(sa.select(tables.items.c.error_code, tables.items.c.row), request)
        query = query.where(tables.items.c.row <= row).order_by(tables.items.c.row.desc()).limit(most)
        with self._transaction() as db:
            found = [row for state in _CARRIED_OUT for row in db.execute(query, {"item_state": state})]
        return [row.error_code for row in sorted(found, key=attrgetter("row"), reverse=True)[:most]]

    def counts(self, request: StoredRequest) -> Mapping[ItemState, int]:
        """How many items are in each state."""
        with self._transaction() as db:
            return counts_of(db, request.id)

    def rows_by_title(self, request: StoredRequest, titles: Collection[str]) -> Mapping[str, int]:
        """The rows of the request whose action changes one of these pages, by the page's title."""
        return self._rows_by(tables.items.c.target, request, titles)

    def rows_by_sha1(self, request: StoredRequest, sha1s: Collection[str]) -> Mapping[str, int]:
        """The rows of the request that upload one of these files, by the file's SHA-1 (hex)."""
        return self._rows_by(tables.items.c.upload_sha1, request, sha1s)

    def _rows_by(
        self, column: sa.ColumnElement[Any], request: StoredRequest, values: Collection[str]
    ) -> Mapping[str, int]:
        if not values:
            return {}
        query = sa.select(column, tables.items.c.row).where(tables.items.c.request == request.id, column.in_(values))
        with self._transaction() as db:
            return {str(row[0]): int(row[1]) for row in db.execute(query)}

    # Carrying out

    def claim(self, request: StoredRequest, item: Item, parent: int = 0, sent_text_sha1: str = "") -> Item | None:
        """Note that the item is about to be sent, and return it as it is then; None if another worker was faster.

        `parent` and `sent_text_sha1` are what a response that is lost will be looked for by.
        """
        claimed = replace(
            item, state=ItemState.SENDING, parent=parent, sent_text_sha1=sent_text_sha1,
            claim_version=item.claim_version + 1,
        )  # fmt: skip
        values = {name: getattr(claimed, name) for name in ("state", "parent", "sent_text_sha1", "claim_version")}
        column = tables.items.c
        unclaimed = (column.state == item.state, column.claim_version == item.claim_version)
        with self._transaction() as db:
            if self._state(db, request) is not State.RUNNING:
                return None
            if not db.execute(sa.update(tables.items).where(*_is(request, item), *unclaimed).values(values)).rowcount:
                return None
        return claimed

    def keep_stash(self, request: StoredRequest, item: Item, key: str) -> None:
        """Note the key under which the wiki keeps what arrived of the item's file: another try goes on from there."""
        with self._transaction() as db:
            self._state(db, request)
            db.execute(sa.update(tables.items).where(*_is(request, item)).values(stash=key))

    def add_fault(self, request: StoredRequest, item: Item, error_code: str | None, why: Message) -> None:
        """Count a try of the item that came to nothing, and what is to be said of it if it was the last."""
        values = {"error_code": error_code, "why": why, "faults": tables.items.c.faults + 1}
        with self._transaction() as db:
            self._state(db, request)
            db.execute(sa.update(tables.items).where(*_is(request, item)).values(**values))

    def set_item(
        self, request: StoredRequest, item: Item, state: ItemState, *,
        why: Message | None = None, error_code: str | None = None, revision: int | None = None,
    ) -> None:  # fmt: skip
        """Note what became of an item: the request gets on, so its earlier attempts count no more."""
        values = {"state": state, "why": why, "error_code": error_code, "revision": revision}
        with self._transaction() as db:
            self._state(db, request)
            db.execute(sa.update(tables.items).where(*_is(request, item)).values(**values))
            db.execute(sa.update(tables.requests).where(tables.requests.c.id == request.id).values(attempts=1))

    def plan_failed_again(self, request: StoredRequest) -> None:
        """Have the items that failed tried once more; those done in part are looked up and gone on with."""
        with self._transaction() as db:
            self._state(db, request)
            for state, again in ((ItemState.FAILED, ItemState.PLANNED), (ItemState.PARTLY, ItemState.SENDING)):
                alike = (tables.items.c.request == request.id, tables.items.c.state == state)
                values = {"state": again, "why": None, "error_code": None, "faults": 0}
                db.execute(sa.update(tables.items).where(*alike).values(**values))


def _in_one_state(query: sa.Select[Any], request: StoredRequest) -> sa.Select[Any]:
    """The query, of the request's items in the one state that is given when it is run.

    An index has the items of one state in order; those of several states at once would have to be sorted.
    """
    state = sa.bindparam("item_state", type_=tables.items.c.state.type)
    return query.where(tables.items.c.request == request.id, tables.items.c.state == state)


def _is(request: StoredRequest, item: Item) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return tables.items.c.request == request.id, tables.items.c.row == item.row
