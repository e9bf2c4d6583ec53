"""Many hands for a request, what happened to it, counts that are kept; columns that hold in MariaDB what they must."""

import json
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from jobs.store.migrations.anew import NEW, replace
from jobs.store.migrations.table_options import TABLE

revision = "0003"
down_revision = "0002"

_PLACES = {
    "requests": "requests",
    "items": "items",
    "item_counts": "",
    "hands": "",
    "events": "",
    "reviews": "reviews",
    "page_cursors": "page_cursors",
    "speakers": "speakers",
    "request_numbers": "request_numbers",
    "watcher_lease": "watcher_lease",
}

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_Text = sa.Text().with_variant(mysql.LONGTEXT, "mysql", "mariadb")


def upgrade() -> None:
    """Make the tables anew."""
    replace(_PLACES, "filed_as", _make)


def _make(db: sa.Connection) -> None:
    _create()
    now = time.time()
    _copy_requests(db, now)
    _copy_items(db, now)
    for name, columns in _COPIED.items():
        old = _table(name, *columns)
        db.execute(sa.insert(_table(f"{NEW}{name}", *columns)).from_select(columns, sa.select(old)))


def _create() -> None:
    """Make the tables as they are in this version: a list of columns, long as they are many, which is never changed."""
    request = f"{NEW}requests.id"
    op.create_table(
        f"{NEW}requests",
        sa.Column("id", _Id, primary_key=True, autoincrement=False),
        sa.Column("wiki", sa.String(32), nullable=False),
        sa.Column("page", sa.String(255), nullable=False),
        sa.Column("filed_as", sa.String(64), nullable=False, unique=True),
        sa.Column("target", sa.String(255), nullable=False),
        sa.Column("undoes", _Id, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("revision", _Id, nullable=False),
        sa.Column("asked", sa.Double, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("state_since", sa.Double, nullable=False),
        sa.Column("problems", sa.JSON, nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("listing", sa.String(64), nullable=False),
        sa.Column("profile", sa.JSON, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("checked_rows", sa.String(64), nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("previewed", _Id, nullable=False),
        sa.Column("approver", sa.String(255), nullable=False),
        sa.Column("free_items", sa.Integer, nullable=False),
        sa.Column("freed", sa.Double, nullable=False),
        sa.Column("continuer", sa.String(255), nullable=False),
        sa.Column("why", sa.JSON),
        sa.Column("notice", sa.JSON),
        sa.Column("heard", sa.JSON),
        sa.Column("curtailed", sa.JSON),
        sa.Column("hands", sa.Integer, nullable=False),
        sa.Column("slice", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.Double, nullable=False),
        sa.Column("look_again", sa.Double, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("published_version", sa.Integer, nullable=False),
        sa.Column("published_status", sa.String(64), nullable=False),
        sa.Column("published_items", sa.Integer, nullable=False),
        sa.Column("reported", sa.Double, nullable=False),
        sa.Column("started", sa.Double, nullable=False),
        sa.Column("served", sa.Double, nullable=False),
        sa.Index("ix_requests_undoes", "undoes"),
        sa.Index("ix_requests_author", "author"),
        sa.Index("ix_requests_state", "state"),
        sa.Index("requests_by_page", "wiki", "page"),
        **TABLE,
    )
    op.create_table(
        f"{NEW}items",
        sa.Column("request", _Id, sa.ForeignKey(request), primary_key=True, autoincrement=False),
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("state_since", sa.Double, nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("action", sa.JSON),
        sa.Column("target", sa.String(255)),
        sa.Column("upload_sha1", sa.String(40)),
        sa.Column("error_code", sa.String(255)),
        sa.Column("why", sa.JSON),
        sa.Column("revision", _Id),
        sa.Column("parent", _Id),
        sa.Column("sent_text_sha1", sa.String(40)),
        sa.Column("holder", sa.String(255), nullable=False),
        sa.Column("claim_version", sa.Integer, nullable=False),
        sa.Column("stash", sa.String(255), nullable=False),
        sa.Column("faults", sa.Integer, nullable=False),
        sa.UniqueConstraint("request", "target", name="items_by_target"),
        sa.Index("items_by_upload", "request", "upload_sha1"),
        sa.Index("items_by_state", "request", "state", "row"),
        sa.Index("items_by_title", "target"),
        **TABLE,
    )
    op.create_table(
        f"{NEW}item_counts",
        sa.Column("request", _Id, sa.ForeignKey(request), primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(8), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        **TABLE,
    )
    op.create_table(
        f"{NEW}hands",
        sa.Column("request", _Id, sa.ForeignKey(request), primary_key=True, autoincrement=False),
        sa.Column("hand", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holder", sa.String(255), nullable=False),
        sa.Column("held_until", sa.Double, nullable=False),
        **TABLE,
    )
    op.create_table(
        f"{NEW}events",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("request", _Id, sa.ForeignKey(request), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("user", sa.String(255), nullable=False),
        sa.Column("revision", _Id, nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("why", sa.JSON),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Index("ix_events_request", "request"),
        **TABLE,
    )
    op.create_table(
        f"{NEW}reviews",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("request", _Id, sa.ForeignKey(request), nullable=False),
        sa.Column("revision", _Id, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("source", _Text, nullable=False),
        sa.Column("user", sa.String(255), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("verdict", sa.JSON),
        sa.Column("replied", sa.Boolean, nullable=False),
        sa.UniqueConstraint("request", "revision", "number", name="reviews_by_revision"),
        **TABLE,
    )
    op.create_table(
        f"{NEW}page_cursors",
        sa.Column("wiki", sa.String(32), primary_key=True),
        sa.Column("title", sa.String(255), primary_key=True),
        sa.Column("last_read_revision", _Id, nullable=False),
        sa.Column("text", _Text, nullable=False),
        **TABLE,
    )
    op.create_table(
        f"{NEW}speakers",
        sa.Column("wiki", sa.String(32), primary_key=True),
        sa.Column("saying", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(255), nullable=False),
        sa.Column("revision", _Id, nullable=False),
        sa.Column("page", sa.String(255), nullable=False),
        **TABLE,
    )
    op.create_table(
        f"{NEW}request_numbers",
        sa.Column("wiki", sa.String(32), primary_key=True),
        sa.Column("highest", _Id, nullable=False),
        **TABLE,
    )
    op.create_table(
        f"{NEW}watcher_lease",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holder", sa.String(255), nullable=False),
        sa.Column("held_until", sa.Double, nullable=False),
        **TABLE,
    )


_COPIED = {
    "reviews": [
        *("id", "request", "revision", "number", "source", "user", "answer", "plan", "details", "verdict", "replied"),
    ],
    "page_cursors": ["wiki", "title", "last_read_revision", "text"],
    "speakers": ["wiki", "saying", "user", "revision", "page"],
    "request_numbers": ["wiki", "highest"],
    "watcher_lease": ["id", "holder", "held_until"],
}
"""Tables that have the same columns as before."""

_JSON = ("parameters", "problems", "profile", "questions", "why", "notice", "heard", "curtailed")
_KEPT = (
    *("id", "wiki", "page", "undoes", "fingerprint", "parameters", "author", "revision", "asked", "state", "problems"),
    *("listed", "listing", "profile", "questions", "plan", "previewed", "approver", "free_items", "freed", "continuer"),
    *("why", "notice", "heard", "curtailed", "slice", "attempts", "not_before", "look_again", "version"),
    *("published_version", "published_status", "published_items", "reported", "started", "served"),
)
_RECEIVED = "received"


def _copy_requests(db: sa.Connection, now: float) -> None:
    old = _table("requests", *_KEPT, json=_JSON)
    lines: list[dict[str, Any]] = []
    taken: set[str] = set()
    for row in db.execute(sa.select(old).order_by(old.c.id)):
        lines.append(_request(row._asdict(), taken, now))
        taken.add(lines[-1]["filed_as"])
    if lines:
        db.execute(sa.insert(_table(f"{NEW}requests", *lines[0], json=_JSON)), lines)


def _request(old: Mapping[str, Any], taken: set[str], now: float) -> dict[str, Any]:
    """What a request is now. One that was being checked begins anew: a hash goes over all its rows as they are checked.

    `taken`: what the requests before it were filed as. Two watchers could take in a request twice.
    """
    filed_as = _digest(old["wiki"], old["page"], old["revision"], old["fingerprint"])
    if filed_as in taken:
        filed_as = _digest(old["wiki"], old["page"], old["revision"], old["fingerprint"], old["id"])
    return {
        **old,
        "listed": old["listed"] and old["state"] != _RECEIVED,
        "filed_as": filed_as,
        "target": old["parameters"].get("wiki", old["wiki"]).lower()[:255],
        "state_since": old["reported"] or now,
        "checked_rows": "",
        "hands": 1,
    }


def _digest(*values: str | int) -> str:
    return sha256(json.dumps(values).encode()).hexdigest()


def _copy_items(db: sa.Connection, now: float) -> None:
    """Copy the items, and count them. When one came to its state is not known; a report told of it soon afterwards."""
    kept = (
        *("request", "row", "state", "record", "action", "target", "upload_sha1", "error_code", "why", "revision"),
        *("parent", "sent_text_sha1", "claim_version", "stash", "faults"),
    )
    old, requests = _table("items", *kept), _table("requests", "id", "state", "reported")
    since = sa.func.coalesce(sa.func.nullif(requests.c.reported, 0.0), sa.literal(now, sa.Double))
    query = sa.select(old, since, sa.literal("")).join_from(old, requests, old.c.request == requests.c.id)
    new = _table(f"{NEW}items", *kept, "state_since", "holder")
    columns = [*kept, "state_since", "holder"]
    db.execute(sa.insert(new).from_select(columns, query.where(requests.c.state != _RECEIVED)))
    counts = _table(f"{NEW}item_counts", "request", "state", "number")
    counted = sa.select(new.c.request, new.c.state, sa.func.count()).group_by(new.c.request, new.c.state)
    db.execute(sa.insert(counts).from_select(["request", "state", "number"], counted))


def _table(name: str, *columns: str, json: tuple[str, ...] = ()) -> sa.TableClause:
    return sa.table(name, *(sa.column(one, sa.JSON(none_as_null=True) if one in json else None) for one in columns))
