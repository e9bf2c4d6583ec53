"""Real processes are killed while they work: everything is done by itself, and once. `make fire` is the long one."""

from collections import Counter
from pathlib import Path

from deploy.sandbox import MariaDB, Sandbox

from .fire import Work, burn, ground
from .kill_matrix import Cell, strike_all

STRIKES = ("child", "queue", "both", "database", "worker", "watcher")


def test_everything_is_done_once_whatever_is_killed(
    sandbox: Sandbox, mariadb: MariaDB, installed: str, tmp_path: Path
) -> None:
    """Workers, their children, the watcher, the queue and the database; files, statements, edits, answers, reports."""
    mariadb.start()
    with ground(sandbox, mariadb, f"{installed} fire", tmp_path) as rig:
        figures = burn(rig, mariadb, tmp_path, Work(6, 4, workers=2, a_minute=120), strikes=STRIKES, seed=1)
    assert figures.wrong == []
    assert figures.kills == Counter(STRIKES)


CELLS = (
    Cell("stash, in chunks", "before", "database"),
    Cell("publication", "after", "both"),
    Cell("upload, at once", "after", "child"),
    Cell("data", "after", "child"),
    Cell("edit", "after", "worker"),
    Cell("report", "after", "queue"),
    Cell("answer to a review", "after", "child"),
)
"""Some; `python -m tests.hub.kill_matrix` has all."""


def test_whatever_is_killed_at_a_step_of_an_action_goes_on_by_itself(
    sandbox: Sandbox, mariadb: MariaDB, installed: str, tmp_path: Path
) -> None:
    """Before the wiki did what it was asked, and when it had and could not say so any more."""
    work = Work(4, 3, 1, "Step", 0x908000, workers=2)
    mariadb.start()
    with ground(sandbox, mariadb, f"{installed} steps", tmp_path) as rig:
        assert strike_all(rig, mariadb, tmp_path, work, CELLS, occasions=1) == ([], [])
