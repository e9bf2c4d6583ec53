"""What is logged: a line an event whatever is in it, and no secret in any form."""

import io
import logging
import sys
import threading
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from pydantic import SecretStr

from bots.settings import Settings, WikiSettings
from bots.telemetry import redact, set_up_logging
from tests.hostile import HOSTILE

SECRET = "a secret/of+the:queue's"


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What stands in the log, as it is set up for a process."""
    said = io.StringIO()
    monkeypatch.setattr("sys.stderr", said)
    hooks, root = (sys.excepthook, threading.excepthook), logging.getLogger()
    before, root.handlers = root.handlers, []
    set_up_logging((SECRET,))
    yield said
    root.handlers = before
    sys.excepthook, threading.excepthook = hooks


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


@pytest.mark.parametrize(
    "form",
    [
        SECRET, quote(SECRET, safe=""), quote_plus(SECRET), repr(SECRET)[1:-1],
        *(b64encode(f"{user}:{SECRET}".encode()).decode().rstrip("=") for user in ("u", "us", "use")),
    ],
)  # fmt: skip
def test_no_form_of_a_secret_is_logged(logged: io.StringIO, form: str) -> None:
    """Not in a message, its arguments, a traceback, nor in what ends the process or a thread of it."""
    error = ValueError(form)
    logging.getLogger("cph").error("at %s", f"redis://:{form}@host", exc_info=error)
    sys.excepthook(ValueError, error, None)
    said = logged.getvalue()
    assert said.count("***") >= 3
    assert form not in said


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
