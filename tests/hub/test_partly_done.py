"""What took effect in part is told as that: it is counted apart, gone on with, and taken back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from jobs.execution import run
from jobs.io.wiki import Entity

from .desk import Desk, published
from .test_undo import BOT, deleter, exists, take_back

__all__ = ["deleter"]


def refused(desk: Desk, patched: pytest.MonkeyPatch) -> None:
    """From now on have the wiki sent structured data that it does not take, whatever it is to be sent."""
    wiki = desk.hub.wikis["commons"]
    set_entity = wiki.set_entity

    def broken(read: Entity, _data: Mapping[str, Any], summary: str) -> int:
        return set_entity(read, {"labels": {"xx": {"language": "xx", "value": "x"}}}, summary)

    patched.setattr(wiki, "set_entity", broken)


def data_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch, *titles: str) -> list[str]:
    """Have files uploaded whose structured data the wiki refuses; returns their titles."""
    desk.file(manifest=published(desk, *titles), title="{title|lang:en}")
    desk.work()
    desk.approve()
    with monkeypatch.context() as patched:
        refused(desk, patched)
        desk.work()
    return [f"File:{title} - {number}.jpg" for number, title in enumerate(titles, 1)]


def test_a_file_without_its_data_is_done_in_part(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row says what is there and what is missing; the request is partly done, not failed; `retry` adds the data."""
    [file] = data_refused(desk, monkeypatch, "No data yet")
    assert exists(desk, file)
    assert desk.status() == "partly done"
    assert "done in part" in desk.rows()[2]
    assert "its structured data is not: the wiki refused it (not-recognized-language" in desk.rows()[2]
    assert "nothing of it could be done" not in desk.text()
    assert "Done in part: one file." in desk.text()
    assert "One more is there in part" in desk.text(desk.report())

    desk.partner.asked.clear()
    desk.review("retry")
    desk.work()
    assert desk.status() == "done"
    assert "done and verified" in desk.rows()[2]
    assert desk.partner.asked.count("/1.jpg") == 0
    assert len(desk.hub.wikis["commons"].file_versions(file)) == 1


def test_what_was_done_in_part_is_taken_back(deleter: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo leaves nothing behind, but what a person has edited since; the original says what became of each row."""
    desk = deleter
    files = data_refused(desk, monkeypatch, "Taken back", "Edited by a person")
    desk.person("Stranger").append(files[1], "\nA person's words.")
    take_back(desk)
    assert [exists(desk, file) for file in files] == [False, True]
    told = desk.rows()
    assert "Taken back in" in told[2]
    assert "Not taken back in" in told[3]
    assert "Somebody has changed this since" in told[3]


def test_a_request_that_stopped_half_way_through_a_file_knows_that_the_file_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody protects the page before its data is there: that stops the request, and the row is done in part."""
    wiki, set_entity = desk.hub.wikis["commons"], desk.hub.wikis["commons"].set_entity
    admin = desk.person("Admin")
    desk.file(manifest=published(desk, "Protected at once", "Never tried"), title="{title|lang:en}")
    desk.work()
    desk.approve()

    def protected_first(read: Entity, data: Mapping[str, Any], summary: str) -> int:
        admin.do("protect", title="File:Protected at once - 1.jpg", protections="edit=sysop")
        return set_entity(replace(read), data, summary)

    with monkeypatch.context() as patched:
        patched.setattr(wiki, "set_entity", protected_first)
        desk.work()
    told = desk.rows()
    assert "done in part" in told[2], told
    assert desk.status() in {"failed", "partly done"}
    admin.do("protect", title="File:Protected at once - 1.jpg", protections="edit=all")
    desk.review("retry")
    desk.work()
    assert desk.status() == "done"
    assert wiki.file_versions("File:Protected at once - 1.jpg")[0].user == BOT


def test_what_is_not_as_it_was_approved_is_told_when_there_was_time_enough(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody changes a page right after its upload: it is waited for, and then said what of the file is not there."""
    wiki, publish = desk.hub.wikis["commons"], desk.hub.wikis["commons"].publish
    monkeypatch.setattr(run, "VERIFY_SECONDS", 0.5)
    desk.file(manifest=published(desk, "Changed at once"), title="{title|lang:en}")
    desk.work()
    desk.approve()

    def changed_at_once(key: str, title: str, text: str, comment: str, **more: Any) -> None:
        publish(key, title, text, comment, **more)
        desk.person("Stranger").append(title, "\nA person's words.")

    with monkeypatch.context() as patched:
        patched.setattr(wiki, "publish", changed_at_once)
        desk.work()
    assert desk.status() == "partly done"
    assert "It was saved, but the page does not have the text that was approved" in desk.rows()[2]


def test_a_deletion_that_the_wiki_does_not_show_has_failed(deleter: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody brings the file back at once: it is not told as deleted, and the request that made it is not undone."""
    desk, wiki = deleter, deleter.hub.wikis["commons"]
    delete, admin = wiki.delete, desk.person("Admin")
    monkeypatch.setattr(run, "VERIFY_SECONDS", 0.5)
    desk.file(manifest=published(desk, "Brought back"), title="{title|lang:en}")
    desk.work()
    desk.approve()
    desk.work()

    def brought_back(title: str, reason: str) -> None:
        delete(title, reason)
        admin.do("undelete", title=title)

    with monkeypatch.context() as patched:
        patched.setattr(wiki, "delete", brought_back)
        take_back(desk)
    assert exists(desk, "File:Brought back - 1.jpg")
    assert "After it was done the wiki did not show it" in desk.rows(2)[2]
    assert desk.status() == "done"


def test_a_nomination_is_no_deletion(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that may not delete says that it nominated the file; the request it took back is not “taken back”."""
    [file] = data_refused(desk, monkeypatch, "Asked to be deleted")
    take_back(desk)
    assert desk.text(file).startswith("{{Delete|reason=Taken back: ")
    assert desk.status() == "partly done"
    assert "is nominated for deletion" in desk.rows(2)[2]
    assert "Nominated for deletion in [[" in desk.rows()[2]
    assert "One file is nominated for deletion and still there" in desk.text(desk.report())
    assert "One file is nominated for deletion and still there" in desk.text(desk.report(2))
    take_back(desk, number=2, undo=3)
    assert "ominated" not in desk.text(desk.report())
