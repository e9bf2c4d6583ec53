"""The ledger's tables, and the values that their lines are read into."""

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from jobs.model.actions import Action, Refusal, Upload, Withheld
from jobs.model.problems import Problem
from jobs.model.profile import Profile
from jobs.model.records import BadRecord, Record
from jobs.model.requests import Item, ItemState, NewRequest, Review, ReviewComment, StoredRequest, request_number
from jobs.model.states import State
from jobs.store.column_types import Json, one_of
from wikitext.messages import Message

metadata = sa.MetaData()

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("wiki", sa.String(32), nullable=False),
    sa.Column("page", sa.String(255), nullable=False),
    sa.Column("undoes", sa.Integer, nullable=False, default=0, index=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("parameters", sa.JSON, nullable=False),
    sa.Column("author", sa.String(255), nullable=False, index=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("asked", sa.Float, nullable=False),
    sa.Column("state", one_of(State, 16), nullable=False),
    sa.Column("problems", Json(tuple[Problem, ...]), nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False, default=False),
    sa.Column("listing", sa.String(64), nullable=False, default=""),
    sa.Column("profile", Json(Profile), nullable=False),
    sa.Column("questions", Json(tuple[Message, ...]), nullable=False),
    sa.Column("plan", sa.String(64), nullable=False, default=""),
    sa.Column("previewed", sa.Integer, nullable=False, default=0),
    sa.Column("approver", sa.String(255), nullable=False, default=""),
    sa.Column("free_items", sa.Integer, nullable=False, default=0),
    sa.Column("freed", sa.Float, nullable=False, default=0.0),
    sa.Column("continuer", sa.String(255), nullable=False, default=""),
    sa.Column("why", Json(Message)),
    sa.Column("notice", Json(Message)),
    sa.Column("heard", Json(Message)),
    sa.Column("curtailed", Json(Message)),
    sa.Column("slice", sa.Integer, nullable=False, default=0),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", sa.Float, nullable=False, default=0.0),
    sa.Column("look_again", sa.Float, nullable=False, default=0.0),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("published_version", sa.Integer, nullable=False, default=0),
    sa.Column("published_status", sa.String(64), nullable=False, default=""),
    sa.Column("published_items", sa.Integer, nullable=False, default=0),
    sa.Column("reported", sa.Float, nullable=False, default=0.0),
    sa.Column("started", sa.Float, nullable=False, default=0.0),
    sa.Column("holder", sa.String(255), nullable=False, default=""),
    sa.Column("held_until", sa.Float, nullable=False, default=0.0),
    sa.Column("served", sa.Float, nullable=False, default=0.0),
)
items = sa.Table(
    "items",
    metadata,
    sa.Column("request", sa.Integer, sa.ForeignKey("requests.id"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("state", one_of(ItemState, 8), nullable=False),
    sa.Column("record", sa.JSON, nullable=False),
    sa.Column("action", Json(Action)),
    sa.Column("target", sa.String(255)),
    sa.Column("upload_sha1", sa.String(40)),
    sa.Column("error_code", sa.String(64)),
    sa.Column("why", Json(Message)),
    sa.Column("revision", sa.Integer),
    sa.Column("parent", sa.Integer),
    sa.Column("sent_text_sha1", sa.String(40)),
    sa.Column("claim_version", sa.Integer, nullable=False, default=0),
    sa.Column("stash", sa.String(255), nullable=False, default=""),
    sa.Column("faults", sa.Integer, nullable=False, default=0),
    sa.UniqueConstraint("request", "target"),
    sa.Index("items_by_upload", "request", "upload_sha1"),
    sa.Index("items_by_state", "request", "state", "row"),
)
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("request", sa.Integer, sa.ForeignKey("requests.id"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("user", sa.String(255), nullable=False),
    sa.Column("answer", sa.String(32), nullable=False),
    sa.Column("plan", sa.String(64), nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("verdict", Json(Message)),
    sa.Column("replied", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("request", "revision", "number"),
)
page_cursors = sa.Table(
    "page_cursors",
    metadata,
    sa.Column("wiki", sa.String(32), primary_key=True),
    sa.Column("title", sa.String(255), primary_key=True),
    sa.Column("last_read_revision", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False, default=""),
)
speakers = sa.Table(
    "speakers",
    metadata,
    sa.Column("wiki", sa.String(32), primary_key=True),
    sa.Column("saying", sa.String(64), primary_key=True),
    sa.Column("user", sa.String(255), nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("page", sa.String(255), nullable=False),
)
request_numbers = sa.Table(
    "request_numbers",
    metadata,
    sa.Column("wiki", sa.String(32), primary_key=True),
    sa.Column("highest", sa.Integer, nullable=False),
)
watcher_lease = sa.Table(
    "watcher_lease",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("holder", sa.String(255), nullable=False),
    sa.Column("held_until", sa.Float, nullable=False),
)


def filed(asked: NewRequest) -> dict[str, Any]:
    """The columns of a request when it was just asked, whatever it was before, but for its state and version."""
    return {
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
        "plan": "",
        "previewed": 0,
        "approver": "",
        "free_items": 0,
        "freed": 0.0,
        "continuer": "",
        "why": None,
        "attempts": 0,
        "not_before": 0.0,
        "look_again": 0.0,
    }


def _undone(parameters: Mapping[str, str]) -> int:
    named = request_number(parameters.get("request", ""))
    return named if named and parameters.get("type", "").lower() == "undo" else 0


def listed(record: Record | BadRecord) -> dict[str, Any]:
    """The columns of a row of a list before it is checked."""
    if isinstance(record, BadRecord):
        return {"state": ItemState.REFUSED, "record": {}, "why": record.why}
    return {"state": ItemState.READ, "record": dict(record.values), "why": None}


def checked(found: Action | Refusal) -> dict[str, Any]:
    """The columns of a row that was checked, for what it came to: an action, or why there is none."""
    if isinstance(found, Refusal):
        return {"state": ItemState.WITHHELD if isinstance(found, Withheld) else ItemState.REFUSED, "why": found.why}
    upload_sha1 = found.sha1 if isinstance(found, Upload) else None
    planned = {"action": found, "target": found.title, "upload_sha1": upload_sha1}
    return {"state": ItemState.PLANNED, "why": None, **planned}


def request(row: sa.Row[Any]) -> StoredRequest:
    """A request, from its line in the table."""
    return StoredRequest(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def item(row: sa.Row[Any]) -> Item:
    """An item, from its line in the table."""
    return Item(
        row.row, row.state, row.record, row.action, row.error_code, row.why, row.revision, row.parent,
        row.sent_text_sha1, row.claim_version, row.stash, row.faults,
    )  # fmt: skip


def review(row: sa.Row[Any]) -> Review:
    """An answer, from its line in the table."""
    said = ReviewComment(row.revision, row.number, row.source, row.user, row.answer, row.plan, row.details)
    return Review(row.id, said, row.verdict)
