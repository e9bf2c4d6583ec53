"""The `cph` command: watch the wikis, work on what was asked, or both."""

import argparse
import gc
import logging
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import tenacity
from pydantic import ValidationError
from pydantic_settings import SettingsError

from bots import worker
from bots.cli.check import check_file
from bots.cli.history import NoSuchRequest, history
from bots.cli.pages import NoRequestPage, check_pages, install_pages
from bots.cli.undo import NotUndone, undo
from bots.mediawiki.session import close_connections, configure
from bots.mediawiki.site import MediaWiki
from bots.queue.own_queue import NoOwnQueue, own_queue
from bots.queue.redis_queue import QueueUnreachable, RedisQueue
from bots.settings import LedgerSettings, Settings
from bots.telemetry import set_up_logging, set_up_sentry, tell_operator
from bots.watcher import watch
from bots.watcher_lease import Watched, alone
from jobs.context.hub import Hub
from jobs.io.errors import Unanswered, WikiError, is_passing
from jobs.io.http import Limits, Web
from jobs.model.requests import StoredRequest
from jobs.slice import holder_prefix
from jobs.store.database import LedgerLocked, LedgerUnusable
from jobs.store.ledger import Ledger
from jobs.store.migration import latest_version
from wikitext.filepage import TEMPLATES

_log = logging.getLogger("cph")

_TRIES_ONCE = 3
_HEARTBEAT_SECONDS = 60.0
_NAMED = 10
"""So many of many requests are named."""
_SERVES = frozenset({"watch", "work", "run"})
_ASKS_NO_WIKI = frozenset({"history", "migrate"})


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    gc.set_threshold(50_000, 20, 20)  # of the time that a page full of braces takes, two thirds were the collector's
    command = _parser().parse_args(arguments)
    if command.command == "check":
        return check_file(command.file, command.template, command.sheet, command.language)
    try:
        settings = LedgerSettings() if command.command in _ASKS_NO_WIKI else Settings()
    except ValidationError as error:
        sys.stderr.write(f"cph: the environment is not right: {'; '.join(map(_wrong, error.errors()))}\n")
        return 2
    except SettingsError as error:
        sys.stderr.write(f"cph: a setting is not the JSON that it has to be: {error}; {error.__cause__}\n")
        return 2
    set_up_logging(settings.secrets)
    set_up_sentry(settings.sentry_dsn, settings.secrets)
    try:
        if isinstance(settings, Settings):
            _do(command, settings, _patience(once=command.command not in _SERVES or command.once))
        else:
            _do_with_ledger(command, settings)
    except _ENDS as error:
        said, status = _end(error, settings)
        _log.error("%s", said)
        return status
    return 0


def _do_with_ledger(command: argparse.Namespace, settings: LedgerSettings) -> None:
    if command.command == "migrate":
        _patience(once=False, told_to_end=1)(Ledger, settings.ledger).close()
        _log.info("the ledger %s has version %s of its tables", _ledger_named(settings), latest_version())
        return
    backend, _, file = settings.ledger.partition(":///")
    if backend.startswith("sqlite") and "?" not in file and not Path(file).exists():
        raise LedgerUnusable(f"there is no file {file}")
    print(history(_patience(once=True)(Ledger, settings.ledger), command.request))


def _do(command: argparse.Namespace, settings: Settings, patience: tenacity.Retrying) -> None:
    with opened(settings, patience) as hub:
        if command.command == "pages":
            install_pages(hub.wikis)
        elif command.command == "undo":
            print(undo(hub, command.request, command.items, command.reason, now=command.now))
        else:
            _serve(command.command, settings, hub, patience, once=command.once)


def _end(error: Exception, settings: LedgerSettings) -> tuple[str, int]:
    """What an operator is told of what ends the program, and its exit status: 2 where a setting is wrong."""
    if isinstance(error, WikiError) and error.code == "notloggedin":  # what a session says that could not log in
        return f"the wiki lets nobody in with CPH_LOGIN and CPH_PASSWORD, as CPH_ACCOUNT: {error}", 2
    if isinstance(error, LedgerUnusable):
        return f"the ledger cannot be opened; is CPH_LEDGER its address? ({error})", 2
    if isinstance(error, Watched):
        ledger = _ledger_named(settings)
        return f"{error} watches for the ledger {ledger} already; end that first, or set another CPH_LEDGER", 2
    if isinstance(error, NoRequestPage):
        return f"{error}; is its base in CPH_WIKIS right? “cph pages” makes the pages that a wiki needs", 2
    if isinstance(error, QueueUnreachable):
        return f"the queue cannot be reached; is CPH_REDIS its address? ({error})", 1
    return _away(error), 2 if isinstance(error, NoOwnQueue) else 1


def _away(error: BaseException | None) -> str:
    """What is not there for now, or why else it does not go on."""
    if isinstance(error, LedgerLocked):
        return f"another process has the ledger to itself, or it is away, full or read-only: {error}"
    if isinstance(error, QueueUnreachable):
        return f"the queue cannot be reached: {error}"
    return f"the wiki does not answer: {error}" if isinstance(error, Unanswered) else str(error)


_ENDS = (
    WikiError, Unanswered, NotUndone, LedgerLocked, LedgerUnusable, QueueUnreachable, Watched, NoRequestPage,
    NoOwnQueue, NoSuchRequest,
)  # fmt: skip
"""What ends the program with a sentence."""

_HINTS = {
    "login": "write the name of a bot password, Account@app (Special:BotPasswords)",
    "api": "write the whole address of the wiki's api.php",
    "redis": "write a whole address, as redis://127.0.0.1:6379",
}


def _wrong(detail: Any) -> str:
    """What is the matter with one setting, under its variable's name; never its value, which may be a secret."""
    variable, *where = map(str, detail["loc"])
    within = f" ({', '.join(where)})" if where else ""
    said = detail["msg"].removeprefix("Value error, ")
    hint = _HINTS.get((where or [variable])[-1], said) if detail["type"] != "missing" else "it is missing"
    return f"CPH_{variable.upper()}{within}: {hint}"


def _patience(*, once: bool, told_to_end: int = 0) -> tenacity.Retrying:
    """Calls what may find a wiki, the queue or the ledger away, again and again (once: a few times), and says so.

    `told_to_end`: the exit status where that happens meanwhile.
    """

    def passes(error: BaseException) -> bool:
        wiki = isinstance(error, WikiError | Unanswered) and is_passing(error)
        return wiki or isinstance(error, QueueUnreachable | LedgerLocked)

    def say(state: tenacity.RetryCallState) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            # Nothing is at work that would have to be ended first.
            signal.signal(number, lambda *_: sys.exit(told_to_end))
        seconds = state.next_action.sleep if state.next_action else 0
        _log.warning("tried again in %d s: %s", seconds, _away(state.outcome.exception() if state.outcome else None))

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(passes),
        stop=tenacity.stop_after_attempt(_TRIES_ONCE) if once else tenacity.stop_never,
        wait=tenacity.wait_exponential(multiplier=1, max=3 if once else 30) + tenacity.wait_random(0, 1),
        before_sleep=say,
        reraise=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cph", description=__doc__)
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('content-partnerships-hub')}")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in {
        "watch": "notice requests and answers on the wikis, and queue the work",
        "work": "do what is queued",
        "run": "both in one process, with a queue of its own unless CPH_REDIS names one",
    }.items():
        commands.add_parser(name, help=what).add_argument(
            "--once", action="store_true", help="end when there is nothing left to do"
        )
    commands.add_parser(
        "pages", help="write the templates and forms that the wikis need; the account needs the right to"
    )
    commands.add_parser("migrate", help="bring the ledger to this version, as the others do when they start")
    examine = commands.add_parser("check", help="say what a list in a file is read as; no wiki is asked")
    examine.add_argument("file")
    examine.add_argument("--template", choices=TEMPLATES, default="Artwork", help="(%(default)s)")
    examine.add_argument("--sheet", default="", help="of a workbook")
    examine.add_argument("--language", default="en", help="a language's code (%(default)s)")
    tell = commands.add_parser("history", help="say what happened to a request: who, when, what, why")
    tell.add_argument("request", help="its number, as in H42")
    take_back = commands.add_parser("undo", help="file the request that takes another one back")
    take_back.add_argument("request", help="its number, as in H42")
    take_back.add_argument("--items", default="", help="only these rows, as in 3,7-9")
    take_back.add_argument("--reason", default="", help="for the wiki's log")
    take_back.add_argument("--now", action="store_true", help="without a reviewer's yes")
    return parser


@contextmanager
def opened(settings: Settings, patience: Callable[..., Any] = lambda call, *given: call(*given)) -> Iterator[Hub]:
    """Everything the settings name, logged in and ready. `patience` calls what may be away for a while."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cph-")))
        configure(folder, settings.account, settings.login, settings.password.get_secret_value(), settings.user_agent)
        wikis = {
            w.name: MediaWiki(w.name, w.api, w.base, settings.account, settings.chunk_bytes) for w in settings.wikis
        }
        for wiki in wikis.values():
            patience(wiki.log_in)
        stack.callback(close_connections)
        web = Web(settings.user_agent, settings.private_hosts, Limits(wait=settings.web_wait_seconds))
        stack.callback(web.close)
        yield Hub(patience(Ledger, settings.ledger), wikis, web, settings.spool)


def _serve(command: str, settings: Settings, hub: Hub, patience: tenacity.Retrying, *, once: bool) -> None:
    with ExitStack() as stack:
        if command != "work":
            is_watcher = patience(lambda: stack.enter_context(alone(hub.ledger)))
            patience(partial(check_pages, hub))
        own = command == "run" and not settings.redis
        address = stack.enter_context(own_queue()) if own else settings.redis or "redis://localhost:6379"
        queue = RedisQueue(address, settings.queue)
        stack.callback(queue.close)
        patience(queue.reach)
        _log.info("%s", _started(command, settings, hub))
        if stranded := hub.ledger.stranded(*hub.wikis):
            _log.warning("%s", _waiting_for_wikis(stranded, hub))
        worker.serve(hub, queue)
        if command == "work":
            close_connections()
            patience(partial(queue.work, once=once, killed=partial(_killed, hub), beat=_heartbeat(hub, "working")))
        else:
            look = partial(_look, hub, queue, is_watcher)
            _watch(hub, queue, look, settings.poll_seconds, once=once, working=command == "run")


def _started(command: str, settings: Settings, hub: Hub) -> str:
    """What an operator looks for first: which version, what it works at, what is open."""
    wikis = ", ".join(f"{wiki.name} ({wiki.api}, {wiki.base})" for wiki in settings.wikis)
    queue = sa.engine.make_url(settings.redis).render_as_string() if settings.redis else "the process's own"
    return (
        f"cph {command} {version('content-partnerships-hub')} as {settings.account} on {wikis}; "
        f"ledger {_ledger_named(settings)}; "
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


def _ledger_named(settings: LedgerSettings) -> str:
    return sa.engine.make_url(settings.ledger).render_as_string()


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
        if (away := _away(error)) not in said:
            _log.warning("%s", away)
        said.add(away)
        if once:
            raise
        return 0


def _look(hub: Hub, queue: RedisQueue, is_watcher: Callable[[], bool]) -> int:
    return watch(hub, queue) if is_watcher() else 0


def _watch(hub: Hub, queue: RedisQueue, look: Callable[[], int], seconds: float, *, once: bool, working: bool) -> None:
    """Look, and look again after some seconds, until told to stop. `working`: between two looks, do what is queued."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    beat = _heartbeat(hub, "watching")
    while not stop.is_set():
        beat()
        said: set[str] = set()
        queued = _tried(look, said, once=once)
        worked = working and _tried(partial(queue.work_here, most=1), said, once=once)
        if once and not (working and (queued or worked)):
            return
        if not worked:
            stop.wait(seconds)
