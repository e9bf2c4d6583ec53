"""The database that knows every request, its items and what came of each. The truth; Redis only dispatches.

SQLite by default, any database of SQLAlchemy's in production. Each public method is one transaction.
"""

import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, replace
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from jobs.model.actions import Action, Refusal
from jobs.model.records import BadRecord, Record
from jobs.model.requests import Item, ItemState, Load, NewRequest, Review, ReviewComment, Speaker, StoredRequest
from jobs.model.states import ENDED, LOOKED_AT, WORKING, State, check_move
from jobs.store import tables
from wikitext.messages import Message

_CARRIED_OUT = (ItemState.FAILED, ItemState.PARTLY, ItemState.SENT, ItemState.DONE)


DAY = 86400.0
"""Seconds."""


class Superseded(Exception):  # noqa: N818 - ends a job whose work is no longer wanted
    """The request was changed while a job worked on its older version."""


class LedgerLocked(Exception):  # noqa: N818 - says what it is
    """Another process has the database to itself, or the database cannot be reached: nothing was read or written."""


class LedgerUnusable(Exception):  # noqa: N818 - says what it is
    """There is no database at the address, and none can be made there."""


_DRIVER = "for MariaDB, install with the extra “mariadb” (pip install '.[mariadb]'), and write mysql+pymysql://…"
"""What is said where the database's driver is not installed."""

LEASE_SECONDS = 30.0
"""For so long a process that was killed keeps the others from its request."""


class Ledger:
    """The database at an SQLAlchemy address, for instance `sqlite:///hub.sqlite`. Safe to use from many processes.

    Everything may raise LedgerLocked, and opening it LedgerUnusable.
    """

    def __init__(self, url: str) -> None:
        try:
            # Without a pool no connection is carried over a fork.
            self._engine = sa.create_engine(url, poolclass=NullPool)
            if self._engine.dialect.name == "sqlite":
                event.listen(self._engine, "connect", _set_up_sqlite)
            with self._transaction() as db:
                tables.metadata.create_all(db)
                there = {column["name"] for column in sa.inspect(db).get_columns(tables.requests.name)}
            if lacking := {*tables.requests.c.keys()} - there:
                raise LedgerUnusable(
                    f"it was made by an older version, without {', '.join(sorted(lacking))}: start a new one"
                )
        except ModuleNotFoundError as error:
            raise LedgerUnusable(f"{error}: {_DRIVER}") from None
        except sa.exc.SQLAlchemyError as error:
            raise LedgerUnusable(str(getattr(error, "orig", None) or error)) from None

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self._engine.begin())
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
            except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
                if self._engine.dialect.name == "sqlite" and "locked" not in str(error):
                    raise
                raise LedgerLocked(str(error)) from None
            yield connection

    # The watcher ---------------------------------------------------------------------------------------------

    def watch_for(self, holder: str, seconds: float, after: str = "") -> str:
        """Be the one process that watches the wikis for this ledger, for so long from now; returns which one is.

        That is another where its time is not over yet, unless it is the one that it comes `after`.
        """
        now, column = time.time(), tables.watcher.c
        values = {"holder": holder, "held_until": now + seconds}
        free = sa.or_(column.held_until <= now, column.holder.in_((holder, after)))
        with self._transaction() as db:
            if not db.execute(sa.update(tables.watcher).where(free).values(values)).rowcount:
                if other := db.scalar(sa.select(column.holder)):
                    return str(other)
                db.execute(sa.insert(tables.watcher).values(id=1, **values))
        return holder

    # Requests ------------------------------------------------------------------------------------------------

    def file(self, wiki: str, page: str, asked: NewRequest) -> int:
        """Take in a new request and return its number. The same call of the same revision is taken in once.

        With problems it is invalid from the start; else it waits to be planned.
        """
        known = sa.select(tables.requests.c.id).where(
            tables.requests.c.wiki == wiki,
            tables.requests.c.page == page,
            tables.requests.c.revision == asked.revision,
            tables.requests.c.fingerprint == asked.fingerprint,
        )
        with self._transaction() as db:
            if (number := db.scalar(known)) is not None:
                return int(number)
            number = 1 + (db.scalar(sa.select(sa.func.max(tables.numbers.c.highest))) or 0)
            self._number_taken(db, wiki, number)
            db.execute(sa.insert(tables.requests).values(id=number, wiki=wiki, page=page, **tables.fresh(asked)))
            return number

    def knows(self, wiki: str) -> bool:
        """Whether it was told which numbers the wiki has."""
        with self._transaction() as db:
            return db.scalar(sa.select(tables.numbers.c.wiki).where(tables.numbers.c.wiki == wiki)) is not None

    def take_numbers(self, wiki: str, highest: int) -> None:
        """Give new requests numbers above this one, which the wiki has from before this ledger began."""
        with self._transaction() as db:
            self._number_taken(db, wiki, highest)

    def _number_taken(self, db: Connection, wiki: str, number: int) -> None:
        own = tables.numbers.c.wiki == wiki
        highest = db.scalar(sa.select(tables.numbers.c.highest).where(own))
        if highest is None:
            db.execute(sa.insert(tables.numbers).values(wiki=wiki, highest=number))
        else:
            db.execute(sa.update(tables.numbers).where(own).values(highest=max(highest, number)))

    def refile(self, request: StoredRequest, asked: NewRequest, notice: Message | None = None) -> None:
        """Take in the changed text of a request: whatever was planned or approved is void, as the notice says."""
        values = tables.fresh(asked) | tables.dumped({"notice": notice})
        with self._transaction() as db:
            check_move(self._mine(db, request), values["state"])
            db.execute(sa.delete(tables.items).where(tables.items.c.request == request.id))
            db.execute(sa.update(tables.requests).where(tables.requests.c.id == request.id).values(**values))

    def get(self, request: int) -> StoredRequest:
        """The request with this number. Raises KeyError."""
        with self._transaction() as db:
            row = db.execute(sa.select(tables.requests).where(tables.requests.c.id == request)).one_or_none()
        if row is None:
            raise KeyError(request)
        return tables.filed(row)

    def on_page(self, wiki: str, page: str) -> list[StoredRequest]:
        """Every request that was filed on the page, oldest first."""
        query = (
            sa.select(tables.requests)
            .where(tables.requests.c.wiki == wiki, tables.requests.c.page == page)
            .order_by(tables.requests.c.id)
        )
        with self._transaction() as db:
            return [tables.filed(row) for row in db.execute(query)]

    def reviewable(self, wiki: str, since: float) -> list[StoredRequest]:
        """The requests filed on the wiki that somebody may still answer: open, or last reported since then."""
        query = sa.select(tables.requests).where(
            tables.requests.c.wiki == wiki,
            sa.or_(tables.requests.c.reported > 0, tables.requests.c.state == State.INVALID),
            sa.or_(tables.requests.c.state.not_in(ENDED), tables.requests.c.reported > since),
        )
        with self._transaction() as db:
            return [tables.filed(row) for row in db.execute(query)]

    def undone_by(self, request: StoredRequest) -> list[StoredRequest]:
        """The requests that take this one back or were to, oldest first."""
        query = sa.select(tables.requests).where(tables.requests.c.undoes == request.id)
        with self._transaction() as db:
            return [tables.filed(row) for row in db.execute(query.order_by(tables.requests.c.id))]

    def open(self) -> list[StoredRequest]:
        """The requests that have not come to an end, on any wiki."""
        with self._transaction() as db:
            found = db.execute(sa.select(tables.requests).where(tables.requests.c.state.not_in(ENDED)))
            return [tables.filed(row) for row in found]

    def waiting(self) -> list[StoredRequest]:
        """The requests in which the bot has the next move, and may make it now; those longest without one first."""
        now = time.time()
        unanswered = sa.exists().where(tables.reviews.c.request == tables.requests.c.id, ~tables.reviews.c.replied)
        query = sa.select(tables.requests).where(
            sa.or_(
                tables.requests.c.state.in_(WORKING),
                tables.requests.c.shown == "",
                tables.requests.c.notice.is_not(None),
                tables.requests.c.heard.is_not(None),
                unanswered,
                tables.requests.c.state.in_(LOOKED_AT) & tables.requests.c.look_again.between(1, now),
            ),
            tables.requests.c.not_before <= now,
            tables.requests.c.held_until <= now,
        )
        with self._transaction() as db:
            return [
                tables.filed(row) for row in db.execute(query.order_by(tables.requests.c.served, tables.requests.c.id))
            ]

    def load(self, request: StoredRequest) -> Load:
        """What the request's author asked for before it, on whichever wiki."""
        column = tables.requests.c
        today = column.asked > time.time() - DAY
        is_open = column.state.not_in(ENDED | {State.INVALID, State.CHECKED})
        earlier = (column.author == request.author, column.id < request.id)
        filed = sa.select(sa.func.count()).where(*earlier)
        rows = sa.select(sa.func.count()).select_from(tables.items.join(tables.requests)).where(*earlier, today)
        with self._transaction() as db:
            open_now, within_a_day, items = (
                int(db.scalar(query) or 0) for query in (filed.where(is_open), filed.where(today), rows)
            )
        return Load(open_now, within_a_day, items)

    def approve_freely(self, request: StoredRequest, items: int, most: int) -> bool:
        """Let a planned request run without review, if that makes at most so many items of its author's in a day there.

        The count and the move are one: of two workers that would go over it together, one is told no.
        """
        now, column = time.time(), tables.requests.c
        # Every row of the author's is locked, those too that are about to be counted.
        query = sa.select(column.id, column.wiki, column.parameters, column.free_items, column.freed)
        own = query.where(column.author == request.author).with_for_update()
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
            self._set(db, request, {"state": State.APPROVED, "free_items": items, "freed": now})
        return True

    def begin_slice(self, request: int, holder: str) -> StoredRequest:
        """Count an attempt at the request's next slice, and return the request. Raises KeyError.

        From now on it is the holder's, for `LEASE_SECONDS`; it is another's where that one was faster.
        """
        now = time.time()
        free = sa.or_(tables.requests.c.held_until <= now, tables.requests.c.holder == holder)
        held = {"holder": holder, "held_until": now + LEASE_SECONDS, "attempts": tables.requests.c.attempts + 1}
        with self._transaction() as db:
            mine = sa.and_(tables.requests.c.id == request, free)
            db.execute(sa.update(tables.requests).where(mine).values(**held, served=now))
        return self.get(request)

    def hold(self, request: StoredRequest, seconds: float) -> None:
        """Keep the request for the process that holds it, for so long from now; 0: let others have it."""
        own = (tables.requests.c.id == request.id, tables.requests.c.holder == request.holder)
        with self._transaction() as db:
            db.execute(sa.update(tables.requests).where(*own).values(held_until=time.time() + seconds))

    def free_from(self, holder_prefix: str) -> None:
        """Let others have what a dead process held, in as many seconds as it was tried in vain."""
        dead = tables.requests.c.holder.startswith(holder_prefix, autoescape=True)
        freed = {"held_until": time.time() + tables.requests.c.attempts}
        with self._transaction() as db:
            db.execute(sa.update(tables.requests).where(dead, tables.requests.c.held_until > time.time()).values(freed))

    def note(self, request: StoredRequest, **values: Any) -> StoredRequest:
        """Set columns of the request and return it as it is now. Raises Superseded if its text has changed.

        A new `state` must be one that may follow; it has yet to be shown.
        """
        with self._transaction() as db:
            self._set(db, request, values)
        return self.get(request.id)

    def _set(self, db: Connection, request: StoredRequest, values: Mapping[str, Any]) -> None:
        current = self._mine(db, request)
        changed = tables.dumped(values)
        if "state" in changed:
            check_move(current, changed["state"])
            changed.setdefault("shown", "")
        if changed:
            db.execute(sa.update(tables.requests).where(tables.requests.c.id == request.id).values(**changed))

    def _mine(self, db: Connection, request: StoredRequest) -> State:
        row = db.execute(
            sa.select(tables.requests.c.fingerprint, tables.requests.c.revision, tables.requests.c.state).where(
                tables.requests.c.id == request.id
            )
        ).one()
        if (row.fingerprint, row.revision) != (request.fingerprint, request.revision):
            raise Superseded(request.text_id)
        return State(row.state)

    # Items ---------------------------------------------------------------------------------------------------

    def clear_items(self, request: StoredRequest) -> None:
        """Forget the request's items, to list them from the start."""
        with self._transaction() as db:
            self._mine(db, request)
            db.execute(sa.delete(tables.items).where(tables.items.c.request == request.id))

    def add_items(self, request: StoredRequest, records: Sequence[Record | BadRecord]) -> None:
        """Write down rows of the request; one that cannot be read is refused from the start."""
        with self._transaction() as db:
            self._mine(db, request)
            db.execute(
                sa.insert(tables.items), [{"request": request.id, "row": r.row, **tables.listed(r)} for r in records]
            )

    def next_items(self, request: StoredRequest, states: Collection[ItemState], most: int) -> list[Item]:
        """The first items in one of the states."""
        query = _in_one_state(sa.select(tables.items), request).order_by(tables.items.c.row).limit(most)
        with self._transaction() as db:
            found = [row for state in states for row in db.execute(query, {"state": state})]
        return [tables.item(row) for row in sorted(found, key=attrgetter("row"))[:most]]

    def last_kinds(self, request: StoredRequest, row: int, most: int) -> list[str | None]:
        """How the items up to this row ended that were carried out, the last first: a failure's kind, else None."""
        query = _in_one_state(sa.select(tables.items.c.kind, tables.items.c.row), request)
        query = query.where(tables.items.c.row <= row).order_by(tables.items.c.row.desc()).limit(most)
        with self._transaction() as db:
            found = [row for state in _CARRIED_OUT for row in db.execute(query, {"state": state})]
        return [row.kind for row in sorted(found, key=attrgetter("row"), reverse=True)[:most]]

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

    def counts(self, request: StoredRequest) -> Mapping[ItemState, int]:
        """How many items are in each state."""
        query = (
            sa.select(tables.items.c.state, sa.func.count())
            .where(tables.items.c.request == request.id)
            .group_by(tables.items.c.state)
        )
        with self._transaction() as db:
            found = {ItemState(row[0]): int(row[1]) for row in db.execute(query)}
        return {state: found.get(state, 0) for state in ItemState}

    def holders(self, request: StoredRequest, targets: Collection[str]) -> Mapping[str, int]:
        """Which row of the request already has each of the targets."""
        return self._holders(request, tables.items.c.target, targets)

    def holders_of_bytes(self, request: StoredRequest, sha1s: Collection[str]) -> Mapping[str, int]:
        """Which row of the request already uploads each of these files."""
        return self._holders(request, tables.items.c.bytes, sha1s)

    def _holders(
        self, request: StoredRequest, column: sa.ColumnElement[Any], values: Collection[str]
    ) -> Mapping[str, int]:
        if not values:
            return {}
        query = sa.select(column, tables.items.c.row).where(tables.items.c.request == request.id, column.in_(values))
        with self._transaction() as db:
            return {str(row[0]): int(row[1]) for row in db.execute(query)}

    def item(self, request: StoredRequest, row: int) -> Item:
        """The item of this row, as it is now."""
        query = sa.select(tables.items).where(tables.items.c.request == request.id, tables.items.c.row == row)
        with self._transaction() as db:
            return tables.item(db.execute(query).one())

    def add_fault(self, request: StoredRequest, item: Item, kind: str | None, why: Message) -> None:
        """Count a try of the item that came to nothing, and what is to be said of it if it was the last."""
        said = {"kind": kind, "why": tables.dump_message(why), "faults": tables.items.c.faults + 1}
        with self._transaction() as db:
            self._mine(db, request)
            db.execute(sa.update(tables.items).where(*_is(request, item)).values(**said))

    def set_item(
        self, request: StoredRequest, item: Item, state: ItemState, *,
        why: Message | None = None, kind: str | None = None, revision: int | None = None,
    ) -> None:  # fmt: skip
        """Note what became of an item: the request gets on, so its earlier attempts count no more."""
        said = tables.dump_message(why) if why else None
        values = {"state": state, "why": said, "kind": kind, "revision": revision}
        with self._transaction() as db:
            self._mine(db, request)
            db.execute(sa.update(tables.items).where(*_is(request, item)).values(**values))
            db.execute(sa.update(tables.requests).where(tables.requests.c.id == request.id).values(attempts=1))

    def set_items(self, request: StoredRequest, checked: Iterable[tuple[Item, Action | Refusal]]) -> None:
        """Note, all at once, what items that were checked came to: an action, or why there is none."""
        lines = [{"item": item.row, **tables.checked(found)} for item, found in checked]
        which = (tables.items.c.request == request.id, tables.items.c.row == sa.bindparam("item"))
        with self._transaction() as db:
            self._mine(db, request)
            for state in (ItemState.PLANNED, ItemState.REFUSED, ItemState.WITHHELD):
                if alike := [line for line in lines if line["state"] is state]:
                    db.execute(sa.update(tables.items).where(*which), alike)

    def claim(self, request: StoredRequest, item: Item, parent: int = 0, sha1: str = "") -> Item | None:
        """Note that the item is about to be sent, and return it as it is then; None if another worker was faster.

        `parent` and `sha1` are what an answer that is lost will be looked for by.
        """
        claimed = replace(item, state=ItemState.SENDING, parent=parent, sha1=sha1, claims=item.claims + 1)
        values = {name: getattr(claimed, name) for name in ("state", "parent", "sha1", "claims")}
        with self._transaction() as db:
            if self._mine(db, request) is not State.RUNNING:
                return None
            unclaimed = (*_is(request, item), tables.items.c.state == item.state, tables.items.c.claims == item.claims)
            if not db.execute(sa.update(tables.items).where(*unclaimed).values(**values)).rowcount:
                return None
        return claimed

    def keep_stash(self, request: StoredRequest, item: Item, key: str) -> None:
        """Note the key under which the wiki keeps what arrived of the item's file: another try goes on from there."""
        with self._transaction() as db:
            self._mine(db, request)
            db.execute(sa.update(tables.items).where(*_is(request, item)).values(stash=key))

    def hear(self, request: StoredRequest, what: Message) -> None:
        """Note what is to be said of words on the request's talk page, which are no answer."""
        heard = tables.dumped({"heard": what})
        with self._transaction() as db:
            db.execute(sa.update(tables.requests).where(tables.requests.c.id == request.id).values(heard))

    def strike(self, request: StoredRequest, rows: Collection[int], found: Refusal) -> None:
        """Take planned items out of the plan: `found` is what became of them."""
        with self._transaction() as db:
            self._mine(db, request)
            struck = {**tables.checked(found), "target": None, "bytes": None}
            which = (tables.items.c.request == request.id, tables.items.c.row.in_(rows))
            planned = tables.items.c.state == ItemState.PLANNED
            db.execute(sa.update(tables.items).where(*which, planned).values(**struck))

    def plan_failed_again(self, request: StoredRequest) -> None:
        """Have the items that failed tried once more; those done in part are looked up and gone on with."""
        with self._transaction() as db:
            self._mine(db, request)
            for state, again in ((ItemState.FAILED, ItemState.PLANNED), (ItemState.PARTLY, ItemState.SENDING)):
                alike = (tables.items.c.request == request.id, tables.items.c.state == state)
                values = {"state": again, "why": None, "kind": None, "faults": 0}
                db.execute(sa.update(tables.items).where(*alike).values(**values))

    # Reviews -------------------------------------------------------------------------------------------------

    def add_review(
        self, request: StoredRequest, said: ReviewComment, verdict: Message | None = None, *, again: bool = False
    ) -> None:
        """Take in an answer, and the reply to it where that is known; the same one of the same revision but once.

        `again`: it came back, and `number` tells nothing; how often it does, it is one with all of its revision's like.
        """
        table = tables.reviews.c
        query = sa.select(tables.reviews).where(table.request == request.id, table.revision == said.revision)
        with self._transaction() as db:
            known = list(db.execute(query))
            numbers = [row.number for row in known]
            if again:
                if (said.answer, said.plan, said.details) in [(row.answer, row.plan, row.details) for row in known]:
                    return
                said = replace(said, number=max(numbers, default=0) + 1)
            if said.number not in numbers:
                judged = {"verdict": tables.dump_message(verdict)} if verdict else {}
                db.execute(sa.insert(tables.reviews).values(request=request.id, **asdict(said), **judged))

    def open_reviews(self, request: StoredRequest) -> list[Review]:
        """The answers that the bot has not replied to, oldest first."""
        query = sa.select(tables.reviews).where(tables.reviews.c.request == request.id, ~tables.reviews.c.replied)
        with self._transaction() as db:
            return [
                Review(
                    row.id,
                    ReviewComment(row.revision, row.number, row.source, row.user, row.answer, row.plan, row.details),
                    tables.load_message(row.verdict),
                )
                for row in db.execute(query.order_by(tables.reviews.c.revision, tables.reviews.c.number))
            ]

    def decide(self, request: StoredRequest, review: Review, verdict: Message, **values: Any) -> StoredRequest:
        """Note what the reply to an answer is and, as one, what the answer changes in the request (see `note`)."""
        with self._transaction() as db:
            self._set(db, request, values)
            said = {"verdict": tables.dump_message(verdict)}
            db.execute(sa.update(tables.reviews).where(tables.reviews.c.id == review.id).values(**said))
        return self.get(request.id)

    def replied(self, review: Review) -> None:
        """Note that the reply to an answer is on the wiki."""
        with self._transaction() as db:
            db.execute(sa.update(tables.reviews).where(tables.reviews.c.id == review.id).values(replied=True))

    # Sayings -------------------------------------------------------------------------------------------------

    def remember(self, wiki: str, page: str, said: Mapping[str, Speaker]) -> None:
        """Keep for ever who said what first."""
        with self._transaction() as db:
            known = self._sayers(db, wiki, said)
            lines = [
                {"wiki": wiki, "saying": saying, "user": sayer.user, "revision": sayer.revision, "page": page}
                for saying, sayer in said.items()
                if saying not in known
            ]
            if lines:
                db.execute(sa.insert(tables.sayings), lines)

    def sayers(self, wiki: str, sayings: Collection[str]) -> Mapping[str, Speaker]:
        """Who said each of these first, of those that were ever read."""
        with self._transaction() as db:
            return self._sayers(db, wiki, sayings)

    def _sayers(self, db: Connection, wiki: str, sayings: Collection[str]) -> Mapping[str, Speaker]:
        table, found, wanted = tables.sayings.c, {}, list(sayings)
        for start in range(0, len(wanted), 500):
            which = table.saying.in_(wanted[start : start + 500])
            for row in db.execute(sa.select(tables.sayings).where(table.wiki == wiki, which)):
                found[row.saying] = Speaker(row.user, row.revision, row.page)
        return found

    # Pages ---------------------------------------------------------------------------------------------------

    def seen(self, wiki: str, title: str) -> int:
        """The revision up to which the page was read; 0 if it never was."""
        return self._page(wiki, title)[0]

    def kept_text(self, wiki: str, title: str) -> str:
        """The text that was kept of the page; empty if none was."""
        return self._page(wiki, title)[1]

    def _page(self, wiki: str, title: str) -> tuple[int, str]:
        query = sa.select(tables.pages.c.revision, tables.pages.c.text).where(
            tables.pages.c.wiki == wiki, tables.pages.c.title == title
        )
        with self._transaction() as db:
            row = db.execute(query).one_or_none()
        return (int(row.revision), str(row.text)) if row else (0, "")

    def mark_seen(self, wiki: str, title: str, revision: int, text: str | None = None) -> None:
        """Note up to which revision a page was read and, where it matters, what it said."""
        values: dict[str, Any] = {"revision": revision} | ({} if text is None else {"text": text})
        same = sa.and_(tables.pages.c.wiki == wiki, tables.pages.c.title == title)
        with self._transaction() as db:
            if not db.execute(sa.update(tables.pages).where(same).values(**values)).rowcount:
                db.execute(sa.insert(tables.pages).values(wiki=wiki, title=title, **values))


def _in_one_state(query: sa.Select[Any], request: StoredRequest) -> sa.Select[Any]:
    """The query of the request's items in the state that it is given: of several, an index does not give the order."""
    return query.where(tables.items.c.request == request.id, tables.items.c.state == sa.bindparam("state"))


def _is(request: StoredRequest, item: Item) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return tables.items.c.request == request.id, tables.items.c.row == item.row


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin, not sqlite3's, opens each transaction
    connection.execute("PRAGMA busy_timeout=10000")
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        with suppress(sqlite3.OperationalError):  # locked: SQLite does not wait for this one
            connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")
