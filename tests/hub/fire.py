"""Fire: real processes at work on a real wiki and MariaDB are killed again and again; everything is done, and once.

    make fire KILLS=500 FILES=200 PAGES=500

One request uploads files with structured data, another edits pages, each by two hands, in four worker processes.
The tests have two: as few rows as theirs are one hand's.
"""

import argparse
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from redis import Redis

from deploy.sandbox import BOT, MariaDB, Sandbox, prepare, running
from deploy.sandbox.hub import BASES, cph, furnish, policy
from jobs.model.requests import ItemState, StoredRequest
from jobs.model.states import ENDED, State
from jobs.store.database import LedgerLocked

from .conftest import partner_server, rigs, settings_for
from .faults import Crew
from .rig import Rig, picture
from .test_edits import NOTHING
from .test_processes import descendants, environment

PREPARED = Path(__file__).parents[2] / ".sandbox"
WRITERS = 2
PAUSE = 0.2
"""Seconds between two strikes at most."""

LONGEST = 1800.0
"""Seconds: the whole is given up after that."""

_log = logging.getLogger("fire")


@dataclass(frozen=True)
class Fire:
    """What can be killed."""

    crew: Crew
    dice: random.Random
    mariadb: MariaDB
    queue_url: str

    def strike(self, what: str) -> None:
        """Kill one of these, and start again what an operator's system would start again."""
        watcher, *workers = self.crew.running
        one = self.dice.choice(workers)
        match what:
            case "worker":
                _kill(one.pid)
            case "child":
                for child in descendants(one.pid) or [one.pid]:
                    _kill(child)
            case "both":
                for pid in (one.pid, *descendants(one.pid)):  # the child is in a group of its own
                    _kill(pid)
            case "watcher":
                _kill(watcher.pid)
            case "queue":
                Redis.from_url(self.queue_url).flushall()
            case "database":
                self.mariadb.kill()
                self.mariadb.start()
        time.sleep(0.01)
        self.crew.keep()


KILLED = ("child", "child", "child", "both", "worker", "watcher")
"""What is killed, each as often as it stands here."""


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


# What is asked ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """What is asked: a request for so many files, one for so many pages, and so many for one page each.

    `name`: the beginning of all titles, found in no other's; `shades`: of the pictures, as `picture` takes them;
    `workers`: so many processes do it; `a_minute`: as many edits, and uploads, at most.
    """

    files: int
    pages: int
    single: int = 0
    name: str = "Fire"
    shades: int = 0x900000
    workers: int = 4
    a_minute: int | None = None

    @property
    def items(self) -> list[int]:
        """How many each request has."""
        return [self.files, self.pages, *[1] * self.single]

    @property
    def titles(self) -> list[str]:
        """The pages."""
        pages = (f"{self.name} page {number}" for number in range(self.pages))
        return [*pages, *(f"{self.name} leaf {number}" for number in range(self.single))]


def ask(rig: Rig, work: Work) -> None:
    """File the requests; they are there to be approved.

    The wiki fetches every other file itself; of those that are sent to it, every third goes at once, others in chunks.
    """
    pace = {"edits_per_minute": work.a_minute, "uploads_per_minute": work.a_minute}
    said = policy(["127.0.0.1", "localhost"], pilot=0, writers=WRITERS, max_rows=10_000, **pace)
    rig.person("Admin").edit(f"{rig.base}/Policy.json", said)
    rows = [
        {
            "title": f"{work.name} {number}",
            "number": str(number),
            "creator": "Anna Berg",
            "date": str(1850 + number % 60),
            "media_url": _address(rig, work, number),
        }
        for number in range(1, work.files + 1)
    ]
    rig.file(manifest=rig.partner.publish_list("/fire.csv", rows), artist="{creator}", date="{date}")
    rig.save_pages(dict.fromkeys(work.titles, "A sentence about glass."))
    change = NOTHING | {"type": "edit", "change": "replace", "find": "about glass", "replace": "about silver"}
    rig.file(**change | {"pages": f"prefix: {work.name} page"}, section="Pages")
    for number in range(work.single):
        rig.file(**change | {"pages": f"{work.name} leaf {number}"}, section=f"Leaf {number}")


def _address(rig: Rig, work: Work, number: int) -> str:
    content = picture(work.shades + number)
    more = b"" if number % 3 == 2 else bytes(rig.settings.chunk_bytes)
    url = rig.partner.publish(f"/{number}.jpg", content + more)
    return url if number % 2 else url.replace(rig.partner.address, rig.partner.elsewhere)


# What has to be true ---------------------------------------------------------------------------------------------


def verify(rig: Rig, work: Work) -> Sequence[str]:
    """What is not as it has to be: each file and edit there once and whole, each answer given once, reports right."""
    return [*_files(rig, work), *_pages(rig, work.titles), *_answers(rig, work), *_reports(rig, work)]


def _files(rig: Rig, work: Work) -> Iterator[str]:
    wiki, actions = rig.hub.wikis["commons"], {}
    for item in rig.hub.ledger.items(rig.hub.ledger.get(1)):
        if item.action:
            actions[item.action.title] = item
    if len(actions) != work.files:
        yield f"{len(actions)} files planned"
    uploads = Counter(
        event["title"]
        for event in _listed(rig, list="logevents", leaction="upload/upload", leuser=BOT)
        if event["title"].startswith(f"File:{work.name} ")
    )
    for event in _listed(rig, list="logevents", leaction="upload/overwrite", leuser=BOT):
        if event["title"].startswith(f"File:{work.name} "):
            yield f"{event['title']} was overwritten"
    for name, item in actions.items():
        versions = wiki.file_versions(name)
        if [version.sha1 for version in versions] != [getattr(item.action, "sha1", "")] or uploads[name] != 1:
            yield f"{name}: {len(versions)} versions, {uploads[name]} uploads, {item.state}"
        statements = [found.data.get("statements") or {} for found in wiki.entities([name]).values()]
        twice = [key for one in statements for key, claims in one.items() if len(claims) > 1]
        if not statements or not statements[0] or twice:
            yield f"{name}: statements {twice or 'missing'}"


def _pages(rig: Rig, titles: Sequence[str]) -> Iterator[str]:
    for title in titles:
        revisions = list(rig.hub.wikis["commons"].history(title, 0))
        own = [revision for revision in revisions if revision.user == BOT]
        if len(own) != 1 or own[0].text != "A sentence about silver.":
            yield f"{title}: {len(own)} edits"


def _answers(rig: Rig, work: Work) -> Iterator[str]:
    for number in range(1, len(work.items) + 1):
        revisions = [one for one in rig.hub.wikis["commons"].history(rig.talk(number), 0) if one.user == BOT]
        texts = Counter(revision.sha1 for revision in revisions)
        replies = (rig.text(rig.talk(number))).count("hub:")
        if replies != len(revisions) or set(texts.values()) - {1}:
            yield f"{rig.talk(number)}: {replies} replies in {len(revisions)} edits"


def _reports(rig: Rig, work: Work) -> Iterator[str]:
    for number, items in enumerate(work.items, 1):
        request = rig.hub.ledger.get(number)
        counts = rig.hub.ledger.counts(request)
        if (request.state, counts[ItemState.DONE], rig.status(number)) != ("done", items, "done"):
            told = {state.value: count for state, count in counts.items() if count}
            yield f"{request.text_id} is {request.state} ({rig.status(number)} on the wiki): {told} {request.why}"
        if not request.is_published:
            yield f"{request.text_id}: its report is not up to date"


def _listed(rig: Rig, **query: str) -> Iterator[dict[str, str]]:
    """The entries of a list of the wiki, from all its pages."""
    more: dict[str, str] = {}
    prefix = {"logevents": "le"}[query["list"]]
    while True:
        answer = rig.person("Stranger").api(action="query", **query, **{f"{prefix}limit": "max"}, **more)
        yield from answer["query"][query["list"]]
        more = answer.get("continue") or {}
        if not more:
            return


# The run ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What was seen. `wrong`: what is not as it has to be. Seconds."""

    kills: Counter[str]
    under_fire: float
    recovery: float
    recoveries: tuple[float, ...]
    wrong: Sequence[str]
    log: str


def burn(rig: Rig, mariadb: MariaDB, folder: Path, work: Work, *, strikes: Sequence[str], seed: int) -> Figures:
    """Have the requests carried out under fire, and say what came of it. `strikes`: what is killed, in this order."""
    dice = random.Random(seed)  # noqa: S311 - chooses what is killed
    with at_work(rig, rig.sandbox.wikis[rig.wiki].api, folder, work) as crew:
        approve(crew, rig, work)
        fire = Fire(crew, dice, mariadb, rig.settings.redis)
        wait(crew, lambda: _done(rig, work) > 0, "the first item done")
        start, struck, recoveries = time.monotonic(), Counter[str](), []
        for what in strikes:
            if ended(rig, work):
                break
            before = _done(rig, work)
            fire.strike(what)
            struck[what] += 1
            if what in {"queue", "database"}:
                at = time.monotonic()
                wait(crew, partial(_goes_on, rig, work, before), f"work after {what}")
                recoveries.append(time.monotonic() - at)
            time.sleep(dice.uniform(0, PAUSE))
        last = time.monotonic()
        wait(crew, partial(ended, rig, work), "the end")
        recovery = time.monotonic() - last
    return Figures(struck, last - start, recovery, tuple(recoveries), verify(rig, work), crew.log.read_text())


@contextmanager
def at_work(rig: Rig, api: str, folder: Path, work: Work) -> Iterator[Crew]:
    """Processes that are to plan the work, and are ended after it. `api`: where they find the wiki."""
    ask(rig, work)
    crew = Crew(rig, ["watch", *["work"] * work.workers], api, folder / "cph.log")
    try:
        crew.keep()
        yield crew
    finally:
        crew.end()


def approve(crew: Crew, rig: Rig, work: Work) -> None:
    """Have each request approved, once it is planned."""
    for number, _ in enumerate(work.items, 1):
        wait(crew, partial(_is, rig, number, "planned"), f"H{number} planned")
        rig.approve(number=number)


def wait(crew: Crew, true: Callable[[], bool], what: str) -> None:
    """Keep the processes running until it is true."""
    end = time.monotonic() + LONGEST
    crew.keep()
    while not _seen(true):
        if time.monotonic() > end:
            raise TimeoutError(f"not reached: {what}\n{crew.log.read_text()[-5000:]}")
        time.sleep(0.5)
        crew.keep()


def _seen(true: Callable[[], bool]) -> bool:
    """Whether it is true; not while the ledger is being killed."""
    with suppress(LedgerLocked):
        return true()
    return False


def _is(rig: Rig, number: int, status: str) -> bool:
    return rig.status(number) == status


def _goes_on(rig: Rig, work: Work, before: int) -> bool:
    return _done(rig, work) > before or ended(rig, work)


def _done(rig: Rig, work: Work) -> int:
    """How many rows the wiki has; many are `SENT` until the last of a round is."""
    counts = [rig.hub.ledger.counts(request) for request in _requests(rig, work)]
    return sum(count[ItemState.SENT] + count[ItemState.DONE] for count in counts)


def ended(rig: Rig, work: Work) -> bool:
    """Whether nothing more will come of the requests."""
    return all(one.state in {*ENDED, State.PAUSED} and one.is_published for one in _requests(rig, work))


def _requests(rig: Rig, work: Work) -> list[StoredRequest]:
    return [rig.hub.ledger.get(number) for number, _ in enumerate(work.items, 1)]


@contextmanager
def ground(sandbox: Sandbox, mariadb: MariaDB, base: str, folder: Path) -> Iterator[Rig]:
    """A rig whose ledger is in MariaDB."""
    with partner_server() as partner:
        settings = settings_for(sandbox, {"commons": base}, partner, folder)
        ledger = mariadb.create(f"cph_{base.encode().hex()[-20:]}")
        with rigs(settings.model_copy(update={"ledger": ledger}), sandbox, partner) as made:
            yield made["commons"]


def strikes_of(kills: int, queue: int, database: int, seed: int) -> list[str]:
    """What is killed: so many processes, wiped queues and killed databases, in an order that the seed gives."""
    dice = random.Random(seed)  # noqa: S311 - as above
    strikes = [dice.choice(KILLED) for _ in range(kills)] + ["queue"] * queue + ["database"] * database
    dice.shuffle(strikes)
    return strikes


@contextmanager
def alone() -> Iterator[tuple[Rig, MariaDB, Path]]:
    """All on a sandbox of its own, with a folder for logs."""
    logging.getLogger().setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended
    prepare(PREPARED)
    with ExitStack() as stack:
        run = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=PREPARED, prefix="fire-")))
        sandbox = stack.enter_context(running(PREPARED, run))
        mariadb = stack.enter_context(MariaDB(PREPARED, run))
        furnish(sandbox.wikis["commons"], ["127.0.0.1"])
        (run / "logs").mkdir()
        rig = stack.enter_context(ground(sandbox, mariadb, BASES["commons"], run))
        subprocess.run(cph("install", "--yes"), env=environment(rig), check=True, stderr=subprocess.DEVNULL)
        yield rig, mariadb, run / "logs"


def main() -> int:
    """Run it all on a sandbox of its own, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in {"kills": 500, "files": 200, "pages": 500, "queue": 20, "database": 5, "seed": 1}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    work = Work(given.files, given.pages)
    with alone() as (rig, mariadb, folder):
        strikes = strikes_of(given.kills, given.queue, given.database, given.seed)
        figures = burn(rig, mariadb, folder, work, strikes=strikes, seed=given.seed)
    print(f"struck: {dict(figures.kills)}, {sum(figures.kills.values())} of {len(strikes)}")
    print(f"under fire for {figures.under_fire:.0f} s; from the last strike to the end {figures.recovery:.0f} s")
    recoveries = ", ".join(f"{seconds:.1f}" for seconds in figures.recoveries)
    print(f"from a wiped queue or a killed database to the next item done (s): {recoveries}")
    print(f"Tracebacks in the log: {figures.log.count('Traceback')}")
    print("\n".join(figures.wrong) or "everything is there once, each answer given once, the reports are right")
    (PREPARED / "fire.log").write_text(figures.log, encoding="utf-8")
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
