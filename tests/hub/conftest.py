"""A rig for each test: a request page, ledger, queue and partner's server of its own, on the wikis all tests share."""

import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import BrokenBarrierError, Event

import pytest
from pydantic import SecretStr
from redis import Redis

from bots import worker
from bots.cli.opening import opened
from bots.queue.redis_queue import RedisQueue
from bots.settings import Settings, WikiSettings
from deploy.sandbox import BOT, BOT_LOGIN, BOT_SECRET, Sandbox
from deploy.sandbox.hub import BASES, CONTACT, policy
from jobs.io.wiki import Wiki
from tests.serving import answer, serving

from .lossy import Line, line_to
from .rig import Answer, Partner, Rig

CHUNK = 2000
"""Bytes in a chunk that is sent to the wiki at the end of the line."""


@contextmanager
def partner_server() -> Iterator[Partner]:
    """A partner's web server with nothing on it."""
    said = Partner()
    ended = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said.asked.append(self.path)
            found = said.answers.get(self.path, Answer(b"no such file", "text/plain", 404))
            if found.hang:
                ended.wait(30)
                return
            try:
                _ = found.together and found.together.wait()
            except BrokenBarrierError:
                found = Answer(status=404)
            answer(self, found.body, found.status, found.content_type)

    with serving(Handler) as host:
        said.address = f"http://{host}"
        yield said
        ended.set()


@pytest.fixture
def partner() -> Iterator[Partner]:
    """A partner's web server with nothing on it."""
    with partner_server() as made:
        yield made


def settings_for(
    sandbox: Sandbox, bases: Mapping[str, str], partner: Partner, folder: Path, ledger: str = ""
) -> Settings:
    """What a bot is run with that works at these request pages; what it keeps is in the folder, or in the ledger."""
    return Settings(
        account=BOT,
        login=BOT_LOGIN,
        password=SecretStr(BOT_SECRET),
        contact=CONTACT,
        wikis=tuple(WikiSettings(name=name, api=sandbox.wikis[name].api, base=base) for name, base in bases.items()),
        ledger=ledger or f"sqlite:///{folder}/ledger.sqlite",
        redis=sandbox.queue_url,
        spool=folder,
        spool_bytes=0,  # what a partner changes between two fetches is to be seen
        private_hosts=tuple(address.removeprefix("http://") for address in (partner.address, partner.elsewhere)),
        web_wait_seconds=3,
        chunk_bytes=100_000,
    )


@pytest.fixture(scope="session")
def installed(sandbox: Sandbox) -> str:
    """The title of the request page, on wikis on which the bot has installed the project's pages."""
    del sandbox  # they are on it
    return BASES["commons"]


@pytest.fixture
def ledger(request: pytest.FixtureRequest) -> str:
    """The address of a new ledger in MariaDB, for every third test, by its name; empty: one in SQLite."""
    third = zlib.crc32(request.node.nodeid.encode()) % 3 == 0
    where = request.config.getoption("--ledger") or ("mariadb" if third else "sqlite")
    if where == "sqlite" or request.node.get_closest_marker("sqlite"):
        return ""
    url: str = request.getfixturevalue("mariadb_url")
    return url


@pytest.fixture
def rig(
    sandbox: Sandbox, installed: str, partner: Partner, ledger: str, request: pytest.FixtureRequest
) -> Iterator[Rig]:
    """A rig at which the sandbox's accounts have the rights that their names say."""
    tmp_path = request.getfixturevalue("tmp_path")
    bases = {"commons": f"{installed} {_name(request)}"}
    with rigs(settings_for(sandbox, bases, partner, tmp_path, ledger), sandbox, partner) as made:
        yield made["commons"]


@pytest.fixture
def two_rigs(
    sandbox: Sandbox, installed: str, partner: Partner, ledger: str, request: pytest.FixtureRequest
) -> Iterator[dict[str, Rig]]:
    """A rig on each wiki, with one bot for both."""
    tmp_path = request.getfixturevalue("tmp_path")
    bases = {"commons": f"{installed} {_name(request)}", "meta": f"{BASES['meta']} {_name(request)}"}
    with rigs(settings_for(sandbox, bases, partner, tmp_path, ledger), sandbox, partner) as made:
        yield made


@pytest.fixture
def line(sandbox: Sandbox) -> Iterator[Line]:
    """A line to the wiki that files are uploaded to."""
    with line_to(sandbox.wikis["commons"].api) as made:
        yield made


@pytest.fixture
def far_wiki(sandbox: Sandbox, line: Line, partner: Partner, tmp_path: Path) -> Iterator[Wiki]:
    """The wiki at the end of the line, to which files are sent in chunks of 2,000 bytes."""
    settings = settings_for(sandbox, {"commons": "Requests"}, partner, tmp_path)
    there = WikiSettings(name="commons", api=line.address, base="Requests")
    with opened(settings.model_copy(update={"wikis": (there,), "chunk_bytes": CHUNK})) as hub:
        line.asked.clear()
        yield hub.wikis["commons"]


@pytest.fixture
def far_rig(
    sandbox: Sandbox, line: Line, installed: str, partner: Partner, request: pytest.FixtureRequest
) -> Iterator[Rig]:
    """A rig whose bot is at the other end of the line."""
    tmp_path = request.getfixturevalue("tmp_path")
    settings = settings_for(sandbox, {"commons": f"{installed} {_name(request)}"}, partner, tmp_path)
    there = settings.wikis[0].model_copy(update={"api": line.address})
    with rigs(settings.model_copy(update={"wikis": (there,)}), sandbox, partner) as made:
        yield made["commons"]


def _name(request: pytest.FixtureRequest) -> str:
    """Each test has a request page of its own: two files may have a test of the same name."""
    name = f"{request.node.path.stem.removeprefix('test_')} {request.node.name}"
    return " ".join(re.sub(r"\W", " ", name, flags=re.ASCII).split())


@contextmanager
def rigs(settings: Settings, sandbox: Sandbox, partner: Partner) -> Iterator[dict[str, Rig]]:
    """Rigs with an empty queue at these settings' request pages, by their wikis."""
    with ExitStack() as stack:
        hub = stack.enter_context(opened(settings))
        queue = RedisQueue(sandbox.queue_url)
        stack.callback(queue.close)
        Redis.from_url(sandbox.queue_url).flushall()
        worker.serve(hub, queue)
        made = {wiki.name: Rig(hub, queue, settings, sandbox, partner, wiki.base, wiki.name) for wiki in settings.wikis}
        for one in made.values():
            one.person("Admin").edit(f"{one.base}/Policy.json", policy(["127.0.0.1"], pilot=0))
        yield made
