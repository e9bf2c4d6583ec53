"""A private MariaDB from Debian's packages, for the tests: what the ledger is kept in in production."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from .debian import SEARCHED, SetupError, run
from .servers import HOST, Restartable, Server

NAME = "mariadb"
ADMIN = "root"
ACCOUNT = "cph"
PASSWORD = "sandbox"  # noqa: S105 - opens databases on loopback only

# An account has all rights on databases whose names start with its own and _, and no others, as on ToolsDB.
_ACCOUNTS = rf"""
FLUSH PRIVILEGES;
CREATE OR REPLACE USER '{ADMIN}'@'{HOST}' IDENTIFIED BY '{PASSWORD}';
CREATE USER '{ACCOUNT}'@'{HOST}' IDENTIFIED BY '{PASSWORD}';
GRANT ALL ON *.* TO '{ADMIN}'@'{HOST}' WITH GRANT OPTION;
GRANT ALL ON `{ACCOUNT}\_%`.* TO '{ACCOUNT}'@'{HOST}';
"""

_DATA_OPTIONS = (
    # Each run has a copy of these files: they begin small.
    "--innodb-data-file-path=ibdata1:4M:autoextend",
    "--innodb-autoextend-increment=1",
    "--innodb-log-file-size=16M",
    "--innodb-undo-tablespaces=0",
    # Nothing is to outlive a loss of power.
    "--innodb-flush-method=nosync",
    "--debug-no-sync",
    "--skip-innodb-doublewrite",
)
_OPTIONS = (
    *_DATA_OPTIONS,
    "--innodb-buffer-pool-size=32M",
    # Each commit is handed to the system, and so outlives a server that is killed; 0 keeps a second's back.
    "--innodb-flush-log-at-trx-commit=2",
    "--skip-log-bin",
    "--skip-name-resolve",
    f"--bind-address={HOST}",
    # No socket: its path in a run's folder may be longer than the 107 bytes that the system allows.
    "--socket=",
)


class MariaDB(Restartable):
    """A MariaDB that runs while the context lasts; what it has committed outlives its `kill`."""

    def __init__(self, folder: Path, run: Path) -> None:
        """Its data and log are in `run`: as they were left, or new, copied from the prepared `folder`.

        Raises SetupError if that is not prepared.
        """
        pristine = prepared(folder)
        if not pristine.exists():
            message = f"{folder} is not ready: run python -m deploy.sandbox prepare."
            raise SetupError(message)
        data = run.resolve() / NAME
        if not data.exists():
            copy = data.with_suffix(".new")
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(pristine, copy)
            copy.rename(data)
        # Each server removes at its start what it takes for its own leftovers, also those that another is at.
        temporary = data.with_suffix(".tmp")
        temporary.mkdir(exist_ok=True)
        super().__init__(
            Server(
                name=NAME,
                command=lambda port: [
                    *_mariadbd(),
                    *_OPTIONS,
                    f"--datadir={data}",
                    f"--tmpdir={temporary}",
                    f"--port={port}",
                ],
                environment=lambda _: os.environ,
                answers=_greets,
                log=data.with_suffix(".log"),
                end=signal.SIGQUIT,  # It ignores SIGINT.
            )
        )

    def url(self, database: str = "", account: str = ACCOUNT) -> str:
        """SQLAlchemy's address of a database, or of none; `account`: ACCOUNT or ADMIN."""
        return f"mysql+pymysql://{account}:{PASSWORD}@{HOST}:{self.port}/{database}"

    def create(self, name: str) -> str:
        """Make an empty database and return its address for ACCOUNT; `name` starts with `cph_`.

        Its default charset is Latin-1, as a server's may be: a schema has to say what it needs.
        """
        import sqlalchemy as sa  # noqa: PLC0415 - preparing does without packages

        engine = sa.create_engine(self.url(account=ADMIN), poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} DEFAULT CHARACTER SET latin1"))
        return self.url(name)


def prepare(folder: Path) -> None:
    """Make the data of a new server with its two accounts, to be copied, unless they are there already.

    Raises SetupError if that fails.
    """
    target = prepared(folder)
    if target.exists():
        return
    work = target.with_suffix(".new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "accounts.sql").write_text(_ACCOUNTS)
    # It does not bear spaces in the paths that it is given.
    install = [
        *("mariadb-install-db", "--no-defaults", "--datadir=./data", "--extra-file=accounts.sql"),
        *("--auth-root-authentication-method=normal", "--skip-test-db", "--cross-bootstrap"),
        *(*_user(), *_DATA_OPTIONS),
    ]
    run(install, folder / "logs/mariadb.log", cwd=work)
    (work / "data").rename(target)
    shutil.rmtree(work)


def prepared(folder: Path) -> Path:
    """Return where the data of just these accounts and options, for the installed MariaDB, are (to be) prepared."""
    version = subprocess.run([*_mariadbd(), "--version"], check=True, capture_output=True).stdout
    made_of = Path(__file__).read_bytes() + version
    return folder.resolve() / "pristine" / f"{NAME}-{hashlib.sha256(made_of).hexdigest()[:12]}"


def _mariadbd() -> list[str]:
    """Raises SetupError if it is not installed."""
    if program := shutil.which("mariadbd", path=SEARCHED):
        return [program, "--no-defaults", *_user()]
    message = "MariaDB is not installed: run python -m deploy.sandbox prepare."
    raise SetupError(message)


def _user() -> list[str]:
    """It refuses to run as root unless it is told to."""
    return ["--user=root"] if os.geteuid() == 0 else []


def _greets(port: int) -> bool:
    """A server that is ready speaks first, of its version."""
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            return b"MariaDB" in connection.recv(128)
    except OSError:
        return False
