"""A ledger with everything in it that the dashboard shows, and the dashboard on it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient

from bots.queue.own_queue import free_port
from bots.settings import WebSettings, WikiSettings
from bots.web.app import dashboard
from deploy.sandbox.demo import wait_until
from jobs.model.actions import Refusal, Upload
from jobs.model.problems import Problem
from jobs.model.records import Record
from jobs.model.requests import ItemState, NewRequest, StoredRequest
from jobs.model.states import Event
from jobs.store.ledger import Ledger
from tests.hostile import HOSTILE
from wikitext.messages import message

WIKI = WikiSettings(name="commons", api="https://commons.example/w/api.php", base="Commons:Hub/Requests")
PARTNER = "Carnegie Museum of Art"


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    """The address of a new ledger; test_overviews.py asks MariaDB the same."""
    return f"sqlite:///{tmp_path}/ledger.sqlite"


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """A ledger with two requests: H1 runs, and rows of it failed; H2 has a hostile value in each parameter."""
    ledger = Ledger(ledger_url)
    fill(ledger)
    yield ledger
    ledger.close()


def fill(ledger: Ledger) -> None:
    """Take the two requests in."""
    run(ledger, file(ledger, 1, {"type": "upload", "partner": PARTNER, "language": "sv"}), ["File:A.jpg", "File:B.jpg"])
    hostile = {f"p{number} {name}": value for number, (name, value) in enumerate(HOSTILE.items())}
    problems = tuple(Problem(name, message("problem-value", value)) for name, value in hostile.items())
    file(ledger, 2, {"type": "edit", "partner": HOSTILE["markup"], **hostile}, problems=problems)


def file(
    ledger: Ledger, number: int, parameters: dict[str, str], author: str = "Alice", problems: tuple[Problem, ...] = ()
) -> StoredRequest:
    """A request that somebody filed."""
    asked = NewRequest(f"{number:064}", parameters, author, 10 + number, problems)
    return ledger.get(ledger.file("commons", WIKI.base, asked))


def run(ledger: Ledger, request: StoredRequest, titles: list[str]) -> StoredRequest:
    """Have a request run with an item for each of these pages: the first is done, the second failed; one is refused."""
    ledger.add_items(request, [Record(row, {}) for row in range(1, len(titles) + 2)])
    *planned, refused = list(ledger.items(request))
    checked = [(item, upload(title)) for item, title in zip(planned, titles, strict=True)]
    ledger.set_items(request, [*checked, (refused, Refusal(message("row-name-exists", HOSTILE["call"])))], "")
    request = ledger.move(request, Event.PLAN, plan="abcdef123456", previewed=15)
    for event in (Event.APPROVE, Event.START):
        request = ledger.move(request, event)
    ledger.begin_slice(request.id, 0, "host:1:a")
    done, failed = ledger.lease_items(request, "host:1:a", (ItemState.PLANNED,), 2)
    ledger.set_item(request, done, ItemState.DONE, revision=77)
    why = message("row-name-exists", HOSTILE["formula"])
    ledger.set_item(request, failed, ItemState.FAILED, why=why, error_code=HOSTILE["markup"][:60])
    return ledger.get(request.id)


def upload(title: str) -> Upload:
    """What a row comes to."""
    sha1 = title.encode().hex()[:40].rjust(40, "0")
    return Upload(title=title, url="https://a.example/1", sha1=sha1, size=1, text="", categories=())


@pytest.fixture
def web_settings(ledger_url: str) -> WebSettings:
    """The settings of a dashboard at which nobody logs in."""
    return WebSettings(ledger=ledger_url, wikis=(WIKI,))


@pytest.fixture
def reading(ledger: Ledger, web_settings: WebSettings) -> FlaskClient:
    """Somebody who reads the dashboard, logged out."""
    del ledger  # it is there
    return dashboard(web_settings, None).test_client()


@dataclass(frozen=True)
class Served:
    """The dashboard as it runs on a server: gunicorn's first process, and its address."""

    process: subprocess.Popen[bytes]
    address: str


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Served]:
    """The dashboard with these settings and no others, in processes of its own; it can be read on return."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CPH_")}
    environment = own | {"PORT": str(free_port())} | settings
    command = [sys.executable, "-m", "bots", "web"]
    with (
        (folder / "web.log").open("w") as log,
        subprocess.Popen(command, env=environment, stderr=log, cwd=folder) as process,
    ):
        try:
            address = f"http://127.0.0.1:{environment['PORT']}"
            wait_until(lambda: _answers(address), "the dashboard")
            yield Served(process, address)
        finally:
            process.terminate()


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/healthz", timeout=10).ok
    except requests.ConnectionError:
        return False
