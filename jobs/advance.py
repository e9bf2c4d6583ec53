"""The one thing a job does: take a request one slice further, and say so on the wiki."""

import logging
import time

from jobs.answer import answer
from jobs.executor import run_slice, settle
from jobs.hub import Hub, report_page, talk_page
from jobs.ledger import Superseded
from jobs.lifecycle import WORKING, IllegalMove, State
from jobs.outcomes import Later, Unanswered, WikiError
from jobs.planner import listing_changed, needs_no_review, plan_slice
from jobs.review import judge_reviews, read_reviews
from jobs.schema import Filed, ItemState
from jobs.stop import stopped
from jobs.undoing import settle_undone
from wikitext.messages import message

MAX_ATTEMPTS = 5
"""So many slices in a row that ended in a crash, and the request fails."""

_log = logging.getLogger(__name__)


def advance(hub: Hub, request: int) -> None:
    """Do the request's next slice. Bears being run twice at once, and again after it was killed anywhere."""
    filed = hub.ledger.begin_slice(request)
    if halt := _halted(hub, filed):
        _note_pause(hub, request, halt.seconds, filed.attempts - 1)
        return
    try:
        _catch_up(hub, filed)
        filed = answer(hub, _step(hub, judge_reviews(hub, filed)))
        hub.ledger.note(filed, attempts=0, slice=filed.slice + 1)
    except (Superseded, IllegalMove) as error:
        # Somebody edited the request, or another worker took it further, while this one looked at what it was.
        _log.info("%s went on meanwhile: %r", filed.text_id, error)
    except (WikiError, Unanswered) as error:
        seconds = _pause(filed.attempts)
        _log.warning("%s goes on in %d s: %r", filed.text_id, seconds, error)
        _note_pause(hub, request, seconds, min(filed.attempts, MAX_ATTEMPTS - 1))
    except Exception:
        _note_pause(hub, request, _pause(filed.attempts), filed.attempts)
        raise
    _log.info("%s is %s", filed.text_id, filed.state)


def _halted(hub: Hub, filed: Filed) -> Later | None:
    """Whether people stopped the bot on a wiki that the request is answered or carried out on."""
    for name in dict.fromkeys((filed.wiki, filed.target)):
        if name in hub.wikis and (halt := stopped(hub.wikis[name])):
            _log.warning("%s waits: somebody stopped the bot on %s", filed.text_id, name)
            return halt
    return None


def _catch_up(hub: Hub, filed: Filed) -> None:
    """Read what was said on the talk page since the watcher last did: somebody may want a pause. One request."""
    wiki = hub.wikis[filed.wiki]
    title = talk_page(report_page(wiki, filed.text_id))
    if filed.reported and wiki.latest([title]).get(title, 0) > hub.ledger.seen(filed.wiki, title):
        read_reviews(hub, filed)


def _step(hub: Hub, filed: Filed) -> Filed:
    if filed.state in WORKING and filed.attempts > MAX_ATTEMPTS:
        return hub.ledger.note(filed, state=State.FAILED, why=message("stopped-trouble", filed.text_id))
    match filed.state:
        case State.RECEIVED:
            filed = plan_slice(hub, filed)
            free = filed.state is State.PLANNED and needs_no_review(hub, filed)
            return hub.ledger.note(filed, state=State.APPROVED) if free else filed
        case State.APPROVED if listing_changed(hub, filed):
            notice = message("void-list")
            return hub.ledger.note(filed, state=State.RECEIVED, listed=False, plan="", approver="", notice=notice)
        case State.APPROVED | State.RUNNING:
            return run_slice(hub, filed)
        case State.CANCELLED:
            return settle_undone(hub, settle(hub, filed) if _on_its_way(hub, filed) else filed)
    return filed


def _on_its_way(hub: Hub, filed: Filed) -> bool:
    counts = hub.ledger.counts(filed)
    return bool(counts[ItemState.SENDING] or counts[ItemState.SENT])


def _pause(attempts: int) -> float:
    return 5.0 * 2.0 ** min(attempts - 1, 6)


def _note_pause(hub: Hub, request: int, seconds: float, attempts: int) -> None:
    hub.ledger.note(hub.ledger.get(request), not_before=time.time() + seconds, attempts=attempts)
