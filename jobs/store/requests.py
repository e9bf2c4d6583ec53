"""The requests in the database: filing, moves from state to state, whose turn it is, who works on one."""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Unpack

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.actions import Action
from jobs.model.requests import RESETS, ItemState, Load, NewRequest, RequestValues, StoredRequest
from jobs.model.states import ENDED, LOOKED_AT, WORKING, Event, State, state_after
from jobs.model.undo_effects import TakenBack, end_by, follows, nominates
from jobs.store import tables
from jobs.store.database import Database
from wikitext.messages import Message

DAY = 86400.0
"""Seconds."""

LEASE_SECONDS = 30.0
"""For so long a process that was killed keeps the others from its request."""

_REQUEST = tables.requests.c


class Requests(Database):
    """The requests."""

    # Filing

    def file(self, wiki: str, page: str, asked: NewRequest) -> int:
        """Take in a new request and return its number. The same call of the same revision is taken in once.

        With problems it is invalid from the start; else it waits to be planned.
        """
        known = sa.select(_REQUEST.id).where(
            _REQUEST.wiki == wiki,
            _REQUEST.page == page,
            _REQUEST.revision == asked.revision,
            _REQUEST.fingerprint == asked.fingerprint,
        )
        state = State.INVALID if asked.problems else State.RECEIVED
        with self._transaction() as db:
            if (number := db.scalar(known)) is not None:
                return int(number)
            number = 1 + (db.scalar(sa.select(sa.func.max(tables.request_numbers.c.highest))) or 0)
            _take_number(db, wiki, number)
            values = {"id": number, "wiki": wiki, "page": page, "state": state, **tables.filed(asked)}
            db.execute(sa.insert(tables.requests).values(values))
            return number

    def has_numbers(self, wiki: str) -> bool:
        """Whether it was told which numbers the wiki has."""
        numbers = tables.request_numbers.c.wiki
        with self._transaction() as db:
            return db.scalar(sa.select(numbers).where(numbers == wiki)) is not None

    def take_numbers(self, wiki: str, highest: int) -> None:
        """Give new requests numbers above this one, which the wiki has from before this ledger began."""
        with self._transaction() as db:
            _take_number(db, wiki, highest)

    def refile(self, request: StoredRequest, asked: NewRequest, notice: Message | None = None) -> None:
        """Take in the changed text of a request: whatever was planned or approved is void, as the notice says.

        Raises IllegalMove where it is too late for that.
        """
        event = Event.REJECT if asked.problems else Event.RECEIVE
        with self._transaction() as db:
            state = state_after(self._state(db, request), event)
            db.execute(sa.delete(tables.items).where(tables.items.c.request == request.id))
            _set(db, request.id, {**tables.filed(asked), "notice": notice, **_moved_to(state)})

    # Reading

    def get(self, request: int) -> StoredRequest:
        """The request with this number. Raises KeyError."""
        with self._transaction() as db:
            return _get(db, request)

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

    def open(self) -> list[StoredRequest]:
        """The requests that have not come to an end, on any wiki."""
        return self._found(_REQUEST.state.not_in(ENDED))

    def waiting(self) -> list[StoredRequest]:
        """The requests in which the bot has the next move, and may make it now; those longest without one first."""
        now = time.time()
        unanswered = sa.exists().where(tables.reviews.c.request == _REQUEST.id, ~tables.reviews.c.replied)
        return self._found(
            sa.or_(
                _REQUEST.state.in_(WORKING),
                _REQUEST.version != _REQUEST.published_version,
                _REQUEST.notice.is_not(None),
                _REQUEST.heard.is_not(None),
                unanswered,
                _REQUEST.state.in_(LOOKED_AT) & _REQUEST.look_again.between(1, now),
            ),
            _REQUEST.not_before <= now,
            _REQUEST.held_until <= now,
            order=(_REQUEST.served, _REQUEST.id),
        )

    def _found(
        self, *which: sa.ColumnElement[bool], order: tuple[sa.ColumnElement[Any], ...] = (_REQUEST.id,)
    ) -> list[StoredRequest]:
        with self._transaction() as db:
            return [
                tables.request(row) for row in db.execute(sa.select(tables.requests).where(*which).order_by(*order))
            ]

    def load(self, request: StoredRequest) -> Load:
        """What the request's author asked for before it, on whichever wiki."""
        today = _REQUEST.asked > time.time() - DAY
        is_open = _REQUEST.state.not_in(ENDED | {State.INVALID, State.CHECKED})
        earlier = (_REQUEST.author == request.author, _REQUEST.id < request.id)
        count = sa.select(sa.func.count()).where(*earlier)
        rows = sa.select(sa.func.count()).select_from(tables.items.join(tables.requests)).where(*earlier, today)
        with self._transaction() as db:
            open_now, within_a_day, items = (
                int(db.scalar(query) or 0) for query in (count.where(is_open), count.where(today), rows)
            )
        return Load(open_now, within_a_day, items)

    # Moves and notes

    def move(self, request: StoredRequest, event: Event, **values: Unpack[RequestValues]) -> StoredRequest:
        """Note what happened to the request, with values that go with it, and return it as it is now.

        What follows for the request that it takes back is noted with it. Raises IllegalMove, and Superseded if its text
        has changed.
        """
        with self._transaction() as db:
            return self._move(db, request, event, values)

    def _move(self, db: Connection, request: StoredRequest, event: Event, values: RequestValues) -> StoredRequest:
        state = state_after(self._state(db, request), event)
        _set(db, request.id, {**RESETS.get(event, {}), **values, **_moved_to(state)})
        moved = _get(db, request.id)
        _follow_up(db, moved)
        return moved

    def settle_undo(self, request: StoredRequest) -> None:
        """Note what follows for the request that this one takes back from what became of its last items."""
        with self._transaction() as db:
            _follow_up(db, _get(db, request.id))

    def update_request(self, request: StoredRequest, **values: Unpack[RequestValues]) -> StoredRequest:
        """Note values of the request and return it as it is now. Raises Superseded if its text has changed."""
        with self._transaction() as db:
            self._state(db, request)
            if values:
                _set(db, request.id, values)
            return _get(db, request.id)

    def publish_again(self, request: StoredRequest, **values: Unpack[RequestValues]) -> None:
        """Have what the wiki shows of the request brought up to date, though it is where it was."""
        with self._transaction() as db:
            _set(db, request.id, {**values, "version": _REQUEST.version + 1})

    def hear(self, request: StoredRequest, what: Message) -> None:
        """Note what is to be said of words on the request's talk page, which are no answer."""
        with self._transaction() as db:
            _set(db, request.id, {"heard": what})

    def approve_freely(self, request: StoredRequest, items: int, most: int) -> bool:
        """Let a planned request run without review, if that makes at most so many items of its author's in a day there.

        The count and the move are one: of two workers that would go over it together, one is told no.
        """
        now = time.time()
        # Every row of the author's is locked, those too that are about to be counted.
        query = sa.select(_REQUEST.id, _REQUEST.wiki, _REQUEST.parameters, _REQUEST.free_items, _REQUEST.freed)
        own = query.where(_REQUEST.author == request.author).with_for_update()
        with self._transaction() as db:
            free = sum(
                row.free_items
                for row in db.execute(own)
                if row.id != request.id
                and row.freed > now - DAY
                and row.parameters.get("wiki", row.wiki).lower() == request.target
            )
            if free + items > most:
                return False
            self._move(db, request, Event.APPROVE, {"free_items": items, "freed": now})
        return True

    # Who works on it

    def begin_slice(self, request: int, holder: str) -> StoredRequest:
        """Count an attempt at the request's next slice, and return the request. Raises KeyError.

        From now on it is the holder's, for `LEASE_SECONDS`; it is another's where that one was faster.
        """
        now = time.time()
        free = sa.or_(_REQUEST.held_until <= now, _REQUEST.holder == holder)
        held = {"holder": holder, "held_until": now + LEASE_SECONDS, "attempts": _REQUEST.attempts + 1, "served": now}
        with self._transaction() as db:
            db.execute(sa.update(tables.requests).where(_REQUEST.id == request, free).values(held))
            return _get(db, request)

    def hold(self, request: StoredRequest, seconds: float) -> None:
        """Keep the request for the process that holds it, for so long from now; 0: let others have it."""
        own = (_REQUEST.id == request.id, _REQUEST.holder == request.holder)
        with self._transaction() as db:
            db.execute(sa.update(tables.requests).where(*own).values(held_until=time.time() + seconds))

    def free_from(self, holder_prefix: str) -> None:
        """Let others have what a dead process held, in as many seconds as it was tried in vain."""
        dead = _REQUEST.holder.startswith(holder_prefix, autoescape=True)
        freed = {"held_until": time.time() + _REQUEST.attempts}
        with self._transaction() as db:
            db.execute(sa.update(tables.requests).where(dead, _REQUEST.held_until > time.time()).values(freed))


def _take_number(db: Connection, wiki: str, number: int) -> None:
    column = tables.request_numbers.c
    highest = db.scalar(sa.select(column.highest).where(column.wiki == wiki))
    if highest is None:
        db.execute(sa.insert(tables.request_numbers).values(wiki=wiki, highest=number))
    else:
        changed = sa.update(tables.request_numbers).where(column.wiki == wiki)
        db.execute(changed.values(highest=max(highest, number)))


def _get(db: Connection, request: int) -> StoredRequest:
    found = _find(db, request)
    if found is None:
        raise KeyError(request)
    return found


def _set(db: Connection, request: int, values: Mapping[str, Any]) -> None:
    db.execute(sa.update(tables.requests).where(_REQUEST.id == request).values(**values))


def _moved_to(state: State) -> dict[str, Any]:
    """The columns that a move changes: where the request is, and that the wiki has yet to show it."""
    return {"state": state, "version": _REQUEST.version + 1}


def counts_of(db: Connection, request: int) -> Mapping[ItemState, int]:
    """How many of the request's items are in each state."""
    column = tables.items.c
    query = sa.select(column.state, sa.func.count()).where(column.request == request).group_by(column.state)
    found = {row[0]: int(row[1]) for row in db.execute(query)}
    return {state: found.get(state, 0) for state in ItemState}


# What follows for the request that another takes back


def _follow_up(db: Connection, undo: StoredRequest) -> None:
    original = _find(db, undo.undoes) if undo.state in {State.RUNNING, *ENDED} else None
    if original is None:
        return
    counts = counts_of(db, undo.id)
    if undo.state in ENDED and (counts[ItemState.SENDING] or counts[ItemState.SENT]):
        return  # what became of these is looked up first: see `settle_undo`
    nominated = sum(nominates(undo, action) for action in _done(db, undo))
    taken = TakenBack.by(undo, counts, nominated)
    events = follows(undo.state, taken, original.state, None if _others(db, undo) else _end(db, original))
    if events is None:
        return
    state = _happened(db, original, *events)
    first = _find(db, original.undoes) if state in ENDED else None
    if first:  # taking back was taken back
        back = taken.whole and first.state is State.UNDONE
        _happened(db, first, *([_end(db, first)] if back else []))


def _find(db: Connection, request: int) -> StoredRequest | None:
    """The request with this number; None where there is none: people may name any."""
    row = db.execute(sa.select(tables.requests).where(_REQUEST.id == request)).one_or_none()
    return tables.request(row) if row else None


def _others(db: Connection, undo: StoredRequest) -> bool:
    """Whether other requests are taking the same one back."""
    others = (_REQUEST.undoes == undo.undoes, _REQUEST.id != undo.id, _REQUEST.state.in_(_TAKING_BACK))
    return db.execute(sa.select(_REQUEST.id).where(*others)).first() is not None


_TAKING_BACK = (State.RUNNING, State.PILOT, State.PAUSED)


def _end(db: Connection, request: StoredRequest) -> Event:
    """How the request ended by its own items."""
    return end_by(counts_of(db, request.id))


def _happened(db: Connection, request: StoredRequest, *events: Event) -> State:
    """Note the events, or none, and that the request's report has more to say."""
    state = request.state
    for event in events:
        state = state_after(state, event)
    _set(db, request.id, _moved_to(state))
    return state


def _done(db: Connection, request: StoredRequest) -> Iterator[Action]:
    column = tables.items.c
    query = sa.select(column.action).where(column.request == request.id, column.state == ItemState.DONE)
    yield from db.execute(query).scalars()
