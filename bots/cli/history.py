"""`cph history`: what happened to a request, from its filing on."""

from datetime import UTC, datetime

from jobs.model.requests import HistoryEntry, request_number
from jobs.store.ledger import Ledger
from wikitext.escape import plain
from wikitext.messages import language


class NoSuchRequest(Exception):  # noqa: N818 - says what it is
    """There is no request of that name; its words are for the operator."""


def history(ledger: Ledger, named: str) -> str:
    """A line for each thing that happened to the request `named` (`H42`). Raises NoSuchRequest."""
    try:
        request = ledger.get(request_number(named) or 0)
    except KeyError:
        raise NoSuchRequest(f"there is no request {named}") from None
    return "\n".join(map(_line, ledger.history(request)))


def _line(entry: HistoryEntry) -> str:
    when = datetime.fromtimestamp(entry.at, UTC).isoformat(" ", "seconds")
    by = f"by {entry.user}" if entry.user else ""
    where = f"in revision {entry.revision}" if entry.revision else ""
    plan = f"plan {entry.plan[:12]}" if entry.plan else ""
    details = ", ".join(_DETAILS.get(name, f"{name} %s") % value for name, value in entry.details.items() if value)
    why = plain(language("en").say(entry.why)) if entry.why else ""
    said = "; ".join(filter(None, (" ".join(filter(None, (by, where))), plan, details, why)))
    return f"{when}  {entry.event} → {entry.state}" + (f"  ({said})" if said else "")


_DETAILS = {"rows": "%s rows", "which": "namely %s", "answer": "answer “%s”", "undo": "by %s"}
"""How what is noted beside an event is told."""
