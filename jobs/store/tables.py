"""The ledger's tables, the values they are read into, and how one becomes the other."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from jobs.model.actions import Action, Refusal, Upload, Withheld
from jobs.model.problems import Problem
from jobs.model.profile import dump_profile, load_profile
from jobs.model.records import BadRecord, Record
from jobs.model.requests import Item, ItemState, NewRequest, StoredRequest, request_number
from jobs.model.states import State
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
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("problems", sa.JSON, nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False, default=False),
    sa.Column("listing", sa.String(64), nullable=False, default=""),
    sa.Column("profile", sa.JSON, nullable=False),
    sa.Column("questions", sa.JSON, nullable=False),
    sa.Column("plan", sa.String(64), nullable=False, default=""),
    sa.Column("previewed", sa.Integer, nullable=False, default=0),
    sa.Column("approver", sa.String(255), nullable=False, default=""),
    sa.Column("free_items", sa.Integer, nullable=False, default=0),
    sa.Column("freed", sa.Float, nullable=False, default=0.0),
    sa.Column("continuer", sa.String(255), nullable=False, default=""),
    sa.Column("why", sa.JSON),
    sa.Column("notice", sa.JSON(none_as_null=True)),
    sa.Column("heard", sa.JSON(none_as_null=True)),
    sa.Column("curtailed", sa.JSON(none_as_null=True)),
    sa.Column("slice", sa.Integer, nullable=False, default=0),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", sa.Float, nullable=False, default=0.0),
    sa.Column("look_again", sa.Float, nullable=False, default=0.0),
    sa.Column("shown", sa.String(64), nullable=False, default=""),
    sa.Column("reported", sa.Float, nullable=False, default=0.0),
    sa.Column("shown_items", sa.Integer, nullable=False, default=0),
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
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("record", sa.JSON, nullable=False),
    sa.Column("action", sa.JSON),
    sa.Column("target", sa.String(255)),
    sa.Column("bytes", sa.String(40)),
    sa.Column("kind", sa.String(64)),
    sa.Column("why", sa.JSON),
    sa.Column("revision", sa.Integer),
    sa.Column("parent", sa.Integer),
    sa.Column("sha1", sa.String(40)),
    sa.Column("claims", sa.Integer, nullable=False, default=0),
    sa.Column("stash", sa.String(255), nullable=False, default=""),
    sa.Column("faults", sa.Integer, nullable=False, default=0),
    sa.UniqueConstraint("request", "target"),
    sa.Index("same_bytes", "request", "bytes"),
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
    sa.Column("verdict", sa.JSON),
    sa.Column("replied", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("request", "revision", "number"),
)
pages = sa.Table(
    "pages",
    metadata,
    sa.Column("wiki", sa.String(32), primary_key=True),
    sa.Column("title", sa.String(255), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False, default=""),
)

sayings = sa.Table(
    "sayings",
    metadata,
    sa.Column("wiki", sa.String(32), primary_key=True),
    sa.Column("saying", sa.String(64), primary_key=True),
    sa.Column("user", sa.String(255), nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("page", sa.String(255), nullable=False),
)
numbers = sa.Table(
    "numbers",
    metadata,
    sa.Column("wiki", sa.String(32), primary_key=True),
    sa.Column("highest", sa.Integer, nullable=False),
)
watcher = sa.Table(
    "watcher",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("holder", sa.String(255), nullable=False),
    sa.Column("held_until", sa.Float, nullable=False),
)


_ACTION: TypeAdapter[Action] = TypeAdapter(Action)


def fresh(asked: NewRequest) -> dict[str, Any]:
    """What a request is when it was just asked, whatever it was before."""
    return {
        "undoes": _undone(asked.parameters),
        "fingerprint": asked.fingerprint,
        "parameters": dict(asked.parameters),
        "author": asked.author,
        "revision": asked.revision,
        "asked": time.time(),
        "problems": dump_problems(asked.problems),
        "state": State.INVALID if asked.problems else State.RECEIVED,
        "listed": False,
        "listing": "",
        "profile": {},
        "questions": [],
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
        "shown": "",
    }


def _undone(parameters: Mapping[str, str]) -> int:
    named = request_number(parameters.get("request", ""))
    return named if named and parameters.get("type", "").lower() == "undo" else 0


def listed(record: Record | BadRecord) -> dict[str, Any]:
    """The columns of a row of a list before it is checked."""
    if isinstance(record, BadRecord):
        return {"state": ItemState.REFUSED, "record": {}, "why": dump_message(record.why)}
    return {"state": ItemState.READ, "record": dict(record.values), "why": None}


def checked(found: Action | Refusal) -> dict[str, Any]:
    """The columns of a row that was checked, for what it came to: an action, or why there is none."""
    if isinstance(found, Refusal):
        state = ItemState.WITHHELD if isinstance(found, Withheld) else ItemState.REFUSED
        return {"state": state, "why": dump_message(found.why)}
    sha1 = found.sha1 if isinstance(found, Upload) else None
    said = {"action": found.model_dump(mode="json"), "target": found.title, "bytes": sha1}
    return {"state": ItemState.PLANNED, "why": None, **said}


def filed(row: sa.Row[Any]) -> StoredRequest:
    """A request, from its line in the table."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    read = {
        "state": State(values["state"]),
        "problems": tuple(
            Problem(p["parameter"], Message(p["key"], tuple(p["arguments"]))) for p in values["problems"]
        ),
        "profile": load_profile(values["profile"]),
        "questions": tuple(Message(q["key"], tuple(q["arguments"])) for q in values["questions"]),
        "why": load_message(values["why"]),
        "notice": load_message(values["notice"]),
        "heard": load_message(values["heard"]),
        "curtailed": load_message(values["curtailed"]),
    }
    return StoredRequest(**values | read)


def item(row: sa.Row[Any]) -> Item:
    """An item, from its line in the table."""
    action = None if row.action is None else _ACTION.validate_python(row.action)
    return Item(
        row.row, ItemState(row.state), row.record, action, row.kind, load_message(row.why), row.revision, row.parent,
        row.sha1, row.claims, row.stash, row.faults,
    )  # fmt: skip


def dumped(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a request, their values as the database keeps them."""
    dump: Mapping[str, Callable[[Any], Any]] = {
        "questions": lambda said: [dump_message(one) for one in said],
        "problems": dump_problems,
        "profile": dump_profile,
    }
    return {
        key: dump_message(value) if isinstance(value, Message) else dump[key](value) if key in dump else value
        for key, value in values.items()
    }


def dump_message(said: Message) -> dict[str, Any]:
    """A message as JSON."""
    return {"key": said.key, "arguments": list(said.arguments)}


def load_message(value: Mapping[str, Any] | None) -> Message | None:
    """A message from JSON."""
    return Message(value["key"], tuple(value["arguments"])) if value else None


def dump_problems(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as JSON."""
    return [{"parameter": problem.parameter, **dump_message(problem.why)} for problem in problems]
