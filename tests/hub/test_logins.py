"""How the bot is let in: with a bot password or with OAuth, and by one session all the while."""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

import pytest
from pydantic import SecretStr

from bots.cli.serving import stay_logged_in
from bots.mediawiki.site import MediaWiki
from bots.settings import Settings
from bots.watcher import watch
from deploy.sandbox import BOT, Sandbox
from deploy.sandbox.client import Person
from deploy.sandbox.hub import cph
from tests.serving import answer, serving

from .conftest import rigs, settings_for
from .lossy import Fate, Line
from .rig import Partner, Rig, published
from .test_processes import environment, running, until

KEYS = {
    "oauth_consumer_key": "consumer",
    "oauth_consumer_secret": "consumer secret/+",
    "oauth_access_key": "access",
    "oauth_access_secret": "access secret&=",
}


@dataclass
class Guard:
    """What stands before a wiki and lets in whom Extension:OAuth would. `refused`: why, for each that it did not."""

    address: str = ""
    agents: set[str] = field(default_factory=set)
    let_in: int = 0
    refused: list[str] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)

    def why_not(self, method: str, path: str, authorization: str, form: list[tuple[str, str]]) -> str:
        """What is wrong with a signature (RFC 5849, 3.4), worked out without the bot's library; empty: nothing."""
        said = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', authorization)}
        signature = said.pop("oauth_signature", "")
        given = (said.get("oauth_consumer_key"), said.get("oauth_token"), said.get("oauth_signature_method"))
        if not authorization.startswith("OAuth ") or given != ("consumer", "access", "HMAC-SHA1"):
            return f"not signed: {authorization[:6]}"
        address = urlsplit(urljoin(self.address, path))
        signed = [*said.items(), *form, *parse_qsl(address.query, keep_blank_values=True)]
        encoded = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in signed)
        parameters = "&".join(f"{name}={value}" for name, value in encoded)
        base = "&".join(quote(part, safe="~") for part in (method, address._replace(query="").geturl(), parameters))
        secret = "&".join(quote(KEYS[name], safe="~") for name in ("oauth_consumer_secret", "oauth_access_secret"))
        wanted = base64.b64encode(hmac.new(secret.encode(), base.encode(), hashlib.sha1).digest()).decode()
        if signature != wanted:
            return "wrong signature"
        if abs(int(said["oauth_timestamp"]) - time.time()) > 300 or said["oauth_nonce"] in self.nonces:
            return "used before, or of another time"
        self.nonces.add(said["oauth_nonce"])
        return ""


@contextmanager
def guarded(sandbox: Sandbox) -> Iterator[Guard]:
    """A wiki that takes nothing but what is signed by the consumer; for that it is asked as the bot."""
    wiki, guard = sandbox.wikis["commons"], Guard()
    own = Person(wiki, BOT)._session

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kind = self.headers.get("Content-Type", "")
            form = parse_qsl(body.decode(), keep_blank_values=True) if kind.endswith("urlencoded") else []
            guard.agents.add(self.headers["User-Agent"])
            if why := guard.why_not(self.command, self.path, self.headers.get("Authorization", ""), form):
                guard.refused.append(why)
                said = json.dumps({"error": {"code": "mwoauth-invalid-authorization", "info": why}}).encode()
            else:
                guard.let_in += 1
                address = f"{wiki.api.partition('/api.php')[0]}/api.php?{urlsplit(self.path).query}"
                said = own.request(self.command, address, data=body, headers={"Content-Type": kind}).content
            answer(self, said)

    with serving(Handler) as host:
        guard.address = f"http://{host}{urlsplit(wiki.api).path}"
        yield guard


@pytest.fixture
def guard(sandbox: Sandbox) -> Iterator[Guard]:
    """A wiki that lets in whoever signs with the consumer's keys."""
    with guarded(sandbox) as made:
        yield made


def by_oauth(settings: Settings, guard: Guard) -> Settings:
    """The settings of a bot that is let in so."""
    secret = {name: SecretStr(value) if "secret" in name else value for name, value in KEYS.items()}
    there = settings.wikis[0].model_copy(update={"api": guard.address})
    return settings.model_copy(update={"login": "", "password": SecretStr(""), "wikis": (there,), **secret})


def test_a_whole_request_is_signed(
    sandbox: Sandbox, guard: Guard, installed: str, partner: Partner, tmp_path: Path
) -> None:
    """Each request of it, files too: from the first question to the report, and no login is needed."""
    settings = settings_for(sandbox, {"commons": f"{installed} by OAuth"}, partner, tmp_path)
    with rigs(by_oauth(settings, guard), sandbox, partner) as made:
        rig = made["commons"]
        rig.file(manifest=published(rig, "Signed Åsa & Co", "Signed = 2"))
        rig.work()
        rig.approve()
        rig.work()
        assert rig.status() == "done"
    assert guard.refused == []
    assert guard.let_in > 30
    [agent] = guard.agents
    assert re.fullmatch(
        r"content-partnerships-hub/[\d.]+ \(https://content-partnerships-hub\.toolforge\.org/; sandbox@example\.org\)"
        r" pywikibot/[\d.]+ requests/[\d.]+",
        agent,
    )


def test_a_wrong_signature_ends_the_command_with_a_sentence(rig: Rig, guard: Guard) -> None:
    """As a wrong password does."""
    wikis = [wiki.model_dump() | {"api": guard.address} for wiki in rig.settings.wikis]
    keys = {f"CPH_{name.upper()}": value for name, value in KEYS.items()} | {"CPH_OAUTH_ACCESS_SECRET": "another"}
    wrong = environment(rig, CPH_LOGIN="", CPH_PASSWORD="", CPH_WIKIS=json.dumps(wikis), **keys)
    done = subprocess.run(cph("watch", "--once"), env=wrong, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "CPH_OAUTH" in done.stderr.splitlines()[-1]
    assert "another" not in done.stderr
    assert {*guard.refused} == {"wrong signature"}


def test_a_worker_that_was_idle_logs_in_before_its_next_job(far_rig: Rig, line: Line) -> None:
    """The session ran out meanwhile: one login is enough for all jobs that come; a wiki that is away bars none."""
    wiki = far_rig.hub.wikis["commons"]
    assert isinstance(wiki, MediaWiki)
    before_job = stay_logged_in({"commons": wiki}, lambda: None, every=0)
    token = next(iter(wiki._session.query(meta="tokens")))["tokens"]["csrftoken"]
    wiki._session.send({"action": "logout", "token": token}, use_get=False)
    line.asked.clear()
    for _ in range(2):
        before_job()
    assert wiki.page(f"{far_rig.base}/Policy.json") is not None
    assert len([one for one, _ in line.asked if one["action"] == "login"]) == 1
    line.fate = lambda _: Fate.UNAVAILABLE
    line.retry_after = 0
    before_job()


def test_a_process_logs_in_once_for_all_its_jobs(rig: Rig, line: Line, tmp_path: Path) -> None:
    """Its cookies are those of each process that it forks: whatever names its user (API:Assert) goes with one login."""
    rig.file(manifest=published(rig, "Logged in once", "Logged in for all"))
    watch(rig.hub, rig.queue)
    there = [wiki.model_dump() | {"api": line.address} for wiki in rig.settings.wikis]
    log = tmp_path / "log"
    with running(rig, "work", log, CPH_WIKIS=json.dumps(there)):
        until(lambda: rig.status() == "planned", "planned")
        rig.approve()
        watch(rig.hub, rig.queue)
        until(lambda: rig.status() == "done", "done")
        until(lambda: rig.hub.ledger.get(1).slice >= 3, "and noted, in the third job at the soonest")
    asked = [asked for asked, _ in line.asked]
    assert len([one for one in asked if one["action"] == "login"]) == 1
    assert len([one for one in asked if one.get("assertuser") == BOT]) > 30
