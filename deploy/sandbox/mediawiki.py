"""Install MediaWiki wikis on SQLite, copy them, and say how to serve them with PHP alone."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from . import accounts
from .debian import SetupError, run
from .servers import HOST, Server

WIKIS = ("commons", "meta")
EXTENSIONS = (
    "AbuseFilter",
    "Cite",
    "Echo",
    "Gadgets",
    "InputBox",
    "ParserFunctions",
    "Scribunto",
    "SpamBlacklist",
    "TemplateData",
    "TitleBlacklist",
    "WikiEditor",
)
LANGUAGES = ("en", "sv", "ar")
"""Languages whose messages are prepared; those of others are when first asked for."""

WORKERS = 4
PHP = (
    "php",
    *("-d", "display_errors=0"),
    *("-d", "memory_limit=512M"),
    *("-d", "upload_max_filesize=100M"),
    *("-d", "post_max_size=110M"),
    *("-d", "apc.shm_size=128M"),
)
HERE = Path(__file__).resolve().parent
SOURCES = ("LocalSettings.php", "accounts.php", "accounts.py", "mediawiki.py", "mediainfo/**/*.*")


def prepare(folder: Path) -> None:
    """Install the wikis with their accounts, to be copied, unless these are there already."""
    target = prepared(folder)
    if target.exists():
        return
    logs = folder / "logs"
    work = target.with_suffix(".new")
    shutil.rmtree(work, ignore_errors=True)
    (work / "l10n").mkdir(parents=True)
    with ThreadPoolExecutor() as threads:
        list(threads.map(lambda name: _install(folder, work, name, logs / f"{name}.log"), WIKIS))
    _build_messages(folder, work, logs / "messages.log")
    work.rename(target)


def prepared(folder: Path) -> Path:
    """Return where the wikis of just these settings and accounts are (to be) prepared."""
    sources = b"".join(path.read_bytes() for name in SOURCES for path in sorted(HERE.glob(name)))
    return folder.resolve() / "pristine" / hashlib.sha256(sources).hexdigest()[:12]


def server(folder: Path, run_folder: Path, name: str) -> Server:
    """Return the server of a wiki whose data is in ``run_folder/name``; if not yet, copied there.

    Raises SetupError if the folder is not prepared.
    """
    pristine = prepared(folder)
    if not pristine.exists():
        message = f"{folder} is not ready: run python -m deploy.sandbox prepare."
        raise SetupError(message)
    data = run_folder.resolve() / name
    if not data.exists():
        copy = data.with_suffix(".new")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(pristine / name, copy)
        (copy / "www/w").symlink_to(folder.resolve() / "mediawiki")
        copy.rename(data)
    return Server(
        name=name,
        command=lambda port: _serve(port, data / "www"),
        environment=lambda port: _environment(folder, name, data, l10n=pristine / "l10n", url=f"http://{HOST}:{port}"),
        answers=_answers,
        log=data / "php.log",
    )


def _install(folder: Path, work: Path, name: str, log: Path) -> None:
    data = work / name
    (data / "www/images").mkdir(parents=True)
    environment = _environment(folder, name, data, l10n=work / "l10n")
    options = {
        "dbtype": "sqlite",
        "dbname": "wiki",
        "dbpath": data / "db",
        "pass": accounts.password(accounts.ADMIN.name),
        "confpath": data,
        "scriptpath": "/w",
        "server": environment["SANDBOX_URL"],
        "extensions": ",".join(EXTENSIONS),
    }
    flags = [f"--{option}={value}" for option, value in options.items()]
    # The installer wants to write settings, and must not find ours.
    own = {key: value for key, value in environment.items() if key != "MW_CONFIG_FILE"}
    install = _maintenance(folder, "install", *flags, name, accounts.ADMIN.name)
    run(install, log, environment=own)
    (data / "LocalSettings.php").unlink()
    make_accounts = _maintenance(folder, str(HERE / "accounts.php"))
    run(make_accounts, log, environment=environment, text=json.dumps(_wanted_accounts()))


def _wanted_accounts() -> Mapping[str, object]:
    people = [account for account in accounts.ACCOUNTS if account != accounts.ADMIN]
    name, app_id = accounts.BOT_LOGIN.split("@")
    return {
        "accounts": [asdict(one) | {"password": accounts.password(one.name)} for one in people],
        "bot": {
            "name": name,
            "appId": app_id,
            "secret": accounts.BOT_SECRET,
            "grants": accounts.BOT_GRANTS,
        },
    }


def _build_messages(folder: Path, work: Path, log: Path) -> None:
    environment = _environment(folder, WIKIS[0], work / WIKIS[0], l10n=work / "l10n")
    languages = f"--lang={','.join(LANGUAGES)}"
    run(_maintenance(folder, "rebuildLocalisationCache", languages), log, environment=environment)


def _maintenance(folder: Path, script: str, *arguments: str) -> list[str]:
    return [*PHP, str(folder.resolve() / "mediawiki/maintenance/run.php"), script, *arguments]


def _environment(folder: Path, name: str, data: Path, *, l10n: Path, url: str = f"http://{HOST}") -> dict[str, str]:
    """Return the environment that makes the shared code and settings the wiki wanted."""
    return {
        **os.environ,
        "MW_INSTALL_PATH": str(folder.resolve() / "mediawiki"),
        "MW_CONFIG_FILE": str(HERE / "LocalSettings.php"),
        "PHP_CLI_SERVER_WORKERS": str(WORKERS),
        "SANDBOX_WIKI": name,
        "SANDBOX_DATA": str(data),
        "SANDBOX_URL": url,
        "SANDBOX_EXTENSIONS": ",".join(EXTENSIONS),
        "SANDBOX_LUA": shutil.which("lua5.1") or "",
        "SANDBOX_L10N": str(l10n),
    }


def _serve(port: int, root: Path) -> Sequence[str]:
    return [*PHP, "-S", f"{HOST}:{port}", "-t", str(root), str(HERE / "router.php")]


def _answers(port: int) -> bool:
    with closing(HTTPConnection(HOST, port, timeout=2)) as connection:
        try:
            connection.request("GET", "/w/api.php?action=query&meta=siteinfo&format=json")
            return b'"general"' in connection.getresponse().read()
        except (OSError, HTTPException):
            return False
