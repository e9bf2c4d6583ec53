"""What the ledger promises in either database: what is written is what was given, once, or the caller is told."""

import multiprocessing
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Timer
from typing import Any

import pytest
import sqlalchemy as sa

from deploy.sandbox import MariaDB
from jobs.model.requests import NewRequest, ReviewComment, Speaker, StoredRequest
from jobs.model.states import Event, State
from jobs.store import database, tables
from jobs.store.database import LedgerLocked
from jobs.store.ledger import Ledger

PAGE = "Commons:Hub/Requests"
ASKED = NewRequest("f" * 64, {"type": "upload"}, "Alice", 10)
THREADS = 4
TIMES = 15
ALIKE = ["Foo bar", "Foo Bar", "Cafe", "Café", "Cafe\N{COMBINING ACUTE ACCENT}", "😀", "🎉", "ß", "ss", "Foo bar "]
"""Titles that some order of characters takes for one."""


@pytest.fixture(name="ledger")
def _ledger(ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger(ledger_url)
    yield ledger
    ledger.close()


def filed(ledger: Ledger, revision: int = 10) -> StoredRequest:
    """A request."""
    return ledger.get(ledger.file("commons", PAGE, replace(ASKED, revision=revision)))


def together(work: Callable[[int], object]) -> list[Any]:
    """What several threads come to that begin each of their turns at the same moment."""
    barrier = Barrier(THREADS)

    def take_turns(_thread: int) -> list[object]:
        done = []
        for time_ in range(TIMES):
            barrier.wait()
            done.append(work(time_))
        return done

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(take_turns, range(THREADS)))


# Once ------------------------------------------------------------------------------------------------------------


def test_what_all_file_at_once_is_filed_once(ledger: Ledger) -> None:
    """Every one of them is told the same number."""
    numbers = together(lambda revision: ledger.file("commons", PAGE, replace(ASKED, revision=revision)))
    assert all(own == numbers[0] for own in numbers)
    assert len(ledger.on_page("commons", PAGE)) == TIMES


def test_what_all_were_answered_at_once_is_taken_in_once(ledger: Ledger) -> None:
    """However many processes read the same talk page."""
    request = filed(ledger)
    together(lambda number: ledger.add_review(request, ReviewComment(30, number, "", "Rita", "approve", "")))
    assert len(ledger.open_reviews(request)) == TIMES


def test_what_all_read_at_once_is_noted(ledger: Ledger) -> None:
    """Of pages nobody had read before, too; who spoke first stays first."""
    together(lambda number: ledger.mark_read("commons", f"{PAGE}/{number}", number))
    together(lambda number: ledger.remember_speakers("commons", PAGE, {f"{number}": Speaker("Alice", 1, PAGE)}))
    together(lambda number: ledger.take_numbers(f"wiki{number}", 7))
    assert [ledger.last_read_revision("commons", f"{PAGE}/{number}") for number in range(TIMES)] == list(range(TIMES))
    assert len(ledger.first_speakers("commons", [f"{number}" for number in range(TIMES)])) == TIMES


def test_what_ended_meanwhile_is_not_overwritten(ledger: Ledger) -> None:
    """Of a cancel and a pilot that come at the same moment the second is refused, or sees the first."""
    requests = []
    for revision in range(TIMES):
        request = filed(ledger, revision)
        for event in (Event.PLAN, Event.APPROVE, Event.START):
            request = ledger.move(request, event)
        requests.append(request)
    ends = iter([Event.CANCEL, Event.SHOW_PILOT] * THREADS)

    def end(event: Event) -> Callable[[int], object]:
        def at(time_: int) -> object:
            try:
                return ledger.move(requests[time_], event).state
            except Exception as error:  # noqa: BLE001 - compared below
                return type(error).__name__

        return at

    mine = [end(next(ends)) for _ in range(2)]
    barrier = Barrier(2)

    def all_of(work: Callable[[int], object]) -> list[object]:
        return [(barrier.wait(), work(time_))[1] for time_ in range(TIMES)]

    with ThreadPoolExecutor(2) as threads:
        cancelled, shown = threads.map(all_of, mine)
    for request, cancel, pilot in zip(requests, cancelled, shown, strict=True):
        assert cancel is State.CANCELLED
        assert pilot in {State.PILOT, "IllegalMove"}
        assert ledger.get(request.id).state is State.CANCELLED


# Values ----------------------------------------------------------------------------------------------------------


def test_titles_are_one_if_each_character_is_the_same(ledger: Ledger) -> None:
    """Neither capital letters nor accents nor spaces at the end make two pages one, nor do pictures."""
    for number, title in enumerate(ALIKE, 1):
        ledger.mark_read("commons", title, number)
    assert [ledger.last_read_revision("commons", title) for title in ALIKE] == list(range(1, len(ALIKE) + 1))


@pytest.mark.parametrize("text", ["ä" * 1_000_000, "\0\x01\x7f\ufffe\N{RIGHT-TO-LEFT OVERRIDE}'\"\\%s:x?;--"])
def test_texts_are_kept_as_they_are(ledger: Ledger, text: str) -> None:
    """As long as a page may be (Manual:$wgMaxArticleSize), whatever is in them."""
    ledger.mark_read("commons", PAGE, 1, text)
    assert ledger.kept_text("commons", PAGE) == text
    number = ledger.file("commons", PAGE, replace(ASKED, parameters={text[:100]: text}))
    assert ledger.get(number).parameters == {text[:100]: text}


def test_numbers_and_times_are_kept_to_the_last_digit(ledger: Ledger) -> None:
    """Revisions beyond 32 bits, and times to the microsecond."""
    request = filed(ledger, 2**52 + 1)
    moment = 1_795_781_660.123456
    noted = ledger.update_request(request, not_before=moment, previewed=2**52 + 3)
    assert (noted.revision, noted.not_before, noted.previewed) == (2**52 + 1, moment, 2**52 + 3)


def test_a_key_that_is_too_long_is_an_error_and_not_cut(ledger: Ledger) -> None:
    """In SQLite too, which would take it."""
    with pytest.raises(sa.exc.StatementError, match="513 characters, 512 at most"):
        ledger.mark_read("commons", "x" * 513, 1)
    assert ledger.last_read_revision("commons", "x" * 512) == 0


# Databases that are away -----------------------------------------------------------------------------------------


def test_a_lost_connection_is_made_anew(mariadb: MariaDB, mariadb_url: str) -> None:
    """Whoever ended it (a server that was started anew, a time-out, an operator): nobody notices."""
    ledger = Ledger(mariadb_url)
    request = filed(ledger)
    with _root(mariadb) as root:
        for row in root.execute(sa.text("SHOW PROCESSLIST")).all():
            if row.User == "cph":
                root.execute(sa.text(f"KILL {row.Id}"))
    assert ledger.get(request.id) == request
    mariadb.kill()
    mariadb.start()
    assert ledger.get(request.id) == request


def test_a_transaction_that_loses_its_connection_is_done_again(mariadb: MariaDB, mariadb_url: str) -> None:
    """As a whole: nothing of it is there twice."""
    ledger = Ledger(mariadb_url)
    tries: list[int] = []

    def work(_ledger: Ledger, db: sa.Connection) -> int:
        db.execute(sa.insert(tables.request_numbers).values(wiki=f"w{len(tries)}", highest=1))
        tries.append(1)
        if len(tries) == 1:
            number = db.scalar(sa.text("SELECT CONNECTION_ID()"))
            with _root(mariadb) as root:
                root.execute(sa.text(f"KILL {number}"))
        db.execute(sa.insert(tables.request_numbers).values(wiki="last", highest=1))
        return len(tries)

    assert database.transaction(work)(ledger) == 2
    assert not ledger.has_numbers("w0")
    assert ledger.has_numbers("w1")


def test_two_that_wait_for_each_other_both_get_it_done(mariadb_url: str) -> None:
    """MariaDB ends one of them, which does it all again (a deadlock)."""
    ledger = Ledger(mariadb_url)
    requests = [filed(ledger, revision) for revision in (1, 2)]
    barrier, first = Barrier(2), [True, True]

    def both(_ledger: Ledger, db: sa.Connection, own: int) -> None:
        for step, number in enumerate((own, 1 - own)):
            tables_ = sa.update(tables.requests).where(tables.requests.c.id == requests[number].id)
            db.execute(tables_.values(slice=tables.requests.c.slice + 1))
            if step == 0 and first[own]:
                first[own] = False
                barrier.wait()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda own: database.transaction(both)(ledger, own), (0, 1)))
    assert [ledger.get(request.id).slice for request in requests] == [2, 2]


def test_a_database_that_is_not_there_is_waited_for(mariadb: MariaDB, mariadb_url: str) -> None:
    """What was asked raises what every process waits for; once it is back, the same goes well."""
    ledger = Ledger(mariadb_url)
    request = filed(ledger)
    mariadb.kill()
    with pytest.raises(LedgerLocked):
        ledger.get(request.id)
    with pytest.raises(LedgerLocked):
        Ledger(mariadb_url)
    mariadb.start()
    assert ledger.get(request.id) == request


def test_a_silent_database_is_waited_for(mariadb: MariaDB, mariadb_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes connections and answers nothing, as one whose disk hangs: no process hangs with it."""
    monkeypatch.setattr(database, "_ANSWER_SECONDS", 1)
    ledger = Ledger(mariadb_url)
    request = filed(ledger)
    with ExitStack() as stack:
        fall_silent = iter([mariadb.silent()])

        def work(_ledger: Ledger, db: sa.Connection) -> None:
            for silence in fall_silent:  # in the midst of the first try
                stack.enter_context(silence)
            db.execute(sa.update(tables.requests).values(slice=7))

        began = time.monotonic()
        for ask in (lambda: database.transaction(work)(ledger), lambda: ledger.get(request.id)):
            with pytest.raises(LedgerLocked):
                ask()
    assert time.monotonic() < began + 10
    assert ledger.get(request.id) == request


def test_a_long_migration_is_not_broken_off(mariadb_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one that waits for another process's: its statements may take longer than all others."""
    monkeypatch.setattr(database, "_ANSWER_SECONDS", 1)
    engine = sa.create_engine(mariadb_url, poolclass=sa.NullPool)
    with engine.connect() as other:
        other.execute(sa.select(sa.func.get_lock(f"cph-migrate-{engine.url.database}", 0)))
        Timer(3, other.invalidate).start()
        assert Ledger(mariadb_url).count_open() == 0
    engine.dispose()


def test_a_table_that_another_has_to_itself_is_waited_for(mariadb_url: str) -> None:
    """As while somebody copies it, or changes it: for a while, and then the process says that it waits."""
    ledger = Ledger(mariadb_url)
    request = filed(ledger)
    engine = sa.create_engine(mariadb_url, poolclass=sa.NullPool)
    with engine.connect() as other:
        other.execute(sa.text("LOCK TABLES requests WRITE"))
        with pytest.raises(LedgerLocked, match="Lock wait timeout"):
            ledger.get(request.id)
        other.execute(sa.text("UNLOCK TABLES"))
        assert ledger.get(request.id) == request
    engine.dispose()


def test_a_read_only_day_is_waited_for(mariadb: MariaDB, mariadb_url: str) -> None:
    """As ToolsDB has them: what reads goes on, what writes says that it cannot."""
    ledger = Ledger(mariadb_url)
    request = filed(ledger)
    with _root(mariadb) as root:
        root.execute(sa.text("SET GLOBAL read_only = 1"))
        try:
            assert ledger.get(request.id) == request
            with pytest.raises(LedgerLocked, match="read-only"):
                ledger.move(request, Event.PLAN)
        finally:
            root.execute(sa.text("SET GLOBAL read_only = 0"))
    assert ledger.move(request, Event.PLAN).state is State.PLANNED


@pytest.mark.parametrize("limited", [False, True])
def test_a_statement_that_is_broken_off_is_waited_for(
    mariadb: MariaDB,
    mariadb_url: str,
    limited: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """By an operator, or by the longest time that a server allows: nothing of the transaction is there."""
    ledger = Ledger(mariadb_url)
    request = filed(ledger)

    def work(_ledger: Ledger, db: sa.Connection) -> None:
        db.execute(sa.insert(tables.request_numbers).values(wiki="broken off", highest=1))
        if limited:
            db.execute(sa.text("SET SESSION max_statement_time = 0.5"))
        else:
            Timer(0.5, _kill_query, (mariadb, db.scalar(sa.text("SELECT CONNECTION_ID()")))).start()
        db.execute(sa.update(tables.requests).values(slice=7))

    with _root(mariadb) as root, root.execution_options(isolation_level="READ COMMITTED").begin():
        root.execute(sa.text(f"SELECT id FROM {ledger._engine.url.database}.requests FOR UPDATE"))  # noqa: S608 - a test's
        with pytest.raises(LedgerLocked, match="interrupted"):
            database.transaction(work)(ledger)
    assert not ledger.has_numbers("broken off")
    assert ledger.get(request.id) == request


def _kill_query(mariadb: MariaDB, connection: int) -> None:
    with _root(mariadb) as root:
        root.execute(sa.text(f"KILL QUERY {connection}"))


def test_a_full_disk_is_waited_for(tmp_path: Path) -> None:
    """SQLite cannot write any more: nothing is half there, and with room again it goes on."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    request = filed(ledger)
    pages = ledger.run(lambda db: db.exec_driver_sql("PRAGMA page_count").scalar())
    with _limited(ledger, int(pages or 0)), pytest.raises(LedgerLocked, match="full"):
        ledger.mark_read("commons", PAGE, 1, "x" * 1_000_000)
    assert ledger.kept_text("commons", PAGE) == ""
    assert ledger.move(request, Event.PLAN).state is State.PLANNED


def _open(url: str, said: Any) -> None:
    database.LOCK_SECONDS = 1
    try:
        said.put(filed(Ledger(url)).state.value)
    except LedgerLocked as error:
        said.put(str(error))


@pytest.mark.long
@pytest.mark.parametrize(
    ("how", "what"),
    [
        ("mode=ro", "attempt to write a readonly database"),
        ("mode=rw", "database is locked"),
        ("vfs=unix-dotfile", "received"),
    ],
)
def test_a_file_that_cannot_be_given_a_log_keeps_nobody_busy(tmp_path: Path, how: str, what: str) -> None:
    """Another's, or in use: it is waited for as any ledger is. On a network's file system it does without."""
    context = multiprocessing.get_context("fork")
    where, said = tmp_path / "ledger.sqlite", context.SimpleQueue()
    with closing(sqlite3.connect(where, isolation_level=None)) as other:
        other.execute("CREATE TABLE of_another (number)")
        if "locked" in what:
            other.execute("BEGIN EXCLUSIVE")
        process = context.Process(target=_open, args=(f"sqlite:///file:{where}?{how}&uri=true", said))
        process.start()
        process.join(20)
        process.kill()
        assert process.exitcode == 0
        assert said.get() == what


@contextmanager
def _limited(ledger: Ledger, pages: int) -> Iterator[None]:
    """The database may not grow meanwhile."""
    limit: Any = lambda db: db.exec_driver_sql(f"PRAGMA max_page_count={pages}")  # noqa: E731
    sa.event.listen(ledger._engine, "begin", limit)
    try:
        yield
    finally:
        sa.event.remove(ledger._engine, "begin", limit)
        ledger.close()


@contextmanager
def _root(mariadb: MariaDB) -> Iterator[sa.Connection]:
    """The database's operator."""
    engine = sa.create_engine(mariadb.url("mysql", "root"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


# Processes -------------------------------------------------------------------------------------------------------


def test_no_connection_is_carried_over_a_fork(ledger: Ledger) -> None:
    """A child has its own, and what it does to them the parent does not notice."""
    request = filed(ledger)
    child = os.fork()
    if child == 0:
        try:
            for number in range(20):
                ledger.update_request(request, slice=number)
            os._exit(0)
        except BaseException:  # noqa: BLE001 - told by the exit status
            os._exit(1)
    for number in range(20):
        ledger.update_request(request, attempts=number)
    assert os.waitpid(child, 0)[1] == 0
    assert (ledger.get(request.id).slice, ledger.get(request.id).attempts) == (19, 19)


def _count(url: str, times: int) -> None:
    ledger = Ledger(url)
    for _ in range(times):
        ledger.publish_again(ledger.get(1))


@pytest.mark.long
def test_what_processes_add_up_is_added_up(ledger: Ledger, ledger_url: str) -> None:
    """Four of them, of which none sees what the others are about to write."""
    before = filed(ledger).version
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_count, args=(ledger_url, 25)) for _ in range(THREADS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert ledger.get(1).version == before + THREADS * 25
