"""The proof on a bad line: real processes on one that fails; everything is done once, by itself. `fire` kills them.

    python -m tests.hub.faults --rate 0.15 --files 100 --edits 200 --workers 2

does the work on a good line first, then on a bad one, and says how much longer that took. The exit status says whether
everything was there exactly once, and within three times the time.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bots.cli.install import install_pages
from bots.cli.opening import opened
from deploy.sandbox import prepare, running
from deploy.sandbox.hub import BASES, cph, furnish

from .conftest import partner_server, rigs, settings_for
from .lossy import Line, line_to
from .rig import Rig, picture
from .test_processes import descendants, environment

SLOWER = 3
"""So many times the time of a good line may be needed where 15 % of all requests fail."""

_shades = count(0xE00000)
_ENDED = {"done", "partly done", "failed", "invalid", "cancelled"}
_NOTHING = {"partner": "", "manifest": "", "filename": "", "template": "", "license": "", "categories": ""}


@dataclass(frozen=True)
class Work:
    """What is to be done: files uploaded with structured data, and pages edited. `name`: in all their titles."""

    name: str
    files: int
    edits: int

    @property
    def uploads(self) -> list[str]:
        """The titles of the files."""
        return [f"File:{self.name} {n} - {n}.jpg" for n in range(1, self.files + 1)]

    @property
    def pages(self) -> list[str]:
        """The titles of the pages."""
        return [f"{self.name} page {n}" for n in range(1, self.edits + 1)]


@dataclass
class Crew:
    """The processes of an operator: two kinds of `cph`, each started again when it has ended.

    `ended`: how often one had.
    """

    rig: Rig
    commands: Sequence[str]
    api: str
    log: Path
    ended: int = 0
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def keep(self) -> None:
        """Start what does not run."""
        for number, command in enumerate(self.commands):
            if number == len(self.running):
                self.running.append(self._start(command))
            elif self.running[number].poll() is not None:
                self.ended += 1
                self.running[number] = self._start(command)

    def end(self) -> None:
        """End all, and whatever they have started: the child that runs a worker's job is in a group of its own."""
        for process in self.running:
            for pid in (process.pid, *descendants(process.pid)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()

    def _start(self, command: str) -> subprocess.Popen[bytes]:
        there = [{"name": self.rig.wiki, "api": self.api, "base": self.rig.base}]
        variables = environment(self.rig, CPH_WIKIS=json.dumps(there))
        with self.log.open("ab") as log:
            return subprocess.Popen(cph(command), env=variables, stdout=log, stderr=log, start_new_session=True)


@dataclass(frozen=True)
class Outcome:
    """What came of it. `problems`: what is not there exactly once; `seconds`: from the yes to the end."""

    seconds: float
    problems: tuple[str, ...]
    done: int
    faults: int
    asked: int
    ended: int


def ask(rig: Rig, work: Work) -> None:
    """File both requests, have them planned, and say yes."""
    filed = _filed(rig)
    rows = []
    for n in range(1, work.files + 1):
        url = rig.partner.publish(f"/{work.name}-{n}.jpg", picture(next(_shades)))
        rows.append({"title": f"{work.name} {n}", "number": str(n), "media_url": url, "caption@sv": f"Bild {n}"})
    rig.save_pages(dict.fromkeys(work.pages, "{{Artwork\n|title = Old\n}}"))
    rig.file(section=f"{work.name} files", manifest=rig.partner.publish_list(f"/{work.name}.csv", rows))
    change = {"change": "set parameter", "template": "Artwork", "parameter": "title", "value": "New"}
    rig.file(section=f"{work.name} pages", **_NOTHING | {"type": "edit", "pages": f"prefix: {work.name} page"} | change)
    rig.work()
    for number in (filed + 1, filed + 2):
        assert rig.status(number) == "planned", rig.text()
        rig.approve(number=number)


def on_line(rig: Rig, line: Line, work: Work, log: Path, *, workers: int, most: float) -> Outcome:
    """Have real processes do the work behind the line, for `most` seconds at the most."""
    ask(rig, work)
    numbers = [_filed(rig) - 1, _filed(rig)]
    crew = Crew(rig, ["watch", *["work"] * workers], line.address, log)
    line.asked.clear()
    started = time.monotonic()
    try:
        while time.monotonic() < started + most and not all(rig.status(n) in _ENDED for n in numbers):
            crew.keep()
            time.sleep(0.1)
    finally:
        crew.end()
    ended = time.monotonic()
    problems = [f"H{n} is {rig.status(n) or 'filed'}" for n in numbers if rig.status(n) != "done"]
    problems += [*_wrong_files(rig, work), *_wrong_pages(rig, work)]
    faults = sum(1 for _, fate in line.asked if fate.name != "PASSED")
    done = work.files + work.edits - sum(1 for problem in problems if not problem.startswith("H"))
    return Outcome(ended - started, tuple(problems), done, faults, len(line.asked), crew.ended)


def _filed(rig: Rig) -> int:
    return rig.text().count("{{Hub request\n")


def _wrong_files(rig: Rig, work: Work) -> Iterator[str]:
    """Files that were not uploaded once, or whose data was not written once."""
    for title in work.uploads:
        answer = rig.person("Stranger").api(
            action="query", titles=title, prop="imageinfo|revisions", iilimit=9, rvprop="comment|user", rvlimit=20,
            list="logevents", letype="upload", letitle=title,
        )  # fmt: skip
        [page] = answer["query"]["pages"]
        data = sum("wbeditentity" in revision["comment"] for revision in page.get("revisions", []))
        found = Counter(versions=len(page.get("imageinfo", [])), uploads=len(answer["query"]["logevents"]), data=data)
        if found != {"versions": 1, "uploads": 1, "data": 1}:
            yield f"{title}: {dict(found)}"


def _wrong_pages(rig: Rig, work: Work) -> Iterator[str]:
    """Pages that were not edited once."""
    for title in work.pages:
        answer = rig.person("Stranger").api(
            action="query", titles=title, prop="revisions", rvlimit=20, rvprop="user|content", rvslots="main"
        )
        [page] = answer["query"]["pages"]
        texts = [revision["slots"]["main"]["content"] for revision in page["revisions"]]
        if len(texts) != 2 or "|title = New" not in texts[0]:
            yield f"{title}: {len(texts) - 1} edits"


@contextmanager
def _alone(folder: Path) -> Iterator[tuple[Rig, Line]]:
    """A rig and a line to its wiki, on a sandbox of their own."""
    prepared = Path(__file__).parent.parent.parent / ".sandbox"
    prepare(prepared)
    with ExitStack() as stack:
        sandbox = stack.enter_context(running(prepared, folder / "sandbox"))
        furnish(sandbox.wikis["commons"], ["127.0.0.1"])
        partner = stack.enter_context(partner_server())
        settings = settings_for(sandbox, {"commons": BASES["commons"]}, partner, folder)
        with opened(settings) as hub:
            install_pages(hub.wikis, settings, agreed=lambda: True)
        made = stack.enter_context(rigs(settings, sandbox, partner))
        line = stack.enter_context(line_to(sandbox.wikis["commons"].api))
        yield made["commons"], line


def main() -> int:
    """Run both, print what came of them; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=0.15, help="of all requests, so many end in a fault")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--most", type=float, default=1200, help="seconds after which the work is given up")
    parser.add_argument("--no-base", action="store_true", help="only on the bad line")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fire-"))
    print(f"logs: {folder}", flush=True)
    rounds = ([] if asked.no_base else [("Calm", 0.0)]) + [("Fire", asked.rate)]
    outcomes = []
    with _alone(folder) as (rig, line):
        for name, rate in rounds:
            line.fail(rate, asked.seed)
            work = Work(name, asked.files, asked.edits)
            log = folder / f"{name}.log"
            outcomes.append(on_line(rig, line, work, log, workers=asked.workers, most=asked.most))
            print(_said(name, work, outcomes[-1]), flush=True)
    fire, slower = outcomes[-1], outcomes[-1].seconds / outcomes[0].seconds
    print(f"on the bad line it took {slower:.1f} times as long" if len(outcomes) > 1 else "")
    return 0 if not fire.problems and slower <= SLOWER else 1


def _said(name: str, work: Work, outcome: Outcome) -> str:
    said = (
        f"{name}: {outcome.done} of {work.files + work.edits} exactly once in {outcome.seconds:.0f} s; "
        f"{outcome.faults} of {outcome.asked} requests failed; "
        f"{outcome.ended} processes ended by themselves"
    )
    return "\n  ".join([said, *outcome.problems[:20]])


if __name__ == "__main__":
    sys.exit(main())
