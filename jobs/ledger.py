"""The database that knows every request, its items and what came of each. The truth; Redis only dispatches.

SQLite by default, any database of SQLAlchemy's in production. Each public method is one transaction.
"""

import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from jobs.actions import Action
from jobs.lifecycle import ENDED, WORKING, State, check_move
from jobs.problems import Problem
from jobs.records import BadRecord, Record
from wikitext.messages import Message

_meta = sa.MetaData()

_requests = sa.Table(
    "requests",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("wiki", sa.String(32), nullable=False),
    sa.Column("page", sa.String(255), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("parameters", sa.JSON, nullable=False),
    sa.Column("author", sa.String(255), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("problems", sa.JSON, nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False, default=False),
    sa.Column("plan", sa.String(64), nullable=False, default=""),
    sa.Column("previewed", sa.Integer, nullable=False, default=0),
    sa.Column("approver", sa.String(255), nullable=False, default=""),
    sa.Column("why", sa.JSON),
    sa.Column("slice", sa.Integer, nullable=False, default=0),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", sa.Float, nullable=False, default=0.0),
    sa.Column("shown", sa.String(64), nullable=False, default=""),
    sa.Column("reported", sa.Float, nullable=False, default=0.0),
    sa.Column("started", sa.Float, nullable=False, default=0.0),
    sqlite_autoincrement=True,
)
_items = sa.Table(
    "items",
    _meta,
    sa.Column("request", sa.Integer, sa.ForeignKey("requests.id"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("state", sa.String(8), nullable=False, index=True),
    sa.Column("record", sa.JSON, nullable=False),
    sa.Column("action", sa.JSON),
    sa.Column("target", sa.String(255)),
    sa.Column("kind", sa.String(64)),
    sa.Column("why", sa.JSON),
    sa.Column("revision", sa.Integer),
    sa.UniqueConstraint("request", "target"),
)
_reviews = sa.Table(
    "reviews",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("request", sa.Integer, sa.ForeignKey("requests.id"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("user", sa.String(255), nullable=False),
    sa.Column("answer", sa.String(32), nullable=False),
    sa.Column("plan", sa.String(64), nullable=False),
    sa.Column("verdict", sa.JSON),
    sa.Column("replied", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("request", "revision", "number"),
)
_pages = sa.Table(
    "pages",
    _meta,
    sa.Column("wiki", sa.String(32), primary_key=True),
    sa.Column("title", sa.String(255), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False, default=""),
)


class ItemState(StrEnum):
    """Where an item is: `sending` means that it is not known whether it took effect."""

    READ = "read"
    REFUSED = "refused"
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Asked:
    """What somebody asked for, in the revision that says who; `problems` are those of the call's form."""

    fingerprint: str
    parameters: Mapping[str, str]
    author: str
    revision: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Filed:
    """A request as the ledger has it; `text_id` is what people know it by."""

    id: int
    wiki: str
    page: str
    fingerprint: str
    parameters: Mapping[str, str]
    author: str
    revision: int
    state: State
    problems: tuple[Problem, ...]
    listed: bool
    plan: str
    previewed: int
    approver: str
    why: Message | None
    slice: int
    attempts: int
    not_before: float
    shown: str
    reported: float
    started: float

    @property
    def text_id(self) -> str:
        """`H42`."""
        return f"H{self.id}"


@dataclass(frozen=True)
class Item:
    """One row of a request, what is to be done for it and what came of it."""

    row: int
    state: ItemState
    record: Mapping[str, str]
    action: Action | None
    kind: str | None
    why: Message | None
    revision: int | None


@dataclass(frozen=True)
class Said:
    """An answer on a report's talk page, in the revision that says who; `number` counts its like in that revision."""

    revision: int
    number: int
    source: str
    user: str
    answer: str
    plan: str


@dataclass(frozen=True)
class Review:
    """An answer that was taken in, and what the bot replies to it."""

    id: int
    said: Said
    verdict: Message | None


class Superseded(Exception):  # noqa: N818 - ends a job whose work is no longer wanted
    """The request was changed while a job worked on its older version."""


_ACTION: TypeAdapter[Action] = TypeAdapter(Action)


class Ledger:
    """The database at an SQLAlchemy address, for instance `sqlite:///hub.sqlite`. Safe to use from many processes."""

    def __init__(self, url: str) -> None:
        # Without a pool no connection is carried over a fork.
        self._engine = sa.create_engine(url, poolclass=NullPool)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _set_up_sqlite)
        with self._transaction() as db:
            _meta.create_all(db)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    # Requests ------------------------------------------------------------------------------------------------

    def file(self, wiki: str, page: str, asked: Asked) -> int:
        """Take in a new request and return its number. The same call of the same revision is taken in once.

        With problems it is invalid from the start; else it waits to be planned.
        """
        known = sa.select(_requests.c.id).where(
            _requests.c.wiki == wiki,
            _requests.c.page == page,
            _requests.c.revision == asked.revision,
            _requests.c.fingerprint == asked.fingerprint,
        )
        with self._transaction() as db:
            if (number := db.scalar(known)) is not None:
                return int(number)
            added = db.execute(sa.insert(_requests).values(wiki=wiki, page=page, **_fresh(asked)))
            return int((added.inserted_primary_key or [0])[0])

    def refile(self, request: Filed, asked: Asked) -> None:
        """Take in the changed text of a request: whatever was planned or approved is void."""
        values = _fresh(asked)
        with self._transaction() as db:
            check_move(self._mine(db, request), values["state"])
            db.execute(sa.delete(_items).where(_items.c.request == request.id))
            db.execute(sa.update(_requests).where(_requests.c.id == request.id).values(**values))

    def get(self, request: int) -> Filed:
        """The request with this number. Raises KeyError."""
        with self._transaction() as db:
            row = db.execute(sa.select(_requests).where(_requests.c.id == request)).one_or_none()
        if row is None:
            raise KeyError(request)
        return _filed(row)

    def on_page(self, wiki: str, page: str) -> list[Filed]:
        """Every request that was filed on the page, oldest first."""
        query = sa.select(_requests).where(_requests.c.wiki == wiki, _requests.c.page == page).order_by(_requests.c.id)
        with self._transaction() as db:
            return [_filed(row) for row in db.execute(query)]

    def reviewable(self, wiki: str) -> list[Filed]:
        """The wiki's requests whose reports somebody may still answer."""
        query = sa.select(_requests).where(
            _requests.c.wiki == wiki, _requests.c.previewed > 0, _requests.c.state.not_in(ENDED)
        )
        with self._transaction() as db:
            return [_filed(row) for row in db.execute(query)]

    def waiting(self) -> list[Filed]:
        """The requests in which the bot has the next move, and may make it now."""
        unanswered = sa.exists().where(_reviews.c.request == _requests.c.id, ~_reviews.c.replied)
        query = sa.select(_requests).where(
            sa.or_(_requests.c.state.in_(WORKING), _requests.c.shown == "", unanswered),
            _requests.c.not_before <= time.time(),
        )
        with self._transaction() as db:
            return [_filed(row) for row in db.execute(query.order_by(_requests.c.id))]

    def begin_slice(self, request: int) -> Filed:
        """Count an attempt at the request's next slice, and return the request. Raises KeyError."""
        with self._transaction() as db:
            counted = sa.update(_requests).where(_requests.c.id == request).values(attempts=_requests.c.attempts + 1)
            db.execute(counted)
        return self.get(request)

    def note(self, request: Filed, **values: Any) -> Filed:
        """Set columns of the request and return it as it is now. Raises Superseded if its text has changed.

        A new `state` must be one that may follow; it has yet to be shown.
        """
        with self._transaction() as db:
            current = self._mine(db, request)
            if "state" in values:
                check_move(current, values["state"])
                values.setdefault("shown", "")
            if isinstance(values.get("why"), Message):
                values["why"] = _dump_message(values["why"])
            if "problems" in values:
                values["problems"] = _dump_problems(values["problems"])
            db.execute(sa.update(_requests).where(_requests.c.id == request.id).values(**values))
        return self.get(request.id)

    def _mine(self, db: Connection, request: Filed) -> State:
        row = db.execute(
            sa.select(_requests.c.fingerprint, _requests.c.revision, _requests.c.state).where(
                _requests.c.id == request.id
            )
        ).one()
        if (row.fingerprint, row.revision) != (request.fingerprint, request.revision):
            raise Superseded(request.text_id)
        return State(row.state)

    # Items ---------------------------------------------------------------------------------------------------

    def clear_items(self, request: Filed) -> None:
        """Forget the request's items, to list them from the start."""
        with self._transaction() as db:
            self._mine(db, request)
            db.execute(sa.delete(_items).where(_items.c.request == request.id))

    def add_items(self, request: Filed, records: Sequence[Record | BadRecord]) -> None:
        """Write down rows of the request; one that cannot be read is refused from the start."""
        with self._transaction() as db:
            self._mine(db, request)
            db.execute(sa.insert(_items), [{"request": request.id, "row": r.row, **_read(r)} for r in records])

    def next_items(self, request: Filed, states: Collection[ItemState], most: int) -> list[Item]:
        """The first items in one of the states."""
        query = sa.select(_items).where(_items.c.request == request.id, _items.c.state.in_(states))
        with self._transaction() as db:
            return [_item(row) for row in db.execute(query.order_by(_items.c.row).limit(most))]

    def last_kinds(self, request: Filed, row: int, most: int) -> list[str | None]:
        """How the items up to this row ended that were carried out, the last first: a failure's kind, else None."""
        carried_out = (ItemState.FAILED, ItemState.SENT, ItemState.DONE)
        query = sa.select(_items.c.kind).where(
            _items.c.request == request.id, _items.c.row <= row, _items.c.state.in_(carried_out)
        )
        with self._transaction() as db:
            return list(db.scalars(query.order_by(_items.c.row.desc()).limit(most)))

    def items(self, request: Filed, *states: ItemState) -> Iterator[Item]:
        """Every item of the request in these states (none named: in any), in order, a page at a time."""
        last = 0
        while True:
            query = sa.select(_items).where(_items.c.request == request.id, _items.c.row > last)
            if states:
                query = query.where(_items.c.state.in_(states))
            with self._transaction() as db:
                page = [_item(row) for row in db.execute(query.order_by(_items.c.row).limit(500))]
            if not page:
                return
            yield from page
            last = page[-1].row

    def counts(self, request: Filed) -> Mapping[ItemState, int]:
        """How many items are in each state."""
        query = (
            sa.select(_items.c.state, sa.func.count()).where(_items.c.request == request.id).group_by(_items.c.state)
        )
        with self._transaction() as db:
            found = {ItemState(row[0]): int(row[1]) for row in db.execute(query)}
        return {state: found.get(state, 0) for state in ItemState}

    def holders(self, request: Filed, targets: Collection[str]) -> Mapping[str, int]:
        """Which row of the request already has each of the targets."""
        query = sa.select(_items.c.target, _items.c.row).where(
            _items.c.request == request.id, _items.c.target.in_(targets)
        )
        with self._transaction() as db:
            return {str(row.target): int(row.row) for row in db.execute(query)}

    def set_item(
        self, request: Filed, item: Item, state: ItemState, *, action: Action | None = None, why: Message | None = None,
        kind: str | None = None, revision: int | None = None,
    ) -> None:  # fmt: skip
        """Note what became of an item."""
        values: dict[str, Any] = {
            "state": state,
            "why": _dump_message(why) if why else None,
            "kind": kind,
            "revision": revision,
        }
        if action is not None:
            values |= {"action": action.model_dump(mode="json"), "target": action.title}
        with self._transaction() as db:
            self._mine(db, request)
            db.execute(
                sa.update(_items).where(_items.c.request == request.id, _items.c.row == item.row).values(**values)
            )

    # Reviews -------------------------------------------------------------------------------------------------

    def add_review(self, request: Filed, said: Said) -> None:
        """Take in an answer; the same one of the same revision is taken in once."""
        known = sa.select(_reviews.c.id).where(
            _reviews.c.request == request.id, _reviews.c.revision == said.revision, _reviews.c.number == said.number
        )
        with self._transaction() as db:
            if db.scalar(known) is None:
                db.execute(sa.insert(_reviews).values(request=request.id, **asdict(said)))

    def open_reviews(self, request: Filed) -> list[Review]:
        """The answers that the bot has not replied to, oldest first."""
        query = sa.select(_reviews).where(_reviews.c.request == request.id, ~_reviews.c.replied)
        with self._transaction() as db:
            return [
                Review(
                    row.id,
                    Said(row.revision, row.number, row.source, row.user, row.answer, row.plan),
                    _load_message(row.verdict),
                )
                for row in db.execute(query.order_by(_reviews.c.revision, _reviews.c.number))
            ]

    def approve(self, request: Filed, review: Review, verdict: Message) -> Filed:
        """Note that the answer approves the request's plan, and what the reply to it is."""
        with self._transaction() as db:
            check_move(self._mine(db, request), State.APPROVED)
            values = {"state": State.APPROVED, "approver": review.said.user, "shown": ""}
            db.execute(sa.update(_requests).where(_requests.c.id == request.id).values(**values))
            db.execute(sa.update(_reviews).where(_reviews.c.id == review.id).values(verdict=_dump_message(verdict)))
        return self.get(request.id)

    def judge_review(self, review: Review, verdict: Message) -> None:
        """Note what the reply to an answer is that changes nothing."""
        with self._transaction() as db:
            db.execute(sa.update(_reviews).where(_reviews.c.id == review.id).values(verdict=_dump_message(verdict)))

    def replied(self, review: Review) -> None:
        """Note that the reply to an answer is on the wiki."""
        with self._transaction() as db:
            db.execute(sa.update(_reviews).where(_reviews.c.id == review.id).values(replied=True))

    # Pages ---------------------------------------------------------------------------------------------------

    def seen(self, wiki: str, title: str) -> int:
        """The revision up to which the page was read; 0 if it never was."""
        return self._page(wiki, title)[0]

    def kept_text(self, wiki: str, title: str) -> str:
        """The text that was kept of the page; empty if none was."""
        return self._page(wiki, title)[1]

    def _page(self, wiki: str, title: str) -> tuple[int, str]:
        query = sa.select(_pages.c.revision, _pages.c.text).where(_pages.c.wiki == wiki, _pages.c.title == title)
        with self._transaction() as db:
            row = db.execute(query).one_or_none()
        return (int(row.revision), str(row.text)) if row else (0, "")

    def mark_seen(self, wiki: str, title: str, revision: int, text: str | None = None) -> None:
        """Note up to which revision a page was read and, where it matters, what it said."""
        values: dict[str, Any] = {"revision": revision} | ({} if text is None else {"text": text})
        same = sa.and_(_pages.c.wiki == wiki, _pages.c.title == title)
        with self._transaction() as db:
            if not db.execute(sa.update(_pages).where(same).values(**values)).rowcount:
                db.execute(sa.insert(_pages).values(wiki=wiki, title=title, **values))


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin, not sqlite3's, opens each transaction
    connection.execute("PRAGMA busy_timeout=30000")
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        with suppress(sqlite3.OperationalError):  # locked: SQLite does not wait for this one
            connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _fresh(asked: Asked) -> dict[str, Any]:
    """What a request is when it was just asked, whatever it was before."""
    return {
        "fingerprint": asked.fingerprint,
        "parameters": dict(asked.parameters),
        "author": asked.author,
        "revision": asked.revision,
        "problems": _dump_problems(asked.problems),
        "state": State.INVALID if asked.problems else State.RECEIVED,
        "listed": False,
        "plan": "",
        "previewed": 0,
        "approver": "",
        "why": None,
        "attempts": 0,
        "not_before": 0.0,
        "shown": "",
    }


def _read(record: Record | BadRecord) -> dict[str, Any]:
    if isinstance(record, BadRecord):
        return {"state": ItemState.REFUSED, "record": {}, "why": _dump_message(record.why)}
    return {"state": ItemState.READ, "record": dict(record.values), "why": None}


def _filed(row: sa.Row[Any]) -> Filed:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    problems = tuple(Problem(p["parameter"], Message(p["key"], tuple(p["arguments"]))) for p in values["problems"])
    return Filed(
        **values | {"state": State(values["state"]), "problems": problems, "why": _load_message(values["why"])}
    )


def _item(row: sa.Row[Any]) -> Item:
    action = None if row.action is None else _ACTION.validate_python(row.action)
    return Item(row.row, ItemState(row.state), row.record, action, row.kind, _load_message(row.why), row.revision)


def _dump_message(said: Message) -> dict[str, Any]:
    return {"key": said.key, "arguments": list(said.arguments)}


def _load_message(value: Mapping[str, Any] | None) -> Message | None:
    return Message(value["key"], tuple(value["arguments"])) if value else None


def _dump_problems(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [{"parameter": problem.parameter, **_dump_message(problem.why)} for problem in problems]
