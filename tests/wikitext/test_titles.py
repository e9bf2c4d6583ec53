"""Titles are legal and in the form that the wiki stores, or none."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings

from tests.wikitext.strategies import CAPITALS, hostile, legal_titles
from wikitext.titles import category, name, template, title

ILLEGAL = re.compile(
    r"[#<>\[\]|{}_\x00-\x1f\x7f\ufffd-\uffff]|~{3}|%[0-9A-Fa-f]{2}|&#?[0-9A-Za-z\x80-\U0010ffff]+;|  |^[ :]| $|^$"
    r"|^\.{1,2}$|^\.{1,2}/|/\.{1,2}(/|$)|[\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u200e\u200f\u202a-\u202e]"
)


@settings(max_examples=200)
@example("A\u200e")
@example("A\u180eb")
@example("\u200e:")
@example("E\u202a\u0301")
@example("A &\u2013; b")
@given(hostile)
def test_titles_are_legal(text: str) -> None:
    """A title is one that the wiki takes and keeps, or None."""
    name = title(text)
    if name is not None:
        assert not ILLEGAL.search(name)
        assert unicodedata.is_normalized("NFC", name)
        assert all(len(part.encode()) <= 255 for part in name.split(":", 1))


@settings(max_examples=200)
@example(": :")
@given(hostile)
def test_a_title_is_its_own_title(text: str) -> None:
    """The stored form of a title is that title."""
    name = title(text)
    assert name is None or title(name) == name


@given(legal_titles)
def test_ways_to_write_a_title(name: str) -> None:
    """Spaces, underscores, a colon before it and a small first letter do not matter."""
    written = name.replace(" ", "__")
    assert title(f" :{written}_") == name
    if name[0].lower() + name[0] in {"aA", "bB", "åÅ"}:
        assert title(name[0].lower() + name[1:]) == name


@given(legal_titles)
def test_ways_to_write_a_category(name: str) -> None:
    """A category is the same with its namespace, in link brackets, or bare."""
    for written in (
        name,
        f"Category:{name}",
        f"category : {name}",
        f":Category:{name}",
        f"[[Category:{name}]]",
        f"[[:category:{name}]]",
    ):
        assert category(f" {written} ") == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("glass_plates", "Glass plates"),
        ("User:Example/list", "User:Example/list"),
        ("ärtsoppa", "Ärtsoppa"),
        ("متحف", "متحف"),
        ("\u200fمتحف", "متحف"),
        ("A\u200e", "A"),
        ("A\ufffe", None),
        ("...", "..."),
        ("", None),
        (" _ ", None),
        (":", None),
        (".", None),
        ("..", None),
        ("./a", None),
        ("a/../b", None),
        ("a#b", None),
        ("a|b", None),
        ("[[a]]", None),
        ("a~~~b", None),
        ("a%41", None),
        ("100% a", "100% a"),
        ("a&amp;b", None),
        ("R&D; more", None),
        ("R & D; more", "R & D; more"),
        ("a\nb", "A b"),
        ("a" * 255, "A" + "a" * 254),
        ("a" * 256, None),
        ("Category:" + "a" * 255, "Category:" + "a" * 255),
        ("Category:" + "a" * 256, None),
        ("a" * 256 + ":b", None),
        ("م" * 128, None),
    ],
)
def test_title(text: str, expected: str | None) -> None:
    """Titles as MediaWiki reads them."""
    assert title(text) == expected


@pytest.mark.parametrize("read", [name, category, template])
def test_a_title_without_its_namespace_has_255_bytes(read: Callable[[str], str | None]) -> None:
    """Whatever stands in it: a colon, too, is one of them (Manual:Page title)."""
    longest = "A:" + "a" * 253
    assert read(longest) == longest
    assert read(longest + "a") is None


@pytest.mark.parametrize(("letter", "stored"), CAPITALS)
def test_capitals(letter: str, stored: str) -> None:
    """A title begins with the letter that Commons makes of its first one."""
    assert title(f"{letter}a") == f"{stored}a"


@pytest.mark.parametrize("text", ["", "Category:", "[[Category:A|b]]", "[[Category:A]][[Category:B]]", "Category:A#b"])
def test_no_category(text: str) -> None:
    """What names no category, or more than one, is None."""
    assert category(text) is None
