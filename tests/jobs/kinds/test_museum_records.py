"""A museum's whole list, 3,000 records as they were published, becomes names and pages, and no value breaks out."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import edtf
import mwparserfromhell
import pytest
from mwparserfromhell.nodes import ExternalLink, Heading, Tag, Template, Wikilink

from jobs.intake.parse import Request, asked, read_request
from jobs.kinds.upload.description import Description
from jobs.kinds.upload.drafts import described, page_of
from jobs.kinds.upload.mapping import WordMap
from jobs.kinds.upload.parameters import UploadParameters
from jobs.lists.formats.csv_table import read_table
from jobs.model.records import Record
from tests.counting import steps
from wikitext.dates import read_date
from wikitext.escape import Wikitext, link
from wikitext.filename import MAX_BYTES, NameTaken, file_name, shortened, unique_name
from wikitext.filepage import TEMPLATES, field_for
from wikitext.license_calls import Licenses
from wikitext.templates import TemplateCall, find_calls
from wikitext.titles import title

RECORDS = Path(__file__).parents[2] / "data" / "museum-records.csv"
REQUEST = r"""
{{Hub request
| type        = upload
| partner     = Carnegie Museum of Art
| manifest    = https://example.org/museum-records.csv
| media       = {web_url}
| filename    = {title|upper_first} - {creator|split:\||first}
| template    = Artwork
| artist      = {creator|split:\||join:; }
| title       = {title|lang:en}
| date        = {creation_date|date}
| dimensions  = {item_width + item_height|size:in}
| institution = {{Institution:Carnegie Museum of Art, Pittsburgh}}
| source      = {web_url}
| object history = {provenance_text}
| license     = {{Cc-zero}}
| categories  = Collections of the Carnegie Museum of Art
}}
"""

CATEGORY = "Collections of the Carnegie Museum of Art"
HEADINGS = ["== {{int:filedesc}} ==", "== {{int:license-header}} =="]
TEMPLATES_ON_PAGES = {
    "Artwork": 3000,
    "Cc-zero": 3000,
    "Institution:Carnegie Museum of Art, Pittsburgh": 3000,
    "int:filedesc": 3000,
    "int:license-header": 3000,
    "en": 2993,
    "Size": 2889,
    "other date": 1142,
    "complex date": 145,
}


@cache
def records() -> tuple[Record, ...]:
    """The records as an upload reads them."""
    with RECORDS.open("rb") as file:
        return tuple(record for record in read_table(file).rows if isinstance(record, Record))


@cache
def asked_for() -> UploadParameters:
    """What the request asks for."""
    [call] = find_calls(REQUEST, "Hub request")
    request = read_request(asked(call))
    assert isinstance(request, Request)
    assert isinstance(request.parameters, UploadParameters)
    return request.parameters


def names() -> Iterator[str]:
    """The name of each record's file, one after the other."""
    taken: set[str] = set()
    for record in records():
        wanted = asked_for().filename.fill(record.values)
        name = unique_name(wanted, "jpg", [record.values["accession number"]], taken.__contains__)
        assert isinstance(name, str), (wanted, name)
        taken.add(name)
        yield name


@pytest.mark.long
def test_names_are_unique_and_legal() -> None:
    """Each record gets a name of its own that the wiki keeps; those that share theirs get what sets them apart."""
    wanted = [file_name(asked_for().filename.fill(record.values), "jpg") for record in records()]
    given = list(names())
    assert len({*given}) == len(given) == 3000
    assert all(title(name) == name and len(name.encode()) <= MAX_BYTES for name in given)
    counts = Counter(
        "as asked for" if name == want else "set apart" if isinstance(want, str) else "cut"
        for name, want in zip(given, wanted, strict=True)
    )
    assert counts == {"as asked for": 2734, "set apart": 253, "cut": 13}


def description_of(record: Record) -> Description:
    """What a record says of its file."""
    return described(asked_for(), record, WordMap())


def expected(record: Record) -> dict[str, str]:
    """The description's fields: those that the request fills, else the column that means the field."""
    patterns = {slot.field: pattern for slot, pattern in asked_for().slots.items()}
    columns = {"object type": "classification"}
    values = {
        field: patterns[field].fill(record.values, link)
        if field in patterns
        else link(record.values.get(columns.get(field, field), ""))
        for field in TEMPLATES["Artwork"].fields
    }
    return {field: value for field, value in values.items() if value}


def page(record: Record) -> str:
    """The page of a record's file."""
    return page_of(
        asked_for(), description_of(record), Licenses(Wikitext("{{Cc-zero}}")), record.values["web url"], [CATEGORY]
    )


@pytest.mark.long
def test_pages_read_back() -> None:
    """Each page is the description, the licence and the category; nothing of a record is anything but a value."""
    templates: Counter[str] = Counter()
    for record in records():
        text, values = page(record), expected(record)
        parsed = mwparserfromhell.parse(text)
        outer = [node for node in parsed.nodes if isinstance(node, Template)]
        assert [str(node.name).strip() for node in outer] == ["Artwork", "Cc-zero"]
        assert {str(p.name).strip(): str(p.value).strip() for p in outer[0].params} == values
        nodes = parsed.filter()
        templates.update(str(node.name).strip() for node in nodes if isinstance(node, Template))
        assert [str(node) for node in nodes if isinstance(node, Wikilink)] == [f"[[Category:{CATEGORY}]]"]
        assert [str(node) for node in nodes if isinstance(node, ExternalLink)] == [record.values["web url"]]
        assert {str(node) for node in nodes if isinstance(node, Tag)} <= {"<br>"}
        assert [str(node) for node in nodes if isinstance(node, Heading)] == HEADINGS
        [call] = find_calls(text, "Artwork")
        assert isinstance(call, TemplateCall)
        assert (call.parameters, call.unnamed, call.repeated) == (values, (), ())
    assert templates == TEMPLATES_ON_PAGES


@pytest.mark.long
def test_dates() -> None:
    """Each date is valid EDTF, told as unknown, or listed as not understood."""
    told = [record.values["creation date"] for record in records() if record.values["creation date"]]
    read = {text: read_date(text) for text in told}
    unread = [text for record in records() for field, _, text in description_of(record).unread() if field == "date"]
    assert sorted(unread) == sorted(text for text in told if read[text] is None)
    written = {date.edtf for date in read.values() if date and date.edtf}
    # The library takes its time: dates with months one by one, years in one of each form.
    forms = {text if re.search(r"\d-\d", text) else re.sub(r"\d", "1", text) for text in written}
    assert [text for text in sorted(forms) if not edtf.is_valid_edtf(text)] == []
    counts = Counter(
        "not understood" if date is None else "EDTF" if date.edtf else "unknown" for date in (read[t] for t in told)
    )
    assert counts == {"EDTF": 2722, "unknown": 44, "not understood": 56}


def test_columns_find_their_fields() -> None:
    """The museum's own columns are the fields that a person would choose."""
    columns = records()[0].values
    assert {column: field for column in columns if (field := field_for(TEMPLATES["Artwork"], column))} == {
        "accession number": "accession number",
        "title": "title",
        "creator": "artist",
        "creation date": "date",
        "medium": "medium",
        "classification": "object type",
        "department": "department",
        "credit line": "credit line",
        "provenance text": "object history",
        "item width": "dimensions",
        "item height": "dimensions",
        "web url": "source",
    }


@pytest.mark.long
def test_a_long_list_costs_each_record_no_more() -> None:
    """Twice as many names are twice the work, or little more, and so are twice as many pages."""

    def named(number: int) -> int:
        return steps(lambda: [*islice(names(), number)])

    def written(number: int) -> int:
        return steps(lambda: [page(record) for record in records()[:number]])

    assert named(3000) < 2.5 * named(1500)
    assert written(400) < 2.5 * written(200)


def test_a_name_that_is_taken_anyway_is_told() -> None:
    """Where a record's number does not set it apart either, its row is refused."""
    record = records()[0]
    name = shortened(asked_for().filename.fill(record.values), "jpg")
    assert isinstance(unique_name(str(name), "jpg", [], lambda _: True), NameTaken)
