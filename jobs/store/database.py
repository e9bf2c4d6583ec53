"""The database of the ledger: how it is opened, and what a transaction is."""

import logging
import os
import random
import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection

from jobs.model.requests import StoredRequest
from jobs.model.states import State
from jobs.store import tables
from jobs.store.version import NewerLedger, UnknownLedger, latest_version, version_of

# It tells of connections that cannot be given back: the transaction that lost one says so already.
logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)

Params = ParamSpec("Params")
Result = TypeVar("Result")
AnyDatabase = TypeVar("AnyDatabase", bound="Database")


class Superseded(Exception):  # noqa: N818 - ends a job whose work is no longer wanted
    """The request was changed while a job worked on its older version."""


class LedgerLocked(Exception):  # noqa: N818 - says what it is
    """The database cannot be written at the moment: another process has it to itself, it is away, full or read-only.

    Nothing was written; or, if the connection was lost at the very end of a transaction, perhaps all of it.
    """


class LedgerUnusable(Exception):  # noqa: N818 - says what it is
    """There is no database at the address, and none can be made there; or it is not one of this program's."""


_DRIVER = "for MariaDB, install with the extra “mariadb” (pip install '.[mariadb]'), and write mysql+pymysql://…"
"""What is said where the database's driver is not installed."""

TRIES = 5
"""So often a transaction is done that others get in the way of."""

LOCK_SECONDS = 10
"""For so long a process that has the database, a table or a row of it to itself is waited for."""

_ANSWER_SECONDS = 20
"""For so long a server may be silent over a statement; none but a migration's takes longer, whatever the ledger has."""


def transaction(
    method: Callable[Concatenate[AnyDatabase, Connection, Params], Result],
) -> Callable[Concatenate[AnyDatabase, Params], Result]:
    """A method of a database as one transaction, which it is given; done again where others got in its way.

    What it raises takes back what it wrote. Raises LedgerLocked.
    """

    @wraps(method)
    def run(self: AnyDatabase, /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        for tries_left in reversed(range(TRIES)):
            try:
                return self.run(lambda db: method(self, db, *args, **kwargs))
            except sqlite3.OperationalError as error:  # while a connection was set up
                raise LedgerLocked(str(error)) from None
            except sa.exc.DBAPIError as error:
                if _is_away(error):
                    raise LedgerLocked(str(error.orig)) from None
                if not _is_clash(error) or (isinstance(error, sa.exc.IntegrityError) and not tries_left):
                    raise
                if not tries_left:
                    raise LedgerLocked(str(error.orig)) from None
                time.sleep(random.uniform(0, 0.05))  # noqa: S311 - keeps two of them from meeting again
        raise AssertionError

    return run


_REQUEST = tables.requests.c
_STATE = (
    sa.select(_REQUEST.fingerprint, _REQUEST.revision, _REQUEST.state)
    .where(_REQUEST.id == sa.bindparam("request"))
    .with_for_update()
)


class Database:
    """The database at an SQLAlchemy address, for instance `sqlite:///hub.sqlite`. Safe to use from many processes.

    Everything may raise LedgerLocked, and opening it LedgerUnusable. Each public method of its subclasses is one
    transaction.
    """

    def __init__(self, url: str) -> None:
        with opening():
            self._engine = engine_of(url)
            with self._engine.connect() as db, db.begin():
                there = version_of(db)
            if there != latest_version():
                _migrate(url)

    @property
    def address(self) -> str:
        """Where it is, as it may be shown: without its password."""
        return self._engine.url.render_as_string()

    def close(self) -> None:
        """Close the connections; what is asked afterwards opens new ones."""
        self._engine.dispose()

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Do this in one transaction. Raises LedgerLocked where it is not known whether the last step was taken."""
        with self._engine.connect() as db, db.begin() as begun:
            result = work(db)
            try:
                begun.commit()
            except sa.exc.DBAPIError as error:
                if _is_clash(error) and not error.connection_invalidated:
                    raise
                raise LedgerLocked(f"it is not known whether it was written: {error.orig}") from None
            return result

    def _state(self, db: Connection, request: StoredRequest) -> State:
        """Where the request is now; until the transaction ends no other changes it.

        Raises Superseded if its text is another than the caller's.
        """
        row = db.execute(_STATE, {"request": request.id}).one()
        if (row.fingerprint, row.revision) != (request.fingerprint, request.revision):
            raise Superseded(request.text_id)
        return State(row.state)


_CLASHES = frozenset({1020, 1062, 1213})
"""MariaDB: a row changed since it was read, another process wrote that key first, two processes wait for each other."""

_AWAY = frozenset(
    {1021, 1030, 1040, 1053, 1114, 1203, 1205, 1226, 1290, 1317, 1836, 1927, 1969, 2002, 2003, 2006, 2013, 2055}
)
"""MariaDB: full, too many connections, shutting down, a lock that is not given back, read-only, not reached, lost.

Or it broke a statement off: an operator or a limit of time ended it.
"""

_AWAY_SQLITE = ("locked", "full", "readonly", "disk i/o", "unable to open")
"""What SQLite says of the like; its codes are told by Python only in part."""


def _is_clash(error: sa.exc.DBAPIError) -> bool:
    """Whether the transaction would go well if it were done again at once."""
    return isinstance(error, sa.exc.IntegrityError) or error.connection_invalidated or _code(error) in _CLASHES


def _is_away(error: sa.exc.DBAPIError) -> bool:
    """Whether the database cannot be written for now, whatever is asked of it."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return any(words in str(error.orig).lower() for words in _AWAY_SQLITE)
    if error.orig and isinstance(error.orig.__context__, TimeoutError):
        return True  # a server that is there and silent would only be silent again
    return not error.connection_invalidated and _code(error) in _AWAY


def _is_missing(error: sa.exc.DBAPIError) -> bool:
    """Whether there is no file at the address, and none can be made: nothing that passes."""
    return "unable to open" in str(error.orig)


def _code(error: sa.exc.DBAPIError) -> int | None:
    code = error.orig.args[0] if error.orig and error.orig.args else None
    return code if isinstance(code, int) else None


# Engines


@contextmanager
def opening() -> Iterator[None]:
    """What goes wrong while a database is opened is LedgerLocked where it passes, else LedgerUnusable."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise LedgerUnusable(f"{error}: {_DRIVER}") from None
    except sqlite3.OperationalError as error:
        raise LedgerLocked(str(error)) from None
    except (NewerLedger, UnknownLedger) as error:
        raise LedgerUnusable(str(error)) from None
    except sa.exc.DBAPIError as error:
        if _is_away(error) and not _is_missing(error):
            raise LedgerLocked(str(error.orig)) from None
        raise LedgerUnusable(str(error.orig)) from None
    except sa.exc.SQLAlchemyError as error:
        raise LedgerUnusable(str(error)) from None


def engine_of(url: str) -> sa.Engine:
    """What the ledger is asked through: nothing that it is asked is waited for without end."""
    times = f", innodb_lock_wait_timeout = {LOCK_SECONDS}, lock_wait_timeout = {LOCK_SECONDS}"
    return _engine_that(url, times, {"read_timeout": _ANSWER_SECONDS, "write_timeout": _ANSWER_SECONDS})


def _migrate(url: str) -> None:
    """Bring the tables to this version through connections of their own, which bear that a statement takes hours."""
    from jobs.store.migration import bring_up_to_date  # noqa: PLC0415 - Alembic is needed once for each version

    engine = _engine_that(url, "", {})
    try:
        bring_up_to_date(engine)
    finally:
        engine.dispose()


def _engine_that(url: str, session: str, limits: Mapping[str, int]) -> sa.Engine:
    """An engine of which MariaDB is told this of each session (what does not fit is an error, not cut), and limits."""
    address = sa.engine.make_url(url)
    own: dict[str, Any] = {}
    if address.get_backend_name() in {"mysql", "mariadb"}:
        told = f"SET SESSION sql_mode = 'TRADITIONAL'{session}"
        # What another has committed is seen; what is changed is locked first (`Database._state`).
        own = {
            "isolation_level": "READ COMMITTED",
            "connect_args": {"init_command": told, "connect_timeout": 10, **limits},
        }
    # ToolsDB lets a tool have twenty connections: a few for each process, and none that is kept for long.
    engine = sa.create_engine(address, pool_size=2, max_overflow=4, pool_pre_ping=True, pool_recycle=300, **own)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    _engines.add(engine)
    return engine


_engines: weakref.WeakSet[sa.Engine] = weakref.WeakSet()


def _close_all() -> None:
    """No connection is carried over a fork: neither database bears that, not even that it is closed there."""
    for engine in list(_engines):
        engine.dispose()


os.register_at_fork(before=_close_all)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin, not sqlite3's, opens each transaction
    connection.execute(f"PRAGMA busy_timeout={LOCK_SECONDS * 1000}")
    _keep_log(connection)
    connection.execute("PRAGMA foreign_keys=ON")


def _keep_log(connection: Any) -> None:
    """Have readers and a writer not wait for each other, where the file can have what that needs beside it.

    Raises sqlite3.OperationalError where it may not be changed, or is another's for longer than `LOCK_SECONDS`.
    """
    end = time.monotonic() + LOCK_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)  # SQLite does not wait for this one
        else:
            return  # on a network's file system it stays as it is, and that is borne


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
