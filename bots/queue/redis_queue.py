"""RQ, which only dispatches: a job carries the numbers of a request and a hand, and runs one named function.

With Redis wiped nothing is lost: whatever is open in the ledger is put into the queue again.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError as QueueUnreachable
from redis.exceptions import InvalidResponse, OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as QueueSlow
from rq import Queue, SimpleWorker, Worker
from rq.exceptions import AbandonedJobError, DuplicateJobError, NoSuchJobError
from rq.executions import Execution, ExecutionRegistry
from rq.intermediate_queue import IntermediateQueue
from rq.job import JOB_ID_PATTERN, Job, JobStatus
from rq.timeouts import HorseMonitorTimeoutException, UnixSignalDeathPenalty
from rq.utils import now, utcformat
from rq.worker import BaseWorker

from bots.ending import end_soon
from jobs.context.doing import doing
from jobs.model.requests import Turn
from jobs.store.hands import LEASE_SECONDS

__all__ = ["JOB", "HubJob", "HubQueue", "QueueUnreachable", "RedisQueue", "SliceTimeout", "waited_for"]

JOB = "bots.worker.advance"
"""The one function that a job may run."""

SLICE_TIMEOUT = 3600
"""Seconds: the longest a single file may take."""

_FAILED_FOR = 2
"""Seconds for which a slice that failed keeps its name: what failed before the ledger could tell it to wait."""


_LARGEST = 16_384
"""Bytes that a job may take in Redis: ours take about one thousand."""

_log = logging.getLogger(__name__)


def _drop(name: object, why: object) -> None:
    """Tell the operator (what is logged as an error goes to Sentry too)."""
    _log.error("what is no job of this program was dropped from the queue: %.80r: %.200r", name, why)


def _tell_abandoned(request: str, name: str) -> None:
    with doing(request=request):
        _log.error("%s was abandoned, for its process is gone; it is done again", name)


def _note_abandoned(job: Any, kind: type[BaseException], *_: object) -> None:
    """What RQ calls for each job that did not end well; most of them are told of otherwise."""
    if kind is AbandonedJobError:
        _tell_abandoned(job.description, job.id)


class SliceTimeout(BaseException):
    """A job ran too long. No `Exception`, for pywikibot catches those and goes on."""


class _DeathPenalty(UnixSignalDeathPenalty):
    def handle_death_penalty(self, signum: int, frame: object) -> None:
        if self._exception is HorseMonitorTimeoutException:  # a worker's look at its child, each 30 s
            super().handle_death_penalty(signum, frame)  # type: ignore[no-untyped-call]
        raise SliceTimeout(f"over {self._timeout} s")


class _Executions(ExecutionRegistry):
    """The executions of a job; of one whose process was killed the name may outlive what it names."""

    def get_executions(self, start: int = 0, end: int = -1) -> list[Execution]:
        """Those that are there."""
        found = []
        for name in self.get_execution_ids(start, end):
            with suppress(ValueError):
                found.append(Execution.fetch(id=name, job_id=self.job_id, connection=self.connection))
        return found


class HubJob(Job):
    """A job that can run nothing but `JOB`: what is in Redis is not trusted to name functions."""

    @classmethod
    def fetch(cls, id: str, connection: Any = None, serializer: Any = None) -> Any:  # noqa: A002 - RQ's name
        """The job. Raises NoSuchJobError, also of what is none of ours: that is deleted, and logged as an error."""
        try:
            cls._check_size(id, connection)
            job: Any = super().fetch(id, connection, serializer)
            job.check()
        except (NoSuchJobError, QueueUnreachable, QueueSlow):
            raise
        except Exception as error:  # noqa: BLE001 - whatever can be wrong with what anybody may have written
            _drop(id, error)
            connection.delete(cls.key_for(id))
            raise NoSuchJobError(id) from None
        return job

    @classmethod
    def _check_size(cls, name: str, connection: Any) -> None:
        size = connection.memory_usage(cls.key_for(name), samples=0) or 0
        if size > _LARGEST:
            raise ValueError(f"{size} bytes")

    def check(self) -> None:
        """Raises whatever is wrong with what the job would run."""
        self.func  # noqa: B018 - raises
        if [type(value) for value in self.args] != [int, int] or self.kwargs:
            raise ValueError("not the numbers of a request and a hand")
        self.timeout = SLICE_TIMEOUT

    @property
    def func(self) -> Callable[..., Any]:
        """The one function, or PermissionError."""
        if self.func_name != JOB or self.instance is not None:
            raise PermissionError(f"not a job of this queue: {self.func_name}")
        function: Callable[..., Any] = super().func
        return function

    @property
    def execution_registry(self) -> ExecutionRegistry:
        """Who is at it: with RQ's own a slice that went well would end in an error about another that was killed."""
        return _Executions(self.id, self.connection)

    webhooks = property(lambda _self: [], lambda _self, _value: None)
    success_callback = failure_callback = stopped_callback = property(lambda _self: None)


class HubQueue(Queue):
    """A queue that bears names of jobs which are none."""

    @classmethod
    def lmove(cls, connection: Any, queue_key: str, timeout: int | None) -> Any:
        """The next job's name; in the place of one that is no text, one that no job has."""
        moved = super().lmove(connection, queue_key, timeout)
        if moved is None or JOB_ID_PATTERN.fullmatch(moved[1].decode("utf-8", "replace")):
            return moved
        _drop(moved[1], "no name of a job")
        connection.lrem(IntermediateQueue(queue_key, connection).key, 0, moved[1])
        return moved[0], b"none"


_WORKER_SECONDS = 45
"""RQ waits a quarter of a minute less for a job, and 10 s longer for a server that is silent."""

_GRACE_SECONDS = 7.0
"""For so long after SIGTERM a slice may come to its end; one that waits for a server that hangs is done again."""


_FAILURES = {status.value.encode() for status in (JobStatus.FAILED, JobStatus.STOPPED)}


class _Discreet(BaseWorker):
    """A worker that leaves no traceback in Redis: what went wrong is in the log, without what is secret."""

    def handle_job_failure(
        self, job: Any, queue: Any, started_job_registry: Any = None, exc_string: str = "", execution: Any = None
    ) -> None:
        """As RQ does, but for the traceback; a server without room for the failure keeps no job that nobody is at.

        RQ logs what it cannot write, and would bar the job's name for minutes. A server that is full still deletes.
        """
        del exc_string
        super().handle_job_failure(job, queue, started_job_registry, execution=execution)
        if self.connection.hget(job.key, "status") not in _FAILURES:
            self.connection.delete(job.key)


class _Worker(_Discreet, Worker):
    """A worker that ends soon after it was told to."""

    death_penalty_class = _DeathPenalty
    beat: Callable[[], None]
    before_job: Callable[[], None]
    told_to_end = False

    def execute_job(self, job: Any, queue: Any) -> None:
        """As RQ does."""
        self.before_job()
        super().execute_job(job, queue)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """As RQ does, each half a minute."""
        super().heartbeat(timeout, pipeline)
        self.beat()

    def request_stop(self, signum: int, frame: Any) -> None:
        """As RQ does, but a slice is not waited for longer than `_GRACE_SECONDS`."""
        self.told_to_end = True
        end_soon()
        timer = threading.Timer(_GRACE_SECONDS, self._end_slice)
        timer.daemon = True
        timer.start()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def _end_slice(self) -> None:
        if self.horse_pid:
            self.kill_horse()


class _QuietWorker(_Discreet, SimpleWorker):
    """A worker that leaves the process's signals to whoever owns the process."""

    death_penalty_class = _DeathPenalty

    def _install_signal_handlers(self) -> None:
        """Leave them as they are."""


_FORGET_REMNANT = """
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' or redis.call('HEXISTS', KEYS[1], 'data') == 0 then
    redis.call('DEL', KEYS[1])
    return
end
local job = redis.call('HMGET', KEYS[1], 'status', 'started_at')
if job[1] == 'started' and job[2] and job[2] < ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
"""
"""Looks and deletes at once: a job that somebody puts meanwhile, or began since the time in ARGV, is none.

Returns 1 where the process of one that had begun is gone.
"""


_TAKES_NO_WRITES = re.compile("MISCONF|NOREPLICAS")
"""Its disk is full; those that copy it are away."""


@contextmanager
def waited_for() -> Iterator[None]:
    """A server that takes no writes now (without memory, disk or copies, or a copy of another) is as one that is away.

    So is what is no Redis.
    """
    try:
        yield
    except (OutOfMemoryError, ReadOnlyError, QueueSlow, InvalidResponse) as error:
        raise QueueUnreachable(str(error)) from None
    except ResponseError as error:
        if not _TAKES_NO_WRITES.search(str(error)):
            raise
        raise QueueUnreachable(str(error)) from None


class RedisQueue:
    """The queue at a Redis address. `name`: with it the names of its jobs begin, for several hubs may share a Redis."""

    def __init__(self, url: str, name: str = "cph") -> None:
        self._redis = Redis.from_url(url)
        self._forget_remnant = self._redis.register_script(_FORGET_REMNANT)
        self._queue = HubQueue(
            name, connection=self._redis, serializer="json", job_class=HubJob, death_penalty_class=_DeathPenalty
        )

    @waited_for()
    def reach(self) -> None:
        """Raises QueueUnreachable unless it is there."""
        self._redis.ping()

    @waited_for()
    def put(self, turn: Turn) -> bool:
        """Queue a slice, at the back; False if that very slice is queued, began just now, or just failed.

        It is one that no process holds: where it began longer ago than a lease lasts, its process was killed.
        """
        job_id = f"{self._queue.name}-H{turn.request}-{turn.slice}-{turn.hand}"
        if self._clear_remnant(job_id):
            _tell_abandoned(f"H{turn.request}", job_id)
        try:
            self._queue.enqueue_call(
                JOB,
                (turn.request, turn.hand),
                job_id=job_id,
                unique=True,
                timeout=SLICE_TIMEOUT,
                result_ttl=0,
                failure_ttl=_FAILED_FOR,
                description=f"H{turn.request}",
            )
        except DuplicateJobError:
            return False
        return True

    def _clear_remnant(self, job_id: str) -> bool:
        """Forget what would bar a job's name: what outlived a wiped Redis, or (True) the process that ran it.

        RQ would keep the name of what was killed in a `cph run` for `SLICE_TIMEOUT`.
        """
        begun = utcformat(now() - timedelta(seconds=LEASE_SECONDS))
        return bool(self._forget_remnant(keys=[HubJob.key_for(job_id)], args=[begun]))

    @waited_for()
    def work(
        self, *, once: bool, killed: Callable[[str, int, bool], None], beat: Callable[[], None],
        before_job: Callable[[], None],
    ) -> None:  # fmt: skip
        """Run jobs, each in a process of its own, until SIGTERM (once: until none is left).

        `killed` is told what a job was, the id of its process, and whether it was for this worker's own end, when that
        was killed; `beat` is called each half a minute, `before_job` before a job's process is made.
        There is one queue, so that a crash loses no job (BLMOVE).
        """
        worker = _Worker(
            [self._queue],
            **self._worker_options,
            exception_handlers=[_note_abandoned],
            maintenance_interval=60,
            work_horse_killed_handler=lambda job, pid, *_: killed(job.description or job.id, pid, worker.told_to_end),
        )
        worker.beat, worker.before_job = beat, before_job
        worker.work(burst=once)

    @waited_for()
    def work_here(self, most: int | None = None) -> bool:
        """Run what is queued (at the most so many jobs) in this process; whether there was anything."""
        return _QuietWorker([self._queue], **self._worker_options).work(burst=True, max_jobs=most)

    @property
    def _worker_options(self) -> dict[str, Any]:
        """What a worker of this queue takes jobs with."""
        return {
            "queue_class": HubQueue, "connection": self._redis, "serializer": "json", "job_class": HubJob,
            "worker_ttl": _WORKER_SECONDS,
        }  # fmt: skip

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()
