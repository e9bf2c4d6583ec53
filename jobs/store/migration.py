"""Brings a database to this version's tables: Alembic's migrations, run by one process at a time."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from jobs.store import tables
from jobs.store.version import MIGRATIONS, NewerLedger, UnknownLedger, latest_version, version_of

_log = logging.getLogger(__name__)

_WAIT_SECONDS = 600
"""For so long the database is asked at a time to wait for another process that does it."""

BEFORE_ALEMBIC = {"shown_items": "0001", "published_version": "0002"}
"""What a ledger is that bears no version: the migration that made a column of its requests."""


_MADE_LAST = "filed_as"
"""A column of requests that a ledger has only while it is made, or when it bears a version."""


class Age(Enum):
    """What the tables in a database are to this version of the program."""

    NONE = auto()
    OLDER = auto()
    CURRENT = auto()
    NEWER = auto()
    UNKNOWN = auto()
    """Another program made them."""


def age_of(db: Connection) -> Age:
    """How old the ledger is; nothing is changed."""
    there = version_of(db)
    scripts = ScriptDirectory.from_config(_config())
    if there is None:
        columns = _columns_of_requests(db)
        if not columns:
            return Age.UNKNOWN if _has_such_tables(db) else Age.NONE
        return Age.UNKNOWN if columns.isdisjoint({*BEFORE_ALEMBIC, _MADE_LAST}) else Age.OLDER
    if there == latest_version():
        return Age.CURRENT
    return Age.OLDER if there in {script.revision for script in scripts.walk_revisions()} else Age.NEWER


def _has_such_tables(db: Connection) -> bool:
    return not tables.metadata.tables.keys().isdisjoint(sa.inspect(db).get_table_names())


def bring_up_to_date(engine: sa.Engine) -> None:
    """Make the ledger's tables, or bring them to this version. Raises NewerLedger and UnknownLedger."""
    scripts = ScriptDirectory.from_config(_config())
    with engine.connect() as db, _alone(db), db.begin():
        before = _migrate(db, scripts)
    if before:
        _log.info("the ledger was brought from version %s of its tables to %s", before, latest_version())


def _migrate(db: Connection, scripts: ScriptDirectory) -> str:
    """The version that the ledger had before; empty: there was none, or it is this one."""
    config = _config()
    config.attributes["connection"] = db
    there = version_of(db)
    known = {script.revision for script in scripts.walk_revisions()}
    columns = _columns_of_requests(db)
    if there is None and not columns:
        if _has_such_tables(db):
            raise UnknownLedger("another program has tables in it that are called as those of a ledger are")
        _make(db, config)
        return ""
    if there is None and _MADE_LAST in columns and db.execute(sa.select(tables.requests.c.id)).first() is None:
        tables.metadata.drop_all(db)  # MariaDB commits each, and whoever made them was broken off
        _make(db, config)
        return ""
    if there is None:
        there = next((version for column, version in BEFORE_ALEMBIC.items() if column in columns), None)
        if there is None:
            raise UnknownLedger("its tables are not those of a ledger of this program: start a new one")
        command.stamp(config, there)
    elif there not in known:
        raise NewerLedger(f"a newer version of cph made its tables ({there}): update cph")
    command.upgrade(config, "head")
    return "" if there == latest_version() else there


def _make(db: Connection, config: Config) -> None:
    tables.metadata.create_all(db)
    command.stamp(config, "head")


def _columns_of_requests(db: Connection) -> set[str]:
    inspector = sa.inspect(db)
    if not inspector.has_table("requests"):
        return set()
    return {column["name"] for column in inspector.get_columns("requests")}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@contextmanager
def _alone(db: Connection) -> Iterator[None]:
    """No other process does the same meanwhile, and in SQLite tables may be made anew, whatever refers to them."""
    if db.dialect.name == "sqlite":
        connection: Any = db.connection.driver_connection  # SQLite hears of it outside of transactions only
        connection.execute("PRAGMA foreign_keys=OFF")
        try:
            yield
        finally:
            connection.execute("PRAGMA foreign_keys=ON")
        return
    name = f"cph-migrate-{db.engine.url.database}"[:64]
    while not db.scalar(sa.select(sa.func.get_lock(name, _WAIT_SECONDS))):
        db.rollback()
    db.commit()
    try:
        yield
    finally:
        db.execute(sa.select(sa.func.release_lock(name)))
        db.commit()
