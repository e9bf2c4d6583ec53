"""Tables on wiki pages: what people write into them, and what is no part of a table."""

from jobs.model.records import Record
from tests.jobs.lists.made import refusal, rows, values


def table(cells: str) -> str:
    """A table of one column, with these cells below its heading."""
    return f"{{|\n! a\n|-\n{cells}\n|}}"


def test_what_is_kept_from_being_markup_is_text() -> None:
    """Between `nowiki` tags nothing parts cells or rows; a tag without its partner is text like any other."""
    assert values(table("| <nowiki>||</nowiki>\n|-\n| <NoWiki>\n|-\n</nowiki>x")) == [{"a": "||"}, {"a": "|-\nx"}]
    assert values(table("| <nowiki>x\n|-\n| y")) == [{"a": "<nowiki>x"}, {"a": "y"}]
    assert values(table("| <nowiki>a<nowiki>|-</nowiki>b</nowiki>")) == [{"a": "<nowiki>a|-b</nowiki>"}]


def test_cells_that_span_others_are_told() -> None:
    """`rowspan` and `colspan` are refused, however they are written, but for one that spans its own cell alone."""
    for span in ("rowspan=2", "colspan = ' 03'", 'RowSpan= "10"', "x rowspan=0"):
        assert refusal(table(f"| {span} | x")) == ("manifest-wiki-span", (2,))
    for span in ("rowspan=1", "colspan=' 01'", "rowspan=", "browspan=2"):
        assert values(table(f"| {span} | x")) == [{"a": "x"}]


def test_references_are_characters() -> None:
    """HTML's references stand for their characters; a number that is of none comes to the sign for that."""
    assert values(table(f"| &eacute;&#39;&#x1F600;&#{'9' * 5_000};")) == [{"a": "é'\U0001f600\ufffd"}]


def test_rows_are_counted_from_the_heading_on() -> None:
    """The heading is row 1; rows without cells are none."""
    assert rows(table("| x\n|-\n|-\n| y")) == [Record(2, {"a": "x"}), Record(3, {"a": "y"})]
