"""Lists as people really have them, each of which was once read wrongly (tests/data/cases)."""

import gzip

import pytest

from jobs.kinds.upload.drafts import described, page_of
from jobs.kinds.upload.mapping import WordMap
from jobs.kinds.upload.parameters import UploadParameters
from jobs.lists.plain_text import in_plain_text
from jobs.model.profile import profile_of
from jobs.model.records import BadRecord, Record
from jobs.patterns.filters import text_of
from jobs.patterns.pattern import Pattern
from tests.jobs.lists.made import DATA, bad_rows, refusal, rows, spreadsheet, table, values, zipped
from wikitext.escape import Wikitext
from wikitext.filename import fitted, shortened
from wikitext.license_calls import Licenses
from wikitext.messages import Message, message

CASES = DATA / "cases"
LISTS = CASES / "lists"
WORKS = ("title", "artist", "date", "accession number", "dimensions", "media url")
WORK = {"title": "Work number 1", "artist": "Anna Berg", "date": "1880", "accession number": "NM.00001"}


def case(name: str) -> bytes:
    """The list, of which the addresses are those of a museum."""
    content = (LISTS / name).read_bytes()
    return content if content.startswith((b"PK", b"\xd0")) else content.replace(b"@@HOST@@", b"https://example.org")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("csv-sep-line.csv", {"title": "A", "media url": "https://example.org/1.jpg"}),
        ("csv-tab-with-commas-header.tsv", {"title": "A", "size (w, h, d, x)": "1"}),
        ("csv-zwnbsp-mid.csv", {"title": "A", "media url": "https://example.org/1.jpg"}),
        ("csv-space-after-comma-quotes.csv", {"title": "A", "media url": "https://example.org/1.jpg"}),
        ("csv-pipe-delim.csv", {"title": "A", "creator": "B", "media url": "https://example.org/1.jpg"}),
        ("two_header_rows.xlsx", WORK),
        ("pandas_index.xlsx", WORK | {"date": "1905-06-03"}),
        ("xls-html.xls", {"title": "A", "media url": "u"}),
        ("old.xls", WORK),
        ("xlsx-hyperlink-cell.xlsx", {"media url": "click", "media url link": "https://example.org/1.jpg"}),
        ("xlsx-readme-first.xlsx", {"title": "A", "media url": "https://example.org/1.jpg"}),
    ],
)
def test_the_first_row_is_read(name: str, first: dict[str, str]) -> None:
    """Each is read as its makers see it."""
    assert first.items() <= values(case(name))[0].items()


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("csv-leading-blank-lines.csv", 3),
        ("csv-title-row-above.csv", 2),
        ("title_rows.xlsx", 4),
        ("xlsx-title-row.xlsx", 3),
        ("offset.xlsx", 5),
    ],
)
def test_what_stands_above_the_headings_is_passed_over(name: str, row: int) -> None:
    """Blank rows and titles; which row was taken is said."""
    assert table(case(name)).notes[0] == message("list-headings-row", row)
    assert "title" in values(case(name))[0]


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("xlsx-filtered-rows.xlsx", [message("list-hidden-rows", 1, "3")]),
        ("hidden.xlsx", [message("list-hidden-rows", 1, "3"), message("list-hidden-columns", 1, "G")]),
        ("xlsx-readme-first.xlsx", [message("list-sheet", "Objects", "README")]),
    ],
)
def test_what_is_left_out_of_a_workbook_is_said(name: str, notes: list[Message]) -> None:
    """Hidden rows and columns, of which nothing comes onto a public page, and other sheets."""
    assert list(table(case(name)).notes) == notes
    assert "SECRET" not in str(values(case(name)))
    assert "internal note" not in table(case(name)).columns


def test_cells_are_as_excel_shows_them() -> None:
    """A year and a month, a year, zeros, per cent: by the formats of the cells."""
    read = [row for row in table(case("xlsx-types.xlsx")).rows if isinstance(row, Record)]
    assert {row.values["title"]: (row.values["date"], row.values["accession number"]) for row in read} == {
        "Date cell": ("1905-03-07", "00123"),
        "Year format": ("1905", "1234567"),
        "Year number": ("1905", "50%"),
        "US date": ("1905-03-07", "NM-0012"),
        "Before 1900 as text": ("1850-02-03", "1234567890123460000"),
    }
    assert bad_rows(case("xlsx-types.xlsx")) == [(3, "row-cell-error", ("flag", "#DIV/0!"))]


def test_merged_cells_all_have_their_value() -> None:
    """Excel shows it once; it is meant for each row."""
    assert [row["title"] for row in values(case("xlsx-merged.xlsx"))] == ["Merged", "Merged"]


def test_a_formula_that_nothing_computed_is_told() -> None:
    """The file was made by a program; Excel would compute it."""
    assert bad_rows(case("xlsx-formula-no-cache.xlsx")) == [(2, "row-cell-uncomputed", ("media url",))]


def test_html_becomes_plain_text() -> None:
    """Tags and references of HTML are taken out, wherever the list comes from, and it is said of how many rows."""
    *rows, note = in_plain_text(table(case("csv-html-entities.csv")).rows)
    assert [row.values["title"] for row in rows if isinstance(row, Record)] == ["Tom & Jerry \u2013 x"]
    assert not any(isinstance(row, BadRecord) for row in rows)
    assert note.what == message("list-html", 1, 2)  # type: ignore[union-attr]


def test_a_web_page_is_no_list() -> None:
    """One table and little beside it is a list; more than that is somebody's web page."""
    prose = b"<p>" + b"Welcome to our museum, which is open every day. " * 9 + b"</p>"
    page = case("xls-html.xls").replace(b"<table>", prose + b"<table>")
    assert refusal(page)[0] == "manifest-html"
    assert refusal(case("xls-html.xls") * 2)[0] == "manifest-html"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Gård i Härnösand, målad på våren; Ångbåten", "cp1252"),
        ("Gård i Härnösand, målad på våren; Ångbåten", "mac_roman"),
        ("Brücke über die Straße in Köln", "cp1252"),
        ("L\u2019église du village près de la forêt \u2013 été", "cp1252"),
        ("Dziewczyna z łąki, żółty kwiat; święto, ćma, źródło", "cp1250"),
        ("Вид на старый город; Портрет неизвестной", "cp1251"),
        ("Άποψη της πόλης", "cp1253"),
        ("İstanbul'da bir gün ışığı, çeşme", "cp1254"),
        ("صورة قديمة للمدينة", "cp1256"),
    ],
)
def test_other_encodings_are_read_where_there_is_no_doubt(text: str, encoding: str) -> None:
    """The letters tell: only one encoding makes words of one language of the bytes."""
    assert values(f"title\tmedia\n{text}\tu\n".encode(encoding))[0]["title"] == text


def test_an_encoding_that_may_be_another_is_asked_for() -> None:
    """What each makes of it is shown; the request can say which is right."""
    content = "title,media\nNiña en la estación,u\n".encode("cp1252")
    key, (shown,) = refusal(content)
    assert key == "manifest-encoding"
    assert "windows-1252: Niña en la estación" in str(shown)
    assert "windows-1250: Nińa en la estación" in str(shown)
    assert values(content, encoding="windows-1252")[0]["title"] == "Niña en la estación"
    assert refusal(content, encoding="ebcdic")[0] == "manifest-no-encoding"


def test_spreadsheets_of_libreoffice_are_read() -> None:
    """As those of old Excel, by python-calamine, which does not tell what is hidden: that is said."""
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="1900"/>'
    rows = (cell.format("title"), cell.format("year")), (cell.format("A"), number)
    sheet = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    assert values(spreadsheet(sheet)) == [{"title": "A", "year": "1900"}]
    assert table(spreadsheet(sheet)).notes[0] == message("list-hidden-unknown")


def test_packed_lists_are_unpacked() -> None:
    """`.csv.gz`, and a `.zip` with one list in it; of several it is said which there are."""
    content = case("csv-sep-line.csv")
    assert values(gzip.compress(content)) == values(content)
    assert values(zipped({"list.csv": content.decode(), "__MACOSX/x": ""})) == values(content)
    assert refusal(zipped({"a.csv": "x", "b.csv": "y"})) == ("manifest-archive", ("a.csv, b.csv",))
    assert refusal(gzip.compress(content)[:-9])[0] == "manifest-xlsx-broken"


def iiif(name: str) -> bytes:
    """A IIIF resource."""
    return (CASES / "iiif" / f"iiif-{name}.json").read_bytes()


def oai(name: str) -> bytes:
    """An answer of an OAI-PMH server."""
    return (CASES / "oai" / f"oai-{name}.xml").read_bytes()


@pytest.mark.parametrize("name", ["archive-org-context", "no-context"])
def test_a_manifest_is_told_by_its_type(name: str) -> None:
    """Whatever context it names: Internet Archive names that of the image API."""
    assert table(iiif(name)).format == "IIIF"
    assert values(iiif(name))[0]["canvas number"] == "1"


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("level0-static", ["https://e.org/static/1.jpg"]),
        ("service-info-json-id", ["https://e.org/images/1/full/full/0/default.jpg"]),
        ("multi-images", ["https://e.org/a.jpg", "https://e.org/b.jpg"]),
    ],
)
def test_every_image_of_a_canvas_has_the_address_that_is_served(name: str, addresses: list[str]) -> None:
    """A server of level 0 makes no sizes; `/info.json` is no part of an image's address."""
    read = values(iiif(name))
    assert [row["media url"] for row in read] == addresses
    assert len({row["canvas number"] for row in read}) == len(addresses)


def test_a_collection_may_name_a_manifest_twice_and_miss_one() -> None:
    """It is read once; of one that is gone it is said, and the others are read."""
    book = iiif("field-twice")
    read = rows(iiif("collection-twice"), {"https://example.org/m1.json": book})
    assert [type(row) for row in read] == [Record, BadRecord]


def test_a_collection_in_pages_is_followed() -> None:
    """Presentation API 2.1 parts large ones: `first`, then `next`, however many there are."""
    page = '{{"@type": "sc:Collection", "next": "{}", "manifests": [{{"@id": "{}", "@type": "sc:Manifest"}}]}}'
    last = 1_500
    pages = {
        f"https://e.org/col?page={number}": page.format(
            f"https://e.org/col?page={number + 1}" if number < last else "",
            f"https://e.org/{'b' if number == last else 'a'}",
        ).encode()
        for number in range(1, last + 1)
    }
    manifests = {"https://e.org/a": iiif("multi-images"), "https://e.org/b": iiif("level0-static")}
    assert len(values(iiif("collection-v2-paged"), {**pages, **manifests})) == 3


def test_html_in_a_manifest_becomes_text() -> None:
    """As of every list."""
    [row, _note] = in_plain_text(table(iiif("html-values")).rows)
    assert isinstance(row, Record)
    assert (row.values["source"], row.values["note"]) == ("Record", "plain bold text")
    assert (row.values["url"], row.values["attribution"]) == ("https://e.org/rec/1", "A; B")


def test_what_stands_around_the_xml_is_passed_over() -> None:
    """Empty lines before it, and notices of PHP behind it: that is said."""
    assert values(oai("leading-newline"))[0]["title"] == "A"
    assert values(oai("findsorguk843-trailing-garbage"))[0]["title"] == "A"
    assert table(oai("findsorguk843-trailing-garbage")).notes == (message("list-xml-end"),)


def test_the_terms_of_dublin_core_are_read_beside_its_elements() -> None:
    """What stands twice is there once; an address among other identifiers has a column of its own."""
    [first] = values(oai("qdc-dcterms"))
    assert (first["title"], first["created"], first["medium"]) == ("Valley in winter", "1881", "Photographs")
    assert (first["date"], first["identifier"]) == ("1912", "mamo036830")
    assert first["identifier link"] == "https://example.org/1.jpg"
    assert values(oai("qualified-dcterms"))[0]["is referenced by"] == "https://e.org/1.jpg"


def test_a_list_that_ends_too_soon_is_told() -> None:
    """A web page in the place of a further page; fewer records than the server says there are."""
    further = "https://museum.example.org/list?verb=ListRecords&resumptionToken=t2"
    page = b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body>Sorry</body></html>"
    assert refusal(oai("page2-xhtml"), {further: page}) == ("manifest-oai-page", ("t2",))
    token, counted = (
        b"<resumptionToken>t2</resumptionToken>",
        b"<resumptionToken completeListSize='3'></resumptionToken>",
    )
    assert bad_rows(oai("page2-xhtml").replace(token, counted)) == [(2, "row-oai-missing", (3, 1))]


def test_the_list_in_json_is_found() -> None:
    """One record; objects by their names; of several lists the one with addresses in it, which is said."""
    assert values(case("mia-one-record.json"))[0]["dated"] == "c.1888-89"
    assert values('{"objects": {"1": {"title": "A"}, "2": {"title": "B"}}}') == [{"title": "A"}, {"title": "B"}]
    several = '{"facets": [{"a": 1}], "data": [{"title": "A", "image": "https://e.org/1.jpg"}]}'
    assert values(several) == [{"title": "A", "image": "https://e.org/1.jpg"}]
    assert table(several).notes == (message("list-json", "data", "facets"),)


@pytest.mark.parametrize(
    ("content", "pattern", "kept"),
    [
        (case("tate-long-names.csv"), "{title} - {artist} - {accession_number}", "accession number"),
        (iiif("long-label"), "{label} - {canvas number}", "canvas number"),
    ],
)
def test_names_of_long_titles_differ(content: bytes, pattern: str, kept: str) -> None:
    """The longest value is cut, so that what sets the files apart stays."""
    records = values(content)
    names = []
    for record in records:
        parts = [text_of(part.value) for part in Pattern(pattern).filled(record)]
        name = shortened(fitted(parts, "jpg"), "jpg")
        assert isinstance(name, str)
        assert name.endswith(f"{record[kept]}.jpg")
        names.append(name)
    assert len(set(names)) == len(records)


def test_the_title_of_a_list_without_descriptions_describes_the_file() -> None:
    """Information has one field for both; of NYPL's collections one in twenty has a description."""
    read = [row for row in table(case("nypl-pd-collections.csv")).rows if isinstance(row, Record)]
    asked = UploadParameters.model_validate({
        "partner": "NYPL", "manifest": "https://example.org/", "filename": "{title}", "license": "x", "categories": "x",
    })  # fmt: skip
    profile = profile_of(read)
    pages = [page_of(asked, described(asked, row, WordMap(), profile), Licenses(Wikitext("")), "u", ()) for row in read]
    assert all("|description = " in page for page in pages)
    assert sum("|source = http" in page for page in pages) == len(read)
