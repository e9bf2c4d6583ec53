"""Server-sent events: that something happened, for a script that then reads the page again."""

import threading
import time
from collections.abc import Iterator
from hashlib import sha256

from flask import Blueprint, Response, request
from werkzeug.exceptions import ServiceUnavailable

from bots.web.asked import number
from bots.web.ledger import ledger
from bots.web.places import Places
from jobs.store.database import LedgerLocked
from jobs.store.ledger import Ledger

blueprint = Blueprint("live", __name__)

_places = Places(4)
"""Each stream has a thread of the server's to itself."""

_POLL_SECONDS = 2.0
_STREAM_SECONDS = 300.0
"""A browser that still wants to know connects again."""

_RETRY_MILLISECONDS = 5000

ending = threading.Event()
"""Set when the process is told to end: streams end with it."""


def mark(of: int = 0) -> str:
    """What stands for how far the request is (0: all requests); another one when something happened."""
    return _mark(ledger(), of)


def _mark(ledger: Ledger, of: int) -> str:
    return sha256(ledger.progress_mark(of).encode()).hexdigest()[:16]


@blueprint.get("/events")
def events() -> Response:
    """An event each time that something happened since `seen`; `request`: to this one.

    Where too many listen already it answers 204, which ends a stream for a browser without an error.
    """
    seen = request.headers.get("Last-Event-ID") or request.args.get("seen", "")
    told = _told(ledger(), number("request"), seen)
    try:
        response = _places.hold(lambda: Response(told, content_type="text/event-stream"))
    except ServiceUnavailable:
        return Response(status=204)
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _told(ledger: Ledger, of: int, seen: str) -> Iterator[str]:
    end = time.monotonic() + _STREAM_SECONDS
    yield f"retry: {_RETRY_MILLISECONDS}\n\n"
    while time.monotonic() < end:
        try:
            now = _mark(ledger, of)
        except LedgerLocked:
            return
        # A comment between events shows whether anybody is there still.
        yield ":\n\n" if now == seen else f"id: {now}\ndata: {now}\n\n"
        seen = now
        if ending.wait(_POLL_SECONDS):
            return
