"""What was made inert shows its value, and only shows it, wherever it is put."""

import html
import unicodedata
from urllib.parse import unquote

import mwparserfromhell
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mwparserfromhell.nodes import HTMLEntity, Tag, Template, Text

from tests.wikitext.strategies import addresses, hostile
from wikitext.escape import clean, inert, link

ACTIVE = ("~~~", "{{", "}}", "[[", "]]", "''", "__", "|", "\n")


def shown(wikitext: str) -> str:
    """What a reader sees of inert wikitext."""
    return html.unescape(wikitext.replace("<br>", "\n"))


def stored(wikitext: str) -> str:
    """The wikitext as MediaWiki stores it: in Unicode's NFC."""
    return unicodedata.normalize("NFC", wikitext)


# Cleaning --------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@example("e\u202a\u0301")
@given(hostile)
def test_cleaning_twice_is_cleaning_once(value: str) -> None:
    """Cleaning what is clean changes nothing."""
    assert clean(clean(value)) == clean(value)


@settings(max_examples=200)
@example("e\u202a\u0301")
@example("e\x00\u0301")
@given(hostile)
def test_clean_text_is_normalised(value: str) -> None:
    """Clean text is in Unicode's NFC, so that the wiki stores it unchanged."""
    assert unicodedata.is_normalized("NFC", clean(value))


@given(hostile)
def test_clean_text_has_single_spaces(value: str) -> None:
    """Clean text has one space between words and none at the ends of its lines; no line is empty."""
    text = clean(value)
    assert [" ".join(line.split()) for line in text.split("\n") if line] == (text.split("\n") if text else [])


@given(st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp", "Zs", "Lu", "Mn"]), max_size=30))
def test_clean_text_has_no_controls(value: str) -> None:
    """Clean text has no control characters but line breaks, and nothing that turns the page's direction around."""
    text = clean(value).replace("\n", "")
    assert not any(unicodedata.category(char) == "Cc" for char in text)
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  a \t b  ", "a b"),
        ("a\r\n\r\n b\vc", "a\nb\nc"),
        ("a\u00a0b\u3000c", "a b c"),
        ("A\u030a", "Å"),
        ("\u202eabc\u202c", "abc"),
        ("a\x00\x1b\x7fb", "ab"),
        ("\u200fم\u200d", "\u200fم\u200d"),
        ("\ud800a\ufffe", "a"),
        ("", ""),
    ],
)
def test_clean(value: str, expected: str) -> None:
    """Controls and spaces too many go, letters and marks stay."""
    assert clean(value) == expected


# Making inert ----------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(hostile)
def test_inert_text_shows_its_value(value: str) -> None:
    """A reader sees the cleaned value."""
    assert shown(inert(value)) == clean(value)


@settings(max_examples=200)
@example("__mailto:a@a.example")
@given(hostile)
def test_inert_text_is_only_text(value: str) -> None:
    """A parser finds nothing but text, entities and line breaks."""
    for node in mwparserfromhell.parse(inert(value)).nodes:
        assert isinstance(node, Text | HTMLEntity) or (isinstance(node, Tag) and str(node) == "<br>")


@settings(max_examples=200)
@example("\u0338a")
@example("a\n\u0338b")
@given(hostile)
def test_inert_text_stays_in_its_parameter(value: str) -> None:
    """As a parameter, also as the wiki stores it, a value changes neither its neighbours nor their number."""
    written = stored(f"{{{{T|w=v|x={inert(value)}|y=z|{inert(value)}}}}}")
    [template] = mwparserfromhell.parse(written).nodes
    assert isinstance(template, Template)
    assert [str(p.name) for p in template.params if p.showkey][:3] == ["w", "x", "y"]
    assert (str(template.get("w").value), str(template.get("y").value)) == ("v", "z")
    assert shown(str(template.get("x").value)) == clean(value)
    assert len(template.params) == 4


@settings(max_examples=200)
@given(hostile)
def test_inert_text_stays_in_its_cell(value: str) -> None:
    """In a table a value stays in its cell, behind a space or not."""
    text = inert(value)
    written = f"{{|\n! {text} !! {text}\n|-\n|{text}||{text}\n| {text} || {text}\n|}}"
    [table] = mwparserfromhell.parse(written).nodes
    assert isinstance(table, Tag)
    cells = table.contents.filter_tags(matches=lambda tag: str(tag.tag) in {"td", "th"})
    assert [shown(str(cell.contents).strip()) for cell in cells] == [clean(value)] * 6


@settings(max_examples=200)
@given(hostile, hostile)
def test_inert_texts_side_by_side_are_inert(one: str, other: str) -> None:
    """Two values with nothing between them make nothing active."""
    text = inert(one) + inert(other)
    assert not [active for active in ACTIVE if active in text]
    assert shown(text) == clean(one) + clean(other)


@settings(max_examples=200)
@given(hostile)
def test_inert_text_does_not_join_its_neighbours(value: str) -> None:
    """What a value begins and ends with means nothing at the start of a line or beside a quote or underscore."""
    text = inert(value)
    assert text[:1] not in set("*#:;=!+-'_~[]{}|<> ")
    assert text[-1:] not in set("'_~[]{}|<& ")


# Links -----------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(addresses)
def test_an_address_stays_an_address(address: str) -> None:
    """A web address as a whole still leads to the same place."""
    assert link(address).startswith("https://a.example/")
    assert unquote(link(address)) == unquote(clean(address))


@settings(max_examples=200)
@given(addresses)
def test_an_address_has_no_active_characters(address: str) -> None:
    """A web address has nothing in it that means something in wikitext but what makes it a link."""
    text = link(address)
    assert not [active for active in (*ACTIVE, " ", "<", ">", '"', "[", "]", "{", "}") if active in text]


@given(st.one_of(hostile, hostile.map(lambda value: f"https://a.example/ {value}x")))
def test_other_values_are_inert(value: str) -> None:
    """A value that is not a web address as a whole is made inert."""
    if not value.strip().lower().startswith("http") or len(value.split()) > 1:
        assert link(value) == inert(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&d=e#f"),
        (" http://example.org ", "http://example.org"),
        ("https://example.org/a b", "https&#58;//example.org/a b"),
        ("https://example.org/[a]|{{b}}", "https://example.org/%5Ba%5D%7C%7B%7Bb%7D%7D"),
        ("https://example.org/~a__b''c", "https://example.org/%7Ea_%5Fb%27%27c"),
        ("https://example.org/Å%20", "https://example.org/%C3%85%20"),
        ("ftp://example.org/", "ftp&#58;//example.org/"),
        ("https://", "https&#58;//"),
    ],
)
def test_link(value: str, expected: str) -> None:
    """Addresses are encoded as far as needed; others are text."""
    assert link(value) == expected
