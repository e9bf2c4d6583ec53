"""The requests in the database: filing, moves from state to state, whose turn it is."""

import time
from collections.abc import Collection, Mapping
from typing import Unpack

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.requests import (
    RESETS,
    UNFINISHED,
    HistoryEntry,
    Load,
    NewRequest,
    RequestValues,
    StoredRequest,
    Turn,
)
from jobs.model.states import ENDED, LOOKED_AT, UNSTOPPED, WORKING, Event, State, state_after
from jobs.model.undo_effects import end_by
from jobs.store import tables
from jobs.store.database import transaction
from jobs.store.hands import Hands, is_live
from jobs.store.item_counts import counts_of
from jobs.store.moments import LONGEST_WAIT, is_list_due, is_of_today, is_over
from jobs.store.request_rows import get_request, moved_to, note_event, set_request
from jobs.store.taken_back import taken_by_others
from jobs.store.undoing import follow_up
from wikitext.messages import Message

_REQUEST = tables.requests.c
_HAND = tables.hands.c


class Requests(Hands):
    """The requests."""

    # Filing

    @transaction
    def file(self, db: Connection, wiki: str, page: str, asked: NewRequest) -> int:
        """Take in a new request and return its number. The same call of the same revision is taken in once.

        With problems it is invalid from the start; else it waits to be planned.
        """
        key = tables.filed_as(wiki, page, asked)
        is_it = (_REQUEST.wiki == wiki, _REQUEST.page == page, _REQUEST.revision == asked.revision)
        same = [sa.and_(*is_it, _REQUEST.fingerprint == asked.fingerprint)] if asked.alike == 1 else []
        if (
            known := db.scalar(sa.select(_REQUEST.id).where(sa.or_(_REQUEST.filed_as == key, *same)).limit(1))
        ) is not None:
            return int(known)
        state, now = State.INVALID if asked.problems else State.RECEIVED, time.time()
        number = 1 + max(db.scalars(sa.select(tables.request_numbers.c.highest).with_for_update()), default=0)
        _take_number(db, wiki, number)
        values = {"id": number, "wiki": wiki, "page": page, "filed_as": key, "state": state, "state_since": now}
        db.execute(sa.insert(tables.requests).values(**values, **tables.filed(wiki, asked)))
        note_event(db, get_request(db, number), "file", user=asked.author, revision=asked.revision)
        return number

    @transaction
    def has_numbers(self, db: Connection, wiki: str) -> bool:
        """Whether it was told which numbers the wiki has."""
        numbers = tables.request_numbers.c.wiki
        return db.scalar(sa.select(numbers).where(numbers == wiki)) is not None

    @transaction
    def take_numbers(self, db: Connection, wiki: str, highest: int) -> None:
        """Give new requests numbers above this one, which the wiki has from before this ledger began."""
        _take_number(db, wiki, highest)

    # Reading

    @transaction
    def get(self, db: Connection, request: int) -> StoredRequest:
        """The request with this number. Raises KeyError."""
        return get_request(db, request)

    def on_page(self, wiki: str, page: str) -> list[StoredRequest]:
        """Every request that was filed on the page, oldest first."""
        return self._found(_REQUEST.wiki == wiki, _REQUEST.page == page)

    def reviewable(self, wiki: str, since: float) -> list[StoredRequest]:
        """The requests filed on the wiki that somebody may still answer: open, or last reported since then."""
        return self._found(
            _REQUEST.wiki == wiki,
            sa.or_(_REQUEST.reported > 0, _REQUEST.state == State.INVALID),
            sa.or_(_REQUEST.state.not_in(ENDED), _REQUEST.reported > since),
        )

    def undone_by(self, request: StoredRequest) -> list[StoredRequest]:
        """The requests that take this one back or were to, oldest first."""
        return self._found(_REQUEST.undoes == request.id)

    @transaction
    def taken_by_others(self, db: Connection, undo: StoredRequest, rows: Collection[int]) -> Mapping[int, str]:
        """By which other requests (`H42`) such rows are taken back, or were for good, that this one is to take back."""
        return taken_by_others(db, undo, rows)

    def open(self) -> list[StoredRequest]:
        """The requests that have not come to an end, on any wiki."""
        return self._found(_REQUEST.state.not_in(ENDED))

    def stranded(self, *wikis: str) -> list[StoredRequest]:
        """The open requests with which nothing can be done on these wikis."""
        return self._found(_REQUEST.state.not_in(ENDED), sa.not_(_is_done_with(wikis)))

    @transaction
    def count_working(self, db: Connection, besides: StoredRequest) -> int:
        """In how many other requests the bot has the next move now."""
        which = (_REQUEST.id != besides.id, _REQUEST.state.in_(WORKING), _is_due(time.time()))
        return int(db.scalar(sa.select(sa.func.count()).where(*which)) or 0)

    @transaction
    def count_open(self, db: Connection) -> int:
        """How many requests have not come to an end, on all wikis."""
        query = sa.select(sa.func.count()).select_from(tables.requests).where(_REQUEST.state.not_in(ENDED))
        return int(db.scalar(query) or 0)

    @transaction
    def waiting(self, db: Connection, *wikis: str) -> list[Turn]:
        """The slices that may be done now: those requests first that have been without one for longest.

        `wikis`: of what can be done with these; none named: with any.
        """
        now = time.time()
        unanswered = sa.exists().where(tables.reviews.c.request == _REQUEST.id, ~tables.reviews.c.replied)
        bots_move = sa.or_(
            _REQUEST.state.in_(WORKING),
            _REQUEST.version != _REQUEST.published_version,
            _REQUEST.notice.is_not(None),
            _REQUEST.heard.is_not(None),
            unanswered,
            _REQUEST.state.in_(LOOKED_AT) & is_list_due(_REQUEST.look_again, _REQUEST.asked),
        )
        query = sa.select(_REQUEST.id, _REQUEST.slice, _REQUEST.author, _REQUEST.state, _REQUEST.hands)
        served = sa.case((_REQUEST.served > now, 0.0), else_=_REQUEST.served)
        able = [_is_done_with(wikis)] if wikis else []
        found = db.execute(query.where(bots_move, _is_due(now), *able).order_by(served, _REQUEST.id)).all()
        busy = {(row.request, row.hand) for row in db.execute(sa.select(_HAND.request, _HAND.hand).where(is_live(now)))}
        return [
            Turn(row.id, hand, row.slice, row.author)
            for row in found
            for hand in range(row.hands if row.state is State.RUNNING else 1)
            if (row.id, hand) not in busy
        ]

    @transaction
    def _found(self, db: Connection, *which: sa.ColumnElement[bool]) -> list[StoredRequest]:
        return [tables.request(row) for row in db.execute(tables.select_requests().where(*which).order_by(_REQUEST.id))]

    @transaction
    def load(self, db: Connection, request: StoredRequest) -> Load:
        """What the request's author asked for before it, on whichever wiki."""
        today = is_of_today(_REQUEST.asked)
        is_open = _REQUEST.state.not_in(ENDED | {State.INVALID, State.CHECKED})
        earlier = (_REQUEST.author == request.author, _REQUEST.id < request.id)
        count = sa.select(sa.func.count()).where(*earlier)
        rows = sa.select(sa.func.sum(tables.item_counts.c.number)).join_from(tables.item_counts, tables.requests)
        queries = (count.where(is_open), count.where(today), rows.where(*earlier, today))
        open_now, within_a_day, items = (int(db.scalar(query) or 0) for query in queries)
        return Load(open_now, within_a_day, items)

    @transaction
    def history(self, db: Connection, request: StoredRequest) -> list[HistoryEntry]:
        """Everything that happened to the request, from its filing on."""
        column = tables.events.c
        query = sa.select(tables.events).where(column.request == request.id).order_by(column.id)
        return [tables.happened(row) for row in db.execute(query)]

    # Moves and notes

    @transaction
    def move(
        self, db: Connection, request: StoredRequest, event: Event, **values: Unpack[RequestValues]
    ) -> StoredRequest:
        """Note what happened to the request, with values that go with it, and return it as it is now.

        What follows for the request that it takes back is noted with it. Raises IllegalMove, and Superseded if its text
        has changed.
        """
        return self._move(db, request, event, values)

    @transaction
    def finish(self, db: Connection, request: StoredRequest) -> StoredRequest:
        """End a running request if none of its items is left to be done, and return it as it is now."""
        if self._state(db, request) is State.RUNNING:
            counts = counts_of(db, request.id)
            if not any(counts[state] for state in UNFINISHED):
                return self._move(db, request, end_by(counts), {})
        return get_request(db, request.id)

    def _move(
        self, db: Connection, request: StoredRequest, event: Event, values: RequestValues,
        *, user: str = "", revision: int = 0,
    ) -> StoredRequest:  # fmt: skip
        state = state_after(self._state(db, request), event)
        # What it waited for, or why it had stopped, is over.
        set_request(db, request.id, {"why": None, **RESETS.get(event, {}), **values, **moved_to(state)})
        moved = get_request(db, request.id)
        note_event(db, moved, event, user=user or values.get("approver", ""), revision=revision)
        follow_up(db, moved)
        return moved

    @transaction
    def settle_undo(self, db: Connection, request: StoredRequest) -> None:
        """Note what follows for the request that this one takes back from what became of its last items."""
        follow_up(db, get_request(db, request.id))

    @transaction
    def update_request(self, db: Connection, request: StoredRequest, **values: Unpack[RequestValues]) -> StoredRequest:
        """Note values of the request and return it as it is now. Raises Superseded if its text has changed."""
        self._state(db, request)
        if values:
            set_request(db, request.id, values)
        return get_request(db, request.id)

    @transaction
    def update_unstopped(
        self, db: Connection, request: StoredRequest, **values: Unpack[RequestValues]
    ) -> StoredRequest:
        """As `update_request`, if nothing has stopped or ended it meanwhile: what did has said why."""
        if self._state(db, request) in UNSTOPPED:
            set_request(db, request.id, values)
        return get_request(db, request.id)

    @transaction
    def publish_again(self, db: Connection, request: StoredRequest, **values: Unpack[RequestValues]) -> None:
        """Have what the wiki shows of the request brought up to date, though it is where it was."""
        set_request(db, request.id, {**values, "version": _REQUEST.version + 1})

    @transaction
    def hear(self, db: Connection, request: StoredRequest, what: Message) -> None:
        """Note what is to be said of words on the request's talk page, which are no answer."""
        set_request(db, request.id, {"heard": what})

    @transaction
    def approve_freely(self, db: Connection, request: StoredRequest, items: int, most: int) -> bool:
        """Let a planned request run without review, if that makes at most so many items of its author's in a day there.

        The count and the move are one: of two workers that would go over it together, one is told no.
        """
        now = time.time()
        # Every row of the author's is locked, those too that are about to be counted.
        query = sa.select(_REQUEST.id, _REQUEST.target, _REQUEST.free_items, _REQUEST.freed)
        own = query.where(_REQUEST.author == request.author).order_by(_REQUEST.id).with_for_update()
        free = sum(
            row.free_items
            for row in db.execute(own)
            if row.id != request.id and is_of_today(row.freed) and row.target == request.target
        )
        if free + items > most:
            return False
        self._move(db, request, Event.APPROVE, {"free_items": items, "freed": now})
        return True


def _is_due(now: float) -> sa.ColumnElement[bool]:
    due: sa.ColumnElement[bool] = is_over(_REQUEST.not_before, now, LONGEST_WAIT)
    return due


def _is_done_with(wikis: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether these wikis are all that the request needs. One that was not planned may name any: it is told so."""
    unplanned = _REQUEST.state.in_((State.RECEIVED, State.INVALID, State.CANCELLED))
    return sa.and_(_REQUEST.wiki.in_(wikis), sa.or_(unplanned, _REQUEST.target.in_(wikis)))


def _take_number(db: Connection, wiki: str, number: int) -> None:
    column = tables.request_numbers.c
    highest = db.scalar(sa.select(column.highest).where(column.wiki == wiki).with_for_update())
    if highest is None:
        db.execute(sa.insert(tables.request_numbers).values(wiki=wiki, highest=number))
    else:
        changed = sa.update(tables.request_numbers).where(column.wiki == wiki)
        db.execute(changed.values(highest=max(highest, number)))
