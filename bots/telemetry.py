"""What operators read: log lines and Sentry's events, without secrets."""

import logging
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.logging import ignore_logger
from sentry_sdk.integrations.rq import RqIntegration
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber


class _Redacted(logging.Filter):
    """Takes the secrets out of whatever is logged."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if secret)

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if any(secret in text for secret in self._secrets):
            record.msg, record.args = redact(text, self._secrets), ()
        return True


def redact(text: str, secrets: tuple[str, ...]) -> str:
    """The text with each secret replaced by stars."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def set_up_logging(secrets: tuple[str, ...]) -> None:
    """Log to standard error, a line an event, in the form that Toolforge keeps."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_Redacted(secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for quiet in ("pywiki", "rq.worker", "httpcore"):
        logging.getLogger(quiet).setLevel(logging.WARNING)


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
        event_scrubber=EventScrubber(denylist=[*DEFAULT_DENYLIST, "lgpassword", "lgtoken", "token"], recursive=True),
        before_send=before_send,
    )
    ignore_logger("pywiki")


def _scrubbed(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, dict):
        return {key: _scrubbed(inner, secrets) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(inner, secrets) for inner in value]
    return value


def tell_operator(text: str) -> None:
    """Something that raised nothing here, but that an operator should know: to the log and to Sentry."""
    logging.getLogger(__name__).error(text)
    sentry_sdk.capture_message(text, level="error")
