"""Lists that are nearly what they should be: each is read or refused with a sentence, and nothing else ever happens.

`fuzz.py` looks for more of them by hand; what it finds is kept here.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from xml.etree.ElementTree import tostring

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.jobs.lists.made import cell, row, workbook, zipped
from tests.jobs.lists.samples import SAMPLES, SPREADSHEETS, TOKENS, check, workbook_parts
from tests.jobs.lists.worst import OAI

tokens = st.sampled_from(TOKENS).map(str.encode)
Bytes = Callable[[bytes, int, int, bytes], bytes]
OPERATIONS: list[Bytes] = [
    lambda content, start, end, _token: content[:start] + content[end:],
    lambda content, start, end, _token: content[:end] + content[start:],
    lambda content, _start, end, _token: content[:end],
    lambda content, start, _end, token: content[:start] + token + content[start:],
    lambda content, start, end, token: content[:start] + token + content[end:],
    lambda content, start, end, token: content[:start] + token * 60 + content[end:],
    lambda content, start, _end, _token: content[:start] + bytes([content[start] ^ 128]) + content[start + 1 :],
    lambda content, start, _end, _token: content[:start] + bytes([content[start] ^ 1]) + content[start + 1 :],
]


@st.composite
def changed(draw: st.DrawFn, contents: st.SearchStrategy[bytes]) -> bytes:
    """One of the contents after a few accidents."""
    content = draw(contents)
    for _ in range(draw(st.integers(0, 4))):
        if content:
            start, end = sorted(draw(st.tuples(*[st.integers(0, len(content) - 1)] * 2)))
            operation = draw(st.sampled_from(OPERATIONS))
            content = operation(content, start, end, draw(tokens))
    return content


@st.composite
def workbooks(draw: st.DrawFn) -> bytes:
    """A workbook, in one of whose parts an accident happened."""
    parts = workbook_parts()
    name = draw(st.sampled_from(sorted(parts)))
    part = draw(changed(st.just(parts[name].encode())))
    return zipped(parts | {name: part.decode("latin-1")})


KEYS = (
    *(
        "type",
        "@type",
        "@context",
        "id",
        "@id",
        "label",
        "metadata",
        "value",
        "@value",
        "@language",
        "summary",
        "rights",
    ),
    *(
        "requiredStatement",
        "homepage",
        "provider",
        "items",
        "sequences",
        "canvases",
        "images",
        "resource",
        "body",
        "en",
    ),
    *("service", "profile", "default", "motivation", "manifests", "members", "collections", "schema", "fields", "data"),
    *("name", "none", "a", "a.b", "", "\ud800", "_"),
)
WORDS = (
    *("Manifest", "sc:Manifest", "Canvas", "sc:Canvas", "Collection", "Choice", "TextualBody", "painting", "en", "sv"),
    *("ImageService3", "http://iiif.io/api/image/2/level1.json", "<p>x<br>&#x</p>", "//[", "x", "", "\udfff"),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)
objects = st.dictionaries(st.sampled_from(KEYS), values, max_size=5)
LIKE: list[dict[str, object]] = [
    {},
    {"@context": "http://iiif.io/api/presentation/3/context.json", "type": "Manifest"},
    {"@context": "http://iiif.io/api/presentation/2/context.json", "@type": "sc:Manifest"},
    {"@context": "http://iiif.io/api/presentation/3/context.json", "type": "Collection"},
    {"schema": {"fields": [{"name": "a"}, {"name": "b"}]}, "data": [["x", {}]]},
]


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """JSON in which everything means something and stands anywhere; a document, or lines of them."""
    base = draw(st.sampled_from(LIKE))
    canvases = [{"type": "Canvas", **draw(objects)}, {"@type": "sc:Canvas", **draw(objects)}]
    found: list[dict[str, object]] = [{}, {"items": canvases}, {"sequences": [{"canvases": canvases}]}]
    places = draw(st.sampled_from(found))
    lines = [json.dumps({**base, **places, **draw(objects)}), *draw(st.lists(values.map(json.dumps), max_size=3))]
    return "\n".join(lines[: draw(st.integers(1, 4))]).encode()


TAGS = (
    "record",
    "metadata",
    "header",
    "d:title",
    "d:date",
    "error",
    "resumptionToken",
    "x",
    "row",
    "c",
    "v",
    "is",
    "t",
)
MORE_TAGS = (
    "sst",
    "si",
    "r",
    "rPh",
    "numFmts",
    "numFmt",
    "cellXfs",
    "xf",
    "sheets",
    "sheet",
    "sheetData",
    "workbookPr",
)
ATTRIBUTES = (
    "r='1'",
    "r='B2'",
    "t='s'",
    "t='e'",
    "t='b'",
    "s='1'",
    "numFmtId='14'",
    "formatCode='[h]'",
    "status='deleted'",
)
texts = st.sampled_from(
    ("", "1", "0", "43861.5", "1e999", "x", "_x0000_", "&#10;", "<![CDATA[<]]>", "<!-- -->", "<?x ?>")
)
elements = st.recursive(
    texts,
    lambda inner: st.builds(
        lambda tag, attributes, within: f"<{tag} {' '.join(attributes)}>{''.join(within)}</{tag}>",
        st.sampled_from((*TAGS, *MORE_TAGS)),
        st.sets(st.sampled_from(ATTRIBUTES), max_size=2).filter(
            lambda found: len({a[:2] for a in found}) == len(found)
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


WRITTEN = st.sampled_from(
    ("", "1640", "9999", "x", "creator", "attributed to", "Production", "cm", "https://x/1.jpg", "?")
)
ROOTS = [fromstring(content) for content in SAMPLES["objects"]]


@st.composite
def metadata(draw: st.DrawFn) -> bytes:
    """A list of objects in which elements are lost, doubled, moved, or say or are called something else."""
    root = deepcopy(draw(st.sampled_from(ROOTS)))
    every = st.sampled_from(list(root.iter()))
    for _ in range(draw(st.integers(1, 6))):
        one, other = draw(every), draw(every)
        match draw(st.integers(0, 4)):
            case 0:
                one.clear()
            case 1:
                one.append(deepcopy(other))
            case 2:
                one.text = draw(WRITTEN)
            case 3:
                one.tag = other.tag if one is not root else root.tag
            case _:
                one.attrib.update({name: draw(WRITTEN) for name in {**one.attrib, **other.attrib}})
    return tostring(root)


@st.composite
def grown_workbooks(draw: st.DrawFn) -> bytes:
    """A workbook that is whole as an archive and whose parts are XML, of elements that stand anywhere."""
    heading = row(1, *(cell(f"{letter}1", letter) for letter in "ABCD"))
    parts = workbook_parts()
    for name in draw(st.sets(st.sampled_from(sorted(parts)), min_size=1, max_size=2)):
        inner = draw(elements)
        parts[name] = f"<worksheet><sheetData>{heading}{inner}</sheetData></worksheet>" if "sheet1" in name else inner
    return zipped(parts)


@pytest.mark.long
@settings(max_examples=400)
@given(documents())
def test_no_json_is_a_surprise(content: bytes) -> None:
    """Any JSON with the names and words of IIIF and of tabular data is read or refused."""
    check(content)


@pytest.mark.long
@settings(max_examples=300)
@given(grown_workbooks() | elements.map(lambda inner: f"{OAI}<ListRecords>{inner}</ListRecords></OAI-PMH>".encode()))
def test_no_xml_is_a_surprise(content: bytes) -> None:
    """Any XML with the elements of workbooks and of OAI-PMH is read or refused."""
    check(content)


@pytest.mark.long
@settings(max_examples=400)
@given(metadata())
def test_no_metadata_is_a_surprise(content: bytes) -> None:
    """MODS, LIDO, EDM and METS in which anything stands anywhere are read or refused."""
    check(content)


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_samples_are_lists(kind: str) -> None:
    """What is spoilt below is whole to begin with."""
    for content in SAMPLES[kind]:
        check(content)


@pytest.mark.parametrize("kind", SAMPLES)
@settings(max_examples=250)
@given(data=st.data())
def test_no_accident_is_a_surprise(kind: str, data: st.DataObject) -> None:
    """A list of any format of which parts are lost, doubled, changed or something else is read or refused."""
    check(data.draw(changed(st.sampled_from(SAMPLES[kind]))))


@settings(max_examples=15)
@given(changed(st.sampled_from(SPREADSHEETS)))
def test_no_accident_in_a_spreadsheet_is_a_surprise(content: bytes) -> None:
    """Nor is one that another program's reader is given, in a process of its own; few are tried: it takes time."""
    check(content)


@pytest.mark.long
@settings(max_examples=400)
@given(workbooks(), st.sampled_from(["", "Sheet1"]))
def test_no_accident_in_a_workbook_is_a_surprise(content: bytes, sheet: str) -> None:
    """Nor is a workbook, whole as an archive, that has something else in one of its parts."""
    check(content, sheet)


@settings(max_examples=400)
@given(st.lists(tokens, min_size=1, max_size=30).map(b"".join) | st.binary())
def test_no_bytes_are_a_surprise(content: bytes) -> None:
    """Words that mean something somewhere, in any order, are read or refused, and so are any other bytes."""
    check(content)


BROKEN: list[bytes] = [
    b"{|\n! a\n|-\n| &#" + b"9" * 5_000 + b";\n|}",
    b'{"a": 1}\n{"\\ud800": 2}\n',
    SAMPLES["oai"][0].replace(b">next<", b">" + b"x" * 50_000 + b"<"),
    SAMPLES["iiif"][1].replace(b"/inner", b"x" * 50_000),
    workbook(row(1, cell("A1", "a")) + row(2, cell("A2", "x" * 50_000, kind="e"))),
    b"{" + b",".join(b'"%s": {"%s": [{"a": 1}]}' % (b"x" * n, b"y" * 490) for n in range(450, 490)) + b"}",
]


@pytest.mark.parametrize("content", BROKEN)
def test_what_once_broke_the_readers_does_not(content: bytes) -> None:
    """Whatever was found once is read or refused ever after."""
    check(content)
