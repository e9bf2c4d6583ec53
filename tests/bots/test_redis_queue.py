"""The queue, on a real Valkey: what is put into it, and what must not come out of it."""

import http.server
import signal
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Callback, Queue
from rq.job import Job, JobStatus
from rq.registry import FailedJobRegistry
from rq.timeouts import HorseMonitorTimeoutException, JobTimeoutException
from rq.utils import now, utcformat
from rq.webhook import Webhook

from bots.queue.inspection import QueueState, inspected
from bots.queue.own_queue import own_queue
from bots.queue.redis_queue import JOB, HubJob, QueueUnreachable, RedisQueue, SliceTimeout, _DeathPenalty
from jobs.model.requests import Turn
from jobs.store.hands import LEASE_SECONDS
from tests.serving import serving


@pytest.fixture(scope="module", name="server")
def _server() -> Iterator[Redis]:
    with own_queue() as address, Redis.from_url(address) as client:
        yield client


@pytest.fixture(name="dispatch")
def _dispatch(server: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisQueue]:
    """An empty queue, which keeps what failed for a minute; RQ's own handling of signals ends with the test."""
    monkeypatch.setattr("bots.queue.redis_queue._FAILED_FOR", 60)
    server.flushall()
    place = server.connection_pool.connection_kwargs
    dispatch = RedisQueue(f"redis://{place['host']}:{place['port']}/0")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
    yield dispatch
    dispatch.close()
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(name="stranger")
def _stranger(server: Redis, dispatch: RedisQueue) -> Queue:  # noqa: ARG001 - emptied first
    """The same queue as somebody else who can reach the server may write into it."""
    return Queue("cph", connection=server, serializer="json")


def turn(request: int, slice_number: int, hand: int = 0) -> Turn:
    """A slice that a hand may do."""
    return Turn(request, hand, slice_number, "Partner")


def leave_mark(job: Job, *_: Any) -> None:
    """What a stranger would have run: makes the file that is the job's argument."""
    Path(str(job.args[0])).touch()


def failed(server: Redis) -> list[str]:
    """Why jobs failed."""
    registry = FailedJobRegistry("cph", connection=server, serializer="json")
    jobs = [Job.fetch(name, connection=server, serializer="json") for name in registry.get_job_ids()]
    return [str(result.exc_string) for job in jobs if (result := job.latest_result())]


def test_a_queue_is_looked_at_without_being_changed(server: Redis, dispatch: RedisQueue) -> None:
    """How many jobs, since when the first waits, whether anybody gets in; also where what comes first is no job."""
    place = server.connection_pool.connection_kwargs
    address = f"redis://{place['host']}:{place['port']}/0"
    with inspected(address) as queue:
        assert queue.server().is_open
        assert queue.state() == QueueState(0, 0.0, 0, 0)
        dispatch.put(turn(1, 0))
        then = now() - timedelta(seconds=50)
        server.hset("rq:job:cph-H1-0-0", "enqueued_at", utcformat(then))
        before = server.dump("rq:queue:cph")
        assert queue.state().queued == 1
        assert queue.state().oldest == pytest.approx(then.timestamp(), abs=1)
        assert server.dump("rq:queue:cph") == before
        for other in (b"\xff\x00", b"cph-H1-0-0"):
            server.hset(b"rq:job:" + other, "enqueued_at", b"\xff")
            server.lpush("rq:queue:cph", other)
            assert queue.state().oldest == 0.0
    with inspected("redis://127.0.0.1:1") as queue, pytest.raises(QueueUnreachable):
        queue.state()


@pytest.mark.parametrize(
    ("broken", "sound", "said"),
    [
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "maxmemory"),
        ("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0", "Not enough good replicas"),
        ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "read only replica"),
    ],
)
def test_a_server_that_takes_no_job_is_found_by_a_write_that_leaves_nothing(
    server: Any, dispatch: RedisQueue, broken: str, sound: str, said: str
) -> None:
    """One that is full, lacks its own replicas, or is another's: it answers all that is only asked."""
    place = server.connection_pool.connection_kwargs
    with inspected(f"redis://{place['host']}:{place['port']}/0") as queue:
        assert not queue.server().refusal
        server.execute_command(*broken.split())
        try:
            assert said in queue.server().refusal
            with pytest.raises(QueueUnreachable):
                dispatch.put(turn(1, 0))
        finally:
            server.execute_command(*sound.split())
        assert not queue.server().refusal
    assert server.dbsize() == 0


def test_what_is_no_redis_is_as_a_server_that_is_away() -> None:
    """A web server, whose port somebody wrote by mistake."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle(self) -> None:
            self.rfile.readline()
            self.wfile.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(Handler) as host, inspected(f"redis://{host}/0") as queue:
        for ask in (queue.server, RedisQueue(f"redis://{host}/0").reach):
            with pytest.raises(QueueUnreachable, match="HTTP"):
                ask()


def test_a_slice_is_queued_once(dispatch: RedisQueue, stranger: Queue) -> None:
    """The same slice put twice is one job; another slice, hand and request's are others, at the back."""
    turns = [turn(1, 0), turn(1, 0), turn(2, 0), turn(1, 1), turn(1, 1, hand=1)]
    assert [dispatch.put(one) for one in turns] == [True, False, True, True, True]
    assert stranger.job_ids == ["cph-H1-0-0", "cph-H2-0-0", "cph-H1-1-0", "cph-H1-1-1"]


def test_a_job_carries_two_numbers_and_no_more(dispatch: RedisQueue, server: Redis) -> None:
    """In the queue stands the one function's name and the numbers of a request and a hand, as JSON."""
    dispatch.put(turn(42, 7))
    job = Job.fetch("cph-H42-7-0", connection=server, serializer="json")
    assert (job.func_name, tuple(job.args), job.kwargs, job.instance) == (JOB, (42, 0), {}, None)


def test_a_slice_that_failed_is_not_put_again_at_once(dispatch: RedisQueue, server: Redis) -> None:
    """A slice that crashed keeps its name for a while, so that it is not tried in a circle."""
    dispatch.put(turn(1, 0))
    assert dispatch.work_here()
    assert failed(server) == [""]  # why is in the log, where nothing secret gets
    assert not dispatch.put(turn(1, 0))
    assert dispatch.put(turn(1, 1))
    assert 0 < server.ttl("rq:job:cph-H1-0-0") <= 60


def test_work_ends_after_so_many_jobs(dispatch: RedisQueue, stranger: Queue) -> None:
    """Of what is queued no more than asked for is run; without anything to run it says so."""
    assert not dispatch.work_here()
    for request in (1, 2, 3):
        dispatch.put(turn(request, 0))
    assert dispatch.work_here(2)
    assert stranger.job_ids == ["cph-H3-0-0"]


def test_who_works_between_other_things_is_no_known_worker(dispatch: RedisQueue, server: Redis) -> None:
    """As a `cph run` does: `cph doctor` cannot tell it from nobody, and says so."""
    dispatch.put(turn(1, 0))
    assert dispatch.work_here()
    place = server.connection_pool.connection_kwargs
    with inspected(f"redis://{place['host']}:{place['port']}/0") as queue:
        assert queue.state().workers == 0


def test_an_emptied_server_loses_nothing_for_good(dispatch: RedisQueue, server: Redis, stranger: Queue) -> None:
    """After Redis was wiped, what is put again is queued again."""
    assert dispatch.put(turn(1, 0))
    server.flushall()
    assert dispatch.put(turn(1, 0))
    assert stranger.job_ids == ["cph-H1-0-0"]


def test_what_a_killed_execution_left_ends_no_job_in_an_error(dispatch: RedisQueue, server: Redis) -> None:
    """Its name, that is: RQ takes what it names for there, when the job is done again and has gone well."""
    dispatch.put(turn(1, 0))
    job = HubJob.fetch("cph-H1-0-0", connection=server, serializer="json")
    server.zadd(job.execution_registry.key, {"killed": time.time() + 600})
    job.set_status(JobStatus.STARTED)
    assert job.get_executions() == []
    with server.pipeline() as pipeline:
        job.cleanup(0, pipeline=pipeline, remove_from_queue=False)
        pipeline.execute()
    assert not server.exists(job.key, job.execution_registry.key)


@pytest.mark.long
def test_a_silent_server_is_one_that_is_away(dispatch: RedisQueue) -> None:
    """It takes connections and answers nothing: that is said within a minute, also after work was done."""
    dispatch.work_here()
    assert 30 < dispatch._redis.connection_pool.connection_kwargs["socket_timeout"] <= 60
    with socket.create_server(("127.0.0.1", 0)) as silent:
        queue = RedisQueue(f"redis://127.0.0.1:{silent.getsockname()[1]}?socket_timeout=0.2")
        for ask in (queue.reach, queue.work_here, lambda: queue.put(turn(1, 0))):
            with pytest.raises(QueueUnreachable):
                ask()
        queue.close()


# What is in Redis is not trusted ----------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["its start", "a heartbeat"])
def test_what_outlived_a_wiped_server_bars_nothing(
    dispatch: RedisQueue, server: Redis, stranger: Queue, part: str
) -> None:
    """What a running job writes to a Redis that was wiped meanwhile does not keep its slice out of the queue."""
    dispatch.put(turn(1, 0))
    running = Job.fetch("cph-H1-0-0", connection=server, serializer="json")
    server.flushall()
    if part == "its start":
        with server.pipeline() as pipeline:
            running.prepare_for_execution("worker", pipeline)
            pipeline.execute()
    else:
        running.heartbeat(now(), 60)
    assert server.exists(running.key)
    assert dispatch.put(turn(1, 0))
    assert stranger.job_ids == ["cph-H1-0-0"]


@pytest.mark.parametrize(("seconds", "put"), [(LEASE_SECONDS - 5, False), (LEASE_SECONDS + 5, True)])
def test_what_was_killed_bars_nothing_for_longer_than_its_lease(
    dispatch: RedisQueue, server: Redis, stranger: Queue, seconds: float, *, put: bool
) -> None:
    """A slice that no process holds any more is put again, though Redis still has it as one that is being done."""
    dispatch.put(turn(1, 0))
    job = Job.fetch("cph-H1-0-0", connection=server, serializer="json")
    stranger.pop_job_id()
    with server.pipeline() as pipeline:
        job.prepare_for_execution("worker", pipeline)
        pipeline.execute()
    server.hset(job.key, "started_at", utcformat(now() - timedelta(seconds=seconds)))
    assert dispatch.put(turn(1, 0)) is put
    assert stranger.job_ids == ["cph-H1-0-0"] * put


def test_no_other_function_is_run(
    dispatch: RedisQueue, stranger: Queue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Jobs that name other functions are dropped without running them, and the operator is told."""
    mark = tmp_path / "mark"
    for name in ("os.system", "subprocess.getoutput", "os.popen", "bots.worker.serve"):
        stranger.enqueue_call(name, (f"touch {mark}",))
    assert not dispatch.work_here()
    assert not mark.exists()
    assert caplog.text.count("not a job of this queue") == 4


def test_a_stranger_could_have_run_it(server: Redis, stranger: Queue, tmp_path: Path) -> None:
    """A plain worker does run such a job: what keeps it from running is the hub's own kind of job."""
    mark = tmp_path / "mark"
    job = stranger.enqueue_call("os.system", (f"touch {mark}",))
    Job.fetch(job.id, connection=server, serializer="json").perform()
    assert mark.exists()


def test_no_method_of_an_object_is_run(dispatch: RedisQueue, stranger: Queue, caplog: pytest.LogCaptureFixture) -> None:
    """A job whose function is an object's method is refused, even under the right name."""
    job = stranger.create_job(JOB, (1,))
    job.instance = {"any": "object"}
    stranger.enqueue_job(job)
    dispatch.work_here()
    assert "PermissionError" in caplog.text


def test_no_callback_is_run(dispatch: RedisQueue, server: Redis, stranger: Queue, tmp_path: Path) -> None:
    """A job that is the hub's own and names a function to call on its failure fails without calling it."""
    mark = tmp_path / "mark"
    stranger.enqueue_call(JOB, (1, 0), on_failure=Callback(leave_mark))
    dispatch.work_here()
    assert len(failed(server)) == 1
    assert not mark.exists()


FORGED: dict[str, Any] = {
    "no JSON": {"data": b"\x80\x04."},
    "bad dates": {"created_at": b"yesterday", "enqueued_at": b"\xff"},
    "a bad number": {"timeout": b"soon"},
    "no status": {"status": b"?"},
    "a text for a number": {"data": b'["bots.worker.advance", null, ["1"], {}]'},
    "huge": {"description": b"x" * 30_000_000},
    "huge when unpacked": {"data": zlib.compress(b" " * 300_000_000)},
    "no text": {"description": b"\xff\xfe"},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=list(FORGED))
def test_what_is_no_job_is_dropped_and_the_next_one_runs(
    dispatch: RedisQueue, server: Redis, stranger: Queue, forged: dict[Any, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever stands in Redis, the operator reads a line of it, it leaves nothing, and the next honest job runs."""
    job = stranger.enqueue_call(JOB, (1, 0))
    server.hset(job.key, mapping=forged)
    dispatch.put(turn(2, 0))
    assert dispatch.work_here()
    assert failed(server) == [""]
    assert not server.exists(job.key)
    [said] = [record.getMessage() for record in caplog.records if record.name == "bots.queue.redis_queue"]
    assert job.id in said
    assert len(said) < 500


@pytest.mark.parametrize("name", [b"\xff\xfe", b"a b", b""])
def test_names_that_are_none_are_dropped(dispatch: RedisQueue, server: Redis, stranger: Queue, name: bytes) -> None:
    """So is what is no name of a job; and a name under which there is something else."""
    server.rpush(stranger.key, name, "text")
    server.set("rq:job:text", "x")
    server.set("rq:job:cph-H2-0", "x")
    dispatch.put(turn(2, 0))
    assert dispatch.work_here()
    assert len(failed(server)) == 1
    assert server.lrange(stranger.intermediate_queue_key, 0, -1) in ([], [b"text"])


def test_two_hubs_share_a_server(dispatch: RedisQueue, server: Redis) -> None:
    """The same request's number in two hubs is two jobs, and each works on its own."""
    place = server.connection_pool.connection_kwargs
    other = RedisQueue(f"redis://{place['host']}:{place['port']}/0", "other")
    assert [dispatch.put(turn(1, 0)), other.put(turn(1, 0))] == [True, True]
    assert dispatch.work_here()
    assert other.work_here()
    other.close()


def test_no_callback_is_even_looked_up(server: Redis, stranger: Queue) -> None:
    """Whatever callbacks stand in Redis, a job of the hub's has none."""
    callback = Callback(leave_mark)
    job = stranger.enqueue_call(JOB, (1, 0), on_success=callback, on_failure=callback, on_stopped=callback)
    ours = HubJob.fetch(job.id, connection=server, serializer="json")
    assert (ours.success_callback, ours.failure_callback, ours.stopped_callback) == (None, None, None)


def test_no_server_is_told(dispatch: RedisQueue, stranger: Queue) -> None:
    """A job that names a web address to be asked on its end asks nobody from inside the network."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True).start()
        hook = Webhook(f"http://127.0.0.1:{web.server_port}/inside", "failed", timeout=5)
        stranger.enqueue_call(JOB, (1, 0), webhooks=[hook])
        dispatch.work_here()
        web.shutdown()
    assert asked == []


def test_other_data_is_no_job(dispatch: RedisQueue, server: Redis, stranger: Queue, tmp_path: Path) -> None:
    """Data that is no JSON, a pickle above all, is not read; what comes after it is run all the same."""
    mark = tmp_path / "mark"
    pickled = f"cos\nsystem\n(S'touch {mark}'\ntR.".encode()
    for data in (b"", b"[]", b'"x"', b"[1, 2, 3, 4]", b"{}", pickled, zlib.compress(pickled)):
        server.hset(stranger.enqueue_call(JOB, (1, 0)).key, "data", data)
    dispatch.put(turn(2, 0))
    dispatch.work_here()
    assert not mark.exists()
    assert stranger.job_ids == []
    assert not dispatch.put(turn(2, 0))


# Jobs that run too long ------------------------------------------------------------------------------------------


def time_limit() -> AbstractContextManager[None]:
    """One second, as a worker limits a slice."""
    limit: AbstractContextManager[None] = _DeathPenalty(1, JobTimeoutException)  # type: ignore[no-untyped-call]
    return limit


def catch_everything(seconds: float) -> None:
    """A function that, as pywikibot does, catches every Exception and goes on."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            time.sleep(0.01)
        except Exception:  # noqa: BLE001, S112 - the point of it
            continue


def test_a_slice_that_runs_too_long_is_ended() -> None:
    """The end of a slice's time goes through every `except Exception` on its way."""
    with pytest.raises(SliceTimeout, match="over 1 s"), time_limit():
        catch_everything(10)


def test_a_slice_in_time_is_left_alone() -> None:
    """Nothing is raised in a slice that ends in time, nor after it."""
    with time_limit():
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_worker_that_looks_after_its_child_is_not_ended() -> None:
    """RQ looks each 30 s at a job that runs in a child, by the same means: a long job must not end the worker."""
    look: AbstractContextManager[None] = _DeathPenalty(1, HorseMonitorTimeoutException)  # type: ignore[no-untyped-call]
    with pytest.raises(HorseMonitorTimeoutException), look:
        time.sleep(5)
