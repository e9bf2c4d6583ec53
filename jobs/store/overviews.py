"""All requests at a glance, for people who run the bot or look what it does."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.requests import ItemState, StoredRequest
from jobs.model.states import ENDED, WORKING, State
from jobs.store import tables
from jobs.store.database import Database, transaction
from jobs.store.hands import is_live
from jobs.store.moments import DAY
from wikitext.messages import Message

_REQUEST, _COUNT, _ITEM, _HAND = tables.requests.c, tables.item_counts.c, tables.items.c, tables.hands.c


@dataclass(frozen=True)
class Which:
    """The requests that are meant: those to which all of it applies; what is empty applies to each.

    `since`, `until`: when they came to their state, in seconds since 1970; the second is not included.
    """

    states: Collection[State] = ()
    wiki: str = ""
    kind: str = ""
    partner: str = ""
    author: str = ""
    since: float = 0.0
    until: float = 0.0

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What a query for them asks."""
        asked = _REQUEST.parameters
        all_of = (
            (self.states, _REQUEST.state.in_(self.states)),
            (self.wiki, _REQUEST.wiki == self.wiki),
            (self.kind, sa.func.lower(asked["type"].as_string()) == self.kind),
            (self.partner, asked["partner"].as_string() == self.partner),
            (self.author, _REQUEST.author == self.author),
            (self.since, _REQUEST.state_since >= self.since),
            (self.until, _REQUEST.state_since < self.until),
        )
        return [condition for value, condition in all_of if value]


@dataclass(frozen=True)
class Overview:
    """A request, since when (seconds since the epoch) it is in its state, and how many of its items are in each."""

    request: StoredRequest
    since: float
    counts: Mapping[ItemState, int]


@dataclass(frozen=True)
class ItemLine:
    """What is told of an item in a table: of which page, and what became of it when. `title`: None where it is none."""

    row: int
    state: ItemState
    since: float
    title: str | None
    error_code: str | None
    why: Message | None
    revision: int | None


@dataclass(frozen=True)
class DayOfErrors:
    """So many items that failed, or were done in part, with this code. `day`: in days since the epoch, UTC."""

    day: int
    code: str
    number: int


@dataclass(frozen=True)
class HandAtWork:
    """A hand of a request, and the process that it is leased to until then."""

    request: int
    hand: int
    holder: str
    until: float


@dataclass(frozen=True)
class Alike:
    """Rows of a request that came to nothing, or not to all, in the same way. `code`: the error's, or what is said."""

    state: ItemState
    code: str
    why: Message | None
    rows: frozenset[int]


class Overviews(Database):
    """What is asked of all requests together."""

    @transaction
    def overview(self, db: Connection, which: Which = Which(), before: int = 0, most: int = 50) -> list[Overview]:
        """So many of these requests at most, the newest first. `before`: only those with a lower number; 0: all."""
        newest = tables.select_requests().where(*which.conditions()).order_by(_REQUEST.id.desc()).limit(most)
        found = [*map(tables.request, db.execute(newest.where(_REQUEST.id < before) if before else newest))]
        counted: dict[int, dict[ItemState, int]] = {request.id: dict.fromkeys(ItemState, 0) for request in found}
        for row in db.execute(sa.select(tables.item_counts).where(_COUNT.request.in_(counted))):
            counted[row.request][row.state] = row.number
        moments = sa.select(_REQUEST.id, _REQUEST.state_since).where(_REQUEST.id.in_(counted))
        since = {row.id: row.state_since for row in db.execute(moments)}
        return [Overview(request, since[request.id], counted[request.id]) for request in found]

    @transaction
    def neglected(self, db: Connection, seconds: float) -> list[str]:
        """The requests (`H42`) with which the bot could have gone on for so long, while it went on with none at all."""
        then = time.time() - seconds
        if (db.scalar(sa.select(sa.func.max(_REQUEST.served))) or 0) > then:
            return []
        due = (_REQUEST.state.in_(WORKING), _REQUEST.not_before < then, _REQUEST.state_since < then)
        return [f"H{number}" for number in db.scalars(sa.select(_REQUEST.id).where(*due).order_by(_REQUEST.id))]

    @transaction
    def tried_in_vain(self, db: Connection, times: int) -> list[str]:
        """The requests (`H42`) of which so many slices in a row came to nothing: crashed, or waiting each time."""
        which = sa.select(_REQUEST.id).where(_REQUEST.attempts >= times).order_by(_REQUEST.id)
        return [f"H{number}" for number in db.scalars(which)]

    @transaction
    def last_reported(self, db: Connection, wiki: str) -> StoredRequest | None:
        """The request of the wiki's whose report was written last, or None before there is any."""
        newest = tables.select_requests().where(_REQUEST.wiki == wiki, _REQUEST.reported > 0)
        row = db.execute(newest.order_by(_REQUEST.reported.desc()).limit(1)).one_or_none()
        return None if row is None else tables.request(row)

    @transaction
    def count_by_state(self, db: Connection, which: Which = Which()) -> Mapping[State, int]:
        """How many of these requests are in each state."""
        query = sa.select(_REQUEST.state, sa.func.count().label("number")).where(*which.conditions())
        found: dict[State, int] = {row.state: row.number for row in db.execute(query.group_by(_REQUEST.state))}
        return {state: found.get(state, 0) for state in State}

    @transaction
    def totals(self, db: Connection, which: Which = Which()) -> Mapping[ItemState, int]:
        """How many items of all these requests are in each state."""
        query = sa.select(_COUNT.state, sa.func.sum(_COUNT.number).label("number"))
        query = query.join_from(tables.item_counts, tables.requests).where(*which.conditions())
        found = {row.state: int(row.number) for row in db.execute(query.group_by(_COUNT.state))}
        return {state: found.get(state, 0) for state in ItemState}

    @transaction
    def item_lines(
        self, db: Connection, request: StoredRequest, state: ItemState | None = None, after: int = 0, most: int = 50
    ) -> list[ItemLine]:
        """So many items of the request at most, by their rows, from behind `after` on. None: in any state."""
        query = sa.select(
            _ITEM.row, _ITEM.state, _ITEM.state_since, _ITEM.target, _ITEM.error_code, _ITEM.why, _ITEM.revision
        )
        query = query.where(_ITEM.request == request.id, _ITEM.row > after).order_by(_ITEM.row).limit(most)
        return [ItemLine(*row) for row in db.execute(query.where(_ITEM.state == state) if state else query)]

    @transaction
    def alike_failures(self, db: Connection, request: StoredRequest) -> list[Alike]:
        """The rows that failed or were left out, those that did in the same way together; `why`: of the first."""
        query = sa.select(_ITEM.row, _ITEM.state, _ITEM.error_code, _ITEM.why).order_by(_ITEM.row)
        query = query.where(_ITEM.request == request.id, _ITEM.state.in_((*_FAILED, *_LEFT_OUT)))
        rows: dict[tuple[ItemState, str], list[int]] = {}
        whys: dict[tuple[ItemState, str], Message | None] = {}
        for item in db.execute(query.execution_options(yield_per=500)):
            alike = item.state, item.error_code or (item.why.key if item.why else "")
            rows.setdefault(alike, []).append(item.row)
            whys.setdefault(alike, item.why)
        return [Alike(*alike, whys[alike], frozenset(found)) for alike, found in rows.items()]

    @transaction
    def errors_by_day(self, db: Connection, since: float) -> list[DayOfErrors]:
        """The items that failed since then and still are, by day and code; only what was worked on since is read."""
        day = sa.func.round(_ITEM.state_since / DAY - 0.5).label("day")
        query = sa.select(day, sa.func.coalesce(_ITEM.error_code, ""), sa.func.count())
        query = query.join_from(tables.items, tables.requests).where(
            _REQUEST.served >= since - DAY, _ITEM.state.in_(_FAILED), _ITEM.state_since >= since
        )
        found = db.execute(query.group_by(day, _ITEM.error_code).order_by(day, _ITEM.error_code))
        return [DayOfErrors(int(row[0]), row[1], row[2]) for row in found]

    @transaction
    def hands_at_work(self, db: Connection) -> list[HandAtWork]:
        """Who works on what at the moment."""
        query = sa.select(_HAND.request, _HAND.hand, _HAND.holder, _HAND.held_until).where(is_live(time.time()))
        return [HandAtWork(*row) for row in db.execute(query.order_by(_HAND.request, _HAND.hand))]

    @transaction
    def progress_mark(self, db: Connection, request: int = 0) -> str:
        """A text that is another one when something happened: to the request of this number; 0: to any that is open."""
        event = sa.select(sa.func.max(tables.events.c.id))
        counts = sa.select(_COUNT.state, sa.func.sum(_COUNT.number)).group_by(_COUNT.state).order_by(_COUNT.state)
        if request:
            event, counts = event.where(tables.events.c.request == request), counts.where(_COUNT.request == request)
        else:
            counts = counts.join_from(tables.item_counts, tables.requests).where(_REQUEST.state.not_in(ENDED))
        waits = sa.select(_REQUEST.not_before, _REQUEST.why).where(_REQUEST.id == request)
        numbers = (f"{row[0]} {row[1]}" for query in (counts, waits) for row in db.execute(query))
        return ", ".join((str(db.scalar(event)), *numbers))


_FAILED = (ItemState.FAILED, ItemState.PARTLY)
_LEFT_OUT = (ItemState.REFUSED, ItemState.WITHHELD)
