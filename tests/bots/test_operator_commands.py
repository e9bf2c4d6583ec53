"""What an operator reads of commands that ask no wiki, and of settings that are wrong."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from jobs.store.ledger import Ledger

ACCOUNT = {"CPH_ACCOUNT": "Bot", "CPH_LOGIN": "Bot@cph", "CPH_PASSWORD": "0" * 32}


def started(*arguments: str, folder: Path, **settings: str) -> subprocess.Popen[str]:
    """A command with these settings and no others, in the folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CPH_")}
    return subprocess.Popen(
        [sys.executable, "-m", "bots", *arguments],
        cwd=folder,
        env=environment | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(*arguments: str, folder: Path, **settings: str) -> tuple[int, str]:
    """The exit status of a command, and the one line that it said on standard error."""
    process = started(*arguments, folder=folder, **settings)
    _, told = process.communicate(timeout=60)
    [line] = told.splitlines()
    return process.returncode, line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CPH_REDIS", "127.0.0.1:6379"),
        ("CPH_POLL_SECONDS", "-1"),
        ("CPH_POLL_SECONDS", "inf"),
        ("CPH_WEB_WAIT_SECONDS", "0"),
        ("CPH_CHUNK_BYTES", "0"),
        ("CPH_LEDGER", "sqlite://"),
        ("CPH_LEDGER", "sqlite:///:memory:"),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    """Before anything is asked or begun, with exit status 2."""
    status, line = said("run", folder=tmp_path, **ACCOUNT | {name: value})
    assert status == 2
    assert f"{name}: " in line


@pytest.mark.parametrize("ledger", [{}, {"CPH_LEDGER": "sqlite:///other.sqlite"}])
def test_without_a_ledger_history_says_so_and_makes_none(tmp_path: Path, ledger: dict[str, str]) -> None:
    """It asks no wiki, and so wants no password."""
    status, line = said("history", "H1", folder=tmp_path, **ledger)
    assert status == 2
    assert "CPH_LEDGER" in line
    assert "there is no file" in line
    assert not list(tmp_path.iterdir())


def test_a_migration_waits_for_whoever_has_the_ledger(tmp_path: Path) -> None:
    """For however long, and says what it waits for; it wants no password."""
    Ledger(f"sqlite:///{tmp_path}/cph.sqlite").close()
    with closing(sqlite3.connect(tmp_path / "cph.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        process = started("migrate", folder=tmp_path)
        assert process.stderr
        assert "another process has the ledger to itself" in process.stderr.readline()
        other.execute("ROLLBACK")
    assert "has version" in process.communicate(timeout=60)[1]
    assert process.returncode == 0


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    """In a sentence, without the system's number for it."""
    assert said("check", "missing.csv", folder=tmp_path) == (
        2,
        "cph: missing.csv cannot be read: No such file or directory",
    )
