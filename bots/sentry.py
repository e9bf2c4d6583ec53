"""What goes wrong, told to Sentry where an operator wants that: its kind, where, and of which request.

No secrets, and nothing of what partners wrote, which messages and arguments may quote: those are in the log.
"""

from typing import Any, cast

import sentry_sdk
from sentry_sdk.crons import capture_checkin
from sentry_sdk.integrations.logging import ignore_logger
from sentry_sdk.integrations.rq import RqIntegration
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

from bots.telemetry import redact
from jobs import __version__
from jobs.context.doing import current_fields

CHECK_IN_SECONDS = 60.0
"""How often a process says that it is there."""

_EVERY_MINUTE = {"type": "interval", "value": 1, "unit": "minute"}
_MARGIN_MINUTES = 5
"""Sentry tells of a process that was not heard of for so long."""


def set_up_sentry(dsn: str, secrets: tuple[str, ...]) -> None:
    """Send what goes wrong to Sentry, if there is an address for it."""
    if not dsn:
        return

    def before_send(event: Any, _hint: dict[str, Any]) -> Any:
        return _redacted(_tagged(_without_values(event)), secrets)

    sentry_sdk.init(
        dsn=dsn,
        release=__version__,
        integrations=[RqIntegration()],
        include_local_variables=False,
        max_breadcrumbs=0,
        send_default_pii=False,
        propagate_traces=False,  # the key would go to Redis and to every server that is asked
        event_scrubber=EventScrubber(denylist=[*DEFAULT_DENYLIST, "lgpassword", "lgtoken", "token"], recursive=True),
        before_send=before_send,
    )
    for told_otherwise in ("pywiki", "rq.worker"):
        ignore_logger(told_otherwise)


def check_in(monitor: str) -> None:
    """Say that a process (`cph-watch`, `cph-work`) is there and not stuck. The monitor is made where there is none."""
    config = {"schedule": _EVERY_MINUTE, "checkin_margin": _MARGIN_MINUTES, "max_runtime": _MARGIN_MINUTES}
    capture_checkin(monitor_slug=monitor, status="ok", monitor_config=cast("Any", config))


def _without_values(event: Any) -> Any:
    """Of an exception its type and where it was, of what was logged its text without what was put in."""
    for raised in event.get("exception", {}).get("values", ()):
        raised["value"] = ""
    if logged := event.get("logentry"):
        event["logentry"] = {"message": logged.get("message", "")}
    return event


def _tagged(event: Any) -> Any:
    """With the request that it is about as a tag, which RQ calls a job's description."""
    job = event.pop("extra", {}).get("rq-job", {})
    if about := current_fields().get("request") or job.get("description"):
        event["tags"] = {**event.get("tags", {}), "request": about}
    return event


def _redacted(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, dict):
        return {_redacted(key, secrets): _redacted(inner, secrets) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(inner, secrets) for inner in value]
    return value
