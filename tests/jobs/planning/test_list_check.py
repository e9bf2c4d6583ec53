"""The check of a list: what is told of many rows, in few lines."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from bots.cli.main import main
from jobs.lists.repeats import Mark
from jobs.model.actions import Upload
from jobs.model.records import Record
from jobs.model.requests import Item, ItemState
from jobs.planning import list_check as checking
from jobs.planning.list_check import check
from tests.jobs.lists.made import DATA
from wikitext.check_page import MAX_WORDS, SHOWN_ROWS, Same, Then, Trouble
from wikitext.messages import Message, message


class Examination:
    """Knows the column `title`, takes exception to odd numbers, and knows no word of `maker`."""

    mapping = "Commons:Words"
    mapped = True

    def uses(self, columns: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        """The title is the name."""
        return {column: [message("use-filename")] for column in columns if column == "title"}

    def unfilled(self, columns: Sequence[str]) -> Sequence[str]:
        """What is not a column."""
        return [field for field in ("title", "date") if field not in columns]

    def troubles(self, record: Record) -> Iterator[tuple[str, Message, Then]]:
        """Odd numbers, and what is secret."""
        if secret := record.values.get("secret"):
            yield "secret", message("row-withheld", secret), Then.SKIPPED
        number = record.values.get("number", "0")
        if int(number) % 2:
            yield "number", message("trouble-date", number), Then.KEPT

    def marks(self, record: Record) -> Iterator[Mark]:
        """Addresses and titles."""
        if address := record.values.get("address"):
            yield Mark(Same.ADDRESS, address, address)
        if title := record.values.get("title"):
            yield Mark(Same.NAME, title.casefold(), title)

    def unmapped(self, record: Record) -> Iterator[tuple[str, str]]:
        """Makers."""
        if maker := record.values.get("maker"):
            yield "maker", maker

    def table(self, words: Sequence[tuple[str, str]]) -> str:
        """The words."""
        return ", ".join(word for _, word in words)


def item(row: int, values: Mapping[str, str], why: Message | None = None) -> Item:
    """A row, refused if there is a reason."""
    return Item(row, ItemState.REFUSED if why else ItemState.READ, values, None, None, why, None)


def test_troubles_are_grouped() -> None:
    """One line for all rows with the same trouble in the same column, those that are skipped first, then by number."""
    rows = [item(row, {"title": "A", "number": str(row)}) for row in range(2, 9)]
    rows += [item(9, {}, message("row-no-media")), item(10, {}, message("row-name-exists", "File:A.jpg"))]
    rows += [item(11, {}, message("row-name-exists", "File:B.jpg"))]
    told = check(rows, Examination())
    lines = [(trouble.rows, trouble.first, trouble.column, trouble.why.arguments) for trouble in told.troubles]
    assert lines == [(2, (10, 11), "", ("File:A.jpg",)), (1, (9,), "", ()), (3, (3, 5, 7), "number", ("3",))]
    assert [trouble.then for trouble in told.troubles] == [Then.SKIPPED, Then.SKIPPED, Then.KEPT]


def test_columns_have_their_first_value() -> None:
    """In the order in which they come, each with what it is for and the first value that is no empty one."""
    told = check([item(2, {"title": "", "shelf": "B1"}), item(3, {"title": "A", "maker": "C"})], Examination())
    columns = [(column.name, column.example, [use.key for use in column.uses]) for column in told.columns]
    assert columns == [("title", "A", ["use-filename"]), ("shelf", "B1", []), ("maker", "C", [])]
    assert (told.rows, told.unfilled) == (2, ["date"])


def test_every_text_that_was_not_understood_is_counted() -> None:
    """Those alike but for numbers in one line, the most frequent first; and in how many rows each column is filled."""
    numbers = ["-1", "1", "3", "1", "2", ""]
    told = check([item(row, {"number": number}) for row, number in enumerate(filter(None, numbers), 2)], Examination())
    assert told.unread == [("number", ["1", "3"], 3), ("number", ["-1"], 1)]
    assert (told.columns[0].filled, told.rows) == (5, 5)
    assert check([item(row, {"number": "1"}) for row in (2, 3)], Examination()).unread == []


def test_a_trouble_with_too_many_reasons_is_told_once() -> None:
    """Reasons that differ in numbers alone are one; of more than a few there is one line, with the first few rows."""
    dated = [item(row, {"secret": f"until {2050 + row}"}) for row in range(2, 100)]
    assert [(one.rows, one.first) for one in troubles(dated)] == [(98, (2, 3, 4, 5, 6))]
    named = [item(row, {"secret": f"donor {'x' * (row % 30)}"}) for row in range(2, 100)]
    assert [(one.rows, one.first) for one in troubles(named)] == [(98, (2, 3, 4, 5, 6))]
    assert len(troubles(named[:10])) == 10


def test_what_a_list_may_mean_otherwise_is_told_without_a_wiki(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a request's report has it, above the check."""
    (tmp_path / "list.csv").write_text("title,object number,thumbnail\nA,1.2E+09,https://example.org/1.jpg")
    assert main(["check", str(tmp_path / "list.csv")]) == 0
    said = capsys.readouterr().out.partition("I have read")[0]
    assert "“object number” a spreadsheet seems to have changed one value, such as “1.2E+09” in row 2" in said
    assert "“thumbnail”, from which the files are taken, seems to hold small pictures" in said


def test_sizes_without_a_unit_are_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """However many there are, and with no text of them beside."""
    rows = [f"A{row},{row / 4},https://example.org/{row}.jpg" for row in range(1, 400)]
    (tmp_path / "list.csv").write_text("\n".join(("title,height,image", *rows)))
    assert main(["check", str(tmp_path / "list.csv")]) == 0
    said = capsys.readouterr().out
    assert "399 rows: 2, 3, 4, 5, 6 and 394 more\theight\tSize without a unit, for example “0.25”." in said
    assert said.count("\n") < 12


def test_rows_that_a_column_keeps_out_are_counted_by_what_it_says() -> None:
    """Before they are planned and after it, once."""
    rows = [item(2, {"secret": "yes"}), item(3, {"secret": "until 2050"}), item(4, {})]
    rows += [item(5, {"secret": "yes"}, message("row-withheld", "yes"))]
    told = [(trouble.column, trouble.why.arguments, trouble.rows, trouble.then) for trouble in troubles(rows)]
    assert told == [("secret", ("yes",), 2, Then.SKIPPED), ("secret", ("until 2050",), 1, Then.SKIPPED)]


def test_what_rows_have_in_common_is_told_once() -> None:
    """Most rows first; a set of rows is one group, however much it has in common; case in names makes a difference."""
    rows = [{"title": "Foo bar", "address": "a"}, {"title": "Foo", "address": "b"}, {"title": "foo BAR"}]
    rows += [{"title": "Twice", "address": "c"}, {"title": "Twice", "address": "c"}, {"title": "Foo BAR"}, {}]
    assert repeated([item(row, values) for row, values in enumerate(rows, 2)]) == [
        ([("same-but-for-case", ["Foo bar", "foo BAR", "Foo BAR"])], (2, 4, 7), 3),
        ([("use-media", ["c"]), ("use-filename", ["Twice"])], (5, 6), 2),
    ]


def test_files_that_are_the_same_are_told() -> None:
    """That is known once they were fetched: the first is uploaded, and the others say which that is."""
    upload = Upload(title="File:A.jpg", url="a", sha1="0", size=1, text="", categories=())
    rows = [Item(3, ItemState.PLANNED, {"address": "a"}, upload, None, None, None)]
    rows += [item(row, {"address": f"b{row}"}, message("row-same-file", 3)) for row in (5, 8)]
    assert repeated(rows) == [([("same-bytes", ["a", "b5", "b8"])], (3, 5, 8), 3)]


def test_of_countless_repeats_the_largest_are_told() -> None:
    """So many of each kind, and how many there are; of the rows of each so many, and how many there are."""
    rows = [item(row, {"title": f"Title {row % 200}", "address": f"{row % 7}"}) for row in range(2, 802)]
    found = check(rows, Examination()).repeats
    kinds = Counter(same for group in found.groups for same, _ in group.what)
    assert kinds == {Same.ADDRESS: 7, Same.NAME: 50}
    assert dict(found.counts) == {Same.ADDRESS: 7, Same.NAME: 200}
    assert [group.count for group in found.groups[:8]] == [115, 115, 114, 114, 114, 114, 114, 4]
    assert {len(group.rows) for group in found.groups} == {SHOWN_ROWS, 4}


def repeated(rows: Sequence[Item]) -> list[tuple[list[tuple[str, Sequence[str]]], Sequence[int], int]]:
    """What is told of rows that have something in common."""
    found = check(rows, Examination()).repeats
    return [([(str(same), ways) for same, ways in group.what], group.rows, group.count) for group in found.groups]


def troubles(rows: Sequence[Item]) -> Sequence[Trouble]:
    """What is told to be the matter with rows."""
    return check(rows, Examination()).troubles


LIST = """title,number,image url,institution,publish,embargo
Foo bar,1,https://example.org/1.jpg,Museum,yes,no
foo_BAR,1,https://example.org/2.jpg,Museum,yes,
Mountains,2,https://example.org/3.jpg,Museum,no,
Mountains,3,https://example.org/3.jpg,Museum,,
Sacred,3,https://example.org/5.jpg,Other museum,yes,until 2050
"""


def test_a_list_says_what_it_keeps_out_and_has_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names are compared as the wiki will have them, numbers within an institution."""
    (tmp_path / "list.csv").write_text(LIST.replace("number", "accession number"))
    assert main(["check", str(tmp_path / "list.csv")]) == 0
    said = capsys.readouterr().out
    assert "publish\tkeeps rows out\t" in said
    assert "row 4\tpublish\tKept out by your list: “publish: no”." in said
    assert "row 5\tpublish\tKept out by your list: “publish: -”." in said
    assert "row 6\tembargo\tKept out by your list: “until 2050”." in said
    assert said.partition("more than once\n")[2].splitlines() == [
        "file name, but for capital letters; accession number\tFoo bar · Foo BAR; 1\t2, 3",
        "address of the file; file name\thttps://example.org/3.jpg; Mountains\t4, 5",
    ]


def test_the_canvases_of_a_manifest_share_its_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """That is no repetition; the label of the page is in their names, which are one where pages are called alike."""
    manifest = json.loads((DATA / "iiif" / "0009-book-1.json").read_text())
    manifest["metadata"] = [{"label": {"en": ["Accession number"]}, "value": {"none": ["1.2"]}}]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert main(["check", str(tmp_path / "manifest.json")]) == 0
    said = capsys.readouterr().out
    assert "field “accession number”" in said
    assert said.partition("more than once\n")[2] == "file name\tSimple Manifest - Book, Blank page\t1, 4\n"


def test_a_list_is_checked_without_a_wiki(capsys: pytest.CaptureFixture[str]) -> None:
    """`cph check FILE` says on a terminal what the report would."""
    assert main(["check", str(DATA / "cases" / "lists" / "moma-artworks.csv")]) == 0
    said = capsys.readouterr().out
    assert "accessionnumber\tfield “accession number”\t100 %" in said
    assert "imageurl\taddress of the file" in said
    assert "url\tfield “source”" in said
    assert main(["check", "/no/such/file"]) == 2
    assert main(["check", str(DATA / "cases" / "oai" / "oai-page2-xhtml.xml")]) == 1


def test_words_are_counted_and_the_most_frequent_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The most frequent first; so many are listed, and of countless different ones the first so many are counted."""
    monkeypatch.setattr(checking, "_MOST_KEPT", 150)
    makers = [
        "A text, not a word. " * 20,
        *(f"Maker {number:03d}" for number in range(200)),
        *["Maker 120"] * 2,
        "Maker 007",
    ]
    told = check([item(row, {"maker": maker}) for row, maker in enumerate(makers, 2)], Examination()).mapping
    assert told is not None
    assert told.words[:3] == [("maker", "Maker 120", 3), ("maker", "Maker 007", 2), ("maker", "Maker 000", 1)]
    assert (len(told.words), told.more) == (MAX_WORDS, 50)
    assert told.table.startswith("Maker 120, Maker 007, Maker 000")
