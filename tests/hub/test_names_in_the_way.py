"""A name that is in the way is seen when the list is checked or, where it came since, said as what it is."""

from .desk import Desk, picture, published
from .test_undo import deleter, exists, take_back

__all__ = ["deleter"]
PNG = "image/png"


def listed(desk: Desk, *files: tuple[str, bytes, str]) -> str:
    """A list of files, each with a title, its bytes and their type; returns its address."""
    rows = []
    for number, (title, content, kind) in enumerate(files):
        url = desk.partner.publish(f"/{number}.{kind.rpartition('/')[2]}", content, kind)
        rows.append({"title": title, "media_url": url})
    return desk.partner.publish_list("/list.csv", rows)


def test_a_file_that_came_meanwhile_fails_its_own_row(desk: Desk) -> None:
    """Nothing was saved: the row names the file that is there. Five such rows do not stop the request."""
    names = [f"Came meanwhile {number}" for number in range(6)]
    desk.file(manifest=published(desk, *names))
    desk.work()
    desk.approve()
    for number, name in enumerate(names[:5], 1):
        desk.person("Stranger").upload(f"File:{name} - {number}.jpg", picture(0xB10000 + number), "Somebody's")
    desk.work()
    assert desk.status() == "partly done"
    told = desk.rows()
    for number, name in enumerate(names[:5], 1):
        assert "Nothing was saved: by now there is a file of this name" in told[number + 1]
        assert f"[[:File:{name} - {number}.jpg]]" in told[number + 1]
    assert "done and verified" in told[7]


def test_the_same_file_of_another_request_is_not_taken_for_this_ones(desk: Desk) -> None:
    """The bot itself uploaded it, for the same list asked for twice: the second request says so, and owns nothing."""
    manifest = published(desk, "Asked for twice")
    desk.file(manifest=manifest)
    desk.file(manifest=manifest, categories="Something else")
    desk.work()
    desk.approve()
    desk.approve(number=2)
    desk.work()
    assert (desk.status(1), desk.status(2)) == ("done", "failed")
    assert "Nothing was saved: by now there is a file of this name" in desk.rows(2)[2]
    assert "[[:File:Asked for twice - 1.jpg]]" in desk.rows(2)[2]


def test_a_tiff_and_a_jpeg_of_one_picture_are_uploaded(desk: Desk) -> None:
    """Pairs are usual, within a list or with a file that is there; the preview says so."""
    desk.person("Stranger").upload("File:Half there.tif", picture(0xB20000, "TIFF"), "The archive's copy")
    files = [
        ("Pair", picture(0xB20001), "image/jpeg"),
        ("Pair", picture(0xB20002, "TIFF"), "image/tiff"),
        ("Half there", picture(0xB20003), "image/jpeg"),
    ]
    desk.file(manifest=listed(desk, *files), filename="{title}")
    desk.work()
    told = desk.rows()
    assert "stands beside “File:Pair.jpg”" in told[3]
    assert "stands beside “File:Half there.tif”" in told[4]
    desk.approve()
    desk.work()
    assert desk.status() == "done", desk.rows()
    assert all(exists(desk, title) for title in ("File:Pair.jpg", "File:Pair.tif", "File:Half there.jpg"))


def test_other_names_that_differ_in_the_ending_are_seen_in_the_check(desk: Desk) -> None:
    """The wiki would not take them: that is told before, with what to do about it."""
    desk.person("Stranger").upload("File:Other ending.PNG", picture(0xB30000, "PNG"), "Somebody's")
    files = [
        ("Other ending", picture(0xB30001), "image/jpeg"),
        ("Twice here", picture(0xB30002), "image/jpeg"),
        ("Twice here", picture(0xB30003, "PNG"), PNG),
    ]
    desk.file(manifest=listed(desk, *files), filename="{title}")
    desk.work()
    told = desk.rows()
    assert "[[:File:Other ending.PNG]] already, whose name differs only in its ending" in told[2]
    assert "to be done" in told[3]
    assert "Row 3 has the same file name but for the ending" in told[4]


def test_a_name_that_was_deleted_is_seen_in_the_check(deleter: Desk) -> None:
    """With a link to the deleted page, and the ways to go on: another name, or an administrator."""
    desk = deleter
    desk.file(manifest=published(desk, "Deleted once"))
    desk.work()
    desk.approve()
    desk.work()
    take_back(desk)
    assert not exists(desk, "File:Deleted once - 1.jpg")
    desk.file(manifest=published(desk, "Deleted once"))
    desk.work()
    assert "A file of this name was deleted: [[:File:Deleted once - 1.jpg]]" in desk.rows(3)[2]


def test_a_protected_name_is_seen_in_the_check(desk: Desk) -> None:
    """A name that is kept for others is told before anything is approved."""
    desk.person("Admin").do("protect", title="File:Protected name - 1.jpg", protections="create=sysop")
    desk.file(manifest=published(desk, "Protected name"))
    desk.work()
    assert "“File:Protected name - 1.jpg” is protected" in desk.rows()[2]


def test_rows_of_one_name_and_one_file(desk: Desk) -> None:
    """A row pasted twice is told of as that; other views of the object get names; likely neighbours are named."""
    desk.person("Stranger").upload("File:ALPS AT DAWN.jpg", picture(0xB40000), "Somebody's")
    titles = ["Alps at dawn", "Alps at dusk", "ALPS at dusk", *["Alps at dusk"] * 4]
    rows = []
    for number, title in enumerate(titles):
        url = desk.partner.publish(f"/{number}.jpg", picture(0xB40001 + (1 if number == 3 else number)))
        rows.append({"title": title, "creator": "Anna", "accession number": "94.1", "media_url": url, "publish": "yes"})
    rows.append({**rows[0], "publish": "no"})
    desk.file(manifest=desk.partner.publish_list("/list.csv", rows), filename="{title}")
    desk.work()
    told = desk.rows()
    assert "differs from “File:ALPS AT DAWN.jpg” in capital letters only" in told[2]
    assert "This is the same file as in row 3." in told[5]
    assert "File:Alps at dusk - 94.1.jpg" in told[6]
    assert "File:Alps at dusk - Anna, 94.1.jpg" in told[7]
    assert "Row 7 has the same file name" in told[8]
    assert "Kept out by your list: “publish: no”." in told[9]
    section = desk.text(f"{desk.base}/H1").partition("=== What stands in the list more than once ===")[2]
    lines = [line for line in section.partition("|}")[0].splitlines() if " || " in line]
    rows_told = [line.rpartition("|| ")[2] for line in lines]
    assert rows_told == ["3, 4, 5, 6, 7, 8", "2, 9", "3, 5", "2, 3, 4, 5, 6, 7, 8, 9"]
    assert lines[2].startswith("| the file itself || <bdi>")
    assert "/1.jpg</bdi> · <bdi>" in lines[2]
