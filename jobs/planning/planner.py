"""From a request to its plan: every row listed, then each checked and turned into an action. Reads, never writes."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from jobs.context.hub import Hub
from jobs.context.permissions import Bar, bar_to_filing, trust_in
from jobs.context.slice_end import SliceEnd
from jobs.intake.parse import Request, asks_for_check, is_of_call, readable
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
from jobs.planning.plan_hash import chained, plan_hash
from jobs.planning.reservations import without_repeats
from wikitext.check_page import Check
from wikitext.messages import Message, message

_WRITE_SECONDS = 1.0


def plan_slice(hub: Hub, request: StoredRequest) -> StoredRequest:
    """Take the request one slice nearer to its plan; at the last one it is planned, approved (policy) or invalid."""
    parsed = request_of(hub, request)
    if not isinstance(parsed, Request):
        return hub.ledger.move(
            request, Event.REJECT, problems=(*parsed, *_of_list(hub, request, parsed)), look_again=0.0
        )
    if bar := bar_to_filing(hub, request):
        return _invalid(hub, request, [_barred(request, bar)])
    context = context_of(hub, request)
    try:
        if not request.listed:
            _keep_limits(hub, request)
            return _list(hub, request, parsed, context)
        return _check(hub, request, parsed, context)
    except Invalid as error:
        return _invalid(hub, request, error.problems)
    finally:
        context.over.set()
        context.ahead.close()
        context.questions.close()


def with_list_problems(hub: Hub, request: StoredRequest) -> StoredRequest:
    """An invalid request; beside what is wrong with its call, what is wrong with its list, to be mended at once."""
    if isinstance(request_of(hub, request), Request) and not any(map(is_of_call, request.problems)):
        return request
    more = [problem for problem in _of_list(hub, request, request.problems) if problem not in request.problems]
    return hub.ledger.update_request(request, problems=(*request.problems, *more)) if more else request


def _of_list(hub: Hub, request: StoredRequest, known: Sequence[Problem]) -> Sequence[Problem]:
    """What is wrong with its list, as far as that can be read without the parameters with which something is."""
    parsed = readable(request.parameters) if request.parameters.get("manifest") else None
    if parsed is None or request.target not in hub.wikis or bar_to_filing(hub, request):
        return []
    try:
        _keep_limits(hub, request)
        for _ in records_of(parsed, context_of(hub, request), []):
            pass
    except Invalid as error:
        wrong = {problem.parameter for problem in known if problem.parameter}
        return [problem for problem in error.problems if problem.parameter not in wrong]
    return []


def _barred(request: StoredRequest, bar: Bar) -> Problem:
    return Problem("", message("problem-blocked" if bar is Bar.BLOCKED else "problem-may-not-file", request.author))


def _keep_limits(hub: Hub, request: StoredRequest, rows: int = 0) -> None:
    """Raises Invalid where the request's author asks for more than one person may; with so many rows of its own."""
    limits, load = hub.policy(request.target).limits, hub.ledger.load(request)
    if load.open_requests >= limits.open_requests:
        raise Invalid([Problem("", message("problem-many-open", request.author, limits.open_requests))])
    if load.requests >= limits.requests_per_day:
        raise Invalid([Problem("", message("problem-many-requests", request.author, limits.requests_per_day))])
    if load.items + rows > limits.items_per_day:
        raise Invalid([Problem("", message("problem-many-items", request.author, limits.items_per_day))])


def check_of(hub: Hub, request: StoredRequest) -> Check | None:
    """What is told of the request's list; None where its kind has no list, or it cannot be read any more."""
    parsed = request_of(hub, request)
    if not isinstance(parsed, Request):
        return None
    try:
        examination = parsed.kind.examination(parsed.parameters, context_of(hub, request))
    except Invalid:
        return None
    return check(hub.ledger.items(request), examination) if examination else None


def _invalid(hub: Hub, request: StoredRequest, problems: Sequence[Problem]) -> StoredRequest:
    about_list = request.listed or any(problem.parameter == "manifest" for problem in problems)
    return hub.ledger.move(
        request, Event.REJECT, problems=tuple(problems), look_again=next_look(request) if about_list else 0.0
    )


def _list(hub: Hub, request: StoredRequest, parsed: Request, context: PlanContext) -> StoredRequest:
    request = hub.ledger.begin_listing(request)
    digest = hashlib.sha256()
    notes: list[Message] = []
    profiler = Profiler()
    for batch in batches(records_of(parsed, context, notes)):
        add_to(digest, batch)
        profiler.see(batch)
        hub.ledger.add_items(request, batch)
    _keep_limits(hub, request, sum(hub.ledger.counts(request).values()))
    if open_ := _left_open(request, parsed):
        notes.append(message("question-assumed", ", ".join(open_)))
    profile = profiler.profile
    questions = (*notes, *parsed.kind.questions(parsed.parameters, replace(context, profile=profile)))
    return hub.ledger.end_listing(request, listing=digest.hexdigest(), profile=profile, questions=questions)


def _left_open(request: StoredRequest, parsed: Request) -> Sequence[str]:
    """The parameters that a request will need which for now asks for the check of its list."""
    named = parsed.kind.assumed if asks_for_check(request.parameters) else {}
    return [name for name in named if not request.parameters.get(name)]


def _check(hub: Hub, request: StoredRequest, parsed: Request, context: PlanContext) -> StoredRequest:
    """Check rows until the slice is over, and write down what they come to every second or so."""
    end = SliceEnd(hub, request)
    checked_rows = request.checked_rows
    while items := hub.ledger.next_items(request, {ItemState.READ}, BATCH):
        checked = list(_checked(parsed, context, items, time.monotonic() + _WRITE_SECONDS))
        checked_rows = chained(checked_rows, checked)
        if not hub.ledger.set_items(request, checked, checked_rows) or end.is_over():
            return request
    return _planned(hub, request)


def _checked(
    parsed: Request, context: PlanContext, items: Sequence[Item], end: float
) -> Iterator[tuple[Item, Action | Refusal]]:
    """What the first of the items come to, in small batches, so that it ends in time; of one batch at least."""
    several = list(batches(items, parsed.kind.at_once))
    for batch, following in zip_longest(several, several[1:], fillvalue=()):
        own = replace(context, upcoming=_records(following))
        planned = list(parsed.kind.plan(parsed.parameters, _records(batch), own))
        yield from zip(batch, without_repeats(context.reservations, batch, planned), strict=True)
        if time.monotonic() > end:
            return


def _records(items: Sequence[Item]) -> list[Record]:
    return [Record(item.row, item.record) for item in items]


def _planned(hub: Hub, request: StoredRequest) -> StoredRequest:
    if not hub.ledger.counts(request)[ItemState.PLANNED] and not asks_for_check(request.parameters):
        return _invalid(hub, request, [Problem("", message("problem-nothing-to-do"))])
    if bar := bar_to_filing(hub, request, actions_left(hub, request)):
        return _invalid(hub, request, [_barred(request, bar)])
    later = next_look(request) if request.parameters.get("manifest") else 0.0
    if asks_for_check(request.parameters):
        return hub.ledger.move(request, Event.CHECK, look_again=later)
    return hub.ledger.move(request, Event.PLAN, plan=plan_hash(hub.ledger.get(request.id)), look_again=later)


def actions_left(hub: Hub, request: StoredRequest) -> Iterator[Action]:
    """What the request has still to do."""
    return (item.action for item in hub.ledger.items(request, ItemState.SENDING, ItemState.PLANNED) if item.action)


def let_run(hub: Hub, request: StoredRequest) -> StoredRequest:
    """Approve a planned request that the policy lets run as it is: small, and by somebody who is trusted."""
    if request.questions:
        return request
    planned = hub.ledger.counts(request)[ItemState.PLANNED]
    for trust in trust_in(hub, request, hub.policy(request.target).no_review):
        if hub.ledger.approve_freely(request, planned, trust.max_items):
            return hub.ledger.get(request.id)
    return request
