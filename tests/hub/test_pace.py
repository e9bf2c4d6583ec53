"""The pace on a wiki, kept by real processes between them, each at the end of a line of its own."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from bots.mediawiki.site import MediaWiki
from bots.watcher import watch
from deploy.sandbox import BOT
from deploy.sandbox.hub import policy
from jobs.model.pace import WriteKind

from .lossy import Fate, Line, line_to
from .rig import Rig
from .test_processes import running, until

HELD_SECONDS = int(os.environ.get("HUB_HELD_SECONDS", "5"))
"""What the wiki's `Retry-After` says."""


@dataclass
class Worker:
    """A `cph work` with the line that it asks the wiki through, and when it did."""

    line: Line
    asked: list[float] = field(default_factory=list)

    @property
    def edits(self) -> int:
        """How many edits it sent."""
        return sum(asked.get("action") == "edit" for asked, _ in self.line.asked)


@contextmanager
def two_workers(rig: Rig, folder: Path) -> Iterator[tuple[Worker, Worker]]:
    """Two of them on two networks: each request of the one takes 20 ms longer, of the other 120."""
    with ExitStack() as stack:
        made = []
        for number, delay in enumerate((0.02, 0.12)):
            worker = Worker(stack.enter_context(line_to(rig.sandbox.wikis["commons"].api)))
            worker.line.watch = _slow(worker, delay)
            wikis = [wiki.model_dump() | {"api": worker.line.address} for wiki in rig.settings.wikis]
            log = folder / f"log{number}"
            stack.enter_context(running(rig, "work", log, CPH_WIKIS=json.dumps(wikis)))
            made.append(worker)
            until(lambda log=log: b"requests open" in log.read_bytes(), "it is at work")  # type: ignore[misc]
        yield made[0], made[1]


def _slow(worker: Worker, delay: float) -> Callable[..., bool]:
    def watch_(_asked: Mapping[str, str], _port: int, when: str) -> bool:
        if when == "before":
            worker.asked.append(time.monotonic())
            time.sleep(delay)
        return True

    return watch_


def approve_two(rig: Rig, name: str, pages: int, a_minute: int) -> None:
    """Approve two requests, each to change so many pages, at a pace; the bot reads of both when it looks next."""
    titles = [f"{name} {part} {number}" for part in "AB" for number in range(pages)]
    rig.save_pages(dict.fromkeys(titles, "A plate."))
    for part in "AB":
        listed = "\n".join(f"[[{title}]]" for title in titles if f" {part} " in title)
        rig.file(
            type="edit", pages=listed, change="add text", text=f"More {part}.", filename="", template="", license="",
            categories="", section=part,
        )  # fmt: skip
    rig.work()
    at_a_pace = policy(["127.0.0.1"], pilot=0, edits_per_minute=a_minute)
    rig.person("Admin").edit(f"{rig.base}/Policy.json", at_a_pace)
    for number in (1, 2):
        rig.approve(number=number)


def finished(rig: Rig) -> bool:
    """Whether both requests are done; what waits for its place is queued meanwhile."""
    watch(rig.hub, rig.queue)
    return all(rig.hub.ledger.get(number).state == "done" for number in (1, 2))


def moments(rig: Rig, since: int) -> list[float]:
    """When the bot edited on the wiki, by its own recent changes, after the one with this number."""
    found = rig.person("Stranger").api(
        action="query", list="recentchanges", rcuser=BOT, rcprop="timestamp|ids", rclimit="max"
    )["query"]["recentchanges"]
    return sorted(datetime.fromisoformat(one["timestamp"]).timestamp() for one in found if one["rcid"] > since)


def last_change(rig: Rig) -> int:
    """The number of the latest change."""
    asked = rig.person("Stranger").api(action="query", list="recentchanges", rcprop="ids", rclimit=1)
    return int(asked["query"]["recentchanges"][0]["rcid"])


def test_two_processes_keep_the_policys_pace_between_them(rig: Rig, tmp_path: Path) -> None:
    """One edit a second, reports among them, by the wiki's recent changes; and both of them edit."""
    approve_two(rig, "At a pace", 3, a_minute=60)
    since = last_change(rig)
    with two_workers(rig, tmp_path) as workers:
        until(lambda: finished(rig), "done", every=1)
    edited = moments(rig, since)
    print([int(at - edited[0]) for at in edited], [worker.edits for worker in workers])
    assert len(edited) >= 10
    assert all(worker.edits for worker in workers)
    for last, at in enumerate(edited):
        for first in range(last):
            # A write may come some seconds after its place, where the machine is slow.
            assert at - edited[first] >= last - first - 5, (first, last)


def test_what_the_wiki_wants_to_be_left_alone_for_both_processes_keep(rig: Rig, tmp_path: Path) -> None:
    """One of them is told `Retry-After`: neither asks anything meanwhile, then both go on."""
    approve_two(rig, "Left alone", 10, a_minute=240)
    with two_workers(rig, tmp_path) as workers:
        until(lambda: finished(rig) or all(worker.edits >= 2 for worker in workers), "both are at work")
        told = workers[0].line
        told.retry_after = HELD_SECONDS
        told.lose(Fate.TOO_MANY, {})
        until(lambda: rig.hub.ledger.held_off("commons"), "held")
        began, left = time.monotonic(), rig.hub.ledger.held_off("commons")
        assert HELD_SECONDS - 1 < left <= HELD_SECONDS
        until(lambda: finished(rig), "done", every=1)
    for worker in workers:
        meanwhile = [at - began for at in worker.asked if 0 < at - began < left]
        after = [at - began for at in worker.asked if at - began >= left]
        print(f"held for {left:.2f} s; asked after {meanwhile}, and then {after[:1]}, in all {len(after)} times")
        assert all(at < 1.5 for at in meanwhile)  # what was on its way
        assert len(after) > 5


@pytest.mark.parametrize("command", ["watch", "work"])
def test_a_process_that_is_told_to_end_does_not_wait_for_the_wiki(rig: Rig, tmp_path: Path, command: str) -> None:
    """Nor does it ask it anything more."""
    rig.file(type="edit", pages="[[Not there]]", change="add text", text="More.", filename="", template="")
    with line_to(rig.sandbox.wikis["commons"].api) as line:
        wikis = [wiki.model_dump() | {"api": line.address} for wiki in rig.settings.wikis]
        log = tmp_path / "log"
        line.retry_after = 29
        with running(rig, command, log, CPH_WIKIS=json.dumps(wikis)) as process:
            until(lambda: b"requests open" in log.read_bytes(), "it is at work")
            line.lose(Fate.TOO_MANY, {})
            if command == "work":
                watch(rig.hub, rig.queue)
            until(lambda: rig.hub.ledger.held_off("commons"), "held")
            asked = len(line.asked)
            process.terminate()
            assert process.wait(timeout=25) == 0
        assert rig.hub.ledger.held_off("commons") > 0
        assert len(line.asked) - asked <= 1
    assert b"Traceback" not in log.read_bytes()


def test_the_accounts_own_limits_are_known(rig: Rig) -> None:
    """Those of the groups that it is in, the widest of them; none for who has none."""
    admin, settings = rig.person("Admin"), rig.settings

    def asked() -> Mapping[WriteKind, float]:
        wiki = MediaWiki(
            "commons", settings.wikis[0].api, rig.base, BOT, chunk_bytes=settings.chunk_bytes, holds=rig.hub.ledger
        )
        return wiki.write_limits()

    assert asked() == {}
    admin.set_groups(BOT, add="limited")
    try:
        assert asked() == {WriteKind.EDIT: 1.5, WriteKind.UPLOAD: 3.0}
    finally:
        admin.set_groups(BOT, remove="limited")
