"""From a request to its plan: every row listed, then each checked and turned into an action. Reads, never writes."""

import hashlib
import json
import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from jobs.context.hub import SLICE_SECONDS, Hub, link_prefix
from jobs.context.permissions import Bar, bar_to_filing, gate_of, trust_in
from jobs.context.tracking import tracking_category
from jobs.intake.parse import Request, asks_for_check, read_request
from jobs.io.plan_context import PlanContext
from jobs.model.actions import Action, Refusal, Upload
from jobs.model.problems import Invalid, Problem, unknown
from jobs.model.profile import Profiler
from jobs.model.records import BadRecord, Note, Record
from jobs.model.requests import THERE, Item, ItemState, StoredRequest
from jobs.model.states import PREVIEWED, State
from jobs.planning.list_check import check
from wikitext.check import Check
from wikitext.messages import Message, message

_BATCH = 500
_WRITE_SECONDS = 1.0
LOOK_SECONDS = 3600.0
"""A partner's list is looked at again after so long, at the soonest."""
_LOOKED_AT_SECONDS = 30 * 86400

_log = logging.getLogger(__name__)

T = TypeVar("T")


def plan_slice(hub: Hub, filed: StoredRequest) -> StoredRequest:
    """Take the request one slice nearer to its plan; at the last one it is planned, approved (policy) or invalid."""
    request = _read(hub, filed)
    if not isinstance(request, Request):
        return _invalid(hub, filed, request)
    if bar := bar_to_filing(hub, filed):
        return _invalid(hub, filed, [_barred(filed, bar)])
    context = _context(hub, filed)
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


def listing_changed(hub: Hub, filed: StoredRequest) -> bool:
    """Whether the request's list or the pages that it names are others than those that were approved."""
    return _listing(hub, filed) != filed.listing


def look_again(hub: Hub, filed: StoredRequest) -> StoredRequest:
    """Have a request planned anew whose list is another than when it was read.

    What was previewed is kept while the list is away: it is asked for again before anything is done.
    """
    listing = _listing(hub, filed)
    away = not isinstance(listing, str)
    if listing == (filed.listing or tuple(filed.problems)) or (away and filed.state in PREVIEWED):
        return hub.ledger.note(filed, look_again=_later(filed))
    _log.info("%s: the list has changed", filed.text_id)
    return receive_again(hub, filed, message("void-list") if filed.state is State.PLANNED else None)


def without_changed_rows(hub: Hub, filed: StoredRequest) -> StoredRequest:
    """The request without the rows of which its list says something else by now; paused where it cannot be read.

    They may be kept out of it since. What was approved may have waited for days: for the first files to be looked at,
    for a resume, for a server to be mended.
    """
    try:
        changed = frozenset(_changed_rows(hub, filed)) if filed.parameters.get("manifest") else frozenset()
    except Invalid:
        return hub.ledger.note(filed, state=State.PAUSED, why=message("why-list-away"))
    if changed:
        hub.ledger.strike(filed, changed, Refusal(message("row-list-changed")))
    return hub.ledger.note(filed, look_again=0.0)


def _changed_rows(hub: Hub, filed: StoredRequest) -> Iterator[int]:
    """Those of the planned rows that the list says otherwise, or has no more. Raises Invalid."""
    request = _read(hub, filed)
    if not isinstance(request, Request):
        raise Invalid(request)
    records = _records(request, _context(hub, filed), [])
    record = next(records, None)
    for item in hub.ledger.items(filed, ItemState.PLANNED):
        while record and record.row < item.row:
            record = next(records, None)
        same = isinstance(record, Record) and record.row == item.row and dict(record.values) == dict(item.record)
        if not same:
            yield item.row


def receive_again(hub: Hub, filed: StoredRequest, notice: Message | None) -> StoredRequest:
    """Have the request planned anew; what was planned is void."""
    return hub.ledger.note(filed, **RECEIVED_AGAIN, notice=notice)


RECEIVED_AGAIN = {
    "state": State.RECEIVED,
    "listed": False,
    "plan": "",
    "approver": "",
    "look_again": 0.0,
    "problems": (),
}


def _listing(hub: Hub, filed: StoredRequest) -> str | Sequence[Problem]:
    """What tells the request's list, or the pages that it names, from another; or why they cannot be read."""
    request = _read(hub, filed)
    digest = hashlib.sha256()
    if not isinstance(request, Request):
        return request
    try:
        for batch in _batches(_records(request, _context(hub, filed), [])):
            _add_to(digest, batch)
    except Invalid as error:
        return tuple(error.problems)
    return digest.hexdigest()


def _later(filed: StoredRequest) -> float:
    """When to look at the request's list again: less often as time goes by, and after a month no more (0)."""
    since = time.time() - filed.asked
    return 0.0 if since > _LOOKED_AT_SECONDS else time.time() + max(LOOK_SECONDS, since / 10)


def plan_hash(hub: Hub, filed: StoredRequest) -> str:
    """What an approval is bound to: the request, its text, every row of its list, every action, all questions."""
    questions = [[question.key, *question.arguments] for question in filed.questions]
    digest = hashlib.sha256(json.dumps([filed.text_id, filed.fingerprint, questions]).encode())
    for item in hub.ledger.items(filed):
        action = item.action.model_dump(mode="json") if item.action and item.state is ItemState.PLANNED else None
        digest.update(json.dumps([item.row, dict(item.record), action], sort_keys=True).encode())
    return digest.hexdigest()


def check_of(hub: Hub, filed: StoredRequest) -> Check | None:
    """What is told of the request's list; None where its kind has no list, or it cannot be read any more."""
    request = _read(hub, filed)
    if not isinstance(request, Request):
        return None
    try:
        examination = request.kind.examination(request.parameters, _context(hub, filed))
    except Invalid:
        return None
    return check(hub.ledger.items(filed), examination) if examination else None


def _read(hub: Hub, filed: StoredRequest) -> Request | Sequence[Problem]:
    if filed.target not in hub.wikis:
        return [Problem("wiki", unknown(filed.target, hub.wikis, "problem-unknown-wiki"))]
    return read_request(filed.parameters)


def _context(hub: Hub, filed: StoredRequest) -> PlanContext:
    def done(number: int) -> Iterator[Item] | None:
        try:
            earlier = hub.ledger.get(number)
        except KeyError:
            return None
        return hub.ledger.items(earlier, *THERE) if earlier.target == filed.target else None

    wiki, policy = hub.wikis[filed.target], hub.policy(filed.target)
    today = datetime.now(UTC).date()
    reserved = _Reserved(hub, filed)
    return PlanContext(
        wiki=wiki,
        web=hub.web,
        policy=policy,
        gate=gate_of(hub, filed),
        spool=hub.spool,
        done=done,
        rows_by_title=reserved.rows_of_pages,
        rows_by_sha1=reserved.rows_of_files,
        prefix=link_prefix(filed),
        tracking=tracking_category(hub, filed),
        today=today,
        profile=filed.profile,
    )


def _invalid(hub: Hub, filed: StoredRequest, problems: Sequence[Problem]) -> StoredRequest:
    about_list = filed.listed or any(problem.parameter == "manifest" for problem in problems)
    return hub.ledger.note(
        filed, state=State.INVALID, problems=problems, look_again=_later(filed) if about_list else 0.0
    )


def _list(hub: Hub, filed: StoredRequest, request: Request, context: PlanContext) -> StoredRequest:
    hub.ledger.clear_items(filed)
    digest = hashlib.sha256()
    notes: list[Message] = []
    profiler = Profiler()
    for batch in _batches(_records(request, context, notes)):
        _add_to(digest, batch)
        profiler.see(batch)
        hub.ledger.add_items(filed, batch)
    _keep_limits(hub, filed, sum(hub.ledger.counts(filed).values()))
    if open_ := _left_open(filed, request):
        notes.append(message("question-assumed", ", ".join(open_)))
    profile = profiler.profile
    questions = (*notes, *request.kind.questions(request.parameters, replace(context, profile=profile)))
    return hub.ledger.note(filed, listed=True, listing=digest.hexdigest(), profile=profile, questions=questions)


def _left_open(filed: StoredRequest, request: Request) -> Sequence[str]:
    """The parameters that a request will need which for now asks for the check of its list."""
    named = request.kind.assumed if asks_for_check(filed.parameters) else {}
    return [name for name in named if not filed.parameters.get(name)]


def _records(request: Request, context: PlanContext, notes: list[Message]) -> Iterator[Record | BadRecord]:
    """The rows of the request's list; how it was read is noted."""
    rows = 0
    for record in request.kind.records(request.parameters, context):
        if isinstance(record, Note):
            notes.append(record.what)
            continue
        rows += 1
        if rows > context.policy.max_rows:
            raise Invalid([Problem("manifest", message("problem-too-many-rows", context.policy.max_rows))])
        yield record


def _add_to(digest: "hashlib._Hash", records: Sequence[Record | BadRecord]) -> None:
    for record in records:
        said = dict(record.values) if isinstance(record, Record) else [record.why.key, *record.why.arguments]
        digest.update(json.dumps([record.row, said], sort_keys=True).encode())


def _batches(things: Iterable[T], size: int = _BATCH) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


def _check(hub: Hub, filed: StoredRequest, request: Request, context: PlanContext) -> StoredRequest:
    """Check rows until the slice is over, and write down what they come to every second or so."""
    end = time.monotonic() + SLICE_SECONDS
    while (now := time.monotonic()) < end:
        items = hub.ledger.next_items(filed, {ItemState.READ}, _BATCH)
        if not items:
            return _planned(hub, filed)
        checked = _checked(request, context, _Reserved(hub, filed), items, min(now + _WRITE_SECONDS, end))
        hub.ledger.set_items(filed, list(checked))
    return filed


def _checked(
    request: Request, context: PlanContext, reserved: "_Reserved", items: Sequence[Item], end: float
) -> Iterator[tuple[Item, Action | Refusal]]:
    """What the first of the items come to, in small batches, so that it ends in time; of one batch at least."""
    context = replace(context, rows_by_title=reserved.rows_of_pages, rows_by_sha1=reserved.rows_of_files)
    for batch in _batches(items, request.kind.at_once):
        records = [Record(item.row, item.record) for item in batch]
        planned = list(request.kind.plan(request.parameters, records, context))
        yield from zip(batch, reserved.without_repeats(batch, planned), strict=True)
        if time.monotonic() > end:
            return


class _Reserved:
    """What rows of the request have already: those in the ledger, and those about to be written there."""

    def __init__(self, hub: Hub, filed: StoredRequest) -> None:
        self._hub = hub
        self._filed = filed
        self._pages: dict[str, int] = {}
        self._files: dict[str, int] = {}

    def rows_of_pages(self, titles: Collection[str]) -> Mapping[str, int]:
        """Which row has each of these pages, of those that one has."""
        written = self._hub.ledger.holders(self._filed, titles)
        return {**written, **{title: self._pages[title] for title in titles if title in self._pages}}

    def rows_of_files(self, sha1s: Collection[str]) -> Mapping[str, int]:
        """Which row uploads each of these files, of those that one does."""
        written = self._hub.ledger.holders_of_bytes(self._filed, sha1s)
        return {**written, **{sha1: self._files[sha1] for sha1 in sha1s if sha1 in self._files}}

    def without_repeats(self, items: Sequence[Item], planned: Sequence[Action | Refusal]) -> Iterator[Action | Refusal]:
        """Of two rows that come to the same page, or upload the same file, the second is refused."""
        titles = [result.title for result in planned if not isinstance(result, Refusal)]
        uploads = [result.sha1 for result in planned if isinstance(result, Upload)]
        self._pages |= self.rows_of_pages(titles)
        self._files |= self.rows_of_files(uploads)
        for item, result in zip(items, planned, strict=True):
            if isinstance(result, Refusal):
                yield result
            elif isinstance(result, Upload) and (row := self._files.setdefault(result.sha1, item.row)) != item.row:
                yield Refusal(message("row-same-file", row))
            elif (row := self._pages.setdefault(result.title, item.row)) != item.row:
                key = "row-same-name" if isinstance(result, Upload) else "row-same-page"
                yield Refusal(message(key, result.title, row))
            else:
                yield result


def _planned(hub: Hub, filed: StoredRequest) -> StoredRequest:
    if not hub.ledger.counts(filed)[ItemState.PLANNED] and not asks_for_check(filed.parameters):
        return _invalid(hub, filed, [Problem("", message("problem-nothing-to-do"))])
    if bar := bar_to_filing(hub, filed, actions_left(hub, filed)):
        return _invalid(hub, filed, [_barred(filed, bar)])
    later = _later(filed) if filed.parameters.get("manifest") else 0.0
    if asks_for_check(filed.parameters):
        return hub.ledger.note(filed, state=State.CHECKED, look_again=later)
    return hub.ledger.note(filed, state=State.PLANNED, plan=plan_hash(hub, filed), look_again=later)


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
