"""Excel workbooks: what people type into them, what Excel makes of that, and files that are made to do harm."""

import io
import struct
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from jobs.model.records import Record
from tests.jobs.lists.made import bad_rows, cell, refusal, row, rows, sheet_of, table, values, workbook, zipped
from tests.jobs.lists.worst import SMALL_AND_COSTLY, workbook_of_long_text

STYLES = (
    '<numFmts count="3"><numFmt numFmtId="164" formatCode="d\\-mmm\\-yyyy"/>'
    '<numFmt numFmtId="165" formatCode="0000"/><numFmt numFmtId="166" formatCode="&quot;day&quot; 0.0"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    "<cellXfs>" + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 164, 22, 20, 46, 165, 166)) + "</cellXfs>"
)
GENERAL, DATE, OWN_DATE, DATE_TIME, TIME, ELAPSED, ZEROS, OWN_NUMBER = range(8)


def shown(value: float | str, style: int = GENERAL, kind: str = "", properties: str = "") -> str:
    """What a cell comes to."""
    sheet = row(1, cell("A1", "a")) + row(2, cell("A2", value, style, kind))
    return values(workbook(sheet, styles=STYLES, properties=properties))[0]["a"]


def test_a_sheet_is_read_with_its_own_row_numbers() -> None:
    """Headings and rows are as in CSV; empty rows and cells are passed over and counted."""
    sheet = (
        row(1, cell("A1", " Title "), cell("B1", "Media_URL"), cell("C1", None, 0))
        + row(2, cell("A2", "A "), cell("B2", "u"))
        + row(4, cell("A4", None), cell("B4", " "))
        + row(7, cell("B7", "v"), cell("D7", None))
    )
    book = workbook(sheet)
    assert table(book).format == "XLSX"
    assert table(book).columns == ("title", "media url")
    assert rows(book) == [Record(2, {"title": "A", "media url": "u"}), Record(7, {"title": "", "media url": "v"})]


def test_shared_texts_are_put_together_from_their_runs() -> None:
    """A text may be in pieces of different looks; hints at its pronunciation are no part of it, escapes are undone."""
    strings = [
        "<si><t>a</t></si>",
        '<si><r><rPr><b/></rPr><t>bold</t></r><r><t xml:space="preserve"> plain</t></r><rPh><t>hint</t></rPh></si>',
        "<si><t>one_x000D_\ntwo _xD800_</t></si>",
    ]
    sheet = row(1, cell("A1", "0", kind="s")) + row(2, cell("A2", "1", kind="s")) + row(3, cell("A3", "2", kind="s"))
    assert values(workbook(sheet, strings=strings)) == [{"a": "bold plain"}, {"a": "one\r\ntwo _xD800_"}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3.0, "3"),
        ("1900", "1900"),
        (0.1 + 0.2, "0.3"),
        (-2.50, "-2.5"),
        ("1.5E-7", "0.00000015"),
        ("1E+20", "100000000000000000000"),
        ("1E+999", "1E+999"),
        ("12a", "12a"),
    ],
)
def test_numbers_are_as_they_were_typed(value: float | str, expected: str) -> None:
    """Integers have no `.0`, fractions the fifteen digits that Excel shows, and none an exponent."""
    assert shown(value, kind="n") == expected


@pytest.mark.parametrize(
    ("value", "style", "expected"),
    [
        (43861, DATE, "2020-01-31"),
        (43861, OWN_DATE, "2020-01-31"),
        (43861.5, DATE_TIME, "2020-01-31 12:00:00"),
        (0.75, TIME, "18:00:00"),
        (1.25, ELAPSED, "30:00:00"),
        (1, DATE, "1900-01-01"),
        (59, DATE, "1900-02-28"),
        (61, DATE, "1900-03-01"),
        (-1, DATE, "-1"),
        (10**9, DATE, "1000000000"),
        (7, ZEROS, "0007"),
        (7, OWN_NUMBER, "day 7.0"),
    ],
)
def test_dates_are_iso_dates(value: float, style: int, expected: str) -> None:
    """What is shown as a date, a time or a duration is one here, as ISO 8601 has it; leading zeros stay."""
    assert shown(value, style) == expected


@given(st.dates(date(1900, 3, 1), date(9990, 1, 1)), st.integers(0, 86_399), st.booleans())
def test_every_moment_is_read_as_it_was(day: date, seconds: int, from_1904: bool) -> None:  # noqa: FBT001
    """Any day and second that a workbook can hold, counted from 1900 or 1904, is read back."""
    if from_1904 and day.year < 1905:
        day = day.replace(year=1905)
    serial = (day - (date(1904, 1, 1) if from_1904 else date(1899, 12, 30))).days + seconds / 86_400
    moment = datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)
    properties = '<workbookPr date1904="1"/>' if from_1904 else ""
    expected = str(day) if seconds == 0 else str(moment)
    assert shown(repr(serial), DATE, "n", properties) == expected


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [("1", "b", "TRUE"), ("0", "b", "FALSE"), ("2020-01-31T00:00:00", "d", "2020-01-31"), ("x", "str", "x")],
)
def test_other_kinds_of_cells(value: str, kind: str, expected: str) -> None:
    """Truths are as Excel shows them, dates may be written out, and formulas give texts."""
    assert shown(value, kind=kind) == expected


def test_a_failed_formula_refuses_its_row() -> None:
    """An error is no value and no lack of one: the row is refused with its column."""
    sheet = row(1, cell("A1", "a"), cell("B1", "b")) + row(2, cell("B2", "#N/A", kind="e")) + row(3, cell("A3", "x"))
    assert bad_rows(workbook(sheet)) == [(2, "row-cell-error", ("b", "#N/A"))]
    sheet = row(1, cell("A1", "a")) + row(2, cell("A2", "7", kind="s"))
    assert bad_rows(workbook(sheet)) == [(2, "row-cell-error", ("a", "#REF!"))]


def test_the_sheet_asked_for_is_read() -> None:
    """Without a name the first sheet that is not hidden is read; with one that sheet, whatever its case."""
    sheets = [row(1, cell("A1", "a")) + row(2, cell("A2", name)) for name in ("one", "two", "three")]
    book = workbook(*sheets, names=["Notes", "Plates & glass", "Hidden"], hidden=["Notes", "Hidden"])
    assert values(book) == [{"a": "two"}]
    assert values(book, sheet="plates & GLASS ") == [{"a": "two"}]
    assert values(book, sheet="hidden") == [{"a": "three"}]
    assert refusal(book, sheet="Plates") == ("manifest-no-sheet", ("Plates", "Notes, Plates & glass, Hidden"))


def test_rows_and_cells_without_places_follow_each_other() -> None:
    """Places are left out by some programs, and told wrong by broken ones: no two rows have one number."""
    sheet = "<row><c t='str'><v>a</v></c></row><row r='5'><c t='str'><v>x</v></c></row>"
    sheet += "<row r='2'><c t='str'><v>y</v></c></row><row r='z'><c t='str'><v>z</v></c></row>"
    assert rows(workbook(sheet)) == [Record(5, {"a": "x"}), Record(6, {"a": "y"}), Record(7, {"a": "z"})]


def test_headings_and_cells_too_many_are_told() -> None:
    """As in CSV, a column without a heading is left out, and a row has no more cells than there are headings."""
    assert values(workbook(sheet_of([["a", None, "c"], ["1", "2", "3"]]))) == [{"a": "1", "c": "3"}]
    assert refusal(workbook(sheet_of([["a", "A"], ["1", "2"]]))) == ("manifest-repeated-column", ("a",))
    assert bad_rows(workbook(sheet_of([["a"], ["1", "2"], ["3"]]))) == [(2, "row-too-many-cells", (2, 1))]
    assert refusal(workbook(sheet_of([["a"]]))) == ("manifest-empty", ())
    assert refusal(workbook("")) == ("manifest-empty", ())


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
numbers = st.integers(-(10**14), 10**14) | st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda x: round(x, 4))


@given(st.lists(st.lists(texts.filter(lambda t: "_x" not in t) | numbers, min_size=3, max_size=3), max_size=5))
def test_another_reader_finds_the_same(written: list[list[str | float]]) -> None:
    """Any sheet of texts and numbers reads as calamine, a reader of another make, reads it."""
    book = workbook(sheet_of([["a", "b", "c"], *written]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    found = [[x.strip() if isinstance(x, str) else f"{x:.15g}" for x in line] for line in sheet.to_python()[1:]]
    expected = [dict(zip("abc", line, strict=True)) for line in found if any(line)]
    if expected:
        assert [dict.fromkeys("abc", "") | record for record in values(book)] == expected
    else:
        assert refusal(book) == ("manifest-empty", ())


@pytest.mark.parametrize(
    "content",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
        zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        zipped({}),
        workbook(row(1), change=lambda parts: parts.update({"_rels/.rels": "<none/>"})),
        workbook(names=[]),
    ],
)
def test_other_spreadsheets_and_archives_are_told(content: bytes) -> None:
    """Old Excel files, ones with a password, LibreOffice's own and plain archives are told what to be saved as."""
    assert refusal(content) == ("manifest-spreadsheet", ())


def spoil(part: str, old: str, new: str) -> Callable[[dict[str, str]], None]:
    """A change of one part."""

    def change(parts: dict[str, str]) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)

    return change


@pytest.mark.parametrize("part", ["_rels/.rels", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
def test_document_types_and_broken_xml_are_told(part: str) -> None:
    """No part may declare a document type, and each must be whole."""
    sheet = sheet_of([["a"], ["1"]])
    entities = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><'

    def declare(parts: dict[str, str]) -> None:
        parts[part] = parts[part].replace("<", entities, 1)

    assert refusal(workbook(sheet, change=declare))[0] == "manifest-xml-entities"
    assert refusal(workbook(sheet, change=spoil(part, "</", "<")))[0] == "manifest-xml-broken"


def test_a_broken_archive_is_told() -> None:
    """A workbook that was cut off, or whose bytes changed, is told as damaged."""
    book = workbook(sheet_of([["a"], *([str(n)] for n in range(1000))]))
    assert refusal(book[:-30])[0] == "manifest-xlsx-broken"
    place = book.index(b"xl/worksheets/sheet1.xml") + 60
    assert refusal(book[:place] + bytes([book[place] ^ 255]) + book[place + 1 :])[0] == "manifest-xlsx-broken"


def test_archives_that_unpack_to_far_more_are_told() -> None:
    """More than thirty times its size is in no workbook that people make; nothing of it is unpacked."""
    assert refusal(workbook(row(1, cell("A1", "a" * 3_000_000)))) == ("manifest-xlsx-large", (1,))


def test_what_is_there_is_never_more_than_is_declared() -> None:
    """A size that lies does not get more unpacked than it says."""
    book = workbook(row(1, cell("A1", "a" * 3_000_000)))
    entry = book.rindex(b"PK\1\2", 0, book.rindex(b"xl/worksheets/sheet1.xml"))
    lying = book[: entry + 24] + struct.pack("<L", 500) + book[entry + 28 :]
    assert refusal(lying)[0] in {"manifest-xlsx-broken", "manifest-xml-broken"}


def test_a_directory_of_countless_files_is_told() -> None:
    """An archive is asked how large its directory is before that is read."""
    book = workbook(sheet_of([["a"], ["1"]]))
    end = book.rindex(b"PK\5\6")
    assert refusal(book[: end + 12] + struct.pack("<L", 2_000_000) + book[end + 16 :])[0] == "manifest-xlsx-broken"


@pytest.mark.long
@pytest.mark.parametrize(("sheet", "count"), SMALL_AND_COSTLY)
def test_no_small_workbook_costs_much(sheet: str, count: int) -> None:
    """Cells far away, long texts that many cells share and countless empty cells cost no memory."""
    book = workbook_of_long_text(sheet)
    assert len(book) < 200_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in table(book).rows) == count
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


def padded(sheet: str) -> bytes:
    """A workbook with a large file in it that nothing refers to."""
    return workbook(sheet, change=lambda parts: parts.update(pad="".join(map(str, range(40_000)))))


@pytest.mark.long
def test_sheets_of_countless_cells_are_told() -> None:
    """More cells than a file of its size has where people fill it are refused, before they cost much."""
    assert refusal(padded(row(1, cell("A1", "a")) + "<row/>" * 300_000)) == ("manifest-xlsx-cells", ())
    assert refusal(padded(row(1, "<c/>" * 300_000))) == ("manifest-xlsx-cells", ())


def test_one_endless_row_is_told() -> None:
    """A row is never held that is longer than any row of a spreadsheet."""
    endless = padded(row(1, cell("A1", "a")) + row(2, "<c/>" * 700_000))
    assert refusal(endless) == ("manifest-large-item", (2_000_000,))


def test_headings_may_not_be_endless() -> None:
    """A heading is no text: one longer than any name is told, before all of them are compared."""
    assert refusal(workbook(sheet_of([["a", "x" * 501], ["1"]]))) == ("manifest-long-heading", ("x" * 40, 500))


@pytest.mark.parametrize(("zeros", "expected"), [(9, "000000007"), (5_000, "7")])
def test_only_formats_that_somebody_may_mean_count(zeros: int, expected: str) -> None:
    """A number of so many digits that nobody would read them is shown as it is."""
    styles = (
        f'<numFmts><numFmt numFmtId="164" formatCode="{"0" * zeros}"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs>'
    )
    sheet = row(1, cell("A1", "a")) + row(2, cell("A2", 7, 0))
    assert values(workbook(sheet, styles=styles)) == [{"a": expected}]


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [(";;;", "n", ""), (";;;", "str", ""), (";;", "n", ""), (";;", "str", "7"), ("0;;", "n", "7"), ("", "n", "7")],
)
def test_what_a_format_shows_nothing_of_is_not_there(code: str, kind: str, expected: str) -> None:
    """`;;;` is how people hide what stands in a cell."""
    formats = f'<numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts>'
    styles = f'{formats}<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
    sheet = row(1, cell("A1", "a"), cell("B1", "b")) + row(2, cell("A2", 7, 1, kind=kind), cell("B2", "x"))
    assert values(workbook(sheet, styles=styles))[0].get("a", "") == expected


def test_columns_and_rows_without_a_size_are_hidden() -> None:
    """As Excel shows none of them, whatever they are called."""

    def narrow(parts: dict[str, str]) -> None:
        place = "xl/worksheets/sheet1.xml"
        columns = '<cols><col min="2" max="2" width="0" customWidth="1"/></cols><sheetData>'
        parts[place] = parts[place].replace("<sheetData>", columns).replace('<row r="3"', '<row r="3" ht="0.0"')

    assert values(workbook(sheet_of([["a", "b"], ["1", "2"], ["3", "4"]]), change=narrow)) == [{"a": "1"}]


def test_a_hidden_column_may_still_keep_rows_out() -> None:
    """It is read for that, and what stands in it is not shown."""

    def hide(parts: dict[str, str]) -> None:
        place = "xl/worksheets/sheet1.xml"
        parts[place] = parts[place].replace("<sheetData>", '<cols><col min="2" max="4" hidden="1"/></cols><sheetData>')

    sheet = sheet_of([["a", "embargo", "publish", "price"], ["1", "until 2040", "no", "9"], ["2", "", "yes", "8"]])
    assert values(workbook(sheet, change=hide)) == [
        {"a": "1", "embargo": "\u2026", "publish": "no"}, {"a": "2", "embargo": "", "publish": "yes"},
    ]  # fmt: skip


def test_shared_texts_are_stripped() -> None:
    """White space around a shared text is none of it, as around any other, and a text of nothing else is no value."""
    sheet = row(1, cell("A1", "a"), cell("B1", "b")) + row(2, cell("A2", "0", kind="s"), cell("B2", "1", kind="s"))
    assert values(workbook(sheet, strings=["<si><t>\n x </t></si>", "<si><t> \n </t></si>"])) == [{"a": "x"}]
