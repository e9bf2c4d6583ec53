"""The one thing a job does: take a request one slice further, and say so on the wiki."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event as Signal
from threading import Thread
from uuid import uuid4

from jobs.context.doing import cost, doing
from jobs.context.hub import ROUND_ITEMS, Hub, link_prefix, report_page, talk_page
from jobs.context.moved_pages import displaced
from jobs.context.permissions import Bar, bar_to_filing
from jobs.context.stop import STOPPED_SECONDS, is_moved, stopped
from jobs.execution.run import help_slice, leave_open, look_up_rest, run_slice
from jobs.io.disk import is_full, is_gone
from jobs.io.errors import Unanswered, Unreached, WikiError, classify_error, is_passing
from jobs.model.actions import Action
from jobs.model.outcomes import Later
from jobs.model.requests import ItemState, StoredRequest
from jobs.model.states import ENDED, LOOKED_AT, UNSTOPPED, WORKING, Event, IllegalMove, State
from jobs.planning.list_watch import listing_changed, look_again, without_changed_rows
from jobs.planning.planner import let_run, plan_slice, with_list_problems
from jobs.reporting.replies import publish
from jobs.review.commands import judge_reviews, read_reviews
from jobs.store.database import LedgerLocked, Superseded
from jobs.store.hands import LEASE_SECONDS, holder_prefix
from jobs.store.moments import is_list_due, until
from wikitext.escape import plain
from wikitext.messages import Message, language, message

MAX_ATTEMPTS = 8
"""So many slices in a row that ended in a crash with nothing done, and the request fails."""

_LOOKS = 3
"""So many more slices that crashed while they looked up what was on its way, and it is told that it is not known."""

_LONGEST_PAUSE = 60.0
_PUBLISH_WAITS = (0.5, 1.5, 4.0)
"""Seconds before it is tried again to say on the wiki what was done."""

_log = logging.getLogger(__name__)


def advance(hub: Hub, number: int, hand: int = 0) -> None:
    """Do the next slice of the request with this number.

    Hand 0 plans it, judges answers, reports and ends it; other hands only carry out items beside that one. It may be
    run twice at once, and again after it was killed at any point: nothing is done twice, nothing lost.
    """
    holder = f"{holder_prefix(os.getpid())}{uuid4().hex[:8]}"
    request = hub.ledger.begin_slice(number, hand, holder)
    if request is None:
        _log.info("H%d, hand %d: another process is at it", number, hand)
        return
    # Others keep from it meanwhile; a process that is killed keeps it no longer than the lease.
    with doing(request=request.text_id), renewed(partial(hub.ledger.hold, holder)):
        _surely(hub, request, partial(_advance if hand == 0 else _help, hub, request, holder))


@contextmanager
def renewed(hold: Callable[[float], None]) -> Iterator[None]:
    """Have `hold` called, with the seconds that it is for, as often as it takes meanwhile, and with 0 at the end."""
    over = Signal()

    def renew() -> None:
        while not over.wait(LEASE_SECONDS / 3):
            with suppress(LedgerLocked):
                hold(LEASE_SECONDS)

    thread = Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        hold(0)


def _advance(hub: Hub, request: StoredRequest, holder: str) -> StoredRequest:
    if halt := _halted(hub, request):
        _note_pause(hub, request.id, halt.seconds, request.attempts - 1, halt.why)
        return request
    if request.why and request.state in UNSTOPPED:  # what it waited for is over
        request = hub.ledger.update_unstopped(request, why=None)
    _catch_up(hub, request)
    request = judge_reviews(hub, request)
    # Before a slice is carried out: somebody may want the button that pauses it.
    if request.state in {State.APPROVED, State.RUNNING} and not request.is_published:
        request = _publish(hub, request)
    request = _publish(hub, _step(hub, request, holder))
    return hub.ledger.update_request(request, attempts=0, slice=request.slice + 1)


def _help(hub: Hub, request: StoredRequest, holder: str) -> StoredRequest:
    """Carry out items beside the hand that does all else; whatever is in the way, that one deals with."""
    if _halted(hub, request) or bar_to_filing(hub, request, _next_actions(hub, request)):
        return hub.ledger.update_request(request, hands=1)
    return help_slice(hub, request, holder)


def _surely(hub: Hub, request: StoredRequest, work: Callable[[], StoredRequest]) -> None:
    """Do this; whatever comes of it, the request goes on."""
    number = request.id
    try:
        request = work()
    except (Superseded, IllegalMove) as error:
        # Somebody edited the request, or another worker took it further, while this one looked at what it was.
        _log.info("%s went on meanwhile: %r", request.text_id, error)
    except (WikiError, Unanswered) as error:
        passing = classify_error(error)
        why = passing.why if isinstance(passing, Later) else None
        seconds = _wait(hub, number, error.retry_after or 0, why)
        _log.warning("%s goes on in %d s: %s", request.text_id, seconds, error)
    except LedgerLocked:
        with suppress(LedgerLocked):
            _wait(hub, number)
        raise
    except Exception as error:
        if not (is_full(error) or is_gone(error, hub.spool.folder)):
            _note_pause(hub, number, _pause(request.attempts), request.attempts)
            raise
        seconds = _wait(hub, number)
        told = "%s goes on in %d s: the folder for large files, %s, cannot be written to: %s"
        _log.error(told, request.text_id, seconds, hub.spool.folder, error)
        with suppress(OSError):
            hub.spool.folder.mkdir(parents=True, exist_ok=True)
    _log.info("%s is %s%s", request.text_id, request.state, _because(request), extra=cost())


def _because(request: StoredRequest) -> str:
    """Why the request does not go on, in English, for the operator."""
    told = [(one.parameter, plain(language("en").say(one.why))) for one in request.reasons]
    said = " ".join(f"{about}: {why}" if about else why for about, why in told)
    return f": {said}" if said else ""


def _halted(hub: Hub, request: StoredRequest) -> Later | None:
    """Whether people stopped the bot on a wiki that the request is answered or carried out on, or are not heard."""
    if is_moved(hub, hub.wikis[request.wiki]):
        _log.warning("%s waits: the request page is not at %s", request.text_id, hub.wikis[request.wiki].base)
        return Later(STOPPED_SECONDS, message("moved-away", hub.wikis[request.wiki].base))
    for name in dict.fromkeys((request.wiki, request.target)):
        prefix = link_prefix(request) if name == request.target else ""
        if name in hub.wikis and (halt := stopped(hub.wikis[name], prefix)):
            _log.warning("%s waits for %s", request.text_id, name)
            return halt
    if why := displaced(hub, request):
        _log.warning("%s waits: %s", request.text_id, language("en").say(why))
        return Later(STOPPED_SECONDS, why)
    return None


def _catch_up(hub: Hub, request: StoredRequest) -> None:
    """Read what was said on the talk page since the watcher last did: somebody may want a pause. One request."""
    wiki = hub.wikis[request.wiki]
    title = talk_page(report_page(wiki, request.text_id))
    if request.reported and wiki.latest([title]).get(title, 0) > hub.ledger.last_read_revision(request.wiki, title):
        read_reviews(hub, request)


def _step(hub: Hub, request: StoredRequest, holder: str) -> StoredRequest:
    if request.state in WORKING and request.attempts > MAX_ATTEMPTS:
        request = hub.ledger.move(request, Event.FAIL, why=message("stopped-trouble", request.text_id))
    match request.state:
        case State.RECEIVED:
            request = plan_slice(hub, request)
            return let_run(hub, request) if request.state is State.PLANNED else request
        case State.APPROVED | State.RUNNING:
            request = _go_on(hub, request, holder)
        case State.INVALID if not request.is_published and request.attempts <= MAX_ATTEMPTS:
            return with_list_problems(hub, request)
        case state if state in LOOKED_AT and is_list_due(request.look_again, request.asked):
            return look_again(hub, request)
    if request.state in ENDED and _on_its_way(hub, request):
        return (look_up_rest if request.attempts <= MAX_ATTEMPTS + _LOOKS else leave_open)(hub, request, holder)
    return request


def _publish(hub: Hub, request: StoredRequest) -> StoredRequest:
    """What was done is done; that a page could not be saved on a bad line is no reason to let the whole wait."""
    for wait in _PUBLISH_WAITS:
        try:
            return publish(hub, request)
        except (WikiError, Unanswered) as error:
            if isinstance(error, Unreached) or not is_passing(error) or (error.retry_after or 0) > wait:
                raise
            _log.info("%s is to be answered once more: %s", request.text_id, error)
            time.sleep(wait)
            request = hub.ledger.get(request.id)
    return publish(hub, request)


def _go_on(hub: Hub, request: StoredRequest, holder: str) -> StoredRequest:
    if bar := bar_to_filing(hub, request, _next_actions(hub, request)):
        return _stop(hub, request, bar)
    if request.state is State.APPROVED:
        if listing_changed(hub, request):
            return hub.ledger.move(request, Event.RECEIVE, notice=message("void-list"))
        request = hub.ledger.update_request(request, look_again=0.0)
    elif request.look_again:
        request = without_changed_rows(hub, request)
    return request if request.state is State.PAUSED else run_slice(hub, request, holder)


def _next_actions(hub: Hub, request: StoredRequest) -> Iterator[Action]:
    items = hub.ledger.next_items(request, {ItemState.SENDING, ItemState.PLANNED}, ROUND_ITEMS)
    return (item.action for item in items if item.action)


def _stop(hub: Hub, request: StoredRequest, bar: Bar) -> StoredRequest:
    """A block may end, and then somebody says `resume`; who has lost the right may have it for good."""
    if bar is Bar.BLOCKED:
        return hub.ledger.move(request, Event.PAUSE, why=message("why-blocked", request.author))
    return hub.ledger.move(request, Event.FAIL, why=message("stopped-right-lost", request.author))


def _on_its_way(hub: Hub, request: StoredRequest) -> bool:
    counts = hub.ledger.counts(request)
    return bool(counts[ItemState.SENDING] or counts[ItemState.SENT])


def _pause(attempts: int) -> float:
    return min(5.0 * 2.0 ** max(attempts - 1, 0), _LONGEST_PAUSE)


def _wait(hub: Hub, number: int, least: float = 0.0, why: Message | None = None) -> float:
    """Have the request wait, however often it did before; returns for how many seconds."""
    attempts = hub.ledger.get(number).attempts
    seconds = max(_pause(attempts), least)
    _note_pause(hub, number, seconds, min(attempts, MAX_ATTEMPTS - 1), why)
    return seconds


def _note_pause(hub: Hub, number: int, seconds: float, attempts: int, why: Message | None = None) -> None:
    """Have it wait. `why`: for what, which takes the place of no reason that people have the next move."""
    with suppress(Superseded):  # somebody changed it at this very moment: what it asks now is not to wait
        request = hub.ledger.update_request(hub.ledger.get(number), not_before=until(seconds), attempts=attempts)
        if request.why != why:
            hub.ledger.update_unstopped(request, why=why)
