"""What ends a command: the sentence that an operator reads, and the exit status."""

import logging
import sys
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from bots.cli.installation import NoRequestPage
from bots.cli.naming import NoSuchRequest, WikiNotSet
from bots.cli.steer import NotSteered
from bots.cli.stop_pages import StillStopped
from bots.cli.undo import NotUndone
from bots.queue.own_queue import NoOwnQueue
from bots.queue.redis_queue import QueueUnreachable
from bots.telemetry import shown
from bots.watcher_lease import Watched
from jobs.io.errors import Unanswered, WikiError
from jobs.store.database import LedgerLocked, LedgerUnusable

_log = logging.getLogger("cph")

WRONG_SETTINGS = (ValidationError, SettingsError)
"""What ends the program before it has a log."""

REFUSALS = (NotUndone, NotSteered, NoSuchRequest, WikiNotSet)
"""What ends a command that somebody typed, who is told why: it is nothing for a log."""

ENDS = (
    WikiError, Unanswered, LedgerLocked, LedgerUnusable, QueueUnreachable, Watched, NoRequestPage, NoOwnQueue,
    StillStopped, *REFUSALS,
)  # fmt: skip
"""What ends the program with a sentence."""


def told(error: Exception) -> int | None:
    """Say what ended the command; returns its exit status. None, and nothing is said: it is a bug."""
    if isinstance(error, WRONG_SETTINGS):
        sys.stderr.write(f"cph: {what_is_wrong(error)}\n")
        return 2
    if not isinstance(error, ENDS):
        return None
    said, status = end_of(error)
    if isinstance(error, REFUSALS):
        sys.stderr.write(f"cph: {shown(said)}\n")
    else:
        _log.error("%s", said)
    return status


def end_of(error: Exception) -> tuple[str, int]:
    """What an operator is told of what ends the program, and its exit status (see docs/operating.md)."""
    match error:
        case WikiError(code="notloggedin"):  # what a session says that could not log in
            said = "the wiki lets nobody in with CPH_LOGIN and CPH_PASSWORD, or with CPH_OAUTH_…, as CPH_ACCOUNT"
            return f"{said}: {error}", 2
        case LedgerUnusable():
            return f"the ledger cannot be opened; is CPH_LEDGER its address? ({error})", 2
        case Watched():
            return f"{error}; end that first, or set another CPH_LEDGER", 2
        case NoRequestPage():
            return f"{error}; is its base in CPH_WIKIS right? “cph install” makes the pages that a wiki needs", 2
        case QueueUnreachable():
            return f"the queue cannot be reached; is CPH_REDIS its address? ({error})", 1
    return away(error), _STATUSES.get(type(error), 1)


_STATUSES = {NoOwnQueue: 2, WikiNotSet: 2, NoSuchRequest: 3}


def wrong_settings(error: ValidationError) -> list[str]:
    """What is the matter with each setting that is wrong."""
    return [_wrong(detail) for detail in error.errors()]


def what_is_wrong(error: ValidationError | SettingsError) -> str:
    """What an operator is told of settings that are wrong."""
    if isinstance(error, SettingsError):
        return f"a setting is not the JSON that it has to be: {error}; {error.__cause__}"
    return f"the environment is not right: {'; '.join(wrong_settings(error))}"


def away(error: BaseException | None) -> str:
    """What is not there for now, or why else it does not go on."""
    if isinstance(error, LedgerLocked):
        return f"another process has the ledger to itself, or it is away, full or read-only: {error}"
    if isinstance(error, QueueUnreachable):
        return f"the queue cannot be reached: {error}"
    return f"the wiki does not answer: {error}" if isinstance(error, Unanswered) else str(error)


_HINTS = {
    "login": "write the name of a bot password, Account@app (Special:BotPasswords)",
    "api": "write the whole address of the wiki's api.php",
    "redis": "write a whole address, as redis://127.0.0.1:6379",
    "contact": "write an address or a page of yours, as you@example.org, without brackets",
}


def _wrong(detail: Any) -> str:
    """What is the matter with one setting, under its variable's name; never its value, which may be a secret."""
    if not detail["loc"]:
        return str(detail["msg"]).removeprefix("Value error, ")
    where: Sequence[str]
    variable, *where = map(str, detail["loc"])
    within = f" ({', '.join(where)})" if where else ""
    said = detail["msg"].removeprefix("Value error, ")
    hint = _HINTS.get((where or [variable])[-1], said) if detail["type"] != "missing" else "it is missing"
    return f"CPH_{variable.upper()}{within}: {hint}"
