"""Says on the wiki what the ledger knows: the report, the request's own template, replies there and on talk pages.

Everything is worked out anew from what the page says at the moment, and nothing is written that stands there already;
so an answer whose fate is not known is simply given again.
"""

import hashlib
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from jobs.context.hub import Hub, report_page, talk_page
from jobs.context.undo_state import nominated
from jobs.intake.parse import fingerprint
from jobs.io.edit_page import edit_with_retry, refuses_text
from jobs.io.errors import WikiError
from jobs.io.wiki import Wiki
from jobs.kinds.registry import KINDS
from jobs.model.requests import ItemState, Review, StoredRequest, language_of
from jobs.model.states import ENDED, State, may_be_changed
from jobs.reporting.report import progress_is_due, published_status, write_report
from jobs.reporting.unallowed_servers import policy_talk, servers_to_allow
from jobs.review.commands import REVIEW_TEMPLATE, offered
from wikitext.buttons import answer_buttons, server_buttons
from wikitext.discussion import place_below, reply
from wikitext.escape import Wikitext
from wikitext.messages import Language, Message, message
from wikitext.report_page import listed, mark_start
from wikitext.report_page import reply as framed
from wikitext.templates import BrokenCall, Call, TemplateCall, page_calls, set_parameters

REQUEST_TEMPLATE = "Hub request"

_log = logging.getLogger(__name__)


def answer(hub: Hub, filed: StoredRequest) -> StoredRequest:
    """Bring the wiki up to date with the request, where it is not. May raise WikiError and Unanswered."""
    version, status = filed.version, published_status(filed)
    if not filed.is_published:
        if filed.reported or (filed.listed and filed.state is not State.RECEIVED):
            filed = write_report(hub, filed)
        _answer_request(hub, filed)
        _notify(hub, filed)
        filed = hub.ledger.update_request(filed, published_version=version, published_status=status)
    elif progress_is_due(hub, filed):
        filed = hub.ledger.update_request(write_report(hub, filed), published_status=status)
    _answer_reviews(hub, filed)
    return _give_notice(hub, _answer_words(hub, filed))


# The request -----------------------------------------------------------------------------------------------------


def _answer_request(hub: Hub, filed: StoredRequest) -> None:
    wiki = hub.wikis[filed.wiki]
    title = report_page(wiki, filed.text_id)
    summary = f"[[{title}]]: {filed.state}"
    said = _said(hub, filed, title, hub.ledger.counts(filed))
    answered = partial(_answered, filed=filed, title=title, others=_others(hub, filed))
    for _ in range(3):  # all of it; that there is more to say; the state alone
        try:
            edit_with_retry(wiki, filed.page, partial(answered, said=said), summary, create=False)
        except WikiError as error:
            if not refuses_text(error):
                raise
            _log.exception("%s: the reply was refused", filed.text_id)
            plainer = language_of(filed).say("reply-refused", title, error.code)
            said = plainer if said and said != plainer else None
        else:
            return


def _others(hub: Hub, filed: StoredRequest) -> Collection[str]:
    """The numbers of the requests on its page that ask the same."""
    alike = (other for other in hub.ledger.on_page(filed.wiki, filed.page) if other.fingerprint == filed.fingerprint)
    return {other.text_id for other in alike if other.id != filed.id}


def _said(hub: Hub, filed: StoredRequest, title: str, counts: Mapping[ItemState, int]) -> Wikitext | None:
    """What is said below the request on reaching its state; None: nothing, the status says it."""
    tongue = language_of(filed)
    counted = KINDS[filed.kind].counted if filed.kind in KINDS else "count-files"
    done = tongue.say(counted, counts[ItemState.DONE])
    left_out = sum(counts[state] for state in (ItemState.REFUSED, ItemState.FAILED, ItemState.PLANNED))
    planned = tongue.say(counted, counts[ItemState.PLANNED])
    skipped = counts[ItemState.REFUSED] + counts[ItemState.WITHHELD]
    why = tongue.say(filed.why or message("reason-none-done"))
    if filed.state is State.INVALID:
        points = [(problem.parameter, problem.why) for problem in filed.problems]
        said = listed(tongue, message("reply-invalid", len(points)), points, message("reply-invalid-next"))
        servers = servers_to_allow(problem.why for problem in filed.problems)
        asking = server_buttons(tongue, servers, policy_talk(hub, filed))
        again = answer_buttons(["check again"] if filed.look_again else [], talk_page(title), "", filed.text_id)
        return Wikitext(" ".join(filter(None, (said, asking, again))))
    replies: dict[State, tuple[str, tuple[str | int, ...]]] = {
        State.PLANNED: ("reply-planned", (planned, skipped, title)),
        State.CHECKED: (
            ("reply-checked", (planned, skipped, title))
            if counts[ItemState.PLANNED]
            else ("reply-checked-nothing", (title,))
        ),
        State.PILOT: ("reply-pilot", (done, title)),
        State.DONE: ("reply-done", (done, left_out, title)),
        State.PARTLY_DONE: ("reply-done", (done, left_out, title)),
        State.FAILED: ("reply-failed", (why, done, title)),
        State.CANCELLED: ("reply-cancelled", (done, title)),
        State.UNDONE: ("reply-undone", (title,)),
    }
    key, arguments = replies.get(filed.state, ("", ()))
    if not key:
        return None
    more = {
        "reply-partly": counts[ItemState.PARTLY], "reply-nominated": nominated(hub, filed),
        "reply-withheld": counts[ItemState.WITHHELD],
    }  # fmt: skip
    parts = [tongue.say(key, *arguments)]
    if filed.curtailed:
        parts.append(tongue.say(filed.curtailed))
    if filed.state in ENDED:
        parts += [tongue.say(key, tongue.say(counted, number)) for key, number in more.items() if number]
    return Wikitext(" ".join(parts))


def _answered(text: str, filed: StoredRequest, title: str, said: Wikitext | None, others: Collection[str]) -> str:
    """The page's text with the request's own parameters set and the reply below it; unchanged if it is not there."""
    calls = page_calls(text, REQUEST_TEMPLATE)
    index = _position(calls, filed, others)
    if index is None:
        return text
    call = calls[index]
    if fingerprint(call) != filed.fingerprint:
        late = language_of(filed).say("reply-changed-late")
        mark = f"{filed.text_id} late {fingerprint(call)[:12]}"
        text = _reply_below(text, REQUEST_TEMPLATE, index, framed(language_of(filed), late, mark))
    end = calls[index + 1].start if index + 1 < len(calls) else len(text)
    # The same mistake once more, or the same check.
    known = filed.state in {State.INVALID, State.CHECKED} and said and f"{said} " in text[call.end : end]
    if said and not known:
        mark = f"{filed.text_id} {filed.state} {_digest(filed, said)}"
        text = _reply_below(text, REQUEST_TEMPLATE, index, framed(language_of(filed), said, mark))
    if isinstance(call, BrokenCall):
        return text
    own = {"id": filed.text_id, "status": filed.state.value} | ({"report": title} if filed.reported else {})
    return text[: call.start] + set_parameters(call, own) + text[call.end :]


def _digest(filed: StoredRequest, said: Wikitext) -> str:
    return hashlib.sha256(f"{filed.fingerprint}{filed.plan}{said}".encode()).hexdigest()[:12]


def _position(calls: Sequence[Call], filed: StoredRequest, others: Collection[str]) -> int | None:
    """Which call is the request: the one with its number, if it still asks the same; else one that does and is free.

    `others`: the numbers of the requests that ask the same; each has a call, the first that stands under its number.
    """
    fixed = not may_be_changed(filed.state)
    named = [
        index
        for index, call in enumerate(calls)
        if call_id(call) == filed.text_id and (fixed or fingerprint(call) == filed.fingerprint)
    ]
    ids = [call_id(call) for call in calls]
    same = [
        index
        for index, call in enumerate(calls)
        if fingerprint(call) == filed.fingerprint and not (ids[index] in others and ids.index(ids[index]) == index)
    ]
    nameless = [index for index in same if not ids[index]]
    return next(iter(named or nameless or same), None)


def call_id(call: Call) -> str:
    """What stands in the call's `id`."""
    return call.parameters.get("id", "") if isinstance(call, TemplateCall) else ""


def _reply_below(text: str, template: str, index: int, said: Wikitext) -> str:
    """The text with the reply below its call number `index`, unless its mark shows that it is there."""
    if said[said.rindex(mark_start()) :] in text:
        return text
    calls = page_calls(text, template)
    following = calls[index + 1].start if index + 1 < len(calls) else None
    return reply(text, place_below(text, calls[index], following), said)


def say_displaced(hub: Hub, filed: StoredRequest, why: Message) -> None:
    """Say below the request, or where it was asked for, that its report is not in its place. May raise as `answer`."""
    wiki = hub.wikis[filed.wiki]
    report = report_page(wiki, filed.text_id)
    tongue = language_of(filed)
    saved = hub.ledger.last_read_revision(wiki.name, report)
    said = framed(tongue, tongue.say(why), f"{filed.text_id} {why.key} {_digest(filed, tongue.say(why))} {saved}")
    others = _others(hub, filed)

    def below(text: str) -> str:
        index = _position(page_calls(text, REQUEST_TEMPLATE), filed, others)
        return text if index is None else _reply_below(text, REQUEST_TEMPLATE, index, said)

    if filed.page == wiki.base:
        _amend_if_taken(wiki, filed.page, below, f"[[{report}]]", create=False)
    else:
        _append(hub, filed, filed.page, said)


# The answers on the talk page ------------------------------------------------------------------------------------


def _answer_reviews(hub: Hub, filed: StoredRequest) -> None:
    judged = [review for review in hub.ledger.open_reviews(filed) if review.verdict is not None]
    if not judged:
        return
    wiki = hub.wikis[filed.wiki]
    page = talk_page(report_page(wiki, filed.text_id))
    _amend_if_taken(
        wiki, page, lambda text: _with_verdicts(text, judged, language_of(filed)), f"[[{page}]]", create=False
    )
    for review in judged:
        hub.ledger.replied(review)


def _with_verdicts(text: str, reviews: Sequence[Review], tongue: Language) -> str:
    for review in reviews:
        calls = page_calls(text, REVIEW_TEMPLATE)
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


def _answer_words(hub: Hub, filed: StoredRequest) -> StoredRequest:
    """Where somebody wrote in plain words: tell the requester, at most once a day, and once how to answer."""
    if filed.heard is None:
        return filed
    tongue = language_of(filed)
    talk = talk_page(report_page(hub.wikis[filed.wiki], filed.text_id))
    [user] = filed.heard.arguments
    if filed.heard.key == "talk-how":
        answers = offered(filed.state, hub.ledger.counts(filed))
        buttons = answer_buttons(answers, talk, filed.plan, filed.text_id)
        said = Wikitext(f"{tongue.say(filed.heard)} {buttons}")
        _append(hub, filed, talk, framed(tongue, said, f"{filed.text_id} how to answer"))
    if user != filed.author:
        said = tongue.say("talk-heard", str(user), filed.text_id, talk)
        _tell_requester(hub, filed, said, f"{filed.text_id} heard {filed.fingerprint[:12]} {datetime.now(UTC).date()}")
    return hub.ledger.update_request(filed, heard=None)


# Elsewhere -------------------------------------------------------------------------------------------------------


def _give_notice(hub: Hub, filed: StoredRequest) -> StoredRequest:
    """Say on the report's talk page why an approval is void."""
    if filed.notice is None:
        return filed
    tongue = language_of(filed)
    title = talk_page(report_page(hub.wikis[filed.wiki], filed.text_id))
    said = framed(tongue, tongue.say(filed.notice), f"{filed.text_id} void {filed.fingerprint[:12]} {filed.slice}")
    _append(hub, filed, title, said)
    return hub.ledger.update_request(filed, notice=None)


def _notify(hub: Hub, filed: StoredRequest) -> None:
    """Tell the requester on their own talk page, which MediaWiki shows them, that something waits or is finished."""
    if filed.state not in {State.INVALID, *ENDED} or filed.author == hub.wikis[filed.wiki].account:
        return
    tongue = language_of(filed)
    waits = filed.state is State.INVALID
    page = filed.page if waits else report_page(hub.wikis[filed.wiki], filed.text_id)
    said = tongue.say("notify-waits" if waits else "notify-ended", filed.text_id, page)
    mark = f"{filed.text_id} {filed.state} {filed.fingerprint[:12]}"
    _tell_requester(hub, filed, said, mark)


def _tell_requester(hub: Hub, filed: StoredRequest, said: Wikitext, mark: str) -> None:
    tongue = language_of(filed)
    heading = tongue.say("notify-heading", filed.text_id)
    try:
        _append(hub, filed, f"User talk:{filed.author}", f"== {heading} ==\n{framed(tongue, said, mark)}")
    except WikiError as error:  # protected, say; the report and the request say it all the same
        _log.warning("%s: %s could not be notified: %r", filed.text_id, filed.author, error)


def _append(hub: Hub, filed: StoredRequest, title: str, said: str) -> None:
    """Put something at the end of a page, unless its mark shows that it is there."""
    mark = said[said.rindex(mark_start()) :]
    report = report_page(hub.wikis[filed.wiki], filed.text_id)
    _amend_if_taken(
        hub.wikis[filed.wiki],
        title,
        lambda text: text if mark in text else f"{text.rstrip()}\n\n{said}".lstrip(),
        f"[[{report}]]: {filed.state}",
    )


def _amend_if_taken(wiki: Wiki, title: str, change: Callable[[str], str], summary: str, *, create: bool = True) -> None:
    """As `edit_with_retry`; what the wiki will never take is left unsaid there, and the operators are told."""
    try:
        edit_with_retry(wiki, title, change, summary, create=create)
    except WikiError as error:
        if not refuses_text(error):
            raise
        _log.exception("%s was not written", title)
