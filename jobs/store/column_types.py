"""The types of the ledger's columns, alike in SQLite and in MariaDB."""

from enum import Enum
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import mysql

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A number that a wiki or the ledger gives: SQLite's integers have 64 bits, and only its INTEGER counts by itself."""

Moment: sa.Double[float] = sa.Double()
"""Seconds since the epoch. A single-precision FLOAT, which MariaDB takes for Float, is up to a minute off."""

Text = sa.Text().with_variant(mysql.LONGTEXT, "mysql", "mariadb")
"""A text of any length: MariaDB's TEXT ends at 64 KB."""

TABLE: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_nopad_bin",
    "mariadb_engine": "InnoDB",
    "mariadb_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_nopad_bin",
}
"""What each table says of itself, whatever the database's default is: two texts are one if each character is the same.

Under MariaDB's own collations “Foo” and “foo”, “Cafe” and “Café” are one key; under utf8mb4_bin “Foo” and “Foo ” are.
"""


class Key(sa.types.TypeDecorator[str]):
    """A text of so many characters at most, that rows are found by. A longer one is a ValueError in any database."""

    impl = sa.String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._most = length

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """The text, if it is not too long."""
        if value is not None and len(value) > self._most:
            raise ValueError(f"{len(value)} characters, {self._most} at most: {value[:40]!r}…")
        return value


class Json(sa.types.TypeDecorator[Any]):
    """A column for a value of a type that pydantic knows; None is SQL's NULL."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, type_: Any) -> None:
        super().__init__(none_as_null=True)
        self._adapter: TypeAdapter[Any] = TypeAdapter(type_)

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """The value as JSON."""
        return None if value is None else self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - as above
        """The value, from JSON."""
        return None if value is None else self._adapter.validate_python(value)


def one_of(states: type[Enum], length: int) -> sa.Enum:
    """A column for one of these, by its value."""
    return sa.Enum(states, native_enum=False, length=length, values_callable=lambda all_: [one.value for one in all_])
