"""The bot's own state on each wiki, on a page beside the requests; and once a week what was done, waits and failed.

Cheap for any number of items: what is counted here the ledger has counted already. Nothing is written where it stands
there already, so an edit whose answer was lost is not made twice, whichever process comes next.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from jobs.context.hub import Hub, report_page
from jobs.context.pace import keep_pace_of_words
from jobs.context.stop import is_moved, stop_page, stopped
from jobs.io.edit_page import edit_with_retry, refuses_text
from jobs.io.errors import Unanswered, WikiError
from jobs.io.wiki import Wiki
from jobs.kinds.registry import KINDS
from jobs.model.requests import ItemState, StoredRequest
from jobs.model.states import ENDED, WORKING, State
from jobs.store.moments import DAY, is_over
from jobs.store.overviews import Overview, Which
from wikitext.escape import Wikitext
from wikitext.messages import Language, Message, language, message
from wikitext.report_page import mark_start
from wikitext.status_page import Digest, Done, Failure, Group, Named, Status, digest_text, essence, status_text

LOOK_SECONDS = 300.0
"""Between two looks at what the page would say; so often at the most it is written."""
_WEEK = 7 * DAY
_HOUR = 3600
_NEWEST = 5
_NAMED = 20
"""Of the requests that wait, or that failed, so many are named."""

_OPEN = tuple(state for state in State if state not in {*ENDED, State.CHECKED})
_PEOPLES_MOVE = (State.INVALID, State.PLANNED, State.PILOT, State.PAUSED)

_log = logging.getLogger(__name__)


def status_page(wiki: Wiki) -> str:
    """The title of the page on which the bot says how it is."""
    return f"{wiki.base}/Status"


def digest_page(wiki: Wiki) -> str:
    """The title of the page with the weekly digest."""
    return f"{status_page(wiki)}/Digest"


def show_status(hub: Hub) -> None:
    """Bring both pages up to date on every wiki where it is time for that; a wiki that does not let it is passed over.

    While people stop every write on a wiki nothing is written there: the last status and the stop page tell enough.
    """
    for wiki in hub.wikis.values():
        if _is_time(hub, wiki):
            try:
                _show(hub, wiki)
            except (WikiError, Unanswered) as error:
                _log.warning("%s on %s: %s", status_page(wiki), wiki.name, error)


def _is_time(hub: Hub, wiki: Wiki) -> bool:
    """Whether it is; and note that it was, so that what fails now is not tried again at once."""
    now, title = time.time(), status_page(wiki)
    looked, _, mark = hub.ledger.kept_text(wiki.name, title).partition(" ")
    if not is_over(float(looked or 0) + LOOK_SECONDS, now, LOOK_SECONDS):
        return False
    hub.ledger.mark_read(wiki.name, title, 0, f"{now} {mark}")
    return True


def _show(hub: Hub, wiki: Wiki) -> None:
    if stopped(wiki):
        return
    now, tongue = time.time(), language(wiki.siteinfo().language)
    _show_digest(hub, wiki, tongue, _last_week(now))
    title, (_, mark) = status_page(wiki), _told_status(hub, wiki, tongue)
    if hub.ledger.kept_text(wiki.name, title).partition(" ")[2] != mark:
        _write(hub, wiki, title, partial(_told_status, hub, wiki, tongue))
        hub.ledger.mark_read(wiki.name, title, 0, f"{now} {mark}")


def _told_status(hub: Hub, wiki: Wiki, tongue: Language) -> tuple[Wikitext, str]:
    """What is to stand there now, and its mark: another once an hour at least, to show that the bot is alive."""
    status = _status(hub, wiki, now := time.time())
    return status_text(tongue, status), f"status {essence(status)} {int(now // _HOUR)}"


def _show_digest(hub: Hub, wiki: Wiki, tongue: Language, start: float) -> None:
    title = digest_page(wiki)
    written = hub.ledger.last_read_revision(wiki.name, title)
    if _is_digest_due(hub.ledger.kept_text(wiki.name, title), start):
        digest = _digest(hub, wiki, start)
        if digest.ended or digest.waits:
            written = _write(hub, wiki, title, lambda: (digest_text(tongue, digest), f"digest {digest.first}"))
        hub.ledger.mark_read(wiki.name, title, written, str(start))


def _write(hub: Hub, wiki: Wiki, title: str, tell: Callable[[], tuple[Wikitext, str]]) -> int:
    """Write the page, unless its mark tells that it was written already; its revision, 0 where the wiki refuses it.

    `tell`: the text and its mark, asked for when the page was read, or who was kept from saving it would say what was.
    Raises WikiError and Unanswered.
    """

    def changed(old: str) -> str:
        text, mark = tell()
        marked = f"{mark_start()}{mark} -->"
        return old if marked in old else f"{text}{marked}"

    try:
        pace = partial(keep_pace_of_words, hub, wiki.name)
        return edit_with_retry(wiki, title, changed, f"[[{title}]]", before_save=pace)
    except WikiError as error:
        if not refuses_text(error):
            raise
        _log.warning("%s on %s was refused: %s", title, wiki.name, error)
        return 0


# How it is -------------------------------------------------------------------------------------------------------


def _status(hub: Hub, wiki: Wiki, now: float) -> Status:
    counts = hub.ledger.count_by_state(Which(wiki=wiki.name))
    last = hub.ledger.last_reported(wiki.name)
    return Status(
        base=wiki.base,
        working=any(counts[state] for state in WORKING),
        notes=(*_moved(hub, wiki), *_stopped_elsewhere(hub, wiki)),
        open={state: _group(hub, wiki, state, counts[state]) for state in _OPEN if counts[state]},
        digest=digest_page(wiki) if hub.ledger.last_read_revision(wiki.name, digest_page(wiki)) else "",
        last=(report_page(wiki, last.text_id), _minute(last.reported)) if last else None,
        time=_minute(now),
    )


def _moved(hub: Hub, wiki: Wiki) -> Iterator[Message]:
    if is_moved(hub, wiki):
        yield message("moved-away", wiki.base)


def _stopped_elsewhere(hub: Hub, wiki: Wiki) -> Iterator[Message]:
    """By whom the bot is stopped on the other wikis, where requests of this one may be carried out."""
    for other in hub.wikis.values():
        title = stop_page(other)
        if other is not wiki and stopped(other) and (page := other.page(title)):
            yield message("now-stopped", other.name, page.user, f"{other.name}:{title}")


def _group(hub: Hub, wiki: Wiki, state: State, number: int) -> Group:
    newest = hub.ledger.overview(Which(states=(state,), wiki=wiki.name), most=_NEWEST)
    return Group(number, [_named(wiki, one.request) for one in newest])


def _named(wiki: Wiki, request: StoredRequest) -> Named:
    """What is told of on its report, or on the request page before it has one."""
    page = report_page(wiki, request.text_id) if request.reported else request.page
    return Named(request.text_id, page, request.why)


def _minute(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(moment))


# What came of a week ---------------------------------------------------------------------------------------------


def _last_week(now: float) -> float:
    """When the week before this one began: on a Monday, by UTC, which knows no summer."""
    day = int(now // DAY)
    return (day - (day + 3) % 7) * DAY - _WEEK  # 1 January 1970 was a Thursday


def _is_digest_due(kept: str, start: float) -> bool:
    """Whether there is none of that week yet; `kept`: when the last one began, perhaps by a clock that was wrong."""
    last = float(kept or 0)
    return start > last or last > start + _WEEK


def _digest(hub: Hub, wiki: Wiki, start: float) -> Digest:
    found = list(_ended(hub, wiki, start))
    waits = hub.ledger.overview(Which(states=_PEOPLES_MOVE, wiki=wiki.name), most=_NAMED)
    return Digest(
        base=wiki.base,
        first=_minute(start)[:10],
        last=_minute(start + _WEEK - 1)[:10],
        ended=_by_partner(wiki, found),
        waits=[(_named(wiki, one.request), one.request.state.value) for one in waits],
        failed=list(_failures(wiki, found))[:_NAMED],
    )


def _ended(hub: Hub, wiki: Wiki, start: float) -> Iterator[Overview]:
    which = Which(states=tuple(ENDED), wiki=wiki.name, since=start, until=start + _WEEK)
    before = 0
    while found := hub.ledger.overview(which, before):
        yield from found
        before = found[-1].request.id


def _by_partner(wiki: Wiki, found: Sequence[Overview]) -> dict[str, Done]:
    """What was done of these, the newest first; also of what was cancelled or failed later on."""
    done: defaultdict[str, Done] = defaultdict(Done)
    for one in found:
        request, whom = one.request, done[_partner(one.request)]
        items = one.counts[ItemState.DONE] + one.counts[ItemState.PARTLY]
        there = items if request.state is not State.UNDONE else 0
        files = request.kind in KINDS and KINDS[request.kind].counted == "count-files"
        more = {"files": whom.files + there} if files else {"pages": whom.pages + there}
        newest = [*whom.newest, (_named(wiki, request), request.state.value)][:_NEWEST]
        done[_partner(request)] = replace(whom, requests=whom.requests + 1, newest=newest, **more)
    return dict(done)


def _partner(request: StoredRequest) -> str:
    return request.parameters.get("partner", "") or request.author


def _failures(wiki: Wiki, found: Sequence[Overview]) -> Iterator[Failure]:
    """Those of which something was to be done, and was not; what people cancelled did not fail."""
    for one in found:
        left = one.counts[ItemState.PLANNED] if one.request.state is State.FAILED else 0
        rows = one.counts[ItemState.FAILED] + left
        if rows or one.request.state is State.FAILED:
            yield Failure(_named(wiki, one.request), one.request.state.value, rows)
