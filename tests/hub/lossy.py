"""A wiki behind a bad line: a proxy on loopback that passes requests on, and loses those that it is told to lose."""

import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from enum import Enum, auto
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from random import Random
from socket import SO_LINGER, SOL_SOCKET
from urllib.parse import parse_qsl, urlsplit

from tests.serving import serving


class Fate(Enum):
    """What becomes of a request."""

    PASSED = auto()
    REQUEST_LOST = auto()
    """It never reaches the wiki, and the connection ends."""
    ANSWER_LOST = auto()
    """The wiki does what is asked, and the connection ends without its answer."""
    ANSWER_BAD = auto()
    """The wiki does what is asked, and a gateway says that it did not answer."""
    PAGE = auto()
    """The wiki does what is asked, and a page for people stands in the place of its answer, with status 200."""
    ANSWER_CUT = auto()
    """The wiki does what is asked, and its answer ends in the middle."""
    DRIPPED = auto()
    """The wiki does what is asked, and its answer comes in pieces, over two seconds."""
    RESET = auto()
    """The wiki does what is asked, and the connection is reset without its answer."""
    TOO_MANY = auto()
    """It never reaches the wiki: a gateway refuses it, and says after how long to ask again (`Line.retry_after`)."""
    LAGGED = auto()
    """It never reaches the wiki's database, which is behind (Manual:Maxlag parameter)."""


_LAG = b'{"error":{"code":"maxlag","info":"Waiting for db1: 7 seconds lagged.","host":"db1","lag":7,"type":"db"}}'
_Said = tuple[int, list[tuple[str, str]], bytes]
"""An answer: its status, headers and body."""
_INSTEAD: dict[Fate, _Said] = {
    Fate.ANSWER_BAD: (502, [], b"Bad Gateway"),
    Fate.PAGE: (200, [("Content-Type", "text/html")], b"<!DOCTYPE html><title>Error</title><p>Our servers are busy."),
    Fate.TOO_MANY: (429, [], b"Too many requests"),
    Fate.LAGGED: (200, [("Content-Type", "application/json"), ("X-Database-Lag", "7")], _LAG),
}
"""What is answered in the wiki's place."""
_NOT_ASKED = {Fate.REQUEST_LOST, Fate.TOO_MANY, Fate.LAGGED}
"""Where the wiki knows nothing of the request."""
FAULTS = tuple(fate for fate in Fate if fate is not Fate.PASSED)


@dataclass
class Line:
    """The line to a wiki. `fate` looks at each request's parameters; `asked`: those of all requests, in order."""

    address: str = ""
    retry_after: int = 1
    fate: Callable[[Mapping[str, str]], Fate] = lambda _: Fate.PASSED
    asked: list[tuple[Mapping[str, str], Fate]] = field(default_factory=list)

    def lose(self, fate: Fate, *those: Mapping[str, str]) -> None:
        """Do this to the next request that has the first of these parameters, then to the next with the second, etc."""
        left = list(those)

        def decide(asked: Mapping[str, str]) -> Fate:
            if left and left[0].items() <= asked.items():
                del left[0]
                return fate
            return Fate.PASSED

        self.fate = decide

    def fail(self, rate: float, seed: int) -> None:
        """Have so many of all requests from now on (0 to 1) end in a fault, whichever the seed says."""
        chance = Random(seed)  # noqa: S311 - nothing is kept secret with it
        self.fate = lambda _: chance.choice(FAULTS) if chance.random() < rate else Fate.PASSED

    @property
    def chunks(self) -> list[tuple[int, Fate]]:
        """The offset and fate of every chunk that was sent."""
        return [(int(asked["offset"]), fate) for asked, fate in self.asked if "chunk" in asked]


@contextmanager
def line_to(api: str) -> Iterator[Line]:
    """A line to this api.php; `Line.address` is where it is to be asked."""
    line = Line()
    wiki = urlsplit(api)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            self._pass_on()

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = dict(parse_qsl(urlsplit(self.path).query)) | _parameters(self.headers, body)
            fate = line.fate(asked)
            line.asked.append((asked, fate))
            said = (0, [], b"") if fate in _NOT_ASKED else self._wiki(body)
            said = _INSTEAD.get(fate, said)
            with suppress(ConnectionError):  # whoever asked may have been killed meanwhile
                _answer(self, fate, said, line.retry_after)

        def _wiki(self, body: bytes) -> _Said:
            connection = HTTPConnection(wiki.hostname or "", wiki.port, timeout=60)
            try:
                kept = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
                connection.request(self.command, self.path, body, kept)
                answer = connection.getresponse()
                own = {"content-length", "transfer-encoding", "connection"}
                headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in own]
                return answer.status, headers, answer.read()
            finally:
                connection.close()

    with serving(Handler) as host:
        line.address = f"http://{host}{wiki.path}"
        yield line


def _answer(to: BaseHTTPRequestHandler, fate: Fate, said: _Said, retry_after: int) -> None:
    """Say this to one who asked, as far as the fate lets it come."""
    to.close_connection = fate in {Fate.REQUEST_LOST, Fate.ANSWER_LOST, Fate.RESET, Fate.ANSWER_CUT}
    if fate is Fate.RESET:
        to.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    if fate in {Fate.REQUEST_LOST, Fate.ANSWER_LOST, Fate.RESET}:
        return
    status, headers, body = said
    to.send_response(status)
    for name, value in headers:
        to.send_header(name, value)
    if fate in {Fate.TOO_MANY, Fate.LAGGED}:
        to.send_header("Retry-After", str(retry_after))
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    pieces = {Fate.ANSWER_CUT: 2, Fate.DRIPPED: 8}.get(fate, 1)
    size = len(body) // pieces + 1
    for start in range(0, size if fate is Fate.ANSWER_CUT else len(body), size):
        to.wfile.write(body[start : start + size])
        if fate is Fate.DRIPPED:
            time.sleep(0.25)


def _parameters(headers: Message, body: bytes) -> dict[str, str]:
    said = headers.get("Content-Type", "")
    if not said.startswith("multipart/"):
        return dict(parse_qsl(body.decode()))
    found = {}
    for part in message_from_bytes(b"Content-Type: " + said.encode() + b"\r\n\r\n" + body).get_payload():
        assert isinstance(part, Message)
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        found[str(part.get_param("name", header="content-disposition"))] = payload.decode("latin-1")
    return found
