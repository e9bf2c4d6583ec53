"""Start servers on free ports of loopback together, and end them with all their children."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bots.queue.own_queue import free_port

from .debian import log_end

HOST = "127.0.0.1"
START_SECONDS = 30
END_SECONDS = 5
PORT_ATTEMPTS = 5

# Runs a command as the leader of its session. Beside it a shell waits for its standard input,
# a pipe from us, to close, and then ends the session: so also when we are killed outright.
GUARDED = 'exec 3<&0; (read -r _ <&3; kill -s INT 0; sleep 5; kill -s KILL 0) & exec "$@" 3<&-'


class ServerError(Exception):
    """A server did not start; the message holds the end of its log."""


@dataclass(frozen=True)
class Server:
    """What to start: the command and environment for a port, and how to tell that it answers.

    `end` is the signal on which it ends in good order: SIGINT or SIGQUIT, which the waiting shell outlives.
    """

    name: str
    command: Callable[[int], Sequence[str]]
    environment: Callable[[int], Mapping[str, str]]
    answers: Callable[[int], bool]
    log: Path
    end: signal.Signals = signal.SIGINT


@contextmanager
def serving(servers: Sequence[Server]) -> Iterator[Mapping[str, int]]:
    """Start servers at the same time and yield the port of each by its name once all answer.

    Ends them on exit. Raises ServerError if one does not answer within START_SECONDS.
    """
    with ExitStack() as stack:
        with ThreadPoolExecutor() as threads:
            started = list(threads.map(lambda server: _start(server, stack), servers))
        yield {server.name: port for server, (port, _) in zip(servers, started, strict=True)}


class Restartable:
    """A server that runs while the context lasts, and can be killed and started again on its port meanwhile."""

    def __init__(self, server: Server) -> None:
        self.port = 0
        """Where it answers, from the first start on."""
        self._server = server
        self._stack = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return once it answers, at once if it runs. Raises ServerError as `serving` does."""
        if self._process is None or self._process.poll() is not None:
            self._stack.close()
            with ExitStack() as stack:
                self.port, self._process = _start(self._server, stack, self.port)
                self._stack = stack.pop_all()

    def kill(self) -> None:
        """End it by SIGKILL; returns once it has ended."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Have it be there and answer nothing meanwhile, as one whose disk hangs."""
        assert self._process  # noqa: S101 - it runs
        self._process.send_signal(signal.SIGSTOP)
        try:
            # The signal stops its threads one after the other: whichever has not heard of it yet still answers.
            while not all(_is_stopped(thread) for thread in Path(f"/proc/{self._process.pid}/task").iterdir()):
                time.sleep(0.001)
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _is_stopped(thread: Path) -> bool:
    """By its folder (proc(5)); one that has ended answers nothing either."""
    with suppress(OSError):
        return (thread / "stat").read_text().rpartition(") ")[2].startswith("T")
    return True


def _start(server: Server, stack: ExitStack, fixed: int = 0) -> tuple[int, subprocess.Popen[bytes]]:
    deadline = time.monotonic() + START_SECONDS
    # Another process may take the port before the server does, which then ends at once.
    for _ in range(PORT_ATTEMPTS):
        port = fixed or free_port()
        process = stack.enter_context(_process(server, port))
        while process.poll() is None:
            # If another has taken the port, it may be that one which answers.
            if server.answers(port) and process.poll() is None:
                return port, process
            if time.monotonic() > deadline:
                message = f"{server.name} did not answer in time. {log_end(server.log)}"
                raise ServerError(message)
            time.sleep(0.02)
    message = f"{server.name} ended at once. {log_end(server.log)}"
    raise ServerError(message)


@contextmanager
def _process(server: Server, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with server.log.open("ab") as log:
        process = subprocess.Popen(
            ["sh", "-c", GUARDED, server.name, *server.command(port)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=server.environment(port),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        # The servers end in good order on their signal; what is left of the session does not.
        # The waiting shell is in it until the last, so the number cannot have passed to another.
        os.killpg(process.pid, server.end)
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
