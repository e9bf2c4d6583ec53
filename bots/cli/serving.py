"""What runs until it is told to end: watch the wikis, work on what was asked, or both."""

import gc
import logging
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial

from bots import worker
from bots.cli.ends import away
from bots.cli.installation import check_pages
from bots.cli.opening import full_settings, named, opened_to_serve, patience
from bots.ending import is_ending, told_to_end, when_told
from bots.events.changes import watched
from bots.events.ear import Ear, listening
from bots.heartbeat import Heartbeat
from bots.mediawiki.session import close_connections
from bots.mediawiki.site import MediaWiki
from bots.queue.own_queue import own_queue
from bots.queue.redis_queue import QueueUnreachable, RedisQueue
from bots.sentry import CHECK_IN_SECONDS, check_in
from bots.settings import Settings
from bots.telemetry import tell_operator
from bots.watcher import watch_and_tell
from bots.watcher_lease import alone
from jobs import __version__
from jobs.context.doing import doing
from jobs.context.figures import count, note_figures
from jobs.context.hub import Hub
from jobs.io.errors import Unanswered, WikiError
from jobs.model.figures import Polls
from jobs.model.requests import StoredRequest
from jobs.model.states import WORKING
from jobs.slice import renewed
from jobs.store.database import LedgerLocked
from jobs.store.hands import holder_prefix
from jobs.store.overviews import Which

_log = logging.getLogger("cph")

_DOING = {"watch": "watching", "work": "working", "run": "watching"}
_IDLE_SECONDS = 60.0
_SESSION_SECONDS = 1800.0
"""Half of what a session lives that nobody uses (Manual:$wgObjectCacheSessionExpiry)."""
_SETTLING_SECONDS = 1.0
"""After something is heard: until the wiki's own copies have it. Who saves again and again wakes nobody as often."""
_NAMED = 10
"""So many of many requests are named."""


def serve(command: str, *, once: bool) -> None:
    """Do what `watch`, `work` or `run` is for, until told to end; once: until there is nothing left to do."""
    when_told(sys.exit)
    settings, waiting = full_settings(), patience(once=once)
    heartbeat = Heartbeat(settings.heartbeat)
    with ExitStack() as stack:
        heartbeat.beat()
        with renewed(lambda _: heartbeat.beat()):  # however long something is waited for
            hub, wikis = stack.enter_context(opened_to_serve(settings, waiting))
            if command != "work":
                is_watcher = waiting(lambda: stack.enter_context(alone(hub.ledger)))
                waiting(partial(check_pages, hub))
            own = command == "run" and not settings.redis
            address = stack.enter_context(own_queue()) if own else settings.redis or "redis://localhost:6379"
            queue = RedisQueue(address, settings.queue)
            stack.callback(queue.close)
            waiting(queue.reach)
            waiting(partial(_tell_start, command, settings, hub))
        if command == "work":
            worker.serve(replace(hub, is_wanted=is_ending), queue)
            close_connections()
            beat = _beat(hub, heartbeat, command)
            fresh = stay_logged_in(wikis, heartbeat.beat)
            waiting(partial(_work, queue, once=once, killed=partial(_killed, hub), beat=beat, before_job=fresh))
        else:
            look = partial(_look, hub, queue, is_watcher)
            on_wikis = watched((wiki.api, hub.wikis[wiki.name]) for wiki in settings.wikis)
            ear = stack.enter_context(listening(Ear(settings.events, settings.user_agent, on_wikis)))
            beat = _beat(hub, heartbeat, command)
            wait = partial(pause, hub, ear, settings.poll_seconds)
            rounds = _Rounds(ear, settings.poll_seconds)
            worker.serve(replace(hub, is_wanted=rounds.is_due), queue)
            _watch(queue, look, beat, rounds, wait, once=once, working=command == "run")


def _tell_start(command: str, settings: Settings, hub: Hub) -> None:
    _log.info("%s", _started(command, settings, hub))
    if stranded := hub.ledger.stranded(*hub.wikis):
        _log.warning("%s", _waiting_for_wikis(stranded, hub))


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


def _beat(hub: Hub, heartbeat: Heartbeat, command: str) -> Callable[[], None]:
    """To be called again and again, as long as the process gets on: of that others are told about once a minute."""
    told = -math.inf

    def beat() -> None:
        nonlocal told
        heartbeat.beat()
        if time.monotonic() >= told + CHECK_IN_SECONDS:
            told = time.monotonic()
            check_in(f"cph-{command}")
            with suppress(LedgerLocked):
                note_figures(hub.ledger)
                _log.info("%s; %d requests open", _DOING[command], hub.ledger.count_open())

    return beat


def stay_logged_in(
    wikis: Mapping[str, MediaWiki], beat: Callable[[], None], every: float = _SESSION_SECONDS
) -> Callable[[], None]:
    """To be called before each job: its process has this one's session, and what it logs in anew ends with it.

    A wiki that does not answer keeps no job from its turn. `beat`: called however long that takes; `every`: in seconds.
    """
    asked = time.monotonic()

    def see_to_it() -> None:
        nonlocal asked
        if time.monotonic() < asked + every:
            return
        with renewed(lambda _: beat()):
            for wiki in wikis.values():
                with suppress(WikiError, Unanswered, LedgerLocked):
                    wiki.log_in()
        close_connections()
        asked = time.monotonic()

    return see_to_it


def _work(
    queue: RedisQueue, *, once: bool, killed: Callable[[str, int, bool], None], beat: Callable[[], None],
    before_job: Callable[[], None],
) -> None:  # fmt: skip
    beat()  # the queue may be away again and again
    queue.work(once=once, killed=killed, beat=beat, before_job=before_job)


def _killed(hub: Hub, job: str, pid: int, ending: bool) -> None:  # noqa: FBT001 - as RQ's handler is called
    if ending:
        _log.info("%s: broken off, for this process ends; it will be gone on with", job)
    else:
        with doing(request=job):
            tell_operator("%s: the process was killed; it will be tried again", job)
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
        gc.collect()  # errors hold frames in cycles, half a megabyte each, and the collector is lazy (`bots.__main__`)
        if once:
            raise
        return 0


def _look(hub: Hub, queue: RedisQueue, is_watcher: Callable[[], bool]) -> int:
    if not is_watcher():
        return 0
    try:
        return watch_and_tell(hub, queue, lambda wiki: count(Polls(wiki.name)))
    finally:
        with suppress(LedgerLocked):
            note_figures(hub.ledger)


def _watch(
    queue: RedisQueue, look: Callable[[], int], beat: Callable[[], None], rounds: "_Rounds", wait: Callable[[], float],
    *, once: bool, working: bool,
) -> None:  # fmt: skip
    """Look, and look again after a while, until told to end. `working`: between two looks, do what is queued."""
    when_told(rounds.heard.set)
    while not told_to_end.is_set():
        rounds.begin()
        beat()
        said: set[str] = set()
        queued = _tried(look, said, once=once)
        worked = working and _tried(partial(queue.work_here, most=1), said, once=once)
        if once and not (working and (queued or worked)):
            return
        if not (worked or told_to_end.is_set()) and rounds.heard.wait(wait()):
            told_to_end.wait(_SETTLING_SECONDS)


class _Rounds:
    """When the wikis are to be looked at again by a process that also does slices."""

    def __init__(self, ear: Ear, seconds: float) -> None:
        self.heard = ear.heard
        self._seconds = seconds
        self._due = 0.0

    def begin(self) -> None:
        """They are looked at now."""
        self.heard.clear()
        self._due = time.monotonic() + self._seconds

    def is_due(self) -> bool:
        """Whether something was heard, the process was told to end, or enough time has passed."""
        return told_to_end.is_set() or self.heard.is_set() or time.monotonic() >= self._due


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
