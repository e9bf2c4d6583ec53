"""The way back: whatever a request did is taken back by a request of its own, never over what people did since."""

import re
from collections.abc import Iterator

import pytest

from bots.cli.undo import NotUndone, undo

from .desk import Desk, picture, published

BOT = "ContentPartnershipsBot"
NOTHING = {"partner": "", "manifest": "", "filename": "", "template": "", "license": "", "categories": ""}


@pytest.fixture
def deleter(desk: Desk) -> Iterator[Desk]:
    """A desk whose bot may delete and restore pages, as an administrator does."""
    admin = desk.person("Admin")
    admin.set_groups(BOT, add="sysop")
    yield desk
    admin.set_groups(BOT, remove="sysop")


def upload(desk: Desk, *titles: str, **more: str) -> list[str]:
    """Have the bot upload pictures under these titles; returns the titles of the files."""
    desk.file(manifest=published(desk, *titles), **more)
    desk.work()
    number = len(re.findall(r"\| id\s*= H", desk.text()))
    desk.approve(number=number)
    desk.work()
    assert desk.status(number) == "done"
    return [f"File:{title} - {n}.jpg" for n, title in enumerate(titles, 1)]


def take_back(desk: Desk, number: int = 1, answer: str = "undo", undo: int = 2) -> None:
    """Ask for the way back of a request, look at its preview, approve it."""
    desk.review(answer, number=number)
    desk.work()
    desk.approve(number=undo)
    desk.work()


def exists(desk: Desk, title: str) -> bool:
    """Whether the wiki has the page."""
    return desk.person("Stranger").text(title) is not None


def test_uploads_are_deleted_and_brought_back(deleter: Desk) -> None:
    """Where the bot may delete, it does; what a person edited since is listed. Taking that back restores the files."""
    desk = deleter
    files = upload(desk, "Deleted", "Deleted and edited")
    desk.person("Stranger").append(files[1], "\nA person's words.")
    take_back(desk, answer="undo|reason=Wrong pictures")
    assert [exists(desk, title) for title in files] == [False, True]
    assert "Somebody has changed this since" in desk.rows(2)[3]
    assert "A person's words." in desk.text(files[1])
    log = desk.person("Stranger").api(
        action="query", list="logevents", letype="delete", letitle=files[0], leprop="comment"
    )
    assert "Wrong pictures" in log["query"]["logevents"][0]["comment"]
    assert re.search(r"Hub status\|undone", desk.text(desk.report()))
    assert desk.report(2) in desk.text(desk.report())

    take_back(desk, number=2, undo=3)
    assert exists(desk, files[0])
    assert re.search(r"Hub status\|undone", desk.text(desk.report(2)))
    assert re.search(r"Hub status\|done", desk.text(desk.report()))


def test_a_bot_that_may_not_delete_asks_for_it(desk: Desk) -> None:
    """Without the right the file is nominated, with the reason; nothing is lost, and that can be taken back too."""
    [file] = upload(desk, "Nominated")
    before = desk.text(file)
    take_back(desk, answer="undo|reason=Wrong | picture")
    assert desk.text(file).startswith("{{Delete|reason=Wrong &#124; picture}}")
    take_back(desk, number=2, undo=3)
    assert desk.text(file) == before


def test_a_new_version_is_uploaded_only_over_the_bots_own_and_the_old_one_comes_back(desk: Desk) -> None:
    """`update = yes` replaces what the bot uploaded for this partner, and nothing else; undo restores the old bytes."""
    files = upload(desk, "Updated", "Others")
    old = _sha1(desk, files[0])
    desk.person("Admin").upload(files[1], picture(77_001), "Somebody's own version", over=True)
    desk.partner.publish("/1.jpg", picture(77_002))
    desk.partner.publish("/2.jpg", picture(77_003))
    asked = {"manifest": f"{desk.partner.address}/list.csv"}
    desk.file(**asked)
    desk.file(**asked | {"update": "yes", "partner": "Another museum"})
    desk.file(**asked | {"update": "yes"})
    desk.work()
    assert [desk.status(number) for number in (2, 3, 4)] == ["invalid", "invalid", "planned"]
    assert "does not overwrite" not in desk.text()
    assert "not this bot's last upload for this partner" in desk.rows(4)[3]
    desk.approve(number=4)
    desk.work()
    assert desk.status(4) == "partly done", desk.text(desk.talk(4))
    new = _sha1(desk, files[0])
    assert new != old
    take_back(desk, number=4, undo=5)
    assert _sha1(desk, files[0]) == old
    take_back(desk, number=5, undo=6)
    assert _sha1(desk, files[0]) == new


def _sha1(desk: Desk, title: str) -> str:
    answer = desk.person("Stranger").api(action="query", prop="imageinfo", iiprop="sha1", titles=title)
    return str(answer["query"]["pages"][0]["imageinfo"][0]["sha1"])


def test_only_the_named_items_are_taken_back(desk: Desk) -> None:
    """`undo|items=2` leaves the others as they are, and the request in the state it had."""
    titles = [f"Named item {n}" for n in range(3)]
    desk.save_pages(dict.fromkeys(titles, "Some glass."))
    desk.file(
        **NOTHING | {"type": "edit", "pages": ";".join(titles), "change": "replace", "find": "glass", "replace": "tin"}
    )
    desk.work()
    desk.approve()
    desk.work()
    take_back(desk, answer="undo|items=2")
    assert desk.texts(titles) == dict(zip(titles, ("Some tin.", "Some glass.", "Some tin."), strict=True))
    assert re.search(r"Hub status\|done", desk.text(desk.report()))
    take_back(desk, undo=3)
    assert set(desk.texts(titles).values()) == {"Some glass."}
    assert "This was taken back already." in desk.rows(3)[2]


def test_an_edit_elsewhere_on_the_page_stays_when_the_bots_is_taken_back(desk: Desk) -> None:
    """Only the bot's own change goes; the person's, in another part of the page, stays."""
    text = "One line about glass.\n\nAnother line.\n\nA third line."
    desk.save_pages({"Both edited": text})
    desk.file(
        **NOTHING | {"type": "edit", "pages": "Both edited", "change": "replace", "find": "glass", "replace": "tin"}
    )
    desk.work()
    desk.approve()
    desk.work()
    desk.person("Stranger").edit("Both edited", text.replace("glass", "tin").replace("third", "person's"))
    take_back(desk)
    assert desk.text("Both edited") == text.replace("third", "person's")


def test_a_stranger_can_take_nothing_back(desk: Desk) -> None:
    """Undo is for reviewers, whether asked for on the talk page or by a request."""
    [file] = upload(desk, "Stays")
    desk.review("undo", "Stranger")
    desk.file("Stranger", **NOTHING | {"type": "undo", "request": "H1"})
    desk.work()
    assert "“undo” is for reviewers here" in desk.text(desk.talk())
    assert desk.status(2) == "invalid"
    assert "Delete" not in desk.text(file)


def test_what_is_being_taken_back_is_not_taken_back_again(desk: Desk) -> None:
    """A second `undo` is answered with the first one's preview; what that leaves out has one of its own."""
    upload(desk, "Twice A", "Twice B", "Twice C")
    desk.review("undo|items=2")
    desk.work()
    desk.review("undo|items=2")
    desk.work()
    assert f"being taken back already: see [[{desk.report(2)}|H2]]" in desk.text(desk.talk())
    desk.review("undo")
    desk.work()
    assert "how to take back the rest (rows 3-4)" in desk.text(desk.talk())
    assert list(desk.rows(3)) == [3, 4]
    desk.review("undo")
    desk.review("undo|reason=Again")
    desk.work()
    assert desk.text(desk.talk()).count("being taken back already") == 3
    with pytest.raises(NotUndone, match="being taken back in H3"):
        undo(desk.hub, "H1", "", "", now=False)
    desk.review("cancel", number=3)
    desk.work()
    desk.review("undo|items=3")
    desk.work()
    assert list(desk.rows(4)) == [3]
