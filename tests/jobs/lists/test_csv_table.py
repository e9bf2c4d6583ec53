"""Partners' lists: tables as spreadsheets and museums' systems write them, and what is no table."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.lists.formats.csv_table import read_table
from jobs.model.records import BadManifest, BadRecord, Record
from jobs.patterns.pattern import column_key

RECORDS = Path(__file__).parents[3] / "deploy/sandbox/partner/records.csv"


def rows(content: str | bytes) -> list[Record | BadRecord]:
    """Everything in the table."""
    return list(read_table(io.BytesIO(content.encode() if isinstance(content, str) else content)).rows)


def values(content: str | bytes) -> list[dict[str, str]]:
    """The values of a table in which every row can be read."""
    return [dict(row.values) for row in rows(content) if isinstance(row, Record)]


def notes(content: str) -> list[tuple[str, tuple[str | int, ...]]]:
    """What is said of how the table was read."""
    return [(note.key, note.arguments) for note in read_table(io.BytesIO(content.encode())).notes]


def refusal(content: str | bytes) -> tuple[str, tuple[str | int, ...]]:
    """Why the list as a whole cannot be read."""
    with pytest.raises(BadManifest) as refused:
        rows(content)
    return refused.value.why.key, refused.value.why.arguments


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_four_delimiters_are_understood(delimiter: str) -> None:
    """The delimiter is told by the lines, whatever stands in their cells."""
    text = "title^media url\nA, b; c^https://example.org/1.jpg\n".replace("^", delimiter)
    quoted = text.replace("A, b; c", '"A, b; c"')
    assert values(quoted) == [{"title": "A, b; c", "media url": "https://example.org/1.jpg"}]


def test_a_delimiter_in_a_quoted_heading_does_not_count() -> None:
    """What stands between quotation marks parts no cells, in the heading row as in any other."""
    assert values('id,"title; subtitle; note"\n1,x\n') == [{"id": "1", "title; subtitle; note": "x"}]


def test_a_byte_order_mark_is_no_part_of_the_first_heading() -> None:
    """Excel's "CSV UTF-8", with its byte order mark, reads as any other."""
    assert values(b"\xef\xbb\xbftitle,url\nA,B\n") == [{"title": "A", "url": "B"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_understood(end: str) -> None:
    """Lines may end as on Unix, on Windows or on an old Mac, and the last may have no end."""
    assert values(f"title,url{end}A,B{end}C,D") == [{"title": "A", "url": "B"}, {"title": "C", "url": "D"}]


def test_quoted_cells_may_hold_lines_and_quotation_marks() -> None:
    """A line's end between quotation marks ends no row, and two quotation marks are one."""
    assert rows('title,url\n"one\ntwo ""2""",B\nC,D') == [
        Record(2, {"title": 'one\ntwo "2"', "url": "B"}),
        Record(3, {"title": "C", "url": "D"}),
    ]


def test_white_space_around_values_goes() -> None:
    """Spaces around headings and values, and how a heading is written, make no difference."""
    assert values(" Accession_Number , Media-URL \n  A 1 ,\tB\n") == [{"accession number": "A 1", "media url": "B"}]


def test_too_many_cells_refuse_the_row_alone() -> None:
    """A row with more values than headings is refused with both numbers; the next is read."""
    bad, good = rows("a,b\n1,2,3\n4,5\n")
    assert isinstance(bad, BadRecord)
    assert (bad.row, bad.why.key, bad.why.arguments) == (2, "row-too-many-cells", (3, 2))
    assert good == Record(3, {"a": "4", "b": "5"})


def test_empty_cells_too_many_do_no_harm() -> None:
    """Spreadsheets fill rows up with empty cells: these are no values, and columns without any are none."""
    assert values("a,b,,\n1,2,, \n") == [{"a": "1", "b": "2"}]


def test_too_few_cells_are_missing_values() -> None:
    """A row may end early: the columns behind are just not there."""
    assert values("a,b\n1\n") == [{"a": "1"}]


def test_empty_rows_are_passed_over_and_counted() -> None:
    """Empty rows come to nothing, and those after them keep the number that the spreadsheet shows."""
    assert rows("a,b\n\n , \n1,2\n") == [Record(4, {"a": "1", "b": "2"})]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \n\t\n", b"a,b", b"a,b\n\n,\n"])
def test_a_list_without_rows_is_empty(content: bytes) -> None:
    """Nothing, nothing but space and headings alone are an empty list."""
    assert refusal(content)[0] == "manifest-empty"


@pytest.mark.parametrize(
    "page", ["<!DOCTYPE html><title>x</title>", "\n <HTML><body>", '<?xml version="1.0"?><rss/>', "<head>", "<body>"]
)
def test_a_web_page_is_no_list(page: str) -> None:
    """A web page in place of the list, a log-in form say, is told as one."""
    assert refusal(page) == ("manifest-html", ())


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_other_encodings_are_told(encoding: str) -> None:
    """What is not UTF-8 is refused with the advice to save it as UTF-8, not read as garbage."""
    assert refusal("titel,url\nMålning,B\n".encode(encoding)) == ("manifest-not-utf8", ())


def test_an_encoding_that_breaks_late_is_told_too() -> None:
    """One wrong byte at the end of a long list is told like one at its start."""
    assert refusal(b"a,b\n" + b"1,2\n" * 50_000 + b"\xe5,3\n") == ("manifest-not-utf8", ())


def test_nul_bytes_are_characters_like_others() -> None:
    """A NUL byte neither ends the list nor breaks it."""
    assert values("a,b\n1\0,2\n3,4\n") == [{"a": "1\0", "b": "2"}, {"a": "3", "b": "4"}]


def test_a_quotation_mark_that_never_closes_is_told_with_its_row() -> None:
    """The rest of the list is not swallowed: the row where it went wrong is named."""
    key, (row, _words) = refusal('a,b\n1,2\n"3,4\n5,6\n')
    assert (key, row) == ("manifest-broken", 3)


def test_rows_before_a_broken_one_are_still_given() -> None:
    """Reading is one row after the other, so what can be read comes first."""
    table = read_table(io.BytesIO(b'a,b\n1,2\n"3"x,4\n'))
    assert next(table.rows) == Record(2, {"a": "1", "b": "2"})
    with pytest.raises(BadManifest):
        next(table.rows)


def test_a_heading_that_stands_twice_is_told() -> None:
    """Two columns of one name, however they are written, cannot be told apart."""
    assert refusal("Title,url,TITLE\n1,2,3\n") == ("manifest-repeated-column", ("title",))


def test_a_column_without_heading_is_left_out() -> None:
    """The preview says so; the first are passed over without a word: programs put their own numbers there."""
    assert values("a,,c\n1,2,3\n") == [{"a": "1", "c": "3"}]
    assert notes("a,,c\n1,2,3\n") == [("list-no-heading", (2,))]
    assert values(",a,b\n0,1,2\n") == [{"a": "1", "b": "2"}]
    assert notes(",a,b\n0,1,2\n") == []


@pytest.mark.parametrize(
    ("above", "row"),
    [("\n\n", 3), ("Export from MuseumPlus 2021,,\n", 2), ("Our glass plates\n\n", 3), ("Object,,Size,\n", 2)],
)
def test_what_stands_above_the_headings_is_passed_over(above: str, row: int) -> None:
    """Blank rows, titles and headings of several columns: the check says which row was taken for the headings."""
    text = f"{above}title,date,media url,size\nA,1900,u,10\nB,,v,\n"
    assert values(text)[0] == {"title": "A", "date": "1900", "media url": "u", "size": "10"}
    assert notes(text) == [("list-headings-row", (row,))]
    assert [one.row for one in rows(text)] == [row + 1, row + 2]


def test_a_line_that_names_the_delimiter_is_obeyed() -> None:
    """Excel writes and hides it; it is no row."""
    assert values("sep=;\r\ntitle,x;media url\r\nA;u\r\n") == [{"title,x": "A", "media url": "u"}]
    assert notes("sep=;\r\ntitle;media url\r\nA;u\r\n") == []


def test_the_delimiter_is_what_parts_every_line_alike() -> None:
    """Not what stands most often in the headings."""
    text = "title\tsize (w, h, d, x)\tmedia url\nA\t1\tu\n"
    assert values(text) == [{"title": "A", "size (w, h, d, x)": "1", "media url": "u"}]


def test_a_space_before_a_quotation_mark_is_no_part_of_the_cell() -> None:
    """So write some programs."""
    assert values('title, "media url"\n"A", "u, v"\n') == [{"title": "A", "media url": "u, v"}]


def test_invisible_marks_are_no_part_of_a_heading() -> None:
    """A byte order mark in mid-text, zero-width spaces, soft hyphens."""
    text = "\ufeff\ufefftitle,\ufeffmedia\u200b url,acces\u00adsion\nA,u,1\n"
    assert values(text) == [{"title": "A", "media url": "u", "accession": "1"}]


def test_too_many_columns_are_told() -> None:
    """A list that is wider than any museum's is refused by its number of columns."""
    assert refusal(",".join(f"c{n}" for n in range(501)) + "\n1\n") == ("manifest-columns", (501, 500))


def test_a_huge_cell_is_told() -> None:
    """A cell may be long but not endless."""
    assert values("a,b\n" + "x" * 100_000 + ",1\n")[0]["a"] == "x" * 100_000
    assert refusal("a,b\n" + "x" * 100_001 + ",1\n")[0] == "manifest-broken"
    assert refusal("x" * 100_001 + "\n1\n")[0] == "manifest-broken"


@pytest.mark.parametrize("heading", ["a", "a,b"])
def test_every_row_is_a_record_of_the_columns(heading: str) -> None:
    """The columns are those of the heading row, also when there is only one."""
    table = read_table(io.BytesIO(f"{heading}\n1\n".encode()))
    assert table.columns == tuple(heading.split(","))


headings = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters=',;\t"\r\n\ufeff<'), min_size=1).filter(column_key),
    min_size=2,
    max_size=5,
    unique_by=column_key,
)
cells = st.text() | st.text(',;\t"\r\n a')


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A heading row, and rows of as many cells."""
    heading = draw(headings)
    return [heading, *draw(st.lists(st.lists(cells, min_size=len(heading), max_size=len(heading)), max_size=5))]


@given(tables(), st.sampled_from(",;\t"), st.sampled_from(["", "\ufeff"]))
def test_what_was_written_is_read(table: list[list[str]], delimiter: str, mark: str) -> None:
    """Any table that Python writes, with any of the delimiters, is read back, its values stripped."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(table)
    columns = [column_key(name) for name in table[0]]
    expected = [
        Record(number, dict(zip(columns, (cell.strip() for cell in row), strict=True)))
        for number, row in enumerate(table[1:], 2)
        if "".join(row).strip()
    ]
    written = (mark + text.getvalue()).encode()
    if expected:
        assert rows(written) == expected
    else:
        assert refusal(written)[0] == "manifest-empty"


def read_whatever_it_is(content: bytes) -> None:
    """Fails if reading raises anything but BadManifest, or gives anything but records."""
    try:
        assert {type(row) for row in rows(content)} <= {Record, BadRecord}
    except BadManifest as refused:
        assert refused.why.key.startswith("manifest-")  # noqa: PT017 - either is right


@given(st.binary() | st.text().map(str.encode) | st.text(',;\t"\r\n\0a').map(str.encode))
def test_garbage_is_refused_or_read(content: bytes) -> None:
    """No bytes raise anything but BadManifest."""
    read_whatever_it_is(content)


@settings(max_examples=8, deadline=None)
@given(st.binary(min_size=1, max_size=300) | st.text(',;\t"\r\n\0a', min_size=1).map(str.encode))
def test_a_megabyte_of_garbage_is_refused_or_read(piece: bytes) -> None:
    """However much garbage comes, nothing but BadManifest is raised."""
    read_whatever_it_is(b"a,b\n" + piece * (1_000_000 // len(piece)))


@pytest.mark.long
def test_a_long_list_does_not_grow_memory(tmp_path: Path) -> None:
    """100,000 rows are read one by one and never held."""
    path = tmp_path / "long.csv"
    path.write_text("title,url\n" + "A title of some length,https://example.org/1.jpg\n" * 100_000)
    with path.open("rb") as file:
        tracemalloc.start()
        try:
            count = sum(isinstance(row, Record) for row in read_table(file).rows)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert count == 100_000
    assert peak < 5_000_000


def test_a_museums_own_list_is_read() -> None:
    """The 24 real rows of the Carnegie Museum of Art are read as the standard library reads them."""
    with RECORDS.open(encoding="utf-8", newline="") as file:
        expected = [{column_key(name): value.strip() for name, value in row.items()} for row in csv.DictReader(file)]
    found = rows(RECORDS.read_bytes())
    assert [row.row for row in found] == list(range(2, 26))
    assert [dict(row.values) for row in found if isinstance(row, Record)] == expected
    assert expected[4]["provenance text"] == "Ron Desmett, 2002; Museum purchase, 2002. \n\nTBF November 5, 2014"


def test_a_row_of_countless_cells_is_told() -> None:
    """A row is never held that has more cells than any spreadsheet, be it on one line or on many."""
    assert refusal("a,b\n1,2\n" + "," * 100_001) == ("manifest-broken", (3, "the row is too long"))
    assert refusal("a,b\n" + ("," * 999 + '"\n"') * 101)[0] == "manifest-broken"
    assert values("a,b\n1,2" + "," * 98_000 + "\n" + "3" + "," * 98_000) == [{"a": "1", "b": "2"}, {"a": "3", "b": ""}]


def test_a_line_without_end_is_told() -> None:
    """A line is never held that is longer than ten million characters."""
    assert refusal("a,b\n" + '"x"' * 4_000_000)[0] == "manifest-broken"
