"""What people answer on a report's talk page, and what becomes of it."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from jobs.context.hub import Hub, policy_page, report_page, talk_page
from jobs.context.permissions import Bar, bar_to_filing, bar_to_reviewing
from jobs.context.undo_state import rest_of
from jobs.intake.history import Introduced, Reading, attributed, read_history
from jobs.io.wiki import Wiki
from jobs.model.actions import Withheld
from jobs.model.problems import Problem
from jobs.model.requests import (
    THERE,
    ItemChange,
    ItemState,
    NewRequest,
    RequestValues,
    Review,
    ReviewComment,
    StoredRequest,
    Struck,
    TriedAgain,
)
from jobs.model.rows import read_rows, written_rows
from jobs.model.states import ENDED, LOOKED_AT, Event, State
from jobs.planning.plan_hash import without_rows
from jobs.planning.planner import actions_left
from jobs.review.request_page import is_gone
from wikitext.discussion import seems_an_answer
from wikitext.messages import Message, message
from wikitext.templates import BrokenCall, Call

REVIEW_TEMPLATE = "Hub review"

MIN_HASH = 8
"""So many characters of a plan's hash are enough to name it."""

_log = logging.getLogger(__name__)


# Reading ---------------------------------------------------------------------------------------------------------


def read_page(hub: Hub, wiki: Wiki, title: str, template: str) -> Reading | None:
    """What people brought onto a page since it was last read."""
    seen = hub.ledger.last_read_revision(wiki.name, title)
    reading = read_history(wiki.history(title, seen), seen, template, title)
    if reading and reading.said:  # also what is gone again: it may come back
        hub.ledger.remember_speakers(wiki.name, title, reading.said)
    if reading is None or not reading.new:
        return reading
    earlier = hub.ledger.first_speakers(
        wiki.name, {digest for new in reading.new for digest in (new.saying, new.asked)}
    )
    texts = wiki.earlier_sha1s(title, seen) if seen else ()
    return replace(reading, new=tuple(attributed(new, earlier, texts) for new in reading.new))


def read_reviews(hub: Hub, request: StoredRequest) -> None:
    """Take in what people answered on the talk page of the request's report."""
    wiki = hub.wikis[request.wiki]
    title = talk_page(report_page(wiki, request.text_id))
    reading = read_page(hub, wiki, title, REVIEW_TEMPLATE)
    if reading is None:
        return
    # What a page brings along that was moved here was said elsewhere; what somebody imported, perhaps nowhere.
    known = reading.follows and hub.ledger.last_read_revision(wiki.name, title)
    for new in reading.new:
        here = not new.returned or new.page == title
        if new.user not in {wiki.account, ""} and here:
            said = _said(new.call, new)
            counts = new.revision > reading.moved or (known and not _writes(said))
            verdict = None if counts else message("review-elsewhere", new.user)
            hub.ledger.add_review(request, said, verdict, again=new.returned)
            told = (request.text_id, said.answer or "what cannot be read", new.user, new.revision)
            _log.info("%s: answered “%s” by %s in revision %d", *told)
    words = [one for one in reading.words if one.user != wiki.account and one.revision > reading.moved]
    if words:
        meant = next((one for one in words if seems_an_answer(one.text)), None)
        hub.ledger.hear(request, message("talk-how", meant.user) if meant else message("talk-heard", words[-1].user))
    hub.ledger.mark_read(wiki.name, title, reading.revision)


def _writes(said: ReviewComment) -> bool:
    return said.answer in ANSWERS and ANSWERS[said.answer].writes


def _said(call: Call, new: Introduced) -> ReviewComment:
    if isinstance(call, BrokenCall):
        return ReviewComment(new.revision, new.number, call.source, new.user, "", "", {"broken": call.suspect[:80]})
    answer = call.unnamed[0] if call.unnamed else call.parameters.get("1", "")
    given = {**call.parameters, "reason": " | ".join(filter(None, (call.parameters.get("reason"), *call.unnamed[1:])))}
    details = {name: given[name][:1000] for name in ("reason", "items") if given.get(name)}
    plan = call.parameters.get("plan", "").lower()[:64]
    return ReviewComment(new.revision, new.number, call.source, new.user, answer.lower()[:32], plan, details)


# Judging ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """What an answer does: the reply to it, what happens to the request and its items, and what is noted with that."""

    reply: Message
    event: Event | None = None
    values: RequestValues = field(default_factory=RequestValues)
    change: ItemChange | None = None


@dataclass(frozen=True)
class Answer:
    """What people can say. `when`: in which states it means something; `else_` is said in others.

    `requester`: the requester may say it too, not only reviewers. `plan`: it is for the plan that was shown before it.
    `writes`: it lets something be written, so it must name that plan, and means nothing where it is carried elsewhere.
    `starts`: the request runs after it, which its requester has to be allowed.
    """

    when: frozenset[State]
    else_: str
    act: Callable[[Hub, StoredRequest, ReviewComment], Effect | Message]
    requester: bool = False
    plan: bool = False
    writes: bool = False
    starts: bool = False


def judge_reviews(hub: Hub, request: StoredRequest) -> StoredRequest:
    """Decide every answer that has no verdict yet, and do what it says."""
    for review in hub.ledger.open_reviews(request):
        if review.verdict is None:
            request = _judge(hub, request, review)
    return request


def _judge(hub: Hub, request: StoredRequest, review: Review) -> StoredRequest:
    verdict = objection(hub, request, review.said) or ANSWERS[review.said.answer].act(hub, request, review.said)
    if isinstance(verdict, Message):
        return hub.ledger.decide(request, review, verdict)
    return hub.ledger.decide(request, review, verdict.reply, verdict.event, change=verdict.change, **verdict.values)


def objection(hub: Hub, request: StoredRequest, said: ReviewComment) -> Message | None:
    """Why the answer changes nothing; None: it counts."""
    if "broken" in said.details:
        return message("review-broken", said.user, said.details["broken"])
    answer = ANSWERS.get(said.answer)
    if answer is None:
        return message("review-unknown", said.user, said.answer, ", ".join(ANSWERS))
    return (
        _who_may_not(hub, request, answer, said)
        or _untimely(request, answer, said)
        or _other_plan(hub, request, answer, said)
        or _requester_may_not(hub, request, answer, said)
    )


def objection_to_operator(hub: Hub, request: StoredRequest, said: ReviewComment) -> Message | None:
    """As `objection`, of whoever runs the bot: a reviewer of everything, who means the plan that there is."""
    answer = ANSWERS[said.answer]
    return _untimely(request, answer, said) or _requester_may_not(hub, request, answer, said)


def _who_may_not(hub: Hub, request: StoredRequest, answer: Answer, said: ReviewComment) -> Message | None:
    own = said.user == request.author
    bar = bar_to_reviewing(hub, request, said.user, actions_left(hub, request))
    if bar is Bar.BLOCKED:
        return message("review-blocked", said.user)
    if bar and not (own and answer.requester):
        key = "review-may-not-either" if answer.requester else "review-may-not"
        return message(key, said.user, said.answer, policy_page(hub.wikis[request.wiki]))
    if own and said.answer == "approve" and not (hub.policy(request.target).review_own or request.undoes):
        return message("review-own", said.user)
    return None


def _untimely(request: StoredRequest, answer: Answer, said: ReviewComment) -> Message | None:
    return None if request.state in answer.when else message(answer.else_, said.user)


def _other_plan(hub: Hub, request: StoredRequest, answer: Answer, said: ReviewComment) -> Message | None:
    """Why the answer is not for the plan that was shown before it was given, if it has to be."""
    report = report_page(hub.wikis[request.wiki], request.text_id)
    if not request.plan:
        return None
    if answer.writes and not said.plan:
        return message("review-no-plan", said.user, report, said.answer, request.plan[:12])
    named = not said.plan or (len(said.plan) >= MIN_HASH and request.plan.startswith(said.plan))
    # What stands on no page was said now.
    shown = request.previewed and (not said.revision or request.previewed < said.revision)
    if (answer.plan or answer.writes) and not (named and shown):
        return message("review-old-plan", said.user, report)
    return None


def _requester_may_not(hub: Hub, request: StoredRequest, answer: Answer, said: ReviewComment) -> Message | None:
    if answer.starts and bar_to_filing(hub, request, actions_left(hub, request)):
        return message("review-requester-may-not", said.user, request.author)
    return None


# The answers -----------------------------------------------------------------------------------------------------


def _approve(hub: Hub, request: StoredRequest, said: ReviewComment) -> Effect | Message:
    if is_gone(hub, request):
        return message("review-not-on-page", said.user, request.page)
    thanks = message("review-approved", said.user, report_page(hub.wikis[request.wiki], request.text_id))
    return Effect(thanks, Event.APPROVE, {"approver": said.user})


def _reject(_hub: Hub, request: StoredRequest, said: ReviewComment) -> Effect | Message:
    reason = said.details.get("reason", "")
    if not reason:
        return message("review-no-reason", said.user, request.author)
    why = Problem("", message("problem-rejected", said.user, reason))
    return Effect(message("review-rejected", said.user, request.author), Event.REJECT, {"problems": (why,)})


def _was_rejected(request: StoredRequest) -> bool:
    """Whether it is a reviewer who wants another request or list."""
    return any(problem.why.key in {"problem-rejected", "problem-rejected-plainly"} for problem in request.problems)


def _strike(hub: Hub, request: StoredRequest, said: ReviewComment) -> Effect | Message:
    rows = read_rows(said.details.get("items", ""))
    struck = hub.ledger.count_planned(request, rows)
    if not struck:
        return message("review-no-items", said.user)
    if struck == hub.ledger.counts(request)[ItemState.PLANNED]:
        return message("review-all-struck", said.user)
    reply = message("review-struck", said.user, struck, report_page(hub.wikis[request.wiki], request.text_id))
    change = Struck(rows, Withheld(message("row-struck", said.user)))
    return Effect(reply, Event.PLAN, {"plan": without_rows(request.plan, rows), "previewed": 0}, change)


def _continue(_hub: Hub, _request: StoredRequest, said: ReviewComment) -> Effect:
    return Effect(message("review-continued", said.user), Event.GO_ON, {"continuer": said.user})


def _pause(_hub: Hub, _request: StoredRequest, said: ReviewComment) -> Effect:
    return Effect(message("review-paused", said.user), Event.PAUSE, {"why": message("why-paused", said.user)})


def _resume(_hub: Hub, request: StoredRequest, said: ReviewComment) -> Effect:
    event = Event.GO_ON if request.started else Event.APPROVE
    return Effect(message("review-resumed", said.user), event, {"not_before": 0.0})


def _cancel(_hub: Hub, _request: StoredRequest, said: ReviewComment) -> Effect:
    return Effect(message("review-cancelled", said.user), Event.CANCEL, {"why": message("why-cancelled", said.user)})


def _retry(hub: Hub, request: StoredRequest, said: ReviewComment) -> Effect | Message:
    counts = hub.ledger.counts(request)
    again = sum(counts[state] for state in AGAIN)
    if not again or not request.approver:
        return message("review-nothing-failed", said.user)
    reply = message("review-retried", said.user, again)
    return Effect(reply, Event.GO_ON, {"not_before": 0.0}, TriedAgain())


AGAIN = (ItemState.FAILED, ItemState.PARTLY, ItemState.PLANNED)
"""What is tried again in a request that has ended."""


def _undo(hub: Hub, request: StoredRequest, said: ReviewComment) -> Effect | Message:
    wiki, items = hub.wikis[request.wiki], said.details.get("items", "")
    rest = rest_of(hub, request, items, said.revision)
    if rest is None:
        number = file_undo(hub, request, said.user, said.revision, said.details)
        return Effect(message("review-undo", said.user, report_page(wiki, f"H{number}")))
    if not rest.rows and not rest.others:
        nothing = message("review-nothing-done", said.user)
        return message("review-undo-nothing", said.user, items[:200]) if items else nothing
    rows = written_rows(rest.rows)
    if not rest.others:
        number = file_undo(hub, request, said.user, said.revision, {**said.details, "items": rows})
        idle = written_rows(rest.idle)[:200]
        return Effect(message("review-undo-some", said.user, idle, report_page(wiki, f"H{number}")))
    other = rest.others[-1].text_id
    if not rest.rows:
        key = "review-undo-over" if rest.others[-1].state in ENDED else "review-undo-under-way"
        return message(key, said.user, report_page(wiki, other), other)
    number = file_undo(hub, request, said.user, said.revision, {**said.details, "items": rows})
    preview = report_page(wiki, f"H{number}")
    return Effect(message("review-undo-rest", said.user, report_page(wiki, other), rows, preview))


def file_undo(hub: Hub, request: StoredRequest, user: str, revision: int, details: Mapping[str, str]) -> int:
    """File, in somebody's name, the request that takes this one back; returns its number.

    `revision`: in which they said so; 0: in none, and then who says the same at the same moment files the same.
    `details`: `items`, the rows that are meant (none: all), and `reason`.
    """
    wanted = {"type": "undo", "request": request.text_id, **{key: details[key] for key in sorted(details)}}
    kept = {key: request.parameters[key] for key in ("partner", "wiki", "language") if key in request.parameters}
    asked = NewRequest(
        sha256(json.dumps([request.id, wanted, revision]).encode()).hexdigest(), wanted | kept, user, revision,
        alike=1 if revision else 1 + len(hub.ledger.undone_by(request)),
    )  # fmt: skip
    return hub.ledger.file(request.wiki, talk_page(report_page(hub.wikis[request.wiki], request.text_id)), asked)


def _check_again(_hub: Hub, request: StoredRequest, said: ReviewComment) -> Effect:
    if _was_rejected(request):  # what a reviewer did not want is not shown to them again as it was
        return Effect(message("review-check-rejected", said.user), values={"look_again": time.time()})
    return Effect(message("review-check-again", said.user), Event.RECEIVE)


_UNDER_WAY = frozenset({State.APPROVED, State.RUNNING})

ANSWERS = {
    "approve": Answer(frozenset({State.PLANNED}), "review-not-planned", _approve, writes=True, starts=True),
    "reject": Answer(frozenset({State.PLANNED}), "review-not-planned", _reject, plan=True),
    "strike": Answer(frozenset({State.PLANNED}), "review-not-planned", _strike, plan=True),
    "continue": Answer(frozenset({State.PILOT}), "review-not-pilot", _continue, writes=True, starts=True),
    "check again": Answer(LOOKED_AT, "review-not-planned", _check_again, requester=True),
    "pause": Answer(_UNDER_WAY, "review-not-running", _pause, requester=True),
    "resume": Answer(frozenset({State.PAUSED}), "review-not-paused", _resume, writes=True, starts=True),
    "cancel": Answer(
        _UNDER_WAY | {State.INVALID, State.PLANNED, State.PILOT, State.PAUSED}, "review-ended", _cancel, requester=True
    ),
    "retry": Answer(
        frozenset({State.PARTLY_DONE, State.FAILED}), "review-nothing-failed", _retry, writes=True, starts=True
    ),
    "undo": Answer(ENDED - {State.UNDONE}, "review-not-ended", _undo, writes=True),
}
"""Everything that `{{Hub review|…}}` understands."""


def offered(state: State, counts: Mapping[ItemState, int]) -> tuple[str, ...]:
    """The answers that mean something in a state, with so many items in each, in the order in which they are shown."""
    needs = {"retry": AGAIN, "undo": THERE}
    return tuple(
        name
        for name, answer in ANSWERS.items()
        if state in answer.when and (name not in needs or any(counts[one] for one in needs[name]))
    )
