"""A look at the queue, for people and what watches over the bot: nothing is put, taken or changed."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, ResponseError
from redis.retry import Retry
from rq import Worker
from rq.utils import utcparse
from rq.worker import BaseWorker

from bots.queue.redis_queue import HubJob, HubQueue, waited_for


@dataclass(frozen=True)
class QueueState:
    """How many slices wait, and the first of them since when (seconds since the epoch; 0: none does).

    `failed`: those whose job ended in an error just now; what failed before stands in the ledger. `workers`: the
    processes that take jobs.
    """

    queued: int
    oldest: float
    failed: int
    workers: int


@dataclass(frozen=True)
class QueueWorker:
    """A process that takes jobs, `since` when, and when it was `heard` of last (seconds since the epoch; 0: not known).

    `process`: its id on its `host`; `job`: the name of the one that it does, if any.
    """

    name: str
    host: str
    process: int
    state: str
    job: str
    since: float
    heard: float


@dataclass(frozen=True)
class QueueServer:
    """A Redis. `version`: of what it speaks like (Valkey: `redis_version`). `eviction`: its `maxmemory-policy`.

    `memory`: the part of what it may have that it has taken (0: it may have any). `is_open`: whether it lets in who has
    no password. `refusal`: what it says to a write (empty: it takes it).
    """

    version: str
    eviction: str
    memory: float
    is_open: bool
    refusal: str = ""


_SECONDS_TO_LOOK = 5


class Inspection:
    """The queue of a name at a Redis address. What is asked raises QueueUnreachable where it does not answer."""

    def __init__(self, redis: Redis, name: str) -> None:
        self._redis = redis
        self._queue = HubQueue(name, connection=redis, serializer="json", job_class=HubJob)

    @waited_for()
    def state(self) -> QueueState:
        """What is queued now."""
        failed = self._queue.failed_job_registry.get_job_count(cleanup=False)
        return QueueState(self._queue.count, self._since(), failed, Worker.count(queue=self._queue))

    def _since(self) -> float:
        """Since when the first job waits; 0 where there is none, or what is there is no job."""
        name: Any = self._redis.lindex(self._queue.key, 0)
        since: Any = name and self._redis.hget(HubJob.redis_job_namespace_prefix.encode() + name, "enqueued_at")
        with suppress(ValueError):
            return _seconds(utcparse(since.decode())) if since else 0.0
        return 0.0

    @waited_for()
    def workers(self) -> list[QueueWorker]:
        """The processes that take jobs, by their names."""
        known = Worker.all(queue=self._queue, job_class=HubJob, queue_class=HubQueue, serializer="json")
        return [_worker(one) for one in sorted(known, key=lambda one: one.name)]

    @waited_for()
    def server(self) -> QueueServer:
        """The Redis itself."""
        said: Any = self._redis.info()
        taken = said["used_memory"] / said["maxmemory"] if said["maxmemory"] else 0.0
        version, eviction = str(said["redis_version"]), str(said["maxmemory_policy"])
        return QueueServer(version, eviction, taken, _is_open(self._redis), self._refusal())

    def _refusal(self) -> str:
        """What is said to a write that takes memory and, as there is nothing to be written, leaves none (SETRANGE)."""
        try:
            self._redis.setrange(f"{self._queue.key}:none", 0, "")
        except ResponseError as error:  # a copy of another, full, without its own copies, or not for this user
            return str(error)
        return ""


@contextmanager
def inspected(url: str, name: str = "cph") -> Iterator[Inspection]:
    """A look at the queue of this name at a Redis address, which is not waited for."""
    impatient: dict[str, Any] = {"socket_timeout": _SECONDS_TO_LOOK, "socket_connect_timeout": _SECONDS_TO_LOOK}
    with Redis.from_url(url, retry=Retry(NoBackoff(), 0), **impatient) as redis:
        yield Inspection(redis, name)


def _worker(known: BaseWorker) -> QueueWorker:
    since, heard = (_seconds(moment) for moment in (known.birth_date, known.last_heartbeat))
    job = known.get_current_job_id() or ""
    return QueueWorker(known.name, known.hostname or "", known.pid or 0, str(known.get_state()), job, since, heard)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _is_open(redis: Redis) -> bool:
    """Whether a connection without a password is let in; who reaches a socket's file is not anybody."""
    kept = redis.connection_pool
    if "path" in kept.connection_kwargs:
        return False
    anybody = {key: value for key, value in kept.connection_kwargs.items() if key not in {"username", "password"}}
    pool = ConnectionPool(connection_class=kept.connection_class, **anybody)
    try:
        Redis(connection_pool=pool).ping()
    except (AuthenticationError, ResponseError):
        return False
    finally:
        pool.disconnect()
    return True
