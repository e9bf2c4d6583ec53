"""`cph web`: the dashboard, served by gunicorn."""

import logging
import os
import sys
from socket import SO_REUSEADDR, SOL_SOCKET, socket

from bots.cli.opening import full_settings, web_settings

_log = logging.getLogger(__name__)


def serve_web(port: int) -> None:
    """Become the server, on this port of this machine; 0: where gunicorn is told to listen by PORT, else 8000.

    Where it cannot be had the command ends, and says so. Raises ValidationError and SettingsError.
    """
    if web_settings().web_oauth_key:
        full_settings()
    number = str(port) if port else os.environ.get("PORT", "8000")
    try:
        _try_port(int(number))
    except (OSError, OverflowError, ValueError) as error:
        _log.error("the dashboard cannot be served at port %s: %s; name another with --port", number, error)
        sys.exit(1)
    listen = ["--bind", f"127.0.0.1:{port}"] if port else []
    served = ["-c", "python:bots.web.gunicorn_config", *listen, "bots.web.app:create_app()"]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *served])  # noqa: S606 - no shell, and no argument of others


def _try_port(port: int) -> None:
    """Take the port for a moment: gunicorn would try it five times, and say so each time. Raises OSError."""
    with socket() as tried:
        tried.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        tried.bind(("127.0.0.1", port))
