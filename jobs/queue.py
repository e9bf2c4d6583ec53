"""RQ, which only dispatches: a job carries a request's number and runs one named function.

With Redis wiped nothing is lost: whatever is open in the ledger is put into the queue again.
"""

from collections.abc import Callable
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError as QueueUnreachable
from rq import Queue, SimpleWorker, Worker
from rq.exceptions import DuplicateJobError
from rq.job import Job
from rq.timeouts import UnixSignalDeathPenalty

__all__ = ["JOB", "Dispatch", "HubJob", "QueueUnreachable", "SliceTimeout"]

JOB = "bots.worker.advance"
"""The one function that a job may run."""

SLICE_TIMEOUT = 3600
"""Seconds: the longest a single file may take."""

_FAILED_FOR = 30
"""Seconds for which a slice that failed keeps its name, and so is not tried again."""


class SliceTimeout(BaseException):
    """A job ran too long. No `Exception`, for pywikibot catches those and goes on."""


class _DeathPenalty(UnixSignalDeathPenalty):
    def handle_death_penalty(self, _signum: int, _frame: object) -> None:
        raise SliceTimeout(f"over {self._timeout} s")


class HubJob(Job):
    """A job that can run nothing but `JOB`: what is in Redis is not trusted to name functions."""

    @property
    def func(self) -> Callable[..., Any]:
        """The one function, or PermissionError."""
        if self.func_name != JOB or self.instance is not None:
            raise PermissionError(f"not a job of this queue: {self.func_name}")
        function: Callable[..., Any] = super().func
        return function

    webhooks = property(lambda _self: [], lambda _self, _value: None)
    success_callback = failure_callback = stopped_callback = property(lambda _self: None)


class _QuietWorker(SimpleWorker):
    """A worker that leaves the process's signals to whoever owns the process."""

    death_penalty_class = _DeathPenalty

    def _install_signal_handlers(self) -> None:
        """Leave them as they are."""


class Dispatch:
    """The queue at a Redis address."""

    def __init__(self, url: str, name: str = "hub") -> None:
        self._redis = Redis.from_url(url)
        self._queue = Queue(
            name, connection=self._redis, serializer="json", job_class=HubJob, death_penalty_class=_DeathPenalty
        )

    def reach(self) -> None:
        """Raises QueueUnreachable unless it is there."""
        self._redis.ping()

    def put(self, request: int, slice_number: int) -> bool:
        """Queue the request's next slice, at the back; False if that very slice is queued, runs, or just failed."""
        job_id = f"H{request}-{slice_number}"
        self._clear_remnant(job_id)
        try:
            self._queue.enqueue_call(
                JOB,
                (request,),
                job_id=job_id,
                unique=True,
                timeout=SLICE_TIMEOUT,
                result_ttl=0,
                failure_ttl=_FAILED_FOR,
                description=f"H{request}",
            )
        except DuplicateJobError:
            return False
        return True

    def _clear_remnant(self, job_id: str) -> None:
        """Forget what a job left that outlived a wiped Redis: a heartbeat alone, which would bar its name for ever."""
        key = HubJob.key_for(job_id)
        if self._redis.exists(key) and not self._redis.hexists(key, "status"):
            self._redis.delete(key)

    def work(self, *, once: bool, killed: Callable[[str], None]) -> None:
        """Run jobs, each in a process of its own, until SIGTERM (once: until none is left).

        `killed` is told what a job was when its process was killed. One queue, so that a crash loses no job (BLMOVE).
        """
        worker = Worker(
            [self._queue],
            connection=self._redis,
            serializer="json",
            job_class=HubJob,
            worker_ttl=60,
            maintenance_interval=60,
            work_horse_killed_handler=lambda job, *_: killed(job.description or job.id),
        )
        worker.death_penalty_class = _DeathPenalty
        worker.work(burst=once)

    def work_here(self, most: int | None = None) -> bool:
        """Run what is queued (at the most so many jobs) in this process; whether there was anything."""
        worker = _QuietWorker([self._queue], connection=self._redis, serializer="json", job_class=HubJob)
        return worker.work(burst=True, max_jobs=most)

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()
