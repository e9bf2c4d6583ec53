"""Which version of its tables a ledger has. Alembic, which brings it to another, is loaded where that is needed."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

MIGRATIONS = Path(__file__).parent / "migrations"

_VERSION = sa.table("alembic_version", sa.column("version_num"))


class NewerLedger(Exception):  # noqa: N818 - says what it is
    """The ledger was brought to tables that this version does not know."""


class UnknownLedger(Exception):  # noqa: N818 - says what it is
    """There are tables in the database that no version of this program made."""


def latest_version() -> str:
    """The version of the tables that this program works with: its last migration, each of which begins with its own."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def version_of(db: Connection) -> str | None:
    """The version that the ledger bears; None: it bears none."""
    if not sa.inspect(db).has_table(_VERSION.name):
        return None
    found = db.scalar(sa.select(_VERSION))
    return found and str(found)
