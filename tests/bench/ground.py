"""Where it is measured: a sandbox, cph's own processes, and lines to the wiki and to a partner that can be far."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from bots.cli.install import install_pages
from bots.cli.opening import opened
from deploy.sandbox import prepare, running
from deploy.sandbox.hub import BASES, cph, furnish, policy
from jobs.model.policy import Policy
from jobs.model.states import State
from tests.bench.delay_line import DelayLine, delay_line
from tests.bots.streams import Stream, streaming
from tests.hub.conftest import partner_server, rigs, settings_for
from tests.hub.rig import Rig
from tests.hub.test_processes import descendants, environment

PREPARED = Path(__file__).parent.parent.parent / ".sandbox"
NOTHING = {"partner": "", "manifest": "", "filename": "", "template": "", "license": "", "categories": ""}
"""What only an upload says."""
LIMITS = {"open_requests": 10_000, "requests_per_day": 100_000, "items_per_day": 10_000_000}
"""More than anything here asks for."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Done:
    """A request that was carried out, and what it took.

    Seconds: from the watcher's reading of it to its preview; from the first item's beginning to the last one's
    verification; from the approval's reading to the last report.
    `asked`, `asked_in_run`: requests to the wiki, by their names; of a run on the lines only. `cpu`: of the processor,
    all processes together, from the approval on. `peak`: the most memory of one process below a worker, in KiB.
    """

    number: int
    planning: float
    running: float
    finishing: float
    asked: Counter[str]
    asked_in_run: Counter[str]
    cpu: float
    peak: int

    @property
    def all_told(self) -> float:
        """Seconds that the bot took, without those that it waited for people."""
        return self.planning + self.finishing


@dataclass
class Crew:
    """cph's processes, as an operator runs them: one that watches, and so many that work."""

    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    peak: int = 0

    @property
    def cpu(self) -> float:
        """Seconds of the processor so far, of those that they started too."""
        pids = {pid for one in self.processes for pid in (one.pid, *descendants(one.pid))}
        return sum(map(cpu_of, pids))

    def look(self) -> None:
        """See how much memory those have that were started to work."""
        pids = {pid for one in self.processes[1:] for pid in descendants(one.pid)}
        self.peak = max([self.peak, *map(_resident, pids)])


@dataclass
class Ground:
    """All of it. `line`, `watcher_line`: to the wiki, of those that work and of the one that watches."""

    rig: Rig
    folder: Path
    line: DelayLine
    watcher_line: DelayLine
    partner_line: DelayLine
    stream: Stream = field(default_factory=Stream)
    filed: int = 0
    api: str = ""
    """Where the crew finds the wiki."""
    patience: float = 600
    """For so many seconds a request is waited for."""

    def set_policy(self, **more: object) -> None:
        """Have the policy say this; it is read before anything is asked next."""
        said = {"pilot": 0, "max_rows": 1_000_000, "max_list_bytes": 1_000_000_000, "limits": LIMITS} | more
        known = {name: value for name, value in said.items() if name in Policy.model_fields}
        self.rig.person("Admin").edit(f"{self.rig.base}/Policy.json", policy(["127.0.0.1", "localhost"], **known))

    @property
    def direct(self) -> str:
        """The wiki's own address."""
        return self.rig.sandbox.wikis[self.rig.wiki].api

    @contextmanager
    def crew(self, *, workers: int = 1, hands: int = 1, seconds: float | None = None, **more: str) -> Iterator[Crew]:
        """The processes at work. `seconds`: that the wiki is away, on lines; None: there are no lines."""
        self.set_policy(writers=hands, fetches=4)
        self.line.seconds = self.watcher_line.seconds = seconds or 0.0
        self.api = self.direct if seconds is None else self.line.address
        watched = self.direct if seconds is None else self.watcher_line.address
        crew = Crew()
        with streaming() as self.stream:  # what a connection that is no more was told is lost
            told = {"CPH_EVENTS": self.stream.address, "CPH_POLL_SECONDS": "15"} | more
            try:
                self._start(crew, "watch", watched, **told)
                for _ in range(workers):
                    self._start(crew, "work", self.api, **more)
                until(lambda: all(map(_is_at_work, self.folder.glob("cph-*.log"))), "they are at work")
                until(lambda: self.stream.asked or not told["CPH_EVENTS"], "the watcher listens")
                yield crew
            finally:
                _end(crew)
                self.line.seconds = self.watcher_line.seconds = 0.0

    def _start(self, crew: Crew, command: str, api: str, **more: str) -> None:
        wikis = [{"name": self.rig.wiki, "api": api, "base": self.rig.base}]
        variables = environment(self.rig, CPH_WIKIS=json.dumps(wikis), CPH_LOG="text", **more)
        with (self.folder / f"cph-{len(crew.processes)}.log").open("wb") as log:
            process = subprocess.Popen(cph(command), env=variables, stdout=log, stderr=log, start_new_session=True)
        crew.processes.append(process)

    def tell(self, title: str, user: str = "Partner") -> None:
        """Have the watcher hear that somebody changed a page."""
        wiki = self.direct if self.api == self.direct else self.watcher_line.address
        self.stream.tell(title, urlsplit(wiki).netloc, user=user)

    def file(self, **parameters: str) -> None:
        """File a request, and have the watcher hear of it."""
        self.rig.file(**parameters)
        self.tell(self.rig.base)

    def planned(self, meanwhile: Callable[[], None] = lambda: None) -> int:
        """Wait for the preview of the request that was filed last; its number."""
        self.filed += 1
        self.wait(self.filed, State.PLANNED, meanwhile)
        return self.filed

    def approve(self, crew: Crew, number: int) -> Done:
        """Have the request carried out, which was planned; what that took, planning too."""
        shown, busy, crew.peak = self._shown, crew.cpu, 0
        self.rig.approve(number=number)
        self.tell(self.rig.talk(number), "Reviewer")
        self.wait(number, State.DONE, crew.look)
        published = self._shown
        history = self.rig.hub.ledger.history(self.rig.hub.ledger.get(number))
        at = {entry.event: entry.at for entry in history}
        filed, approved = history[0].at, at["approve"]
        asked = [self.line.count(at["start"], at["complete"])]
        for line in (self.line, self.watcher_line):
            asked += [line.count(filed, shown), line.count(approved, published)]
        return Done(
            number, shown - filed, at["complete"] - at["start"], published - approved, sum(asked[1:], Counter()),
            asked[0], crew.cpu - busy, crew.peak,
        )  # fmt: skip

    def wait(self, number: int, state: State, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Wait until the request is there, and shown to be."""

        def reached() -> bool:
            meanwhile()
            try:
                request = self.rig.hub.ledger.get(number)
            except KeyError:
                return False
            assert request.state not in _WRONG - {state}, f"H{number} is {request.state}: {request}"
            return request.state == state and request.is_published

        until(reached, f"H{number} is {state}", 0.02, self.patience)
        self._shown = time.time()

    _shown: float = 0.0
    """When it was reached that was waited for last."""


_WRONG = {State.INVALID, State.FAILED, State.PARTLY_DONE, State.PAUSED, State.CANCELLED}


def until(true: Callable[[], object], what: str, pause: float = 0.1, most: float = 60) -> None:
    """Wait for something to be true, for so many seconds at the most."""
    end = time.monotonic() + most
    while not true():
        assert time.monotonic() < end, f"not within {most} s: {what}"
        time.sleep(pause)


def _is_at_work(log: Path) -> bool:
    return b"requests open" in log.read_bytes()


def cpu_of(pid: int) -> float:
    """Seconds of the processor that a process has had, and those of its children that have ended (proc(5))."""
    try:
        values = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, values[11:15])) / _TICKS


def _resident(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def _end(crew: Crew) -> None:
    """End them as a system does; what has not ended then is killed."""
    for process in crew.processes:
        process.send_signal(signal.SIGTERM)
    for process in crew.processes:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def ground() -> Iterator[Ground]:
    """New wikis, furnished, and all else that is needed."""
    prepare(PREPARED)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=PREPARED, prefix="bench-")))
        sandbox = stack.enter_context(running(PREPARED, folder / "sandbox"))
        furnish(sandbox.wikis["commons"], ["127.0.0.1"])
        partner = stack.enter_context(partner_server())
        wiki_line, watcher_line = (stack.enter_context(delay_line(sandbox.wikis["commons"].api)) for _ in range(2))
        partner_line = stack.enter_context(delay_line(partner.address))
        settings = settings_for(sandbox, {"commons": BASES["commons"]}, partner, folder)
        hosts = [name for one in (partner.address, partner_line.address) for name in _names(one)]
        settings = settings.model_copy(update={"private_hosts": tuple(hosts), "chunk_bytes": 5_000_000})
        with opened(settings) as hub, redirect_stdout(StringIO()):  # what an operator reads who installs
            install_pages(hub.wikis, settings, agreed=lambda: True)
        made = stack.enter_context(rigs(settings, sandbox, partner))
        yield Ground(made["commons"], folder, wiki_line, watcher_line, partner_line)


def _names(address: str) -> Sequence[str]:
    port = urlsplit(address).port
    return (f"127.0.0.1:{port}", f"localhost:{port}")
