"""A row that cannot be uploaded gets an outcome of its own; the other rows go on."""

import html
from itertools import count

import pytest

from .rig import Answer, Partner, Rig, picture

HOSTILE = "[Untitled] | {{x}} ]] ~~~~"


@pytest.fixture
def crowded(rig: Rig) -> None:
    """A wiki that has one of the names already, and forbids another."""
    admin = rig.person("Admin")
    admin.edit("MediaWiki:Titleblacklist", "File:.*forbidden word.* <noedit|errmsg=blacklisted>\n")
    if admin.text("File:Taken - 9.jpg") is None:
        admin.upload("File:Taken - 9.jpg", picture(900), "Somebody else's")
        admin.upload("File:Same bytes elsewhere.jpg", picture(901), "Somebody else's")


def _rows(site: Partner) -> list[tuple[str, str]]:
    """Rows of a list, each with what is said of it in the end; the first is row 2."""
    shades = count(0xC00000)

    def new(content: bytes = b"", content_type: str = "image/jpeg") -> str:
        shade = next(shades)
        return site.publish(f"/{shade}.jpg", content or picture(shade), content_type)

    good = new()
    site.answers["/slow.jpg"] = Answer(hang=True)
    web_page = b"<html><body>Please log in</body></html>"
    return [
        (f"Good,1,{good}", "done and verified"),
        (f'"{HOSTILE}",2,{new()}', "done and verified"),
        (f"Too,many,{good},,cells", "The row has 5 cells, but there are 4 headings."),
        (f"Gone,4,{site.address}/nothing.jpg", "answers with error 404"),
        (f"Slow,5,{site.address}/slow.jpg", "did not answer in time"),
        (f"Page,6,{new(web_page, 'text/html')}", "is not a media file that this wiki takes (it is text/html)"),
        (f"Liar,7,{new(picture(0xC10000, 'PNG'))}", "is image/jpeg, but it is image/png"),
        (f"Words,8,{new(b'just words')}", "is not a media file that this wiki takes (it is image/jpeg)"),
        (f"Taken,9,{new()}", "There is a file [[:File:Taken - 9.jpg]] already."),
        (f"A forbidden word,10,{new()}", "The wiki does not allow the name"),
        (f"{'å' * 147},11,{new()}", "done and verified"),
        (f"Good,1,{new()}", "Row 2 has the same file name"),
        (f"Copy,13,{new(picture(901))}", "This very file is on the wiki already: [[:File:Same bytes elsewhere.jpg]]."),
        ("Nothing,14,", "The row has no address of a file."),
        ("Inside,15,http://10.0.0.1/x.jpg", "I may not fetch files from “10.0.0.1”."),
        (f"[Untitled],16,{new()}", "“(Untitled) - 16.jpg” says nothing of what the file shows."),
        (f"Again,17,{good},no", "This is the same file as in row 2."),
        (f"Sacred,18,{new()},the community asks", "Kept out by your list: “the community asks”."),
    ]


@pytest.mark.usefixtures("crowded")
def test_every_bad_row_has_an_outcome_and_the_good_ones_are_uploaded(rig: Rig) -> None:
    """Of a list with every kind of bad row, the good rows are uploaded and each bad one says what is wrong with it."""
    rows = _rows(rig.partner)
    lines = ["title,number,media_url,withheld", *(line for line, _ in rows)]
    rig.file(manifest=rig.partner.publish_list("/list.csv", "\n".join(lines)))
    rig.work()
    assert rig.status() == "planned"
    rig.approve()
    rig.work()
    assert rig.status() == "partly done"

    told, expected = rig.rows(), dict(enumerate((said for _, said in rows), 2))
    assert {row: said for row, said in expected.items() if said not in told.get(row, "")} == {}
    assert len(told) == len(expected)
    assert "Done and verified: 3 files; not done: 14." in rig.text()


def test_what_the_list_keeps_out_is_not_left_undone(rig: Rig) -> None:
    """A request is done when all is done that its list has to offer."""
    new, kept = (rig.partner.publish(f"/{name}.jpg", picture(shade)) for name, shade in (("new", 921), ("kept", 922)))
    rows = ["title,number,media_url,embargo", f"Offered,1,{new},", f"Sacred,2,{kept},the community asks"]
    rig.file(manifest=rig.partner.publish_list("/list.csv", "\n".join(rows)))
    rig.work()
    assert "one file to do, one row to skip" in rig.text()
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    assert "kept out" in rig.rows()[3]


def test_a_hostile_title_is_shown_and_does_nothing(rig: Rig) -> None:
    """What a partner writes becomes a value: no template, link, category or signature comes of it."""
    url = rig.partner.publish("/hostile.jpg", picture(920))
    rig.file(manifest=rig.partner.publish_list("/list.csv", [{"title": HOSTILE, "number": "77", "media_url": url}]))
    rig.work()
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    title = "File:(Untitled) - ((x)) )) - 77.jpg"
    shown = rig.person("Stranger").api(action="parse", page=title, prop="text|templates|links|categories")["parse"]
    assert HOSTILE in html.unescape(shown["text"])
    assert {entry["title"] for entry in shown["templates"]} == {"Template:Artwork", "Template:PD-old-70-expired"}
    assert shown["links"] == []
