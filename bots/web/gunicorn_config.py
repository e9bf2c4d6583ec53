"""How gunicorn serves the dashboard (`bots.cli.web`).

Where it listens is its own setting `bind`, or the environment's `PORT` (on all addresses).
"""

import signal
import struct
from socket import SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET
from typing import Any

from gunicorn.glogging import Logger

from bots.settings import WebSettings
from bots.telemetry import set_up_logging
from bots.web import live

threads = 8
control_socket_disable = True  # nobody steers it by a file
graceful_timeout = 5
"""Seconds: whoever ends the process waits for ten."""


class OurLog(Logger):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's own lines, in the form of all others; its children set their log up themselves (`create_app`)."""

    def setup(self, cfg: Any) -> None:
        """Have the lines go where ours go."""
        super().setup(cfg)
        settings = WebSettings()
        set_up_logging(settings.secrets, settings.log)
        self.error_log.propagate = True


logger_class = OurLog
errorlog = None  # no handler of its own

_SILENT_SECONDS = 10
"""For so long a client may send or take nothing in the midst of a request or an answer, which has a thread."""


def post_worker_init(worker: Any) -> None:
    """Have streams of events end when the process is told to, for which gunicorn would wait, and silent clients."""
    for option in (SO_RCVTIMEO, SO_SNDTIMEO):  # connections have them of the socket that they come in by (socket(7))
        for listener in worker.sockets:
            listener.sock.setsockopt(SOL_SOCKET, option, struct.pack("ll", _SILENT_SECONDS, 0))
    end = signal.getsignal(signal.SIGTERM)

    def end_streams(number: int, frame: Any) -> None:
        live.ending.set()
        if callable(end):
            end(number, frame)

    signal.signal(signal.SIGTERM, end_streams)
