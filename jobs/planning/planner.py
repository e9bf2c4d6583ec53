"""From a request to its plan: every row listed, then each checked and turned into an action. Reads, never writes."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jobs.context.hub import SLICE_SECONDS, Hub
from jobs.context.permissions import Bar, bar_to_filing, trust_in
from jobs.intake.parse import Request, asks_for_check
from jobs.io.plan_context import PlanContext
from jobs.model.actions import Action, Refusal
from jobs.model.problems import Invalid, Problem
from jobs.model.profile import Profiler
from jobs.model.records import Record
from jobs.model.requests import Item, ItemState, StoredRequest
from jobs.model.states import Event
from jobs.planning.list_check import check
from jobs.planning.list_reading import BATCH, add_to, batches, context_of, records_of, request_of
from jobs.planning.list_watch import next_look
from jobs.planning.plan_hash import plan_hash
from jobs.planning.reservations import without_repeats
from wikitext.check import Check
from wikitext.messages import Message, message

_WRITE_SECONDS = 1.0


def plan_slice(hub: Hub, filed: StoredRequest) -> StoredRequest:
    """Take the request one slice nearer to its plan; at the last one it is planned, approved (policy) or invalid."""
    request = request_of(hub, filed)
    if not isinstance(request, Request):
        return _invalid(hub, filed, request)
    if bar := bar_to_filing(hub, filed):
        return _invalid(hub, filed, [_barred(filed, bar)])
    context = context_of(hub, filed)
    try:
        if not filed.listed:
            _keep_limits(hub, filed)
            return _list(hub, filed, request, context)
        return _check(hub, filed, request, context)
    except Invalid as error:
        return _invalid(hub, filed, error.problems)


def _barred(filed: StoredRequest, bar: Bar) -> Problem:
    return Problem("", message("problem-blocked" if bar is Bar.BLOCKED else "problem-may-not-file", filed.author))


def _keep_limits(hub: Hub, filed: StoredRequest, rows: int = 0) -> None:
    """Raises Invalid where the request's author asks for more than one person may; with so many rows of its own."""
    limits, load = hub.policy(filed.target).limits, hub.ledger.load(filed)
    if load.open_requests >= limits.open_requests:
        raise Invalid([Problem("", message("problem-many-open", filed.author, limits.open_requests))])
    if load.requests >= limits.requests_per_day:
        raise Invalid([Problem("", message("problem-many-requests", filed.author, limits.requests_per_day))])
    if load.items + rows > limits.items_per_day:
        raise Invalid([Problem("", message("problem-many-items", filed.author, limits.items_per_day))])


def check_of(hub: Hub, filed: StoredRequest) -> Check | None:
    """What is told of the request's list; None where its kind has no list, or it cannot be read any more."""
    request = request_of(hub, filed)
    if not isinstance(request, Request):
        return None
    try:
        examination = request.kind.examination(request.parameters, context_of(hub, filed))
    except Invalid:
        return None
    return check(hub.ledger.items(filed), examination) if examination else None


def _invalid(hub: Hub, filed: StoredRequest, problems: Sequence[Problem]) -> StoredRequest:
    about_list = filed.listed or any(problem.parameter == "manifest" for problem in problems)
    return hub.ledger.move(
        filed, Event.REJECT, problems=tuple(problems), look_again=next_look(filed) if about_list else 0.0
    )


def _list(hub: Hub, filed: StoredRequest, request: Request, context: PlanContext) -> StoredRequest:
    hub.ledger.clear_items(filed)
    digest = hashlib.sha256()
    notes: list[Message] = []
    profiler = Profiler()
    for batch in batches(records_of(request, context, notes)):
        add_to(digest, batch)
        profiler.see(batch)
        hub.ledger.add_items(filed, batch)
    _keep_limits(hub, filed, sum(hub.ledger.counts(filed).values()))
    if open_ := _left_open(filed, request):
        notes.append(message("question-assumed", ", ".join(open_)))
    profile = profiler.profile
    questions = (*notes, *request.kind.questions(request.parameters, replace(context, profile=profile)))
    return hub.ledger.update_request(
        filed, listed=True, listing=digest.hexdigest(), profile=profile, questions=questions
    )


def _left_open(filed: StoredRequest, request: Request) -> Sequence[str]:
    """The parameters that a request will need which for now asks for the check of its list."""
    named = request.kind.assumed if asks_for_check(filed.parameters) else {}
    return [name for name in named if not filed.parameters.get(name)]


def _check(hub: Hub, filed: StoredRequest, request: Request, context: PlanContext) -> StoredRequest:
    """Check rows until the slice is over, and write down what they come to every second or so."""
    end = time.monotonic() + SLICE_SECONDS
    while (now := time.monotonic()) < end:
        items = hub.ledger.next_items(filed, {ItemState.READ}, BATCH)
        if not items:
            return _planned(hub, filed)
        checked = _checked(request, context, items, min(now + _WRITE_SECONDS, end))
        hub.ledger.set_items(filed, list(checked))
    return filed


def _checked(
    request: Request, context: PlanContext, items: Sequence[Item], end: float
) -> Iterator[tuple[Item, Action | Refusal]]:
    """What the first of the items come to, in small batches, so that it ends in time; of one batch at least."""
    for batch in batches(items, request.kind.at_once):
        records = [Record(item.row, item.record) for item in batch]
        planned = list(request.kind.plan(request.parameters, records, context))
        yield from zip(batch, without_repeats(context.reservations, batch, planned), strict=True)
        if time.monotonic() > end:
            return


def _planned(hub: Hub, filed: StoredRequest) -> StoredRequest:
    if not hub.ledger.counts(filed)[ItemState.PLANNED] and not asks_for_check(filed.parameters):
        return _invalid(hub, filed, [Problem("", message("problem-nothing-to-do"))])
    if bar := bar_to_filing(hub, filed, actions_left(hub, filed)):
        return _invalid(hub, filed, [_barred(filed, bar)])
    later = next_look(filed) if filed.parameters.get("manifest") else 0.0
    if asks_for_check(filed.parameters):
        return hub.ledger.move(filed, Event.CHECK, look_again=later)
    return hub.ledger.move(filed, Event.PLAN, plan=plan_hash(hub, filed), look_again=later)


def actions_left(hub: Hub, filed: StoredRequest) -> Iterator[Action]:
    """What the request has still to do."""
    return (item.action for item in hub.ledger.items(filed, ItemState.SENDING, ItemState.PLANNED) if item.action)


def let_run(hub: Hub, filed: StoredRequest) -> StoredRequest:
    """Approve a planned request that the policy lets run as it is: small, and by somebody who is trusted."""
    if filed.questions:
        return filed
    planned = hub.ledger.counts(filed)[ItemState.PLANNED]
    for trust in trust_in(hub, filed, hub.policy(filed.target).no_review):
        if hub.ledger.approve_freely(filed, planned, trust.max_items):
            return hub.ledger.get(filed.id)
    return filed
