"""The way back: whatever a request did is taken back by a request of its own, never over what people did since."""

import re
from collections.abc import Iterator, Mapping

import pytest

from bots.cli.undo import NotUndone, undo
from bots.mediawiki.site import MediaWiki
from jobs.io.errors import WikiError

from .rig import Rig, picture, published

BOT = "ContentPartnershipsBot"
NOTHING = {"partner": "", "manifest": "", "filename": "", "template": "", "license": "", "categories": ""}


@pytest.fixture
def deleter(rig: Rig) -> Iterator[Rig]:
    """A rig whose bot may delete and restore pages, as an administrator does."""
    admin = rig.person("Admin")
    admin.set_groups(BOT, add="sysop")
    yield rig
    admin.set_groups(BOT, remove="sysop")


def upload(rig: Rig, *titles: str, **more: str) -> list[str]:
    """Have the bot upload pictures under these titles; returns the titles of the files."""
    rig.file(manifest=published(rig, *titles), **more)
    rig.work()
    number = len(re.findall(r"\| id\s*= H", rig.text()))
    rig.approve(number=number)
    rig.work()
    assert rig.status(number) == "done"
    return [f"File:{title} - {n}.jpg" for n, title in enumerate(titles, 1)]


def take_back(rig: Rig, number: int = 1, answer: str = "undo", undo: int = 2) -> None:
    """Ask for the way back of a request, look at its preview, approve it."""
    rig.review(answer, number=number)
    rig.work()
    rig.approve(number=undo)
    rig.work()


def exists(rig: Rig, title: str) -> bool:
    """Whether the wiki has the page."""
    return rig.person("Stranger").text(title) is not None


def test_uploads_are_deleted_and_brought_back(deleter: Rig) -> None:
    """Where the bot may delete, it does; what a person edited since is listed. Taking that back restores the files."""
    rig = deleter
    files = upload(rig, "Deleted", "Deleted and edited")
    rig.person("Stranger").append(files[1], "\nA person's words.")
    take_back(rig, answer="undo|reason=Wrong pictures")
    assert [exists(rig, title) for title in files] == [False, True]
    assert "Somebody has changed this since" in rig.rows(2)[3]
    assert "A person's words." in rig.text(files[1])
    log = rig.person("Stranger").api(
        action="query", list="logevents", letype="delete", letitle=files[0], leprop="comment"
    )
    assert "Wrong pictures" in log["query"]["logevents"][0]["comment"]
    assert re.search(r"Hub status\|undone", rig.text(rig.report()))
    assert rig.report(2) in rig.text(rig.report())

    take_back(rig, number=2, undo=3)
    assert exists(rig, files[0])
    assert re.search(r"Hub status\|undone", rig.text(rig.report(2)))
    assert re.search(r"Hub status\|done", rig.text(rig.report()))


def test_another_file_of_the_name_is_not_the_one_that_was_deleted(deleter: Rig) -> None:
    """Somebody gave the name to a file of their own before the deletion was taken back: that one stays, and is told."""
    rig = deleter
    files = upload(rig, "Brought back over", "Brought back beside")
    take_back(rig)
    rig.review("undo", number=2)
    rig.work()
    rig.person("Admin").upload(files[0], picture(77_004), "Another file", over=True)
    theirs = _sha1(rig, files[0])
    rig.approve(number=3)
    rig.work()
    assert _sha1(rig, files[0]) == theirs
    assert exists(rig, files[1])
    assert "Somebody has changed this since" in rig.rows(3)[2]
    assert rig.hub.ledger.get(3).state == "partly done"


def test_a_bot_that_may_not_delete_asks_for_it(rig: Rig) -> None:
    """Without the right the file is nominated, with the reason; nothing is lost, and that can be taken back too."""
    [file] = upload(rig, "Nominated")
    before = rig.text(file)
    take_back(rig, answer="undo|reason=Wrong | picture")
    assert rig.text(file).startswith("{{Delete|reason=Wrong &#124; picture}}")
    take_back(rig, number=2, undo=3)
    assert rig.text(file) == before


def test_a_new_version_is_uploaded_only_over_the_bots_own_and_the_old_one_comes_back(rig: Rig) -> None:
    """`update = yes` replaces what the bot uploaded for this partner, and nothing else; undo restores the old bytes."""
    files = upload(rig, "Updated", "Others")
    old = _sha1(rig, files[0])
    rig.person("Admin").upload(files[1], picture(77_001), "Somebody's own version", over=True)
    rig.partner.publish("/1.jpg", picture(77_002))
    rig.partner.publish("/2.jpg", picture(77_003))
    asked = {"manifest": f"{rig.partner.address}/list.csv"}
    rig.file(**asked)
    rig.file(**asked | {"update": "yes", "partner": "Another museum"})
    rig.file(**asked | {"update": "yes"})
    rig.work()
    assert [rig.status(number) for number in (2, 3, 4)] == ["invalid", "invalid", "planned"]
    assert "does not overwrite" not in rig.text()
    assert "not this bot's last upload for this partner" in rig.rows(4)[3]
    rig.approve(number=4)
    rig.work()
    assert rig.status(4) == "partly done", rig.text(rig.talk(4))
    new = _sha1(rig, files[0])
    assert new != old
    take_back(rig, number=4, undo=5)
    assert _sha1(rig, files[0]) == old
    take_back(rig, number=5, undo=6)
    assert _sha1(rig, files[0]) == new


def _sha1(rig: Rig, title: str) -> str:
    answer = rig.person("Stranger").api(action="query", prop="imageinfo", iiprop="sha1", titles=title)
    return str(answer["query"]["pages"][0]["imageinfo"][0]["sha1"])


def test_a_version_that_the_wiki_could_not_put_back_is_none_that_it_did(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer is no error, but says so (API:Filerevert)."""
    answer = {"filerevert": {"result": "Failure", "errors": [{"code": "backend-fail-internal", "type": "error"}]}}
    wiki = rig.hub.wikis["commons"]
    assert isinstance(wiki, MediaWiki)
    monkeypatch.setattr(wiki._session, "write", lambda *_, **__: answer)
    with pytest.raises(WikiError, match="backend-fail-internal"):
        wiki.restore_file("File:Any.jpg", "20200101000000!Any.jpg", "")


def of_tin(rig: Rig, texts: Mapping[str, str]) -> None:
    """Make these pages, and have the first request write of tin where they say glass."""
    rig.save_pages(texts)
    replace = {"type": "edit", "change": "replace", "find": "glass", "replace": "tin"}
    rig.file(**NOTHING | replace | {"pages": ";".join(texts)})
    rig.work()
    rig.approve()
    rig.work()


def test_only_the_named_items_are_taken_back(rig: Rig) -> None:
    """`undo|items=2` leaves the others as they are, and the request in the state it had."""
    titles = [f"Named item {n}" for n in range(3)]
    of_tin(rig, dict.fromkeys(titles, "Some glass."))
    take_back(rig, answer="undo|items=2")
    assert rig.texts(titles) == dict(zip(titles, ("Some tin.", "Some glass.", "Some tin."), strict=True))
    assert re.search(r"Hub status\|done", rig.text(rig.report()))
    take_back(rig, undo=3)
    assert set(rig.texts(titles).values()) == {"Some glass."}
    assert "H2 takes this back already, or has done so." in rig.rows(3)[2]


def test_who_asked_is_told_of_rows_that_were_taken_back(rig: Rig) -> None:
    """The partner reads on their talk page that rows were taken back, and the report says which; not twice the same."""
    upload(rig, "Told of A", "Told of B", "Told of C")
    before = rig.text("User talk:Partner")
    take_back(rig, answer="undo|items=3")
    told = rig.text("User talk:Partner").removeprefix(before)
    assert f"Of your request H1, one row was taken back, or nominated for deletion, by [[{rig.report(2)}|H2]]" in told
    assert f"Rows 3 only: taken back, or to be taken back, by [[{rig.report(2)}]]" in rig.text(rig.report())
    rig.review("undo|items=3")
    rig.work()
    assert f"nominated for deletion, already: see [[{rig.report(2)}|H2]]" in rig.text(rig.talk())
    rig.review("undo|items=2-3")
    rig.work()
    assert list(rig.rows(3)) == [2]
    assert rig.text("User talk:Partner").removeprefix(before).count("H1 in part") == 1


def test_an_edit_elsewhere_on_the_page_stays_when_the_bots_is_taken_back(rig: Rig) -> None:
    """Only the bot's own change goes; the person's, in another part of the page, stays."""
    text = "One line about glass.\n\nAnother line.\n\nA third line."
    of_tin(rig, {"Both edited": text})
    rig.person("Stranger").edit("Both edited", text.replace("glass", "tin").replace("third", "person's"))
    take_back(rig)
    assert rig.text("Both edited") == text.replace("third", "person's")


def test_a_stranger_can_take_nothing_back(rig: Rig) -> None:
    """Undo is for reviewers, whether asked for on the talk page or by a request."""
    [file] = upload(rig, "Stays")
    rig.review("undo", "Stranger")
    rig.file("Stranger", **NOTHING | {"type": "undo", "request": "H1"})
    rig.work()
    assert "“undo” is for reviewers here" in rig.text(rig.talk())
    assert rig.status(2) == "invalid"
    assert "Delete" not in rig.text(file)


def test_what_is_being_taken_back_is_not_taken_back_again(rig: Rig) -> None:
    """A second `undo` is answered with the first one's preview; what that leaves out has one of its own."""
    upload(rig, "Twice A", "Twice B", "Twice C")
    rig.review("undo|items=2")
    rig.work()
    rig.review("undo|items=2")
    rig.work()
    assert f"being taken back already: see [[{rig.report(2)}|H2]]" in rig.text(rig.talk())
    rig.review("undo")
    rig.work()
    assert "how to take back the rest (rows 3-4)" in rig.text(rig.talk())
    assert list(rig.rows(3)) == [3, 4]
    rig.review("undo")
    rig.review("undo|reason=Again")
    rig.work()
    assert rig.text(rig.talk()).count("being taken back already") == 3
    with pytest.raises(NotUndone, match="being taken back in H3"):
        undo(rig.hub, "H1", "", "", now=False)
    rig.review("cancel", number=3)
    rig.work()
    rig.review("undo|items=3")
    rig.work()
    assert list(rig.rows(4)) == [3]


def test_of_two_undo_requests_at_once_one_has_a_row(rig: Rig) -> None:
    """Filed on the request page, they are planned as if one had waited for the other; what ended leaves its rows."""
    titles = [f"Asked twice {n}" for n in range(3)]
    of_tin(rig, dict.fromkeys(titles, "Some glass."))
    for items in ("2-3", "", "3"):
        rig.file("Reviewer", **NOTHING | {"type": "undo", "request": "H1", "items": items})
    rig.review("undo|items=3-4")
    rig.work()
    assert [rig.hub.ledger.get(number).state for number in (2, 3, 4)] == ["planned", "planned", "invalid"]
    left = "H2 takes this back already, or has done so."
    assert [row for row, line in rig.rows(3).items() if left in line] == [2, 3]
    assert left in rig.rows(4)[3]
    assert "being taken back already" in rig.text(rig.talk())
    rig.review("cancel", number=2)
    rig.review("check again", number=3)
    rig.work()
    rig.approve(number=3)
    rig.work()
    assert set(rig.texts(titles).values()) == {"Some glass."}
    assert [rig.hub.ledger.get(number).state for number in (1, 3)] == ["undone", "done"]
    assert left not in rig.text(rig.report(3))


def test_rows_in_which_nothing_was_done_are_told_at_once(rig: Rig) -> None:
    """No request is filed for them, by an answer or from a terminal; beside others they are named, and left out."""
    titles = [f"Idle {n}" for n in range(3)]
    of_tin(rig, dict(zip(titles, ("Some glass.", "No word of it.", "More glass."), strict=True)))
    for items in ("2", "70-71", "all"):
        rig.review(f"undo|items={items}")
        rig.work()
        assert f"in these rows nothing was done that could be taken back: {items}." in rig.text(rig.talk())
        why = "no row numbers" if items == "all" else f"did nothing that could be taken back in these rows: {items}"
        with pytest.raises(NotUndone, match=why):
            undo(rig.hub, "H1", items, "", now=False)
    rig.review("undo|items=1-2, 5")
    rig.work()
    assert "In these rows nothing was done: 2, 5." in rig.text(rig.talk())
    assert list(rig.rows(2)) == [1]
    assert "Nothing was done in these rows: 2." in undo(rig.hub, "H1", "2-3", "", now=False)
    rig.file("Reviewer", **NOTHING | {"type": "undo", "request": "H1", "items": "2"})
    rig.work()
    assert list(rig.rows(3)) == [3]
    assert "Of H1 (2) nothing was done that could be taken back." in rig.text()
