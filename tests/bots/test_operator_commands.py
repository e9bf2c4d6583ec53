"""What an operator reads of commands that ask no wiki, and of settings that are wrong."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bots.cli.history import history
from jobs.model.actions import Withheld
from jobs.model.problems import Problem
from jobs.model.requests import NewRequest, Struck
from jobs.model.states import Event, State
from jobs.slice import _because
from jobs.store.ledger import Ledger
from tests.jobs.store.test_leases import PAGE, WHY, answered, planned
from wikitext.messages import message

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


def test_history_names_who_did_what_to_which_rows(tmp_path: Path) -> None:
    """Every answer with the sentence that it got, struck rows by their numbers, and an undo by its number."""
    ledger = Ledger(f"sqlite:///{tmp_path}/cph.sqlite")
    request = planned(ledger, 6)
    struck, sorry = Struck(frozenset({3, 5}), Withheld(WHY)), message("review-no-items", "Rita")
    ledger.decide(request, answered(ledger, request), sorry)
    answer = answered(ledger, request, 31)
    request = ledger.decide(request, answer, message("review-paused", "Rita"), Event.PLAN, change=struck)
    for event in (Event.APPROVE, Event.START, Event.FAIL):
        request = ledger.move(request, event)
    asked = NewRequest("e" * 64, {"type": "undo", "request": "H1"}, "Rita", 40)
    undo = ledger.get(ledger.file("commons", PAGE, asked))
    for event in (Event.PLAN, Event.APPROVE, Event.START):
        undo = ledger.move(undo, event)
    told = history(ledger, "H1")
    ledger.close()
    assert (
        "review → planned  (by Rita in revision 30; plan abc; answer “approve”; Thank you, Rita, but I do not" in told
    )
    assert "for example “items=3, 7-9”" in told
    assert "strike → planned  (by Rita in revision 31; plan abc; 2 rows, namely 3, 5)" in told
    assert "take back → undoing  (plan abc; by H2)" in told
    assert "review-" not in told


def test_the_log_names_what_is_wrong_with_a_request(tmp_path: Path) -> None:
    """Each parameter with its sentence, which reads as one: no wikitext is in it."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    rows = Problem("items", message("review-no-items", "Rita"))
    request = replace(planned(ledger, 1), state=State.INVALID, problems=(rows, Problem("", WHY)))
    ledger.close()
    said = _because(request)
    assert said.startswith(": items: Thank you, Rita")
    assert "“items=3, 7-9”" in said
    assert "<" not in said
    assert "[[" not in said


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
