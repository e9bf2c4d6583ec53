"""A small valid list of each format, words that mean something in them, and what may never come of reading a list."""

import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from jobs.io.http import Unfetched
from jobs.lists.registry import read_records
from jobs.model.records import BadManifest, BadRecord, Record
from tests.jobs.lists.made import ADDRESS, DATA, cell, row, spreadsheet, workbook, zipped
from wikitext.messages import Message, language, message

_OAI = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:d="http://purl.org/dc/elements/1.1/"><ListRecords>
<record><header status="deleted"><identifier>1</identifier></header></record>
<record><metadata><d:title xml:lang="sv">M&#229;lning</d:title><d:title>B</d:title><d:date/></metadata></record>
<resumptionToken cursor="0">next</resumptionToken></ListRecords></OAI-PMH>"""

_IIIF_2 = {
    "@context": "http://iiif.io/api/presentation/2/context.json",
    "@id": "https://museum.example.org/2",
    "@type": "sc:Manifest",
    "label": [{"@value": "Brev", "@language": "sv"}, {"@value": "Letter", "@language": "en"}],
    "metadata": [{"label": "Date", "value": ["1850", "1851"]}, {"label": {"en": ["By"]}, "value": {"none": ["A"]}}],
    "license": "http://creativecommons.org/publicdomain/zero/1.0/",
    "attribution": "<p>A <b>museum</b>&#39;s</p>",
    "sequences": [{"canvases": [
        {"@type": "sc:Canvas", "label": "1r", "images": [{"resource": {
            "@id": "https://museum.example.org/1.jpg", "@type": "dctypes:Image",
            "service": {"@id": "https://museum.example.org/iiif/1", "profile": "http://iiif.io/api/image/2/level1.json"},
        }}]},
        {"@type": "sc:Canvas", "label": "1v", "images": [{"resource": {"default": {"@id": "https://x"}, "item": []}}]},
    ]}],
}  # fmt: skip
_COLLECTION = {
    "@context": "http://iiif.io/api/presentation/3/context.json",
    "id": ADDRESS,
    "type": "Collection",
    "items": [
        {"id": "https://museum.example.org/2", "type": "Manifest"},
        {"id": "/inner", "type": "Collection"},
        {"id": "//[", "type": "Manifest"},
    ],
}
_TABULAR = {
    "license": "CC0-1.0",
    "schema": {"fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "localized"}, {"name": "c"}]},
    "data": [["x", {"sv": "y", "en": "z"}, True], ["x", None, 1.5]],
}
_WIKI = """text <!-- a comment -->
:{| class="wikitable"
|+ caption
! Title !! style="x" | Media_URL
|-
| [[File:A.jpg|'''A''']] || <nowiki>|-</nowiki> &#91;
|-
| B {{c|d={{e}}}}
| rowspan="1" | line<br />two
|}"""

_SHEET = (
    row(1, cell("A1", "title"), cell("B1", "date"), cell("C1", "0", kind="s"), cell("D1", "x"))
    + row(2, cell("A2", "A"), cell("B2", 43861.5, 1), cell("C2", "1", kind="s"), cell("D2", "1", kind="b"))
    + row(4, cell("A4", "B"), cell("B4", "1.5e-7", kind="n"), cell("C4", "#N/A", kind="e"), cell("D4", 7, 2))
)
_STRINGS = "<si><t>url</t></si><si><r><t>a_x000D_</t></r><rPh><t>b</t></rPh></si>"
_STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="[h]:mm"/><numFmt numFmtId="165" formatCode="0000"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="165"/></cellXfs>'
)


def workbook_parts() -> dict[str, str]:
    """The parts of a workbook, by their names."""
    found: dict[str, str] = {}
    workbook(_SHEET, strings=[_STRINGS], styles=_STYLES, properties="<workbookPr/>", change=found.update)
    return found


SAMPLES: dict[str, tuple[bytes, ...]] = {
    "csv": (
        b'title,"url"\r\nA,https://x\n"B ""c""\n",\n,,\n',
        "\ufefftitel;url\nMålning;x\n".encode(),
        b"a\tb\n1\t2\n",
    ),
    "utf16": ("title,url\nMålning,x\n".encode("utf-16"), _OAI.replace("UTF-8", "UTF-16").encode("utf-16")),
    "oai": (_OAI.encode(), _OAI.partition("\n")[2].encode()),
    "objects": tuple(path.read_bytes() for path in sorted((DATA / "cases" / "objects").iterdir())),
    "json": (
        b'{"works": [{"a": 1, "b": {"c": [true, null, "x"]}}, {"a": 1.5e3, "d": []}], "n": 2}',
        b'[{"a": "\\ud83d\\ude00"}, {"a": -0}]',
        b'{"a": {"b": 1}, "c": ["x", "y"]}',
    ),
    "json_lines": (b'{"a": 1, "b": ["x", {"c": NaN}]}\n\n{"a": "\\u00e5"}\n[1]\n{"a": \n',),
    "iiif": (
        json.dumps(_IIIF_2).encode(),
        json.dumps(_COLLECTION).encode(),
        *((DATA / "iiif" / name).read_bytes() for name in ("0005-image-service.json", "0033-choice.json")),
        *((DATA / "iiif" / name).read_bytes() for name in ("0006-text-language.json", "0007-string-formats.json")),
    ),
    "tabular": (json.dumps(_TABULAR).encode(),),
    "wiki": (_WIKI.encode(),),
    "html": (
        b"<!doctype html><p>ours</p><table><thead><tr><th>title<th>url</thead><tr><td>A&#229;<td>y<tr><td>z</table>",
        b"<table><tr><td>title<td>url<tr><td>A<br>B<td><a href='https://x'>y</a></table>",
    ),
    "packed": (
        gzip.compress(b"title,url\nA,https://x\n", mtime=0),
        zipped({"list.csv": "title,url\nA,https://x\n", "__MACOSX/._list.csv": "x"}),
    ),
    "xlsx": (workbook(_SHEET, strings=[_STRINGS], styles=_STYLES, properties="<workbookPr/>"),),
}

SPREADSHEETS = (
    spreadsheet(
        '<table:table-row><table:table-cell office:value-type="string"><text:p>title</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="1905-05-03"><text:p>x</text:p>'
        "</table:table-cell>"
        '</table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float"'
        ' office:value="1.5"/></table:table-row>'
    ),
)
"""Lists that are read in a process of their own."""

TOKENS = (
    *(
        "\ufeff",
        "\0",
        "\u2028",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        "\r",
        "\n",
        " ",
        "\t",
    ),
    *(",", ";", '"', '""', "'", "a,a", "9" * 30, "-", "1e999999", "NaN", "Infinity", "0x", "\\ud800", "\\", "\\u0000"),
    *("{", "}", "[", "]", ":", "{}", "[]", "null", "true", '"":', '"type":', '"@type":', '"@context":', '"items":'),
    *('"data":', '"schema":{"fields":[]},', '"Manifest"', '"Collection"', '"Canvas"', '"sc:Canvas"', '"@value":'),
    *('"@language":', '"metadata":', '"label":', '"value":', '"service":', '"profile":', '"id":', '"@id":', '"body":'),
    *("{|", "|}", "|-", "||", "!!", "|+", "|", "!", "rowspan=2", "colspan='", "<nowiki>", "</nowiki>", "<!--", "-->"),
    *("[[", "]]", "{{", "}}", "<br>", "&#", "&#x", "&#99999999999;", "&amp;", "&lt;", "'''", "<p>", "</p>", "<"),
    *("<?xml version='1.0'?>", "<?xml version='1.0' encoding='", "utf-16", "idna", "zlib", "cp037", "latin-1", "?>"),
    *("<!DOCTYPE x [", '<!ENTITY a "b">', "&a;", "<![CDATA[", "]]>", "xmlns=''", "xmlns:d='", "<record>", "</record>"),
    *("<resumptionToken>x</resumptionToken>", "<error code='a'>b</error>", "<d:title>", "</d:title>", "<OAI-PMH>"),
    *("<c t='s'><v>", "<c t='e'>", "<c t='d'>", "<c t='b'>", "<c t='inlineStr'><is><t>", " s='1'", " r='XFD1'", "</c>"),
    *(
        " r='1048576'",
        "_x0000_",
        "_xD800_",
        "formatCode='",
        "yyyy",
        "[h]",
        "00000",
        "#,##0",
        "1E+308",
        "-1e308",
        "PK\3\4",
    ),
)
"""What has a meaning somewhere."""


def check(content: bytes, sheet: str = "") -> None:
    """Fails if reading the list raises what it may not, or gives what cannot be written down or said.

    Whatever address it names has the same list again, but for the fourth, which is not there.
    """
    asked = 0

    @contextmanager
    def fetch(address: str) -> Iterator[BinaryIO]:
        nonlocal asked
        asked += 1
        if asked > 3:
            raise Unfetched(message("web-no-answer", address))
        yield io.BytesIO(content)

    try:
        table = read_records(io.BytesIO(content), fetch, ADDRESS, sheet)
        rows = list(table.rows)
    except (BadManifest, Unfetched) as error:
        _check_words(error.why)
        return
    assert rows
    assert len({row.row for row in rows}) == len(rows)
    for row_ in rows:
        _check_row(row_, table.columns)


def _check_row(row_: Record | BadRecord, columns: tuple[str, ...]) -> None:
    if isinstance(row_, BadRecord):
        _check_words(row_.why)
        return
    assert set(row_.values) <= set(columns)
    for name, value in row_.values.items():
        assert type(value) is str
        _utf8(name)
        _utf8(value)


def _check_words(why: Message) -> None:
    said = language("en").say(why)
    assert len(said) < 20_000
    _utf8(said)


def _utf8(text: str) -> None:
    text.encode()
