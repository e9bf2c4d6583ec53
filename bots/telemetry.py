"""What operators read: log lines, without secrets."""

import json
import logging
import re
import sys
import textwrap
import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal
from urllib.parse import quote, quote_plus

from jobs.context.doing import current_fields

_log = logging.getLogger(__name__)

# Control characters, and those that turn a line around: on a terminal they hide what stands there, or forge it.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


_FIELDS = ("request", "row", "action", "wiki", "duration", "api_calls", "revision")
"""What a line of JSON has beside time, level, logger and message, where it is known."""

Form = Literal["auto", "json", "text"]
"""How the log is written; auto: for people on a terminal, for programs elsewhere."""


class _Text(logging.Formatter):
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


class _Json(logging.Formatter):
    """A line of JSON an event, its traceback in it. No secret is in any value."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **current_fields(),
            **{name: value for name in _FIELDS if (value := getattr(record, name, None)) is not None},
        }
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps({name: self._safe(value) for name, value in said.items()}, ensure_ascii=False)

    def _safe(self, value: object) -> object:
        return value if isinstance(value, int | float) else shown(redact(str(value), self._secrets))


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


def set_up_logging(secrets: tuple[str, ...], form: Form = "text") -> None:
    """Log to standard error, a line an event; what ends the process, too."""
    handler = logging.StreamHandler()
    for_people = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler.setFormatter(_Text(secrets) if for_people else _Json(secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for quiet in ("pywiki", "rq.worker", "httpcore", "alembic"):
        logging.getLogger(quiet).setLevel(logging.WARNING)

    def say(kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt) and error is not None:
            _log.critical("%s ends this", kind.__name__, exc_info=(kind, error, traceback))

    sys.excepthook = say
    threading.excepthook = lambda of: say(of.exc_type, of.exc_value, of.exc_traceback)


def tell_operator(text: str, *values: object) -> None:
    """Something that raised nothing here, but that an operator should know: to the log, and to Sentry.

    Sentry is told the text alone, not the values (`%s`), which may be a partner's.
    """
    _log.error(text, *values)
