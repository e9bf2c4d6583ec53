"""Patterns: texts filled from the columns of a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.pattern import Pattern, PatternError, column_key


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


@pytest.mark.parametrize("source", ["{", "}", "{title", "title}", "{}", "{ _ }", "{{title}}", "{a{b}}", "}{", "{a}}"])
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
        assert pattern.columns or pattern.fill({}) == source


@given(st.text().filter(column_key))
def test_the_form_of_a_column_is_final(name: str) -> None:
    """A key is its own key, so that what was compared once can be compared again."""
    assert column_key(column_key(name)) == column_key(name)
