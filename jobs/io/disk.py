"""What this machine's own disk may refuse, which is nobody's list's, file's or server's fault."""

import errno
from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""errno(3)."""


def is_full(error: BaseException) -> bool:
    """Whether nothing more can be written now: no room, a quota that is used up, a disk that has become read-only."""
    return isinstance(error, OSError) and error.errno in _FULL


def is_gone(error: BaseException, folder: Path) -> bool:
    """Whether the folder, or what was in it, is not there any more."""
    return isinstance(error, FileNotFoundError) and str(error.filename).startswith(f"{folder}")
