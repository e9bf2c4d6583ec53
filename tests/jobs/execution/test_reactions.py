"""What comes of each error that a wiki may answer to a write, for every kind of action: of the item and the request."""

import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn, cast, get_args

import pytest

from deploy.sandbox.hub import policy
from jobs.context.hub import Hub, policy_page
from jobs.execution import run
from jobs.execution.run import run_slice
from jobs.io.errors import Unanswered, WikiError
from jobs.io.spool import Spool
from jobs.io.wiki import About, DuplicateFiles, Entity, FileVersion, Page, PageInfo, SiteInfo, Title
from jobs.model.actions import (
    Action,
    Delete,
    Describe,
    RestoreFile,
    Undelete,
    Undescribe,
    Upload,
    planned_edit,
)
from jobs.model.pace import WriteKind
from jobs.model.records import Record
from jobs.model.requests import ItemState, NewRequest, StoredRequest
from jobs.model.states import Event, State
from jobs.model.structured_data.filedata import FileData
from jobs.model.structured_data.values import Caption
from jobs.store.ledger import Ledger
from wikitext.edits import AddText, work_out
from wikitext.messages import language

TABLE: Mapping[str, Any] = json.loads((files("jobs.io") / "errors.json").read_text(encoding="utf-8"))

EXPECTED = {
    # The request waits; the item is as it was, however often.
    "wait": """
        maxlag* ratelimited readonly* actionthrottledtext
    """,
    # It waits, and after a few tries the item fails; so many alike stop the request.
    "again": """
        internal_api_error_* backend-fail-* lockmanager-fail-conflict stashfailed* uploadstash-* stashedfilenotfound
        UploadStashFileException UploadChunkFileException JobQueueError publishfailed badtoken editconflict
    """,
    # The item fails; so many alike stop the request.
    "item": """
        articleexists edit-already-exists missingtitle missingtitle-* pagedeleted invalidtitle* nosuchrevid cantcreate*
        abusefilter-* contenttoobig hookaborted was-deleted exists page-exists exists-normalized fileexists-* duplicate
        duplicate-archive duplicate* nochange no-change badfilename bad-prefix thumb* large-file emptyfile
        illegal-filename filename-* filetype-* file-too-large empty-file verification-error uploadscripted*
        modification-failed not-recognized-language no-such-entity* failed-save
    """,
    # The item fails, and that says nothing of the others.
    "own": """
        cantdelete bigdelete cantundelete spamblacklist titleblacklist-* protectedpage* protectedtitle*
        protectednamespace* cascadeprotected*
    """,
    # The request stops at once; what was to be done is still to be done.
    "stop": """
        permissiondenied permissiondenied-* copyupload* upload-copy-upload-* upload-too-many-redirects http-* tmp-*
        assertuserfailed assertnameduserfailed assertbotfailed notloggedin mwoauth-invalid-authorization*
    """,
    # It stops until somebody says `resume`.
    "pause": """
        blocked blocked-global globalblocking-blockedtext-* wikimedia-globalblocking-blockedtext-* autoblocked
        systemblocked
    """,
}
REACTIONS = {code: reaction for reaction, codes in EXPECTED.items() for code in codes.split()} | {
    "something-new": "stop"
}

OLD, BOT = "a" * 40, "Bot"
DATA = FileData(captions={"sv": Caption("Bild")})
ALIKE, TRIES, ROWS = 2, 2, 3
"""Few instead of five, for there are many errors: items alike, tries of an item, and rows of a request."""


def _here(row: int) -> str:
    """A file that the wiki has."""
    return f"File:Here {row}.jpg"


def _gone(row: int) -> str:
    """One that it has not."""
    return f"File:Gone {row}.jpg"


def _sha1(title: str) -> str:
    """Of the file's bytes."""
    return title[10:-4].zfill(40)


def _upload(row: int, data: FileData) -> Upload:
    url, sha1 = f"https://example.org/{row}.jpg", _sha1(_gone(row))
    return Upload(title=_gone(row), url=url, sha1=sha1, size=1, text="Text", categories=(), data=data)


_CHANGE = AddText(text="More", where="bottom")
_TAKEN_OUT = FileData(captions={"de": Caption("Alt")})

WRITES: Mapping[str, tuple[Callable[[int], Action], str]] = {
    "edit": (lambda row: planned_edit(_here(row), _CHANGE, "Text", work_out(_CHANGE, "Text")), "save"),
    "upload: its bytes": (lambda row: _upload(row, FileData()), "stash"),
    "upload: its name": (lambda row: _upload(row, FileData()), "publish"),
    "upload: its data": (lambda row: _upload(row, DATA), "set_entity"),
    "deletion": (lambda row: Delete(title=_here(row), revision=1, sha1=_sha1(_here(row)), reason="Wrong"), "delete"),
    "undeletion": (lambda row: Undelete(title=_gone(row), reason="Right"), "undelete"),
    "restoration": (
        lambda row: RestoreFile(title=_here(row), sha1=OLD, replaces=_sha1(_here(row))),
        "restore_file",
    ),
    "data": (lambda row: Describe(title=_here(row), data=DATA), "set_entity"),
    "data taken out": (lambda row: Undescribe(title=_here(row), data=_TAKEN_OUT), "set_entity"),
}
"""Every write of every kind of action, of a row, and the method of the port that asks for it."""


@dataclass
class _Refusing:
    """A wiki that answers what is read of it, and refuses one kind of write: what the wikis that run cannot be told to.

    Files that are here are the bot's, in their second version, with a text and a caption; others are not there.
    """

    refuses: str = ""
    errors: Mapping[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    published: set[str] = field(default_factory=set)
    number: int = 0
    name: str = "commons"
    account: str = BOT
    base: str = "Commons:Hub"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in {"save", "stash", "publish", "set_entity", "delete", "undelete", "restore_file"}:
            raise AttributeError(name)

        def write(*given: Any, **_more: object) -> object:
            self.asked.append(name)
            title = given[0].about.title.text if name == "set_entity" else given[name in {"stash", "publish"}]
            if name == self.refuses and title in self.errors:
                raise self.errors[title]
            if name == "publish":
                self.published.add(title)
            return "key" if name == "stash" else 2

        return write

    @property
    def whole_bytes(self) -> int:
        """No file is small where it is to be refused in pieces."""
        return 0 if self.refuses == "stash" else 5_000_000

    def _there(self, title: str) -> bool:
        return title.startswith("File:Here") or title in self.published

    def latest(self, titles: Collection[str]) -> Mapping[str, int]:
        return {title: 1 for title in titles if self._there(title)}

    def existing(self, titles: Collection[str]) -> frozenset[str]:
        return frozenset(self.latest(titles))

    def titles(self, written: Collection[str]) -> Mapping[str, Title]:
        return {title: Title(title, 6 if title.startswith("File:") else 4) for title in written}

    def siteinfo(self) -> SiteInfo:
        return SiteInfo("wiki", "en")

    def rights(self) -> frozenset[str]:
        return frozenset()

    def write_limits(self) -> Mapping[WriteKind, float]:
        return {}

    def page(self, title: str) -> Page | None:
        return self.texts([title]).get(title)

    def texts(self, titles: Collection[str]) -> Mapping[str, Page]:
        return {title: Page(1, BOT, "Text", about=_about(title)) for title in titles if self._there(title)}

    def revisions(self, _ids: Collection[int]) -> Mapping[int, Page]:
        return {}

    def own_since(self, _title: str, _revision: int) -> tuple[()]:
        return ()

    def whereabouts(self, _ids: Collection[int]) -> Mapping[int, str]:
        return {}

    def same_bytes(self, _sha1: str) -> DuplicateFiles:
        return DuplicateFiles((), ())

    def page_infos(self, titles: Collection[str]) -> Mapping[str, PageInfo]:
        there = filter(self._there, titles)
        return {title: PageInfo(1, BOT, _sha1(title), "Text", frozenset(), _about(title)) for title in there}

    def file_versions(self, title: str) -> tuple[FileVersion, ...]:
        comment = f"{BOT}: [[Commons:Hub/H{self.number}]]"
        return (FileVersion(BOT, _sha1(title), comment, ""), FileVersion(BOT, OLD, "", "old!1.jpg"))

    def entities(self, titles: Collection[str]) -> Mapping[str, Entity]:
        said = {"labels": {"de": {"language": "de", "value": "Alt"}}, "statements": []}
        return {title: Entity("M1", 1, said, _about(title)) for title in titles if self._there(title)}


def _about(title: str) -> About:
    return About(Title(title, 6), redirect=False, content_model="wikitext", protection={})


class _Web:
    """A partner's server that has every file."""

    def fetch(self, url: str, *_args: object) -> SimpleNamespace:
        row = url.rpartition("/")[2].removesuffix(".jpg")
        return SimpleNamespace(sha1=_sha1(_gone(int(row))), size=1)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """One for all: each request of its own."""
    made = Ledger(f"sqlite:///{tmp_path_factory.mktemp('ledger')}/ledger.sqlite")
    made.mark_read("commons", policy_page(cast("Any", _Refusing())), 1, policy(["example.org"], pilot=0))
    return made


@pytest.fixture(autouse=True)
def _few_and_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be waited for is never waited for in the slice."""
    for name, value in {"SAME_FAILURES": ALIKE, "TRIES": TRIES, "IN_PLACE_SECONDS": -1.0}.items():
        monkeypatch.setattr(run, name, value)


_revisions = count(1)


@dataclass(frozen=True)
class _Came:
    """What came of a request whose every write of one kind is refused with one error."""

    request: StoredRequest
    states: list[ItemState]
    writes: int
    waited: int

    @property
    def said(self) -> str:
        """Why it waits or stopped, in English."""
        return language("en").say(self.request.why) if self.request.why else ""


def carried_out(ledger: Ledger, folder: Path, write: str, *errors: Exception) -> _Came:
    """Carry out as many rows as there are errors, each refused with its own, in slices: the most that it may take."""
    planned, refuses = WRITES[write]
    wiki = _Refusing(refuses)
    hub = Hub(ledger, {"commons": cast("Any", wiki)}, cast("Any", _Web()), Spool(folder))
    asked = NewRequest(f"{next(_revisions)}", {"type": "edit"}, BOT, 1)
    request = ledger.get(ledger.file("commons", "Commons:Hub", asked))
    wiki.number = request.id
    ledger.add_items(request, [Record(row, {}) for row in range(2, len(errors) + 2)])
    ledger.set_items(request, [(item, planned(item.row)) for item in ledger.items(request)], "")
    request = ledger.move(ledger.move(request, Event.PLAN), Event.APPROVE)
    waited = 0
    wiki.errors = {planned(row).title: error for row, error in enumerate(errors, 2)}
    for _ in range(ALIKE * (TRIES + 1)):
        assert ledger.begin_slice(request.id, 0, "hand")
        request = run_slice(hub, request, "hand")
        if request.state is not State.RUNNING:
            break
        waited += request.not_before > time.time()
    return _Came(request, [item.state for item in ledger.items(request)], wiki.asked.count(refuses), waited)


def named(code: str) -> str:
    """A code that the entry is of."""
    return code.replace("*", "zz")


def test_every_code_of_the_table_has_its_reaction_here() -> None:
    """Who adds one says what is to come of it; and who adds an action, which errors its writes may meet."""
    assert REACTIONS.keys() - {"something-new"} == TABLE.keys()
    [union, *_] = get_args(Action)
    assert {type(planned(2)) for planned, _ in WRITES.values()} == {*get_args(union)}


def _alike() -> dict[str, str]:
    """By each code one whose entry in the table says the same, its source aside."""
    entries = {code: {**TABLE.get(code, {}), "source": ""} for code in REACTIONS}
    return {code: next(other for other, said in entries.items() if said == entries[code]) for code in entries}


@pytest.mark.long
@pytest.mark.parametrize(("code", "like"), _alike().items())
def test_what_comes_of_each_error(ledger: Ledger, tmp_path: Path, code: str, like: str) -> None:
    """Of the item, the request and what people are told; of those whose entries are alike one is met by every write."""
    for write in WRITES if code == like else ["edit"]:
        came = carried_out(ledger, tmp_path, write, *[WikiError(named(code), "192.0.2.7", 60.0)] * ROWS)
        _EXPECTATIONS[REACTIONS[code]](came, write, named(code))
        assert "192.0.2.7" not in came.said


def _failed(write: str) -> ItemState:
    """What has failed is there in part where the file is and its data is not."""
    return ItemState.PARTLY if write == "upload: its data" else ItemState.FAILED


def _left(write: str, begun: ItemState = ItemState.PARTLY) -> ItemState:
    """What the rows after one that is in the way are: files have their names before any of them has its data."""
    return begun if write == "upload: its data" else ItemState.PLANNED


def _waits(came: _Came, write: str, code: str) -> None:
    assert (came.request.state, came.waited) == (State.RUNNING, ALIKE * (TRIES + 1))
    assert code in came.said
    assert came.states[1:] == [_left(write, ItemState.SENDING)] * 2
    assert came.states[0] in {ItemState.PLANNED, ItemState.SENDING}


def _is_tried_again(came: _Came, write: str, code: str) -> None:
    times = 3 if (write, code) == ("edit", "editconflict") or ("data" in write and code == "editconflict") else 1
    assert came.writes == TRIES * ALIKE * times
    assert came.waited
    _stopped_after_some(came, write, code)


def _fails(came: _Came, write: str, code: str) -> None:
    assert came.writes == ALIKE
    _stopped_after_some(came, write, code)


def _stopped_after_some(came: _Came, write: str, _code: str) -> None:
    assert came.request.state is State.FAILED
    assert came.states == [*[_failed(write)] * ALIKE, _left(write)]
    assert came.said.startswith(f"{ALIKE} items failed one after the other in the same way")


def _fails_alone(came: _Came, write: str, _code: str) -> None:
    assert came.writes == ROWS
    assert came.states == [_failed(write)] * ROWS
    assert came.said == ""


def _stops(came: _Came, write: str, code: str, state: State = State.FAILED) -> None:
    assert (came.request.state, came.writes, came.waited) == (state, 1, 0)
    assert code in came.said
    assert came.states == [_left(write)] * 3


def _pauses(came: _Came, write: str, code: str) -> None:
    _stops(came, write, code, State.PAUSED)


_EXPECTATIONS: Mapping[str, Callable[[_Came, str, str], None]] = {
    "wait": _waits,
    "again": _is_tried_again,
    "item": _fails,
    "own": _fails_alone,
    "stop": _stops,
    "pause": _pauses,
}


@pytest.mark.parametrize("write", WRITES)
def test_an_answer_that_never_comes_is_no_different(ledger: Ledger, tmp_path: Path, write: str) -> None:
    """It is looked up, and done again a few times; so many items alike stop the request."""
    came = carried_out(ledger, tmp_path, write, *[Unanswered("nothing", 60.0)] * ROWS)
    _is_tried_again(came, write, "")


@pytest.mark.parametrize("write", WRITES)
def test_only_the_same_failures_in_a_row_are_one_fault(ledger: Ledger, tmp_path: Path, write: str) -> None:
    """Others in between, or one that is an item's own, keep the request going."""
    codes = ("abusefilter-disallowed", "filename-toolong", "abusefilter-disallowed", "spamblacklist", "spamblacklist")
    came = carried_out(ledger, tmp_path, write, *(WikiError(code, "") for code in codes))
    assert came.states == [_failed(write)] * len(codes)
    assert came.said == ""


def test_an_unknown_answer_is_kept_in_the_log_alone(
    ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """People read the code; whoever runs the bot what the wiki said."""
    came = carried_out(ledger, tmp_path, "edit", WikiError("something-new", "at 192.0.2.7"))
    assert "something-new" in came.said
    assert "something-new: at 192.0.2.7" in caplog.text


def _raise(error: Exception) -> NoReturn:
    raise error


def test_what_the_wiki_refuses_to_say_stops_the_request_with_its_code(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the code, of a write, would be that of an item alone."""
    monkeypatch.setattr(_Refusing, "texts", lambda *_: _raise(WikiError("protectedpage", "")))
    came = carried_out(ledger, tmp_path, "edit", WikiError("", ""))
    assert came.request.state is State.FAILED
    assert "protectedpage" in came.said
