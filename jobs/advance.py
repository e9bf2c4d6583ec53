"""The one thing a job does: take a request one slice further, and say so on the wiki."""

import logging
import time

from jobs.answer import answer
from jobs.executor import run_slice
from jobs.hub import Hub
from jobs.ledger import Superseded
from jobs.lifecycle import WORKING, IllegalMove, State
from jobs.outcomes import Unanswered, WikiError
from jobs.planner import plan_slice
from jobs.review import judge_reviews
from jobs.schema import Filed
from jobs.stop import stopped
from wikitext.messages import message

MAX_ATTEMPTS = 5
"""So many slices in a row that ended in a crash, and the request fails."""

_log = logging.getLogger(__name__)


def advance(hub: Hub, request: int) -> None:
    """Do the request's next slice. Bears being run twice at once, and again after it was killed anywhere."""
    filed = hub.ledger.begin_slice(request)
    if halt := stopped(hub.wikis[filed.wiki]):
        _log.warning("%s waits: somebody stopped the bot on %s", filed.text_id, filed.wiki)
        _note_pause(hub, request, halt.seconds, filed.attempts - 1)
        return
    try:
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


def _step(hub: Hub, filed: Filed) -> Filed:
    if filed.state in WORKING and filed.attempts > MAX_ATTEMPTS:
        return hub.ledger.note(filed, state=State.FAILED, why=message("stopped-trouble", filed.text_id))
    if filed.state is State.RECEIVED:
        return plan_slice(hub, filed)
    if filed.state in {State.APPROVED, State.RUNNING}:
        return run_slice(hub, filed)
    return filed


def _pause(attempts: int) -> float:
    return 5.0 * 2.0 ** min(attempts - 1, 6)


def _note_pause(hub: Hub, request: int, seconds: float, attempts: int) -> None:
    hub.ledger.note(hub.ledger.get(request), not_before=time.time() + seconds, attempts=attempts)
