"""A file that a process touches as long as it gets on, by which others tell one that is idle from one that is stuck."""

import logging
import os
from pathlib import Path

_log = logging.getLogger(__name__)


def _own(path: str, flags: int) -> int:
    """The file itself, never what somebody else may have it lead to."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


class Heartbeat:
    """The file at a path; with an empty one there is none."""

    def __init__(self, path: str) -> None:
        self._path = Path(path) if path else None
        self._failed = False

    def beat(self) -> None:
        """Say that the process gets on. Where the file cannot be written that is logged, once."""
        if self._path is None:
            return
        try:
            with open(self._path, "wb", opener=_own) as file:
                os.utime(file.fileno())
        except OSError as error:
            if not self._failed:
                _log.error("CPH_HEARTBEAT cannot be written: %s", error)
            self._failed = True
