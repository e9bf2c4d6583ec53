"""The items of requests in the database: what each row comes to, who has it in hand, what came of it."""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from operator import attrgetter
from typing import Any, Unpack
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.actions import Action, Refusal
from jobs.model.records import BadRecord, Record
from jobs.model.requests import Item, ItemState, NewRequest, RequestValues, StoredRequest
from jobs.model.rows import written_rows
from jobs.model.states import Event, State, state_after
from jobs.store import tables
from jobs.store.database import Database, Superseded, transaction
from jobs.store.hands import live_holders
from jobs.store.item_counts import counts_of, forget_counts, note_counts, note_moved
from jobs.store.request_rows import get_request, moved_to, note_event, set_request
from wikitext.messages import Message

_DONE = (ItemState.SENT, ItemState.DONE)
_FAILED = (ItemState.FAILED, ItemState.PARTLY)

AT_ONCE = 5000
"""So many rows are read, or forgotten, in one transaction: others are not kept waiting for longer."""

MAX_CODE = 255
"""Characters of an error's code."""

_ITEM = tables.items.c

# What is asked for each item is built once: building it takes longer than asking it.
_IS_ITEM = (
    _ITEM.request == sa.bindparam("of_request"),
    _ITEM.row == sa.bindparam("of_row"),
    _ITEM.holder == sa.bindparam("of_holder"),
)
_OF_STATE = _ITEM.state == sa.bindparam("of_state", type_=_ITEM.state.type)
_BEFORE = sa.select(_ITEM.state).where(*_IS_ITEM)
_UPDATE = sa.update(tables.items).where(*_IS_ITEM)
_CLAIM = _UPDATE.where(_OF_STATE, _ITEM.claim_version == sa.bindparam("of_claim"))
_OF_REQUEST = sa.select(tables.items).where(_ITEM.request == sa.bindparam("of_request"))
_ROW = _OF_REQUEST.where(_ITEM.row == sa.bindparam("of_row"))
_PAGE = _OF_REQUEST.where(_ITEM.row > sa.bindparam("last")).order_by(_ITEM.row).limit(500)
_PAGE_IN = _PAGE.where(_ITEM.state.in_(sa.bindparam("states", expanding=True, type_=_ITEM.state.type)))

# An index has the items of one state in order; those of several states at once would have to be sorted.
_FIRST = _OF_REQUEST.where(_OF_STATE).order_by(_ITEM.row).limit(sa.bindparam("most"))
_ENDED = (
    sa.select(_ITEM.error_code, _ITEM.row)
    .where(_ITEM.request == sa.bindparam("of_request"), _OF_STATE, _ITEM.row <= sa.bindparam("last"))
    .order_by(_ITEM.row.desc())
    .limit(sa.bindparam("most"))
)
_FAILED_BY = _ENDED.where(_ITEM.error_code.is_not(None))


class Items(Database):
    """The items. What changes one raises Superseded if the text of its request has changed."""

    # Listing and planning

    def refile(self, request: StoredRequest, asked: NewRequest, notice: Message | None = None) -> None:
        """Take in the changed text of a request: whatever was planned or approved is void, as the notice says.

        Raises IllegalMove where it is too late for that.
        """
        refiled = self._refile(request, asked, notice)
        with suppress(Superseded):  # it was changed again, or is listed anew already
            self._clear(refiled)

    @transaction
    def _refile(
        self, db: Connection, request: StoredRequest, asked: NewRequest, notice: Message | None
    ) -> StoredRequest:
        event = Event.REJECT if asked.problems else Event.RECEIVE
        state = state_after(self._state(db, request), event)
        forget_counts(db, request.id)
        set_request(db, request.id, {**tables.filed(request.wiki, asked), "notice": notice, **moved_to(state)})
        refiled = get_request(db, request.id)
        note_event(db, refiled, "change", user=asked.author, revision=asked.revision)
        return refiled

    def begin_listing(self, request: StoredRequest) -> StoredRequest:
        """Forget the request's items, to list them from the start: who listed them until now does so no more.

        Raises Superseded if another process has begun since the request was read: it may have planned them by now.
        """
        request = self._take_listing(request)
        self._clear(request)
        return request

    @transaction
    def _take_listing(self, db: Connection, request: StoredRequest) -> StoredRequest:
        self._listing(db, request)
        forget_counts(db, request.id)
        values = {"listed": False, "listing": uuid4().hex, "checked_rows": ""}
        set_request(db, request.id, values)
        return get_request(db, request.id)

    def _clear(self, request: StoredRequest) -> None:
        while self._clear_some(request):
            pass

    @transaction
    def _clear_some(self, db: Connection, request: StoredRequest) -> bool:
        self._listing(db, request)
        of_request = _ITEM.request == request.id
        rows = list(db.scalars(sa.select(_ITEM.row).where(of_request).order_by(_ITEM.row).limit(AT_ONCE)))
        if rows:
            db.execute(sa.delete(tables.items).where(of_request, _ITEM.row <= rows[-1]))
        return len(rows) == AT_ONCE

    @transaction
    def add_items(self, db: Connection, request: StoredRequest, records: Sequence[Record | BadRecord]) -> None:
        """Write down rows of the request; one that cannot be read is refused from the start."""
        lines = [{"request": request.id, "row": record.row, **tables.listed(record)} for record in records]
        self._listing(db, request)
        db.execute(sa.insert(tables.items), lines)
        note_counts(db, request.id, Counter(line["state"] for line in lines))

    @transaction
    def end_listing(self, db: Connection, request: StoredRequest, **values: Unpack[RequestValues]) -> StoredRequest:
        """Note that all of the request's rows are written down, with values that go with it."""
        self._listing(db, request)
        set_request(db, request.id, {**values, "listed": True})
        return get_request(db, request.id)

    def _listing(self, db: Connection, request: StoredRequest) -> None:
        """Raises Superseded if another process lists the request's rows by now."""
        self._state(db, request)
        if db.scalar(sa.select(tables.requests.c.listing).where(tables.requests.c.id == request.id)) != request.listing:
            raise Superseded(f"{request.text_id} is listed by another process")

    @transaction
    def set_items(
        self,
        db: Connection,
        request: StoredRequest,
        checked: Iterable[tuple[Item, Action | Refusal]],
        checked_rows: str,
    ) -> bool:
        """Note, all at once, what items that were read came to: an action, or why there is none.

        `checked_rows`: as in `StoredRequest`, these included. False, and nothing is noted: another worker was faster.
        """
        self._state(db, request)
        lines = [{"item": item.row, "before": item.state, **tables.checked(found)} for item, found in checked]
        which = (_ITEM.request == request.id, _ITEM.row == sa.bindparam("item"), _ITEM.state == ItemState.READ)
        rows = sa.select(sa.func.count()).where(_ITEM.request == request.id, _ITEM.state == ItemState.READ)
        if db.scalar(rows.where(_ITEM.row.in_([line["item"] for line in lines]))) != len(lines):
            return False
        for state in (ItemState.PLANNED, ItemState.REFUSED, ItemState.WITHHELD):
            if alike := [line for line in lines if line["state"] is state]:
                db.execute(sa.update(tables.items).where(*which), alike)
                note_moved(db, request.id, ItemState.READ, state, len(alike))
        set_request(db, request.id, {"checked_rows": checked_rows})
        return True

    @transaction
    def strike(self, db: Connection, request: StoredRequest, rows: Collection[int], found: Refusal) -> None:
        """Take planned items out of the plan: `found` is what became of them."""
        self._state(db, request)
        strike(db, request, rows, found)

    # Reading

    @transaction
    def item(self, db: Connection, request: StoredRequest, row: int) -> Item:
        """The item of this row, as it is now."""
        return tables.item(db.execute(_ROW, {"of_request": request.id, "of_row": row}).one())

    def items(self, request: StoredRequest, *states: ItemState) -> Iterator[Item]:
        """Every item of the request in these states (none named: in any), in order, a page at a time."""
        last = 0
        while page := self._page(request, states, last):
            yield from page
            last = page[-1].row

    @transaction
    def _page(self, db: Connection, request: StoredRequest, states: Collection[ItemState], last: int) -> list[Item]:
        which = {"of_request": request.id, "last": last}
        found = db.execute(_PAGE_IN, {**which, "states": list(states)}) if states else db.execute(_PAGE, which)
        return [tables.item(row) for row in found]

    @transaction
    def next_items(
        self, db: Connection, request: StoredRequest, states: Collection[ItemState], most: int
    ) -> list[Item]:
        """The first items in one of the states."""
        return _first_items(db, request, states, most)

    @transaction
    def last_error_codes(self, db: Connection, request: StoredRequest, row: int, most: int) -> list[str | None]:
        """How the items up to this row ended that were carried out, the last first: an error's code, else None.

        Those are left out that failed by a fault of their own.
        """
        of_state = [*((_ENDED, state) for state in _DONE), *((_FAILED_BY, state) for state in _FAILED)]
        which = {"of_request": request.id, "last": row, "most": most}
        found = [row for query, state in of_state for row in db.execute(query, {**which, "of_state": state})]
        return [row.error_code for row in sorted(found, key=attrgetter("row"), reverse=True)[:most]]

    @transaction
    def counts(self, db: Connection, request: StoredRequest) -> Mapping[ItemState, int]:
        """How many items are in each state."""
        return counts_of(db, request.id)

    @transaction
    def count_planned(self, db: Connection, request: StoredRequest, rows: Collection[int]) -> int:
        """How many of these rows are planned."""
        planned = (_ITEM.request == request.id, _ITEM.state == ItemState.PLANNED)
        count = sa.select(sa.func.count()).where(*planned)
        return sum(int(db.scalar(count.where(_ITEM.row.in_(some))) or 0) for some in _parts(rows))

    def rows_by_title(self, request: StoredRequest, titles: Collection[str]) -> Mapping[str, int]:
        """The rows of the request whose action changes one of these pages, by the page's title."""
        return self._rows_by(_ITEM.target, request, titles)

    def rows_by_sha1(self, request: StoredRequest, sha1s: Collection[str]) -> Mapping[str, int]:
        """The rows of the request that upload one of these files, by the file's SHA-1 (hex)."""
        return self._rows_by(_ITEM.upload_sha1, request, sha1s)

    @transaction
    def _rows_by(
        self, db: Connection, column: sa.ColumnElement[Any], request: StoredRequest, values: Collection[str]
    ) -> Mapping[str, int]:
        if not values:
            return {}
        query = sa.select(column, _ITEM.row).where(_ITEM.request == request.id, column.in_(values))
        return {str(row[0]): int(row[1]) for row in db.execute(query)}

    @transaction
    def last_written(self, db: Connection, wiki: str, titles: Collection[str]) -> Mapping[str, Item]:
        """What was done last to each of these pages of a wiki, of whichever request: text, statements, revision."""
        is_there = _ITEM.state.in_((ItemState.DONE, ItemState.PARTLY))
        query = sa.select(tables.items).join_from(tables.items, tables.requests)
        query = query.where(_ITEM.target.in_(titles), is_there, tables.requests.c.target == wiki)
        return {row.target: tables.item(row) for row in db.execute(query.order_by(_ITEM.state_since))}

    # Carrying out

    @transaction
    def lease_items(
        self, db: Connection, request: StoredRequest, holder: str, states: Collection[ItemState], most: int
    ) -> list[Item]:
        """Lease to a hand the first items in these states that no other hand has, and return them.

        The lease of an item is as long as that of the hand (`Hands.hold`).
        """
        self._state(db, request)
        holders = live_holders(db, request.id)
        if holder not in holders:
            return []
        found = _first_items(db, request, states, most, _ITEM.holder.not_in(holders - {holder}))
        for some in _parts([item.row for item in found]):
            rows = (_ITEM.request == request.id, _ITEM.row.in_(some))
            db.execute(sa.update(tables.items).where(*rows).values(holder=holder))
        return [replace(item, holder=holder) for item in found]

    @transaction
    def claim(
        self, db: Connection, request: StoredRequest, item: Item, parent: int = 0, sent_text_sha1: str = ""
    ) -> Item | None:
        """Note that the item is about to be sent, and return it as it is then; None if another hand has it by now.

        `parent` and `sent_text_sha1` are what a response that is lost will be looked for by.
        """
        claimed = replace(
            item, state=ItemState.SENDING, parent=parent, sent_text_sha1=sent_text_sha1,
            claim_version=item.claim_version + 1,
        )  # fmt: skip
        values = {name: getattr(claimed, name) for name in ("state", "parent", "sent_text_sha1", "claim_version")}
        goes_on = self._state(db, request) is State.RUNNING
        # What was begun is brought to its end, whatever its request has come to meanwhile.
        if not (goes_on or item.state is ItemState.SENDING) or item.holder not in live_holders(db, request.id):
            return None
        same_try = {"of_state": item.state, "of_claim": item.claim_version}
        if not db.execute(_CLAIM, {**_key(request, item), **same_try, **values, "state_since": time.time()}).rowcount:
            return None
        note_moved(db, request.id, item.state, ItemState.SENDING)
        return claimed

    @transaction
    def keep_stash(self, db: Connection, request: StoredRequest, item: Item, key: str) -> None:
        """Note the key under which the wiki keeps what arrived of the item's file: another try goes on from there."""
        self._state(db, request)
        db.execute(_UPDATE, {**_key(request, item), "stash": key})

    @transaction
    def add_fault(
        self, db: Connection, request: StoredRequest, item: Item, error_code: str | None, why: Message
    ) -> None:
        """Count a try of the item that came to nothing, and what is to be said of it if it was the last."""
        values = {"error_code": _code(error_code), "why": why, "faults": _ITEM.faults + 1}
        self._state(db, request)
        db.execute(_UPDATE.values(**values), _key(request, item))

    @transaction
    def set_item(
        self, db: Connection, request: StoredRequest, item: Item, state: ItemState, *,
        why: Message | None = None, error_code: str | None = None, revision: int | None = None,
    ) -> bool:  # fmt: skip
        """Note what became of an item: the request gets on, so its earlier attempts count no more.

        False, and nothing is noted, if another hand has the item by now: that one finds out what became of it.
        """
        values = {"state": state, "why": why, "error_code": _code(error_code), "revision": revision}
        self._state(db, request)
        before = db.scalar(_BEFORE, _key(request, item))
        if before is None:
            return False
        db.execute(_UPDATE, {**_key(request, item), **values, "state_since": time.time()})
        note_moved(db, request.id, before, state)
        set_request(db, request.id, {"attempts": 1})
        return True

    @transaction
    def set_done(self, db: Connection, request: StoredRequest, read_back: Sequence[tuple[Item, int]]) -> None:
        """Note all at once what was sent and read back, each with the revision that its page has (0: none).

        Of what another hand has by now nothing is noted, as in `set_item`.
        """
        self._state(db, request)
        rows = [item.row for item, _ in read_back]
        is_sent = (_ITEM.request == request.id, _ITEM.state == ItemState.SENT)
        sent = sa.select(_ITEM.row, _ITEM.holder).where(*is_sent, _ITEM.row.in_(rows))
        holders: dict[int, str] = {row.row: row.holder for row in db.execute(sent)}
        lines = [
            {"item": item.row, "reached": revision or None}
            for item, revision in read_back
            if holders.get(item.row) == item.holder
        ]
        if not lines:
            return
        values = {"state": ItemState.DONE, "why": None, "error_code": None, "state_since": time.time()}
        done = sa.update(tables.items).where(*is_sent, _ITEM.row == sa.bindparam("item"))
        db.execute(done.values(**values, revision=sa.bindparam("reached")), lines)
        note_moved(db, request.id, ItemState.SENT, ItemState.DONE, len(lines))
        set_request(db, request.id, {"attempts": 1})


def strike(
    db: Connection, request: StoredRequest, rows: Collection[int], found: Refusal, *, user: str = "", revision: int = 0
) -> None:
    """Take planned items out of the plan, in a transaction that has locked the request.

    `user`, `revision`: who said so, and where.
    """
    struck = {**tables.checked(found), "target": None, "upload_sha1": None}
    planned = (_ITEM.request == request.id, _ITEM.state == ItemState.PLANNED)
    gone: list[int] = []
    for some in _parts(rows):
        those = list(db.scalars(sa.select(_ITEM.row).where(*planned, _ITEM.row.in_(some)).with_for_update()))
        db.execute(sa.update(tables.items).where(*planned, _ITEM.row.in_(those)).values(**struck))
        gone += those
    note_moved(db, request.id, ItemState.PLANNED, struck["state"], len(gone))
    named = written_rows(gone)
    which = named if len(named) <= _LONGEST_ROWS else f"{named[:_LONGEST_ROWS]}…"
    note_event(db, request, "strike", user=user, revision=revision, details={"rows": str(len(gone)), "which": which})


_LONGEST_ROWS = 200
"""Characters of the rows that a line of the history names."""


def try_again(db: Connection, request: StoredRequest) -> None:
    """Have the items that failed tried once more; those done in part are looked up and gone on with.

    In a transaction that has locked the request.
    """
    for state, again in ((ItemState.FAILED, ItemState.PLANNED), (ItemState.PARTLY, ItemState.SENDING)):
        alike = (_ITEM.request == request.id, _ITEM.state == state)
        values = {"state": again, "why": None, "error_code": None, "faults": 0, "state_since": time.time()}
        first = sa.select(_ITEM.row).where(*alike).order_by(_ITEM.row).limit(AT_ONCE)
        while rows := list(db.scalars(first)):  # a statement for a million would take longer than one is waited for
            some = sa.update(tables.items).where(*alike, _ITEM.row <= rows[-1])
            note_moved(db, request.id, state, again, db.execute(some.values(**values)).rowcount)


def _first_items(
    db: Connection, request: StoredRequest, states: Collection[ItemState], most: int, *which: sa.ColumnElement[bool]
) -> list[Item]:
    query = _FIRST.where(*which) if which else _FIRST
    first = {"of_request": request.id, "most": most}
    found = [row for state in states for row in db.execute(query, {**first, "of_state": state})]
    return [tables.item(row) for row in sorted(found, key=attrgetter("row"))[:most]]


def _key(request: StoredRequest, item: Item) -> dict[str, Any]:
    """Which line the item is, as long as the same hand has it (`_IS_ITEM`)."""
    return {"of_request": request.id, "of_row": item.row, "of_holder": item.holder}


def _parts(rows: Iterable[int]) -> Iterator[list[int]]:
    """The rows in order, so many at once as one statement bears."""
    left = iter(sorted(rows))
    while some := list(islice(left, 500)):
        yield some


def _code(error_code: str | None) -> str | None:
    return error_code and error_code[:MAX_CODE]
