"""What wakes the watcher, and that nothing a stream says does more than that."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import chain, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.cli.serving import pause
from bots.events import ear
from bots.events.changes import Change, Watched, read_change
from bots.events.ear import Ear, listening
from bots.events.stream import Event, events
from jobs.context.hub import Hub
from jobs.io.http import Web
from jobs.io.spool import Spool
from jobs.model.requests import NewRequest
from jobs.store.ledger import Ledger

from .streams import Stream, streaming

COMMONS = Watched("commons.wikimedia.org", "Bot", "Commons:Hub", "Commons talk:Hub", "User:Bot/Stop")


@pytest.fixture
def told() -> Iterator[Stream]:
    """A stream."""
    with streaming() as made:
        yield made


@pytest.fixture
def heard(told: Stream) -> Iterator[Ear]:
    """Who listens to it."""
    with listening(Ear(told.address, "cph (operator@example.org)", [COMMONS])) as listener:
        yield listener


def until(true: Callable[[], object]) -> None:
    """Wait for something to be true."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


# What a stream says ------------------------------------------------------------------------------------------


def read(*chunks: bytes) -> list[Event]:
    """The events in these chunks."""
    return [event for event in events(chunks) if event]


def test_events_are_read_as_servers_send_them() -> None:
    """Comments, other fields, data in several lines, each kind of white space; an event without data is none."""
    sent = b":ok\r\n\r\nevent: message\nid: [7]\ndata: {\ndata:}\nretry: 3\n\nid: 8\n\ndata: x\n\ndata: unfinished\n"
    assert read(sent) == [Event("[7]", "{\n}"), Event("8", "x")]


@given(st.lists(st.integers(0, 60), max_size=8))
def test_chunks_end_anywhere(cuts: list[int]) -> None:
    """What the network makes of it changes nothing."""
    sent = "id: 7\ndata: Å\n\nid: 8\ndata: متحف\ndata: b\n\n".encode()
    ends = sorted({min(cut, len(sent)) for cut in cuts} | {0, len(sent)})
    assert read(*(sent[start:end] for start, end in pairwise(ends))) == read(sent)


@pytest.mark.long
def test_what_is_endless_takes_no_memory_and_what_comes_after_it_is_read() -> None:
    """A line of 20 MB, and an event of so many lines."""
    line = chain([b"data: "], (b"x" * 50_000 for _ in range(400)), [b"\n\n"])
    lines = (b"data: x\n" * 5_000 for _ in range(500))
    after = [b"\n\ndata: short\n\n"]
    largest = 0
    for event in events(chain(line, lines, after)):
        largest = max(largest, len(event.data) if event else 0)
    assert largest == len("short")


@given(st.binary(max_size=200))
def test_any_bytes_are_borne(sent: bytes) -> None:
    """Garbage is no event, or one that says nothing."""
    for event in read(sent, b"\n\n"):
        read_change(event.data)


@pytest.mark.parametrize("id_", ["a\tb", "Å", "x" * 5_000, "a\x00b"])
def test_an_id_that_no_header_takes_is_not_kept(id_: str) -> None:
    """With it no connection could be made any more."""
    assert read(f"id: {id_}\ndata: x\n\n".encode()) == [Event("", "x")]


# What an event says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        {"meta": {"domain": "commons.wikimedia.org"}, "title": "Commons:Hub/H1", "user": "A B", "type": "edit"},
        {
            "meta": {"domain": "commons.wikimedia.org"}, "page": {"page_title": "Commons:Hub/H1"},
            "performer": {"user_text": "A_B"},
        },
    ],
)  # fmt: skip
def test_both_streams_say_which_page_of_which_wiki_was_changed_by_whom(event: object) -> None:
    """`recentchange` and `mediawiki.page_change.v1`."""
    assert read_change(json.dumps(event)) == Change("commons.wikimedia.org", "Commons:Hub/H1", "A B")


@pytest.mark.parametrize(
    "said", ["", "[]", "7", "null", '{"meta": 1}', "{}", "[" * 100_000, '{"meta": {"domain": {}}}']
)
def test_what_is_no_event_of_a_wikis_is_none_of_the_bots(said: str) -> None:
    """Nothing is raised."""
    change = read_change(said)
    assert change is None or not COMMONS.concerns(change)


@pytest.mark.parametrize(
    ("title", "concerns"),
    [
        ("Commons:Hub", True), ("Commons:Hub/Policy.json", True), ("Commons:Hub/H1", True),
        ("Commons talk:Hub/H1", True), ("User:Bot/Stop", True), ("Commons talk:Hub", False), ("Commons:Hubs", False),
        ("Commons:Other", False), ("File:A.jpg", False), ("", False),
    ],
)  # fmt: skip
def test_what_people_tell_the_bot_on_concerns_it(title: str, *, concerns: bool) -> None:
    """The request page, reports and the policy, their talk pages, the stop page; on this wiki; not its own edits."""
    assert COMMONS.concerns(Change("commons.wikimedia.org", title, "Partner")) is concerns
    assert not COMMONS.concerns(Change("commons.wikimedia.org", title, "Bot"))
    assert not COMMONS.concerns(Change("canary", title, "Partner"))
    assert not COMMONS.concerns(Change("meta.wikimedia.org", title, "Partner"))


# Listening ---------------------------------------------------------------------------------------------------


def test_an_edit_that_concerns_the_bot_is_heard(told: Stream, heard: Ear) -> None:
    """With underscores or spaces; the looks after it are no rarer, and the server is told who asks."""
    told.tell("Commons:Other page", COMMONS.domain)
    until(heard.is_quiet)
    assert not heard.heard.is_set()
    told.tell("Commons_talk:Hub/H1", COMMONS.domain)
    assert heard.heard.wait(30)
    assert not heard.is_quiet()
    assert told.asked[0]["User-Agent"] == "cph (operator@example.org)"


def test_canaries_wake_nobody_and_show_that_the_stream_is_alive(told: Stream, heard: Ear) -> None:
    """They look like edits of the very page."""
    assert not heard.is_quiet()
    told.tell("Commons:Hub", "canary")
    until(heard.is_quiet)
    assert not heard.heard.is_set()


@pytest.mark.long
def test_a_stream_that_ends_is_begun_anew_after_the_last_event(told: Stream, heard: Ear) -> None:
    """Nothing that was said meanwhile is missed, and a server that refuses the id is asked without it.

    One that has too much to do is asked after as long as it says.
    """
    told.tell("Commons:Other", COMMONS.domain, '[{"offset":7}]')
    told.end()
    until(lambda: len(told.asked) == 2)
    assert told.asked[1]["Last-Event-ID"] == '[{"offset":7}]'
    told.statuses += [500, 429, 400, 200]
    told.end()
    until(lambda: len(told.asked) == 6)
    assert ["Last-Event-ID" in asked for asked in told.asked] == [False, True, True, True, True, False]
    assert told.asked_at[4] - told.asked_at[3] >= 2
    told.tell("Commons:Hub", COMMONS.domain)
    assert heard.heard.wait(30)


def test_garbage_is_no_sign_of_life_and_ends_nothing(told: Stream, heard: Ear) -> None:
    """The wikis are looked at as often as without a stream; what is sound after it is heard."""
    for said in (
        b"data: {{{\n\n",
        b"\xff\xfe\n\n",
        b"data: [1]\n\n",
        b"HTTP/1.1 200 OK\n\n",
        b"data: " + b"x" * 2_000_000,
    ):
        told.says.put(said)
    told.says.put(b"\n\n")
    until(told.says.empty)
    assert not heard.is_quiet()
    told.tell("Commons:Hub", COMMONS.domain)
    assert heard.heard.wait(30)
    assert len(told.asked) == 1


@pytest.mark.long
@pytest.mark.parametrize("drips", [True, False])
def test_a_stream_that_says_nothing_is_dead(told: Stream, monkeypatch: pytest.MonkeyPatch, *, drips: bool) -> None:
    """Whether it is silent or sends comments alone: it is begun anew, and nobody relies on it meanwhile."""
    monkeypatch.setattr(ear, "_SILENT_SECONDS", 0.5)
    with listening(Ear(told.address, "cph", [COMMONS])) as listener:
        told.tell("Commons:Other", COMMONS.domain)

        def begun_anew() -> bool:
            if drips:
                told.says.put(b":\n\n")
            return len(told.asked) > 1

        until(begun_anew)
        until(lambda: not listener.is_quiet())


def test_with_a_stream_that_is_alive_an_idle_bot_looks_rarely(told: Stream, heard: Ear, tmp_path: Path) -> None:
    """Not while it has work: what waits for a while is queued by a look. Who wants to look still more rarely, may."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    hub = Hub(ledger, {}, Web("cph", ()), Spool(tmp_path))
    assert pause(hub, heard, 15) == 15
    told.tell("Commons:Other", COMMONS.domain)
    until(heard.is_quiet)
    assert pause(hub, heard, 15) == 60
    assert pause(hub, heard, 3600) == 3600
    ledger.file("commons", "Commons:Hub", NewRequest("0" * 64, {"type": "upload"}, "Partner", 1))
    assert pause(hub, heard, 15) == 15
    told.tell("Commons:Hub", COMMONS.domain)
    assert heard.heard.wait(30)
    assert pause(hub, heard, 3600) == 3600
    ledger.close()


def test_where_no_server_is_nothing_is_heard_and_nothing_fails() -> None:
    """It is tried again, later and later."""
    with listening(Ear("http://127.0.0.1:1/stream", "cph", [COMMONS])) as listener:
        assert not listener.heard.wait(1)
        assert not listener.is_quiet()
