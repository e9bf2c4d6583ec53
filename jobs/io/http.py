"""Fetch what partners point to: bounded in size and time, and never from the inside of a network."""

import hashlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urljoin, urlsplit

import httpcore

from jobs.io.disk import is_full
from jobs.io.retry_after import seconds_of
from wikitext.messages import Message, message

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 503})
_MAX_REDIRECTS = 5
_LONGEST = 2_000
"""Characters in an address that is asked for; many servers take no more."""
_QUOTED = 200
_KEPT = "%/:?#[]@!$&'()*+,;=~"
_ADDRESSES = 3
"""So many addresses of a server are tried: of two that it has, one may be away."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unfetched(Exception):  # noqa: N818 - an expected outcome, told to the requester
    """An address gave nothing that can be used; `why` says it in a sentence."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.key)
        self.why = why


@dataclass(frozen=True)
class Fetched:
    """What was written to the file: its SHA-1 (hex), its size in bytes and the type the server called it."""

    sha1: str
    size: int
    content_type: str


class Writable(Protocol):
    """What bytes can be written to."""

    def write(self, data: bytes, /) -> int:
        """Take the bytes."""

    def flush(self) -> None:
        """Let others see them."""


@dataclass(frozen=True)
class Limits:
    """`wait`: seconds for a connection or the next byte. `slowest`: bytes a second, after `wait` seconds of grace."""

    wait: float = 20
    slowest: int = 5_000


class _Paced(httpcore.NetworkStream):
    """A stream that gives up on a server which drips: headers and body alike count, from each request on."""

    def __init__(self, stream: httpcore.NetworkStream, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._start = time.monotonic()
        self._received = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        elapsed = time.monotonic() - self._start
        if elapsed > self._limits.wait and self._received < self._limits.slowest * elapsed:
            raise httpcore.ReadTimeout("too slow")
        data = self._stream.read(max_bytes, timeout)
        self._received += len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._start, self._received = time.monotonic(), 0
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Paced(self._stream.start_tls(ssl_context, server_hostname, timeout), self._limits)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _PublicAddresses(httpcore.NetworkBackend):
    """Connects to public addresses only, and to the very ones that were checked, so DNS cannot change its mind."""

    def __init__(self, exempt: Collection[str], limits: Limits) -> None:
        self._exempt = frozenset(exempt)
        self._limits = limits
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = self._checked(host, port)[:_ADDRESSES]
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._connected(address, port, timeout, local_address, socket_options)
        return self._connected(last, port, timeout, local_address, socket_options)

    def _connected(self, address: str, port: int, *more: Any) -> httpcore.NetworkStream:
        return _Paced(self._backend.connect_tcp(address, port, *more), self._limits)

    def _checked(self, host: str, port: int) -> Sequence[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unfetched(message("web-no-such-host", host)) from None
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        if f"{host}:{port}" not in self._exempt and not all(_public(address) for address in addresses):
            raise Unfetched(message("web-private-host", host))
        return addresses


def _public(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if ip in _NAT64:
        mapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.is_global and not ip.is_multicast and (mapped is None or _public(str(mapped)))


class Web:
    """The way out to partners' servers.

    `exempt`: `host:port` pairs that may be inside the network; the operator's choice alone, for a sandbox.
    """

    def __init__(self, user_agent: str, exempt: Collection[str] = (), limits: Limits = Limits()) -> None:
        agent = f"{user_agent} httpcore/{httpcore.__version__}"
        self._headers: dict[bytes | str, bytes | str] = {"User-Agent": agent, "Accept-Encoding": "identity"}
        self._limits = limits
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            network_backend=_PublicAddresses(exempt, limits),
            max_connections=32,
            keepalive_expiry=10,
        )

    def close(self) -> None:
        """Close what is open: a connection must not be shared with a forked process."""
        self._pool.close()

    def fetch(self, url: str, hosts: Collection[str], to: Writable, most: int) -> Fetched:
        """Write what the address gives to `to`. `hosts`: who may be asked (`*.example.org`: and its subdomains).

        A server that is busy is asked twice more, after as long as it says.
        Raises Unfetched: refused, missing, over `most` bytes, too slow.
        """
        pauses = iter((self._limits.wait / 10, self._limits.wait / 2))
        for _ in range(_MAX_REDIRECTS):
            check_address(url, hosts)
            with self._response(url) as response:
                headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                if response.status in _REDIRECTS and "location" in headers:
                    url = _joined(url, headers["location"])
                    continue
                if response.status == 200:
                    return self._write(url, response.iter_stream(), to, most, headers)
                pause = next(pauses, None) if response.status in _BUSY else None
            if pause is None or (said := seconds_of(headers.get("retry-after", "")) or 0.0) > 2 * self._limits.wait:
                raise Unfetched(message("web-status", url, response.status))
            time.sleep(max(pause, said))
        raise Unfetched(message("web-redirects", url))

    @contextmanager
    def _response(self, url: str) -> Iterator[httpcore.Response]:
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._limits.wait)
        try:
            with self._pool.stream(
                "GET", ascii_address(url), headers=self._headers, extensions={"timeout": timeouts}
            ) as response:
                yield response
        except httpcore.TimeoutException:
            raise Unfetched(message("web-timeout", url)) from None
        except UnicodeError:  # a host that no name server could know
            raise Unfetched(message("web-address", url)) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            if is_full(error):  # the disk on which it is written is no fault of the server
                raise
            raise Unfetched(message("web-no-answer", url)) from None

    def _write(self, url: str, body: Iterable[bytes], to: Writable, most: int, headers: dict[str, str]) -> Fetched:
        digest, size = hashlib.sha1(usedforsecurity=False), 0
        for part in body:
            size += len(part)
            if size > most:
                raise Unfetched(message("web-too-large", url, -(-most // 1_000_000)))
            digest.update(part)
            to.write(part)
        expected = headers.get("content-length", str(size))
        if expected != str(size):
            raise Unfetched(message("web-no-answer", url))
        to.flush()
        return Fetched(digest.hexdigest(), size, headers.get("content-type", "").split(";")[0].strip().lower())


def check_address(url: str, hosts: Collection[str]) -> None:
    """Raises Unfetched unless the address is one that can be asked, on one of the hosts (as in `Web.fetch`)."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Unfetched(message("web-address", url[:_QUOTED])) from None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or len(url) > _LONGEST:
        raise Unfetched(message("web-address", url[:_QUOTED]))
    listed = [allowed.lower() for allowed in hosts]
    if not any(host == allowed or (allowed.startswith("*.") and host.endswith(allowed[1:])) for allowed in listed):
        raise Unfetched(message("web-host", host))


def _joined(url: str, location: str) -> str:
    """Where a redirect leads; servers send letters as UTF-8."""
    try:
        return urljoin(url, location.encode("latin-1").decode("utf-8", "replace"))
    except ValueError:
        raise Unfetched(message("web-address", location)) from None


def ascii_address(url: str) -> str:
    """The address as HTTP wants it, without fragment: what partners paste may have spaces and any script in it.

    Raises ValueError where it is none, or its host none that a name server could know.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    netloc = f"[{host}]" if ":" in host else host
    if parts.port:
        netloc += f":{parts.port}"
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    return f"{parts.scheme}://{netloc}{quote(parts.path, safe=_KEPT) or '/'}{query}"


def ascii_link(url: str) -> str:
    """As `ascii_address`, with the fragment: to servers it means nothing, to the page it may be all (`#/objects/7`)."""
    fragment = urlsplit(url).fragment
    return ascii_address(url) + (f"#{quote(fragment, safe=_KEPT)}" if fragment else "")
