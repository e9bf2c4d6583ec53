"""The tables as files, read back by other programs."""

import csv
import io
import json
import re
import zipfile

from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from bots.web.exports import csv_of, json_of, write_xlsx
from tests.hostile import HOSTILE

FORMULAS = ("formula", "plus", "minus", "at", "tab")


def downloaded(client: FlaskClient, address: str) -> bytes:
    """A file, sent to its end."""
    answer = client.get(address, buffered=True)
    assert answer.status_code == 200
    data: bytes = answer.data
    return data


def from_csv(data: bytes) -> list[list[str]]:
    """The table in a CSV, as a spreadsheet reads it."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def from_xlsx(data: bytes) -> list[list[str]]:
    """The table in a workbook."""
    return [[str(cell) for cell in row] for row in CalamineWorkbook.from_object(io.BytesIO(data)).get_sheet_by_index(0)
            .to_python()]  # fmt: skip


def test_all_requests_are_in_each_file(reading: FlaskClient) -> None:
    """The same ones with the same numbers; the filters of the page count."""
    told = json.loads(downloaded(reading, "/requests.json"))
    assert [(one["request"], one["state"], one["done"], one["failed"]) for one in told] == [
        ("H2", "invalid", 0, 0),
        ("H1", "running", 1, 1),
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told[0]["since"])
    head, *lines = from_csv(downloaded(reading, "/requests.csv"))
    assert head == [*told[0]]
    assert [line[:2] for line in lines] == [["H2", "invalid"], ["H1", "running"]]
    assert [line[:2] for line in from_xlsx(downloaded(reading, "/requests.xlsx"))[1:]] == [line[:2] for line in lines]
    assert [one["request"] for one in json.loads(downloaded(reading, "/requests.json?state=running"))] == ["H1"]
    assert json.loads(downloaded(reading, "/requests.json?partner=nobody")) == []


def test_what_became_of_each_row_is_in_each_file(reading: FlaskClient) -> None:
    """With its page's address, the revision, and why in the reader's language."""
    done, failed, refused = json.loads(downloaded(reading, "/request/H1/rows.json?uselang=sv"))
    assert done["address"] == "https://commons.example/w/index.php?title=File%3AA.jpg"
    assert (done["row"], done["state"], done["revision"], done["error"], done["why"]) == (1, "done", 77, None, "")
    assert (failed["state"], failed["error"]) == ("failed", HOSTILE["markup"][:60])
    assert HOSTILE["formula"] in failed["why"]
    assert (refused["state"], refused["page"], refused["error"]) == ("refused", None, "row-name-exists")
    for read, form in ((from_csv, "csv"), (from_xlsx, "xlsx")):
        answer = reading.get(f"/request/H1/rows.{form}", buffered=True)
        assert answer.headers["Content-Disposition"] == f"attachment; filename=H1.{form}"
        assert [line[1] for line in read(answer.data)] == ["state", "done", "failed", "refused"]


def test_times_are_times(reading: FlaskClient) -> None:
    """In a spreadsheet they can be sorted and counted with; each file has the same, and an empty cell where is none."""
    told = json.loads(downloaded(reading, "/requests.json"))
    book = CalamineWorkbook.from_object(io.BytesIO(downloaded(reading, "/requests.xlsx"))).get_sheet_by_index(0)
    _, *lines = book.to_python()
    for one, line in zip(told, lines, strict=True):
        for column, written in ((2, one["since"]), (3, one["asked"])):
            there = line[column]
            assert there == "" if written is None else f"{there:%Y-%m-%dT%H:%M:%SZ}" == written


def test_no_value_is_a_formula() -> None:
    """Of each hostile value a spreadsheet makes a text, in every format; JSON has it as it is."""
    rows = [(number, value) for number, value in enumerate(HOSTILE.values())]
    table = dict(from_csv("".join(csv_of(("number", "value"), rows)).encode())[1:])
    assert [*HOSTILE.values()] == [row["value"] for row in json.loads("".join(json_of(("number", "value"), rows)))]
    book = io.BytesIO()
    write_xlsx(book, ("number", "value"), rows)
    cells = dict(from_xlsx(book.getvalue())[1:])
    for number, name in enumerate(HOSTILE):
        assert not table[str(number)].startswith(("=", "+", "-", "@", "\t", "\r")), name
        assert "\x1b" not in table[str(number)]
        assert "\u202e" not in cells[f"{number}.0"]
    for name in FORMULAS:
        number = [*HOSTILE].index(name)
        assert table[str(number)] == f"'{HOSTILE[name]}"
        assert cells[f"{number}.0"] == HOSTILE[name]


def test_a_workbook_can_be_read_and_filtered(reading: FlaskClient) -> None:
    """The heading is bold and filters, sentences and addresses have room and go on below; a time fits in its cell."""
    with zipfile.ZipFile(io.BytesIO(downloaded(reading, "/request/H1/rows.xlsx"))) as parts:
        sheet, styles = (parts.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    columns = re.findall(r'<col min="(\d)" max="(\d)" width="([\d.]+)"', sheet)
    widths = [float(width) for first, last, width in columns for _ in range(int(first), int(last) + 1)]
    row, state, since, page, address, revision, error, why = widths
    assert row < state == since == revision == error < page < address == why
    assert since > len("2026-11-27 21:59:36")
    assert '<autoFilter ref="A1:H4"/>' in sheet
    formats = re.findall("<xf .*?(?:/>|</xf>)", styles.partition("<cellXfs")[2])
    heading, text = (formats[int(re.findall(rf'<c r="{cell}" s="(\d+)"', sheet)[0])] for cell in ("A1", "H3"))
    assert 'fontId="1"' in heading
    assert 'wrapText="1"' in text


def test_a_workbook_has_no_formula(reading: FlaskClient) -> None:
    """None at all: what it has are texts and numbers."""
    data = downloaded(reading, "/request/H1/rows.xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
