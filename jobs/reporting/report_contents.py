"""The report page of a request: what the ledger knows of it, and what the wiki says of a few of its pages."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from jobs.actions.registry import type_of
from jobs.context.hub import Hub, link_prefix, report_page, talk_page
from jobs.context.moved_pages import displaced
from jobs.context.pace import keep_pace_of_words, seconds_apart
from jobs.context.tracking import WAITING, waiting_category
from jobs.context.undo_state import Fate, fates, nominated
from jobs.intake.parse import Request, read_request
from jobs.io.edit_page import edit_with_retry, refuses_text
from jobs.io.errors import WikiError
from jobs.io.revisions import older_texts, reworked
from jobs.io.wiki import Wiki
from jobs.kinds.registry import KINDS
from jobs.model.actions import Action, Edit, Upload
from jobs.model.pace import WriteKind
from jobs.model.requests import THERE, Item, ItemState, StoredRequest, language_of
from jobs.model.rows import read_rows, written_rows
from jobs.model.states import ENDED, PREVIEWED, WORKING, State
from jobs.model.structured_data.filedata import said
from jobs.model.undo_effects import nominates
from jobs.planning.planner import check_of
from jobs.reporting.unallowed_servers import policy_talk, servers_to_allow
from jobs.review.commands import offered
from jobs.store.database import Superseded
from wikitext.diffs import diff_table
from wikitext.edits import spliced
from wikitext.escape import Wikitext, without_addresses
from wikitext.filepage import sections
from wikitext.messages import Language, Message, message
from wikitext.report_page import GALLERY, SAMPLES, Difference, Progress, Report, Sample, report_pages
from wikitext.tables import FileToCome, Row

_log = logging.getLogger(__name__)

BYTES_A_SECOND = 2e6
"""What a forecast reckons with before the bot has a pace of its own on the wiki."""

PROGRESS_SECONDS = 30.0
"""A report is not written more often than that, but for a new state."""

_SLOW_SECONDS = 300.0
_STEP = 0.05
"""Nor before so large a part more is done, unless that takes longer than `_SLOW_SECONDS`."""

_ITEM_ORDER = (
    ItemState.FAILED,
    ItemState.PARTLY,
    ItemState.REFUSED,
    ItemState.WITHHELD,
    ItemState.SENDING,
    ItemState.SENT,
    ItemState.PLANNED,
    ItemState.READ,
    ItemState.DONE,
)
_LEFT = (ItemState.PLANNED, ItemState.SENDING, ItemState.SENT)


def published_status(request: StoredRequest) -> str:
    """What the report shows of where the request is: its state and what it waits for."""
    return f"{request.state}: {request.why.key}" if request.why and request.state in WORKING else request.state.value


def progress_is_due(hub: Hub, request: StoredRequest) -> bool:
    """Whether the report of a request that is under way should be written again."""
    checking = request.state is State.RECEIVED and request.listed
    if not (checking or request.state is State.RUNNING) or time.time() < request.reported + PROGRESS_SECONDS:
        return False
    counts = hub.ledger.counts(request)
    if checking and not request.reported:
        return counts[ItemState.READ] > _MANY_ROWS
    step = _finished(counts) - request.published_items
    slow = time.time() > request.reported + _SLOW_SECONDS
    much = not checking and step >= _STEP * _total(counts)
    return published_status(request) != request.published_status or slow or much


_MANY_ROWS = 100
"""A list with more rows has a report while it is checked; others are checked before anyone would read it."""


def _total(counts: Mapping[ItemState, int]) -> int:
    return sum(counts[state] for state in (*_LEFT, *_FINISHED))


_FINISHED = (*THERE, ItemState.FAILED)


def _finished(counts: Mapping[ItemState, int]) -> int:
    return sum(counts[state] for state in _FINISHED)


def write_report(hub: Hub, request: StoredRequest) -> StoredRequest:
    """Bring the report's pages up to date.

    May raise WikiError, Unanswered, and Superseded where another process has gone on with the request, or people have
    moved the report: what is not written there is not told yet.
    """
    return _write(hub, request, None)


def write_progress(hub: Hub, request: StoredRequest) -> StoredRequest:
    """As `write_report`, but for the further pages: of 100,000 rows there are 200, and all change at each step."""
    return _write(hub, request, 1)


def _write(hub: Hub, request: StoredRequest, most: int | None) -> StoredRequest:
    if moved := displaced(hub, request):
        raise Superseded(f"{request.text_id} has no report in its place: {moved.key}")
    if not request.reported:
        # Before the first page is saved: who is killed after it leaves a page that must be kept up to date.
        request = hub.ledger.update_request(request, reported=time.time())
    wiki = hub.wikis[request.wiki]
    title = report_page(wiki, request.text_id)
    counts = hub.ledger.counts(request)
    language = language_of(request)
    became = fates(hub, request)
    rows = () if request.state is State.RECEIVED else _rows(hub, request, became)
    report = _report(hub, request, title, counts, became)
    curtailed: Message | None = None
    pages = report_pages(language, report, talk_page(title), rows)
    for number, text in enumerate(islice(pages, most), 1):
        page = title if number == 1 else f"{title}/{number}"
        revision, refusal = _save(hub, request, page, text, report)
        if refusal:
            curtailed = message("reply-curtailed", refusal.code)
        if number == 1 and revision:
            hub.ledger.mark_read(wiki.name, title, revision)
        # What runs without review is shown first when it is approved: answers name that plan, too.
        if number == 1 and (request.state is State.PLANNED or (request.plan and not request.previewed)):
            request = hub.ledger.update_request(request, previewed=revision)
    now, finished = time.time(), _finished(counts)
    return hub.ledger.update_request(request, reported=now, published_items=finished, curtailed=curtailed)


def check_current(hub: Hub, request: StoredRequest) -> None:
    """Raises Superseded if the request has gone on: who slept writes nothing old over what is new."""
    now = hub.ledger.get(request.id)
    if (now.version, now.state, now.plan) != (request.version, request.state, request.plan):
        raise Superseded(f"{request.text_id} has something else to report")


def _save(hub: Hub, request: StoredRequest, page: str, text: Wikitext, report: Report) -> tuple[int, WikiError | None]:
    """Save a page of the report, with as much of it as the wiki takes; its revision, and what the wiki said to more.

    Left out are the addresses on the spam blacklist, then all addresses, then all that is the partner's; at once where
    a filter only warned, for what is sent again is taken.
    """
    wiki, language = hub.wikis[request.wiki], language_of(request)
    summary = f"[[{report.page}]]: {report.status}"
    refusal: WikiError | None = None
    removed = language.say("report-address-removed")
    for attempt in range(4):
        if refusal and attempt < 3 and refusal.code != _WARNED:
            text = without_addresses(text, refusal.blocked_by if attempt == 1 else (), removed)
        elif refusal:
            text = next(report_pages(language, _bare(report, refusal), talk_page(report.page), ()))
        try:
            change = _to(text, partial(check_current, hub, request))
            pace = partial(keep_pace_of_words, hub, wiki.name)
            return edit_with_retry(wiki, page, change, summary, before_save=pace), refusal
        except WikiError as error:
            if not refuses_text(error):
                raise
            refusal = error
    _log.error("%s cannot be written: %r", page, refusal)
    return 0, refusal


def _to(text: Wikitext, check: Callable[[], None]) -> Callable[[str], str]:
    def change(_old: str) -> str:
        check()
        return text

    return change


_WARNED = "abusefilter-warning"


def _bare(report: Report, refusal: WikiError) -> Report:
    """The report without anything that is from a partner: states and numbers."""
    return replace(
        report, parameters={}, samples=(), gallery=(), differences=(), problems=(), questions=(), check=None,
        why=message("report-curtailed", refusal.code),
    )  # fmt: skip


def _report(
    hub: Hub, request: StoredRequest, title: str, counts: Mapping[ItemState, int], became: Mapping[int, Fate]
) -> Report:
    items = _examples(hub, request)
    uploads = [item.action for item in items if isinstance(item.action, Upload)]
    under_way = request.state in WORKING and request.state is not State.RECEIVED
    kind, size = KINDS.get(request.kind), _size(hub, request)
    writes = WriteKind.UPLOAD if uploads else WriteKind.EDIT
    return Report(
        id=request.text_id,
        status=request.state,
        page=title,
        requested=request.page,
        author=request.author,
        approver=request.approver,
        parameters=request.parameters,
        plan=request.plan,
        planned=counts[ItemState.PLANNED],
        refused=counts[ItemState.REFUSED] + counts[ItemState.WITHHELD],
        size=size,
        seconds=_forecast(hub, request, counts[ItemState.PLANNED], size, writes),
        check=check_of(hub, request) if request.state in _CHECKED else None,
        checked=_checked(request, counts),
        samples=[_sample(action, language_of(request)) for action in uploads if not action.replaces],
        gallery=[action.title for action in uploads] if _shows_done(request) else [],
        progress=_progress(request, counts) if request.started or request.state is State.APPROVED else None,
        why=request.why,
        problems=[(problem.parameter, problem.why) for problem in request.problems],
        time=time.strftime("%Y-%m-%d %H:%M", time.gmtime()),
        prefix=link_prefix(request),
        counted=kind.counted if kind else "count-files",
        questions=request.questions,
        differences=list(_differences(hub, request, items, language_of(request))),
        answers=offered(request.state, counts),
        before=hub.ledger.count_working(request) if under_way else None,
        undoes=report_page(hub.wikis[request.wiki], f"H{request.undoes}") if request.undoes else "",
        undone_by=[
            (
                report_page(hub.wikis[request.wiki], undo.text_id),
                written_rows(read_rows(undo.parameters.get("items", ""))),
            )
            for undo in hub.ledger.undone_by(request)
        ],
        nominated=nominated(hub, request) + sum(fate.how == "nominated" for fate in became.values()),
        category=waiting_category(hub, request) if request.state in WAITING else "",
        servers=servers_to_allow(_refusals(hub, request)),
        policy_talk=policy_talk(hub, request),
    )


def _forecast(hub: Hub, request: StoredRequest, items: int, size: int, writes: WriteKind) -> float:
    """How many seconds so many items are likely to take."""
    kind = KINDS.get(request.kind)
    if kind is None or not items:
        return 0.0
    return max(items * kind.seconds_an_item + size / BYTES_A_SECOND, items * seconds_apart(hub, request.target, writes))


def _refusals(hub: Hub, request: StoredRequest) -> Iterator[Message]:
    """Why the request, or rows of it, cannot be done as they are."""
    yield from (problem.why for problem in request.problems)
    if request.state in _CHECKED:
        yield from (item.why for item in hub.ledger.items(request, ItemState.REFUSED) if item.why)


_CHECKED = (State.RECEIVED, State.INVALID, *PREVIEWED)


def _checked(request: StoredRequest, counts: Mapping[ItemState, int]) -> tuple[int, int] | None:
    """How many rows of how many have been looked at, while they are."""
    total = sum(counts.values())
    return (total - counts[ItemState.READ], total) if request.state is State.RECEIVED else None


def _size(hub: Hub, request: StoredRequest) -> int:
    """Bytes to be sent; asked of each action before they are."""
    if request.state not in PREVIEWED:
        return 0
    actions = (item.action for item in hub.ledger.items(request, ItemState.PLANNED))
    return sum(action.bytes_to_send for action in actions if action)


def _shows_done(request: StoredRequest) -> bool:
    return request.state not in {*PREVIEWED, State.APPROVED, State.INVALID, State.RECEIVED}


def _examples(hub: Hub, request: StoredRequest) -> list[Item]:
    """The items that are shown: the first ones of the plan or, once some are done, of those."""
    state = ItemState.DONE if _shows_done(request) else ItemState.PLANNED
    return [item for item in hub.ledger.next_items(request, {state}, GALLERY) if item.action and not item.why]


def _sample(action: Upload, language: Language) -> Sample:
    described, rest = sections(Wikitext(action.text))
    picture = action.picture
    return Sample(
        action.title, described, action.url, rest, action.categories,
        action.title.rpartition(".")[2], action.size,
        (picture.width, picture.height) if picture else None, picture is not None and picture.orientation != 1,
        said(action.data, language),
    )  # fmt: skip


def _differences(hub: Hub, request: StoredRequest, items: Sequence[Item], language: Language) -> Iterator[Difference]:
    """The wiki's own diffs of the first edits; a page that is gone or hidden is passed over."""
    wiki = hub.wikis[request.target]
    edits = [(item, item.action) for item in items if isinstance(item.action, Edit)][:SAMPLES]
    planned = not _shows_done(request)
    now = wiki.texts([action.title for _, action in edits]) if planned and edits else {}
    older = older_texts(wiki, [action.change for _, action in edits]) if planned else {}
    heads = language.say("report-before"), language.say("report-after")
    for item, action in edits:
        sides: tuple[int, int | str] | None = None
        if not planned:
            sides = (item.parent, item.revision) if item.parent and item.revision else None
        elif (page := now.get(action.title)) and page.text is not None:
            sides = page.id, spliced(page.text, reworked(action.change, page.text, older) or ())
        if sides and (html := _difference(wiki, *sides)):
            yield Difference(action.title, diff_table(html, *heads))


def _difference(wiki: Wiki, before: int, after: int | str) -> str:
    try:
        return wiki.difference(before, after)
    except WikiError:  # hidden or deleted since
        return ""


def _progress(request: StoredRequest, counts: Mapping[ItemState, int]) -> Progress:
    done, partly, failed = (counts[state] for state in _FINISHED)
    left = sum(counts[state] for state in _LEFT)
    seconds = None
    if request.state is State.RUNNING and left and done + partly:
        seconds = round((time.time() - request.started) / _finished(counts) * left)
    return Progress(done, failed, _finished(counts) + left, seconds, partly)


def _rows(hub: Hub, request: StoredRequest, became: Mapping[int, Fate]) -> Iterator[Row]:
    """Every item, those that need a person's eye first."""
    parsed = read_request(request.parameters)
    preview = request.state in PREVIEWED
    for state in _ITEM_ORDER:
        for item in hub.ledger.items(request, state):
            shown = "untried" if request.state in ENDED and state is ItemState.PLANNED else state.value
            action = item.action
            title = action.title if action else item.record.get("page", "")
            changes = action.shown if isinstance(action, Edit) else ()
            fate = _fate(hub, became.get(item.row))
            yield Row(
                item.row, title, shown, item.revision, item.why, _does(request, action), changes, fate,
                called="" if action or not isinstance(parsed, Request) else _called(parsed, item),
                file=_to_come(action) if preview and isinstance(action, Upload) else None,
            )  # fmt: skip


def _called(parsed: Request, item: Item) -> str:
    return parsed.kind.called(parsed.parameters, item.record)


def _to_come(action: Upload) -> FileToCome:
    """What a reviewer wants to know of a file that is to come; of a new version that is where its bytes are."""
    described, license_ = sections(Wikitext(action.text))
    return FileToCome(action.url, license_, described)


def _fate(hub: Hub, fate: Fate | None) -> Sequence[Message]:
    """What became of an item since, in words."""
    if fate is None:
        return ()
    said = message(f"undone-{fate.how}", report_page(hub.wikis[fate.by.wiki], fate.by.text_id), fate.by.text_id)
    return (said, fate.why) if fate.why else (said,)


def _does(request: StoredRequest, action: Action | None) -> Message | None:
    """What is done to the page, where that is said in words."""
    if nominates(request, action):
        return message("does-nominate")
    return type_of(action).does(action, language_of(request)) if action else None
