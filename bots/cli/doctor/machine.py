"""The folder for large files: whether it can be written to, and how much fits."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bots.cli.doctor.findings import Finding, ok, warn, wrong

_GIGABYTE = 10**9
_LEAST_FREE = 5 * _GIGABYTE
"""What the largest file takes that Commons has."""


def look_at_spool(folder: Path) -> Iterator[Finding]:
    """The folder of CPH_SPOOL."""
    to_do = "make the folder, have the processes' user own it, or set CPH_SPOOL to another"
    if why := why_closed(folder):
        yield wrong("machine", f"the folder {folder} cannot be written to", why, to_do)
    else:
        yield from judge_free(folder, shutil.disk_usage(folder).free)


def why_closed(folder: Path) -> str:
    """Why no file can be made in the folder; empty: one can. Nothing is left there."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
            file.flush()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def judge_free(folder: Path, free: int) -> Iterator[Finding]:
    """Whether so many bytes are enough."""
    said = f"{free / _GIGABYTE:.1f} GB are free in {folder}"
    if free < _LEAST_FREE:
        yield warn(
            "machine", said, "a file of Commons' largest size does not fit: it waits until there is room",
            "make room, or set CPH_SPOOL to a folder on a larger disk",
        )  # fmt: skip
    else:
        yield ok("machine", said)
