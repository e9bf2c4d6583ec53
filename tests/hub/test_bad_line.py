"""The bot at the end of a bad line, on a wiki that refuses: everything ends, and nothing is done twice."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import pytest
from pywikibot.comms import http

from bots.watcher import watch
from deploy.sandbox import BOT
from jobs import slice as slices
from jobs.execution import run as executor
from jobs.io.errors import Unanswered, WikiError
from jobs.io.wiki import Wiki
from jobs.model.requests import ItemState, Turn
from jobs.slice import advance

from .lossy import Fate, Line
from .rig import Rig, published

BAD = [fate for fate in Fate if fate not in {Fate.PASSED, Fate.DRIPPED}]
"""What drips arrives, if late."""


@pytest.mark.parametrize("fate", BAD)
def test_what_only_reads_is_asked_again_in_place(far_wiki: Wiki, line: Line, fate: Fate) -> None:
    """Whatever became of the question or its answer."""
    line.lose(fate, {"prop": "info"})
    assert far_wiki.latest(["Main Page"])
    assert [lost for asked, lost in line.asked if asked.get("prop") == "info"] == [fate, Fate.PASSED]


@pytest.mark.parametrize("fate", [Fate.TOO_MANY, Fate.LAGGED])
def test_a_refused_write_is_done_again_after_the_time_that_the_wiki_names(
    far_wiki: Wiki, line: Line, fate: Fate
) -> None:
    """Nothing took effect, so it may be sent again; a long time is for the caller to wait, who may be stopped."""
    line.lose(fate, {"action": "edit"})
    begun = time.monotonic()
    assert far_wiki.save(f"Refused {fate}", "Text", "Test", None)
    assert time.monotonic() - begun >= 1
    line.retry_after = 40
    line.lose(fate, {"action": "edit"})
    with pytest.raises(WikiError) as refused:
        far_wiki.save(f"Refused for long {fate}", "Text", "Test", None)
    assert (refused.value.code in {"ratelimited", "maxlag"}, refused.value.retry_after) == (True, 40)


def test_a_write_of_which_nothing_was_heard_is_not_sent_again(far_wiki: Wiki, line: Line) -> None:
    """It may have taken effect: whoever asked looks."""
    line.lose(Fate.ANSWER_LOST, {"action": "edit"})
    with pytest.raises(Unanswered):
        far_wiki.save("Unheard", "Text", "Test", None)
    assert len([asked for asked, _ in line.asked if asked["action"] == "edit"]) == 1


def test_a_session_that_is_lost_is_begun_anew(far_wiki: Wiki) -> None:
    """Once, for what reads and what writes: nothing is done, or believed, as a nobody."""
    http.session.cookies.clear()
    assert "upload" in far_wiki.rights()
    http.session.cookies.clear()
    assert far_wiki.save("Logged in again", "Text", "Test", None)
    page = far_wiki.page("Logged in again")
    assert page
    assert page.user == BOT


def test_a_login_goes_through_a_bad_line(far_wiki: Wiki, line: Line) -> None:
    """The faults of the line are none of the credentials."""
    http.session.cookies.clear()
    line.lose(Fate.REQUEST_LOST, {"type": "login"}, {"action": "login"})
    assert "upload" in far_wiki.rights()


def _approved(rig: Rig, *titles: str) -> Wiki:
    rig.file(manifest=published(rig, *titles))
    rig.work()
    rig.approve()
    return rig.hub.wikis["commons"]


def _refusing(wiki: Wiki, errors: Mapping[str, Exception], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have the wiki refuse to publish under these titles; the titles that it was asked for."""
    publish, asked = wiki.publish, list[str]()

    def refused(key: str, under: str, text: str, comment: str, **more: Any) -> None:
        asked.append(under)
        if under in errors:
            raise errors[under]
        publish(key, under, text, comment, **more)

    monkeypatch.setattr(wiki, "publish", refused)
    return asked


def test_an_item_is_tried_so_many_times_and_the_next_goes_on(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a wiki is always too busy for fails, with its reason, and keeps nobody waiting."""
    wiki = _approved(rig, "Never verified", "Never without a crash", "Never answered", "After all these")
    errors = {
        "File:Never verified - 1.jpg": WikiError("stashfailed", "This file did not pass file verification."),
        "File:Never without a crash - 2.jpg": WikiError("internal_api_error_LogicException", "at 192.0.2.7"),
        "File:Never answered - 3.jpg": Unanswered("upload on commons"),
    }
    asked = _refusing(wiki, errors, monkeypatch)
    monkeypatch.setattr(executor, "BUSY_SECONDS", 0.1)
    rig.work()
    assert rig.status() == "partly done"
    assert [asked.count(title) for title in errors] == [executor.TRIES] * 3
    told = rig.rows()
    for row, error in enumerate(errors.values(), 2):
        assert getattr(error, "code", "answer was lost") in told[row]
    assert "192.0.2.7" not in rig.text(rig.report())
    assert "done and verified" in told[5]


def test_a_request_that_ends_leaves_nothing_on_its_way(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that nobody foresaw stops it; what was being sent is looked up, and only the code is published."""
    wiki = _approved(rig, "Unforeseen", "Never begun")
    _refusing(wiki, {"File:Unforeseen - 1.jpg": WikiError("something-new", "192.0.2.7")}, monkeypatch)
    rig.work()
    assert rig.status() == "failed"
    counts = rig.hub.ledger.counts(rig.hub.ledger.get(1))
    assert (counts[ItemState.SENDING], counts[ItemState.PLANNED]) == (0, 2)
    assert "something-new" in rig.text(rig.report())
    assert "192.0.2.7" not in rig.text(rig.report()) + rig.text(rig.talk())


def test_of_two_processes_one_works_on_a_request(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """The other says so and leaves it alone; when the first one is gone, it is taken up after a while."""
    caplog.set_level(logging.INFO)
    rig.file(manifest=published(rig, "Held"))
    watch(rig.hub, rig.queue)
    assert rig.hub.ledger.begin_slice(1, 0, "another:1")
    advance(rig.hub, 1)
    assert rig.hub.ledger.get(1).state == "received"
    assert "another process is at it" in caplog.text
    assert not rig.hub.ledger.waiting()
    rig.hub.ledger.hold("another:1", -1)
    rig.queue.work_here()  # what was queued at first
    rig.work()
    assert rig.status() == "planned"


def test_a_process_at_work_keeps_its_request(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a slice takes."""
    rig.file(manifest=published(rig, "Kept"))
    watch(rig.hub, rig.queue)
    monkeypatch.setattr(slices, "LEASE_SECONDS", 0.3)
    seen: list[list[Turn]] = []

    def slowly(hub: Any, filed: Any) -> Any:
        for _ in range(4):
            time.sleep(0.2)
            seen.append(hub.ledger.waiting())
        return filed

    monkeypatch.setattr(slices, "plan_slice", slowly)
    advance(rig.hub, 1)
    assert seen == [[]] * 4
    assert rig.hub.ledger.waiting()
