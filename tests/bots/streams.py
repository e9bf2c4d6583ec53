"""A server of events on loopback, as Wikimedia's EventStreams is one."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from queue import Queue

from tests.serving import serving


@dataclass
class Stream:
    """What each connection is given, in order, and what it asked for. `address`: where it is.

    A connection stays open until it is given b"", and the one after it begins with what is left.
    """

    address: str = ""
    says: Queue[bytes] = field(default_factory=Queue)
    statuses: list[int] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    asked_at: list[float] = field(default_factory=list)

    def tell(self, title: str, domain: str, id_: str = "1", user: str = "Partner") -> None:
        """Say that somebody changed a page, as `recentchange` does."""
        self.say({"meta": {"domain": domain}, "title": title, "user": user}, id_)

    def say(self, event: object, id_: str = "1") -> None:
        """Send an event."""
        self.says.put(f"event: message\nid: {id_}\ndata: {json.dumps(event)}\n\n".encode())

    def end(self) -> None:
        """Have the connection end."""
        self.says.put(b"")


@contextmanager
def streaming() -> Iterator[Stream]:
    """A stream that has nothing to say yet."""
    made = Stream()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked_at.append(time.monotonic())
            made.asked.append(dict(self.headers))
            status = made.statuses.pop(0) if made.statuses else 200
            self.send_response(status)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Retry-After", "2")
            self.end_headers()
            self.wfile.write(b":ok\n\n")
            while status == 200 and (said := made.says.get()):
                self.wfile.write(said)

    with serving(Handler) as host:
        made.address = f"http://{host}/v2/stream/recentchange"
        yield made
        made.end()
