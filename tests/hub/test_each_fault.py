"""Every fault of the line at every write of every kind of action: one effect on the wiki, and nobody has to help."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, cycle

import pytest

from deploy.sandbox import BOT
from deploy.sandbox.client import Person
from deploy.sandbox.hub import policy
from jobs.context.hub import policy_page
from jobs.execution import run
from jobs.execution.run import run_slice
from jobs.model.actions import Action, Delete, Describe, RestoreFile, Undelete, Undescribe, Upload, planned_edit
from jobs.model.records import Record
from jobs.model.requests import NewRequest, StoredRequest
from jobs.model.states import Event, State
from jobs.model.structured_data.filedata import FileData
from jobs.model.structured_data.values import Caption
from wikitext.edits import AddText, work_out

from .lossy import FAULTS, Fate, Fault, Line, Script
from .rig import Rig, picture

MOST_SECONDS = 120
PARTS = 4
"""Tests that share the faults: each of them waits for most of its time."""
_shades = count(0x910000)
_revisions = count(1)


@dataclass(frozen=True)
class File:
    """A file that one fault befalls at each of its writes; `first`, `second`: its versions."""

    fate: Fate
    first: bytes
    second: bytes

    @property
    def name(self) -> str:
        """Without namespace; found in no other's."""
        return f"Befallen by {self.fate.name.replace('_', ' ')}.jpg"

    @property
    def title(self) -> str:
        """Of its page."""
        return f"File:{self.name}"

    @property
    def data(self) -> FileData:
        """What it is to have."""
        return FileData(captions={"sv": Caption(f"Bild {self.name}")})


Having = tuple[tuple[str, str], ...]
Effect = Mapping[str, int]


@dataclass(frozen=True)
class Step:
    """A kind of action, done to each file. `writes`: what is sent for it; `effect`: what the wiki has of it then."""

    plan: Callable[[Rig, File], Action]
    writes: Callable[[Rig, File], Sequence[Having]]
    effect: Effect


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _sent(rig: Rig, file: File) -> Action:
    """From where the wiki fetches nothing itself: at once, or in chunks."""
    url = rig.partner.publish(f"/1/{file.fate.name}.jpg", file.first).replace(
        rig.partner.address, rig.partner.elsewhere
    )
    return Upload(
        title=file.title, url=url, sha1=_sha1(file.first), size=len(file.first), text="Text", categories=(),
        data=file.data,
    )  # fmt: skip


def _replaced(rig: Rig, file: File) -> Action:
    """By the wiki itself."""
    url = rig.partner.publish(f"/2/{file.fate.name}.jpg", file.second)
    return Upload(
        title=file.title, url=url, sha1=_sha1(file.second), size=len(file.second), text="Text", categories=(),
        replaces=_sha1(file.first),
    )  # fmt: skip


def _edited(_rig: Rig, file: File) -> Action:
    change = AddText(text="More", where="bottom")
    return planned_edit(file.title, change, "Text", work_out(change, "Text"))


def _deleted(rig: Rig, file: File) -> Action:
    stored = rig.hub.wikis["commons"].page_infos([file.title])[file.title]
    return Delete(title=file.title, revision=stored.revision, sha1=stored.sha1, reason="Test")


def _of_data(rig: Rig, file: File) -> Having:
    entity = rig.hub.wikis["commons"].entities([file.title])[file.title]
    return (("action", "wbeditentity"), ("id", f"^{entity.id}$"))


STEPS = {
    "upload": Step(
        _sent,
        lambda rig, file: [
            *([(("filename", file.name), ("offset", "^0$"))] if len(file.first) > rig.settings.chunk_bytes else []),
            (("filename", file.name), ("text", ".")),
            (("action", "wbeditentity"), ("data", file.name)),
        ],
        {"upload/upload": 1, "revision": 2},
    ),
    "edit": Step(_edited, lambda _rig, file: [(("action", "^edit$"), ("title", file.name))], {"revision": 1}),
    "data taken out": Step(
        lambda _rig, file: Undescribe(title=file.title, data=file.data),
        lambda rig, file: [_of_data(rig, file)],
        {"revision": 1},
    ),
    "data": Step(
        lambda _rig, file: Describe(title=file.title, data=file.data),
        lambda rig, file: [_of_data(rig, file)],
        {"revision": 1},
    ),
    "upload, by address, of a new version": Step(
        _replaced,
        lambda _rig, file: [
            (("filename", file.name), ("url", ".")),
            (("filename", file.name), ("text", ".")),
            (("filename", file.name), ("filekey", "."), ("ignorewarnings", "")),
        ],
        {"upload/overwrite": 1, "revision": 1},
    ),
    "restoration": Step(
        lambda _rig, file: RestoreFile(title=file.title, sha1=_sha1(file.first), replaces=_sha1(file.second)),
        lambda _rig, file: [(("action", "filerevert"), ("filename", file.name))],
        {"upload/overwrite": 1, "revision": 1},
    ),
    "deletion": Step(
        _deleted, lambda _rig, file: [(("action", "^delete$"), ("title", file.name))], {"delete/delete": 1}
    ),
    "undeletion": Step(
        lambda _rig, file: Undelete(title=file.title, reason="Test"),
        lambda _rig, file: [(("action", "^undelete$"), ("title", file.name))],
        {"delete/restore": 1},
    ),
}


@pytest.fixture
def befallen(far_rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """A rig at the end of a line whose bot may delete, and waits only for what it is told to."""
    said = policy(["127.0.0.1", "localhost"], pilot=0)
    far_rig.hub.ledger.mark_read("commons", policy_page(far_rig.hub.wikis["commons"]), 1, said)
    monkeypatch.setattr(run, "BUSY_SECONDS", 0.1)
    admin = far_rig.person("Admin")
    admin.set_groups(BOT, add="sysop")
    yield far_rig
    admin.set_groups(BOT, remove="sysop")


def carried_out(rig: Rig, actions: Sequence[Action]) -> StoredRequest:
    """Carry out a request of these actions to its end, slice by slice, each when it is due."""
    hub = rig.hub
    asked = NewRequest(f"{next(_revisions)}", {"type": "edit"}, BOT, 1)
    request = hub.ledger.get(hub.ledger.file("commons", rig.base, asked))
    hub.ledger.add_items(request, [Record(row, {}) for row in range(2, len(actions) + 2)])
    hub.ledger.set_items(request, list(zip(hub.ledger.items(request), actions, strict=True)), "")
    request = hub.ledger.move(hub.ledger.move(request, Event.PLAN), Event.APPROVE)
    end = time.monotonic() + MOST_SECONDS
    while request.state in {State.APPROVED, State.RUNNING}:
        assert time.monotonic() < end, request
        time.sleep(max(0.0, request.not_before - time.time()))
        assert hub.ledger.begin_slice(request.id, 0, "hand")
        request = run_slice(hub, request, "hand")
    return request


def effects(person: Person, titles: Collection[str], since: int, since_logged: int) -> Mapping[str, Counter[str]]:
    """What the bot did to each page, by the wiki's own log and histories, after this revision and entry."""
    answer = person.api(
        action="query", list="usercontribs|logevents", ucuser=BOT, uclimit=500, ucprop="ids|title",
        leuser=BOT, lelimit=500, leprop="ids|type|title",
    )["query"]  # fmt: skip
    done = [(one["title"], "revision") for one in answer["usercontribs"] if one["revid"] > since]
    logged = [one for one in answer["logevents"] if one["logid"] > since_logged]
    done += [(one["title"], f"{one['type']}/{one['action']}") for one in logged if one["type"] in {"upload", "delete"}]
    return {title: Counter(what for of, what in done if of == title) for title in titles}


def latest(person: Person) -> tuple[int, int]:
    """The last revision and the last entry of the log, of anybody."""
    answer = person.api(
        action="query", list="recentchanges|logevents", rclimit=500, rcprop="ids", lelimit=1, leprop="ids"
    )["query"]
    return max(one.get("revid", 0) for one in answer["recentchanges"]), answer["logevents"][0]["logid"]


@pytest.mark.parametrize("part", range(PARTS))
def test_each_fault_at_each_write_of_each_kind_of_action(befallen: Rig, line: Line, part: int) -> None:
    """The file of each fault meets it at each of its writes: each has its one effect, and each request is done."""
    person = befallen.person("Stranger")
    line.retry_after = 0
    more = cycle((b"", bytes(befallen.settings.chunk_bytes)))  # a small one and one in chunks in turn
    files = [File(fate, picture(next(_shades)) + next(more), picture(next(_shades))) for fate in FAULTS[part::PARTS]]
    for name, step in STEPS.items():
        actions = [step.plan(befallen, file) for file in files]
        script = Script(tuple(Fault(file.fate, 1, having) for file in files for having in step.writes(befallen, file)))
        since = latest(person)
        line.play(Script.read(str(script)))
        came = carried_out(befallen, actions)
        assert Counter(fault.fate for fault in line.played.faults) == Counter(fault.fate for fault in script.faults)
        assert came.state is State.DONE, (name, [item.why for item in befallen.hub.ledger.items(came) if item.why])
        line.play(Script())
        wanted = {file.title: Counter(step.effect) for file in files}
        assert effects(person, wanted, *since) == wanted, name


def test_a_script_is_the_same_for_a_seed_and_when_it_was_printed() -> None:
    """What was seen once can be had again: each fault befalls the request of its number, and no other."""
    script = Script.drawn(seed=7, faults=4, among=20)
    assert script == Script.drawn(seed=7, faults=4, among=20) != Script.drawn(seed=8, faults=4, among=20)
    assert Script.read(str(script)) == script
    decide = script.begun()
    fates = [decide({"action": action, "token": "+"} if action == "edit" else {}) for action in ["edit", "query"] * 20]
    assert set(fates[1::2]) == {Fate.PASSED}
    assert {n: fate for n, fate in enumerate(fates[::2], 1) if fate is not Fate.PASSED} == {
        fault.number: fault.fate for fault in script.faults
    }
