"""Says on the wiki what the ledger knows: the report, the request's own template, replies there and on talk pages.

Everything is worked out anew from what the page says at the moment, and nothing is written that stands there already;
so an answer whose fate is not known is simply given again.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from jobs.context.hub import Hub, report_page, talk_page
from jobs.context.pace import keep_pace_of_words
from jobs.context.undo_state import nominated
from jobs.intake.identity import KnownCall, assigned_answers, known_calls
from jobs.io.edit_page import edit_with_retry, refuses_text
from jobs.io.errors import WikiError
from jobs.io.wiki import Wiki
from jobs.kinds.registry import KINDS
from jobs.model.requests import ItemState, Review, ReviewComment, StoredRequest, language_of
from jobs.model.states import ENDED, Event, State
from jobs.reporting.report_contents import (
    check_current,
    progress_is_due,
    published_status,
    write_progress,
    write_report,
)
from jobs.reporting.unallowed_servers import policy_talk, servers_to_allow
from jobs.review.commands import REVIEW_TEMPLATE, offered
from jobs.review.request_page import own_call
from wikitext.answer_buttons import answer_buttons, server_buttons
from wikitext.discussion import place_below, reply
from wikitext.edits.splices import Splice, spliced
from wikitext.escape import Wikitext
from wikitext.messages import Language, Message, language, message
from wikitext.report_page import listed, mark_start
from wikitext.report_page import reply as framed
from wikitext.templates import Call, TemplateCall, page_calls, set_parameters

_log = logging.getLogger(__name__)


def publish(hub: Hub, request: StoredRequest) -> StoredRequest:
    """Bring the wiki up to date with the request, where it is not. May raise WikiError and Unanswered."""
    version, status = request.version, published_status(request)
    if not request.is_published:
        if request.reported or (request.listed and request.state is not State.RECEIVED):
            request = write_report(hub, request)
        _reply_to_request(hub, request)
        _notify(hub, request)
        _notify_taken_back(hub, request)
        request = hub.ledger.update_request(request, published_version=version, published_status=status)
    elif progress_is_due(hub, request):
        request = hub.ledger.update_request(write_progress(hub, request), published_status=status)
    _reply_to_answers(hub, request)
    return _give_notice(hub, _reply_to_words(hub, request))


# The request -----------------------------------------------------------------------------------------------------


def _reply_to_request(hub: Hub, request: StoredRequest) -> None:
    wiki = hub.wikis[request.wiki]
    title = report_page(wiki, request.text_id)
    summary = f"[[{title}]]: {request.state}"
    said = _said(hub, request, title, hub.ledger.counts(request))
    answered = partial(_with_reply, hub, request, title)
    for _ in range(3):  # all of it; that there is more to say; the state alone
        try:
            edit_with_retry(
                wiki, request.page, partial(answered, said=said), summary, create=False,
                before_save=partial(keep_pace_of_words, hub, wiki.name),
            )  # fmt: skip
        except WikiError as error:
            if not refuses_text(error):
                raise
            _log.exception("%s: the reply was refused", request.text_id)
            plainer = language_of(request).say("reply-refused", title, error.code)
            said = plainer if said and said != plainer else None
        else:
            return


_BARRED = frozenset({"problem-may-not-file", "problem-blocked"})
"""What no edit of the request mends."""


def _said(hub: Hub, request: StoredRequest, title: str, counts: Mapping[ItemState, int]) -> Wikitext | None:
    """What is said below the request on reaching its state; None: nothing, the status says it."""
    tongue = language_of(request)
    counted = KINDS[request.kind].counted if request.kind in KINDS else "count-files"
    done = tongue.say(counted, counts[ItemState.DONE])
    left_out = sum(counts[state] for state in (ItemState.REFUSED, ItemState.FAILED, ItemState.PLANNED))
    planned = tongue.say(counted, counts[ItemState.PLANNED])
    skipped = counts[ItemState.REFUSED] + counts[ItemState.WITHHELD]
    why = tongue.say(request.why or message("reason-none-done"))
    if request.state is State.INVALID and all(problem.why.key in _BARRED for problem in request.problems):
        return Wikitext(" ".join(tongue.say(problem.why) for problem in request.problems))
    if request.state is State.INVALID:
        points = [(problem.parameter, problem.why) for problem in request.problems]
        said = listed(tongue, message("reply-invalid", len(points)), points, message("reply-invalid-next"))
        servers = servers_to_allow(problem.why for problem in request.problems)
        asking = server_buttons(tongue, servers, policy_talk(hub, request))
        again = answer_buttons(["check again"] if request.look_again else [], talk_page(title), "", request.text_id)
        return Wikitext(" ".join(filter(None, (said, asking, again))))
    replies: dict[State, tuple[str, tuple[str | int, ...]]] = {
        State.PLANNED: ("reply-planned", (planned, skipped, title)),
        State.CHECKED: (
            ("reply-checked", (planned, skipped, title))
            if counts[ItemState.PLANNED]
            else ("reply-checked-nothing", (title,))
        ),
        State.PILOT: ("reply-pilot", (done, title)),
        State.PAUSED: ("reply-paused", (tongue.say(request.why) if request.why else "", title)),
        State.DONE: ("reply-done", (done, left_out, title)),
        State.PARTLY_DONE: ("reply-done", (done, left_out, title)),
        State.FAILED: ("reply-failed", (why, done, title)),
        State.CANCELLED: ("reply-cancelled", (done, title)),
        State.UNDONE: ("reply-undone", (title,)),
    }
    key, arguments = replies.get(request.state, ("", ()))
    if not key:
        return None
    more = {
        "reply-partly": counts[ItemState.PARTLY], "reply-nominated": nominated(hub, request),
        "reply-withheld": counts[ItemState.WITHHELD],
    }  # fmt: skip
    parts = [tongue.say(key, *arguments)]
    if request.curtailed:
        parts.append(tongue.say(request.curtailed))
    if request.state in ENDED:
        parts += [tongue.say(key, tongue.say(counted, number)) for key, number in more.items() if number]
    return Wikitext(" ".join(parts))


def _with_reply(hub: Hub, request: StoredRequest, title: str, text: str, said: Wikitext | None) -> str:
    """The page's text with the request's own parameters set and the reply below it; unchanged if it is not there."""
    check_current(hub, request)
    own = own_call(hub, request, text)
    if own is None:
        return text
    tongue = language_of(request)
    replies = []
    if own.fingerprint != request.fingerprint:
        mark = f"{request.text_id} late {own.fingerprint[:12]}"
        replies.append(framed(tongue, tongue.say("reply-changed-late"), mark))
    again: list[Splice] = []
    if said:
        new = framed(tongue, said, f"{request.text_id} {request.state} {_digest(request, said)}")
        same = request.state in {State.INVALID, State.CHECKED} and _same_reply(request, said, text, own)
        if not same:
            replies.append(new)
        elif not same[0].endswith(_mark(new)):
            again = [Splice(*same.span(), new[new.index(said) :])]
    return spliced(text, [*_parameters_set(request, title, own.call), *again, *_replies_below(text, own, replies)])


def _same_reply(request: StoredRequest, said: Wikitext, text: str, own: KnownCall) -> re.Match[str] | None:
    """The same mistake once more, or the same check, as said below the call already: from its words to its mark.

    It is signed anew where somebody changed the request, who sees so that it was read.
    """
    signed = rf"{re.escape(f'{said} ')}[^<\n]*</div>{re.escape(mark_start())}{request.text_id} [^<>\n]*-->"
    return re.compile(signed).search(text, own.call.end, own.until)


def _parameters_set(request: StoredRequest, title: str, call: Call) -> Iterator[Splice]:
    """The request's own parameters, set in its call; `title`: its report's."""
    if isinstance(call, TemplateCall):
        own = {"id": request.text_id, "status": request.state.value} | ({"report": title} if request.reported else {})
        yield Splice(call.start, call.end, set_parameters(call, own))


def _digest(request: StoredRequest, said: Wikitext) -> str:
    return hashlib.sha256(f"{request.fingerprint}{request.plan}{said}".encode()).hexdigest()[:12]


def _replies_below(text: str, known: KnownCall, replies: Sequence[Wikitext]) -> Iterator[Splice]:
    """Puts those of the replies below a call whose marks do not show that they are there."""
    if new := [said for said in replies if _mark(said) not in text]:
        yield reply(text, place_below(text, known.call, known.until), "\n".join(new))


def _mark(said: str) -> str:
    """What tells that a reply is there."""
    return said[said.rindex(mark_start()) :]


def say_displaced(hub: Hub, request: StoredRequest, why: Message) -> None:
    """Say below the request, or where it was asked for, that its report is not in its place. May raise as `publish`."""
    wiki = hub.wikis[request.wiki]
    report = report_page(wiki, request.text_id)
    tongue = language_of(request)
    saved = hub.ledger.last_read_revision(wiki.name, report)
    said = framed(tongue, tongue.say(why), f"{request.text_id} {why.key} {_digest(request, tongue.say(why))} {saved}")

    def below(text: str) -> str:
        own = own_call(hub, request, text)
        return text if own is None else spliced(text, [*_replies_below(text, own, [said])])

    if request.page == wiki.base:
        _amend_if_taken(hub, wiki, request.page, below, f"[[{report}]]", create=False)
    else:
        _append(hub, request, request.page, said)


# The answers on the talk page ------------------------------------------------------------------------------------


def _reply_to_answers(hub: Hub, request: StoredRequest) -> None:
    """Reply below each answer: to the requester in their language, to others in the wiki's, which they are to know."""
    tongue, wiki = language_of(request), hub.wikis[request.wiki]
    judged = [(review, review.verdict) for review in hub.ledger.open_reviews(request) if review.verdict is not None]
    page = talk_page(report_page(wiki, request.text_id))
    standing = [
        (review, framed(theirs, theirs.say(verdict), f"review {review.id}"))
        for review, verdict in judged
        if review.said.revision
        for theirs in [tongue if review.said.user == request.author else language(wiki.siteinfo().language)]
    ]
    if standing:
        change = partial(_with_verdicts, hub, wiki.name, page, standing)
        _amend_if_taken(hub, wiki, page, change, f"[[{page}]]", create=False)
    for review, verdict in judged:
        if not review.said.revision:
            said = _steered(tongue, review.said, verdict, wiki.account)
            _append(hub, request, page, framed(tongue, said, f"review {review.id}"))
        hub.ledger.replied(review)


def _steered(tongue: Language, said: ReviewComment, verdict: Message, account: str) -> Wikitext:
    """What is said of an answer that stands on no page."""
    answer = tongue.say(f"answer-{said.answer}")
    if said.user == account:
        return tongue.say("steered-by-operator", answer)
    return Wikitext(f"{tongue.say('steered', said.user, answer)} {tongue.say(verdict)}")


def _with_verdicts(hub: Hub, wiki: str, page: str, judged: Sequence[tuple[Review, Wikitext]], text: str) -> str:
    """The text of a talk page with the reply to each judged answer below it, where none stands there yet."""
    calls = [call for call in known_calls(text, page_calls(text, REVIEW_TEMPLATE), page) if _is_open(text, call)]
    missing = [(review.said, said) for review, said in judged if _mark(said) not in text]
    speakers = hub.ledger.first_speakers(wiki, {call.saying for call in calls})
    answered = assigned_answers(calls, [answer for answer, _ in missing], speakers)
    placed = sorted(answered.items(), key=lambda one: one[1].call.start)
    return spliced(text, [splice for one, call in placed for splice in _replies_below(text, call, [missing[one][1]])])


def _is_open(text: str, answer: KnownCall) -> bool:
    """Whether no reply of the bot's stands between this answer and the next."""
    return mark_start() not in text[answer.call.end : answer.until]


def _reply_to_words(hub: Hub, request: StoredRequest) -> StoredRequest:
    """Where somebody wrote in plain words: tell the requester, at most once a day, and once how to answer."""
    if request.heard is None:
        return request
    tongue = language_of(request)
    talk = talk_page(report_page(hub.wikis[request.wiki], request.text_id))
    [user] = request.heard.arguments
    if request.heard.key == "talk-how":
        answers = offered(request.state, hub.ledger.counts(request))
        buttons = answer_buttons(answers, talk, request.plan, request.text_id)
        said = Wikitext(f"{tongue.say(request.heard)} {buttons}")
        _append(hub, request, talk, framed(tongue, said, f"{request.text_id} how to answer"))
    if user != request.author:
        said = tongue.say("talk-heard", str(user), request.text_id, talk)
        _tell_requester(
            hub, request, said, f"{request.text_id} heard {request.fingerprint[:12]} {datetime.now(UTC).date()}"
        )
    return hub.ledger.update_request(request, heard=None)


# Elsewhere -------------------------------------------------------------------------------------------------------


def _give_notice(hub: Hub, request: StoredRequest) -> StoredRequest:
    """Say on the report's talk page why an approval is void."""
    if request.notice is None:
        return request
    tongue = language_of(request)
    title = talk_page(report_page(hub.wikis[request.wiki], request.text_id))
    said = framed(
        tongue, tongue.say(request.notice), f"{request.text_id} void {request.fingerprint[:12]} {request.slice}"
    )
    _append(hub, request, title, said)
    return hub.ledger.update_request(request, notice=None)


def _notify(hub: Hub, request: StoredRequest) -> None:
    """Tell the requester on their own talk page, which MediaWiki shows them, that something waits or is finished."""
    if request.state not in {State.INVALID, *ENDED} or request.author == hub.wikis[request.wiki].account:
        return
    tongue = language_of(request)
    waits = request.state is State.INVALID
    page = request.page if waits else report_page(hub.wikis[request.wiki], request.text_id)
    said = tongue.say("notify-waits" if waits else "notify-ended", request.text_id, page)
    mark = f"{request.text_id} {request.state} {_occasion(hub, request) if waits else request.fingerprint[:12]}"
    _tell_requester(hub, request, said, mark)


def _occasion(hub: Hub, request: StoredRequest) -> str:
    """What tells that somebody who is mending their request, edit by edit, has been told today that it waits."""
    planned = sum(entry.event == Event.PLAN for entry in hub.ledger.history(request))
    page = hashlib.sha256(request.page.encode()).hexdigest()[:8]
    return f"{page} {planned} {datetime.now(UTC).date()}"


def _notify_taken_back(hub: Hub, undo: StoredRequest) -> None:
    """Tell the requester of what was taken back in part; of the whole they are told when it is undone."""
    rows = hub.ledger.counts(undo)[ItemState.DONE] if undo.undoes and undo.state in ENDED else 0
    original = hub.ledger.get(undo.undoes) if rows else undo
    if not rows or original.state is State.UNDONE or original.author in {undo.author, hub.wikis[undo.wiki].account}:
        return
    wiki = hub.wikis[original.wiki]
    by, report = (report_page(wiki, one.text_id) for one in (undo, original))
    said = language_of(original).say("notify-taken-back", original.text_id, rows, by, undo.text_id, report)
    _tell_requester(hub, original, said, f"{original.text_id} in part {undo.fingerprint[:12]} {rows}")


def _tell_requester(hub: Hub, request: StoredRequest, said: Wikitext, mark: str) -> None:
    tongue = language_of(request)
    heading = tongue.say("notify-heading", request.text_id)
    try:
        _append(hub, request, f"User talk:{request.author}", f"== {heading} ==\n{framed(tongue, said, mark)}")
    except WikiError as error:  # protected, say; the report and the request say it all the same
        _log.warning("%s: %s could not be notified: %r", request.text_id, request.author, error)


def _append(hub: Hub, request: StoredRequest, title: str, said: str) -> None:
    """Put something at the end of a page, unless its mark shows that it is there."""
    mark = _mark(said)
    report = report_page(hub.wikis[request.wiki], request.text_id)
    _amend_if_taken(
        hub,
        hub.wikis[request.wiki],
        title,
        lambda text: text if mark in text else f"{text.rstrip()}\n\n{said}".lstrip(),
        f"[[{report}]]: {request.state}",
    )


def _amend_if_taken(
    hub: Hub, wiki: Wiki, title: str, change: Callable[[str], str], summary: str, *, create: bool = True
) -> None:
    """As `edit_with_retry`; what the wiki will never take is left unsaid there, and the operators are told."""
    pace = partial(keep_pace_of_words, hub, wiki.name)
    try:
        edit_with_retry(wiki, title, change, summary, create=create, before_save=pace)
    except WikiError as error:
        if not refuses_text(error):
            raise
        _log.exception("%s was not written", title)
