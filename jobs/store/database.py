"""The database of the ledger: how it is opened, and what a transaction is."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from jobs.model.requests import StoredRequest
from jobs.model.states import State
from jobs.store import tables


class Superseded(Exception):  # noqa: N818 - ends a job whose work is no longer wanted
    """The request was changed while a job worked on its older version."""


class LedgerLocked(Exception):  # noqa: N818 - says what it is
    """Another process has the database to itself, or the database cannot be reached: nothing was read or written."""


class LedgerUnusable(Exception):  # noqa: N818 - says what it is
    """There is no database at the address, and none can be made there."""


_DRIVER = "for MariaDB, install with the extra “mariadb” (pip install '.[mariadb]'), and write mysql+pymysql://…"
"""What is said where the database's driver is not installed."""


class Database:
    """The database at an SQLAlchemy address, for instance `sqlite:///hub.sqlite`. Safe to use from many processes.

    Everything may raise LedgerLocked, and opening it LedgerUnusable. Each public method of its subclasses is one
    transaction.
    """

    def __init__(self, url: str) -> None:
        try:
            # Without a pool no connection is carried over a fork.
            self._engine = sa.create_engine(url, poolclass=NullPool)
            if self._engine.dialect.name == "sqlite":
                event.listen(self._engine, "connect", _set_up_sqlite)
            with self._transaction() as db:
                tables.metadata.create_all(db)
                lacking = sorted(_lacking(db))
            if lacking:
                raise LedgerUnusable(f"it was made by an older version, without {', '.join(lacking)}: start a new one")
        except ModuleNotFoundError as error:
            raise LedgerUnusable(f"{error}: {_DRIVER}") from None
        except sa.exc.SQLAlchemyError as error:
            raise LedgerUnusable(str(getattr(error, "orig", None) or error)) from None

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self._engine.begin())
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
            except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
                if self._engine.dialect.name == "sqlite" and "locked" not in str(error):
                    raise
                raise LedgerLocked(str(error)) from None
            yield connection

    def _state(self, db: Connection, request: StoredRequest) -> State:
        """Where the request is now. Raises Superseded if its text is another than the caller's."""
        column = tables.requests.c
        query = sa.select(column.fingerprint, column.revision, column.state).where(column.id == request.id)
        row = db.execute(query).one()
        if (row.fingerprint, row.revision) != (request.fingerprint, request.revision):
            raise Superseded(request.text_id)
        return State(row.state)


def _lacking(db: Connection) -> Iterator[str]:
    """The columns that tables of this version have, and those in the database have not."""
    inspector = sa.inspect(db)
    for table in tables.metadata.sorted_tables:
        there = {column["name"] for column in inspector.get_columns(table.name)}
        yield from (f"{table.name}.{name}" for name in {*table.c.keys()} - there)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin, not sqlite3's, opens each transaction
    connection.execute("PRAGMA busy_timeout=10000")
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        with suppress(sqlite3.OperationalError):  # locked: SQLite does not wait for this one
            connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")
