"""What the tests run on: two real wikis, a real queue, a real MariaDB, a partner's web server on loopback."""

import fcntl
import itertools
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, event

from deploy.sandbox import MariaDB, Sandbox, SandboxWiki, prepare, running
from deploy.sandbox.hub import cph, environment, furnish
from deploy.sandbox.mediawiki import WIKIS

# The same examples in every run, and no limit of time for each: what passes once passes always.
settings.register_profile("hub", deadline=None, derandomize=True, database=None)
settings.load_profile("hub")

os.environ["CPH_LOG"] = "text"  # tests read what processes say, but for those that are about JSON


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--ledger`: in which database."""
    parser.addoption("--ledger", choices=("sqlite", "mariadb"), help="where each rig has its ledger; else in either")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a wiki or MariaDB has the mark `wiki`: `make check` leaves it out."""
    for item in items:
        if not {"sandbox", "new_wikis", "own_wikis", "mariadb"}.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("wiki")


@event.listens_for(Engine, "connect")
def _does_not_wait_for_the_disk(connection: Any, _record: object) -> None:
    """No test's ledger is to outlive a loss of power."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


_PREPARED = Path(__file__).parent.parent / ".sandbox"


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data of wikis with Commons' templates on the one, and the project's pages on both, to be copied.

    Whichever of the processes that share the tests comes first makes them for all.
    """
    prepare(_PREPARED)
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    with (shared / "furnished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "furnished").exists():
            _furnish(shared / "furnished.new")
            (shared / "furnished.new").rename(shared / "furnished")
    return shared / "furnished"


def _furnish(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with running(_PREPARED, folder) as started:
        furnish(started.wikis["commons"], ["127.0.0.1"])
        variables = environment(started, folder, [])
        subprocess.run(cph("install", "--yes"), env=os.environ | variables, check=True, capture_output=True)


@pytest.fixture(scope="session")
def sandbox(furnished: Path) -> Iterator[Sandbox]:
    """Furnished wikis and a new queue for all tests of this process."""
    with _copied(furnished) as started:
        yield started


@contextmanager
def _copied(furnished: Path) -> Iterator[Sandbox]:
    with tempfile.TemporaryDirectory(dir=_PREPARED, prefix="test-") as run:
        for wiki in WIKIS:
            shutil.copytree(furnished / wiki, Path(run) / wiki, symlinks=True)
        with running(_PREPARED, Path(run)) as started:
            yield started


@pytest.fixture(scope="module")
def own_wikis(furnished: Path) -> Iterator[Sandbox]:
    """Furnished wikis and a queue of a module's own: what is done to them no other test sees."""
    with _copied(furnished) as started:
        yield started


@pytest.fixture(scope="module")
def new_wikis() -> Iterator[Sandbox]:
    """Wikis and a queue of a module's own, on which nothing of the project's is installed."""
    prepare(_PREPARED)
    with tempfile.TemporaryDirectory(dir=_PREPARED, prefix="test-") as run, running(_PREPARED, Path(run)) as started:
        yield started


@pytest.fixture(scope="session")
def commons_wiki(sandbox: Sandbox) -> SandboxWiki:
    """The wiki that files are uploaded to."""
    return sandbox.wikis["commons"]


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """A MariaDB for all tests of this run, started for the first of them that needs it."""
    prepare(_PREPARED)
    with (
        tempfile.TemporaryDirectory(dir=_PREPARED, prefix="test-") as run,
        MariaDB(_PREPARED, Path(run)) as started,
    ):
        yield started


_NUMBERS = itertools.count(1)


@pytest.fixture
def mariadb_url(mariadb: MariaDB) -> str:
    """The address of a new, empty database, whose default is Latin-1."""
    mariadb.start()  # A test that failed may have left it killed.
    return mariadb.create(f"cph_{next(_NUMBERS)}")


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.wiki)])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new ledger, in SQLite and in MariaDB."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.sqlite"
    url: str = request.getfixturevalue("mariadb_url")
    return url
