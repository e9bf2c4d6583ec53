"""A request as it stands in the ledger, and the rows of its list as they are now. Reads, never writes."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from jobs.context.host_places import LedgerPlaces
from jobs.context.hub import Hub, link_prefix
from jobs.context.permissions import gate_of
from jobs.context.tracking import tracking_category
from jobs.intake.parse import Request, read_request
from jobs.io.ahead import Ahead
from jobs.io.plan_context import PlanContext
from jobs.model.problems import Invalid, Problem, unknown
from jobs.model.records import BadRecord, Note, Record
from jobs.model.requests import StoredRequest
from jobs.planning.earlier_requests import LedgerRequests
from jobs.planning.reservations import LedgerReservations
from wikitext.messages import Message, message

BATCH = 500
"""So many rows are read, or taken from the ledger, at once."""

T = TypeVar("T")


def request_of(hub: Hub, request: StoredRequest) -> Request | Sequence[Problem]:
    """What the request asks for, or everything that is wrong with it."""
    if request.target not in hub.wikis:
        return [Problem("wiki", unknown(request.target, hub.wikis, "problem-unknown-wiki"))]
    return read_request(request.parameters)


def context_of(hub: Hub, request: StoredRequest) -> PlanContext:
    """What planning the request may read, for one slice; its wiki must be one of the hub's."""
    return PlanContext(
        wiki=hub.wikis[request.target],
        web=hub.web,
        policy=hub.policy(request.target),
        gate=gate_of(hub, request),
        spool=hub.spool,
        places=LedgerPlaces(hub.ledger),
        ahead=Ahead(hub.policy(request.target).fetches),
        questions=Ahead(hub.policy(request.target).fetches),
        earlier=LedgerRequests(hub.ledger, request),
        reservations=LedgerReservations(hub.ledger, request),
        prefix=link_prefix(request),
        tracking=tracking_category(hub, request),
        today=datetime.now(UTC).date(),
        profile=request.profile,
    )


def records_of(parsed: Request, context: PlanContext, notes: list[Message]) -> Iterator[Record | BadRecord]:
    """The rows of the request's list; how it was read is noted."""
    rows = 0
    for record in parsed.kind.records(parsed.parameters, context):
        if isinstance(record, Note):
            notes.append(record.what)
            continue
        rows += 1
        if rows > context.policy.max_rows:
            raise Invalid([Problem("manifest", message("problem-too-many-rows", context.policy.max_rows))])
        yield record


def add_to(digest: "hashlib._Hash", records: Sequence[Record | BadRecord]) -> None:
    """Add rows to the hash of a list, by which it is told from another."""
    for record in records:
        said = dict(record.values) if isinstance(record, Record) else [record.why.key, *record.why.arguments]
        digest.update(json.dumps([record.row, said], sort_keys=True).encode())


def batches(things: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The things in lists of so many, the last of which may be shorter; none is empty."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch
