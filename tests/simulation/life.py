"""One life: the hub's own code on a fake wiki, with a ledger in memory, a queue that is a list, and people."""

import logging
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha1
from pathlib import Path
from random import Random
from typing import Any, Literal

import sqlalchemy as sa
from greenlet import getcurrent
from sqlalchemy.engine import Connection
from sqlalchemy.pool import StaticPool

import jobs.slice
from bots import watcher, watcher_lease, worker
from bots.watcher_lease import Watched, alone
from deploy.sandbox import ACCOUNTS, BOT
from deploy.sandbox.hub import policy
from deploy.sandbox.pages import commons_templates
from jobs.context import host_places
from jobs.context.hub import Hub, talk_page
from jobs.io import ahead, background
from jobs.io.errors import Unanswered, Unreached, WikiError
from jobs.io.http import Fetched, Unfetched, Writable, check_address
from jobs.io.spool import Spool
from jobs.io.wiki import Entity, Revision
from jobs.model.actions import Action
from jobs.model.requests import Item, ItemState, StoredRequest, Turn
from jobs.model.states import ENDED, State
from jobs.store import tables
from jobs.store.database import LedgerLocked
from jobs.store.hands import LEASE_SECONDS
from jobs.store.ledger import Ledger
from tests.hub.rig import REQUEST, picture
from wikitext.filepage import TEMPLATES
from wikitext.messages import message

from .script import Act, Fault, Script
from .site import FakeSite, StoredPage
from .wiki import FakeWiki
from .world import START, Actor, Killed, Signal, Thread, World

BASE = "Commons:Hub"
HOST = "museum.example"
PAGES = tuple(f"Plate page {number}" for number in range(1, 7))
TEXT = "A line about glass.\n\nAnother line.\n\n[[Category:Old]]"
TOKEN = re.compile(r"human\d+x")

SETTLING = 40.0
"""Seconds after the last act: from then on people only see to it that all comes to an end."""

FAULTS_END = 120.0
"""Seconds after the last act, after which nothing goes wrong any more."""

MOST_SECONDS = 2.5 * 3600.0
"""In which a life has to come to rest after that; a clock that was wrong costs an hour of it."""

_GONE = f"does not stand on [[{BASE}]] any more"
"""What an approval is answered with whose request was withdrawn, or replaced before it had its number."""

MOST_STEPS = 40_000
"""In which it has to, too: nothing spins."""


class Broken(Exception):  # noqa: N818 - says what it is
    """A promise was not kept."""


# Parts -------------------------------------------------------------------------------------------------------------


@cache
def shot(number: int) -> bytes:
    """A small picture."""
    return picture(6_000_000 + number)


@dataclass
class Partner:
    """Fulfils what is used of `Web`: what stands at each address of a partner's server."""

    files: dict[str, bytes] = field(default_factory=dict)

    def fetch(self, url: str, hosts: Collection[str], to: Writable, most: int) -> Fetched:  # noqa: ARG002 - as `Web`'s
        """As `Web.fetch`."""
        check_address(url, hosts)
        if url not in self.files:
            raise Unfetched(message("web-status", url, 404))
        content = self.files[url]
        to.write(content)
        to.flush()
        kind = "text/csv" if url.endswith("csv") else "image/jpeg"
        return Fetched(sha1(content, usedforsecurity=False).hexdigest(), len(content), kind)


@dataclass
class Queue:
    """Fulfils what is used of `RedisQueue`: turns that wait, and the names of those that no other may have."""

    world: World
    waiting: list[Turn] = field(default_factory=list)
    names: dict[str, float] = field(default_factory=dict)

    def put(self, turn: Turn) -> bool:
        """As `RedisQueue.put`."""
        name = _name(turn)
        if self.names.get(name, 0.0) > self.world.now:
            return False
        self.names[name] = float("inf")
        self.waiting.append(turn)
        for actor in self.world.actors:
            if actor.call == "idle":
                actor.wake = self.world.now
        return True

    def done(self, turn: Turn, seconds: float = 0.0) -> None:
        """The turn was taken; its name stays for so long."""
        if _name(turn) in self.names:
            self.names[_name(turn)] = self.world.now + seconds

    def wipe(self) -> None:
        """Lose everything."""
        self.waiting.clear()
        self.names.clear()


def _name(turn: Turn) -> str:
    return f"H{turn.request}-{turn.slice}-{turn.hand}"


@cache
def database() -> Connection:
    """One database in memory for all lives of this process."""
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", lambda db: db.exec_driver_sql("BEGIN"))
    connection = engine.connect()
    with connection.begin():
        tables.metadata.create_all(connection)
    return connection


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")


class SimLedger(Ledger):
    """The real ledger, but for when its transactions are. `plans`: what each plan was, by request and hash."""

    address = "in memory"

    def __init__(self, world: World) -> None:
        self._world = world
        self._db = database()
        self.plans: dict[tuple[int, str], dict[int, Action]] = {}
        self.clashes: list[str] = []
        self._until: dict[str, float] = {}
        self._has: dict[tuple[int, int], str] = {}
        self._claims: set[tuple[int, int, int]] = set()
        with self._db.begin():
            for table in reversed(tables.metadata.sorted_tables):
                self._db.execute(sa.delete(table))

    def run(self, work: Callable[[Connection], Any]) -> Any:
        """As `Database.run`, on the one connection."""
        name = _transaction(work) if self._world.traced else _called(work)[0]
        self._world.step(f"ledger before {name}")
        with self._db.begin():
            result = work(self._db)
            if isinstance(result, StoredRequest) and result.state is State.PLANNED:
                self._note_plan(result)
            self._note_leases(work, result)
        self._world.step(f"ledger after {name}")
        return result

    def _note_leases(self, work: Callable[[Connection], Any], result: Any) -> None:
        """Keep account of leases, and say where an item is claimed by one who has not got it, or a second time."""
        now = self._world.now
        match _called(work), result:
            case ("begin_slice", (_, _, holder)), StoredRequest():
                self._until[holder] = now + LEASE_SECONDS
            case ("hold", (holder, seconds)), _:
                self._until[holder] = now + seconds
            case ("lease_items", (request, holder, *_)), [*leased]:
                self._has |= dict.fromkeys(((request.id, item.row) for item in leased), holder)
            case ("claim", (request, item, *_)), Item():
                claim = (request.id, item.row, result.claim_version)
                if self._until.get(item.holder, 0.0) < now or self._has.get(claim[:2]) != item.holder:
                    self.clashes.append(
                        f"{request.text_id}, row {item.row} is claimed by {item.holder} without a lease"
                    )
                if claim in self._claims:
                    self.clashes.append(f"{request.text_id}, row {item.row} is claimed twice for one try")
                self._claims.add(claim)

    def rows(self, query: sa.Select[Any]) -> list[Any]:
        """What a query finds."""
        with self._db.begin():
            return list(self._db.execute(query))

    def _note_plan(self, request: StoredRequest) -> None:
        if (request.id, request.plan) in self.plans:
            return
        column = tables.items.c
        query = sa.select(column.row, column.action).where(
            column.request == request.id, column.state == ItemState.PLANNED
        )
        self.plans[request.id, request.plan] = {row.row: row.action for row in self._db.execute(query)}


def _called(work: Callable[[Connection], Any]) -> tuple[str, tuple[Any, ...]]:
    """The method whose transaction it is, and what it was given."""
    cells = dict(zip(work.__code__.co_freevars, work.__closure__ or (), strict=False))
    return cells["method"].cell_contents.__name__, cells["args"].cell_contents


def _transaction(work: Callable[[Connection], Any]) -> str:
    cells = dict(zip(work.__code__.co_freevars, work.__closure__ or (), strict=False))
    arguments = cells["args"].cell_contents
    said = [
        f"{a:.30}" if isinstance(a, str) else getattr(a, "text_id", None) or getattr(a, "row", "") for a in arguments
    ]
    more = cells["kwargs"].cell_contents if "kwargs" in cells else {}
    return f"{cells['method'].cell_contents.__name__} {said} {more}"[:200]


# The wiki ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Write:
    """What the bot did to a page of the wiki."""

    at: float
    actor: str
    call: str
    request: int
    title: str
    revision: int
    parent: int
    sha1: str = ""


_REQUEST = re.compile(r"\[\[.*?/H(\d+)\]\] · cph ")
_MARK = re.compile(r"<!-- hub: (.*?) -->")


class SimSite(FakeSite):
    """A wiki that notes what the bot does there and looks at each of its revisions."""

    def __init__(self, world: World) -> None:
        super().__init__(now=lambda: world.now)
        self.world = world
        self.writes: list[Write] = []
        self.broken: list[str] = []
        self.marks: dict[tuple[int, str], int] = {}

    def _append(self, page: StoredPage, text: str, user: str, entity: Any = None, **more: Any) -> int:
        before = page.latest if page.saved else None
        revision = super()._append(page, text, user, entity, **more)
        actor = getcurrent()
        if user == BOT and isinstance(actor, Actor):
            found = _REQUEST.search(actor.summary)
            title, parent = page.title.text, before.shown.id if before else 0
            self.writes.append(
                Write(
                    self.world.now,
                    actor.process.name,
                    actor.call,
                    int(found[1]) if found else 0,
                    title,
                    revision,
                    parent,
                )
            )
            self.world.tell(f"WROTE {title} r{revision} over r{parent}: {actor.summary}")
            self._look(page, before.text if before else "", text, revision)
        return revision

    def _look(self, page: StoredPage, before: str, text: str, revision: int) -> None:
        title = page.title.text
        lost = {*TOKEN.findall(before)} - {*TOKEN.findall(text)}
        if lost and not re.fullmatch(rf"{re.escape(BASE)}/H\d+(/\d+)?", title):
            self.broken.append(f"no edit of a person's is overwritten: {lost} on {title} by r{revision}")
        old, new = _MARK.findall(before), _MARK.findall(text)
        for mark in new:
            if new.count(mark) > 1 and old.count(mark) < new.count(mark):
                self.broken.append(f"each answer is given once: “{mark}” twice on {title} in r{revision}")


class SimWiki(FakeWiki):
    """The port for a process of the hub."""

    def save(self, title: str, text: str, summary: str, base: Revision | None) -> int:
        return int(self._as("save", summary, partial(super().save, title, text, summary, base)))

    def set_entity(self, entity: Entity, data: Mapping[str, Any], summary: str) -> int:
        return int(self._as("set_entity", summary, partial(super().set_entity, entity, data, summary)))

    def publish(
        self, file: Path | str, title: str, text: str, comment: str, *, replacing: bool = False, beside: str = ""
    ) -> None:
        do = partial(super().publish, file, title, text, comment, replacing=replacing, beside=beside)
        self._as("publish", comment, do)

    def restore_file(self, title: str, archive: str, comment: str) -> None:
        self._as("restore_file", comment, partial(super().restore_file, title, archive, comment))

    def _as(self, call: str, summary: str, do: Callable[[], Any]) -> Any:
        actor = getcurrent()
        if isinstance(actor, Actor):
            actor.call, actor.summary = call, summary
        return do()


_template_site: list[FakeSite] = []


# A life --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Approval:
    """Somebody who may said that a plan is to be carried out."""

    at: float
    request: int
    plan: str
    answer: str


class Life:
    """A world with all that is in it."""

    def __init__(self, script: Script, folder: Path, *, traced: bool = False) -> None:
        self.script = script
        self.world = World(Random(script.seed), traced)  # noqa: S311 - has to be the same again
        self.began = self.world.now
        self.site = SimSite(self.world)
        self.site.takes_entities = script.data
        self.partner = Partner()
        self.queue = Queue(self.world)
        self.ledger = SimLedger(self.world)
        self.wiki = SimWiki(self.site, BOT, BASE, (500, 5_000_000)[script.seed % 2])
        self.hub = Hub(self.ledger, {"commons": self.wiki}, self.partner, Spool(folder, 50_000_000))  # type: ignore[arg-type]
        self.broken: list[str] = []
        self.approvals: list[Approval] = []
        self.filed: list[str] = []
        self.said: list[tuple[str, int, int]] = []
        self.changed = 0
        self.stops: list[list[float]] = []
        self.policies: list[dict[str, Any]] = []
        self.touched: set[str] = set()
        self.deleted: set[str] = set()
        self.gone: set[str] = set()
        self._faults = list(script.faults)
        self._settling = START + SETTLING + max((act.at for act in script.acts), default=0.0)
        self._looks = 0
        self._last_act = 0
        self._asked: dict[tuple[int, str, str], float] = {}
        self._tokens = 0
        self._moved: dict[str, str] = {}
        self._busy: set[Actor] = set()
        self._furnish()

    # The beginning

    def _furnish(self) -> None:
        for account in ACCOUNTS:
            self.site.add_account(account.name, *account.groups)
        self.site.block("Blocked reviewer")
        for title, text in _furniture():
            self.site.edit("Admin", title, text)
        for title in PAGES:
            self.site.edit("Stranger", title, TEXT)
        self.site.edit("Admin", BASE, "Requests.")
        self._set_policy({})
        self.wiki.on_call = self._call

    def _set_policy(self, more: dict[str, Any]) -> None:
        own: dict[str, Any] = {"writers": self.script.writers, "pilot": self.script.pilot}
        own |= {"edits_per_minute": self.script.pace, "uploads_per_minute": self.script.pace}
        if self.script.trusted:
            own["no_review"] = [{"users": ["Partner"]}]
        self.policies.append(own | more)
        self.site.edit("Admin", f"{BASE}/Policy.json", policy([HOST], **own | more))

    # Who acts

    def run(self) -> None:
        """Live it."""
        world = self.world
        world.on_step, world.crashed = self._step, self._crashed
        for act in self.script.acts:
            world.at(START + act.at, partial(self._act, act))
        world.at(START + self.script.reviewed, self._review)
        for number in range(self.script.watchers):
            world.start(f"watcher {number + 1}", self._watch)
        for number in range(self.script.workers):
            world.start(f"worker {number + 1}", self._work)
        with world.clock(), _patched(world, self.hub, self.queue):
            try:
                if not world.run(self._at_rest, self._settling - START + MOST_SECONDS):
                    self.broken.append(f"all comes to an end: {self._states()}")
            finally:
                world.end()

    def _watch(self) -> None:
        while True:
            try:
                with alone(self.ledger) if self.script.watchers > 1 else nullcontext(lambda: True) as is_own:
                    self._look(is_own)
            except (Watched, LedgerLocked) as error:  # whoever runs it starts it again
                self.world.tell(f"the watcher ends: {error!r}")
                self.world.wait(5.0)

    def _look(self, is_own: Callable[[], bool]) -> None:
        while True:
            try:
                if is_own():
                    watcher.watch_and_tell(self.hub, self.queue)  # type: ignore[arg-type]
                    self._looks += 1
            except (WikiError, Unanswered, LedgerLocked) as error:
                self.world.tell(f"the watcher: {error!r}")
            self.world.wait(5.0 if self._looks < self._last_act + 2 else 20.0)

    def _work(self) -> None:
        actor = getcurrent()
        assert isinstance(actor, Actor)
        while True:
            while not self.queue.waiting:
                actor.call = "idle"
                self.world.wait(1e9)
            actor.call = ""
            turn = self.queue.waiting.pop(0)
            self._busy.add(actor)
            kept = 2.0
            try:
                self.world.tell(f"takes up {turn}")
                worker.advance(turn.request, turn.hand)
                kept = 0.0
            except Killed:
                kept = 2.0 if actor.call != "kill all" else 90.0
                raise
            except Exception as error:  # noqa: BLE001 - a job that fails; the worker goes on
                self._crashed(actor, error)
            finally:
                self._busy.discard(actor)
                self.queue.done(turn, kept)

    def _crashed(self, actor: Actor, error: BaseException) -> None:
        self.world.tell(f"CRASHED {error!r}")
        where = error.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        line = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else ""
        self.broken.append(f"nothing crashes: {actor.process.name}: {error!r} at {line}")

    # What goes wrong

    def _call(self, name: str, phase: Literal["before", "after"]) -> None:
        latency = self.script.latency
        seconds = 0.0
        if latency and phase == "before":
            seconds = self.world.chance.random() * latency
        self.world.step(f"wiki {phase} {name}", seconds)

    def _step(self, actor: Actor, what: str) -> None:
        if not self._faults or self._faults[0].at > self.world.steps:
            return
        if self.world.now > self._settling + FAULTS_END - SETTLING:
            self._faults.clear()
            return
        for fault in self._faults:
            if fault.at > self.world.steps:
                return
            if _fits(fault, what):
                self._faults.remove(fault)
                self._go_wrong(actor, fault)
                return

    def _go_wrong(self, actor: Actor, fault: Fault) -> None:
        world, process = self.world, actor.process
        world.tell(f"FAULT {fault.what} {fault.seconds}")
        match fault.what:
            case "kill" | "kill all" | "kill after a write":
                process.killed = True
                actor.call = fault.what
                run = self._watch if process.name.startswith("watcher") else self._work
                world.at(world.now + min(fault.seconds, 5), partial(world.restart, process.name, run))
                if fault.what != "kill all":
                    world.at(world.now, partial(self.ledger.free_from, f"sim:{process.number}:"))
                raise Killed
            case "freeze" | "freeze before a claim" | "freeze before a write":
                process.frozen = world.now + fault.seconds
                world.wait()
            case "lost before" | "lost after":
                raise Unanswered("lost")
            case "unreached":
                raise Unreached("no connection")
            case "maxlag" | "readonly" | "ratelimited" as code:
                raise WikiError(code, "of the life", 5.0 if code == "maxlag" else None)
            case "locked before" | "locked after":
                raise LedgerLocked("of the life")
            case "wipe":
                self.queue.wipe()
            case "clock":
                world.skew += 3600.0 if fault.seconds > 30 else -3600.0
                world.at(world.now + fault.seconds, self._set_clock)
            case unknown:
                raise AssertionError(unknown)

    def _set_clock(self) -> None:
        self.world.skew = 0.0

    # People

    def _act(self, act: Act) -> None:
        self.world.tell(f"{act.what} {act.number} {act.choice}")
        self._acted()
        getattr(self, "_" + act.what.replace(" ", "_"))(act.number, act.choice)

    def _acted(self) -> None:
        self._last_act = self._looks

    def _token(self) -> str:
        self._tokens += 1
        return f"human{self._tokens}x"

    def _file(self, _number: int, choice: int) -> None:
        count = len(self.filed) + 1
        kind = ("upload", "edit", "categorize", "edit", "upload")[choice % 5]
        if kind == "upload":
            list_of = 1 if choice % 7 == 0 else count
            asked = REQUEST | {"manifest": self._publish_list(list_of, 1 + choice % 5)}
            if choice % 3:
                asked["accession number"] = "{number}"
        else:
            pages = PAGES[choice % 3 : choice % 3 + 1 + choice % 4]
            asked = {"type": kind, "partner": f"Museum {count}", "pages": "; ".join(pages)}
            if kind == "edit" and choice % 3:  # what is done twice is there twice
                asked |= {"change": "add text", "text": f"Seen by museum {count}."}
            elif kind == "edit":
                asked |= {"change": "replace", "find": "glass", "replace": ("tin", "wood")[choice % 2]}
            else:
                asked |= {"add": ("Glass plates", "Panes")[choice % 2]}
        asked.pop("accession number", None)
        self.filed.append(kind)
        lines = "\n".join(f"| {name} = {value}" for name, value in asked.items())
        text = self.site.text(BASE) or ""
        self._edit("Partner", BASE, f"{text}\n\n== Wish {count} ==\n{{{{Hub request\n{lines}\n}}}}\n~~~~")

    def _publish_list(self, number: int, rows: int) -> str:
        lines = ["title,number,media_url"]
        for row in range(1, rows + 1):
            url = f"https://{HOST}/{number}/{row}.jpg"
            self.partner.files.setdefault(url, shot(number * 10 + row))
            lines.append(f"Plate {number},{row},{url}")
        address = f"https://{HOST}/{number}.csv"
        self.partner.files[address] = ("\n".join(lines) + "\n").encode()
        return address

    def _edit(self, user: str, title: str, text: str) -> int:
        self.touched.add(self.site.title(title).text)
        return self.site.edit(user, title, text)

    def _say(self, user: str, number: int, answer: str, plan: str = "", more: str = "") -> None:
        talk = talk_page(f"{BASE}/H{number}")
        text = self.site.text(talk) or ""
        named = f"|plan={plan}" if plan else ""
        call = f"{{{{Hub review|{answer}{more}{named}}}}} ~~~~"
        revision = self._edit(user, talk, f"{text}\n\n== Review ==\n{call}".strip())
        self.world.tell(f"{user} says “{answer}” of H{number} in r{revision}, plan {plan[:8]}")
        self.said.append((talk, revision, number))
        if user == "Reviewer" and plan and answer in {"approve", "continue", "resume", "retry"}:
            self.approvals.append(Approval(self.world.now, number, plan, answer))

    def _report(self, number: int) -> tuple[str, str]:
        """The status and the plan that a report shows."""
        text = self.site.text(f"{BASE}/H{number}") or ""
        status = re.search(r"\{\{Hub status\|([a-z ]+)", text)
        plan = re.search(r"preload=Template:Hub_review/\w+&preloadparams%5B%5D=(\w+)", text)
        return status[1] if status else "", plan[1] if plan else ""

    def _answer(self, answer: str, number: int, user: str = "Reviewer", more: str = "") -> None:
        status, plan = self._report(number)
        if status:
            self._say(user, number, answer, plan, more)

    def _approve(self, number: int, _choice: int) -> None:
        self._answer("approve", number)

    def _approve_blindly(self, number: int, choice: int) -> None:
        page = self.site.find(f"{BASE}/H{number}")
        if page:
            buttons = (re.search(r"preloadparams%5B%5D=(\w+)", saved.text) for saved in page.saved)
            older = [*dict.fromkeys(found[1] for found in buttons if found)][:-1]
            self._say("Reviewer", number, "approve", older[choice % len(older)] if older else "")

    def _approve_as_requester(self, number: int, choice: int) -> None:
        self._answer("approve", number, ("Partner", "Stranger", "Blocked reviewer")[choice % 3])

    def _strike(self, number: int, choice: int) -> None:
        self._answer("strike", number, more=f"|items={1 + choice % 5}")

    def _reject(self, number: int, choice: int) -> None:
        self._answer("reject", number, more="|reason=Not yet" if choice % 3 else "")

    def _pause(self, number: int, choice: int) -> None:
        self._answer("pause", number, ("Reviewer", "Partner")[choice % 2])

    def _resume(self, number: int, _choice: int) -> None:
        self._answer("resume", number)

    def _cancel(self, number: int, choice: int) -> None:
        self._answer("cancel", number, ("Reviewer", "Partner")[choice % 2])

    def _retry(self, number: int, _choice: int) -> None:
        self._answer("retry", number)

    def _undo(self, number: int, choice: int) -> None:
        self._answer("undo", number, more="|items=2" if choice % 3 == 0 else "")

    def _withdraw(self, number: int, choice: int) -> None:
        # What is withdrawn before the hub could see it was never asked for.
        seen = len(self.requests()) >= len(self.filed)
        page = self.site.find(BASE if choice % 4 == 0 and seen else talk_page(f"{BASE}/H{number}"))
        own = [saved for saved in page.saved if saved.shown.user in {"Reviewer", "Partner"}] if page else []
        if own and page:
            self.touched.add(page.title.text)
            self.gone.add(page.title.text)
            self.site.undo(own[-1].shown.user, own[-1].shown.id)

    def _say_it_again(self, number: int, choice: int) -> None:
        page = self.site.find(talk_page(f"{BASE}/H{number}"))
        if page and len(page.saved) > 1:
            older = page.saved[choice % (len(page.saved) - 1)].text
            found = re.findall(r"\{\{Hub review.*", older)
            if found:
                self._edit("Stranger", page.title.text, f"{page.latest.text}\n\n{found[0]}")

    def _words(self, number: int, _choice: int) -> None:
        if self._report(number)[0]:
            talk = talk_page(f"{BASE}/H{number}")
            self._edit("Stranger", talk, f"{self.site.text(talk) or ''}\n\nNice {self._token()}. ~~~~".strip())

    def _targets(self) -> list[str]:
        return [*PAGES, *(title for title in self.site.pages if title.startswith("File:Plate"))]

    def _edit_a_target(self, number: int, choice: int) -> None:
        titles = self._targets()
        title = titles[choice % len(titles)]
        text = self.site.text(title) or ""
        if choice % 5 == 0:
            text = text.replace("glass", "clay").replace("tin", "clay")
        token = self._token()
        self._edit("Stranger", title, f"{token}\n{text}" if number == 1 else f"{text}\n{token}")

    def _undo_a_target(self, _number: int, choice: int) -> None:
        titles = [title for title in self._targets() if (page := self.site.find(title)) and len(page.saved) > 1]
        if titles and (page := self.site.find(titles[choice % len(titles)])):
            self.touched.add(page.title.text)
            self.site.undo("Stranger", page.latest.shown.id)

    def _take_a_name(self, number: int, choice: int) -> None:
        title = f"File:Plate {number} - {1 + choice % 4}.jpg"
        content = shot(900 + choice) if choice % 3 else shot(number * 10 + 1 + choice % 4)
        if not self.site.find(title):
            self.touched.add(title)
            self.site.upload("Stranger", title, content, f"Mine {self._token()}")

    def _upload_over(self, _number: int, choice: int) -> None:
        titles = [title for title in self._targets() if title.startswith("File:")]
        if titles:
            title = titles[choice % len(titles)]
            self.touched.add(title)
            self.site.upload("Stranger", title, shot(700 + choice))

    def _delete_a_file(self, _number: int, choice: int) -> None:
        titles = [title for title in self._targets() if title.startswith("File:")]
        if titles:
            self.touched.add(titles[choice % len(titles)])
            self.deleted.add(titles[choice % len(titles)])
            self.site.delete(titles[choice % len(titles)])

    def _move_a_talk_page(self, number: int, _choice: int) -> None:
        self._move(talk_page(f"{BASE}/H{number}"))

    def _move_a_report(self, number: int, _choice: int) -> None:
        self._move(f"{BASE}/H{number}")

    def _move(self, title: str) -> None:
        if self.site.find(title) and title not in self._moved:
            self.touched.add(title)
            self.gone.add(title)
            self._moved[title] = f"{title} elsewhere {len(self._moved)}"
            self.site.move("Admin", title, self._moved[title])

    def _move_back(self) -> None:
        for title, to in self._moved.items():
            self.world.tell(f"moved back: {title}")
            self.site.delete(title)
            self.site.move("Admin", to, title)
            self._acted()
        self._moved.clear()

    def _revert_a_talk_page(self, number: int, _choice: int) -> None:
        page = self.site.find(talk_page(f"{BASE}/H{number}"))
        if page and len({saved.shown.user for saved in page.saved}) > 1:
            self.touched.add(page.title.text)
            self.gone.add(page.title.text)
            self.site.rollback("Stranger", page.title.text)

    def _block_the_requester(self, _number: int, choice: int) -> None:
        self.site.block("Partner")
        self.world.at(self.world.now + 10 + choice % 100, partial(self._unblock, "Partner"))

    def _block_the_bot(self, _number: int, choice: int) -> None:
        self.site.block(BOT)
        self.world.at(self.world.now + 10 + choice % 60, partial(self._unblock, BOT))

    def _unblock(self, name: str) -> None:
        self.world.tell(f"unblocked: {name}")
        self._acted()
        self.site.unblock(name)

    def _stop(self, _number: int, choice: int) -> None:
        self._edit("Stranger", f"User:{BOT}/Stop", f"Stop! {self._token()}")
        self.stops.append([self.world.now, float("inf")])
        self.world.at(self.world.now + 10 + choice % 60, self._go)

    def _go(self) -> None:
        self.world.tell("no more stop")
        self._acted()
        self.site.edit("Admin", f"User:{BOT}/Stop", "")
        for stop in self.stops:
            stop[1] = min(stop[1], self.world.now)

    def _policy(self, number: int, choice: int) -> None:
        more: dict[str, Any] = {"writers": 1 + choice % 3, "pilot": choice % 6}
        if number == 3:
            more["file"] = {"groups": ["sysop"]}
        self._set_policy(more)

    def _change_the_request(self, number: int, choice: int) -> None:
        text = self.site.text(BASE) or ""
        calls = re.findall(r"\{\{Hub request\n.*?\n\}\}", text, re.DOTALL)
        if number <= len(calls):
            call = calls[number - 1]
            self.changed += text.count(call)
            new = call.replace("partner = ", f"partner = The {choice} ")
            self._edit(("Partner", "Stranger")[choice % 2], BASE, text.replace(call, new))

    def _edit_the_request_page(self, _number: int, choice: int) -> None:
        text = self.site.text(BASE) or ""
        token = self._token()
        self._edit("Stranger", BASE, f"{token}\n{text}" if choice % 2 else f"{text}\n\n{token}")

    def _change_the_list(self, number: int, choice: int) -> None:
        address = f"https://{HOST}/{number}.csv"
        if address in self.partner.files and choice % 2:
            self.partner.files[address] = self.partner.files[address].replace(b"Plate", b"Plate of")
        elif (url := f"https://{HOST}/{number}/1.jpg") in self.partner.files:
            self.partner.files[url] = shot(500 + number)

    # The reviewer

    def _review(self) -> None:
        """Look at every report, and answer as its buttons offer."""
        late = self.world.now > self._settling
        if late:
            if self.site.people["Partner"].blocks or self.site.people[BOT].blocks:
                self._unblock("Partner")
                self._unblock(BOT)
            self._move_back()
            if self.site.text(f"User:{BOT}/Stop"):
                self._go()
            if len(self.policies) > 1 and self.policies[-1] != self.policies[0]:
                self._set_policy({})
                self._acted()
        wanted = {"planned": "approve", "pilot": "continue"} | ({"paused": "resume"} if late else {})
        for number in range(1, 1 + len(self.requests())):
            status, plan = self._report(number)
            gone = late and _GONE in (self.site.text(talk_page(f"{BASE}/H{number}")) or "")
            answer = "cancel" if gone and status == "planned" else wanted.get(status, "")
            key = (number, answer, plan)
            if answer and plan and self._asked.get(key, 0.0) < self.world.now - 60:
                self._asked[key] = self.world.now
                self._acted()
                self._say("Reviewer", number, answer, plan)
        self.world.at(self.world.now + 20, self._review)

    # The end

    def _at_rest(self) -> bool:
        if self.world.steps > MOST_STEPS:
            self.broken.append(f"nothing spins: {self._states()}")
        if self.broken or self.site.broken:
            return True
        if self.world.now < self._settling or self._looks < self._last_act + 2:
            return False
        if self.queue.waiting or self._busy or self.ledger.waiting():
            return False
        requests = self.requests()
        if self.ledger.rows(sa.select(tables.reviews.c.id).where(~tables.reviews.c.replied)):
            return False  # who was to reply may be dead, or wait
        return all(one.state in {State.INVALID, *ENDED} and one.is_published for one in requests)

    def requests(self) -> list[StoredRequest]:
        """All requests of the ledger."""
        return self.ledger._found()

    def _states(self) -> str:
        said = [f"{one.text_id} {one.state} (attempts {one.attempts}, why {one.why})" for one in self.requests()]
        return f"{'; '.join(said)}; waiting: {self.ledger.waiting()}; queued: {self.queue.waiting}"


_WRITES = ("save", "publish", "set_entity")

_STEPS: Mapping[str, str | tuple[str, ...]] = {
    "kill after a write": tuple(f"wiki after {call}" for call in _WRITES),
    "freeze before a write": tuple(f"wiki before {call}" for call in _WRITES),
    "freeze before a claim": "ledger before claim",
    **dict.fromkeys(("lost before", "unreached", "maxlag", "readonly", "ratelimited"), "wiki before"),
    "lost after": "wiki after",
    "locked before": "ledger before",
    "locked after": "ledger after",
}
"""How the steps begin at which a fault can happen; the others can at any."""


def _fits(fault: Fault, what: str) -> bool:
    return what.startswith(_STEPS.get(fault.what, ""))


@cache
def _furniture() -> list[tuple[str, str]]:
    """The pages that each life begins with, by title."""
    pages = list(commons_templates({template.name: template.fields for template in TEMPLATES.values()}))
    return [
        *pages,
        *((f"Category:{name}", "A category.") for name in ("Glass plates", "Panes", "Nordic Museum", "Old")),
    ]


class _AtOnce:
    """`ThreadPoolExecutor`, as far as it is used: whoever wants something done does it, and sees all that happens."""

    def __init__(self, threads: int) -> None:
        """However many there were to be."""

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Do it."""
        done: Future[Any] = Future()
        try:
            done.set_result(work(*arguments))
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked gets it
            done.set_exception(error)
        return done

    def shutdown(self, **_: bool) -> None:
        """Nothing is under way."""


@contextmanager
def _patched(world: World, hub: Hub, queue: Queue) -> Iterator[None]:
    """What of the program knows processes and threads knows those of the world meanwhile."""
    names = [(jobs.slice, "Thread"), (background, "Thread"), (jobs.slice, "Signal"), (ahead, "ThreadPoolExecutor")]
    names += [
        (place, name) for place in (jobs.slice, watcher_lease, host_places) for name in ("holder_prefix", "uuid4")
    ]
    kept = [getattr(*one) for one in names]
    numbers = iter(range(1, 1_000_000))

    def prefix(_pid: int) -> str:
        actor = getcurrent()
        return f"sim:{actor.process.number if isinstance(actor, Actor) else 0}:"

    class Hex:
        def __init__(self) -> None:
            self.hex = f"{next(numbers):08d}"

    new = {
        "Thread": lambda target, daemon: Thread(world, target),  # noqa: ARG005 - as the real one is called
        "Signal": lambda: Signal(world),
        "ThreadPoolExecutor": _AtOnce,
        "holder_prefix": prefix,
        "uuid4": Hex,
    }
    process = worker._process
    for place, name in names:
        setattr(place, name, new[name])
    worker.serve(hub, queue)  # type: ignore[arg-type]
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(disabled)
        worker._process = process
        for (place, name), old in zip(names, kept, strict=True):
            setattr(place, name, old)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for files that are on their way, in memory where there is such a place."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="lives-", dir=memory if memory.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
