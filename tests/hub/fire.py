"""Fire: real processes at work on a real wiki and MariaDB are killed again and again; everything is done, and once.

    make fire KILLS=500 FILES=200 PAGES=500

One request uploads files with structured data, another edits pages, each by two hands, in four worker processes.
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
from jobs.model.requests import ItemState
from jobs.model.states import ENDED, State

from .conftest import partner_server, rigs, settings_for
from .faults import Crew
from .rig import Rig, picture
from .test_edits import NOTHING
from .test_processes import descendants, environment

PREPARED = Path(__file__).parents[2] / ".sandbox"
WORKERS = 4
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


def ask(rig: Rig, files: int, pages: int) -> None:
    """File both requests; they are there to be approved."""
    rig.person("Admin").edit(
        f"{rig.base}/Policy.json", policy(["127.0.0.1"], pilot=0, writers=WRITERS, max_rows=10_000)
    )
    rows = [
        {
            "title": f"Fire {number}",
            "number": str(number),
            "creator": "Anna Berg",
            "date": str(1850 + number % 60),
            "media_url": rig.partner.publish(f"/{number}.jpg", picture(0x900000 + number)),
        }
        for number in range(1, files + 1)
    ]
    rig.file(manifest=rig.partner.publish_list("/fire.csv", rows), artist="{creator}", date="{date}")
    rig.save_pages({title(number): "A sentence about glass." for number in range(1, pages + 1)})
    change = {"type": "edit", "change": "replace", "find": "about glass", "replace": "about silver"}
    rig.file(**NOTHING | change | {"pages": "prefix: Fire page"}, section="Pages")


def title(number: int) -> str:
    """The title of a page that is edited."""
    return f"Fire page {number}"


# What has to be true ---------------------------------------------------------------------------------------------


def verify(rig: Rig, files: int, pages: int) -> Sequence[str]:
    """What is not as it has to be: each file and edit there once and whole, each answer given once, reports right."""
    return [*_files(rig, files), *_pages(rig, pages), *_answers(rig), *_reports(rig, (files, pages))]


def _files(rig: Rig, files: int) -> Iterator[str]:
    wiki, actions = rig.hub.wikis["commons"], {}
    for item in rig.hub.ledger.items(rig.hub.ledger.get(1)):
        if item.action:
            actions[item.action.title] = item
    if len(actions) != files:
        yield f"{len(actions)} files planned"
    uploads = Counter(
        event["title"]
        for event in _listed(rig, list="logevents", leaction="upload/upload", leuser=BOT)
        if event["title"].startswith("File:Fire ")
    )
    for event in _listed(rig, list="logevents", leaction="upload/overwrite", leuser=BOT):
        if event["title"].startswith("File:Fire "):
            yield f"{event['title']} was overwritten"
    for name, item in actions.items():
        versions = wiki.file_versions(name)
        if [version.sha1 for version in versions] != [getattr(item.action, "sha1", "")] or uploads[name] != 1:
            yield f"{name}: {len(versions)} versions, {uploads[name]} uploads, {item.state}"
        statements = [found.data.get("statements") or {} for found in wiki.entities([name]).values()]
        twice = [key for one in statements for key, claims in one.items() if len(claims) > 1]
        if not statements or not statements[0] or twice:
            yield f"{name}: statements {twice or 'missing'}"


def _pages(rig: Rig, pages: int) -> Iterator[str]:
    for number in range(1, pages + 1):
        revisions = list(rig.hub.wikis["commons"].history(title(number), 0))
        own = [revision for revision in revisions if revision.user == BOT]
        if len(own) != 1 or own[0].text != "A sentence about silver.":
            yield f"{title(number)}: {len(own)} edits"


def _answers(rig: Rig) -> Iterator[str]:
    for number in (1, 2):
        revisions = [one for one in rig.hub.wikis["commons"].history(rig.talk(number), 0) if one.user == BOT]
        texts = Counter(revision.sha1 for revision in revisions)
        replies = (rig.text(rig.talk(number))).count("hub:")
        if replies != len(revisions) or set(texts.values()) - {1}:
            yield f"{rig.talk(number)}: {replies} replies in {len(revisions)} edits"


def _reports(rig: Rig, wanted: tuple[int, int]) -> Iterator[str]:
    for number, items in enumerate(wanted, 1):
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


def burn(
    rig: Rig, mariadb: MariaDB, folder: Path, *, files: int, pages: int, strikes: Sequence[str], seed: int
) -> Figures:
    """Have both requests carried out under fire, and say what came of it. `strikes`: what is killed, in this order."""
    ask(rig, files, pages)
    crew = Crew(rig, ["watch", *["work"] * WORKERS], rig.sandbox.wikis[rig.wiki].api, folder / "cph.log")
    dice = random.Random(seed)  # noqa: S311 - chooses what is killed
    fire = Fire(crew, dice, mariadb, rig.settings.redis)
    end = time.monotonic() + LONGEST
    try:
        crew.keep()
        for number in (1, 2):
            _wait(crew, end, partial(_is, rig, number, "planned"), f"H{number} planned")
            rig.approve(number=number)
        _wait(crew, end, lambda: _done(rig) > 0, "the first item done")
        start, struck, recoveries = time.monotonic(), Counter[str](), []
        for what in strikes:
            if _ended(rig):
                break
            before = _done(rig)
            fire.strike(what)
            struck[what] += 1
            if what in {"queue", "database"}:
                at = time.monotonic()
                _wait(crew, end, partial(_goes_on, rig, before), f"work after {what}")
                recoveries.append(time.monotonic() - at)
            time.sleep(dice.uniform(0, PAUSE))
        last = time.monotonic()
        _wait(crew, end, partial(_ended, rig), "the end")
        recovery = time.monotonic() - last
    finally:
        crew.end()
    wrong = verify(rig, files, pages)
    return Figures(struck, last - start, recovery, tuple(recoveries), wrong, crew.log.read_text())


def _wait(crew: Crew, end: float, true: Callable[[], bool], what: str) -> None:
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"not reached: {what}\n{crew.log.read_text()[-5000:]}")
        crew.keep()
        time.sleep(0.2)


def _is(rig: Rig, number: int, status: str) -> bool:
    return rig.status(number) == status


def _goes_on(rig: Rig, before: int) -> bool:
    return _done(rig) > before or _ended(rig)


def _done(rig: Rig) -> int:
    return sum(rig.hub.ledger.counts(rig.hub.ledger.get(number))[ItemState.DONE] for number in (1, 2))


def _ended(rig: Rig) -> bool:
    requests = [rig.hub.ledger.get(number) for number in (1, 2)]
    return all(one.state in {*ENDED, State.PAUSED} and one.is_published for one in requests)


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


def main() -> int:
    """Run it all on a sandbox of its own, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in {"kills": 500, "files": 200, "pages": 500, "queue": 20, "database": 5, "seed": 1}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
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
        subprocess.run(cph("pages"), env=environment(rig), check=True, stderr=subprocess.DEVNULL)
        strikes = strikes_of(given.kills, given.queue, given.database, given.seed)
        figures = burn(
            rig, mariadb, run / "logs", files=given.files, pages=given.pages, strikes=strikes, seed=given.seed
        )
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
