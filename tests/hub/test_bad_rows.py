"""A row that cannot be uploaded gets an outcome of its own; the other rows go on."""

import html

import pytest

from .desk import Answer, Desk, picture

HOSTILE = "[Untitled] | {{x}} ]] ~~~~"


@pytest.fixture
def crowded(desk: Desk) -> None:
    """A wiki that has one of the names already, and forbids another."""
    admin = desk.person("Admin")
    admin.edit("MediaWiki:Titleblacklist", "File:.*forbidden word.* <noedit|errmsg=blacklisted>\n")
    if admin.text("File:Taken - 9.jpg") is None:
        admin.upload("File:Taken - 9.jpg", picture(900), "Somebody else's")
        admin.upload("File:Same bytes elsewhere.jpg", picture(901), "Somebody else's")


@pytest.mark.usefixtures("crowded")
def test_every_bad_row_has_an_outcome_and_the_good_ones_are_uploaded(desk: Desk) -> None:
    """Of a list with every kind of bad row, the good rows are uploaded and each bad one says what is wrong with it."""
    site = desk.partner
    good = site.publish("/good.jpg", picture(910))
    hostile = site.publish("/hostile.jpg", picture(911))
    page = site.publish("/page.jpg", b"<html><body>Please log in</body></html>", "text/html")
    liar = site.publish("/liar.jpg", picture(912, "PNG"), "image/jpeg")
    text = site.publish("/text.jpg", b"just words", "image/jpeg")
    site.answers["/slow.jpg"] = Answer(hang=True)
    taken = site.publish("/taken.jpg", picture(913))
    forbidden = site.publish("/forbidden.jpg", picture(914))
    long = site.publish("/long.jpg", picture(915))
    twin = site.publish("/twin.jpg", picture(916))
    copy = site.publish("/copy.jpg", picture(901))
    nameless = site.publish("/nameless.jpg", picture(917))
    lines = [
        "title,number,media_url",
        f"Good,1,{good}",
        f'"{HOSTILE}",2,{hostile}',
        f"Too,many,{good},cells",
        f"Gone,4,{site.address}/nothing.jpg",
        f"Slow,5,{site.address}/slow.jpg",
        f"Page,6,{page}",
        f"Liar,7,{liar}",
        f"Words,8,{text}",
        f"Taken,9,{taken}",
        f"A forbidden word,10,{forbidden}",
        f"{'å' * 147},11,{long}",
        f"Good,1,{twin}",
        f"Copy,13,{copy}",
        "Nothing,14,",
        "Inside,15,http://10.0.0.1/x.jpg",
        f"[Untitled],16,{nameless}",
        f"Again,17,{good}",
    ]
    desk.file(manifest=site.publish_list("/list.csv", "\n".join(lines)))
    desk.work()
    assert desk.status() == "planned"
    desk.approve()
    desk.work()
    assert desk.status() == "partly done"

    rows = desk.rows()
    expected = {
        2: "done and verified",
        3: "done and verified",
        4: "The row has 4 cells, but there are 3 headings.",
        5: "answers with error 404",
        6: "did not answer in time",
        7: "is not a media file that this wiki takes (it is text/html)",
        8: "is image/jpeg, but it is image/png",
        9: "is not a media file that this wiki takes (it is image/jpeg)",
        10: "There is a file [[:File:Taken - 9.jpg]] already.",
        11: "The wiki does not allow the name",
        12: "done and verified",
        13: "Row 2 has the same file name",
        14: "This very file is on the wiki already: [[:File:Same bytes elsewhere.jpg]].",
        15: "The row has no address of a file.",
        16: "I may not fetch files from “10.0.0.1”.",
        17: "“(Untitled) - 16.jpg” says nothing of what the file shows.",
        18: "This is the same file as in row 2.",
    }
    assert {row: said for row, said in expected.items() if said not in rows.get(row, "")} == {}
    assert len(rows) == len(expected)
    assert "Done and verified: 3 files; not done: 14." in desk.text()


def test_a_hostile_title_is_shown_and_does_nothing(desk: Desk) -> None:
    """What a partner writes becomes a value: no template, link, category or signature comes of it."""
    url = desk.partner.publish("/hostile.jpg", picture(920))
    desk.file(manifest=desk.partner.publish_list("/list.csv", [{"title": HOSTILE, "number": "77", "media_url": url}]))
    desk.work()
    desk.approve()
    desk.work()
    assert desk.status() == "done"
    title = "File:(Untitled) - ((x)) )) - - 77.jpg"
    shown = desk.person("Stranger").api(action="parse", page=title, prop="text|templates|links|categories")["parse"]
    assert HOSTILE in html.unescape(shown["text"])
    assert {entry["title"] for entry in shown["templates"]} == {"Template:Artwork", "Template:PD-old-70"}
    assert shown["links"] == []
