"""What Sentry is told, where an operator wants that: what went wrong and of which request, and who is there."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from redis import Redis

from bots.watcher import watch
from jobs.store.hands import holder_prefix

from .rig import Answer, Rig, published
from .test_processes import descendants, environment, running, until
from .test_secrets import sentry

PARTNERS = "what stands in a partner's list"

FAILS = f"""
import sys
import jobs.slice
from bots.cli.main import main

def fails(*_):
    raise ValueError({PARTNERS!r})

jobs.slice.plan_slice = fails
sys.exit(main(["work", "--once"]))
"""


def told(took: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    """What is in the envelopes that were sent, but for their headers."""
    for envelope in list(took):
        for line in envelope.splitlines():
            payload = json.loads(line)
            if not {"type", "length"} <= payload.keys():
                yield payload


def events(took: Sequence[bytes], text: str) -> list[dict[str, Any]]:
    """The events in which this stands."""
    return [event for event in told(took) if "event_id" in event and text in json.dumps(event)]


def test_a_crash_is_told_with_its_request_and_nothing_of_its_partners(rig: Rig) -> None:
    """The kind of error, where it was and the request as a tag; not its words, which the log has."""
    rig.file(manifest=published(rig))
    watch(rig.hub, rig.queue)
    with sentry() as (dsn, took):
        command = [sys.executable, "-c", FAILS]
        variables = environment(rig, CPH_SENTRY_DSN=dsn)
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=True)
    assert PARTNERS in done.stderr
    [event] = events(took, "ValueError")
    assert event["tags"]["request"] == "H1"
    assert event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert PARTNERS.encode() not in b"".join(took)


def hangs(rig: Rig) -> None:
    """File a request of which the list never comes, so that a worker is at it as long as it lives."""
    rig.partner.answers["/hangs.csv"] = Answer(hang=True)
    rig.file(manifest=f"{rig.partner.address}/hangs.csv")
    watch(rig.hub, rig.queue)


def test_a_child_that_was_killed_is_told(rig: Rig, tmp_path: Path) -> None:
    """As by a pod that has no more memory: no code of the child can say so."""
    hangs(rig)
    with sentry() as (dsn, took), running(rig, "work", tmp_path / "log", CPH_SENTRY_DSN=dsn) as worker:
        until(lambda: rig.partner.asked, "it waits for the server")
        [child] = descendants(worker.pid)
        os.kill(child, signal.SIGKILL)
        until(lambda: events(took, "the process was killed"), "it is told")
    [event] = events(took, "the process was killed")
    assert event["tags"]["request"] == "H1"


def test_a_job_that_was_abandoned_is_told(rig: Rig, tmp_path: Path) -> None:
    """Worker and child were killed together: who queues the slice again says so."""
    hangs(rig)
    with running(rig, "work", tmp_path / "log", CPH_WEB_WAIT_SECONDS="60") as worker:
        until(lambda: rig.partner.asked, "it waits for the server")
        pids = [worker.pid, *descendants(worker.pid)]
    for pid in pids:  # as if half a minute had passed, in which nobody renewed its lease
        rig.hub.ledger.free_from(holder_prefix(pid))
    Redis.from_url(rig.settings.redis).hset("rq:job:cph-H1-0-0", "started_at", "2001-01-01T00:00:00.000000Z")
    with sentry() as (dsn, took), running(rig, "watch", tmp_path / "watch.log", CPH_SENTRY_DSN=dsn):
        until(lambda: events(took, "was abandoned"), "it is told")
    [event] = events(took, "was abandoned")
    assert event["tags"]["request"] == "H1"


def test_processes_check_in(rig: Rig, tmp_path: Path) -> None:
    """Each at its monitor, which is made with it: Sentry tells of a process that was not heard of for minutes."""
    rig.file(manifest=published(rig))
    with sentry() as (dsn, took):
        for command in ("watch", "work"):
            with running(rig, command, tmp_path / command, CPH_SENTRY_DSN=dsn):
                until(lambda: f'"cph-{command}"'.encode() in b"".join(took), "it checks in")  # noqa: B023 - called at once
    first, second = (one for one in told(took) if "check_in_id" in one)
    assert (first["monitor_slug"], second["monitor_slug"]) == ("cph-watch", "cph-work")
    for one in (first, second):
        assert one["status"] == "ok"
        assert one["monitor_config"]["schedule"] == {"type": "interval", "value": 1, "unit": "minute"}
