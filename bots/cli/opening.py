"""Opens what a command works with: the settings, the ledger, the wikis. What is away for now is waited for."""

import logging
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
import tenacity

from bots.cli.ends import away
from bots.ending import when_told
from bots.mediawiki.credentials import BotPassword, Credentials, OwnerOnlyConsumer
from bots.mediawiki.holds import Holds, NoHolds
from bots.mediawiki.session import close_connections, configure
from bots.mediawiki.site import MediaWiki
from bots.queue.redis_queue import QueueUnreachable
from bots.sentry import set_up_sentry
from bots.settings import LedgerSettings, Settings, SharedSettings, WebSettings
from bots.telemetry import set_up_logging
from jobs.context.hub import Hub
from jobs.io.errors import Unanswered, WikiError, is_passing
from jobs.io.http import Limits, Web
from jobs.io.spool import Spool
from jobs.store.database import LedgerLocked, LedgerUnusable
from jobs.store.ledger import Ledger

_log = logging.getLogger("cph")

_TRIES_ONCE = 3

AnySettings = TypeVar("AnySettings", bound=LedgerSettings)


def full_settings() -> Settings:
    """What the environment says, with a log that begins. Raises ValidationError and SettingsError."""
    return _with_log(Settings())


def ledger_settings() -> LedgerSettings:
    """As `full_settings`, for what asks no wiki."""
    return _with_log(LedgerSettings())


def shared_settings() -> SharedSettings:
    """As `full_settings`, for what asks the ledger and the queue."""
    return _with_log(SharedSettings())


def web_settings() -> WebSettings:
    """As `full_settings`, for the dashboard."""
    return _with_log(WebSettings())


def _with_log(settings: AnySettings) -> AnySettings:
    set_up_logging(settings.secrets, settings.log)
    set_up_sentry(settings.sentry_dsn, settings.secrets)
    return settings


def named(address: str) -> str:
    """The address of a ledger or a queue, as it may be shown."""
    return sa.engine.make_url(address).render_as_string()


@contextmanager
def the_ledger(settings: LedgerSettings | None = None) -> Iterator[Ledger]:
    """The ledger that the settings name. Raises LedgerUnusable where its file is not there: none is made."""
    ledger = patience(once=True)(existing_ledger, (settings or ledger_settings()).ledger)
    try:
        yield ledger
    finally:
        ledger.close()


def existing_ledger(address: str) -> Ledger:
    """The ledger at an address. Raises LedgerLocked, and LedgerUnusable where its file is not there: none is made."""
    if (file := sqlite_file(address)) and not file.exists():
        raise LedgerUnusable(f"there is no file {file}")
    return Ledger(address)


def sqlite_file(url: str) -> Path | None:
    """The file of a ledger in SQLite; None: it is not in one, or named otherwise."""
    backend, _, file = url.partition(":///")
    return Path(file) if backend.startswith("sqlite") and "?" not in file else None


@contextmanager
def opened(settings: Settings, patience: Callable[..., Any] = lambda call, *given: call(*given)) -> Iterator[Hub]:
    """Everything the settings name, logged in and ready. `patience` calls what may be away for a while."""
    with opened_to_serve(settings, patience) as (hub, _):
        yield hub


@contextmanager
def opened_to_serve(settings: Settings, patience: Callable[..., Any]) -> Iterator[tuple[Hub, Mapping[str, MediaWiki]]]:
    """As `opened`, with its wikis as that which can log in again."""
    with ExitStack() as stack:
        ledger = patience(Ledger, settings.ledger)
        wikis = stack.enter_context(logged_in(settings, patience, ledger))
        web = Web(settings.user_agent, settings.private_hosts, Limits(wait=settings.web_wait_seconds))
        stack.callback(web.close)
        yield Hub(ledger, wikis, web, Spool(settings.spool, settings.spool_bytes)), wikis


def _credentials(settings: Settings) -> Credentials:
    """What the bot is let in with, of which the settings have one."""
    if settings.login:
        return BotPassword(settings.login, settings.password.get_secret_value())
    return OwnerOnlyConsumer(
        settings.oauth_consumer_key,
        settings.oauth_consumer_secret.get_secret_value(),
        settings.oauth_access_key,
        settings.oauth_access_secret.get_secret_value(),
    )


@contextmanager
def logged_in(
    settings: Settings, patience: Callable[..., Any], holds: Holds | None = None
) -> Iterator[Mapping[str, MediaWiki]]:
    """The wikis that the settings name, by their names; `patience` as of `opened`, `holds` as of `wikis_of`."""
    with tempfile.TemporaryDirectory(prefix="cph-") as made:
        wikis = wikis_of(settings, Path(made), holds)
        try:
            for wiki in wikis.values():
                patience(wiki.log_in)
            yield wikis
        finally:
            close_connections()


def wikis_of(settings: Settings, folder: Path, holds: Holds | None = None) -> dict[str, MediaWiki]:
    """The wikis that the settings name, where nobody has logged in yet. `folder`: private, for pywikibot's notes.

    `holds`: where it is noted for how long a wiki is to be asked nothing; None: nowhere, there is no ledger.
    """
    configure(folder, settings.account, _credentials(settings), settings.user_agent)
    there = partial(MediaWiki, account=settings.account, chunk_bytes=settings.chunk_bytes, holds=holds or NoHolds())
    return {one.name: there(one.name, one.api, one.base) for one in settings.wikis}


def patience(*, once: bool, told_to_end: int = 0) -> tenacity.Retrying:
    """Calls what may find a wiki, the queue or the ledger away, again and again (once: a few times), and says so.

    `told_to_end`: the exit status where that happens meanwhile.
    """

    def passes(error: BaseException) -> bool:
        wiki = isinstance(error, WikiError | Unanswered) and is_passing(error)
        return wiki or isinstance(error, QueueUnreachable | LedgerLocked)

    def say(state: tenacity.RetryCallState) -> None:
        when_told(partial(sys.exit, told_to_end), told_to_end)  # nothing is at work that would have to be ended first
        seconds = state.next_action.sleep if state.next_action else 0
        _log.warning("tried again in %d s: %s", seconds, away(state.outcome.exception() if state.outcome else None))

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(passes),
        stop=tenacity.stop_after_attempt(_TRIES_ONCE) if once else tenacity.stop_never,
        wait=tenacity.wait_exponential(multiplier=1, max=3 if once else 30) + tenacity.wait_random(0, 1),
        before_sleep=say,
        reraise=True,
    )
