"""The check of a list: what is told of many rows, in few lines."""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from bots.cli import main
from jobs import check as checking
from jobs.check import check
from jobs.records import Record
from jobs.schema import Item, ItemState
from wikitext.check import MAX_WORDS
from wikitext.messages import Message, message

from .lists import DATA


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

    def troubles(self, record: Record) -> Iterator[tuple[str, Message]]:
        """Odd numbers."""
        number = record.values.get("number", "0")
        if int(number) % 2:
            yield "number", message("trouble-date", number)

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
    assert lines == [(2, 10, "", ("File:A.jpg",)), (1, 9, "", ()), (3, 3, "number", ("3",))]
    assert [trouble.skipped for trouble in told.troubles] == [True, True, False]


def test_columns_have_their_first_value() -> None:
    """In the order in which they come, each with what it is for and the first value that is no empty one."""
    told = check([item(2, {"title": "", "shelf": "B1"}), item(3, {"title": "A", "maker": "C"})], Examination())
    columns = [(column.name, column.example, [use.key for use in column.uses]) for column in told.columns]
    assert columns == [("title", "A", ["use-filename"]), ("shelf", "B1", []), ("maker", "C", [])]
    assert (told.rows, told.unfilled) == (2, ["date"])


def test_every_text_that_was_not_understood_is_counted() -> None:
    """The most frequent first, not one example for all; and in how many rows each column is filled."""
    numbers = ["1", "3", "1", "2", ""]
    told = check([item(row, {"number": number}) for row, number in enumerate(filter(None, numbers), 2)], Examination())
    assert told.unread == [("number", "1", 2), ("number", "3", 1)]
    assert (told.columns[0].filled, told.rows) == (4, 4)


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
