"""Says on the wiki what the ledger knows: the report, the request's own template, replies there and on talk pages.

Everything is worked out anew from what the page says at the moment, and nothing is written that stands there already;
so an answer whose fate is not known is simply given again.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from jobs.actions import Action
from jobs.hub import Hub, report_page, talk_page
from jobs.lifecycle import ENDED, State, may_be_changed
from jobs.outcomes import WikiError
from jobs.request import fingerprint
from jobs.schema import Filed, ItemState, Review
from jobs.wiki import Wiki
from wikitext.discussion import place_below, reply
from wikitext.escape import Wikitext
from wikitext.filepage import sections
from wikitext.messages import Language, language, message
from wikitext.report import GALLERY, SAMPLES, Progress, Report, Row, Sample, listed, mark_start, report_pages
from wikitext.report import reply as framed
from wikitext.templates import BrokenCall, Call, TemplateCall, find_calls, set_parameters

REQUEST_TEMPLATE = "Hub request"
REVIEW_TEMPLATE = "Hub review"

PROGRESS_SECONDS = 30.0
_TRIES = 3
_ITEM_ORDER = (
    ItemState.FAILED,
    ItemState.REFUSED,
    ItemState.SENDING,
    ItemState.SENT,
    ItemState.PLANNED,
    ItemState.READ,
    ItemState.DONE,
)


def answer(hub: Hub, filed: Filed) -> Filed:
    """Bring the wiki up to date with the request, where it is not. May raise WikiError and Unanswered."""
    if filed.shown != filed.state or _progress_is_due(filed):
        if filed.listed and filed.state is not State.RECEIVED:
            filed = _write_report(hub, filed)
        if filed.shown != filed.state:
            _answer_request(hub, filed)
            filed = hub.ledger.note(filed, shown=filed.state)
    _answer_reviews(hub, filed)
    return filed


def _progress_is_due(filed: Filed) -> bool:
    return filed.state is State.RUNNING and time.time() > filed.reported + PROGRESS_SECONDS


def _language(filed: Filed) -> Language:
    return language(filed.parameters.get("language", ""))


# The report ------------------------------------------------------------------------------------------------------


def _write_report(hub: Hub, filed: Filed) -> Filed:
    wiki = hub.wikis[filed.wiki]
    title = report_page(wiki, filed.text_id)
    rows = _rows(hub, filed)
    pages = report_pages(_language(filed), _report(hub, filed, title), talk_page(title), rows)
    for number, text in enumerate(pages, 1):
        page = title if number == 1 else f"{title}/{number}"
        revision = _amend(wiki, page, lambda _old, new=text: new, f"[[{title}]]: {filed.state}")  # type: ignore[misc]
        if number == 1 and filed.state is State.PLANNED:
            filed = hub.ledger.note(filed, previewed=revision)
    return hub.ledger.note(filed, reported=time.time())


def _report(hub: Hub, filed: Filed, title: str) -> Report:
    ledger = hub.ledger
    counts = ledger.counts(filed)
    actions = [item.action for item in ledger.next_items(filed, {ItemState.PLANNED}, SAMPLES) if item.action]
    done = [item.action for item in ledger.next_items(filed, {ItemState.DONE}, GALLERY) if item.action]
    return Report(
        id=filed.text_id,
        status=filed.state,
        page=title,
        requested=filed.page,
        author=filed.author,
        approver=filed.approver,
        parameters=filed.parameters,
        plan=filed.plan,
        planned=counts[ItemState.PLANNED],
        refused=counts[ItemState.REFUSED],
        size=sum(item.action.size for item in ledger.items(filed, ItemState.PLANNED) if item.action),
        samples=[_sample(action) for action in actions],
        gallery=[action.title for action in done],
        progress=_progress(filed, counts) if filed.approver else None,
        why=filed.why,
        problems=[(problem.parameter, problem.why) for problem in filed.problems],
    )


def _sample(action: Action) -> Sample:
    description, rest = sections(Wikitext(action.text))
    return Sample(action.title, description, action.url, rest, action.categories)


def _progress(filed: Filed, counts: Mapping[ItemState, int]) -> Progress:
    done, failed = counts[ItemState.DONE], counts[ItemState.FAILED]
    left = counts[ItemState.PLANNED] + counts[ItemState.SENDING] + counts[ItemState.SENT]
    seconds = None
    if filed.state is State.RUNNING and left and done:
        seconds = round((time.time() - filed.started) / (done + failed) * left)
    return Progress(done, failed, done + failed + left, seconds)


def _rows(hub: Hub, filed: Filed) -> Iterator[Row]:
    """Every item, those that need a person's eye first."""
    for state in _ITEM_ORDER:
        for item in hub.ledger.items(filed, state):
            shown = "untried" if filed.state in ENDED and state is ItemState.PLANNED else state.value
            yield Row(item.row, item.action.title if item.action else "", shown, item.revision, item.why)


# The request -----------------------------------------------------------------------------------------------------


def _answer_request(hub: Hub, filed: Filed) -> None:
    wiki = hub.wikis[filed.wiki]
    title = report_page(wiki, filed.text_id)
    counts = hub.ledger.counts(filed)
    said = _said(filed, title, counts)
    _amend(
        wiki, filed.page, lambda text: _answered(text, filed, title, said), f"[[{title}]]: {filed.state}", create=False
    )


def _said(filed: Filed, title: str, counts: Mapping[ItemState, int]) -> Wikitext | None:
    """What is said below the request on reaching its state; None: nothing, the status says it."""
    tongue = _language(filed)
    left_out = sum(counts[state] for state in (ItemState.REFUSED, ItemState.FAILED, ItemState.PLANNED))
    match filed.state:
        case State.INVALID:
            points = [(problem.parameter, problem.why) for problem in filed.problems]
            return listed(tongue, message("reply-invalid", len(points)), points, message("reply-invalid-next"))
        case State.PLANNED:
            return tongue.say("reply-planned", counts[ItemState.PLANNED], counts[ItemState.REFUSED], title)
        case State.DONE | State.PARTLY_DONE:
            return tongue.say("reply-done", counts[ItemState.DONE], left_out, title)
        case State.FAILED:
            why = tongue.say(filed.why or message("reason-none-uploaded"))
            return tongue.say("reply-failed", why, counts[ItemState.DONE], title)
    return None


def _answered(text: str, filed: Filed, title: str, said: Wikitext | None) -> str:
    """The page's text with the request's own parameters set and the reply below it; unchanged if it is not there."""
    calls = find_calls(text, REQUEST_TEMPLATE)
    index = _position(calls, filed)
    if index is None:
        return text
    call = calls[index]
    if fingerprint(call) != filed.fingerprint:
        late = _language(filed).say("reply-changed-late")
        mark = f"{filed.text_id} late {fingerprint(call)[:12]}"
        text = _reply_below(text, REQUEST_TEMPLATE, index, framed(_language(filed), late, mark))
    if said:
        mark = f"{filed.text_id} {filed.state} {_digest(filed, said)}"
        text = _reply_below(text, REQUEST_TEMPLATE, index, framed(_language(filed), said, mark))
    if isinstance(call, BrokenCall):
        return text
    own = {"id": filed.text_id, "status": filed.state.value} | ({"report": title} if filed.listed else {})
    return text[: call.start] + set_parameters(call, own) + text[call.end :]


def _digest(filed: Filed, said: Wikitext) -> str:
    return hashlib.sha256(f"{filed.fingerprint}{filed.plan}{said}".encode()).hexdigest()[:12]


def _position(calls: Sequence[Call], filed: Filed) -> int | None:
    """Which call is the request: the one with its number, if it still asks the same; else a nameless one that does."""
    fixed = not may_be_changed(filed.state)
    named = [
        index
        for index, call in enumerate(calls)
        if call_id(call) == filed.text_id and (fixed or fingerprint(call) == filed.fingerprint)
    ]
    same = [index for index, call in enumerate(calls) if fingerprint(call) == filed.fingerprint]
    return next(iter(named or same), None)


def call_id(call: Call) -> str:
    """What stands in the call's `id`."""
    return call.parameters.get("id", "") if isinstance(call, TemplateCall) else ""


def _reply_below(text: str, template: str, index: int, said: Wikitext) -> str:
    """The text with the reply below its call number `index`, unless its mark shows that it is there."""
    if said[said.rindex(mark_start()) :] in text:
        return text
    calls = find_calls(text, template)
    following = calls[index + 1].start if index + 1 < len(calls) else None
    return reply(text, place_below(text, calls[index], following), said)


# The answers on the talk page ------------------------------------------------------------------------------------


def _answer_reviews(hub: Hub, filed: Filed) -> None:
    judged = [review for review in hub.ledger.open_reviews(filed) if review.verdict is not None]
    if not judged:
        return
    wiki = hub.wikis[filed.wiki]
    page = talk_page(report_page(wiki, filed.text_id))
    _amend(wiki, page, lambda text: _with_verdicts(text, judged, _language(filed)), f"[[{page}]]", create=False)
    for review in judged:
        hub.ledger.replied(review)


def _with_verdicts(text: str, reviews: Sequence[Review], tongue: Language) -> str:
    for review in reviews:
        calls = find_calls(text, REVIEW_TEMPLATE)
        index = next(
            (i for i, call in enumerate(calls) if _is_open(text, calls, i) and call.source == review.said.source), None
        )
        if index is not None and review.verdict is not None:
            said = framed(tongue, tongue.say(review.verdict), f"review {review.id}")
            text = _reply_below(text, REVIEW_TEMPLATE, index, said)
    return text


def _is_open(text: str, calls: Sequence[Call], index: int) -> bool:
    """Whether no reply of the bot's stands between this answer and the next."""
    end = calls[index + 1].start if index + 1 < len(calls) else len(text)
    return mark_start() not in text[calls[index].end : end]


def _amend(wiki: Wiki, title: str, change: Callable[[str], str], summary: str, *, create: bool = True) -> int:
    """Change a page by what it says now and return its latest revision; nothing is saved where nothing changes."""
    for attempt in range(_TRIES):
        page = wiki.page(title)
        if page is None and not create:
            return 0
        old = (page.text or "") if page else ""
        new = change(old)
        if page is not None and new == old:
            return page.id
        try:
            return wiki.save(title, new, summary, page)
        except WikiError as error:
            if error.code not in {"editconflict", "articleexists", "missingtitle"} or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")
