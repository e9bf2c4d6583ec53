"""Fetching, from real servers on loopback that behave as partners' servers do, and worse."""

import hashlib
import io
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.io.http import Fetched, Limits, Unfetched, Web

Answer = Callable[[BaseHTTPRequestHandler], None]

BODY = b"\xff\xd8\xff" + bytes(range(256)) * 40
MEGABYTE = bytes(1_000_000)
HOSTS = ("127.0.0.1",)
QUICK = Limits(wait=0.3, slowest=1_000_000_000)


def say(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """A whole answer."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | dict(headers or {})).items():
            handler.send_header(name, value.replace("PORT", str(handler.connection.getsockname()[1])))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def redirect(to: str, status: int = 302) -> Answer:
    """A redirect; `PORT` in the address is the server's own."""
    return say(status, b"Moved", {"Location": to})


def slowly(*parts: bytes, seconds: float) -> Answer:
    """The parts as they are, so many seconds between two."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for part in parts:
            handler.wfile.write(part)
            time.sleep(seconds)

    return answer


def repeat_agent(handler: BaseHTTPRequestHandler) -> None:
    """Answer with the User-Agent of whoever asks."""
    say(200, handler.headers["User-Agent"].encode())(handler)


def large(handler: BaseHTTPRequestHandler) -> None:
    """30 MB of unannounced length."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(30):
        handler.wfile.write(MEGABYTE)


def in_turn(*answers: Answer) -> Answer:
    """One after the other."""
    left = iter(answers)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        next(left)(handler)

    return answer


ANSWERS: dict[str, Answer] = {
    "/ok": say(200, BODY, {"Content-Type": "Image/JPEG; charset=binary"}),
    "/untyped": say(200, BODY),
    "/empty": say(200),
    "/gone": say(410),
    "/busy": in_turn(say(429, b"Later"), say(503), say(200, BODY)),
    "/busy-for-a-moment": in_turn(say(503, headers={"Retry-After": "0.5"}), say(200, BODY)),
    "/busy-for-long": in_turn(say(429, headers={"Retry-After": "60"}), say(200, BODY)),
    "/always-busy": say(429),
    "/partial": say(206, BODY),
    "/moved": redirect("/ok", 301),
    "/moved-far": redirect("http://127.0.0.1:PORT/moved", 307),
    "/moved-nowhere": say(302),
    "/moved-elsewhere": redirect("http://elsewhere.example/ok"),
    "/moved-to-file": redirect("file:///etc/passwd"),
    "/moved-to-user": redirect("http://user:secret@127.0.0.1:PORT/ok"),
    "/moved-to-nonsense": redirect("http://[nonsense"),
    "/loop": redirect("/loop"),
    "/truncated": say(200, BODY, {"Content-Length": str(len(BODY) + 1)}),
    "/large": large,
    "/agent": repeat_agent,
    "/silent": slowly(b"", seconds=2),
    "/stalls": slowly(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", b"", seconds=1),
    "/drip": slowly(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 200, seconds=0.05),
    "/drip-headers": slowly(*(bytes([c]) for c in b"HTTP/1.1 200 OK\r\n\r\n"), seconds=0.08),
    "/no-http": slowly(b"220 ftp.example.org ready\r\n", seconds=0),
    "/M%C3%A5lning%20%D0%96.jpg": say(200, BODY),
    "/?q=%C3%B6%20x": say(200, BODY),
    "/moved-to-letters": redirect("/Målning Ж.jpg".encode().decode("latin-1")),
}


class Partner:
    """A server on loopback; `asked` is what it was asked for."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                ANSWERS.get(self.path, say(404))(self)

            def log_message(self, *_arguments: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_arguments: Any) -> None:
                """Many a test hangs up on purpose."""

        self.asked = asked
        self.server = Server(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_port}"

    def __call__(self, path: str) -> str:
        """The address of a path."""
        return f"http://{self.place}{path}"


@pytest.fixture(scope="module", name="partner")
def _partner() -> Iterator[Partner]:
    partner = Partner()
    thread = threading.Thread(target=partner.server.serve_forever, args=(0.01,))
    thread.start()
    yield partner
    partner.server.shutdown()
    thread.join()
    partner.server.socket.close()


@pytest.fixture(scope="module", name="web")
def _web(partner: Partner) -> Iterator[Web]:
    web = Web("test", exempt=[partner.place], limits=QUICK)
    yield web
    web.close()


@contextmanager
def no_name_server() -> Iterator[None]:
    """Only addresses in figures are resolved, so that no test depends on anybody's name server."""
    resolve = socket.getaddrinfo

    def figures(host: str, port: int, family: int = 0, kind: int = 0, **more: int) -> Any:
        return resolve(host, port, family, more.pop("type", kind), flags=socket.AI_NUMERICHOST, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", figures)
        yield


def refusal(web: Web, url: str, *hosts: str, most: int = 10**9) -> str:
    """Why the address gives nothing."""
    with pytest.raises(Unfetched) as refused:
        web.fetch(url, hosts or HOSTS, io.BytesIO(), most)
    return refused.value.why.key


def test_what_is_fetched_is_written_and_described(partner: Partner, web: Web) -> None:
    """The bytes arrive as they are, with their SHA-1, their size and the bare type in lower case."""
    file = io.BytesIO()
    sha1 = hashlib.sha1(BODY, usedforsecurity=False).hexdigest()
    assert web.fetch(partner("/ok"), HOSTS, file, len(BODY)) == Fetched(sha1, len(BODY), "image/jpeg")
    assert file.getvalue() == BODY


def test_a_server_reads_who_asks_and_with_what(partner: Partner, web: Web) -> None:
    """Behind the program and its operator stands the library, as Wikimedia's User-Agent policy has it."""
    file = io.BytesIO()
    web.fetch(partner("/agent"), HOSTS, file, 1000)
    assert file.getvalue().decode() == f"test httpcore/{httpcore.__version__}"


def test_a_server_may_name_no_type(partner: Partner, web: Web) -> None:
    """Where the server calls the bytes nothing, their type is empty."""
    assert web.fetch(partner("/untyped"), HOSTS, io.BytesIO(), 10**6).content_type == ""


def test_an_empty_body_is_no_error(partner: Partner, web: Web) -> None:
    """An empty file is fetched like any other; what it is good for is decided elsewhere."""
    assert web.fetch(partner("/empty"), HOSTS, io.BytesIO(), 10**6).size == 0


@pytest.mark.parametrize("path", ["/Målning Ж.jpg", "/M%C3%A5lning%20Ж.jpg", "?q=ö x", "/ok#part"])
def test_addresses_are_taken_as_people_paste_them(partner: Partner, web: Web, path: str) -> None:
    """Letters of any script, spaces, encoded parts and fragments in an address reach the file that is meant."""
    assert web.fetch(partner(path), HOSTS, io.BytesIO(), 10**6).size == len(BODY)


@pytest.mark.parametrize("path", ["/moved", "/moved-far", "/moved-to-letters"])
def test_redirects_are_followed(partner: Partner, web: Web, path: str) -> None:
    """A redirect leads to the file, also over two, also to letters that the server did not encode."""
    assert web.fetch(partner(path), HOSTS, io.BytesIO(), 10**6).size == len(BODY)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/nothing-here", "web-status"),
        ("/gone", "web-status"),
        ("/partial", "web-status"),
        ("/moved-nowhere", "web-status"),
        ("/moved-elsewhere", "web-host"),
        ("/moved-to-file", "web-address"),
        ("/moved-to-user", "web-address"),
        ("/moved-to-nonsense", "web-address"),
        ("/loop", "web-redirects"),
        ("/always-busy", "web-status"),
        ("/busy-for-long", "web-status"),
        ("/truncated", "web-no-answer"),
        ("/no-http", "web-no-answer"),
        ("/silent", "web-timeout"),
        ("/stalls", "web-timeout"),
        ("/drip", "web-timeout"),
        ("/drip-headers", "web-timeout"),
    ],
)
def test_servers_that_do_not_give_the_file(partner: Partner, web: Web, path: str, why: str) -> None:
    """Whatever else a server does than give the whole file in time, the sentence for people says which it was."""
    assert refusal(web, partner(path)) == why


def test_a_server_that_is_busy_is_asked_again(partner: Partner, web: Web) -> None:
    """After as long as it says (RFC 6585, 4; RFC 9110, 10.2.3), or a while; what it said first is not in the file."""
    file = io.BytesIO()
    web.fetch(partner("/busy"), HOSTS, file, 10**9)
    assert file.getvalue() == BODY
    begun = time.monotonic()
    web.fetch(partner("/busy-for-a-moment"), HOSTS, io.BytesIO(), 10**9)
    assert time.monotonic() - begun >= 0.5
    assert partner.asked.count("/busy-for-a-moment") == 2


def test_of_two_addresses_one_may_be_away(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever comes first; where both are, there is no answer. None is tried that was not checked."""
    here = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))
    away = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.9", 0))
    found = [away, here]
    resolve = socket.getaddrinfo
    known = lambda host, *how, **more: found if host == "two.example" else resolve(host, *how, **more)  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", known)
    place = f"two.example:{partner.server.server_port}"
    web = Web("test", exempt=[place], limits=QUICK)
    assert web.fetch(f"http://{place}/ok", ("two.example",), io.BytesIO(), 10**9).size == len(BODY)
    del found[1]
    web.close()
    web = Web("test", exempt=[place], limits=QUICK)
    assert refusal(web, f"http://{place}/ok", "two.example") == "web-no-answer"
    assert refusal(Web("test", limits=QUICK), f"http://{place}/ok", "two.example") == "web-private-host"


def test_a_server_that_is_not_there_gives_no_answer() -> None:
    """A port on which nobody listens is a server without an answer."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        assert refusal(Web("test", exempt=[place]), f"http://{place}/ok") == "web-no-answer"


def test_one_byte_too_many_is_too_large(partner: Partner, web: Web) -> None:
    """A body may be as large as allowed, and not a byte larger."""
    assert refusal(web, partner("/ok"), most=len(BODY) - 1) == "web-too-large"


def test_a_large_body_does_not_grow_memory(partner: Partner, tmp_path: Path) -> None:
    """30 MB go through to the disk without ever being held."""
    web = Web("test", exempt=[partner.place])  # with time enough, on a machine that does other things too
    with (tmp_path / "large").open("wb") as file:
        tracemalloc.start()
        try:
            fetched = web.fetch(partner("/large"), HOSTS, file, 30_000_000)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            web.close()
    assert fetched.sha1 == hashlib.sha1(MEGABYTE * 30, usedforsecurity=False).hexdigest()
    assert (tmp_path / "large").stat().st_size == 30_000_000
    assert peak < 5_000_000


def test_the_next_fetch_is_not_spoiled_by_the_last(partner: Partner, web: Web) -> None:
    """However many fetches were broken off, the next one finds a connection."""
    for _ in range(6):
        refusal(web, partner("/ok"), most=1)
    assert web.fetch(partner("/ok"), HOSTS, io.BytesIO(), 10**6).size == len(BODY)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "list.csv",
        "//127.0.0.1/ok",
        "ftp://127.0.0.1/ok",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///ok",
        "http://127.0.0.1:port/ok",
        "http://127.0.0.1:99999/ok",
        "http://[::1/ok",
        "http://user@127.0.0.1/ok",
        "http://user:secret@127.0.0.1/ok",
        "http://@127.0.0.1/ok",
        f"http://127.0.0.1/{'a' * 2000}",
    ],
)
def test_only_plain_web_addresses_are_asked(web: Web, url: str) -> None:
    """Another scheme, no host, a port that is none, a user in the address, or one too long: nothing is asked."""
    assert refusal(web, url) == "web-address"


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "evilexample.org",
        "example.org",
        "example.org.evil.example",
        "a.example.org.",
        "www.a.museum",
        "a.museum.evil.example",
    ],
)
def test_only_hosts_of_the_list_are_asked(web: Web, host: str) -> None:
    """A host is asked if it is on the list itself or is below one with a star, not if it only looks like one."""
    assert refusal(web, f"http://{host}/ok", "*.example.org", "a.museum") == "web-host"


@pytest.mark.parametrize("host", ["a.example.org", "A.Example.ORG", "a.b.example.org", "a.museum", "A.MUSEUM"])
def test_hosts_of_the_list_are_asked(web: Web, host: str) -> None:
    """Hosts of the list, and all below a star, are asked, whatever the case of their letters."""
    with no_name_server():
        assert refusal(web, f"http://{host}/ok", "*.example.org", "a.museum") == "web-no-such-host"


@pytest.mark.parametrize(("listed", "host"), [("*.Example.org", "a.example.org"), ("A.Museum", "a.museum")])
def test_the_list_may_be_written_in_any_case(web: Web, listed: str, host: str) -> None:
    """Whoever writes the policy may use capitals in a host's name, as everywhere else."""
    with no_name_server():
        assert refusal(web, f"http://{host}/ok", listed) == "web-no-such-host"


PRIVATE = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    "169.254.169.254",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - is what shall be refused
    "224.0.0.1",
    "255.255.255.255",
    "[::]",
    "[fe80::1]",
    "[fd00::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a00:1]",
    "[2002:7f00:1::]",
    "[64:ff9b::7f00:1]",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_the_inside_of_the_network_is_not_asked(partner: Partner, host: str) -> None:
    """An address that is not public is never asked, however it is written, even where the policy lists it."""
    asked = len(partner.asked)
    web = Web("test", limits=QUICK)
    url = f"http://{host}:{partner.server.server_port}/ok"
    assert refusal(web, url, host.strip("[]")) == "web-private-host"
    assert len(partner.asked) == asked


def test_a_redirect_into_the_network_is_not_followed(partner: Partner, web: Web) -> None:
    """An exempt server opens nothing but its own port: a redirect to another port of its machine is refused."""
    inside = socket.create_server(("127.0.0.1", 0))
    inside.settimeout(0)
    ANSWERS["/moved-inside"] = redirect(f"http://127.0.0.1:{inside.getsockname()[1]}/ok")
    with inside:
        assert refusal(web, partner("/moved-inside")) == "web-private-host"
        with pytest.raises(BlockingIOError):
            inside.accept()


ADDRESSES = ("{}", "http://{}", "http://{}.example.org/{}", "HTTPS://{}.example.org:{}", "{here}/{}", "{here}{}?{}")


@given(st.sampled_from(ADDRESSES), st.text())
def test_no_address_raises_anything_else(partner: Partner, web: Web, form: str, text: str) -> None:
    """Whatever people write for an address, it is fetched or refused with a sentence."""
    url = form.format(text, text, here=partner(""))
    with no_name_server(), suppress(Unfetched):
        web.fetch(url, ("127.0.0.1", "*.example.org"), io.BytesIO(), 10**6)
