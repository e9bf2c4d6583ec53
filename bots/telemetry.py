"""What operators read: log lines and Sentry's events, without secrets."""

import json
import logging
import re
import sys
import textwrap
import threading
from base64 import b64encode
from collections.abc import Iterator
from types import TracebackType
from typing import Any
from urllib.parse import quote, quote_plus

import sentry_sdk
from sentry_sdk.integrations.logging import ignore_logger
from sentry_sdk.integrations.rq import RqIntegration
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

_log = logging.getLogger(__name__)

# Control characters, and those that turn a line around: on a terminal they hide what stands there, or forge it.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class _Formatter(logging.Formatter):
    """A line an event, whatever is in it; a traceback stands below it, indented. No secret is in either."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return shown(redact(super().format(record), self._secrets))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return super().formatMessage(record).replace("\n", "\\n")

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as above
        return textwrap.indent(super().formatException(ei), "  ")


def shown(text: str) -> str:
    """The text with its control characters as people write them in programs; lines stay lines."""
    return _UNSHOWN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def redact(text: str, secrets: tuple[str, ...]) -> str:
    """The text with each secret replaced by stars, also where it is encoded for an address, JSON or a header."""
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, "***")
    return text


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1])
    for before, lost in enumerate((0, 2, 3)):  # base64 of a secret depends on what stands before it
        raw = b"." * before + secret.encode()
        encoded = b64encode(raw).decode()[lost : len(raw) * 8 // 6]
        if len(encoded) >= _LEAST_ENCODED:
            yield from (encoded, encoded.replace("+", "-").replace("/", "_"))


_LEAST_ENCODED = 8
"""Characters: what is shorter may as well stand there by chance."""


def set_up_logging(secrets: tuple[str, ...]) -> None:
    """Log to standard error, a line an event, in the form that Toolforge keeps; what ends the process, too."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter(secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for quiet in ("pywiki", "rq.worker", "httpcore", "alembic"):
        logging.getLogger(quiet).setLevel(logging.WARNING)

    def say(kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt) and error is not None:
            _log.critical("%s ends this", kind.__name__, exc_info=(kind, error, traceback))

    sys.excepthook = say
    threading.excepthook = lambda of: say(of.exc_type, of.exc_value, of.exc_traceback)


def set_up_sentry(dsn: str, secrets: tuple[str, ...]) -> None:
    """Send what goes wrong to Sentry, if there is an address for it; values of variables are never sent."""
    if not dsn:
        return

    def before_send(event: Any, _hint: dict[str, Any]) -> Any:
        return _scrubbed(event, secrets)

    sentry_sdk.init(
        dsn=dsn,
        integrations=[RqIntegration()],
        include_local_variables=False,
        send_default_pii=False,
        propagate_traces=False,  # the key would go to Redis and to every server that is asked
        event_scrubber=EventScrubber(denylist=[*DEFAULT_DENYLIST, "lgpassword", "lgtoken", "token"], recursive=True),
        before_send=before_send,
    )
    ignore_logger("pywiki")


def _scrubbed(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, dict):
        return {_scrubbed(key, secrets): _scrubbed(inner, secrets) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(inner, secrets) for inner in value]
    return value


def tell_operator(text: str) -> None:
    """Something that raised nothing here, but that an operator should know: to the log and to Sentry."""
    logging.getLogger(__name__).error(text)
    sentry_sdk.capture_message(text, level="error")
