"""What a queued job runs."""

import logging
from contextlib import suppress

from bots.queue.redis_queue import RedisQueue
from bots.queue.turns import in_turn
from jobs.context.figures import note_figures
from jobs.context.hub import Hub
from jobs.model.states import State
from jobs.slice import advance as advance_request
from jobs.store.database import LedgerLocked

_log = logging.getLogger(__name__)

_process: tuple[Hub, RedisQueue] | None = None


def serve(hub: Hub, queue: RedisQueue) -> None:
    """Say what the jobs of this process, and of those it forks, work with."""
    global _process  # noqa: PLW0603 - RQ calls a function by its name; there is nothing else to carry it
    _process = (hub, queue)


def advance(number: int, hand: int) -> None:
    """Have a hand take the request a slice further, and queue whose turn is next."""
    if _process is None:
        raise RuntimeError("serve() was not called in this process")
    hub, queue = _process
    try:
        if not _is_for_others(hub, number):
            advance_request(hub, number, hand)
        for turn in in_turn(hub.ledger.waiting(*hub.wikis)):
            queue.put(turn)
    except LedgerLocked as error:
        _log.warning("H%d waits for the ledger: %s", number, error)
    finally:
        with suppress(LedgerLocked):
            note_figures(hub.ledger)


def _is_for_others(hub: Hub, number: int) -> bool:
    """Whether the request needs wikis that this process was not told of; the next look at the wikis queues it again."""
    request = hub.ledger.get(number)
    needed = {request.wiki} if request.state in _NAMING_ANY else {request.wiki, request.target}
    if lacking := needed - {*hub.wikis}:
        told = "%s is left to a process whose CPH_WIKIS names %s too: give all processes the same"
        _log.warning(told, request.text_id, ", ".join(sorted(lacking)))
    return bool(lacking)


_NAMING_ANY = frozenset({State.RECEIVED, State.INVALID, State.CANCELLED})
"""What was not planned may name any wiki: it is told so."""
