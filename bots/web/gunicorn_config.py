"""How gunicorn serves the dashboard (`bots.cli.web`).

Where it listens is its own setting `bind`, or the environment's `PORT` (on all addresses).
"""

import signal
from typing import Any

from bots.web import live

threads = 8
control_socket_disable = True  # nobody steers it by a file
graceful_timeout = 5
"""Seconds: whoever ends the process waits for ten."""


def post_worker_init(_worker: Any) -> None:
    """Have streams of events end when the process is told to: gunicorn would wait for them."""
    end = signal.getsignal(signal.SIGTERM)

    def end_streams(number: int, frame: Any) -> None:
        live.ending.set()
        if callable(end):
            end(number, frame)

    signal.signal(signal.SIGTERM, end_streams)
