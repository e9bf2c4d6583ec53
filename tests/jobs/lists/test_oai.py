"""OAI-PMH: answers of museums' servers, over several pages, and answers that never end."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.lists.formats.oai import COLUMNS
from jobs.model.records import BadRecord, Record
from tests.jobs.lists.made import ADDRESS, Published, bad_rows, refusal, rows, table, values

XMLNS = "http://www.openarchives.org/OAI/2.0/"
NEXT = f"{ADDRESS}?verb=ListRecords&resumptionToken="


def record(values: Sequence[tuple[str, str]], status: str = "") -> str:
    """A record of these Dublin Core elements."""
    elements = "".join(f"<dc:{name}>{escape(value)}</dc:{name}>" for name, value in values)
    header = f"<header{status}><identifier>oai:x:1</identifier><datestamp>2020-01-01</datestamp></header>"
    dublin_core = f"<oai_dc:dc>{elements}</oai_dc:dc>"
    return f"<record>{header}<metadata>{dublin_core}</metadata></record>"


def answer(*records: str, token: str = "") -> str:
    """An answer to ListRecords."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="{XMLNS}"'
        ' xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<responseDate>2020-01-01T00:00:00Z</responseDate>"
        '<request verb="ListRecords" metadataPrefix="oai_dc">https://museum.example.org/oai</request>'
        f"<ListRecords>{''.join(records)}"
        f"<resumptionToken>{escape(token)}</resumptionToken></ListRecords>"
        "</OAI-PMH>"
    )


def test_a_record_has_dublin_cores_columns() -> None:
    """What is repeated is joined; the header's own identifier is none of the record's."""
    text = answer(record([("title", " A & B "), ("creator", "X"), ("creator", "Y"), ("identifier", "https://e.org/1")]))
    assert table(text).columns == COLUMNS
    assert table(text).format == "OAI-PMH"
    assert rows(text) == [Record(1, {"title": "A & B", "creator": "X; Y", "identifier": "https://e.org/1"})]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.partition("\n")[2],
        lambda text: text.replace("\n", "\n<!-- made by -->\n<?xml-stylesheet href='x'?>\n"),
        lambda text: text.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("<OAI-PMH xmlns", "<o:OAI-PMH xmlns:o").replace("</OAI-PMH", "</o:OAI-PMH"),
    ],
)
def test_xml_is_read_however_it_begins(change: object) -> None:
    """With or without a declaration, in the encoding it declares, in any prefix, the answer is told by its root."""
    assert callable(change)
    assert values(change(answer(record([("title", "Målning")])))) == [{"title": "Målning"}]


def test_every_token_is_followed(published: Published) -> None:
    """Tokens are sent alone, with what else the address needs, until there is none; records are counted throughout."""
    published.publish(
        "/oai?verb=ListRecords&metadataPrefix=oai_dc&set=a&key=k", answer(record([("title", "A")]), token=" 1/ä& ")
    )
    second = "/oai?key=k&verb=ListRecords&resumptionToken=1%2F%C3%A4%26"
    published.publish(second, answer(record([], " status='deleted'"), record([("title", "B")]), token="2"))
    published.publish("/oai?key=k&verb=ListRecords&resumptionToken=2", answer(record([("title", "C")])))
    _, found = published.rows("/oai?verb=ListRecords&metadataPrefix=oai_dc&set=a&key=k")
    assert [row.row for row in found] == [1, 2, 3, 4]
    assert [row.values["title"] for row in found if isinstance(row, Record)] == ["A", "B", "C"]
    assert isinstance(found[1], BadRecord)
    assert parse_qs(urlsplit(published.asked[1]).query)["resumptionToken"] == ["1/ä&"]


def test_tokens_in_a_circle_are_told() -> None:
    """A server that gives a token it gave before is not asked forever."""
    pages = {f"{NEXT}{n}": answer(record([("title", "A")]), token=str((n + 1) % 3)).encode() for n in range(3)}
    assert refusal(answer(record([("title", "A")]), token="0"), pages) == ("manifest-circle", (f"{NEXT}0",))


class Endless(Mapping[str, bytes]):
    """Pages that each lead to a new one."""

    def __init__(self) -> None:
        self._count = count(1)

    def __getitem__(self, address: str) -> bytes:
        return answer(record([("title", "A")]), token=str(next(self._count))).encode()

    def __contains__(self, address: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1


@pytest.mark.long
def test_endless_pages_are_told() -> None:
    """Ten thousand further pages are enough of any list."""
    assert refusal(answer(record([("title", "A")]), token="0"), Endless()) == ("manifest-many-pages", (10_000,))


def test_errors_are_told_in_the_servers_words() -> None:
    """What the server says is wrong is said on, with its code, from whichever page it comes."""
    error = f'<OAI-PMH xmlns="{XMLNS}"><error code="badResumptionToken">It is too old.</error></OAI-PMH>'
    told = ("manifest-oai-error", ("It is too old.", "badResumptionToken"))
    assert refusal(error) == told
    assert refusal(answer(record([("title", "A")]), token="x"), {f"{NEXT}x": error.encode()}) == told


def test_records_without_metadata_are_told() -> None:
    """A record in another form, or one that was deleted, refuses itself."""
    text = answer(record([], ' status="deleted"'), record([]), record([("title", "A")]).replace("dc:title", "oai_dc:x"))
    assert bad_rows(text) == [(1, "row-deleted", ()), (2, "row-no-metadata", ()), (3, "row-no-metadata", ())]


def test_no_records_are_told() -> None:
    """An answer to another question, or an empty one, is told."""
    assert refusal(answer()) == ("manifest-no-records", ("OAI-PMH",))


def test_other_xml_is_told() -> None:
    """XML of another kind is told by its root; a web page is one, also where it is XML."""
    assert refusal('<?xml version="1.0"?><ead:ead xmlns:ead="x"/>') == ("manifest-xml", ("ead",))
    for page in ("<html xmlns='x'/>", "<!DOCTYPE html PUBLIC 'x' 'y'><html/>"):
        assert refusal(f"<?xml version='1.0'?>{page}") == ("manifest-html", ())
    assert refusal("<?xml version='1.0'?>") == ("manifest-html", ())


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://example.org/"> %a;]>',
        f"<!-- {'x' * 200_000} --><!DOCTYPE x>",
    ],
)
def test_document_types_are_refused(declared: str) -> None:
    """Nothing is declared, looked up or filled in, however far from its beginning the document says so."""
    text = answer(record([("title", "A")]))
    refused = refusal(text.replace("\n", declared, 1))[0]
    assert refused == ("manifest-xml-entities" if len(declared) < 100_000 else "manifest-html")
    assert refusal(text.replace("A<", "&a;<"))[0] == "manifest-xml-broken"


def test_a_late_document_type_is_no_xml() -> None:
    """Behind the first element there is no document type."""
    late = answer(record([("title", "A")])).replace("<ListRecords>", '<!DOCTYPE x [<!ENTITY a "b">]><ListRecords>')
    assert refusal(late)[0] == "manifest-xml-broken"


@pytest.mark.parametrize("inner", ["<a>" * 60 + "</a>" * 60, "<a>" * 300_000])
def test_deep_xml_is_told(inner: str) -> None:
    """More levels than any metadata has are refused."""
    assert refusal(answer().replace("<ListRecords>", f"<ListRecords>{inner}"))[0] == "manifest-deep"


def test_a_record_without_end_is_told() -> None:
    """A record is never held that is larger than any record."""
    text = answer(record([("title", "A")]), record([("subject", "x")] * 100_000))
    assert refusal(text) == ("manifest-large-item", (2_000_000,))


@pytest.mark.parametrize("encoding", ["utf-7", "shift_jis", "klingon"])
def test_unknown_encodings_are_told(encoding: str) -> None:
    """An encoding that the parser does not know is broken XML."""
    assert refusal(answer().replace("UTF-8", encoding))[0] == "manifest-xml-broken"


elements = st.tuples(
    st.sampled_from([name for name in COLUMNS if " " not in name]),
    st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")),
)


@given(st.lists(st.lists(elements, min_size=1, max_size=4), min_size=1, max_size=6), st.integers(1, 6))
def test_what_was_published_is_read(published: list[list[tuple[str, str]]], size: int) -> None:
    """Any records, on pages of any size, are read back in order, their values stripped and joined, each once."""
    written = [record(values) for values in published]
    pages = [written[n : n + size] for n in range(0, len(written), size)]
    texts = [answer(*page, token=str(n) if n < len(pages) else "") for n, page in enumerate(pages, 1)]
    expected = []
    for number, pairs in enumerate(published, 1):
        read: dict[str, list[str]] = {}
        for name, value in pairs:
            read.setdefault(name, []).extend([value.strip()] if value.strip() else [])
        if any(read.values()):
            expected.append(Record(number, {name: "; ".join(dict.fromkeys(found)) for name, found in read.items()}))
    further = {f"{NEXT}{n}": text.encode() for n, text in enumerate(texts[1:], 1)}
    if expected:
        assert rows(texts[0], further) == expected
    else:
        assert refusal(texts[0], further)[0] == "manifest-no-records"


def test_an_element_in_another_is_part_of_its_text() -> None:
    """The text of a value that has Dublin Core in it is told once, not again for each element within."""
    text = answer(record([])).replace("<oai_dc:dc>", "<oai_dc:dc><dc:title>A <x>B <dc:date>C</dc:date></x></dc:title>")
    assert values(text) == [{"title": "A B C"}]


@pytest.mark.parametrize("encoding", ["cp037", "utf-7", "zlib", "idna", "shift_jis", "no-such"])
def test_encodings_that_are_not_xmls_own_are_told(encoding: str) -> None:
    """UTF, ISO 8859 and Windows' are read; a codec that packs, or that hides what is written, is never asked."""
    assert refusal(answer().replace("UTF-8", encoding)) == ("manifest-xml-broken", (f"encoding {encoding}",))


def test_names_that_take_much_to_keep_are_told() -> None:
    """Neither a long namespace, which is part of every name, nor countless names are kept."""
    long = answer(record([("title", "A")])).replace("<ListRecords>", f"<ListRecords xmlns:x\n= '{'x' * 301}'>")
    assert refusal(long) == ("manifest-xml-broken", ("a namespace of more than 300 characters",))
    assert values(long.replace("x" * 301, "x" * 300)) == [{"title": "A"}]
    many = answer("".join(f"<record a{n}=''/>" for n in range(10_000)))
    assert refusal(many)[0] == "manifest-xml-broken"


def test_a_document_type_is_found_wherever_it_begins() -> None:
    """However the beginning is cut, the strict parser sees all of it up to the first element."""
    text = answer().replace("<OAI-PMH", f"<!-- {' ' * 65_400} --><!DOCTYPE x []><OAI-PMH")
    for padding in range(100):
        spaced = text.replace("-->", " " * padding + "-->", 1)
        assert refusal(spaced) == ("manifest-xml-entities", ())


def test_things_deep_within_a_record_are_told() -> None:
    """A record is not built that has thousands of things within each other."""
    assert refusal(answer("<record>" + "<a>" * 30_000))[0] == "manifest-deep"
