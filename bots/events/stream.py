"""A stream of server-sent events, as a server gives it: read in bounded memory, for as long as it says something."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import httpcore

from jobs.io.retry_after import seconds_of

_LONGEST = 1_000_000
"""Bytes of an event; what is longer is passed over."""
_LONGEST_ID = 4_000
_CONNECT_SECONDS = 20.0


class Broken(Exception):  # noqa: N818 - says what it is
    """The stream gives nothing more; why, for the log."""


class Refused(Broken):
    """Nor will it as it was asked."""


class Busy(Broken):
    """It says that it has too much to do, and for how many seconds."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


@dataclass(frozen=True)
class Event:
    """`id`: what to go on after (Last-Event-ID); empty: unknown."""

    id: str
    data: str


def stream(address: str, user_agent: str, after: str, silent_seconds: float) -> Iterator[Event | None]:
    """The events of the stream from that one on, without end. Raises Broken.

    None, again and again: something came, but no event. `silent_seconds`: without a byte, and it is broken.
    """
    resumed = [("Last-Event-ID", after)] if after else []
    headers = [("User-Agent", user_agent), ("Accept", "text/event-stream"), *resumed]
    timeout = {"connect": _CONNECT_SECONDS, "read": silent_seconds, "write": _CONNECT_SECONDS}
    try:
        with (
            httpcore.ConnectionPool() as pool,
            pool.stream("GET", address, headers=headers, extensions={"timeout": timeout}) as response,
        ):
            if response.status != 200:
                raise _broken(response)
            yield from events(response.iter_stream())
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise Broken(f"{type(error).__name__}: {error}") from None
    raise Broken("it ended")


def _broken(response: httpcore.Response) -> Broken:
    why = f"HTTP {response.status}"
    if response.status in {429, 503}:
        said = {name.lower(): value for name, value in response.headers}.get(b"retry-after", b"").decode("latin-1")
        return Busy(why, seconds_of(said) or 0.0)
    return (Refused if 400 <= response.status < 500 else Broken)(why)


def events(chunks: Iterable[bytes]) -> Iterator[Event | None]:
    """The events in what a server sends (https://html.spec.whatwg.org/multipage/server-sent-events.html).

    After each of the chunks None. An event without data is none, and neither is one that is too long.
    """
    id_, data, size = "", list[str](), 0
    for line in _lines(chunks):
        if line is None:
            yield None
            continue
        size += len(line)
        field, _, value = line.decode(errors="replace").partition(":")
        value = value.removeprefix(" ")
        if field == "id":
            id_ = value if value.isascii() and value.isprintable() and len(value) <= _LONGEST_ID else ""
        elif field == "data" and size < _LONGEST:
            data.append(value)
        elif not line:
            if data and size < _LONGEST:
                yield Event(id_, "\n".join(data))
            data, size = [], 0


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    """The lines, without their ends; of one that is too long the beginning. After each of the chunks None."""
    begun = b""
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            yield (begun + part)[:_LONGEST].removesuffix(b"\r")
            begun = b""
        begun = (begun + rest)[:_LONGEST]
        yield None


def still_speaks(told: Iterable[Event | None], silent_seconds: float) -> Iterator[Event]:
    """The events of a stream, as long as any come. Raises Broken: whatever else the server sends is no sign of life."""
    last = time.monotonic()
    for event in told:
        if event is not None:
            last = time.monotonic()
            yield event
        elif time.monotonic() > last + silent_seconds:
            raise Broken(f"no event for {silent_seconds:g} s")
