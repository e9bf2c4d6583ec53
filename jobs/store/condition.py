"""What a database is like that is to have a ledger, asked without changing anything in it."""

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.store import tables
from jobs.store.column_types import TABLE
from jobs.store.database import engine_of, opening
from jobs.store.migration import Age, age_of


@dataclass(frozen=True)
class Condition:
    """A database. `server`: which program it is, and its version. `age`: of the ledger's tables in it.

    `charset`: what MariaDB would make of a new table (empty: SQLite's is always Unicode); `other_collations`: the
    ledger's tables that have another collation than they are made with. `journal`: SQLite's mode, `wal` where readers
    and a writer do not wait for each other (empty: MariaDB). `refusal`: what it says to a write (empty: it takes it).
    """

    server: str
    age: Age
    charset: str = ""
    other_collations: tuple[str, ...] = ()
    journal: str = ""
    refusal: str = ""


def examine(url: str) -> Condition:
    """The database at an SQLAlchemy address. Raises LedgerLocked and LedgerUnusable.

    A file of SQLite's that is not there would be made, empty: that it is there has to be known. Its journal is set as
    at every opening.
    """
    with opening():
        engine = engine_of(url)
        try:
            with engine.connect() as db, db.begin():
                found = _in_sqlite(db) if db.dialect.name == "sqlite" else _in_mariadb(db)
                return replace(found, refusal=_refusal(db, found.age))
        finally:
            engine.dispose()


def _in_sqlite(db: Connection) -> Condition:
    journal = db.scalar(sa.text("PRAGMA journal_mode"))
    return Condition(f"SQLite {db.scalar(sa.text('SELECT sqlite_version()'))}", age_of(db), journal=str(journal))


def _refusal(db: Connection, age: Age) -> str:
    """What is said to a write of nothing; one without tables is not asked."""
    if age in {Age.NONE, Age.UNKNOWN}:
        return ""
    try:
        db.execute(sa.text("INSERT INTO requests SELECT * FROM requests WHERE 1 = 0"))
    except sa.exc.DBAPIError as error:
        return str(error.orig)
    return ""


def _in_mariadb(db: Connection) -> Condition:
    names = ("TABLE_SCHEMA", "TABLE_NAME", "TABLE_COLLATION")
    schema = sa.table("TABLES", *(sa.column(name, sa.String) for name in names), schema="information_schema")
    ours = (sa.func.database() == schema.c.TABLE_SCHEMA, schema.c.TABLE_NAME.in_(tables.metadata.tables))
    others = TABLE["mysql_collate"] != schema.c.TABLE_COLLATION
    return Condition(
        f"MariaDB {db.scalar(sa.text('SELECT VERSION()'))}",
        age_of(db),
        charset=str(db.scalar(sa.text("SELECT @@character_set_database"))),
        other_collations=tuple(db.scalars(sa.select(schema.c.TABLE_NAME).where(*ours, others))),
    )
