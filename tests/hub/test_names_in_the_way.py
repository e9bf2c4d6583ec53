"""A name that is in the way is seen when the list is checked or, where it came since, said as what it is."""

from .rig import Rig, picture, published
from .test_undo import deleter, exists, take_back

__all__ = ["deleter"]
PNG = "image/png"


def listed(rig: Rig, *files: tuple[str, bytes, str]) -> str:
    """A list of files, each with a title, its bytes and their type; returns its address."""
    rows = []
    for number, (title, content, kind) in enumerate(files):
        url = rig.partner.publish(f"/{number}.{kind.rpartition('/')[2]}", content, kind)
        rows.append({"title": title, "media_url": url})
    return rig.partner.publish_list("/list.csv", rows)


def test_a_file_that_came_meanwhile_fails_its_own_row(rig: Rig) -> None:
    """Nothing was saved: the row names the file that is there. Five such rows do not stop the request."""
    names = [f"Came meanwhile {number}" for number in range(6)]
    rig.file(manifest=published(rig, *names))
    rig.work()
    rig.approve()
    for number, name in enumerate(names[:5], 1):
        rig.person("Stranger").upload(f"File:{name} - {number}.jpg", picture(0xB10000 + number), "Somebody's")
    rig.work()
    assert rig.status() == "partly done"
    told = rig.rows()
    for number, name in enumerate(names[:5], 1):
        assert "Nothing was saved: by now there is a file of this name" in told[number + 1]
        assert f"[[:File:{name} - {number}.jpg]]" in told[number + 1]
    assert "done and verified" in told[7]


def test_the_same_file_of_another_request_is_not_taken_for_this_ones(rig: Rig) -> None:
    """The bot itself uploaded it, for the same list asked for twice: the second request says so, and owns nothing."""
    manifest = published(rig, "Asked for twice")
    rig.file(manifest=manifest)
    rig.file(manifest=manifest, categories="Something else")
    rig.work()
    rig.approve()
    rig.approve(number=2)
    rig.work()
    assert (rig.status(1), rig.status(2)) == ("done", "failed")
    assert "by now this very file is on the wiki as [[:File:Asked for twice - 1.jpg]]" in rig.rows(2)[2]
    assert "another name" not in rig.rows(2)[2]


def test_a_tiff_and_a_jpeg_of_one_picture_are_uploaded(rig: Rig) -> None:
    """Pairs are usual, within a list or with a file that is there; the preview says so."""
    rig.person("Stranger").upload("File:Half there.tif", picture(0xB20000, "TIFF"), "The archive's copy")
    files = [
        ("Pair", picture(0xB20001), "image/jpeg"),
        ("Pair", picture(0xB20002, "TIFF"), "image/tiff"),
        ("Half there", picture(0xB20003), "image/jpeg"),
    ]
    rig.file(manifest=listed(rig, *files), filename="{title}")
    rig.work()
    told = rig.rows()
    assert "stands beside “File:Pair.jpg”" in told[3]
    assert "stands beside “File:Half there.tif”" in told[4]
    rig.approve()
    rig.work()
    assert rig.status() == "done", rig.rows()
    assert all(exists(rig, title) for title in ("File:Pair.jpg", "File:Pair.tif", "File:Half there.jpg"))


def test_other_names_that_differ_in_the_ending_are_seen_in_the_check(rig: Rig) -> None:
    """The wiki would not take them: that is told before, with what to do about it."""
    rig.person("Stranger").upload("File:Other ending.PNG", picture(0xB30000, "PNG"), "Somebody's")
    files = [
        ("Other ending", picture(0xB30001), "image/jpeg"),
        ("Twice here", picture(0xB30002), "image/jpeg"),
        ("Twice here", picture(0xB30003, "PNG"), PNG),
    ]
    rig.file(manifest=listed(rig, *files), filename="{title}")
    rig.work()
    told = rig.rows()
    assert "[[:File:Other ending.PNG]] already, whose name differs only in its ending" in told[2]
    assert "to be done" in told[3]
    assert "Row 3 has the same file name but for the ending" in told[4]


def test_a_name_that_was_deleted_is_seen_in_the_check(deleter: Rig) -> None:
    """With a link to the deleted page, and the ways to go on: another name, or an administrator."""
    rig = deleter
    rig.file(manifest=published(rig, "Deleted once"))
    rig.work()
    rig.approve()
    rig.work()
    take_back(rig)
    assert not exists(rig, "File:Deleted once - 1.jpg")
    rig.file(manifest=published(rig, "Deleted once"))
    rig.work()
    assert "A file of this name was deleted: [[:File:Deleted once - 1.jpg]]" in rig.rows(3)[2]


def test_a_protected_name_is_seen_in_the_check(rig: Rig) -> None:
    """A name that is kept for others is told before anything is approved."""
    rig.person("Admin").do("protect", title="File:Protected name - 1.jpg", protections="create=sysop")
    rig.file(manifest=published(rig, "Protected name"))
    rig.work()
    assert "“File:Protected name - 1.jpg” is protected" in rig.rows()[2]


def test_rows_of_one_name_and_one_file(rig: Rig) -> None:
    """A row pasted twice is told of as that; other views of the object get names; likely neighbours are named."""
    rig.person("Stranger").upload("File:ALPS AT DAWN.jpg", picture(0xB40000), "Somebody's")
    titles = ["Alps at dawn", "Alps at dusk", "ALPS at dusk", *["Alps at dusk"] * 4]
    rows = []
    for number, title in enumerate(titles):
        url = rig.partner.publish(f"/{number}.jpg", picture(0xB40001 + (1 if number == 3 else number)))
        rows.append({"title": title, "creator": "Anna", "accession number": "94.1", "media_url": url, "publish": "yes"})
    rows.append({**rows[0], "publish": "no"})
    rig.file(manifest=rig.partner.publish_list("/list.csv", rows), filename="{title}")
    rig.work()
    told = rig.rows()
    assert "differs from “File:ALPS AT DAWN.jpg” in capital letters only" in told[2]
    assert "This is the same file as in row 3." in told[5]
    assert "File:Alps at dusk - 94.1.jpg" in told[6]
    assert "File:Alps at dusk - Anna, 94.1.jpg" in told[7]
    assert "Row 7 has the same file name" in told[8]
    assert "Kept out by your list: “publish: no”." in told[9]
    section = rig.text(f"{rig.base}/H1").partition("=== What stands in the list more than once ===")[2]
    lines = [line for line in section.partition("|}")[0].splitlines() if " || " in line]
    rows_told = [line.rpartition("|| ")[2] for line in lines]
    assert rows_told == ["3, 4, 5, 6, 7, 8", "2, 9", "3, 5", "2, 3, 4, 5, 6, 7, 8, 9"]
    assert lines[2].startswith("| the file itself || <bdi>")
    assert "/1.jpg</bdi> · <bdi>" in lines[2]
