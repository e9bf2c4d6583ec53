"""What took effect in part is told as that: it is counted apart, gone on with, and taken back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from jobs.execution import run
from jobs.io.wiki import Entity

from .rig import Rig, published
from .test_undo import BOT, deleter, exists, take_back

__all__ = ["deleter"]


def refused(rig: Rig, patched: pytest.MonkeyPatch) -> None:
    """From now on have the wiki sent structured data that it does not take, whatever it is to be sent."""
    wiki = rig.hub.wikis["commons"]
    set_entity = wiki.set_entity

    def broken(read: Entity, _data: Mapping[str, Any], summary: str) -> int:
        return set_entity(read, {"labels": {"xx": {"language": "xx", "value": "x"}}}, summary)

    patched.setattr(wiki, "set_entity", broken)


def data_refused(rig: Rig, monkeypatch: pytest.MonkeyPatch, *titles: str) -> list[str]:
    """Have files uploaded whose structured data the wiki refuses; returns their titles."""
    rig.file(manifest=published(rig, *titles), title="{title|lang:en}")
    rig.work()
    rig.approve()
    with monkeypatch.context() as patched:
        refused(rig, patched)
        rig.work()
    return [f"File:{title} - {number}.jpg" for number, title in enumerate(titles, 1)]


def test_a_file_without_its_data_is_done_in_part(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row says what is there and what is missing; the request is partly done, not failed; `retry` adds the data."""
    [file] = data_refused(rig, monkeypatch, "No data yet")
    assert exists(rig, file)
    assert rig.status() == "partly done"
    assert "done in part" in rig.rows()[2]
    assert "its structured data is not: the wiki refused it (not-recognized-language" in rig.rows()[2]
    assert "nothing of it could be done" not in rig.text()
    assert "Done in part: one file." in rig.text()
    assert "One more is there in part" in rig.text(rig.report())

    rig.partner.asked.clear()
    rig.review("retry")
    rig.work()
    assert rig.status() == "done"
    assert "done and verified" in rig.rows()[2]
    assert rig.partner.asked.count("/1.jpg") == 0
    assert len(rig.hub.wikis["commons"].file_versions(file)) == 1


def test_what_was_done_in_part_is_taken_back(deleter: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo leaves nothing behind, but what a person has edited since; the original says what became of each row."""
    rig = deleter
    files = data_refused(rig, monkeypatch, "Taken back", "Edited by a person")
    rig.person("Stranger").append(files[1], "\nA person's words.")
    take_back(rig)
    assert [exists(rig, file) for file in files] == [False, True]
    told = rig.rows()
    assert "Taken back in" in told[2]
    assert "Not taken back in" in told[3]
    assert "Somebody has changed this since" in told[3]


def test_a_request_that_stopped_half_way_through_a_file_knows_that_the_file_is_there(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody protects the page before its data is there: that stops the request, and the row is done in part."""
    wiki, set_entity = rig.hub.wikis["commons"], rig.hub.wikis["commons"].set_entity
    admin = rig.person("Admin")
    rig.file(manifest=published(rig, "Protected at once", "Never tried"), title="{title|lang:en}")
    rig.work()
    rig.approve()

    def protected_first(read: Entity, data: Mapping[str, Any], summary: str) -> int:
        admin.do("protect", title="File:Protected at once - 1.jpg", protections="edit=sysop")
        return set_entity(replace(read), data, summary)

    with monkeypatch.context() as patched:
        patched.setattr(wiki, "set_entity", protected_first)
        rig.work()
    told = rig.rows()
    assert "done in part" in told[2], told
    assert rig.status() in {"failed", "partly done"}
    admin.do("protect", title="File:Protected at once - 1.jpg", protections="edit=all")
    rig.review("retry")
    rig.work()
    assert rig.status() == "done"
    assert wiki.file_versions("File:Protected at once - 1.jpg")[0].user == BOT


def test_what_is_not_as_it_was_approved_is_told_when_there_was_time_enough(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody changes a page right after its upload: it is waited for, and then said what of the file is not there."""
    wiki, publish = rig.hub.wikis["commons"], rig.hub.wikis["commons"].publish
    monkeypatch.setattr(run, "VERIFY_SECONDS", 0.5)
    rig.file(manifest=published(rig, "Changed at once"), title="{title|lang:en}")
    rig.work()
    rig.approve()

    def changed_at_once(key: str, title: str, text: str, comment: str, **more: Any) -> None:
        publish(key, title, text, comment, **more)
        rig.person("Stranger").append(title, "\nA person's words.")

    with monkeypatch.context() as patched:
        patched.setattr(wiki, "publish", changed_at_once)
        rig.work()
    assert rig.status() == "partly done"
    assert "It was saved, but the page does not have the text that was approved" in rig.rows()[2]


def test_a_deletion_that_the_wiki_does_not_show_has_failed(deleter: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody brings the file back at once: it is not told as deleted, and the request that made it is not undone."""
    rig, wiki = deleter, deleter.hub.wikis["commons"]
    delete, admin = wiki.delete, rig.person("Admin")
    monkeypatch.setattr(run, "VERIFY_SECONDS", 0.5)
    rig.file(manifest=published(rig, "Brought back"), title="{title|lang:en}")
    rig.work()
    rig.approve()
    rig.work()

    def brought_back(title: str, reason: str) -> None:
        delete(title, reason)
        admin.do("undelete", title=title)

    with monkeypatch.context() as patched:
        patched.setattr(wiki, "delete", brought_back)
        take_back(rig)
    assert exists(rig, "File:Brought back - 1.jpg")
    assert "After it was done the wiki did not show it" in rig.rows(2)[2]
    assert rig.status() == "done"


def test_a_nomination_is_no_deletion(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that may not delete says that it nominated the file; the request it took back is not “taken back”."""
    [file] = data_refused(rig, monkeypatch, "Asked to be deleted")
    take_back(rig)
    assert rig.text(file).startswith("{{Delete|reason=Taken back: ")
    assert rig.status() == "partly done"
    assert "is nominated for deletion" in rig.rows(2)[2]
    assert "Nominated for deletion in [[" in rig.rows()[2]
    assert "One file is nominated for deletion and still there" in rig.text(rig.report())
    assert "One file is nominated for deletion and still there" in rig.text(rig.report(2))
    take_back(rig, number=2, undo=3)
    assert "ominated" not in rig.text(rig.report())
