"""The folder for large files: those that are on their way, and as many that were fetched as there is room for."""

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BufferedReader
from pathlib import Path

_LEAST_FREE = 1_000_000_000
"""Bytes that are left to files on their way: with less room nothing is kept."""

_SWEPT = 50
"""The kept files are counted each time that a fiftieth of what may be kept has come in."""

_LOOK_SECONDS = 0.05


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

    def keep(self, path: Path, sha1: str) -> None:
        """Keep a file of the folder, if there is room; where that is not possible, it is fetched once more."""
        with suppress(OSError):
            size = path.stat().st_size
            if size * _SWEPT > self._most_bytes or shutil.disk_usage(self.folder).free < _LEAST_FREE:
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
        return (self._own / "kept" / sha1).exists()

    def drop(self, sha1: str) -> None:
        """Keep the file no longer: it is where it was to go."""
        with suppress(OSError):
            (self._own / "kept" / sha1).unlink()

    @contextmanager
    def kept(self, sha1: str) -> Iterator[Path | None]:
        """Where the file with these bytes is meanwhile, which were hashed; None: it is not kept."""
        with ExitStack() as stack:
            path = None
            with suppress(OSError):
                made = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self.folder)), sha1)
                made.hardlink_to(self._own / "kept" / sha1)
                with made.open("rb") as file:
                    path = made if _sha1(file) == sha1 else None
            yield path

    @contextmanager
    def place(self, host: str, places: int) -> Iterator[None]:
        """Wait until fewer than so many, of all threads and processes of this machine, are at something of the host."""
        name = hashlib.sha256(host.encode()).hexdigest()[:32]
        with ExitStack() as stack:
            files = [stack.enter_context((self._made("places") / f"{name}-{n}").open("w")) for n in range(places)]
            while not any(map(_locked, files)):
                time.sleep(_LOOK_SECONDS)
            yield

    def _made(self, name: str) -> Path:
        """A folder of this user's alone. Raises OSError where it is another's."""
        folder = self._own / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise PermissionError(f"{folder} is another user's")
        return folder


def _locked(file: object) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type] # an open file
        return True
    return False


def _sha1(file: BufferedReader) -> str:
    return hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
