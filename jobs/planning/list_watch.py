"""Whether a request's list is another than it was: before and after its plan is approved, and what follows."""

import hashlib
import logging
import time
from collections.abc import Iterator, Sequence

from jobs.context.hub import Hub
from jobs.intake.parse import Request
from jobs.model.actions import Refusal
from jobs.model.problems import Invalid, Problem
from jobs.model.records import Record
from jobs.model.requests import ItemState, StoredRequest
from jobs.model.states import PREVIEWED, Event, State
from jobs.planning.list_reading import add_to, batches, context_of, records_of, request_of
from jobs.store.moments import LONGEST_UNREAD
from wikitext.messages import message

LOOK_SECONDS = 3600.0
"""A partner's list is looked at again after so long, at the soonest."""

_log = logging.getLogger(__name__)


def listing_changed(hub: Hub, request: StoredRequest) -> bool:
    """Whether the request's list or the pages that it names are others than those that were approved."""
    return _listing(hub, request) != request.listing


def look_again(hub: Hub, request: StoredRequest) -> StoredRequest:
    """Have a request planned anew whose list is another than when it was read.

    What was previewed is kept while the list is away: it is asked for again before anything is done.
    """
    listing = _listing(hub, request)
    away = not isinstance(listing, str)
    was_previewed = request.state in PREVIEWED or request.plan  # or it was, and a reviewer sent it back
    if listing == (request.listing or tuple(request.problems)) or (away and was_previewed):
        return hub.ledger.update_request(request, look_again=next_look(request))
    _log.info("%s: the list has changed", request.text_id)
    return hub.ledger.move(
        request, Event.RECEIVE, notice=message("void-list") if request.state is State.PLANNED else None
    )


def without_changed_rows(hub: Hub, request: StoredRequest) -> StoredRequest:
    """The request without the rows of which its list says something else by now; paused where it cannot be read.

    They may be kept out of it since. What was approved may have waited for days: for the first files to be looked at,
    for a resume, for a server to be mended.
    """
    try:
        changed = frozenset(_changed_rows(hub, request)) if request.parameters.get("manifest") else frozenset()
    except Invalid:
        return hub.ledger.move(request, Event.PAUSE, why=message("why-list-away"))
    if changed:
        hub.ledger.strike(request, changed, Refusal(message("row-list-changed")))
    return hub.ledger.update_request(request, look_again=0.0)


def _changed_rows(hub: Hub, request: StoredRequest) -> Iterator[int]:
    """Those of the planned rows that the list says otherwise, or has no more. Raises Invalid."""
    parsed = request_of(hub, request)
    if not isinstance(parsed, Request):
        raise Invalid(parsed)
    records = records_of(parsed, context_of(hub, request), [])
    record = next(records, None)
    for item in hub.ledger.items(request, ItemState.PLANNED):
        while record and record.row < item.row:
            record = next(records, None)
        same = isinstance(record, Record) and record.row == item.row and dict(record.values) == dict(item.record)
        if not same:
            yield item.row


def _listing(hub: Hub, request: StoredRequest) -> str | Sequence[Problem]:
    """What tells the request's list, or the pages that it names, from another; or why they cannot be read."""
    parsed = request_of(hub, request)
    digest = hashlib.sha256()
    if not isinstance(parsed, Request):
        return parsed
    try:
        for batch in batches(records_of(parsed, context_of(hub, request), [])):
            add_to(digest, batch)
    except Invalid as error:
        return tuple(error.problems)
    return digest.hexdigest()


def next_look(request: StoredRequest) -> float:
    """When to look at the request's list again: less often as time goes by."""
    since = time.time() - request.asked
    return time.time() + min(max(LOOK_SECONDS, since / 10), LONGEST_UNREAD)
