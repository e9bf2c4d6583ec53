"""The bot's own state on the wiki, and the weekly digest: written when there is something to say, and once."""

import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.sandbox import BOT
from deploy.sandbox.hub import cph
from jobs.context.stop import stop_page
from jobs.io.errors import Unanswered
from jobs.reporting.status import digest_page, show_status, status_page

from .rig import Rig, published
from .test_processes import environment

Clock = Callable[[str], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the clock, by UTC; it goes on from there."""
    right = time.time

    def set_to(when: str) -> None:
        ahead = datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp() - right()
        monkeypatch.setattr(time, "time", lambda: right() + ahead)

    return set_to


def status(rig: Rig) -> str:
    """The title of the rig's status page."""
    return status_page(rig.hub.wikis[rig.wiki])


def digest(rig: Rig) -> str:
    """The title of the page with its weekly digest."""
    return digest_page(rig.hub.wikis[rig.wiki])


def revisions(rig: Rig, title: str) -> list[str]:
    """Who saved each of a page's revisions."""
    answer = rig.person("Stranger").api(action="query", prop="revisions", titles=title, rvprop="user", rvlimit="max")
    return [revision["user"] for revision in answer["query"]["pages"][0].get("revisions", [])]


def test_the_status_is_written_when_what_it_says_changes_and_once_an_hour(rig: Rig, at: Clock) -> None:
    """Every five minutes at most; an edit of somebody else's stays until there is something to say."""
    at("2026-11-27 20:00")
    rig.file(manifest=published(rig, "Of a status"))
    show_status(rig.hub)
    assert "No request is open." in rig.text(status(rig))
    rig.work()
    at("2026-11-27 20:04")
    show_status(rig.hub)
    assert "No request is open." in rig.text(status(rig))
    at("2026-11-27 20:06")
    show_status(rig.hub)
    assert f"* Planned: waiting for review: 1 ([[{rig.report()}|H1]])" in rig.text(status(rig))
    for later in ("20:12", "20:30", "20:59"):
        at(f"2026-11-27 {later}")
        show_status(rig.hub)
    assert len(revisions(rig, status(rig))) == 2
    rig.person("Stranger").edit(status(rig), "All is well.")
    at("2026-11-27 21:05")
    show_status(rig.hub)
    assert "2026-11-27 21:05 (UTC)" in rig.text(status(rig))
    assert revisions(rig, status(rig)) == [BOT, "Stranger", BOT, BOT]


def test_a_paused_request_is_told_with_who_paused_it(rig: Rig) -> None:
    """As on its report; what people have to do is theirs to see."""
    rig.set_policy(pilot=1)
    rig.file(manifest=published(rig, "Pause one", "Pause two"))
    rig.work()
    rig.approve()
    rig.review("pause", account="Partner")
    rig.work()
    show_status(rig.hub)
    text = rig.text(status(rig))
    assert "The bot is running. Nothing waits for it." in text
    assert f"** [[{rig.report()}|H1]]: Paused by Partner." in text


def test_while_people_stop_every_write_nothing_is_said(two_rigs: dict[str, Rig], at: Clock) -> None:
    """On that wiki; on the other it is told by whom. Afterwards it is said again."""
    here, there = two_rigs["commons"], two_rigs["meta"]
    stop = stop_page(here.hub.wikis["commons"])
    at("2026-11-27 20:00")
    here.person("Stranger").edit(stop, "Please stop.")
    show_status(here.hub)
    assert revisions(here, status(here)) == []
    assert f"On commons the bot is stopped: Stranger wrote on [[:commons:{stop}]]." in there.text(status(there))
    here.person("Stranger").edit(stop, "")
    at("2026-11-27 20:06")
    show_status(here.hub)
    assert revisions(here, status(here)) == [BOT]
    assert "the bot is stopped" not in there.text(status(there))


def test_a_request_that_waits_says_for_what(two_rigs: dict[str, Rig]) -> None:
    """Also where people stopped the bot on the other wiki, on which it is carried out; until it goes on."""
    here, there = two_rigs["commons"], two_rigs["meta"]
    stop = stop_page(here.hub.wikis["commons"])
    here.person("Stranger").edit(stop, "Please stop.")
    there.file(wiki="commons", manifest=published(there, "Stopped elsewhere"))
    there.work()
    show_status(there.hub)
    assert f"** [[{there.base}|H1]]: Paused: somebody wrote on [[:commons:{stop}]]." in there.text(status(there))
    here.person("Stranger").edit(stop, "")
    there.hub.ledger.update_request(there.hub.ledger.get(1), not_before=0.0)
    there.work()
    assert there.hub.ledger.get(1).why is None
    assert "Paused" not in there.text(there.report())


def test_who_was_kept_from_saving_does_not_say_what_was(rig: Rig, at: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watcher slept before it saved; the next one has written meanwhile how it is now, and that stays."""
    wiki = rig.hub.wikis["commons"]
    save = wiki.save

    def slept(*given: Any) -> int:
        monkeypatch.setattr(wiki, "save", save)
        rig.file(manifest=published(rig, "Of a watcher that slept"))
        rig.work()
        at("2026-11-27 20:12")
        show_status(rig.hub)
        return save(*given)

    at("2026-11-27 20:00")
    monkeypatch.setattr(wiki, "save", slept)
    show_status(rig.hub)
    assert "* Planned: waiting for review: 1" in rig.text(status(rig))


@pytest.mark.parametrize("saved", [True, False])
def test_an_edit_whose_answer_is_lost_is_made_once(
    rig: Rig, at: Clock, monkeypatch: pytest.MonkeyPatch, *, saved: bool
) -> None:
    """Whether it took effect or not; the watcher goes on meanwhile."""
    wiki = rig.hub.wikis["commons"]
    save = wiki.save

    def lost(*arguments: Any) -> int:
        if saved:
            save(*arguments)
        raise Unanswered("lost")

    at("2026-11-27 20:00")
    with monkeypatch.context() as patched:
        patched.setattr(wiki, "save", lost)
        show_status(rig.hub)
    assert len(revisions(rig, status(rig))) == saved
    at("2026-11-27 20:06")
    show_status(rig.hub)
    assert revisions(rig, status(rig)) == [BOT]


def test_a_wiki_that_does_not_let_the_page_be_written_keeps_nothing_waiting(rig: Rig) -> None:
    """As where it is protected."""
    rig.person("Admin").do("protect", title=status(rig), protections="create=sysop")
    show_status(rig.hub)
    assert revisions(rig, status(rig)) == []


def test_the_digest_of_a_week_is_written_once(rig: Rig, at: Clock) -> None:
    """What was done for whom, what failed and what waits: after the week, and whatever the clock does then."""
    at("2026-11-20 12:00")
    rig.file(manifest=published(rig, "Of a digest", "Of a digest too"))
    rig.work()
    rig.approve()
    rig.work()
    rig.file(manifest=published(rig, "Waits"), section="Another", partner="An [[archive]]")
    rig.work()
    assert (rig.status(), rig.status(2)) == ("done", "planned")
    for during in ("2026-11-20 12:01", "2026-11-22 23:59"):
        at(during)
        show_status(rig.hub)
        assert "Nordic Museum" not in (rig.text(digest(rig)) or "")
    at("2026-11-23 00:05")
    show_status(rig.hub)
    text = rig.text(digest(rig))
    assert "Week from 2026-11-16 to 2026-11-22 (UTC)" in text
    assert f"* Nordic Museum: one request, 2 files ([[{rig.report()}|H1]])\n" in text
    assert f"* [[{rig.report(2)}|H2]]: Planned: waiting for review\n" in text
    assert f"[[{digest(rig)}]]" in rig.text(status(rig))
    written = len(revisions(rig, digest(rig)))
    for again in ("2026-11-23 00:30", "2026-11-22 23:50", "2026-11-25 09:00", "2026-11-29 23:59"):
        at(again)
        show_status(rig.hub)
    assert len(revisions(rig, digest(rig))) == written
    weeks = {"2026-11-30 00:06": "2026-11-23", "2031-01-01 00:00": "2030-12-23", "2026-12-07 00:06": "2026-11-30"}
    for next_, week in weeks.items():
        at(next_)
        show_status(rig.hub)
        assert f"Week from {week}" in rig.text(digest(rig))


def test_a_hub_that_nobody_asked_for_anything_has_no_digest(rig: Rig) -> None:
    """An empty one would be noise."""
    show_status(rig.hub)
    assert revisions(rig, digest(rig)) == []
    assert digest(rig) not in rig.text(status(rig))


def test_processes_that_watch_show_it(rig: Rig) -> None:
    """`cph watch` and `cph run` do; `cph work` leaves it to them."""
    rig.save_pages({rig.base: "Requests"})
    for command, written in (("work", []), ("watch", [BOT])):
        subprocess.run(cph(command, "--once"), env=environment(rig), check=True, capture_output=True, timeout=120)
        assert revisions(rig, status(rig)) == written
