"""What runs until it is told to end: watch the wikis, work on what was asked, or both."""

import logging
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial

from bots import __version__, worker
from bots.cli.ends import away
from bots.cli.installation import check_pages
from bots.cli.opening import full_settings, named, opened, patience
from bots.events.changes import watched
from bots.events.ear import Ear, listening
from bots.mediawiki.session import close_connections, told_to_end
from bots.queue.own_queue import own_queue
from bots.queue.redis_queue import QueueUnreachable, RedisQueue
from bots.settings import Settings
from bots.telemetry import tell_operator
from bots.watcher import watch_and_tell
from bots.watcher_lease import alone
from jobs.context.hub import Hub
from jobs.io.errors import Unanswered, WikiError
from jobs.model.requests import StoredRequest
from jobs.model.states import WORKING
from jobs.slice import holder_prefix
from jobs.store.database import LedgerLocked
from jobs.store.overviews import Which

_log = logging.getLogger("cph")

_HEARTBEAT_SECONDS = 60.0
_IDLE_SECONDS = 60.0
_SETTLING_SECONDS = 1.0
"""After something is heard: until the wiki's own copies have it. Who saves again and again wakes nobody as often."""
_NAMED = 10
"""So many of many requests are named."""


def serve(command: str, *, once: bool) -> None:
    """Do what `watch`, `work` or `run` is for, until told to end; once: until there is nothing left to do."""
    settings, waiting = full_settings(), patience(once=once)
    with ExitStack() as stack:
        hub = stack.enter_context(opened(settings, waiting))
        if command != "work":
            is_watcher = waiting(lambda: stack.enter_context(alone(hub.ledger)))
            waiting(partial(check_pages, hub))
        own = command == "run" and not settings.redis
        address = stack.enter_context(own_queue()) if own else settings.redis or "redis://localhost:6379"
        queue = RedisQueue(address, settings.queue)
        stack.callback(queue.close)
        waiting(queue.reach)
        _log.info("%s", _started(command, settings, hub))
        if stranded := hub.ledger.stranded(*hub.wikis):
            _log.warning("%s", _waiting_for_wikis(stranded, hub))
        worker.serve(hub, queue)
        if command == "work":
            close_connections()
            waiting(partial(queue.work, once=once, killed=partial(_killed, hub), beat=_heartbeat(hub, "working")))
        else:
            look = partial(_look, hub, queue, is_watcher)
            on_wikis = watched((wiki.api, hub.wikis[wiki.name]) for wiki in settings.wikis)
            ear = stack.enter_context(listening(Ear(settings.events, settings.user_agent, on_wikis)))
            _watch(hub, queue, look, ear, settings.poll_seconds, once=once, working=command == "run")


def _started(command: str, settings: Settings, hub: Hub) -> str:
    """What an operator looks for first: which version, what it works at, what is open."""
    wikis = ", ".join(f"{wiki.name} ({wiki.api}, {wiki.base})" for wiki in settings.wikis)
    queue = named(settings.redis) if settings.redis else "the process's own"
    return (
        f"cph {command} {__version__} as {settings.account} on {wikis}; "
        f"ledger {named(settings.ledger)}; "
        f"queue {settings.queue} at {queue}; {hub.ledger.count_open()} requests open"
    )


def _waiting_for_wikis(stranded: Sequence[StoredRequest], hub: Hub) -> str:
    """What an operator is told who took a wiki out of the settings, or called it otherwise."""
    named = ", ".join(
        sorted({wiki for request in stranded for wiki in (request.wiki, request.target)} - set(hub.wikis))
    )
    first = ", ".join(request.text_id for request in stranded[:_NAMED])
    more = ", …" if len(stranded) > _NAMED else ""
    return f"{len(stranded)} open requests wait until CPH_WIKIS names {named} again: {first}{more}"


def _heartbeat(hub: Hub, doing: str) -> Callable[[], None]:
    """To be called again and again: says about once a minute that the process is alive."""
    told = time.monotonic()

    def beat() -> None:
        nonlocal told
        if time.monotonic() >= told + _HEARTBEAT_SECONDS:
            told = time.monotonic()
            with suppress(LedgerLocked):
                _log.info("%s; %d requests open", doing, hub.ledger.count_open())

    return beat


def _killed(hub: Hub, job: str, pid: int, ending: bool) -> None:  # noqa: FBT001 - as RQ's handler is called
    if ending:
        _log.info("%s: broken off, for this process ends; it will be gone on with", job)
    else:
        tell_operator(f"{job}: the process was killed; it will be tried again")
    with suppress(LedgerLocked):  # then the lease runs out by itself
        hub.ledger.free_from(holder_prefix(pid))


def _tried(call: Callable[[], int], said: set[str], *, once: bool) -> int:
    """What came of it; 0 where something is away, which is said unless it was `said`."""
    try:
        return call()
    except (WikiError, Unanswered, QueueUnreachable, LedgerLocked) as error:
        if (why := away(error)) not in said:
            _log.warning("%s", why)
        said.add(why)
        if once:
            raise
        return 0


def _look(hub: Hub, queue: RedisQueue, is_watcher: Callable[[], bool]) -> int:
    return watch_and_tell(hub, queue) if is_watcher() else 0


def _watch(
    hub: Hub, queue: RedisQueue, look: Callable[[], int], ear: Ear, seconds: float, *, once: bool, working: bool
) -> None:
    """Look, and look again after a while, until told to end. `working`: between two looks, do what is queued."""

    def end(*_: object) -> None:
        told_to_end.set()
        ear.heard.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    beat = _heartbeat(hub, "watching")
    while not told_to_end.is_set():
        ear.heard.clear()
        beat()
        said: set[str] = set()
        queued = _tried(look, said, once=once)
        worked = working and _tried(partial(queue.work_here, most=1), said, once=once)
        if once and not (working and (queued or worked)):
            return
        if not (worked or told_to_end.is_set()) and ear.heard.wait(pause(hub, ear, seconds)):
            told_to_end.wait(_SETTLING_SECONDS)


def pause(hub: Hub, ear: Ear, seconds: float) -> float:
    """How long until the next look, unless something is heard: longer where it would be, and the bot has nothing to do.

    What waits for a while, to be tried again, is queued by a look.
    """
    return max(seconds, _IDLE_SECONDS) if ear.is_quiet() and not _has_work(hub) else seconds


def _has_work(hub: Hub) -> bool:
    try:
        return any(hub.ledger.count_by_state(Which(states=WORKING)).values())
    except LedgerLocked:
        return True
