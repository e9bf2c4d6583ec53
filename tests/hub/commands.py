"""Commands of `cph` as operators type them: in this process, for a start takes longer than what most of them do.

What was said of a wiki and the login to it a process keeps: what a command is to find out of them it finds `started`.
"""

import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

from bots.cli.main import main
from deploy.sandbox.hub import cph


@dataclass(frozen=True)
class Said:
    """What came of a command: its exit status, and what it said on standard output and on standard error."""

    status: int
    out: str
    err: str


def typed(*arguments: str, environment: Mapping[str, str], answer: str = "") -> Said:
    """Run a command that ends by itself, in this environment. `answer`: what is typed at its question."""
    out, err = io.StringIO(), io.StringIO()
    typing = patch.object(sys, "stdin", io.StringIO(answer))
    with _environment(environment), _own_log(), typing, redirect_stdout(out), redirect_stderr(err):
        status = main([*arguments])
    return Said(status, out.getvalue(), err.getvalue())


def started(*arguments: str, environment: Mapping[str, str]) -> Said:
    """As `typed`, in a process of its own."""
    done = subprocess.run(
        cph(*arguments), env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False
    )
    return Said(done.returncode, done.stdout, done.stderr)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("CPH_")}
    with patch.dict(os.environ, {**others, **variables}, clear=True):
        yield


@contextmanager
def _own_log() -> Iterator[None]:
    """Commands set up a log of their own, and how they end; both is as it was before, after it."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    told = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    root.handlers = []
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        sys.excepthook = hook
        for number, handler in told.items():
            signal.signal(number, handler)
