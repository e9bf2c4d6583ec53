"""A wiki behind a bad line: a proxy on loopback that passes requests on, and loses those that it is told to lose."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from enum import Enum, auto
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
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
    ANSWER_CUT = auto()
    """The wiki does what is asked, and half of its answer arrives."""
    TOO_MANY = auto()
    """A gateway refuses it, and names the seconds after which it may be asked again (`Line.retry_after`)."""
    LAGGED = auto()
    """As above, in MediaWiki's own words (Manual:Maxlag parameter)."""


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
            status, headers, answer = self._refusals().get(fate) or self._answer(fate, body)
            if fate in {Fate.REQUEST_LOST, Fate.ANSWER_LOST}:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _refusals(self) -> dict[Fate, tuple[int, list[tuple[str, str]], bytes]]:
            later = [("Retry-After", str(line.retry_after))]
            lag = b'{"error": {"code": "maxlag", "info": "Waiting for 192.0.2.7: 6 seconds lagged."}}'
            return {
                Fate.REQUEST_LOST: (0, [], b""),
                Fate.TOO_MANY: (429, later, b"<html>Too many requests</html>"),
                Fate.LAGGED: (200, later, lag),
            }

        def _answer(self, fate: Fate, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            status, headers, answer = self._wiki(body)
            if fate is Fate.ANSWER_BAD:
                return 502, [], b"Bad Gateway"
            return status, headers, answer[: len(answer) // 2] if fate is Fate.ANSWER_CUT else answer

        def _wiki(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
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
