"""What a report shows of a request, who said what first, which numbers are taken; sentences as they are told now."""

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from jobs.store.migrations.anew import NEW, replace

revision = "0002"
down_revision = "0001"

_PLACES = {
    "requests": "requests",
    "items": "items",
    "reviews": "reviews",
    "page_cursors": "pages",
    "speakers": "",
    "request_numbers": "",
    "watcher_lease": "",
}
_TABLE: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (("charset", "utf8mb4"), ("collate", "utf8mb4_nopad_bin"))
}
"""What was written holds whatever the database's default is by now."""

_DAY = 86400.0
_AT_ONCE = 1000

_PARTLY = {
    "failed-verify-text": "partly-verify-text",
    "failed-verify-categories": "partly-verify-categories",
    "failed-no-data": "partly-no-data",
    "failed-verify-data": "partly-verify-data",
}
"""What was said of an item that had failed, and is said now of one that was done in part."""

_RENAMED = {**_PARTLY, "row-no-dublin-core": "row-no-metadata", "problem-license-not-free": "row-license"}
"""Sentences that are gone, and those that say the same of the same arguments."""

_STRUCK = "row-struck"


def upgrade() -> None:
    """Make the tables anew."""
    replace(_PLACES, "published_version", _make)


def _make(db: sa.Connection) -> None:
    _create()
    _copy_requests(db)
    _copy_items(db)
    _copy_reviews(db)
    pages = _old("pages", "wiki", "title", "revision", "text")
    _copy(db, pages, "page_cursors", {"last_read_revision": pages.c.revision}, "revision")
    # Speakers stay unknown: of what stands on a page that was read already, the watcher holds that nobody said it when
    # it comes back, and a call is told by what it asks.


def _create() -> None:
    """Make the tables as they are in this version: a list of columns, long as they are many, which is never changed."""
    op.create_table(
        f"{NEW}requests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("wiki", sa.String(32), nullable=False),
        sa.Column("page", sa.String(255), nullable=False),
        sa.Column("undoes", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("asked", sa.Float, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("problems", sa.JSON, nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("listing", sa.String(64), nullable=False),
        sa.Column("profile", sa.JSON, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("previewed", sa.Integer, nullable=False),
        sa.Column("approver", sa.String(255), nullable=False),
        sa.Column("free_items", sa.Integer, nullable=False),
        sa.Column("freed", sa.Float, nullable=False),
        sa.Column("continuer", sa.String(255), nullable=False),
        sa.Column("why", sa.JSON),
        sa.Column("notice", sa.JSON),
        sa.Column("heard", sa.JSON),
        sa.Column("curtailed", sa.JSON),
        sa.Column("slice", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.Float, nullable=False),
        sa.Column("look_again", sa.Float, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("published_version", sa.Integer, nullable=False),
        sa.Column("published_status", sa.String(64), nullable=False),
        sa.Column("published_items", sa.Integer, nullable=False),
        sa.Column("reported", sa.Float, nullable=False),
        sa.Column("started", sa.Float, nullable=False),
        sa.Column("holder", sa.String(255), nullable=False),
        sa.Column("held_until", sa.Float, nullable=False),
        sa.Column("served", sa.Float, nullable=False),
        sa.Index("ix_requests_undoes", "undoes"),
        sa.Index("ix_requests_author", "author"),
        **_TABLE,
    )
    op.create_table(
        f"{NEW}items",
        sa.Column("request", sa.Integer, sa.ForeignKey(f"{NEW}requests.id"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("action", sa.JSON),
        sa.Column("target", sa.String(255)),
        sa.Column("upload_sha1", sa.String(40)),
        sa.Column("error_code", sa.String(64)),
        sa.Column("why", sa.JSON),
        sa.Column("revision", sa.Integer),
        sa.Column("parent", sa.Integer),
        sa.Column("sent_text_sha1", sa.String(40)),
        sa.Column("claim_version", sa.Integer, nullable=False),
        sa.Column("stash", sa.String(255), nullable=False),
        sa.Column("faults", sa.Integer, nullable=False),
        sa.UniqueConstraint("request", "target"),
        sa.Index("items_by_upload", "request", "upload_sha1"),
        sa.Index("items_by_state", "request", "state", "row"),
        **_TABLE,
    )
    op.create_table(
        f"{NEW}reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("request", sa.Integer, sa.ForeignKey(f"{NEW}requests.id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("user", sa.String(255), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("verdict", sa.JSON),
        sa.Column("replied", sa.Boolean, nullable=False),
        sa.UniqueConstraint("request", "revision", "number"),
        **_TABLE,
    )
    op.create_table(
        f"{NEW}page_cursors",
        sa.Column("wiki", sa.String(32), primary_key=True),
        sa.Column("title", sa.String(255), primary_key=True),
        sa.Column("last_read_revision", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        **_TABLE,
    )
    op.create_table(
        f"{NEW}speakers",
        sa.Column("wiki", sa.String(32), primary_key=True),
        sa.Column("saying", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(255), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("page", sa.String(255), nullable=False),
        **_TABLE,
    )
    op.create_table(
        f"{NEW}request_numbers",
        sa.Column("wiki", sa.String(32), primary_key=True),
        sa.Column("highest", sa.Integer, nullable=False),
        **_TABLE,
    )
    op.create_table(
        f"{NEW}watcher_lease",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holder", sa.String(255), nullable=False),
        sa.Column("held_until", sa.Float, nullable=False),
        **_TABLE,
    )


_JSON = ("parameters", "problems", "questions", "why", "notice")
_KEPT = (
    *("id", "wiki", "page", "undoes", "fingerprint", "parameters", "author", "revision", "state", "listed", "listing"),
    *("plan", "previewed", "approver", "continuer", "slice", "attempts", "not_before", "reported", "started"),
)


def _copy_requests(db: sa.Connection) -> None:
    more = ("problems", "questions", "why", "notice", "shown", "shown_items")
    old = _old("requests", *_KEPT, *more, json=_JSON)
    json = (*_JSON, "profile", "heard", "curtailed")
    lines = [_request(row._asdict()) for row in db.execute(sa.select(old).order_by(old.c.id))]
    if not lines:
        return
    db.execute(sa.insert(_new("requests", *lines[0], json=json)), lines)
    highest = max(line["id"] for line in lines)
    taken = [{"wiki": wiki, "highest": highest} for wiki in dict.fromkeys(line["wiki"] for line in lines)]
    db.execute(sa.insert(_new("request_numbers", "wiki", "highest")), taken)


def _request(old: Mapping[str, Any]) -> dict[str, Any]:
    """What a request is now.

    When it was asked for is not known: a day ago, so that it counts as none of today's, and its list is looked at for a
    month. The list was not looked at until now, nor is it before the request is planned once more.
    """
    return {
        **{name: old[name] for name in _KEPT},
        "asked": time.time() - _DAY,
        "problems": [{"parameter": one["parameter"], "why": _message(one)} for one in old["problems"]],
        "profile": [],
        "questions": [_message(one) for one in old["questions"]],
        "free_items": 0,
        "freed": 0.0,
        "why": _message(old["why"]),
        "notice": _message(old["notice"]),
        "heard": None,
        "curtailed": None,
        "look_again": 0.0,
        "version": 1,
        "published_version": 1 if old["shown"] else 0,
        "published_status": old["shown"],
        "published_items": old["shown_items"],
        "holder": "",
        "held_until": 0.0,
        "served": 0.0,
    }


def _message(old: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A sentence that there is, and that has all its arguments."""
    if old is None:
        return None
    key, arguments = old["key"], old["arguments"]
    if key == "problem-broken":  # it names the line by now
        return {"key": key, "arguments": arguments or ["{{Hub request"]}
    if key == "manifest-no-heading":
        return {"key": "manifest-broken", "arguments": [1, f"column {arguments[0]}: no heading"]}
    return {"key": _RENAMED.get(key, key), "arguments": arguments}


def _copy_items(db: sa.Connection) -> None:
    kept = ("request", "row", "state", "record", "target", "revision", "parent", "stash")
    changed = ("action", "why", "bytes", "kind", "sha1", "claims")
    old = _old("items", *kept, *changed)
    values = {
        "action": sa.func.nullif(old.c.action, "null"),
        "why": sa.func.nullif(old.c.why, "null"),
        "upload_sha1": old.c.bytes,
        "error_code": old.c.kind,
        "sent_text_sha1": old.c.sha1,
        "claim_version": old.c.claims,
        "faults": sa.literal(0),
    }
    _copy(db, old, "items", values, *changed)
    new = _new("items", "request", "row", "state", "why", json=("why",))
    said = sa.cast(new.c.why, sa.Text)
    concerned = sa.or_(*(said.contains(f'"{key}"') for key in (*_RENAMED, _STRUCK)))
    for request in list(db.scalars(sa.select(_new("requests", "id").c.id))):
        last: int | None = 0
        while last is not None:
            query = sa.select(new).where(new.c.request == request, new.c.row > last, concerned)
            found = db.execute(query.order_by(new.c.row).limit(_AT_ONCE)).all()
            for item in found:
                which = (new.c.request == request, new.c.row == item.row)
                changed_to = {"state": _item_state(item.state, item.why["key"]), "why": _message(item.why)}
                db.execute(sa.update(new).where(*which).values(changed_to))
            last = found[-1].row if found else None


def _item_state(state: str, key: str) -> str:
    if state == "failed" and key in _PARTLY:
        return "partly"
    return "withheld" if state == "refused" and key == _STRUCK else state


def _copy_reviews(db: sa.Connection) -> None:
    kept = ("id", "request", "revision", "number", "source", "user", "answer", "plan", "details", "replied")
    old = _old("reviews", *kept, "verdict")
    _copy(db, old, "reviews", {"verdict": sa.func.nullif(old.c.verdict, "null")}, "verdict")


def _copy(
    db: sa.Connection, old: sa.TableClause, name: str, values: Mapping[str, sa.ColumnElement[Any]], *changed: str
) -> None:
    """Copy the columns as they are, but for those that have `changed`, which are the `values` now."""
    every = {column.name: column for column in old.c if column.name not in changed} | dict(values)
    query = sa.select(*(value.label(column) for column, value in every.items()))
    db.execute(sa.insert(_new(name, *every)).from_select(list(every), query))


def _old(name: str, *columns: str, json: tuple[str, ...] = ()) -> sa.TableClause:
    return sa.table(name, *(sa.column(one, sa.JSON(none_as_null=True) if one in json else None) for one in columns))


def _new(name: str, *columns: str, json: tuple[str, ...] = ()) -> sa.TableClause:
    return _old(f"{NEW}{name}", *columns, json=json)
