"""What is asked of a wiki again where it stands: what only reads, and what surely took no effect."""

import logging

import tenacity

from bots.ending import told_to_end
from jobs.context.figures import count
from jobs.io.errors import Unanswered, WikiError, is_passing, without_effect
from jobs.model.figures import WaitedSeconds

_READ_TRIES, WRITE_TRIES = 5, 3
_LONGEST_READ_WAIT, _LONGEST_WRITE_WAIT = 30.0, 3.0
"""Seconds that are waited here, where the wiki names a time; a write's are few, for somebody may stop the bot."""

_log = logging.getLogger(__name__)


def tries(action: str, wiki: str, *, reads: bool) -> tenacity.Retrying:
    """How often something is asked here, and what is waited in between."""
    longest = _LONGEST_READ_WAIT if reads else _LONGEST_WRITE_WAIT
    jitter = tenacity.wait_exponential(multiplier=0.2, max=3) + tenacity.wait_random(0, 0.3)

    def again(error: BaseException) -> bool:
        if not isinstance(error, WikiError | Unanswered) or (error.retry_after or 0) > longest:
            return False
        return without_effect(error) or (reads and is_passing(error))

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        named = error.retry_after if isinstance(error, WikiError | Unanswered) else None
        return max(named or 0.0, jitter(state))

    def say(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        _log.info("%s on %s is tried again: %r", action, wiki, error)
        count(WaitedSeconds(wiki, outcome(error)), state.next_action.sleep if state.next_action else 0.0)

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(again),
        stop=tenacity.stop_after_attempt(_READ_TRIES if reads else WRITE_TRIES)
        | tenacity.stop_when_event_set(told_to_end),
        wait=wait,
        sleep=tenacity.sleep_using_event(told_to_end),
        before_sleep=say,
        reraise=True,
    )


def outcome(error: BaseException | None) -> str:
    """What is counted of a request: the error's code, or that there was no answer."""
    return error.code if isinstance(error, WikiError) else "unanswered"
