"""`cph web`: the dashboard, served by gunicorn."""

import os
import sys

from bots.cli.opening import full_settings, web_settings


def serve_web(port: int) -> None:
    """Become the server, on this port of this machine; 0: where gunicorn is told to listen by PORT, else 8000.

    Raises ValidationError and SettingsError.
    """
    if web_settings().web_oauth_key:
        full_settings()
    listen = ["--bind", f"127.0.0.1:{port}"] if port else []
    served = ["-c", "python:bots.web.gunicorn_config", *listen, "bots.web.app:create_app()"]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *served])  # noqa: S606 - no shell, and no argument of others
