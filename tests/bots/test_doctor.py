"""What `cph doctor` makes of what no sandbox has: old servers, full disks, wrong clocks, poor accounts."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from bots.cli.doctor import diagnose
from bots.cli.doctor.environment import read_environment
from bots.cli.doctor.findings import Finding, Level, as_json, is_well, ok, print_table, warn, wrong
from bots.cli.doctor.ledger import judge_database, judge_disk, look_at_ledger
from bots.cli.doctor.machine import judge_free
from bots.cli.doctor.queue import judge_queue, judge_server
from bots.cli.doctor.wiki import _refused, judge_account, judge_uploads
from bots.mediawiki.accounts import OwnAccount
from bots.queue.inspection import QueueServer, QueueState
from jobs.io.errors import WikiError
from jobs.store.condition import Condition
from jobs.store.migration import Age

SERVER = QueueServer("7.2.4", "noeviction", memory=0.0, is_open=False)
RIGHTS = frozenset({"edit", "createpage", "createtalk", "upload", "reupload", "bot"})
ACCOUNT = OwnAccount(frozenset({"*", "user", "bot"}), RIGHTS, edits_a_minute=None, block="", clock=1000.4)


def said(findings: Iterable[Finding]) -> dict[str, Level]:
    """What was found that is not well; everything that is not says what to do."""
    bad = [finding for finding in findings if finding.level is not Level.OK]
    assert all(finding.to_do for finding in bad)
    return {finding.what: finding.level for finding in bad}


def test_a_sound_queue_account_and_disk_are_well() -> None:
    """Nothing is said of them but what they are."""
    assert not said(judge_server(SERVER))
    assert not said(judge_queue(QueueState(1, 900.0, 0, 2), 1003.0))
    assert not said(judge_account("commons", ACCOUNT, 1003.0))
    assert not said(judge_uploads({"commons": ACCOUNT}))
    assert not said(judge_free(Path("/x"), 10**11))
    assert not said(judge_database(Condition("SQLite 3", Age.CURRENT, journal="wal")))
    assert not said(judge_database(Condition("MariaDB 10", Age.NONE, "utf8mb4")))


@pytest.mark.parametrize(
    ("change", "what", "level"),
    [
        ({"version": "6.0.16"}, "Redis is 6.0.16", Level.WRONG),
        ({"memory": 0.95}, "95% of Redis's memory is taken", Level.WARN),
        ({"memory": 1.0, "refusal": "OOM"}, "Redis takes no jobs", Level.WRONG),
        ({"eviction": "volatile-ttl"}, "Redis forgets jobs when its memory is full (volatile-ttl)", Level.WRONG),
    ],
)
def test_a_redis_that_is_not_fit(change: dict[str, object], what: str, level: Level) -> None:
    """Toolforge's shared one is 6.0 and evicts; one that is full takes no jobs."""
    assert said(judge_server(replace(SERVER, **change))) == {what: level}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "what", "level"),
    [
        ({"rights": RIGHTS - {"edit", "createtalk"}}, "the account lacks rights: edit, createtalk", Level.WRONG),
        ({"rights": RIGHTS - {"bot"}}, "the account's edits are not marked as a bot's", Level.WARN),
        ({"edits_a_minute": 8.0}, "the account may save 8 pages a minute", Level.WARN),
        ({"block": "partial"}, "the account is blocked from a part of the wiki", Level.WARN),
        ({"clock": 1100.0}, "this machine's clock is -100 s from the wiki's", Level.WARN),
    ],
)
def test_an_account_that_may_too_little(change: dict[str, object], what: str, level: Level) -> None:
    """And a clock that is not the wiki's."""
    assert said(judge_account("commons", replace(ACCOUNT, **change), 1000.0)) == {what: level}  # type: ignore[arg-type]


def test_a_wiki_that_is_read_only_is_waited_for() -> None:
    """The account's rights have nothing to do with it."""
    found = _refused("commons", WikiError("readonly", "Maintenance"))
    assert (found.what, found.to_do.partition(":")[0]) == ("the wiki is read-only", "wait")


def test_uploads_need_one_wiki_that_takes_them() -> None:
    """Another, as Meta, need not; who may not replace files is told so."""
    poor = replace(ACCOUNT, rights=RIGHTS - {"upload"})
    assert not said(judge_uploads({"commons": ACCOUNT, "meta": poor}))
    assert said(judge_uploads({"commons": poor})) == {"no wiki lets the account upload files": Level.WRONG}
    fresh = replace(ACCOUNT, rights=RIGHTS - {"reupload"})
    assert said(judge_uploads({"commons": fresh})) == {"the account may not replace its own files": Level.WARN}


@pytest.mark.parametrize(
    ("age", "level"), [(Age.OLDER, Level.WARN), (Age.NEWER, Level.WRONG), (Age.UNKNOWN, Level.WRONG)]
)
def test_a_ledger_of_another_version(age: Age, level: Level) -> None:
    """An older one is brought to this version; others are refused."""
    assert [*said(judge_database(Condition("SQLite 3", age, journal="wal"))).values()] == [level]


def test_a_queue_without_workers_is_warned_of() -> None:
    """Not as wrong: a `cph run` on a Redis takes jobs too, and RQ knows of it only meanwhile."""
    assert said(judge_queue(QueueState(0, 0.0, 0, 0), 1003.0)) == {"no process is known that takes jobs": Level.WARN}
    [found] = judge_queue(QueueState(0, 0.0, 0, 0), 1003.0)
    assert "cph run" in found.to_do


def test_a_ledger_that_cannot_be_written_to_or_made_is_wrong() -> None:
    """/proc takes no files from root either, who may write nearly anywhere."""
    there = Condition("MariaDB 11", Age.CURRENT, "utf8mb4", refusal="INSERT command denied")
    assert said(judge_database(there)) == {"it cannot be written to": Level.WRONG}
    assert said(look_at_ledger("sqlite:////proc/cph.sqlite")) == {"no ledger can be made in /proc": Level.WRONG}


def test_a_disk_that_is_full_or_another_machines() -> None:
    """What holds is the mount that is nearest above the file."""
    assert [*said(judge_free(Path("/x"), 10**9)).values()] == [Level.WARN]
    mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/home /home nfs4 rw 0 0\n/dev/sdb1 /home/here ext4 rw 0 0\n"
    assert said(judge_disk(Path("/home/tool/cph.sqlite"), mounts)) == {
        "the file is on a disk of another machine (nfs4)": Level.WARN
    }
    assert not said(judge_disk(Path("/home/here/cph.sqlite"), mounts))
    assert not said(judge_disk(Path("/srv/cph.sqlite"), mounts))
    assert said(judge_database(Condition("SQLite 3", Age.CURRENT, journal="delete"))) == {
        "SQLite's journal is delete, not wal": Level.WARN
    }


def test_what_is_well_and_what_not_is_told_to_programs() -> None:
    """Warnings alone are well; no secret is told."""
    found = [ok("queue", "fine"), warn("commons", "poor secret", "why", "do")]
    told = json.loads(as_json(found, lambda text: text.replace("secret", "***")))
    assert told["well"] is True
    assert told["findings"][1] == {"level": "warn", "about": "commons", "what": "poor ***", "why": "why", "to_do": "do"}
    assert not is_well([*found, wrong("queue", "gone", "why", "do")])


def test_the_table_shows_what_people_wrote_and_draws_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """No markup of a title takes effect, and the worst comes first."""
    print_table([ok("a", "fine"), wrong("b", "[bold]x[/nonsense]", "", ""), warn("c", "so", "", "")], lambda text: text)
    out = capsys.readouterr().out
    assert "[bold]x[/nonsense]" in out
    assert out.index("[bold]") < out.index("fine")
    assert "Something is wrong. 1 wrong, 1 warning, 1 ok." in out


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_narrow_terminal_cuts_nothing_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """What is longer than its column goes on in the next line."""
    monkeypatch.setenv("COLUMNS", str(columns))
    page = "User:ContentPartnershipsBot/A-page-of-which-the-name-is-long"
    print_table([wrong("commons", page, "", page)], lambda text: text)
    out = capsys.readouterr().out
    lines = [line.split("│")[1:-1] for line in out.splitlines() if line.startswith("│")]
    cells = ["".join(cell.strip() for cell in column) for column in zip(*lines, strict=True)]
    assert cells == ["wrong", "commons", page, page]


def test_wrong_settings_are_named_and_the_rest_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by its variable, without its value; ledger, queue and folder are looked at all the same."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CPH_POLL_SECONDS", "-7777")
    monkeypatch.setenv("CPH_SPOOL", str(tmp_path / "none"))
    found = [*diagnose(read_environment())]
    about = {finding.what.partition(":")[0] for finding in found if finding.about == "settings"}
    assert {"CPH_ACCOUNT", "CPH_POLL_SECONDS"} <= about
    assert "7777" not in str(found)
    assert {finding.about for finding in found} == {"settings", "ledger", "machine", "queue"}
    assert not (tmp_path / "cph.sqlite").exists()
    monkeypatch.setenv("CPH_WIKIS", "[")
    assert {finding.about for finding in diagnose(read_environment())} == {"settings", "ledger"}
    monkeypatch.setenv("CPH_LEDGER", "sqlite://")
    assert {finding.about for finding in diagnose(read_environment())} == {"settings"}
