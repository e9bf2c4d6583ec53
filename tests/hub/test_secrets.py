"""No secret gets out, whatever happens: into no log, no page, no file, not into Redis, nor to Sentry."""

import base64
import gzip
import json
import re
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import quote, urlsplit

from redis import Redis

from bots.queue.own_queue import own_queue
from bots.queue.redis_queue import RedisQueue
from bots.watcher import watch
from deploy.sandbox import BOT, BOT_SECRET
from tests.serving import answer, serving

from .rig import Rig, published
from .test_processes import environment

WRONG = "canary of/a+wrong:bot@password 7"
REDIS = "canary of/the+queue:7"
WRONG_REDIS = "canary of/a+wrong:queue"
LEDGER = "canary of/the+ledger:7"
SENTRY = "canaryof5e47"
OAUTH = {
    f"CPH_OAUTH_{name}": f"canary of/the+{name.lower()}:7"
    for name in ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_KEY", "ACCESS_SECRET")
}
SECRETS = (BOT_SECRET, WRONG, REDIS, WRONG_REDIS, LEDGER, SENTRY, *OAUTH.values())

WORSE = f"""
import json, logging, os, sys, urllib3
import bots.worker, jobs.slice
from base64 import b64encode
from unittest.mock import patch
from urllib.parse import quote
from bots.cli.main import main

set_up = logging.basicConfig
def loud(**how):
    set_up(**how)
    logging.getLogger().setLevel(logging.DEBUG)
    logging.Logger.setLevel = lambda self, level: None  # every library says whatever it has to say
logging.basicConfig = loud

def fails(*_, **__):
    said = os.environ["CPH_PASSWORD"]
    logging.getLogger("x").error("%s %s", quote(said, safe=""), said, extra={{"said": said}})
    try:
        raise KeyError({REDIS!r}, {LEDGER!r})
    except KeyError as error:
        raise RuntimeError(said, b64encode(b"user:" + said.encode()).decode(), os.environ["CPH_REDIS"]) from error

if "fails" in sys.argv:
    sys.argv.remove("fails")
    jobs.slice.plan_slice = fails
if "ends" in sys.argv:
    sys.argv.remove("ends")
    bots.worker.serve = fails

for command in json.loads(os.environ.pop("COMMANDS", "[]")):
    with patch.dict(os.environ, command["environment"]):
        print(command["arguments"], main(command["arguments"]), flush=True)
sys.exit(main(sys.argv[1:]))
"""


def forms(secret: str) -> set[bytes]:
    """A secret as it may stand somewhere: plain, in an address, in a header."""
    encoded = {base64.b64encode(b"." * before + secret.encode())[4:-4] for before in range(3)}
    return {secret.encode(), quote(secret, safe="").encode(), *encoded}


def unpacked(text: bytes) -> bytes:
    """The text, with what RQ keeps compressed in it."""
    for packed in re.findall(rb"[A-Za-z0-9+/]{40,}={0,2}", text):
        with suppress(ValueError, zlib.error):
            text += zlib.decompress(base64.b64decode(packed))
    return text


@contextmanager
def sentry() -> Iterator[tuple[str, list[bytes]]]:
    """A server that takes what is sent to Sentry: its address, and what it took."""
    took: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            took.append(body.partition(b"\n")[2])  # the first line names the key to the server that gave it
            answer(self, b"{}")

    with serving(Handler) as host:
        yield f"http://{SENTRY}@{host}/1", took


@contextmanager
def guarded_queue() -> Iterator[tuple[str, bytearray]]:
    """A Redis with a password: its host and port, and whatever is asked of it."""
    heard = bytearray()
    with own_queue() as address, Redis.from_url(address) as server:
        parts = urlsplit(address)
        assert parts.hostname
        with socket.create_connection((parts.hostname, parts.port or 0)) as line:
            line.sendall(b"MONITOR\r\n")
            assert line.recv(5) == b"+OK\r\n"

            def listen() -> None:
                while part := line.recv(65536):
                    heard.extend(part)

            thread = threading.Thread(target=listen)
            thread.start()
            server.config_set("requirepass", REDIS)
            yield parts.netloc, heard
            line.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_no_secret_gets_out(rig: Rig, tmp_path: Path) -> None:
    """Done, refused, cut off or crashed, with every library at its loudest: no canary is found anywhere."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    worse = tmp_path.parent / f"{tmp_path.name}.py"
    worse.write_text(WORSE, encoding="utf-8")
    logs: dict[str, str] = {}

    def run(name: str, *arguments: str, **more: str) -> None:
        env = environment(
            rig, CPH_REDIS=f"redis://:{quote(REDIS, safe='')}@{host}", CPH_SENTRY_DSN=dsn, TMPDIR=str(temporary)
        )
        command = [sys.executable, str(worse), *arguments]
        done = subprocess.run(command, env=env | more, capture_output=True, text=True, timeout=90, check=False)
        logs[name] = done.stdout + done.stderr

    with guarded_queue() as (host, heard), sentry() as (dsn, took):
        rig.file(manifest=published(rig, "Canaries"))
        wrong = (
            ("watch", {"CPH_PASSWORD": WRONG}),
            ("watch", {"CPH_LOGIN": "", "CPH_PASSWORD": "", **OAUTH}),
            ("work", {"CPH_REDIS": f"redis://:{quote(WRONG_REDIS, safe='')}@{host}"}),
            ("work", {"CPH_REDIS": f"redis://:{quote(REDIS, safe='')}@127.0.0.1:1"}),
        )
        there = {"CPH_LEDGER": rig.settings.ledger}
        commands = [{"arguments": [command, "--once"], "environment": there | more} for command, more in wrong]
        run(
            "refused",  # one after the other: a start takes longer than each of them
            "watch",
            "--once",
            COMMANDS=json.dumps(commands),
            CPH_LEDGER=f"mysql+pymysql://cph:{quote(LEDGER, safe='')}@127.0.0.1:1/ledger",
        )
        watch(rig.hub, RedisQueue(f"redis://:{quote(REDIS, safe='')}@{host}"))
        run(
            "crashed",
            "work",
            "--once",
            "fails",
            CPH_LOG="json",
            CPH_LEDGER=f"{rig.settings.ledger}?password={quote(LEDGER, safe='')}",
        )
        run("ended", "watch", "--once", "ends", CPH_LEDGER=f"{rig.settings.ledger}?password={quote(LEDGER, safe='')}")
        rig.hub.ledger.update_request(rig.hub.ledger.get(1), not_before=0.0)
        run("done", "run", "--once")
    assert rig.status() == "planned"
    assert [int(status) for status in re.findall(r"--once'\] (\d)$", logs["refused"], re.MULTILINE)] == [2, 2, 1, 1]
    for told in ("CPH_PASSWORD", "CPH_OAUTH", "the queue cannot be reached", "or it is away"):
        assert told in logs["refused"]
    assert "RuntimeError" in logs["crashed"]
    assert "RuntimeError" in logs["ended"]
    assert b"RuntimeError" in b"".join(took)
    assert b"rq:job:cph-H1-0" in heard

    wiki = rig.person("Stranger")
    wrote = wiki.api(
        action="query", list="allrevisions", arvuser=BOT, arvprop="content|comment", arvslots="main", arvlimit="max"
    )
    places = {name: log.encode() for name, log in logs.items()}
    places |= {"Sentry": b"".join(took), "Redis": unpacked(bytes(heard)), "wiki": str(wrote).encode()}
    places |= {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    found = {
        (place, secret) for place, text in places.items() for secret in SECRETS if any(f in text for f in forms(secret))
    }
    assert found == set()
