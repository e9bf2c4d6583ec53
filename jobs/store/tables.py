"""The ledger's tables, and the values that their lines are read into."""

import json
import time
from collections.abc import Mapping
from dataclasses import fields
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from jobs.model.actions import Action, Refusal, Upload, Withheld
from jobs.model.problems import Problem
from jobs.model.profile import Profile
from jobs.model.records import BadRecord, Record
from jobs.model.requests import (
    HistoryEntry,
    Item,
    ItemState,
    NewRequest,
    Review,
    ReviewComment,
    StoredRequest,
    request_number,
)
from jobs.model.states import State
from jobs.store.column_types import TABLE, Id, Json, Key, Moment, Text, one_of
from wikitext.messages import Message

metadata = sa.MetaData()

MAX_TITLE = 512
"""Characters of a page's title: 255 bytes, and its namespace, a colon behind it, which do not count among them."""

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("wiki", Key(32), nullable=False),
    sa.Column("page", Key(MAX_TITLE), nullable=False),
    # What it was first taken in as: the same call of the same revision is one request.
    sa.Column("filed_as", Key(64), nullable=False, unique=True),
    sa.Column("target", Key(255), nullable=False),
    sa.Column("undoes", Id, nullable=False, default=0, index=True),
    sa.Column("fingerprint", Key(64), nullable=False),
    sa.Column("parameters", sa.JSON, nullable=False),
    sa.Column("author", Key(255), nullable=False, index=True),
    sa.Column("revision", Id, nullable=False),
    sa.Column("asked", Moment, nullable=False),
    sa.Column("state", one_of(State, 16), nullable=False, index=True),
    sa.Column("state_since", Moment, nullable=False),
    sa.Column("problems", Json(tuple[Problem, ...]), nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False, default=False),
    sa.Column("listing", Key(64), nullable=False, default=""),
    sa.Column("profile", Json(Profile), nullable=False),
    sa.Column("questions", Json(tuple[Message, ...]), nullable=False),
    sa.Column("checked_rows", Key(64), nullable=False, default=""),
    sa.Column("plan", Key(64), nullable=False, default=""),
    sa.Column("previewed", Id, nullable=False, default=0),
    sa.Column("approver", Key(255), nullable=False, default=""),
    sa.Column("free_items", sa.Integer, nullable=False, default=0),
    sa.Column("freed", Moment, nullable=False, default=0.0),
    sa.Column("continuer", Key(255), nullable=False, default=""),
    sa.Column("why", Json(Message)),
    sa.Column("notice", Json(Message)),
    sa.Column("heard", Json(Message)),
    sa.Column("curtailed", Json(Message)),
    sa.Column("hands", sa.Integer, nullable=False, default=1),
    sa.Column("slice", sa.Integer, nullable=False, default=0),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", Moment, nullable=False, default=0.0),
    sa.Column("look_again", Moment, nullable=False, default=0.0),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("published_version", sa.Integer, nullable=False, default=0),
    sa.Column("published_status", Key(64), nullable=False, default=""),
    sa.Column("published_items", sa.Integer, nullable=False, default=0),
    sa.Column("reported", Moment, nullable=False, default=0.0),
    sa.Column("started", Moment, nullable=False, default=0.0),
    sa.Column("served", Moment, nullable=False, default=0.0),
    sa.Index("requests_by_page", "wiki", "page"),
    **TABLE,
)
items = sa.Table(
    "items",
    metadata,
    sa.Column("request", Id, sa.ForeignKey("requests.id"), primary_key=True, autoincrement=False),
    sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("state", one_of(ItemState, 8), nullable=False),
    sa.Column("state_since", Moment, nullable=False),
    sa.Column("record", sa.JSON, nullable=False),
    sa.Column("action", Json(Action)),
    sa.Column("target", Key(MAX_TITLE)),
    sa.Column("upload_sha1", Key(40)),
    sa.Column("error_code", Key(255)),
    sa.Column("why", Json(Message)),
    sa.Column("revision", Id),
    sa.Column("parent", Id),
    sa.Column("sent_text_sha1", Key(40)),
    sa.Column("holder", Key(255), nullable=False, default=""),
    sa.Column("claim_version", sa.Integer, nullable=False, default=0),
    sa.Column("stash", Key(255), nullable=False, default=""),
    sa.Column("faults", sa.Integer, nullable=False, default=0),
    sa.UniqueConstraint("request", "target", name="items_by_target"),
    sa.Index("items_by_upload", "request", "upload_sha1"),
    sa.Index("items_by_state", "request", "state", "row"),
    sa.Index("items_by_title", "target"),
    **TABLE,
)
item_counts = sa.Table(
    "item_counts",
    metadata,
    sa.Column("request", Id, sa.ForeignKey("requests.id"), primary_key=True, autoincrement=False),
    sa.Column("state", one_of(ItemState, 8), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    **TABLE,
)
hands = sa.Table(
    "hands",
    metadata,
    sa.Column("request", Id, sa.ForeignKey("requests.id"), primary_key=True, autoincrement=False),
    sa.Column("hand", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("holder", Key(255), nullable=False),
    sa.Column("held_until", Moment, nullable=False),
    **TABLE,
)
events = sa.Table(
    "events",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("request", Id, sa.ForeignKey("requests.id"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("event", Key(32), nullable=False),
    sa.Column("state", one_of(State, 16), nullable=False),
    sa.Column("user", Key(255), nullable=False, default=""),
    sa.Column("revision", Id, nullable=False, default=0),
    sa.Column("plan", Key(64), nullable=False, default=""),
    sa.Column("why", Json(Message)),
    sa.Column("details", sa.JSON, nullable=False),
    **TABLE,
)
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("request", Id, sa.ForeignKey("requests.id"), nullable=False),
    sa.Column("revision", Id, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("source", Text, nullable=False),
    sa.Column("user", Key(255), nullable=False),
    sa.Column("answer", Key(32), nullable=False),
    sa.Column("plan", Key(64), nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("verdict", Json(Message)),
    sa.Column("replied", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("request", "revision", "number", name="reviews_by_revision"),
    **TABLE,
)
page_cursors = sa.Table(
    "page_cursors",
    metadata,
    sa.Column("wiki", Key(32), primary_key=True),
    sa.Column("title", Key(MAX_TITLE), primary_key=True),
    sa.Column("last_read_revision", Id, nullable=False),
    sa.Column("text", Text, nullable=False, default=""),
    **TABLE,
)
speakers = sa.Table(
    "speakers",
    metadata,
    sa.Column("wiki", Key(32), primary_key=True),
    sa.Column("saying", Key(64), primary_key=True),
    sa.Column("user", Key(255), nullable=False),
    sa.Column("revision", Id, nullable=False),
    sa.Column("page", Key(MAX_TITLE), nullable=False),
    **TABLE,
)
host_places = sa.Table(
    "host_places",
    metadata,
    sa.Column("host", Key(255), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("holder", Key(255), nullable=False),
    sa.Column("held_until", Moment, nullable=False),
    **TABLE,
)
request_numbers = sa.Table(
    "request_numbers",
    metadata,
    sa.Column("wiki", Key(32), primary_key=True),
    sa.Column("highest", Id, nullable=False),
    **TABLE,
)
paces = sa.Table(
    "paces",
    metadata,
    sa.Column("wiki", Key(32), primary_key=True),
    sa.Column("kind", Key(16), primary_key=True),
    sa.Column("free_from", Moment, nullable=False),
    **TABLE,
)
watcher_lease = sa.Table(
    "watcher_lease",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("holder", Key(255), nullable=False),
    sa.Column("held_until", Moment, nullable=False),
    **TABLE,
)
figures = sa.Table(
    "figures",
    metadata,
    sa.Column("kind", Key(32), primary_key=True),
    sa.Column("labels", Key(255), primary_key=True),
    sa.Column("number", sa.Double, nullable=False),
    sa.Column("grew", Moment, nullable=False),
    **TABLE,
)


MAX_NAME = 255
"""Characters of a name that somebody wrote: none that there is has more."""


def filed(wiki: str, asked: NewRequest) -> dict[str, Any]:
    """The columns of a request when it was just asked, whatever it was before, but for its state and version."""
    return {
        "target": asked.parameters.get("wiki", wiki).lower()[:MAX_NAME],
        "undoes": _undone(asked.parameters),
        "fingerprint": asked.fingerprint,
        "parameters": dict(asked.parameters),
        "author": asked.author,
        "revision": asked.revision,
        "asked": time.time(),
        "problems": asked.problems,
        "listed": False,
        "listing": "",
        "profile": (),
        "questions": (),
        "checked_rows": "",
        "plan": "",
        "previewed": 0,
        "approver": "",
        "free_items": 0,
        "freed": 0.0,
        "continuer": "",
        "why": None,
        "hands": 1,
        "attempts": 0,
        "not_before": 0.0,
        "look_again": 0.0,
    }


def filed_as(wiki: str, page: str, asked: NewRequest) -> str:
    """By what the same call of the same revision is known when it is taken in again."""
    more = [asked.alike] if asked.alike > 1 else []
    return sha256(json.dumps([wiki, page, asked.revision, asked.fingerprint, *more]).encode()).hexdigest()


def _undone(parameters: Mapping[str, str]) -> int:
    named = request_number(parameters.get("request", ""))
    return named if named and parameters.get("type", "").lower() == "undo" else 0


def listed(record: Record | BadRecord) -> dict[str, Any]:
    """The columns of a row of a list before it is checked."""
    if isinstance(record, BadRecord):
        return {"state": ItemState.REFUSED, "record": {}, "why": record.why, "state_since": time.time()}
    return {"state": ItemState.READ, "record": dict(record.values), "why": None, "state_since": time.time()}


def checked(found: Action | Refusal) -> dict[str, Any]:
    """The columns of a row that was checked, for what it came to: an action, or why there is none."""
    if isinstance(found, Refusal):
        return {"state": ItemState.WITHHELD if isinstance(found, Withheld) else ItemState.REFUSED, "why": found.why}
    upload_sha1 = found.sha1 if isinstance(found, Upload) else None
    planned = {"action": found, "target": found.title, "upload_sha1": upload_sha1}
    return {"state": ItemState.PLANNED, "why": None, **planned}


_REQUEST_FIELDS = tuple(requests.c[field.name] for field in fields(StoredRequest))


def select_requests() -> sa.Select[Any]:
    """A query for whole requests."""
    return sa.select(*_REQUEST_FIELDS)


def request(row: sa.Row[Any]) -> StoredRequest:
    """A request, from its line in the table."""
    return StoredRequest(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def item(row: sa.Row[Any]) -> Item:
    """An item, from its line in the table."""
    return Item(
        row.row, row.state, row.record, row.action, row.error_code, row.why, row.revision, row.parent,
        row.sent_text_sha1, row.holder, row.claim_version, row.stash, row.faults,
    )  # fmt: skip


def review(row: sa.Row[Any]) -> Review:
    """An answer, from its line in the table."""
    said = ReviewComment(row.revision, row.number, row.source, row.user, row.answer, row.plan, row.details)
    return Review(row.id, said, row.verdict)


def happened(row: sa.Row[Any]) -> HistoryEntry:
    """What happened to a request, from its line in the table."""
    return HistoryEntry(row.at, row.event, row.state, row.user, row.revision, row.plan, row.why, row.details)
