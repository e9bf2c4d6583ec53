"""Ledgers of earlier versions, brought to this version's tables, in SQLite and in MariaDB."""

import logging
import multiprocessing
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event

from deploy.sandbox import MariaDB
from jobs.model.requests import Item, ItemState, NewRequest, StoredRequest
from jobs.model.states import State
from jobs.store import database, migration, tables, version
from jobs.store.database import LedgerUnusable
from jobs.store.ledger import Ledger
from wikitext.messages import Message, language

LEDGERS = Path(__file__).parents[2] / "data/ledgers"
LATEST = version.latest_version()


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """A transaction on the database as the ledger opens it."""
    engine = database.engine_of(url)
    try:
        with engine.connect() as db, db.begin():
            yield db
    finally:
        engine.dispose()


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    """What the database answers."""
    with connected(url) as db:
        result = db.exec_driver_sql(query)
        return [tuple(row) for row in result] if result.returns_rows else []


def empty(url: str, revision: str) -> None:
    """Make a ledger without requests as it was after a migration, from the first one on."""
    with connected(url) as db:
        config = migration._config()
        config.attributes["connection"] = db
        command.upgrade(config, revision)


def old_ledger(url: str, name: str = "ef0ae0c") -> None:
    """Load a ledger that an earlier version wrote."""
    kind = "sqlite" if url.startswith("sqlite") else "mariadb"
    with connected(url) as db:
        for line in (LEDGERS / f"{name}.{kind}.sql").read_text(encoding="utf-8").splitlines():
            db.execution_options(no_parameters=True).exec_driver_sql(line)


def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    """All lines of all tables, in an order, but for the times that a migration assumes."""
    with connected(url) as db:
        lines = {name: db.exec_driver_sql(f"SELECT * FROM {name}") for name in sa.inspect(db).get_table_names()}  # noqa: S608 - names of the ledger's own tables
        return {
            name: sorted(({**row._mapping, "asked": 0, "state_since": 0} for row in found), key=repr)
            for name, found in lines.items()
        }


def opened(url: str) -> None:
    """Open the ledger, which brings it to this version."""
    Ledger(url).close()


# The tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_migrated_tables_are_those_of_a_new_ledger(ledger_url: str, revision: str) -> None:
    """Columns, their types, keys, indexes and references: nothing is left that Alembic would change."""
    empty(ledger_url, revision)
    opened(ledger_url)
    with connected(ledger_url) as db:
        context = MigrationContext.configure(db, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == LATEST


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_migrated_tables_are_a_new_ledgers_in_mariadb_to_the_letter(
    mariadb_url: str, revision: str, request: pytest.FixtureRequest
) -> None:
    """Each column's type, charset and collation, each table's engine, each index and reference by its name."""
    empty(mariadb_url, revision)
    opened(mariadb_url)
    migrated = described(mariadb_url)
    new = request.getfixturevalue("mariadb").create(f"cph_new_{next(_numbers)}")
    opened(new)
    assert migrated == described(new)
    collations = {(type_ == "longtext", collation) for *_, type_, collation in migrated["columns"] if collation}
    # JSON, which is a longtext too, has a collation of its own: nobody looks for it.
    assert collations == {(False, "utf8mb4_nopad_bin"), (True, "utf8mb4_nopad_bin"), (True, "utf8mb4_bin")}


_numbers = count(1)


SAID = {
    "columns": "table_name, column_name, is_nullable, column_default, extra, column_type, collation_name",
    "tables": "table_name, engine, table_collation",
    "statistics": "table_name, index_name, seq_in_index, non_unique, column_name",
    "key_column_usage": "table_name, constraint_name, column_name, referenced_table_name, referenced_column_name",
}
"""What is compared of what MariaDB tells of tables, by where it does."""


def described(url: str) -> dict[str, set[tuple[Any, ...]]]:
    """What MariaDB says of the ledger's tables."""
    told = {
        name: ask(url, f"SELECT {what} FROM information_schema.{name} WHERE table_schema = DATABASE()")  # noqa: S608 - words of this test
        for name, what in SAID.items()
    }
    return {name: {line for line in lines if line[0] != "alembic_version"} for name, lines in told.items()}


# What stands in them ---------------------------------------------------------------------------------------------


@pytest.fixture(name="ledger")
def _ledger(ledger_url: str) -> Iterator[Ledger]:
    """The ledger that ef0ae0c wrote, opened by this version."""
    old_ledger(ledger_url)
    ledger = Ledger(ledger_url)
    yield ledger
    ledger.close()


def test_every_request_of_the_first_version_is_read(ledger_url: str) -> None:
    """Requests in every state with items in every state: all are there as before, and their items, counted."""
    old_ledger(ledger_url)
    states = dict(ask(ledger_url, "SELECT id, state FROM requests"))
    assert {*states.values()} == {*State} - {State.CHECKED}
    rows = {(item[0], item[1]): item[2] for item in ask(ledger_url, "SELECT request, `row`, state FROM items")}
    assert {*rows.values()} == {*ItemState} - {ItemState.WITHHELD, ItemState.PARTLY}

    ledger = Ledger(ledger_url)
    found = {number: ledger.get(number) for number in states}
    assert {number: request.state for number, request in found.items()} == states
    items = {(number, item.row): item for number, request in found.items() for item in ledger.items(request)}
    assert items.keys() == {key for key in rows if states[key[0]] != State.RECEIVED}
    changed = {(rows[key], item.state) for key, item in items.items() if rows[key] != item.state}
    assert changed == {(ItemState.REFUSED, ItemState.WITHHELD), (ItemState.FAILED, ItemState.PARTLY)}
    for number, request in found.items():
        mine = [item.state for (of, _), item in items.items() if of == number]
        assert ledger.counts(request) == {state: mine.count(state) for state in ItemState}
    ledger.close()


def test_everything_that_was_told_can_be_told(ledger: Ledger) -> None:
    """Problems, questions, what a request waits for, notices, what became of items, replies that are still to come."""
    said = [language("en").say(sentence) for sentence in sentences(ledger)]
    assert len(said) > 20
    assert all(said)
    assert not [one for one in said if "$" in one]


def sentences(ledger: Ledger) -> Iterator[Message]:
    """All that the ledger keeps to be said."""
    for request in requests(ledger):
        yield from (problem.why for problem in request.problems)
        yield from request.questions
        yield from filter(None, (request.why, request.notice, request.heard, request.curtailed))
        yield from (item.why for item in ledger.items(request) if item.why)
        yield from (review.verdict for review in ledger.open_reviews(request) if review.verdict)


def requests(ledger: Ledger) -> list[StoredRequest]:
    """All of the ledger's requests."""
    with ledger._engine.connect() as db:
        return [tables.request(row) for row in db.execute(tables.select_requests())]


def items_of(ledger: Ledger) -> list[Item]:
    """All of the ledger's items."""
    return [item for request in requests(ledger) for item in ledger.items(request)]


def test_sentences_that_are_gone_are_said_by_others(ledger: Ledger) -> None:
    """Of an item that is done in part it is said; a problem that names a line by now names that of the request."""
    whys = {item.why.key for item in items_of(ledger) if item.why and item.state is ItemState.PARTLY}
    assert whys == {"partly-no-data", "partly-verify-data", "partly-verify-categories", "partly-verify-text"}
    problems = {problem.why for request in requests(ledger) for problem in request.problems}
    assert Message("problem-broken", ("{{Hub request",)) in problems
    assert {"row-license", "manifest-broken"} <= {why.key for why in problems}


def test_nothing_is_told_twice_and_nothing_that_waited_is_forgotten(ledger_url: str) -> None:
    """What the wiki shows already is not written again; an answer without its reply, and a notice, are still open."""
    old_ledger(ledger_url)
    shown = dict(ask(ledger_url, "SELECT id, shown FROM requests"))
    unanswered = ask(ledger_url, "SELECT id FROM reviews WHERE NOT replied")
    judged = ask(ledger_url, "SELECT id FROM reviews WHERE NOT replied AND verdict IS NOT NULL AND verdict <> 'null'")
    noticed = ask(ledger_url, "SELECT id FROM requests WHERE notice IS NOT NULL")
    assert len(unanswered) > len(judged) > 0
    assert noticed

    ledger = Ledger(ledger_url)
    found = requests(ledger)
    assert {request.id: request.is_published for request in found} == {id_: bool(text) for id_, text in shown.items()}
    assert {request.id: request.published_status for request in found} == shown
    assert {(request.id,) for request in found if request.notice} == {*noticed}
    reviews = [review for request in found for review in ledger.open_reviews(request)]
    assert sorted(review.id for review in reviews) == sorted(id_ for [id_] in unanswered)
    assert sorted(review.id for review in reviews if review.verdict) == sorted(id_ for [id_] in judged)
    ledger.close()


def test_a_request_that_was_being_checked_is_listed_anew(ledger: Ledger) -> None:
    """A hash goes over all rows as they are checked, so none of them counts as checked."""
    received = [request for request in requests(ledger) if request.state is State.RECEIVED]
    assert len(received) > 1
    for request in received:
        assert (request.listed, request.checked_rows, list(ledger.items(request))) == (False, "", [])


def test_numbers_go_on_above_all_that_there_are(ledger: Ledger) -> None:
    """On every wiki that has requests; what was filed already is not filed again."""
    found = requests(ledger)
    assert all(ledger.has_numbers(request.wiki) for request in found)
    for request in found:
        parameters, problems = request.parameters, request.problems
        same = NewRequest(request.fingerprint, parameters, request.author, request.revision, problems)
        assert ledger.file(request.wiki, request.page, same) == request.id
    new = NewRequest("n" * 64, {"type": "upload"}, "Alice", 10**10)
    assert ledger.file("meta", "Requests", new) == max(request.id for request in found) + 1


def test_a_request_that_was_filed_twice_at_once_stays_two(ledger_url: str) -> None:
    """Two watchers of an earlier version could take one call in twice; each is one request still, by its number."""
    old_ledger(ledger_url)
    ask(ledger_url, "UPDATE requests SET fingerprint = 'f', revision = 1, wiki = 'commons', page = 'P' WHERE id < 4")
    opened(ledger_url)
    assert len({filed_as for [filed_as] in ask(ledger_url, "SELECT filed_as FROM requests WHERE id < 4")}) == 3


def test_references_between_the_tables_hold(ledger_url: str) -> None:
    """After the migration no item, review or count can be written of a request that there is not."""
    old_ledger(ledger_url)
    opened(ledger_url)
    for line in (
        "INSERT INTO item_counts VALUES (9999, 'done', 1)",
        "INSERT INTO hands VALUES (9999, 0, 'holder', 0)",
        "UPDATE items SET request = 9999",
        "UPDATE reviews SET request = 9999",
        "DELETE FROM requests",
    ):
        with pytest.raises(sa.exc.IntegrityError):
            ask(ledger_url, line)


# What can get in the way -----------------------------------------------------------------------------------------

STEPS = (
    r"CREATE TABLE new_watcher_lease",
    r"INSERT INTO new_items",
    r"new_request_numbers (RENAME )?TO request_numbers",
    r"DROP TABLE IF EXISTS old_pages",
    r"UPDATE alembic_version SET version_num='0002'",
    r"CREATE TABLE new_hands",
    r"INSERT INTO new_item_counts",
    r"new_hands (RENAME )?TO hands",
    r"DROP TABLE IF EXISTS old_speakers",
    r"UPDATE alembic_version SET version_num='0003'",
    r"INSERT INTO _alembic_tmp_items|ALTER TABLE items MODIFY",
    r"DROP TABLE page_cursors|ALTER TABLE page_cursors MODIFY",
    r"UPDATE alembic_version SET version_num='0004'",
    r"CREATE TABLE IF NOT EXISTS paces",
    r"UPDATE alembic_version SET version_num='0005'",
)
"""What a migration is killed after: while tables are made and filled, put in their place, the old ones forgotten."""


def killed_after(url: str, step: str) -> int:
    """Bring the ledger to this version in a process that is killed after a statement; returns its exit code."""

    def run() -> None:
        def kill(_db: object, _cursor: object, statement: str, *_: object) -> None:
            if re.search(step, statement):
                os._exit(9)

        event.listen(sa.Engine, "after_cursor_execute", kill)
        opened(url)

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join()
    return process.exitcode or 0


@pytest.mark.long
def test_a_migration_that_was_killed_is_finished(
    ledger_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Wherever that was, time and again: what comes of it is what comes of one that nobody disturbs."""
    sqlite = ledger_url.startswith("sqlite")
    if sqlite:
        straight = f"sqlite:///{tmp_path}/straight.sqlite"
    else:
        straight = request.getfixturevalue("mariadb").create(f"cph_straight_{next(_numbers)}")
    old_ledger(straight)
    opened(straight)
    old_ledger(ledger_url)
    before = everything(ledger_url)
    for step in STEPS:
        assert killed_after(ledger_url, step) == 9, step
        if sqlite:
            assert everything(ledger_url) == before
    opened(ledger_url)
    assert everything(ledger_url) == everything(straight)


def test_servers_beside_each_other_share_no_temporary_files(mariadb: MariaDB) -> None:
    """One that starts removes what it takes for leftovers of its own: in mid-statement, of another they are missed."""
    engine = sa.create_engine(mariadb.url())
    with engine.connect() as db:
        temporary, data = db.execute(sa.text("SELECT @@tmpdir, @@datadir")).one()
    engine.dispose()
    assert Path(temporary).parent == Path(data).parent


@pytest.mark.parametrize("name", ["requests", "item_counts"])
def test_a_new_ledger_that_was_not_made_to_the_end_is_made(ledger_url: str, name: str) -> None:
    """MariaDB keeps each table that was made before a process was killed."""
    with connected(ledger_url) as db:
        for table in tables.metadata.sorted_tables:
            table.create(db)
            if table.name == name:
                break
    opened(ledger_url)
    with connected(ledger_url) as db:
        assert compare_metadata(MigrationContext.configure(db), tables.metadata) == []


def test_of_two_processes_one_migrates(ledger_url: str) -> None:
    """The other waits for it, and then finds the ledger as it has to be."""
    old_ledger(ledger_url)
    context = multiprocessing.get_context("fork")
    meeting, done = context.Barrier(2, timeout=10), context.SimpleQueue()

    def run() -> None:
        with_logs = logging.getLogger("jobs.store.migration")
        with_logs.setLevel(logging.INFO)
        handler = logging.Handler()
        handler.emit = lambda record: done.put(record.getMessage())  # type: ignore[method-assign]
        with_logs.addHandler(handler)
        meeting.wait()
        opened(ledger_url)

    processes = [context.Process(target=run) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert done.get() == f"the ledger was brought from version 0001 of its tables to {LATEST}"
    assert done.empty()


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["CREATE TABLE requests (id INTEGER)"], "its tables are not those of a ledger of this program"),
        (["CREATE TABLE items (id INTEGER)"], "another program has tables in it"),
    ],
)
def test_another_programs_database_is_refused(ledger_url: str, statements: list[str], said: str) -> None:
    """And nothing is changed in it."""
    for statement in statements:
        ask(ledger_url, statement)
    before = everything(ledger_url)
    with pytest.raises(LedgerUnusable, match=said):
        Ledger(ledger_url)
    assert everything(ledger_url) == before


def test_a_newer_ledger_is_refused(ledger_url: str) -> None:
    """It says which version it has, and what to do."""
    opened(ledger_url)
    ask(ledger_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerUnusable, match=r"a newer version of cph made its tables \(9999\): update cph"):
        Ledger(ledger_url)


@pytest.mark.long
def test_an_operator_can_migrate(ledger_url: str) -> None:
    """`cph migrate` says from which version to which the ledger was brought, and nothing else; then, which it has."""
    old_ledger(ledger_url)
    settings = {"CPH_LEDGER": ledger_url}
    told = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "bots", "migrate"], env=os.environ | settings, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        told.append([line.split(": ", 1)[1] for line in done.stderr.splitlines()])
        assert done.stdout == ""
    shown = sa.engine.make_url(ledger_url).render_as_string()
    has = f"the ledger {shown} has version {LATEST} of its tables"
    assert told == [[f"the ledger was brought from version 0001 of its tables to {LATEST}", has], [has]]
