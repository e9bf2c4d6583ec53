"""Real processes are killed while they work: everything is done by itself, and once. `make fire` is the long one."""

from pathlib import Path

from deploy.sandbox import MariaDB, Sandbox

from .fire import burn, ground

STRIKES = ("child", "queue", "both", "database", "worker", "watcher")


def test_everything_is_done_once_whatever_is_killed(
    sandbox: Sandbox, mariadb: MariaDB, installed: str, tmp_path: Path
) -> None:
    """Workers, their children, the watcher, the queue and the database; files, statements, edits, answers, reports."""
    mariadb.start()
    with ground(sandbox, mariadb, f"{installed} fire", tmp_path) as rig:
        figures = burn(rig, mariadb, tmp_path, files=12, pages=12, strikes=STRIKES, seed=1)
    assert figures.wrong == []
    assert figures.kills["queue"] == 1
