"""``python -m deploy.sandbox prepare`` makes the sandbox ready, ``up`` runs it until Ctrl-C."""

import argparse
import fcntl
import shlex
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from . import (
    ACCOUNTS,
    BOT_LOGIN,
    BOT_SECRET,
    Sandbox,
    ServerError,
    SetupError,
    password,
    prepare,
    running,
)
from .servers import HOST


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox", description=__doc__)
    parser.add_argument("action", choices=("prepare", "up", "demo", "screenshots"))
    parser.add_argument("--folder", type=Path, default=Path(".sandbox"), help="(%(default)s)")
    parser.add_argument("--run", type=Path, help="folder of this run's data (FOLDER/run)")
    arguments = parser.parse_args()
    try:
        prepare(arguments.folder)
        if arguments.action == "up":
            _up(arguments.folder, arguments.run or arguments.folder / "run")
        elif arguments.action != "prepare":
            sys.exit(_play(arguments.action, arguments.folder))
    except (SetupError, ServerError) as error:
        sys.exit(str(error))


def _play(action: str, folder: Path) -> int:
    # They need the project's packages, which `prepare` does without.
    from . import demo, screenshots  # noqa: PLC0415

    with TemporaryDirectory(dir=folder, prefix=f"{action}-") as run:
        if action == "demo":
            return demo.demo(folder, Path(run))
        screenshots.take(folder, Path(run))
    return 0


PARTNER_PORT = 8000
"""Where the sandbox's bot takes a partner's files from, as Python's own web server offers them."""

DASHBOARD_PORT = PARTNER_PORT + 1
"""Where the dashboard is told to listen: its own port is the partner's here."""


def _up(folder: Path, run: Path) -> None:
    from . import hub  # noqa: PLC0415 - as above

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    new = not run.exists()
    with suppress(KeyboardInterrupt), _alone(run), running(folder, run) as sandbox:
        variables = hub.environment(sandbox, run, [f"{HOST}:{PARTNER_PORT}"])
        if new:
            hub.install(sandbox, variables, [HOST])
        settings = run / "environment"
        settings.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items()))
        print(_description(sandbox, hub.BASES), flush=True)
        print(f"\nLists and files of yours, at http://{HOST}:{PARTNER_PORT}/, in the folder that they are in:")
        print(f"  python3 -m http.server --bind {HOST} {PARTNER_PORT}")
        known = f"set -a; . {settings}; set +a;"
        print(f"\nThe bot, in another terminal:  {known} .venv/bin/cph run")
        print(f"The dashboard, in one more:    {known} .venv/bin/cph web --port {DASHBOARD_PORT}", flush=True)
        signal.pause()


@contextmanager
def _alone(run: Path) -> Iterator[None]:
    """Keep the folder from a second sandbox, which would have the same databases. Raises SetupError."""
    run.mkdir(parents=True, exist_ok=True)
    with (run / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"A sandbox runs in {run} already: end it with Ctrl-C, or name another folder with --run."
            raise SetupError(message) from None
        yield


def _description(sandbox: Sandbox, bases: Mapping[str, str]) -> str:
    addresses = {wiki.name: wiki.page(bases[wiki.name]) for wiki in sandbox.wikis.values()}
    people = {account.name: password(account.name) for account in ACCOUNTS}
    rows = [
        *(addresses | {"valkey": sandbox.queue_url, "data": str(sandbox.folder)}).items(),
        ("", ""),
        ("Account", "Password (on both wikis)"),
        *(people | {BOT_LOGIN: BOT_SECRET}).items(),
        ("", ""),
        ("Ctrl-C ends the sandbox.", ""),
    ]
    return "\n".join(f"{name:28}{value}".rstrip() for name, value in rows)


if __name__ == "__main__":
    main()
