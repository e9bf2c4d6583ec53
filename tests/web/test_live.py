"""Server-sent events, over real connections to real processes."""

import re
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from deploy.sandbox.demo import wait_until
from jobs.model.states import Event
from jobs.store.ledger import Ledger
from tests.hub.browser import browser

from .conftest import Served, file, served


@pytest.fixture
def dashboard(ledger: Ledger, ledger_url: str, tmp_path: Path) -> Iterator[Served]:
    """The dashboard, in processes of its own."""
    del ledger  # it is there
    with served(tmp_path, CPH_LEDGER=ledger_url) as made:
        yield made


def listen(dashboard: Served, page: str = "/", **headers: str) -> requests.Response:
    """Listen as the script of the page does."""
    told = re.search('data-events="([^"]*)"', requests.get(dashboard.address + page).text)
    assert told
    return requests.get(dashboard.address + told[1].replace("&amp;", "&"), stream=True, headers=headers, timeout=60)


def next_event(lines: Iterator[bytes]) -> str:
    """The id of the next event."""
    return next(line for line in lines if line.startswith(b"id: ")).decode().removeprefix("id: ")


@pytest.mark.long
def test_an_event_comes_when_something_happened(dashboard: Served, ledger: Ledger) -> None:
    """To the request that is looked at; and to nobody who looks at another."""
    with listen(dashboard) as of_all, listen(dashboard, "/request/H2") as of_other:
        assert of_all.headers["Content-Type"] == "text/event-stream"
        ledger.move(ledger.get(1), Event.PAUSE)
        next_event(of_all.iter_lines())
        lines = of_other.iter_lines()
        assert [next(lines) for _ in range(4)] == [b"retry: 5000", b"", b":", b""]
        file(ledger, 3, {"type": "edit"})
        ledger.move(ledger.get(2), Event.CANCEL)
        next_event(lines)


@pytest.mark.long
def test_what_happened_meanwhile_is_told_at_once(dashboard: Served, ledger: Ledger) -> None:
    """To who connects again with the last event that they had, and to who had read the page before it happened."""
    with listen(dashboard) as events:
        ledger.move(ledger.get(1), Event.PAUSE)
        seen = next_event(events.iter_lines())
    ledger.move(ledger.get(1), Event.GO_ON)
    with listen(dashboard, **{"Last-Event-ID": seen}) as events:
        now = next_event(events.iter_lines())
        assert now != seen
    with listen(dashboard, **{"Last-Event-ID": now}) as events:
        lines = events.iter_lines()
        assert [next(lines) for _ in range(4)] == [b"retry: 5000", b"", b":", b""]


@pytest.mark.long
def test_only_so_many_listen_at_once(dashboard: Served) -> None:
    """Others are told nothing (204), and read pages as ever; whoever leaves makes room."""
    streams = [listen(dashboard) for _ in range(4)]
    for stream in streams:
        next(stream.iter_lines())
    assert listen(dashboard).status_code == 204
    assert requests.get(dashboard.address).ok
    for stream in streams:
        stream.close()

    def is_free() -> bool:
        with listen(dashboard) as stream:
            return stream.status_code == 200

    wait_until(is_free, "room for one who listens")


@pytest.mark.long
def test_it_ends_soon_though_somebody_listens(dashboard: Served) -> None:
    """The stream, which would go on for minutes, ends with the process: within 10 s, where a processor is free."""
    with listen(dashboard) as events:
        lines = events.iter_lines()
        next(lines)
        dashboard.process.send_signal(signal.SIGTERM)
        assert dashboard.process.wait(timeout=60) == 0
        assert b"data" not in b"".join(lines)


@pytest.mark.long
def test_a_page_follows_what_goes_on(dashboard: Served, ledger: Ledger, tmp_path: Path) -> None:
    """Where there is script, without anybody doing anything."""
    with browser(tmp_path / "profile") as tab:
        tab.open(f"{dashboard.address}/request/H1")
        assert tab.run("document.querySelector('.standing').innerText") == "Running"
        ledger.move(ledger.get(1), Event.PAUSE)
        wait_until(lambda: tab.run("document.querySelector('.standing').innerText") == "Paused", "the new state")
        assert not tab.errors


@pytest.mark.long
def test_who_is_silent_in_the_midst_of_something_keeps_no_thread(dashboard: Served) -> None:
    """A head and a form that stand still: more than there are threads, and others read all the same."""
    place = urlsplit(dashboard.address)
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nto"
    halves = ("GET /healthz HTTP/1.1\r\nHost:", f"POST /logout HTTP/1.1\r\nHost: a\r\n{form}")
    with ExitStack() as stack:
        for half in map(str.encode, halves * 6):
            silent = stack.enter_context(socket.create_connection((place.hostname or "", place.port or 0)))
            silent.sendall(half)
        assert requests.get(f"{dashboard.address}/healthz", timeout=60).ok
