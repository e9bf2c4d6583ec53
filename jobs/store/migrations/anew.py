"""Makes tables anew beside the old ones, and puts them in their place.

MariaDB commits with each change of a table, so a migration may be broken off after any statement: done once more, it
makes the tables again as long as the old ones stand in their place, and else goes on from there.

Each migration writes its tables out, a line for a column, and shares none of them with another or with
`jobs.store.tables`: what a ledger was is never another thing when the program goes on changing.
"""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from alembic import op

NEW, OLD = "new_", "old_"
"""What the names of tables begin with that have not come to their place yet, and that have left it."""


def replace(places: Mapping[str, str], mark: str, make: Callable[[sa.Connection], None]) -> None:
    """Put the tables that `make` makes, and fills, in the place of others; nothing, where that was done before.

    `places`: the name of each, those first that others refer to, and of the table whose place it takes, or empty. What
    `make` makes has that name with `NEW` before it. `mark`: a column that requests have afterwards and not before.
    """
    db = op.get_bind()
    gone = [name for name in places.values() if name]
    there = set(sa.inspect(db).get_table_names())
    if there.isdisjoint(OLD + name for name in gone):
        if mark in {column["name"] for column in sa.inspect(db).get_columns("requests")}:
            return
        _drop([NEW + name for name in places])
        if db.dialect.name == "sqlite":  # there each index has its name to itself
            _drop_indexes(db, gone)
        make(db)
        there |= {NEW + name for name in places}
    if not there.isdisjoint(NEW + name for name in places):
        moves = {name: OLD + name for name in gone if OLD + name not in there}
        moves |= {NEW + name: name for name in places if NEW + name in there}
        _move(db, moves)
    _drop([OLD + name for name in gone])


def _drop(names: list[str]) -> None:
    for name in reversed(names):
        op.execute(f"DROP TABLE IF EXISTS {name}")


def _drop_indexes(db: sa.Connection, names: list[str]) -> None:
    inspector = sa.inspect(db)
    for name in names:
        for index in inspector.get_indexes(name):
            if "duplicates_constraint" not in index:
                op.execute(f"DROP INDEX {index['name']}")


def _move(db: sa.Connection, moves: Mapping[str, str]) -> None:
    """Rename the tables; in MariaDB all at once, for what refers to one of them is to find it at any time."""
    if db.dialect.name == "sqlite":
        for name, to in moves.items():
            op.execute(f"ALTER TABLE {name} RENAME TO {to}")
    else:
        op.execute(f"RENAME TABLE {', '.join(f'{name} TO {to}' for name, to in moves.items())}")
