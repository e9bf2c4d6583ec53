"""The folder for large files: those that are on their way, and as many that were fetched as there is room for."""

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import IO

_LEAST_FREE = 1_000_000_000
"""Bytes that are left to files on their way: with less room nothing is kept."""

_LARGEST = 4
"""A file that is larger than a quarter of what may be kept would push too many others out."""

_SWEPT = 50
"""The kept files are counted each time that a fiftieth of what may be kept has come in."""

_ORPHAN_SECONDS = 60.0
"""A file is locked a moment after it is made: one that is older, and not locked, is a killed process's."""


class Spool:
    """A folder of a machine that its processes share. `most_bytes`: so much is kept of what was fetched.

    What is kept is by SHA-1 (hex), each file a second name of the one that was fetched, the oldest the first to go. It
    may be gone at any time, and is to be hashed before it is used.
    """

    def __init__(self, folder: Path, most_bytes: int = 0) -> None:
        self.folder = folder
        self._most_bytes = most_bytes
        self._come_in = most_bytes
        self._own = folder / f"cph-{os.getuid()}"
        self._swept = 0.0

    def new_file(self) -> IO[bytes]:
        """A file with a name, which goes when it is closed; those that killed processes left go now. Raises OSError."""
        folder = self._made("coming")
        if time.monotonic() > self._swept + _ORPHAN_SECONDS:
            self._swept = time.monotonic()
            for path in folder.iterdir():
                _remove_orphan(path)
        file = tempfile.NamedTemporaryFile(dir=folder)  # noqa: SIM115 - closed by who asked
        fcntl.flock(file, fcntl.LOCK_SH)
        return file

    def keep(self, path: Path, sha1: str) -> None:
        """Keep a file of the folder, if there is room; where that is not possible, it is fetched once more."""
        with suppress(OSError):
            size = path.stat().st_size
            if size * _LARGEST > self._most_bytes or shutil.disk_usage(self.folder).free < _LEAST_FREE:
                return
            kept = self._made("kept") / sha1
            with suppress(FileExistsError):
                kept.hardlink_to(path)
            os.utime(kept)
            self._come_in += size
            if self._come_in * _SWEPT > self._most_bytes:
                self._sweep(kept.parent)

    def _sweep(self, kept: Path) -> None:
        files = sorted(((entry.stat().st_mtime, entry) for entry in kept.iterdir()), reverse=True)
        left = self._most_bytes
        for _, entry in files:
            left -= entry.stat().st_size
            if left < 0:
                entry.unlink(missing_ok=True)
        self._come_in = 0

    def has(self, sha1: str) -> bool:
        """Whether the file seems to be kept."""
        with suppress(OSError):
            return (self._made("kept") / sha1).exists()
        return False

    def drop(self, sha1: str) -> None:
        """Keep the file no longer: it is where it was to go."""
        with suppress(OSError):
            (self._made("kept") / sha1).unlink()

    @contextmanager
    def kept(self, sha1: str) -> Iterator[Path | None]:
        """Where the file with these bytes is meanwhile, which were hashed; None: it is not kept."""
        with ExitStack() as stack:
            path = None
            with suppress(OSError):
                made = Path(stack.enter_context(self.new_file()).name + "-kept")
                made.hardlink_to(self._made("kept") / sha1)
                stack.callback(partial(made.unlink, missing_ok=True))
                with made.open("rb") as file:
                    fcntl.flock(stack.enter_context(made.open("rb")), fcntl.LOCK_SH)
                    path = made if _sha1(file) == sha1 else None
            yield path

    def _made(self, name: str) -> Path:
        """A folder of this user's alone. Raises OSError where it is another's."""
        folder = self._own / name
        if not folder.is_dir():
            self._own.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        about = self._own.lstat()
        if about.st_uid != os.getuid() or about.st_mode & 0o022 or not stat.S_ISDIR(about.st_mode):
            raise PermissionError(f"{self._own} can be written to by others")
        return folder


def _locked(file: object) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type] # an open file
        return True
    return False


def _remove_orphan(path: Path) -> None:
    """Remove a file that no process has open any more."""
    with suppress(OSError):
        old = path.stat().st_mtime < time.time() - _ORPHAN_SECONDS
        if old:
            with path.open("rb") as file:
                if _locked(file):
                    path.unlink()


def _sha1(file: BufferedReader) -> str:
    return hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
