"""What ends in a crash each time comes to an end all the same, and the report says what is known of it."""

from typing import Any, NoReturn

import pytest

from bots.watcher import watch
from jobs import slice as slices
from jobs.actions.edit import EditHandler
from jobs.actions.upload import UploadHandler
from jobs.io.errors import Unanswered
from jobs.model.requests import ItemState, StoredRequest
from jobs.model.states import ENDED
from jobs.slice import advance

from .rig import Rig, published
from .test_conversation import ask
from .test_undo import exists


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two crashes in a row are many."""
    monkeypatch.setattr(slices, "MAX_ATTEMPTS", 2)


def crash(*_args: Any, **_more: Any) -> NoReturn:
    """What nobody foresaw."""
    raise ZeroDivisionError


def crash_until_ended(rig: Rig, number: int = 1) -> None:
    """Have the request taken up again after each crash, without the pauses, until it has ended and was said to."""
    for _ in range(10):
        filed = rig.hub.ledger.get(number)
        if filed.state in ENDED and filed.is_published:
            return
        rig.hub.ledger.update_request(filed, not_before=0.0)
        try:
            advance(rig.hub, number)
        except ZeroDivisionError:
            continue
    raise AssertionError("it has no end")


def approved_upload(rig: Rig, title: str) -> str:
    """A request of two files that is approved; returns the title of the first."""
    rig.file(manifest=published(rig, title, f"{title} and the next"))
    rig.work()
    rig.approve()
    return f"File:{title} - 1.jpg"


def nothing_on_its_way(rig: Rig, number: int = 1) -> bool:
    """Whether no row of the request is shown as being done."""
    counts = rig.hub.ledger.counts(rig.hub.ledger.get(number))
    return not counts[ItemState.SENDING] and not counts[ItemState.SENT]


def test_a_request_that_is_changed_while_it_is_told_to_wait_begins_anew(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No job ends in an error for that, and what it asks now does not wait for what went wrong before."""
    rig.file(manifest=published(rig, "Changed meanwhile"))
    rig.work()
    update = rig.hub.ledger.update_request

    def changed_first(asked: StoredRequest, **values: Any) -> StoredRequest:
        monkeypatch.setattr(rig.hub.ledger, "update_request", update)
        text = rig.text()
        rig.person("Partner").edit(rig.base, text.replace("| partner = ", "| partner = The "))
        watch(rig.hub, rig.queue)
        return update(asked, **values)

    def unanswered(*_: Any) -> NoReturn:
        raise Unanswered("the wiki")

    with monkeypatch.context() as patched:
        patched.setattr(slices, "judge_reviews", unanswered)
        patched.setattr(rig.hub.ledger, "update_request", changed_first)
        advance(rig.hub, 1)
    assert rig.hub.ledger.get(1).not_before == 0.0
    rig.work()
    assert rig.status() == "planned"
    assert rig.hub.ledger.get(1).parameters["partner"].startswith("The ")


def test_what_a_crash_kept_from_being_done_is_not_shown_as_being_done(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request fails after so many crashes, and the row that was begun is known not to have been done."""
    file = approved_upload(rig, "Never sent")
    with monkeypatch.context() as patched:
        patched.setattr(rig.hub.wikis["commons"], "publish", crash)
        crash_until_ended(rig)
    assert rig.status() == "failed"
    assert nothing_on_its_way(rig)
    assert not exists(rig, file)
    assert "not tried" in rig.rows()[2]
    rig.review("retry")
    rig.work()
    assert rig.status() == "done"


def test_what_took_effect_before_each_crash_is_told_as_done(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is there; what is to be read back crashes each time, until the request has ended."""
    file = approved_upload(rig, "Sent and not read")
    with monkeypatch.context() as patched:
        patched.setattr(UploadHandler, "verify", crash)
        crash_until_ended(rig)
    assert exists(rig, file)
    assert rig.status() == "failed"
    assert nothing_on_its_way(rig)
    assert "It is not known whether this took effect" in rig.rows()[2]
    rig.review("retry")
    rig.work()
    assert rig.status() == "done"
    assert len(rig.hub.wikis["commons"].file_versions(file)) == 1


def test_a_way_back_that_crashes_leaves_no_request_that_is_being_undone(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request that was to be taken back is what it was, and can be taken back again."""
    ask(rig, 1)
    rig.approve()
    rig.work()
    rig.review("undo")
    rig.work()
    rig.approve(number=2)
    with monkeypatch.context() as patched:
        patched.setattr(EditHandler, "do", crash)
        crash_until_ended(rig, 2)
    assert rig.hub.ledger.get(1).state == "done"
    rig.review("retry", number=2)
    rig.work()
    assert rig.hub.ledger.get(1).state == "undone"
