"""`cph log`: what happened to a request, from its filing on, and what happens to it now."""

import json
import time
from collections.abc import Iterator

from bots.cli.opening import patience
from bots.cli.output import iso, said
from bots.telemetry import shown
from jobs.model.requests import HistoryEntry, StoredRequest
from jobs.model.states import ENDED
from jobs.store.ledger import Ledger

_LOOK_SECONDS = 0.5


def follow(ledger: Ledger, request: StoredRequest) -> Iterator[HistoryEntry]:
    """Everything that happened to the request, and then whatever does, until it has ended."""
    told, waiting = 0, patience(once=False)
    while True:
        state = waiting(ledger.get, request.id).state  # asked first: what ended it is among what is told
        entries = waiting(ledger.history, request)
        yield from entries[told:]
        told = len(entries)
        if state in ENDED:
            return
        time.sleep(_LOOK_SECONDS)


def line(entry: HistoryEntry) -> str:
    """An event in one line for people, safe to show."""
    by = f"by {entry.user}" if entry.user else ""
    where = f"in revision {entry.revision}" if entry.revision else ""
    plan = f"plan {entry.plan[:12]}" if entry.plan else ""
    details = ", ".join(_DETAILS.get(name, f"{name} %s") % value for name, value in entry.details.items() if value)
    why = said(entry.why) if entry.why else ""
    told = "; ".join(filter(None, (" ".join(filter(None, (by, where))), plan, details, why)))
    return shown(" ".join(f"{iso(entry.at)}  {entry.event} → {entry.state}{told and f'  ({told})'}".split("\n")))


_DETAILS = {"rows": "%s rows", "which": "namely %s", "answer": "answer “%s”", "undo": "by %s", "parameter": "“%s”"}
"""How what is noted beside an event is told."""


def json_line(entry: HistoryEntry) -> str:
    """An event in one line for programs, in JSON."""
    return json.dumps({
        "at": iso(entry.at), "event": entry.event, "state": entry.state, "user": entry.user or None,
        "revision": entry.revision or None, "plan": entry.plan or None, "why": entry.why and said(entry.why),
        "details": dict(entry.details),
    })  # fmt: skip
