"""Fetch what the sandbox needs from Debian: PHP, Lua, MariaDB and the MediaWiki 1.43 LTS code."""

import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

RELEASE = "trixie"
"""The Debian release that carries MediaWiki 1.43; its packages run on any PHP from 8.1 on."""

PHP_EXTENSIONS = {
    "apcu": "php-apcu",
    "curl": "php-curl",
    "gd": "php-gd",
    "intl": "php-intl",
    "mbstring": "php-mbstring",
    "pdo_sqlite": "php-sqlite3",
    "xml": "php-xml",
}
"""PHP extensions as PHP names them, with the Debian package that provides each."""

PROGRAMS = {
    "lua5.1": "lua5.1",
    "mariadbd": "mariadb-server-core",
    "my_print_defaults": "mariadb-client-core",
}
"""Programs beside PHP, with the Debian package of each; mariadb-install-db, in the second, calls the third."""

SEARCHED = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin"
"""Where programs are looked for: servers are in a folder that is not on everybody's PATH."""

APT_SOURCES = Path("/etc/apt")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class SetupError(Exception):
    """The sandbox cannot be made ready; the message says why."""


@dataclass(frozen=True)
class Mirror:
    """Where this machine gets Debian from, and the keys that it trusts for it."""

    address: str
    keyring: str


def prepare(folder: Path) -> None:
    """Install PHP, Lua and MariaDB and unpack MediaWiki into ``folder/mediawiki``, unless they are there.

    The system's package lists and settings stay as they are, apart from the installed packages.
    Raises SetupError with the end of the log if apt fails.
    """
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as threads:
        steps = [
            threads.submit(install_programs, logs / "apt.log"),
            threads.submit(unpack_mediawiki, folder, logs / "mediawiki.log"),
        ]
    for step in steps:
        step.result()


def install_programs(log: Path) -> None:
    """Install the missing ones of PHP, its extensions, Lua and MariaDB; calls no apt if all are there.

    Starts no service: Debian's unit of MariaDB is in mariadb-server, which is not installed.
    """
    packages = missing_packages()
    if not packages:
        return
    apt = [*_as_root(), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    run([*apt, "update"], log)
    # MariaDB's packages would otherwise take the place of an installed MySQL.
    run([*apt, "install", "--yes", "--no-remove", "--no-install-recommends", *packages], log)
    if still := missing_packages():
        message = f"The php found first on PATH is not Debian's: it lacks {still}."
        raise SetupError(message)


def missing_packages() -> list[str]:
    """Return the Debian packages to install for what this machine lacks."""
    packages = [package for program, package in PROGRAMS.items() if not shutil.which(program, path=SEARCHED)]
    if not shutil.which("php"):
        return [*packages, "php-cli", *PHP_EXTENSIONS.values()]
    modules = subprocess.run(["php", "-m"], check=True, capture_output=True, text=True).stdout
    loaded = set(modules.lower().split())
    return packages + [package for name, package in PHP_EXTENSIONS.items() if name not in loaded]


def unpack_mediawiki(folder: Path, log: Path) -> None:
    """Download MediaWiki's packages and unpack them into ``folder/mediawiki``.

    The folder appears complete or not at all, so an interrupted setup is simply repeated.
    """
    target = folder / "mediawiki"
    if target.exists():
        return
    with tempfile.TemporaryDirectory(dir=folder, prefix="unpacking-") as name:
        work = Path(name).resolve()
        for package in _download(["mediawiki", "mediawiki-classes"], work, log):
            run(["dpkg", "-x", str(package), str(work / "tree")], log)
        code = work / "tree/usr/share/mediawiki"
        # Debian keeps what a site changes outside the code and links to it; nothing here needs
        # that, as each wiki's settings and files are chosen by the environment it is started in.
        for link in ("extensions", "config", "images", "LocalSettings.php"):
            (code / link).unlink()
        (code / "extensions-core").rename(code / "extensions")
        code.rename(target)


def debian_mirror(sources: Path = APT_SOURCES) -> Mirror:
    """Return the mirror from which this machine installs its own Debian release."""
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    for entry in _apt_entries(sources):
        if codename in entry["suites"].split() and "main" in entry["components"].split():
            keyring = entry.get("signed-by", "")
            return Mirror(entry["uris"].split()[0], keyring if keyring[:1] == "/" else KEYRING)
    message = f"No apt source for Debian {codename or '(unknown release)'} found in {sources}."
    raise SetupError(message)


def run(
    command: Sequence[str],
    log: Path,
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    text: str = "",
) -> None:
    """Run a command with ``text`` as its input and its output added to a log.

    Raises SetupError with the log's end if the command fails.
    """
    with log.open("ab") as output:
        failed = subprocess.run(
            command,
            input=text.encode(),
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=environment,
            check=False,
        ).returncode
    if failed:
        message = f"This failed: {' '.join(command)}\n{log_end(log)}"
        raise SetupError(message)


def log_end(log: Path, lines: int = 20) -> str:
    """Return the last lines of a log, headed by where to find it."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join([f"The end of {log}:", *text.splitlines()[-lines:]])


def _as_root() -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        return ["sudo"]
    message = (
        "Installing PHP, Lua and MariaDB needs root: run this as root, install sudo, or install "
        f"{' '.join(missing_packages())} yourself."
    )
    raise SetupError(message)


def _download(packages: list[str], work: Path, log: Path) -> Iterable[Path]:
    """Download packages of RELEASE with an apt that keeps all its state inside ``work``."""
    mirror = debian_mirror()
    (work / "lists/partial").mkdir(parents=True)
    (work / "archives/partial").mkdir(parents=True)
    (work / "status").touch()
    (work / "sources.list").write_text(f"deb [signed-by={mirror.keyring}] {mirror.address} {RELEASE} main\n")
    options = {
        "Dir::State": work,
        "Dir::State::status": work / "status",
        "Dir::Cache": work,
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Acquire::Languages": "none",
        # Apt would otherwise step down to a user who may not write here.
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]
    run([*apt, "update"], log)
    run([*apt, "download", *packages], log, cwd=work)
    return work.glob("*.deb")


def _apt_entries(sources: Path) -> Iterator[Mapping[str, str]]:
    """Yield apt's enabled binary sources, in either notation, as deb822 fields in lower case."""
    for path in sorted(sources.glob("sources.list.d/*.sources")):
        text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.MULTILINE)
        for stanza in re.split(r"\n\s*\n", text):
            fields = re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza, re.MULTILINE)
            entry = {name.lower(): value.strip() for name, value in fields}
            if "deb" in entry.get("types", "").split() and entry.get("enabled") != "no":
                yield {"suites": "", "components": "", "uris": ""} | entry
    for path in [sources / "sources.list", *sorted(sources.glob("sources.list.d/*.list"))]:
        lines = path.read_text().splitlines() if path.exists() else []
        for line in lines:
            if found := re.match(r"deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+(.*)", line):
                options, uri, suite, components = found.groups()
                signed = re.search(r"signed-by=(\S+)", options or "")
                entry = {"uris": uri, "suites": suite, "components": components}
                yield entry | ({"signed-by": signed[1]} if signed else {})
