"""A line that is far: a proxy on loopback that passes all on, and holds each answer back for so many seconds.

It keeps connections, as servers that are far do, and the bodies of answers pass through it in pieces. What was asked of
a wiki it notes: it is by what is asked that anything here is counted.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.hub.lossy import parameters
from tests.serving import serving

_PIECE = 1 << 16
_LARGEST_NOTED = 1_000_000
"""A body of more bytes is a file's: what is in it beside is not looked for."""
_NAMING = ("prop", "list", "meta", "generator")


@dataclass(frozen=True)
class Asked:
    """A request: when it came and when its answer had gone (`time.time`), and its parameters, but for files."""

    begun: float
    ended: float
    parameters: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its action, and what of: `query prop=info`; pywikibot asks with all else who it is."""
        said = {name: self.parameters[name] for name in _NAMING if name in self.parameters}
        of = (f"{name}={value}" for name, value in said.items() if len(said) == 1 or value != "userinfo")
        return " ".join((self.parameters.get("action", "(other)"), *of))


@dataclass
class DelayLine:
    """A line to one server: `address` stands in its place. `seconds`: for which each answer is held back."""

    address: str = ""
    seconds: float = 0.0
    asked: list[Asked] = field(default_factory=list)

    def count(self, since: float = 0.0, until: float = float("inf")) -> Counter[str]:
        """How many requests were begun in that time, by their names."""
        return Counter(one.name for one in list(self.asked) if since <= one.begun <= until)


class _Handler(BaseHTTPRequestHandler):
    """Passes on what is asked on one connection, on one of its own."""

    line: DelayLine
    there: str
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits for the other side to confirm the headers

    def setup(self) -> None:
        """Before the first request."""
        super().setup()
        self.server_there = HTTPConnection(self.there, timeout=600)

    def finish(self) -> None:
        """After the last."""
        self.server_there.close()
        with suppress(OSError):  # whoever asked may have gone
            super().finish()

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        begun = time.time()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kept = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        self.server_there.request(self.command, self.path, body or None, kept)
        answer = self.server_there.getresponse()
        time.sleep(self.line.seconds)
        self._send(answer)
        self.line.asked.append(Asked(begun, time.time(), self._parameters(body)))

    def _send(self, answer: HTTPResponse) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"connection", "transfer-encoding"}:
                self.send_header(name, value)
        chunked = answer.getheader("Content-Length") is None
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while piece := answer.read(_PIECE):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _parameters(self, body: bytes) -> Mapping[str, str]:
        if len(body) > _LARGEST_NOTED:
            return {"action": "upload"}
        found = parameters(self.path, self.headers, body)
        return {name: value for name, value in found.items() if name not in {"file", "chunk"}}


@contextmanager
def delay_line(to: str) -> Iterator[DelayLine]:
    """A line to this address, of an api.php or of a whole server."""
    line, parts = DelayLine(), urlsplit(to)
    with serving(type("Handler", (_Handler,), {"line": line, "there": parts.netloc})) as host:
        line.address = f"http://{host}{parts.path}"
        yield line
