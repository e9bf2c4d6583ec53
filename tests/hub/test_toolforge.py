"""The whole of it as a tool on Toolforge has it: from the Procfile, with ToolsDB and a Redis of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest

from bots.queue.own_queue import free_port
from bots.settings import LedgerSettings
from deploy.sandbox import MariaDB
from deploy.sandbox.mariadb import ACCOUNT
from deploy.sandbox.mariadb import PASSWORD as DATABASE_PASSWORD
from deploy.sandbox.servers import HOST
from tests.docs.pages import ROOT
from tests.toolforge.test_files import procfile
from tests.web.oauth_server import KEY, SECRET, oauth_server

from .rig import Rig, published
from .test_processes import begun, environment, until
from .test_secrets import REDIS, guarded_queue

COOKIES = "what signs the cookies of this test"


@pytest.fixture
def ledger(mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of the tool's own, of which the name begins with its account's, as in ToolsDB."""
    mariadb.start()
    mariadb.create(f"{ACCOUNT}__hub")
    monkeypatch.setenv("TOOL_TOOLSDB_USER", ACCOUNT)
    monkeypatch.setenv("TOOL_TOOLSDB_PASSWORD", DATABASE_PASSWORD)
    return LedgerSettings(ledger=f"toolsdb://{HOST}:{mariadb.port}/hub").ledger


def pod(line: str, variables: Mapping[str, str], log: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A process of the Procfile, as a build's launcher starts it, with a heartbeat of its own."""
    return begun(["bash", "-c", line], {**variables, "CPH_HEARTBEAT": f"{log}.heartbeat"}, log, ROOT)


def healthy(log: Path) -> bool:
    """What the health check of a pod says."""
    env = {"CPH_HEARTBEAT": f"{log}.heartbeat", "PATH": os.environ["PATH"]}
    return subprocess.run(["sh", "deploy/toolforge/health.sh"], cwd=ROOT, env=env, check=False).returncode == 0


def is_up(address: str) -> bool:
    """Whether the dashboard answers."""
    with suppress(URLError), urlopen(f"{address}/healthz", timeout=30) as answer:
        return bool(answer.status == 200)
    return False


def look(address: str) -> str:
    """What a reviewer who logs in at the dashboard sees of H1; Prometheus is told of it, too."""
    cookies = CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))
    browser = build_opener(HTTPCookieProcessor(cookies))
    with browser.open(f"{address}/metrics", timeout=30) as metrics:
        assert b'cph_requests{state="done"} 1.0' in metrics.read()
    with browser.open(f"{address}/login?request=H1", timeout=30) as page:
        assert page.url == f"{address}/request/H1"
        return str(page.read().decode())


def test_a_request_goes_through_all_of_it(rig: Rig, mariadb: MariaDB, tmp_path: Path) -> None:
    """A dashboard, a watcher and two workers: filed, planned, approved, done, looked at; told to end, each does."""
    rig.file(manifest=published(rig, *(f"On Toolforge {n}" for n in range(3))))
    names = ["web", "watcher", "worker", "worker"]
    logs = [tmp_path / f"{name}-{number}.log" for number, name in enumerate(names)]
    address = f"http://{HOST}:{(port := free_port())}"
    with guarded_queue() as (host, _), oauth_server(f"{address}/login/end") as login, ExitStack() as stack:
        variables = environment(
            rig,
            CPH_LEDGER=f"toolsdb://{HOST}:{mariadb.port}/hub",
            CPH_REDIS=f"redis://:{quote(REDIS, safe='')}@{host}",
            CPH_LOG="auto",
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # as a build's launcher has it
            PORT=str(port),
            CPH_WEB_ADDRESS=address,
            CPH_WEB_SECRET_KEY=COOKIES,
            CPH_WEB_OAUTH_KEY=KEY,
            CPH_WEB_OAUTH_SECRET=SECRET,
            CPH_WEB_OAUTH_SERVER=login.address,
        )
        migrated = subprocess.run(["bash", "-c", procfile()["migrate"]], cwd=ROOT, env=variables, check=False)
        assert migrated.returncode == 0
        pods = [
            stack.enter_context(pod(procfile()[name], variables, log)) for name, log in zip(names, logs, strict=True)
        ]
        until(lambda: rig.status() == "planned", "planned")
        rig.approve()
        until(lambda: rig.status() == "done", "done")
        assert all(map(healthy, logs[1:]))
        until(lambda: is_up(address), "the dashboard answers")
        assert "On Toolforge 2" in look(address)
        for process in pods:
            process.terminate()
        assert [process.wait(timeout=15) for process in pods] == [0, 0, 0, 0]
    assert all("done and verified" in line for line in rig.rows().values())
    said = "".join(log.read_text(encoding="utf-8") for log in logs[1:])
    told = [json.loads(line) for line in said.splitlines()]
    rows = {one["row"]: one for one in told if "row" in one and "duration" in one}
    assert sorted(rows) == [2, 3, 4]  # the first line has the headings
    assert all(one["request"] == "H1" and one["action"] == "upload" and one["api_calls"] > 0 for one in rows.values())
    assert f"{ACCOUNT}:***@" in said
    assert not [secret for secret in (REDIS, COOKIES, SECRET) if secret in said + logs[0].read_text(encoding="utf-8")]
