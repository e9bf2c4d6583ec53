"""The files of the deployment are what Toolforge's clients read, and name what there is."""

import itertools
import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from bots.cli.main import app
from bots.metrics import latest
from bots.queue.inspection import inspected
from bots.settings import Settings, WebSettings
from jobs import __version__
from jobs.model.figures import ApiCalls, Polls, RowsDone, WaitedSeconds
from jobs.store.ledger import Ledger
from tests.docs.pages import ROOT, named, section
from tests.serving import answer, serving

HERE = ROOT / "deploy/toolforge"
CLIENTS = ROOT / ".venv-toolforge/bin"


def read(name: str) -> Any:
    """A file of the deployment, in YAML or JSON."""
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def procfile() -> dict[str, str]:
    """The command lines of the Procfile by the names of their processes."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


# By Toolforge's clients -----------------------------------------------------------------------------------------------


@contextmanager
def toolforge(folder: Path) -> Iterator[tuple[Mapping[str, str], list[tuple[str, str, Any]]]]:
    """The environment in which the clients ask a server of ours in Toolforge's place, and what they asked it."""
    asked: list[tuple[str, str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.command, self.path, json.loads(body)))
            answer(self, json.dumps({"messages": {}, "data": {}}).encode())

        do_PATCH = do_POST  # noqa: N815 - the server's name for it

    names = {"cluster": "here", "user": "tool", "namespace": "tool-cph"}
    known = {
        "current-context": "here",
        "contexts": [{"name": "here", "context": names}],
        "clusters": [{"name": "here", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "tool", "user": {"token": "none"}}],
    }
    config = folder / "kubeconfig"
    config.write_text(yaml.safe_dump(known), encoding="utf-8")
    with serving(Handler) as host:
        yield os.environ | {"KUBECONFIG": str(config), "TOOL_TOOLFORGE_API_URL": f"http://{host}"}, asked


def test_the_jobs_are_loaded_by_toolforges_client(tmp_path: Path) -> None:
    """`toolforge jobs load` takes the file and asks for a Redis that others of the tool reach, and nobody else."""
    with toolforge(tmp_path) as (env, asked):
        command = [str(CLIENTS / "toolforge-jobs"), "load", str(HERE / "jobs.yaml")]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert "1 job(s) loaded successfully" in done.stderr
    [(method, path, job)] = asked
    assert (method, path) == ("PATCH", "/jobs/v1/tool/cph/jobs/")
    assert job == {
        "name": "redis",
        "imagename": "tool-containers/redis:latest",
        "cmd": "server",
        "job_type": "continuous",
        "port": "6379",
        "port_protocol": "tcp",
        "memory": "256Mi",
        "mount": "none",
        "filelog": False,
        "emails": "onfailure",
    }


class Strict(BaseModel):
    """What is misspelt is no field."""

    model_config = ConfigDict(extra="forbid")


class Source(Strict):
    """Where a build comes from."""

    repository: str = Field(pattern="^https://")
    ref: str


class Reused(Strict):
    """The build of another component."""

    reuse_from: str


class Run(Strict):
    """How a component is run."""

    command: str
    port: int | None = None
    publish: Literal["/"] | None = None
    memory: str = "512Mi"
    replicas: int = 1
    mount: Literal["none", "all"]
    emails: Literal["none", "all", "onfinish", "onfailure"] = "none"
    health_check_http: str | None = None
    health_check_script: str | None = None


class Component(Strict):
    """A component of a tool."""

    component_type: Literal["continuous", "scheduled"]
    build: Source | Reused
    run: Run


class Config(Strict):
    """The components of a tool: the fields that are known of Toolforge's own model, which only its API has."""

    config_version: Literal["v1beta1"]
    components: dict[str, Component]


def test_the_components_are_sent_by_toolforges_client(tmp_path: Path) -> None:
    """`toolforge components config create` takes the file; what is in it the API looks at, which has these fields."""
    with toolforge(tmp_path) as (env, asked):
        command = [str(CLIENTS / "toolforge-components"), "config", "create", str(HERE / "components.yaml")]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
    [(method, path, config)] = asked
    assert (method, path) == ("POST", "/components/v1/tool/cph/config")
    Config.model_validate(config)


RUNBOOK = (HERE / "RUNBOOK.md").read_text(encoding="utf-8")
WRITTEN = sorted({line.strip() for line in re.findall(r"toolforge ((?:jobs|components) [^`\n#;]*)", RUNBOOK)})


@pytest.mark.long
@pytest.mark.parametrize("written", WRITTEN)
def test_the_clients_know_what_the_runbook_has_people_write(tmp_path: Path, written: str) -> None:
    """Commands and options as they stand there; nothing is done."""
    client, *arguments = shlex.split(written)
    if client == "jobs":
        parse = "import sys; from jobs_cli.cli import arg_parser; arg_parser(sys.argv[1:])"
        command = [str(CLIENTS / "python"), "-c", parse, *arguments]
    else:
        command = [str(CLIENTS / "toolforge-components"), *arguments, "--help"]
    with toolforge(tmp_path) as (env, asked):
        subprocess.run(command, cwd=HERE, env=env, capture_output=True, timeout=60, check=True)
    assert asked == []


def test_the_first_hour_goes_in_an_order_that_works() -> None:
    """A watcher ends where its pages are not there: they are written first, and by an image that is there before."""
    steps = section(RUNBOOK, "From an empty tool account to the first request")
    said = [
        "git clone ", "CREATE DATABASE", "envvars create", "toolforge jobs load jobs.yaml", "(#the-image)",
        "toolforge jobs run install ", "toolforge components config create", "toolforge components deployment create",
    ]  # fmt: skip
    assert [steps.count(one) >= 1 for one in said] == [True] * len(said)
    assert sorted(said, key=steps.index) == said


def test_all_jobs_of_the_runbook_run_commands_from_the_image_that_it_builds() -> None:
    """By a name of the Procfile or as Python's module, with commands that there are; each is waited for."""
    [name] = re.findall(r"toolforge build start --image-name (\S+)", RUNBOOK)
    runs = [shlex.split(line) for line in WRITTEN if line.startswith("jobs run ")]
    assert len(runs) > 2
    commands = {command.callback.__name__ for command in app.registered_commands if command.callback}
    for run in runs:
        told = dict(itertools.pairwise(run))
        assert (told["--image"], told["--mount"], run[-1]) == (f"tool-TOOL/{name}:latest", "none", "--wait")
        line = procfile().get(told["--command"], told["--command"])
        assert re.search(r"python -m bots (\w+)", line)[1] in commands  # type: ignore[index]


# What is in them ------------------------------------------------------------------------------------------------------


def test_all_components_are_one_build_of_this_version() -> None:
    """No new dashboard beside old workers; the tag names the version that this is."""
    components = Config.model_validate(read("components.yaml")).components
    [(name, source)] = [(name, one.build) for name, one in components.items() if isinstance(one.build, Source)]
    assert source.ref == f"v{__version__}"
    reused = [one.build.reuse_from for one in components.values() if isinstance(one.build, Reused)]
    assert reused == [name] * (len(components) - 1)


def test_each_component_runs_a_process_of_the_procfile() -> None:
    """In the place of its shell, which would keep signals from it; each is looked after by a health check."""
    lines = procfile()
    for name, component in Config.model_validate(read("components.yaml")).components.items():
        assert component.run.command in lines
        assert component.run.health_check_http or component.run.health_check_script, name
    assert all(re.match(r'(?:\w+="[^"]*" )?exec ', line) for line in lines.values())


def test_the_procfile_names_commands_that_there_are() -> None:
    """Those of the bot, as it knows them."""
    commands = {command.callback.__name__ for command in app.registered_commands if command.callback}
    named = {line.rpartition("python -m bots ")[2].split()[0] for line in procfile().values() if "-m bots " in line}
    assert named <= commands


def test_it_fits_into_a_tools_quota() -> None:
    """8 GiB of memory for all; each process of the bot and Redis together."""
    runs = [one.run for one in Config.model_validate(read("components.yaml")).components.values()]
    sizes = [(run.memory, run.replicas) for run in runs] + [(job["mem"], 1) for job in read("jobs.yaml")]
    units = {"Mi": 1, "Gi": 1024}
    assert sum(int(size[:-2]) * units[size[-2:]] * replicas for size, replicas in sizes) <= 8 * 1024


def test_the_health_check_is_there() -> None:
    """At the address that a build puts the repository at."""
    for component in Config.model_validate(read("components.yaml")).components.values():
        if script := component.run.health_check_script:
            assert (ROOT / script.removeprefix("sh /workspace/")).is_file()


def test_every_setting_has_its_variable() -> None:
    """Those of the bot, of the dashboard, and the password that both they and Redis are told."""
    told = named((HERE / "envvars.md").read_text(encoding="utf-8"), "variable")
    settings = Settings.model_fields | WebSettings.model_fields
    assert {*told} == {f"CPH_{name.upper()}" for name in settings} | {"REDIS_PASSWORD"}


@pytest.fixture
def metrics(tmp_path: Path) -> set[str]:
    """The names of all metrics."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    ledger.add_figures(
        {ApiCalls("w", "edit", "ok"): 1, WaitedSeconds("w", "maxlag"): 1, Polls("w"): 1, RowsDone("w"): 1}
    )
    with inspected("redis://127.0.0.1:1") as queue:
        away = latest(ledger, queue, ["w"]).decode()
    of_the_queue = {"cph_queue_slices", "cph_queue_workers"}
    of_the_queue |= {"cph_queue_oldest_timestamp_seconds"}
    return {*re.findall(r"(?m)^(cph_\w+)", away)} | of_the_queue


def test_alerts_and_pictures_are_of_metrics_that_there_are(metrics: set[str]) -> None:
    """They are PromQL; each rule says what to do, in a part of the runbook that is there."""
    rules = [rule for group in read("alerts.yaml")["groups"] for rule in group["rules"]]
    targets = [target for panel in read("dashboard.json")["panels"] for target in panel["targets"]]
    expressions = [one["expr"] for one in (*rules, *targets)]
    for expression in expressions:
        asked = {*re.findall(r"\bcph_\w+", expression)}
        assert asked
        assert asked <= metrics, expression
    parse = "import json, sys, promql_parser; [promql_parser.parse(asked) for asked in json.load(sys.stdin)]"
    subprocess.run([str(CLIENTS / "python"), "-c", parse], input=json.dumps(expressions), text=True, check=True)
    for rule in rules:
        file, _, heading = rule["annotations"]["runbook"].partition("#")
        headings = re.findall(r"(?m)^#+ (.+)$", (ROOT / file).read_text(encoding="utf-8"))
        assert heading in {re.sub(r"[^\w-]", "", one.lower().replace(" ", "-")) for one in headings}


def test_the_alerts_know_blocks_and_writes() -> None:
    """Each code of a block that the bot knows, and each action of the API with which it writes."""
    alerts = {rule["alert"]: rule["expr"] for rule in read("alerts.yaml")["groups"][0]["rules"]}
    [blocks] = re.findall('outcome=~"([^"]*)"', alerts["CphBlocked"])
    errors = json.loads((ROOT / "jobs/io/errors.json").read_text(encoding="utf-8"))
    codes = [code.replace("*", "ipv4") for code, said in errors.items() if "block" in said.get("is", ())]
    assert len(codes) > 3
    assert [code for code in codes if not re.fullmatch(blocks, code)] == []
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "bots/mediawiki").glob("*.py"))
    written = {*re.findall(r'_session\.write\(\s*"(\w+)"', source)}
    for actions in re.findall('action=~"([^"]*)"', alerts["CphRefusedByTheWiki"]):
        assert {*actions.split("|")} == written
