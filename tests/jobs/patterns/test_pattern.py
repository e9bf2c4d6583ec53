"""Patterns: texts filled from the columns of a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.patterns.filters import FILTERS
from jobs.patterns.pattern import Pattern, PatternError, column_key
from tests.wikitext.strategies import hostile
from wikitext.escape import Wikitext, clean, inert, link
from wikitext.messages import message
from wikitext.templates import TemplateCall, find_calls

ROW = {
    "title": "vase [x]",
    "creator": "Muller-Munk, Peter|Pittsburgh Corning",
    "creation date": "c. 1780",
    "period": "Qianlong period (1736-1795)",
    "item width": "7.75",
    "item height": "8.0",
    "empty": "",
    "year": "1905",
    "web url": "http://collection.cmoa.org/CollectionDetail.aspx?item=98621",
}


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ("{title} - {accession_number}", "Vase - 94.1"),
        ("{ Title }", "Vase"),
        ("{ACCESSION-NUMBER}{accession number}", "94.194.1"),
        ("{title}: {maker}", "Vase: "),
        ("no column", "no column"),
        ("", ""),
    ],
)
def test_columns_are_filled_in(source: str, filled: str) -> None:
    """Each column in braces gives way to its value, however its name is written; one that is missing to nothing."""
    assert Pattern(source).fill({"title": "Vase", "accession number": "94.1"}) == filled


@pytest.mark.parametrize(
    "source",
    [
        "{",
        "}",
        "{title",
        "title}",
        "{}",
        "{ _ }",
        "{{title}}",
        "{a{b}}",
        "}{",
        "{a}}",
        "{{Creator:{a}}}",
        "{{Creator:}}",
        "{{X:a}}",
    ],
)
def test_braces_must_match(source: str) -> None:
    """A brace without its partner, in another's or around nothing is an error when the pattern is made."""
    with pytest.raises(PatternError):
        Pattern(source)


def test_columns_are_named_once_as_written() -> None:
    """The columns come in order, each as people wrote it, so that it can be named to them."""
    assert Pattern("{b} { My Title } {a} {b}").columns == ("b", "My Title", "a")


def test_values_are_not_filled_in_again() -> None:
    """A value that looks like a column's name stays what it is."""
    assert Pattern("{a}").fill({"a": "{b}", "b": "secret"}) == "{b}"


def test_pattern_and_values_are_escaped_together() -> None:
    """The pattern's own text is as foreign as the values, and what only both together make is escaped too."""
    assert Pattern("[{a}]").fill({"a": "[x]"}, lambda text: text.replace("[", "(")) == "((x]]"


@given(st.text())
def test_any_text_is_a_pattern_or_not(source: str) -> None:
    """Nothing but PatternError comes of a text; what is a pattern without columns is filled with itself."""
    try:
        pattern = Pattern(source)
    except PatternError:
        assert {*source} & {*"{}"}
    else:
        assert pattern.columns or "\\" in source or pattern.fill({}) == source


@given(st.text().filter(column_key))
def test_the_form_of_a_column_is_final(name: str) -> None:
    """A key is its own key, so that what was compared once can be compared again."""
    assert column_key(column_key(name)) == column_key(name)


@pytest.mark.parametrize(
    ("source", "page", "plain"),
    [
        ("{title|upper_first}", "Vase &#91;x&#93;", "Vase [x]"),
        ("{title|upper}", "VASE &#91;X&#93;", "VASE [X]"),
        ("{Title | Lower}", "vase &#91;x&#93;", "vase [x]"),
        ("{title|replace:vase:Bowl}", "Bowl &#91;x&#93;", "Bowl [x]"),
        ("{creator|split:\\||first}", "Muller-Munk, Peter", "Muller-Munk, Peter"),
        ("{creator|split:\\||last|upper}", "PITTSBURGH CORNING", "PITTSBURGH CORNING"),
        ("{creator|split:\\||join: & }", "Muller-Munk, Peter & Pittsburgh Corning", None),
        ("{creator|split:\\|}", "Muller-Munk, Peter, Pittsburgh Corning", None),
        ("{creator{{!}}split:\\|{{!}}first}", "Muller-Munk, Peter", None),
        ("{creation_date|edtf}", "1780&#126;", "1780~"),
        ("{creation_date|date}", "{{other date|~|1780}}", "c. 1780"),
        ("* made {creation_date|date} or so", "&#42; made {{other date|~|1780}} or so", "* made c. 1780 or so"),
        ("{creation_date|date} {creation_date|date}", "{{other date|~|1780}} {{other date|~|1780}}", "c. 1780 c. 1780"),
        ("{period|date}", "Qianlong period (1736-1795)", None),
        ("{period|edtf}", "", None),
        ("{period|edtf|year}", "1905", None),
        ("{empty|year}", "1905", None),
        ("{empty|date|year}", "1905", None),
        ("{year|title}", "1905", None),
        ("{item_width + item_height|size:in}", "{{Size|unit=in|width=7.75|height=8}}", "7.75 \u00d7 8.0 in"),
        ("{item_height+item_width|size:cm:height:width}", "{{Size|unit=cm|height=8|width=7.75}}", "8.0 \u00d7 7.75 cm"),
        ("{item_width + empty|size:in}", "{{Size|unit=in|width=7.75}}", "7.75 in"),
        ("{empty + title|size:in}", "vase &#91;x&#93;", "vase [x]"),
        ("{empty + year}", "1905", None),
        ("{title|lang:sv}", "{{sv|1=vase &#91;x&#93;}}", "vase [x]"),
        ("{creator|split:\\||last|creator}", "{{Creator:Pittsburgh Corning}}", "Pittsburgh Corning"),
        (" {{ institution : Carnegie Museum of Art }}", "{{Institution:Carnegie Museum of Art}}", None),
        ("{title|creator}", "vase &#91;x&#93;", "vase [x]"),
        ("\\{x\\} \\| a\\b", "&#123;x&#125; &#124; a\\b", "{x} | a\\b"),
        ("{web_url}", "http://collection.cmoa.org/CollectionDetail.aspx?item=98621", None),
    ],
)  # fmt: skip
def test_filters(source: str, page: str, plain: str | None) -> None:
    """A filter changes a value on its way; what it makes for a page is wikitext there and plain text in file names."""
    pattern = Pattern(source)
    assert pattern.fill(ROW, link) == page
    if plain is not None:
        assert pattern.fill(ROW) == plain


@pytest.mark.parametrize(
    ("source", "written", "example"),
    [
        ("{title|split}", "split", "split:;"),
        ("{title|split:}", "split:", "split:;"),
        ("{title|upper:x}", "upper:x", "upper"),
        ("{title|size}", "size", "size:cm"),
        ("{title|size:yard}", "size:yard", "size:cm"),
        ("{title|size:cm:height:height}", "size:cm:height:height", "size:cm"),
        ("{title|lang:own}", "lang:own", "lang:en"),
        ("{title|date|upper}", "upper", "upper"),
        ("{title|replace::x}", "replace::x", "replace:old:new"),
    ],
)
def test_filters_that_cannot_be_used(source: str, written: str, example: str) -> None:
    """A filter without what it needs, with more, or behind one that makes wikitext is an error that shows how to."""
    with pytest.raises(PatternError) as error:
        Pattern(source)
    assert error.value.why == message("problem-filter", written, example)


def test_columns_with_filters() -> None:
    """Every column that may be taken is named, alternatives and those taken together too; filters are none."""
    assert Pattern("{date|edtf|made} {width + height|size:cm} {{!}}{a{{!}}b}").columns == (
        "date", "made", "width", "height", "a", "b",
    )  # fmt: skip
    assert Pattern("{{Creator:A}} and {maker|creator}").columns == ("maker",)


def test_unread_values_are_told() -> None:
    """The values that a filter could not read are known, and those it could are not."""
    pattern = Pattern("{period|date} {period|edtf|year} {creation_date|date} {title + empty|size:cm} {empty|date}")
    unread = [part.unread for part in pattern.filled(ROW) if part.unread]
    assert unread == ["Qianlong period (1736-1795)"] * 2 + ["vase [x]"]


arguments = {"split": "split:a", "replace": "replace:a:b", "join": "join:-", "size": "size:cm", "lang": "lang:sv"}
filtered = st.lists(st.sampled_from(sorted(FILTERS)), max_size=3).map(
    lambda names: "|".join(["{a", *(arguments.get(name, name) for name in names)]) + "}"
)


@given(st.lists(st.one_of(filtered, hostile), max_size=4).map("".join), hostile)
def test_values_never_become_markup(source: str, value: str) -> None:
    """Whatever the pattern and the value, only the templates that filters write stand on the page."""
    try:
        pattern = Pattern(source)
    except PatternError:
        return
    page = pattern.fill({"a": value}, inert)
    [call] = find_calls(f"{{{{Hub request|x={page}|y=1}}}}", "Hub request")
    assert isinstance(call, TemplateCall)
    assert call.parameters == {"x": page.strip(), "y": "1"}
    assert (call.unnamed, call.repeated) == ((), ())
    known = ("{{other date|", "{{complex date|", "{{Size|", "{{sv|1=", "{{Creator:", "{{Institution:")
    assert page.count("{{") == page.count("}}") == sum(map(page.count, known))


@given(st.lists(hostile, min_size=1, max_size=3))
def test_plain_patterns_are_escaped_as_one(pieces: list[str]) -> None:
    """Without a filter that makes wikitext, pattern and values are one text to whatever escapes them."""
    row = {str(number): piece for number, piece in enumerate(pieces)}
    pattern = Pattern(" - ".join(f"{{{number}}}" for number in row))
    assert pattern.fill(row, inert) == inert(" - ".join(pieces))


def test_what_people_type_on_the_wiki() -> None:
    """A pattern works as it is typed into the request, with its pipes and braces."""
    written = (
        "{{Hub request\n| filename = {title|upper_first} - {creator|split:\\||first}\n| date = {creation_date|date}\n"
        "| artist = {creator|split:\\||last|creator}\n| institution = {{Institution:A museum}}\n"
        "| medium = {period|edtf|year}\n}}"
    )
    [call] = find_calls(written, "Hub request")
    assert isinstance(call, TemplateCall)
    assert {name: Pattern(value).fill(ROW, link) for name, value in call.parameters.items()} == {
        "filename": "Vase &#91;x&#93; - Muller-Munk, Peter",
        "date": "{{other date|~|1780}}",
        "artist": "{{Creator:Pittsburgh Corning}}",
        "institution": "{{Institution:A museum}}",
        "medium": "1905",
    }


def test_wikitext_of_a_value_is_its_own() -> None:
    """A value that looks like what a filter makes is shown as it is."""
    assert Pattern("{a|date}").fill({"a": "{{other date|~|1780}}"}, inert) == inert("{{other date|~|1780}}")
    assert clean(Pattern("{a}").fill({"a": "x"}, Wikitext)) == "x"
