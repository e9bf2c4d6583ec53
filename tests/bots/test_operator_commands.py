"""What an operator reads of commands that ask no wiki, and of settings that are wrong."""

import json
import logging
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
from redis import Redis
from rq import Queue, Worker

from bots.cli import request_log
from bots.cli.main import main
from bots.queue.own_queue import free_port, own_queue
from bots.queue.redis_queue import RedisQueue
from jobs.model.actions import Withheld
from jobs.model.problems import Problem
from jobs.model.requests import ItemState, NewRequest, Struck, Turn
from jobs.model.states import Event, State
from jobs.slice import _because
from jobs.store.ledger import Ledger
from tests.jobs.store.test_leases import PAGE, WHY, answered, planned, running
from wikitext.messages import message

ACCOUNT = {"CPH_ACCOUNT": "Bot", "CPH_LOGIN": "Bot@cph", "CPH_PASSWORD": "0" * 32, "CPH_CONTACT": "a@b.example"}


def started(*arguments: str, folder: Path, **settings: str) -> subprocess.Popen[str]:
    """A command with these settings and no others, in the folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CPH_")}
    return subprocess.Popen(
        ["env", "--default-signal=INT", sys.executable, "-m", "bots", *arguments],  # a shell's background ignores it
        cwd=folder,
        env=environment | {"CPH_LOG": "text"} | settings,
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


class Command(Protocol):
    """A command with these settings and no others, in this process: its exit status, what it says, what it logs.

    A process of its own takes a hundred times as long to begin as to say anything.
    """

    def __call__(self, *arguments: str, **settings: str) -> tuple[int, str, str]:
        """Run it."""


class Told(Protocol):
    """What a command says on standard output, which ends well."""

    def __call__(self, *arguments: str, **settings: str) -> str:
        """Run it."""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs commands in the test's folder; what is set up for a process is as it was before when they have ended."""
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()

    def done(*arguments: str, **settings: str) -> tuple[int, str, str]:
        capsys.readouterr()
        level = root.level
        with monkeypatch.context() as own:
            own.setattr(root, "handlers", [])
            own.setattr(sys, "excepthook", sys.excepthook)
            own.setattr(threading, "excepthook", threading.excepthook)
            for name in [name for name in os.environ if name.startswith("CPH_")]:
                own.delenv(name)
            for name, value in ({"CPH_LOG": "text"} | settings).items():
                own.setenv(name, value)
            status = main([*arguments])
        root.setLevel(level)
        return status, *capsys.readouterr()

    return done


@pytest.fixture
def refused(command: Command) -> Callable[[dict[str, str]], str]:
    """What `cph run` says of these settings and no others: one line, with exit status 2."""

    def line(settings: dict[str, str]) -> str:
        status, _, log = command("run", **settings)
        assert status == 2
        [told] = log.splitlines()
        return told

    return line


@pytest.fixture
def told(command: Command) -> Told:
    """What a command says on standard output, which ends well."""

    def out(*arguments: str, **settings: str) -> str:
        status, said, log = command(*arguments, **settings)
        assert status == 0, log
        return said

    return out


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CPH_REDIS", "127.0.0.1:6379"),
        ("CPH_POLL_SECONDS", "-1"),
        ("CPH_POLL_SECONDS", "inf"),
        ("CPH_WEB_WAIT_SECONDS", "0"),
        ("CPH_CHUNK_BYTES", "0"),
        ("CPH_CONTACT", ""),
        ("CPH_CONTACT", "me"),
        ("CPH_CONTACT", "me@example.org (me)"),
        ("CPH_CONTACT", "me@example.org\r\nX-Header: a"),
        ("CPH_TOOL", "a b"),
        ("CPH_LEDGER", "sqlite://"),
        ("CPH_LEDGER", "sqlite:///:memory:"),
        ("CPH_LOGIN", "Bot"),
        ("CPH_QUEUE", "a b"),
        ("CPH_WIKIS", "[]"),
        ("CPH_WIKIS", '[{"name": "a", "api": "nowhere", "base": "B"}]'),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_sentence(
    refused: Callable[[dict[str, str]], str], name: str, value: str
) -> None:
    """Before anything is asked or begun."""
    assert f"{name}: " in refused(ACCOUNT | {name: value})


@pytest.mark.parametrize("value", ["{", "[{"])
def test_a_setting_that_is_no_json_is_named(refused: Callable[[dict[str, str]], str], value: str) -> None:
    """As one that cannot be is."""
    assert '"wikis"' in refused(ACCOUNT | {"CPH_WIKIS": value})


_OAUTH = {f"CPH_OAUTH_{name}": "x" for name in ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_KEY", "ACCESS_SECRET")}


@pytest.mark.parametrize(
    "changed",
    [
        {"CPH_LOGIN": "", "CPH_PASSWORD": ""},
        {"CPH_PASSWORD": ""},
        _OAUTH,
        {"CPH_OAUTH_ACCESS_KEY": "x"},
        {"CPH_LOGIN": "", "CPH_PASSWORD": "", **_OAUTH, "CPH_OAUTH_ACCESS_SECRET": ""},
        {"CPH_LOGIN": "", **_OAUTH},
    ],
)
def test_the_bot_is_let_in_in_one_way(refused: Callable[[dict[str, str]], str], changed: dict[str, str]) -> None:
    """With a bot password or with OAuth; who sets none, both or half of one reads so in one sentence."""
    line = refused(ACCOUNT | changed)
    assert "either with a bot password, in CPH_LOGIN and CPH_PASSWORD, or with OAuth" in line


def test_settings_without_a_contact_are_none(refused: Callable[[dict[str, str]], str]) -> None:
    """Whoever is asked can write to the operator; nobody is named in their place."""
    line = refused({name: value for name, value in ACCOUNT.items() if "CON" not in name})
    assert line == "cph: the environment is not right: CPH_CONTACT: it is missing"


@pytest.mark.parametrize("ledger", [{}, {"CPH_LEDGER": "sqlite:///other.sqlite"}])
def test_without_a_ledger_the_log_says_so_and_makes_none(
    tmp_path: Path, command: Command, ledger: dict[str, str]
) -> None:
    """It asks no wiki, and so wants no password."""
    status, _, line = command("log", "H1", **ledger)
    assert status == 2
    assert "CPH_LEDGER" in line
    assert "there is no file" in line
    assert not list(tmp_path.iterdir())


def test_the_log_names_who_did_what_to_which_rows(tmp_path: Path) -> None:
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
    told = "\n".join(map(request_log.line, ledger.history(ledger.get(1))))
    ledger.close()
    assert (
        "review → planned  (by Rita in revision 30; plan abc; answer “approve”; Thank you, Rita, but I do not" in told
    )
    assert "for example “items=3, 7-9”" in told
    assert "strike → planned  (by Rita in revision 31; plan abc; 2 rows, namely 3, 5)" in told
    assert "take back → undoing  (plan abc; by H2)" in told
    assert "review-" not in told


def test_the_log_keeps_why_a_request_was_sent_back(tmp_path: Path) -> None:
    """The first of its problems, whether it had them when it was filed or later; also once they are mended."""
    ledger = Ledger(f"sqlite:///{tmp_path}/cph.sqlite")
    sent_back = (Problem("", message("problem-rejected", "Rita", "Glass is no tin.")),)
    ledger.move(planned(ledger, 1), Event.REJECT, problems=sent_back)
    ledger.move(ledger.get(1), Event.RECEIVE)
    missing = (Problem("license", message("problem-missing-license")), *sent_back)
    ledger.file("commons", PAGE, NewRequest("e" * 64, {"type": "upload"}, "Rita", 40, missing))
    first, second = ("\n".join(map(request_log.line, ledger.history(ledger.get(number)))) for number in (1, 2))
    ledger.close()
    assert "reject → invalid  (plan abc; Rita sent this request back: Glass is no tin.)" in first
    assert first.count("Glass is no tin") == 1
    assert "file → invalid  (by Rita in revision 40; “license”; This is missing. Write the licence" in second
    assert "Glass" not in second


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


@pytest.mark.long
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


# What was asked for ----------------------------------------------------------------------------------------------

FORGED = "Museum [red]of[/red] \x1b[31mArt\x1b[0m :smile:\nH7 done \u202eforged"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A folder with a ledger: H1 runs, rows of it failed, one is withheld; H2 is a hostile partner's; H3 cancelled."""
    ledger = Ledger(f"sqlite:///{tmp_path}/cph.sqlite")
    request = running(ledger, 6)
    for item in ledger.lease_items(request, "0", (ItemState.PLANNED,), 3):
        ledger.set_item(request, item, ItemState.FAILED, why=WHY, error_code="timeout")
    [withheld] = ledger.lease_items(request, "0", (ItemState.PLANNED,), 1)
    ledger.set_item(request, withheld, ItemState.WITHHELD, why=WHY)
    for number, partner in ((2, FORGED), (3, "Museum")):
        asked = NewRequest(str(number) * 64, {"type": "Upload", "partner": partner}, "Bob", 20 + number)
        ledger.file("commons", PAGE, asked)
    ledger.move(ledger.move(ledger.get(3), Event.REJECT), Event.CANCEL, why=message("why-cancelled", "Bob"))
    ledger.close()
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_requests_are_told_for_programs(told: Told) -> None:
    """One JSON value with the newest first: state, counts, since when, what it waits for; by what is asked for."""
    newest, hostile, first = json.loads(told("requests", "--json"))
    assert (newest["request"], newest["state"], newest["waits_for"]) == ("H3", "cancelled", None)
    assert newest["why"] == ["Cancelled by Bob."]
    assert hostile["partner"] == FORGED
    assert (first["open"], first["done"], first["failed"], first["left_out"]) == (2, 0, 3, 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first["since"])
    asked = ("--state", "running", "--state", "received", "--kind", "UPLOAD", "--author", "Bob", "--most", "5")
    assert [one["request"] for one in json.loads(told("requests", "--json", *asked))] == ["H2"]
    assert json.loads(told("requests", "--json", "--partner", "nobody")) == []
    assert "In all: 1 received, 1 running, 1 cancelled." in told("requests", "--most", "1")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_a_table_shows_what_partners_wrote_as_text(told: Told, columns: str) -> None:
    """However wide the terminal is: no colour, picture or line is theirs; without a terminal no colour is ours."""
    out = told("requests", COLUMNS=columns) + told("show", "H2", COLUMNS=columns)
    assert not {*out} & {"\x1b", "\u202e"}
    assert not re.search(r"(?m)^H7", out)
    assert max(map(len, out.splitlines())) <= int(columns)
    if columns == "200":
        assert r"Museum [red]of[/red] \x1b[31mArt\x1b[0m :smile: H7 done \u202eforged" in out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("arguments", [["requests"], ["show", "H1"], ["workers"]])
def test_on_a_narrow_terminal_each_value_has_a_line(told: Told, arguments: list[str]) -> None:
    """Beside the heading of its column: of a word no column is so narrow that it is broken."""
    out = told(*arguments, COLUMNS="40")
    heading = {"requests": r"left out +1", "show": r"error +timeout", "workers": r"held by +0"}[arguments[0]]
    assert re.search(rf"(?m)^{heading}\s*$", out), out
    assert not re.search(rf"(?m)^{heading}\s*$", told(*arguments, COLUMNS="80"))


def test_a_request_that_is_done_in_part_says_why(folder: Path, told: Told) -> None:
    """Rows failed or were left out, and how many; where a sentence says why it ended, that."""
    with closing(Ledger(f"sqlite:///{folder}/cph.sqlite")) as ledger:
        ledger.move(ledger.get(1), Event.COMPLETE_IN_PART)
    assert "not every row was done: 3 failed, 1 left out" in told("show", "H1")


@pytest.mark.usefixtures("folder")
def test_a_request_is_told_with_what_failed_and_what_to_do(told: Told) -> None:
    """Failures that are alike stand together, with the reason of the first and all rows; nothing else is needed."""
    shown = json.loads(told("show", "H1", "--json"))
    assert shown["failures"] == [
        {"state": "failed", "code": "timeout", "why": "There is a file File:Ä.jpg already.", "rows": [1, 2, 3]},
        {"state": "withheld", "code": WHY.key, "why": "There is a file File:Ä.jpg already.", "rows": [4]},
    ]
    assert shown["answers"] == ["pause", "cancel"]
    assert [hand["holder"] for hand in shown["hands"]] == ["0", "1", "2", "3"]
    assert shown["counts"]["planned"] == 2
    out = told("show", "H1")
    assert re.search(r"timeout +3 +1-3 +There is a file", out)
    assert "2 open, 0 done, 3 failed, 1 left out" in out
    assert "The next move has the bot. You can: cph pause H1; cph cancel H1" in " ".join(out.split())


def test_who_has_the_next_move_is_said_before_what_an_operator_can_do(tmp_path: Path, told: Told) -> None:
    """A reviewer, and on which report; the requester, and on which page."""
    with closing(Ledger(f"sqlite:///{tmp_path}/cph.sqlite")) as ledger:
        request = planned(ledger, 1)
        said = told("show", "H1", COLUMNS="200")
        assert f"a reviewer, on commons: {PAGE}/H1. You can: cph cancel H1" in said
        ledger.move(request, Event.REJECT)
        assert f"the requester, on commons: {PAGE}. You can: cph" in told("show", "H1", COLUMNS="200")


@pytest.mark.long
def test_a_terminal_that_does_not_know_a_letter_ends_nothing(tmp_path: Path) -> None:
    """Its number is shown."""
    with closing(Ledger(f"sqlite:///{tmp_path}/cph.sqlite")) as ledger:
        ledger.file("commons", PAGE, NewRequest("1" * 64, {"type": "Upload", "partner": "Łódź 美术馆"}, "Bob", 20))
    process = started("requests", folder=tmp_path, COLUMNS="200", PYTHONIOENCODING="ascii")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert r"\u0141\xf3d\u017a \u7f8e" in out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["show", "log"])
def test_a_request_that_is_not_there_has_a_status_of_its_own(command: Command, name: str) -> None:
    """Told in one sentence, whatever was written for its number."""
    for number, shown in (("H9", "H9"), ("\x1b[31mnone", r"\x1b[31mnone")):
        status, _, log = command(name, number)
        assert (status, log.count("\n")) == (3, 1)
        assert log.endswith(f"there is no request {shown}\n")


@pytest.mark.long
def test_a_log_is_followed_until_the_request_has_ended(folder: Path) -> None:
    """What happens is told when it happens, each event once; then the command ends by itself."""
    process = started("log", "H1", "--follow", "--json", folder=folder)
    assert process.stdout
    known = [json.loads(process.stdout.readline())["event"] for _ in range(4)]
    assert known == ["file", "plan", "approve", "start"]
    ledger = Ledger(f"sqlite:///{folder}/cph.sqlite")
    request = ledger.move(ledger.get(1), Event.PAUSE, why=message("why-paused", "Rita"))
    paused = json.loads(process.stdout.readline())
    assert (paused["event"], paused["state"], paused["why"]) == ("pause", "paused", "Paused by Rita.")
    ledger.move(request, Event.CANCEL)
    ledger.close()
    rest, _ = process.communicate(timeout=60)
    assert [json.loads(line)["event"] for line in rest.splitlines()] == ["cancel"]
    assert process.returncode == 0


@pytest.mark.long
def test_who_follows_a_log_ends_it_with_ctrl_c(folder: Path) -> None:
    """Without an error."""
    process = started("log", "H1", "--follow", folder=folder)
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 0


def test_workers_are_told_from_ledger_and_queue(folder: Path, told: Told) -> None:
    """Who watches, hands that work, processes that take jobs, and how many slices wait since when."""
    assert "No process watches the wikis." in told("workers")
    with closing(Ledger(f"sqlite:///{folder}/cph.sqlite")) as ledger:
        ledger.watch_for("host:1:abc", 30)
    assert "host:1:abc watches the wikis." in told("workers")
    alone = json.loads(told("workers", "--json"))
    assert alone["watcher"] == "host:1:abc"
    assert [(one["request"], one["hand"], one["holder"]) for one in alone["hands"]] == [
        ("H1", hand, str(hand)) for hand in range(4)
    ]
    assert (alone["queue"], alone["workers"]) == (None, [])
    with own_queue() as address, closing(RedisQueue(address)) as queue:
        queue.put(Turn(1, 0, 0, "Alice"))
        worker = Worker([Queue("cph", connection=Redis.from_url(address))])
        worker.register_birth()  # type: ignore[no-untyped-call]
        together = json.loads(told("workers", "--json", CPH_REDIS=address))
        out = told("workers", CPH_REDIS=address)
    assert together["queue"]["queued"] == 1
    assert datetime.fromisoformat(together["queue"]["oldest"]) <= datetime.now(UTC)
    assert [(one["name"], one["process"]) for one in together["workers"]] == [(worker.name, os.getpid())]
    assert "1 slices wait, the first for" in out


@pytest.mark.usefixtures("folder")
def test_a_queue_that_is_away_is_told(command: Command) -> None:
    """In one sentence, with its setting's name."""
    status, _, log = command("workers", CPH_REDIS=f"redis://127.0.0.1:{free_port()}")
    assert (status, log.count("\n")) == (1, 1)
    assert "is CPH_REDIS its address?" in log


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("arguments", [["requests", "--state", "strange"], ["requests", "--most", "0"], ["show"]])
def test_a_command_line_that_is_wrong_has_status_2(command: Command, arguments: list[str]) -> None:
    """As a setting has."""
    assert command(*arguments)[0] == 2
