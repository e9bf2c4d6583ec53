"""What a ledger is like, and whether its work goes on, is seen without changing it."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.sandbox import MariaDB
from deploy.sandbox.mariadb import ADMIN, PASSWORD
from jobs.model.requests import NewRequest, StoredRequest
from jobs.model.states import Event
from jobs.store.condition import examine
from jobs.store.database import LedgerLocked, LedgerUnusable
from jobs.store.ledger import Ledger
from jobs.store.migration import Age
from tests.jobs.store.test_leases import PAGE, planned
from tests.jobs.store.test_migrations import ask, everything, old_ledger, opened


@pytest.mark.parametrize(
    ("statements", "age"),
    [
        ((), Age.NONE),
        (("CREATE TABLE requests (id INTEGER)",), Age.UNKNOWN),
        (("CREATE TABLE items (id INTEGER)",), Age.UNKNOWN),
        (("CREATE TABLE others (id INTEGER)",), Age.NONE),
    ],
)
def test_what_another_program_made_is_seen(ledger_url: str, statements: Sequence[str], age: Age) -> None:
    """An empty database stays empty; one of another program's may hold a ledger, if no table is called alike."""
    for statement in statements:
        ask(ledger_url, statement)
    before = everything(ledger_url)
    assert examine(ledger_url).age is age
    assert everything(ledger_url) == before


def test_a_version_is_seen_and_left(ledger_url: str) -> None:
    """One from before versions were written down, this one, and one that is not known yet."""
    old_ledger(ledger_url)
    before = everything(ledger_url)
    assert examine(ledger_url).age is Age.OLDER
    assert everything(ledger_url) == before
    opened(ledger_url)
    there = examine(ledger_url)
    assert there.age is Age.CURRENT
    assert there.other_collations == ()
    assert there.server.partition(" ")[0] == ("MariaDB" if there.charset else "SQLite")
    assert (there.charset or there.journal) in {"latin1", "wal"}  # MariaDB's is the sandbox's default
    ask(ledger_url, "UPDATE alembic_version SET version_num = '0001'")
    assert examine(ledger_url).age is Age.OLDER
    ask(ledger_url, "UPDATE alembic_version SET version_num = '9999'")
    assert examine(ledger_url).age is Age.NEWER


def test_a_ledger_that_takes_no_writes_is_seen(tmp_path: Path) -> None:
    """A file that may be read alone answers all that is only asked; one that may be written to is left as it was."""
    url = f"sqlite:///file:{tmp_path}/ledger.sqlite?uri=true"
    opened(url)
    before = everything(url)
    assert not examine(url).refusal
    assert everything(url) == before
    assert "readonly" in examine(f"{url}&mode=ro").refusal


def test_a_mariadb_that_is_read_only_or_whose_user_may_only_read_is_seen(mariadb: MariaDB, mariadb_url: str) -> None:
    """With what it says."""
    opened(mariadb_url)
    assert not examine(mariadb_url).refusal
    root, database = mariadb.url(account=ADMIN), mariadb_url.rpartition("/")[2]
    ask(root, "SET GLOBAL read_only = 1")
    try:
        assert "read-only" in examine(mariadb_url).refusal
    finally:
        ask(root, "SET GLOBAL read_only = 0")
    ask(root, f"CREATE OR REPLACE USER reader IDENTIFIED BY '{PASSWORD}'")
    ask(root, f"GRANT SELECT ON {database}.* TO reader")
    try:
        assert "INSERT command denied" in examine(mariadb.url(database, "reader")).refusal
    finally:
        ask(root, "DROP USER reader")


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("mysql+pymysql://cph@127.0.0.1:1/cph", LedgerLocked),
        ("sqlite:////nowhere/cph.sqlite", LedgerUnusable),
        ("nonsense", LedgerUnusable),
        ("nonsense://x", LedgerUnusable),
    ],
)
def test_what_cannot_be_opened_says_so(url: str, error: type[Exception]) -> None:
    """As when a ledger is opened there."""
    with pytest.raises(error):
        examine(url)


@pytest.fixture(name="ledger")
def _ledger(ledger_url: str) -> Ledger:
    return Ledger(ledger_url)


def test_who_watches_is_seen_until_their_time_is_over(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody at first; a lease from a clock that went wrong is none."""
    assert ledger.watcher() == ""
    ledger.watch_for("here:7:a", 30)
    assert ledger.watcher() == "here:7:a"
    right = time.time
    for seconds in (60, -3600):
        monkeypatch.setattr(time, "time", lambda by=seconds: right() + by)
        assert ledger.watcher() == ""
    monkeypatch.undo()
    ledger.close()


def filed(ledger: Ledger, letter: str) -> StoredRequest:
    """A request of which the bot has the next move."""
    asked = NewRequest(letter * 64, {"type": "upload"}, "Alice", 10)
    return ledger.get(ledger.file("commons", PAGE, asked))


def test_requests_are_neglected_where_nothing_at_all_goes_on(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while another is served: then they wait for their turn. Not those that wait for a person, or a time."""
    request = filed(ledger, "a")
    filed(ledger, "b")
    planned(ledger, 1)
    assert ledger.neglected(900) == []
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + 1000)
    assert ledger.neglected(900) == ["H1", "H2"]
    ledger.update_request(request, not_before=time.time() + 60)
    assert ledger.neglected(900) == ["H2"]
    ledger.begin_slice(2, 0, "here:7:a")
    assert ledger.neglected(900) == []
    monkeypatch.undo()
    ledger.close()


@pytest.mark.parametrize("event", [None, Event.PLAN, Event.FAIL])
def test_slices_that_come_to_nothing_are_counted(ledger: Ledger, event: Event | None) -> None:
    """Until one comes to its end; in each state, for answers to a plan or to what has ended crash them as well."""
    request = filed(ledger, "a")
    if event:
        request = ledger.move(request, event)
    for _ in range(2):
        ledger.begin_slice(1, 0, "here:7:a")
    assert ledger.tried_in_vain(3) == []
    ledger.begin_slice(1, 0, "here:7:a")
    assert ledger.tried_in_vain(3) == ["H1"]
    ledger.update_request(request, attempts=0)
    assert ledger.tried_in_vain(3) == []
    ledger.close()
