"""A wiki behind a bad line: a proxy on loopback that passes requests on, and loses those that it is told to lose.

What becomes of which request is a `Script`; printed and read again it is the same.
"""

import json
import re
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from enum import Enum, auto
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from random import Random
from socket import SHUT_RDWR, SO_LINGER, SOL_SOCKET
from socketserver import TCPServer
from threading import Timer
from typing import Literal, cast
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
    TIMED_OUT = auto()
    """The wiki does what is asked, and a gateway says that it took too long."""
    EMPTY = auto()
    """The wiki does what is asked, and nothing stands in the place of its answer, with status 200."""
    RESET_BEFORE = auto()
    """It never reaches the wiki, and the connection is reset."""
    AWAY = auto()
    """It never reaches the wiki, the connection ends, and for a moment every other is refused: a server starts anew."""
    UNAVAILABLE = auto()
    """It never reaches the wiki: a gateway says that there is none, with status 503."""
    TOO_MANY = auto()
    """It never reaches the wiki: a gateway refuses it, and says after how long to ask again (`Line.retry_after`)."""
    LAGGED = auto()
    """It never reaches the wiki's database, which is behind (Manual:Maxlag parameter)."""
    READ_ONLY = auto()
    """The wiki takes no writes (Manual:$wgReadOnly)."""
    LIMITED = auto()
    """The account has done too much (Manual:$wgRateLimits)."""
    BAD_TOKEN = auto()
    """The wiki does not know the token (API:Tokens)."""
    LOGGED_OUT = auto()
    """The wiki does not know the session (API:Assert)."""


_Said = tuple[int, list[tuple[str, str]], bytes]
"""An answer: its status, headers and body."""


def _refused(code: str, **more: object) -> _Said:
    """What the API answers instead (API:Errors and warnings)."""
    error = json.dumps({"error": {"code": code, "info": "What the wiki says of it.", **more}})
    return 200, [("Content-Type", "application/json"), ("MediaWiki-API-Error", code)], error.encode()


_INSTEAD: dict[Fate, _Said] = {
    Fate.ANSWER_BAD: (502, [], b"Bad Gateway"),
    Fate.UNAVAILABLE: (503, [], b"Service Unavailable"),
    Fate.TIMED_OUT: (504, [], b"Gateway Timeout"),
    Fate.PAGE: (200, [("Content-Type", "text/html")], b"<!DOCTYPE html><title>Error</title><p>Our servers are busy."),
    Fate.EMPTY: (200, [("Content-Type", "application/json")], b""),
    Fate.TOO_MANY: (429, [], b"Too many requests"),
    Fate.LAGGED: _refused("maxlag", host="db1", lag=7, type="db"),
    Fate.READ_ONLY: _refused("readonly", readonlyreason="Maintenance"),
    Fate.LIMITED: _refused("ratelimited"),
    Fate.BAD_TOKEN: _refused("badtoken"),
    Fate.LOGGED_OUT: _refused("assertnameduserfailed"),
}
"""What is answered in the wiki's place."""
_ENDED = {Fate.REQUEST_LOST, Fate.ANSWER_LOST, Fate.RESET, Fate.RESET_BEFORE, Fate.AWAY}
"""Where the connection ends without an answer."""
_TIMED = {Fate.TOO_MANY, Fate.LAGGED, Fate.READ_ONLY, Fate.UNAVAILABLE}
"""Where it is said after how long to ask again."""
_NOT_ASKED = (_INSTEAD.keys() | _ENDED) - {
    Fate.ANSWER_LOST, Fate.RESET, Fate.ANSWER_BAD, Fate.TIMED_OUT, Fate.PAGE, Fate.EMPTY,
}  # fmt: skip
"""Where the wiki knows nothing of the request."""
_AWAY_SECONDS = 0.3
FAULTS = tuple(fate for fate in Fate if fate is not Fate.PASSED)


@dataclass(frozen=True)
class Fault:
    """What becomes of the request that is the n-th, from 1, of those whose parameters are like this.

    `having`: the names of parameters, each with a regular expression that is found in it; none: every request.
    """

    fate: Fate
    number: int = 1
    having: tuple[tuple[str, str], ...] = ()

    def is_of(self, asked: Mapping[str, str]) -> bool:
        """Whether a request with these parameters is counted."""
        return all(name in asked and re.search(found, asked[name]) for name, found in self.having)

    def __str__(self) -> str:
        return f"{self.fate.name} {self.number} {json.dumps(dict(self.having))}"


WRITE = (("token", "."),)
"""What every write has (API:Tokens)."""


@dataclass(frozen=True)
class Script:
    """What becomes of which requests; every other passes.

    >>> drawn = Script.drawn(seed=1, faults=2, among=9)
    >>> print(drawn)
    EMPTY 2 {"token": "."}
    PAGE 3 {"token": "."}
    >>> Script.read(str(drawn)) == drawn
    True
    """

    faults: tuple[Fault, ...] = ()

    @classmethod
    def drawn(cls, seed: int, faults: int, among: int, having: tuple[tuple[str, str], ...] = WRITE) -> "Script":
        """So many faults at as many of the first requests that have this: the same for a seed."""
        chance = Random(seed)  # noqa: S311 - nothing is kept secret with it
        numbers = sorted(chance.sample(range(1, among + 1), faults))
        return cls(tuple(Fault(chance.choice(FAULTS), number, having) for number in numbers))

    @classmethod
    def read(cls, printed: str) -> "Script":
        """The script that was printed so."""
        lines = (line.split(" ", 2) for line in printed.splitlines())
        return cls(tuple(Fault(Fate[fate], int(at), tuple(json.loads(having).items())) for fate, at, having in lines))

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))

    def begun(self) -> Callable[[Mapping[str, str]], Fate]:
        """Called with the parameters of one request after the other: what becomes of each."""
        seen = Counter[Fault]()

        def decide(asked: Mapping[str, str]) -> Fate:
            counted = [fault for fault in self.faults if fault.is_of(asked)]
            seen.update(counted)
            return next((fault.fate for fault in counted if seen[fault] == fault.number), Fate.PASSED)

        return decide


When = Literal["before", "after"]
"""The wiki does what is asked."""

Watch = Callable[[Mapping[str, str], int, When], bool]
"""Called with a request's parameters and the port it comes from, before and after: whether it goes on."""


@dataclass
class Line:
    """The line to a wiki. `fate` looks at each request's parameters; `asked`: those of all requests, in order.

    `keeps_cookies`: whether what the wiki sets gets through.
    """

    address: str = ""
    retry_after: int = 1
    keeps_cookies: bool = True
    watch: Watch = lambda *_: True
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

    def play(self, script: Script) -> None:
        """Have this become of the requests from now on, and forget those before."""
        self.asked.clear()
        self.fate = script.begun()

    @property
    def played(self) -> Script:
        """What became of the requests, as a script that does it again."""
        fates = enumerate((fate for _, fate in self.asked), 1)
        return Script(tuple(Fault(fate, number) for number, fate in fates if fate is not Fate.PASSED))

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
            asked = parameters(self.path, self.headers, body)
            fate, port = line.fate(asked), self.client_address[1]
            line.asked.append((asked, fate))
            if not line.watch(asked, port, "before"):
                self.close_connection = True
                return
            said = (0, [], b"") if fate in _NOT_ASKED else self._wiki(body)
            line.watch(asked, port, "after")
            said = _INSTEAD.get(fate, said)
            if fate is Fate.AWAY:
                _go_away(cast("TCPServer", self.server))
            with suppress(ConnectionError):  # whoever asked may have been killed meanwhile
                _answer(self, fate, said, line.retry_after)

        def _wiki(self, body: bytes) -> _Said:
            connection = HTTPConnection(wiki.hostname or "", wiki.port, timeout=60)
            try:
                kept = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
                connection.request(self.command, self.path, body, kept)
                answer = connection.getresponse()
                own = {"content-length", "transfer-encoding", "connection"} | (
                    set() if line.keeps_cookies else {"set-cookie"}
                )
                headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in own]
                return answer.status, headers, answer.read()
            finally:
                connection.close()

    with serving(Handler) as host:
        line.address = f"http://{host}{wiki.path}"
        yield line


def _answer(to: BaseHTTPRequestHandler, fate: Fate, said: _Said, retry_after: int) -> None:
    """Say this to one who asked, as far as the fate lets it come."""
    to.close_connection = fate in {*_ENDED, Fate.ANSWER_CUT}
    if fate in {Fate.RESET, Fate.RESET_BEFORE}:
        to.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    if fate in _ENDED:
        return
    status, headers, body = said
    to.send_response(status)
    for name, value in headers:
        to.send_header(name, value)
    if fate in _TIMED:
        to.send_header("Retry-After", str(retry_after))
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    pieces = {Fate.ANSWER_CUT: 2, Fate.DRIPPED: 8}.get(fate, 1)
    size = len(body) // pieces + 1
    for start in range(0, size if fate is Fate.ANSWER_CUT else len(body), size):
        to.wfile.write(body[start : start + size])
        if fate is Fate.DRIPPED:
            time.sleep(0.25)


def _go_away(server: TCPServer) -> None:
    """Refuse every connection for a moment (shutdown(2) of a socket that listens)."""
    address = server.socket.getsockname()
    server.socket.shutdown(SHUT_RDWR)

    def come_back() -> None:
        with suppress(OSError):  # Linux may have kept the port for it
            server.socket.bind(address)
        server.socket.listen()

    Timer(_AWAY_SECONDS, come_back).start()


def parameters(path: str, headers: Message, body: bytes) -> dict[str, str]:
    """What a request says: in its address, and in its body."""
    found = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
    said = headers.get("Content-Type", "")
    if not said.startswith("multipart/"):
        return found | dict(parse_qsl(body.decode(), keep_blank_values=True))
    for part in message_from_bytes(b"Content-Type: " + said.encode() + b"\r\n\r\n" + body).get_payload():
        assert isinstance(part, Message)
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        found[str(part.get_param("name", header="content-disposition"))] = payload.decode("latin-1")
    return found
