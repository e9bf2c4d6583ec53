"""The ledger: whether it can be used as it is, and whether what stands in it goes on."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bots.cli.doctor.findings import Finding, listed, ok, warn, wrong
from bots.cli.doctor.machine import why_closed
from bots.cli.doctor.queue import LONG_SECONDS
from bots.cli.opening import named, sqlite_file
from jobs.store.condition import Condition, examine
from jobs.store.database import LedgerLocked, LedgerUnusable
from jobs.store.ledger import Ledger
from jobs.store.migration import Age

_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "ceph", "glusterfs"})
"""File systems of other machines' disks (filesystems(5)): SQLite's locks are not sure there (sqlite.org/wal.html)."""

_MOUNTS = Path("/proc/mounts")
_TRIES = 3


def look_at_ledger(url: str) -> Iterator[Finding]:
    """The ledger of CPH_LEDGER, in which nothing is changed."""
    file = sqlite_file(url)
    if file and not file.exists():
        yield from _missing(file)
        return
    try:
        there = examine(url)
    except (LedgerLocked, LedgerUnusable) as error:
        yield wrong(
            "ledger", f"{named(url)} cannot be used", str(error),
            "see that it runs and has room; set CPH_LEDGER to its address",
        )  # fmt: skip
        return
    yield from judge_database(there)
    if file and _MOUNTS.exists():
        yield from judge_disk(file.resolve(), _MOUNTS.read_text(encoding="utf-8"))
    if there.age is Age.CURRENT:
        with closing(Ledger(url)) as ledger:
            yield from look_at_work(ledger)


@contextmanager
def ledger_to_read(url: str) -> Iterator[Ledger | None]:
    """The ledger at an address; None: it is not there, or of another version. It is neither made nor changed."""
    file = sqlite_file(url)
    try:
        is_there = bool(url) and (not file or file.exists()) and examine(url).age is Age.CURRENT
    except (LedgerLocked, LedgerUnusable):  # `look_at_ledger` says so
        is_there = False
    if not is_there:
        yield None
        return
    with closing(Ledger(url)) as ledger:
        yield ledger


def _missing(file: Path) -> Iterator[Finding]:
    folder = file.absolute().parent
    if not folder.is_dir():
        yield wrong("ledger", f"there is no folder for {file}", "no ledger can be made", "make it, or set CPH_LEDGER")
    elif why := why_closed(folder):
        yield wrong("ledger", f"no ledger can be made in {folder}", why, "let the processes' user write there")
    else:
        yield warn(
            "ledger", f"there is no file {file} yet", "the first command that needs it makes it",
            "where there was one before: set CPH_LEDGER to its whole path",
        )  # fmt: skip


def judge_database(there: Condition) -> Iterator[Finding]:
    """What a database is like."""
    yield from _judge_age(there)
    if there.refusal:
        yield wrong(
            "ledger", "it cannot be written to", there.refusal,
            "let the processes' user write the file and its folder, or see what the database's user may",
        )  # fmt: skip
    if there.other_collations:
        names = ", ".join(there.other_collations)
        yield wrong(
            "ledger", f"tables of the ledger have another collation: {names}",
            "texts are cut or refused, and different titles are taken for one",
            "restore the backup from before they were converted, or ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4"
            " COLLATE utf8mb4_nopad_bin",
        )  # fmt: skip
    if there.charset and there.charset != "utf8mb4":
        yield warn(
            "ledger", f"the database's charset is {there.charset}", "its own tables say theirs, others would not",
            "ALTER DATABASE … CHARACTER SET utf8mb4",
        )  # fmt: skip
    if there.journal not in {"", "wal"}:
        yield warn(
            "ledger", f"SQLite's journal is {there.journal}, not wal", "readers and the writer wait for each other",
            "put the file on a disk of this machine, or use MariaDB",
        )  # fmt: skip


def _judge_age(there: Condition) -> Iterator[Finding]:
    match there.age:
        case Age.CURRENT:
            yield ok("ledger", f"{there.server}, with the tables of this version")
        case Age.NONE:
            yield ok("ledger", f"{there.server}, empty: the first command that needs it makes the tables")
        case Age.OLDER:
            yield warn(
                "ledger", "its tables are of an older version", "whatever starts first brings them to this one",
                "end the processes, back it up, then cph migrate",
            )  # fmt: skip
        case Age.NEWER:
            yield wrong("ledger", "its tables are of a newer version", "this one refuses them", "update cph")
        case Age.UNKNOWN:
            yield wrong("ledger", "another program's tables are in it", "cph refuses them", "set CPH_LEDGER to another")


def judge_disk(file: Path, mounts: str) -> Iterator[Finding]:
    """Whether the file is on a disk of this machine. `mounts`: as in /proc/mounts (proc(5))."""
    lines = [line.split() for line in mounts.splitlines()]
    above = [(mount, kind) for _, mount, kind, *_ in lines if file.is_relative_to(mount)]
    kind = max(above, key=lambda one: len(one[0]), default=("", ""))[1]
    if kind in _NETWORK:
        yield warn(
            "ledger", f"the file is on a disk of another machine ({kind})", "SQLite's locks are not sure there",
            "put the file on a disk of this machine, or use MariaDB",
        )  # fmt: skip


def look_at_work(ledger: Ledger) -> Iterator[Finding]:
    """Whether somebody watches, and what is open goes on."""
    if watcher := ledger.watcher():
        host, pid, _ = watcher.rsplit(":", 2)
        yield ok("work", f"process {pid} on {host} watches the wikis")
    else:
        yield wrong(
            "work", "nobody watches the wikis", "requests and answers are not noticed", "start cph watch or cph run"
        )
    if vain := ledger.tried_in_vain(_TRIES):
        yield wrong(
            "work", f"tried {_TRIES} times or more, each time in vain: {listed(vain)}",
            "the process crashed, or what it needs was away", "cph log H… and the log say why",
        )  # fmt: skip
    if stuck := ledger.neglected(LONG_SECONDS):
        yield wrong(
            "work", f"nothing goes on for {LONG_SECONDS / 60:.0f} minutes or more, and these wait: {listed(stuck)}",
            "no process takes their turn", "start cph work (or cph run); see that the queue is the one it works on",
        )  # fmt: skip
    yield ok("work", f"{ledger.count_open()} requests are open")
