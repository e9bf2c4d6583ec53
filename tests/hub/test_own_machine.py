"""What befalls the bot's own machine: nothing is lost or done twice, the operator reads why, and it goes on."""

import resource
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection

from bots import worker
from bots.watcher import watch
from jobs.context.hub import Hub
from jobs.io.spool import Spool
from jobs.model.requests import ItemState
from jobs.slice import advance
from jobs.store import tables

from .rig import Rig, picture, published

LARGEST = 900_000
"""Bytes that a file may have where the disk is as good as full; the ledger is smaller."""
TOLD = "the folder for large files"


@contextmanager
def full_disk() -> Iterator[None]:
    """Meanwhile this process cannot write a large file: write(2) fails as on a full disk (setrlimit(2))."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def asked(rig: Rig, title: str, shade: int) -> str:
    """Ask for one large file, which the wiki does not fetch itself; returns its title."""
    rig.set_policy("localhost", pilot=0)
    content = picture(shade, "PNG") + bytes(LARGEST)
    url = rig.partner.publish("/large.png", content, "image/png").replace(rig.partner.address, rig.partner.elsewhere)
    rows = [{"title": title, "number": "1", "media_url": url}]
    rig.file(manifest=rig.partner.publish_list("/list.csv", rows))
    watch(rig.hub, rig.queue)
    return f"File:{title} - 1.png"


def due(rig: Rig) -> None:
    """Have the time come at which the request goes on by itself."""
    request = rig.hub.ledger.get(1)
    assert time.time() < request.not_before <= time.time() + 60
    rig.hub.ledger.update_request(request, not_before=0.0)


def until_told(hub: Hub, caplog: pytest.LogCaptureFixture, times: int) -> None:
    """Go on with the request until the operator was told so often."""
    for _ in range(3):
        if caplog.text.count(TOLD) < times:
            advance(hub, 1)


def uploads(rig: Rig, title: str) -> int:
    """How often the file was uploaded, by the wiki's log."""
    found = rig.person("Stranger").api(action="query", list="logevents", letype="upload", letitle=title)
    return len(found["query"]["logevents"])


def test_a_full_disk_is_waited_for(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """As long as it takes, and no row is refused or fails, for it is nobody's fault but the machine's."""
    title = asked(rig, "On a full disk", 0x920001)
    advance(rig.hub, 1)  # the list is read
    with full_disk():
        for _ in range(10):
            advance(rig.hub, 1)
            assert rig.hub.ledger.get(1).state == "received"
            due(rig)
    assert caplog.text.count(TOLD) == 10
    rig.work()
    rig.approve()
    rig.hub.ledger.update_request(rig.hub.ledger.get(1), not_before=0.0)
    watch(rig.hub, rig.queue)
    with full_disk():
        until_told(rig.hub, caplog, 11)
        assert rig.hub.ledger.counts(rig.hub.ledger.get(1))[ItemState.FAILED] == 0
        due(rig)
    assert caplog.text.count(TOLD) == 11
    assert "Traceback" not in caplog.text
    rig.work()
    assert rig.status() == "done"
    assert uploads(rig, title) == 1


@pytest.fixture
def elsewhere(rig: Rig, tmp_path: Path) -> Hub:
    """The rig's hub, with a folder for large files that holds nothing else and is not there yet."""
    return replace(rig.hub, spool=Spool(tmp_path / "spool" / "cph"))


def test_a_folder_for_large_files_that_is_gone_is_made_anew(
    rig: Rig, elsewhere: Hub, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a file is fetched, and while it is being sent."""
    title = asked(rig, "Without a spool", 0x920002)
    advance(elsewhere, 1)
    assert caplog.text.count(TOLD) == 1
    due(rig)
    advance(elsewhere, 1)
    rig.work()
    rig.approve()
    watch(rig.hub, rig.queue)
    wiki, stash = rig.hub.wikis["commons"], rig.hub.wikis["commons"].stash

    def cleaned_up(path: Path, to: str, **more: Any) -> str:
        shutil.rmtree(elsewhere.spool.folder)
        return stash(path, to, **more)

    with monkeypatch.context() as patched:
        patched.setattr(wiki, "stash", cleaned_up)
        until_told(elsewhere, caplog, 2)
    assert caplog.text.count(TOLD) == 2
    due(rig)
    while elsewhere.ledger.waiting():
        advance(elsewhere, 1)
    assert rig.status() == "done"
    assert uploads(rig, title) == 1


@contextmanager
def full_ledger(hub: Hub) -> Iterator[None]:
    """Meanwhile the database takes no further page: SQLite answers as on a full disk (PRAGMA max_page_count)."""
    pages = 0

    def limit(connection: Connection) -> None:
        nonlocal pages
        pages = pages or connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    event.listen(hub.ledger._engine, "begin", limit)
    try:
        yield
    finally:
        pages = 1_000_000
        hub.ledger.open()  # a connection that is kept has it too
        event.remove(hub.ledger._engine, "begin", limit)


@pytest.mark.sqlite
def test_a_ledger_without_room_is_waited_for(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """The job ends without a traceback, and goes on where it was."""
    rows = [{"title": f"Row {n}", "number": f"{n}", "media_url": f"https://a.example/{'x' * 900}"} for n in range(300)]
    rig.file(manifest=rig.partner.publish_list("/list.csv", rows))
    watch(rig.hub, rig.queue)
    with full_ledger(rig.hub):
        worker.advance(1, 0)
        assert "H1 waits for the ledger" in caplog.text
        assert "full" in caplog.text
        watch(rig.hub, rig.queue)
    assert rig.hub.ledger.get(1).state == "received"
    rig.hub.ledger.run(lambda db: db.execute(sa.delete(tables.hands)))  # its lease could not be given back
    advance(rig.hub, 1)
    assert sum(rig.hub.ledger.counts(rig.hub.ledger.get(1)).values()) == 300


def test_a_clock_that_was_wrong_keeps_no_request_waiting(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was noted by a clock that is set right meanwhile holds nothing up for longer than by a good one."""
    rig.file(manifest=published(rig, "By a wrong clock"))
    watch(rig.hub, rig.queue)
    right = time.time
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: right() + 3600)
        advance(rig.hub, 1)
    assert rig.hub.ledger.waiting()
    rig.work()
    assert rig.status() == "planned"
    request = rig.hub.ledger.get(1)
    rig.hub.ledger.update_request(request, not_before=right() + 3600 + 5)
    rig.approve()
    rig.work()
    assert rig.status() == "done"
