"""What is logged: a line an event whatever is in it, and no secret in any form."""

import io
import json
import logging
import subprocess
import sys
import threading
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest
from pydantic import SecretStr

from bots.settings import Settings, WikiSettings
from bots.telemetry import Form, redact, set_up_logging, shown
from jobs.context.doing import cost, count_api_call, doing
from tests.hostile import HOSTILE

SECRET = "a secret/of+the:queue's"


@contextmanager
def log(form: Form) -> Iterator[io.StringIO]:
    """What stands in the log, as it is set up for a process."""
    said = io.StringIO()
    hooks, root = (sys.excepthook, threading.excepthook), logging.getLogger()
    before, root.handlers = root.handlers, []
    with redirect_stderr(said):
        set_up_logging((SECRET,), form)
        yield said
    root.handlers = before
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """The log for people."""
    with log("text") as said:
        yield said


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log for programs, as it is where nobody says otherwise and standard error is no terminal."""
    with log("auto") as said:
        yield said


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_a_value_forges_no_line(logged: io.StringIO, value: str) -> None:
    """Line breaks, escape sequences of terminals and marks that turn a line around are written out."""
    logging.getLogger("cph").warning("H1: %s", value)
    said = logged.getvalue()
    assert said.endswith("\n")
    assert not [char for char in said[:-1] if unicodedata.category(char) == "Cc" and char != "\t"]
    assert not {*"\u202e\u2066"} & {*said}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_an_error_forges_no_line(logged: io.StringIO, value: str) -> None:
    """Of a traceback every line is indented, so that none looks like an event of its own."""
    logging.getLogger("cph").error("H1", exc_info=ValueError(value))
    first, *below = logged.getvalue().rstrip("\n").split("\n")
    assert first.endswith("ERROR cph: H1")
    assert [line for line in below if not line.startswith("  ") and line] == []
    assert not any(unicodedata.category(char) == "Cc" for line in below for char in line if char != "\t")


FORMS = [
    SECRET, quote(SECRET, safe=""), quote_plus(SECRET), repr(SECRET)[1:-1],
    *(b64encode(f"{user}:{SECRET}".encode()).decode().rstrip("=") for user in ("u", "us", "use")),
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_secret_is_logged(logged: io.StringIO, form: str) -> None:
    """Not in a message, its arguments, a traceback, nor in what ends the process or a thread of it."""
    error = ValueError(form)
    logging.getLogger("cph").error("at %s", f"redis://:{form}@host", exc_info=error)
    sys.excepthook(ValueError, error, None)
    said = logged.getvalue()
    assert said.count("***") >= 3
    assert form not in said


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_an_event_is_a_line_of_json(lines: io.StringIO, value: str) -> None:
    """With what is being done, and the traceback in it: no value ends the line, or adds a field."""
    with doing(request="H7", row=3), doing(action="edit", wiki="commons"):
        count_api_call()
        logging.getLogger("cph").error("of %s", value, exc_info=ValueError(value), extra={"revision": 12, **cost()})
    logging.getLogger("cph").info("after it")
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert datetime.fromisoformat(first.pop("time")).tzinfo == UTC
    assert first.pop("duration") >= 0
    assert first.pop("traceback").startswith("ValueError: ")
    about = {"request": "H7", "row": 3, "action": "edit", "wiki": "commons", "revision": 12, "api_calls": 1}
    assert first == {"level": "ERROR", "logger": "cph", "message": f"of {shown(value)}", **about}
    assert second.keys() == {"time", "level", "logger", "message"}


def test_what_is_done_as_a_part_counts_for_the_whole() -> None:
    """A row's requests to the wiki are those of its slice, too; outside of both nothing is counted."""
    count_api_call()
    with doing(request="H1"):
        with doing(row=1):
            count_api_call()
        with doing(row=2):
            assert cost()["api_calls"] == 0
            count_api_call()
        assert cost()["api_calls"] == 2
    assert cost() == {}


@pytest.mark.parametrize("secret_in", FORMS)
def test_no_form_of_a_secret_is_in_a_line_of_json(lines: io.StringIO, secret_in: str) -> None:
    """Nor in its traceback, nor in a field; and it is JSON still."""
    with doing(request=secret_in):
        logging.getLogger("cph").error("at %s", secret_in, exc_info=ValueError(secret_in))
    [line] = lines.getvalue().splitlines()
    assert secret_in not in line
    assert line.count("***") == 3
    assert "***" in json.loads(line)["request"]


def test_what_is_no_secret_stays() -> None:
    """An empty secret is none."""
    assert redact("a b", ("", "c")) == "a b"


def test_secrets_of_the_settings() -> None:
    """Every password of an address is one, as it is written there and as it is meant; printed, none of them is seen."""
    settings = Settings(
        account="Bot",
        login="Bot@app",
        password=SecretStr("pass1"),
        contact="a@b.example",
        wikis=(WikiSettings(name="w", api="https://user:pass2@wiki.example/api.php", base="B"),),
        ledger="mysql+pymysql://cph:pass%2F3@db/cph",
        redis="redis://:pass4@queue:6379/0?password=pass5",
        sentry_dsn="https://pass6:pass7@sentry.example/1",
    )
    assert {f"pass{n}" for n in (1, 2, 4, 5, 6, 7)} | {"pass%2F3", "pass/3"} <= {*settings.secrets}
    assert [n for n in (1, 3, 4, 5, 6, 7) if f"pass{n}" in repr(settings).replace("%2F", "")] == []


def test_secrets_of_oauth() -> None:
    """All four of them; printed, none is seen."""
    settings = Settings(
        account="Bot",
        oauth_consumer_key="sign1",
        oauth_consumer_secret=SecretStr("sign2"),
        oauth_access_key="sign3",
        oauth_access_secret=SecretStr("sign4"),
        contact="a@b.example",
    )
    assert {f"sign{n}" for n in (1, 2, 3, 4)} <= {*settings.secrets}
    assert "sign" not in repr(settings)


@pytest.mark.long
def test_pywikibot_says_nothing_of_what_ended_a_process() -> None:
    """It would print it as it is, behind the line from which secrets are taken out."""
    program = "import bots.mediawiki.session; raise RuntimeError('canary')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.count("canary") == 1  # Python says it
    assert "Exiting" not in done.stdout + done.stderr
