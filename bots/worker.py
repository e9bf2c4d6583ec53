"""What a queued job runs."""

from jobs.advance import advance as advance_request
from jobs.hub import Hub
from jobs.queue import Dispatch

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
    advance_request(hub, request)
    for filed in hub.ledger.waiting():
        if filed.id == request:
            queue.put(filed.id, filed.slice)
