"""A web server on loopback, for as long as a test wants it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked may have been killed; whatever else goes wrong is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def answer(to: BaseHTTPRequestHandler, body: bytes, status: int = 200, kind: str = "application/json") -> None:
    """Answer who asked. `kind`: of the body."""
    to.send_response(status)
    to.send_header("Content-Type", kind)
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free port, without a word about it on the terminal; gives `host:port`."""
    quiet = type("Quiet", (handler,), {"log_message": lambda *_: None})
    with _Server(("127.0.0.1", 0), quiet) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
