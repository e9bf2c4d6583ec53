"""The databases that the ledger's tests run on: what those tests take for granted."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from deploy.sandbox import MariaDB


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection


def _ask(url: str, query: str) -> object:
    with _connected(url) as connection:
        return connection.scalar(sa.text(query))


def test_mariadb_is_the_real_one(mariadb_url: str) -> None:
    """It is MariaDB, and InnoDB is what tables are kept in."""
    assert "MariaDB" in str(_ask(mariadb_url, "SELECT VERSION()"))
    assert _ask(mariadb_url, "SELECT @@default_storage_engine") == "InnoDB"


def test_a_ledger_begins_empty(ledger_url: str) -> None:
    """Each test has a database to itself, in which there is no table, and may make some."""
    with _connected(ledger_url) as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("CREATE TABLE of_one_test (n INTEGER)"))
        assert sa.inspect(connection).get_table_names() == ["of_one_test"]


def test_a_new_database_has_not_the_charset_of_the_schema(mariadb_url: str) -> None:
    """A schema that relies on the database's default meets Latin-1."""
    assert _ask(mariadb_url, "SELECT @@character_set_database") == "latin1"


def test_the_account_has_its_own_databases_only(mariadb_url: str) -> None:
    """As on ToolsDB: neither others' databases nor the server's settings are the account's."""
    for query in ("SELECT COUNT(*) FROM mysql.global_priv", "CREATE DATABASE cphx", "SET GLOBAL read_only = 0"):
        with pytest.raises(sa.exc.DBAPIError, match="denied"):
            _ask(mariadb_url, query)


def test_nobody_comes_in_without_a_password(mariadb: MariaDB) -> None:
    """There is no account that is anonymous or without a password."""
    for account in ("root", "cph", "anybody", ""):
        with pytest.raises(sa.exc.OperationalError, match="Access denied"):
            _ask(f"mysql+pymysql://{account}@127.0.0.1:{mariadb.port}/", "SELECT 1")


def test_what_is_committed_outlives_the_server(mariadb: MariaDB, mariadb_url: str) -> None:
    """Killed right after a commit it does not answer; started again it has just that, at the same address."""
    with _connected(mariadb_url) as connection:
        connection.execute(sa.text("CREATE TABLE kept (n INTEGER)"))
    engine = sa.create_engine(mariadb_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO kept VALUES (1)"))
        connection.commit()
        connection.execute(sa.text("INSERT INTO kept VALUES (2)"))
        mariadb.kill()
        with pytest.raises(sa.exc.OperationalError, match="Lost connection"):
            connection.commit()
    with pytest.raises(sa.exc.OperationalError, match="Can't connect"):
        _ask(mariadb_url, "SELECT 1")
    mariadb.start()
    assert _ask(mariadb_url, "SELECT SUM(n) FROM kept") == 1
