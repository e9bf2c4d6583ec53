"""What a queued job runs."""

import logging

from jobs.advance import advance as advance_request
from jobs.hub import Hub
from jobs.ledger import LedgerLocked
from jobs.queue import Dispatch

_log = logging.getLogger(__name__)

_process: tuple[Hub, Dispatch] | None = None


def serve(hub: Hub, queue: Dispatch) -> None:
    """Say what the jobs of this process, and of those it forks, work with."""
    global _process  # noqa: PLW0603 - RQ calls a function by its name; there is nothing else to carry it
    _process = (hub, queue)


def advance(request: int) -> None:
    """Take the request a slice further and, if the next move is the bot's again, queue the next."""
    if _process is None:
        raise RuntimeError("serve() was not called in this process")
    hub, queue = _process
    try:
        advance_request(hub, request)
        _queue_next(hub, queue, request)
    except LedgerLocked as error:
        _log.warning("H%d waits for the ledger: %s", request, error)


def _queue_next(hub: Hub, queue: Dispatch, request: int) -> None:
    for filed in hub.ledger.waiting():
        if filed.id == request:
            queue.put(filed.id, filed.slice)
