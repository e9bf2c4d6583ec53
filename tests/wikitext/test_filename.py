"""Names of files are legal, short enough, and in the form that the wiki keeps."""

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.wikitext.strategies import CAPITALS, hostile
from wikitext.filename import MAX_BYTES, NameEmpty, NameTooLong, file_name

# MediaWikiTitleCodec::getTitleInvalidRegex, $wgIllegalFileChars, and what it turns into other characters.
ILLEGAL = re.compile(
    r"[#<>\[\]|{}:/\\_\x00-\x1f\x7f\ufffd]|~{3}|%[0-9A-Fa-f]{2}|&#?[0-9A-Za-z\x80-\U0010ffff]+;"
    r"|[\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u200e\u200f\u202a-\u202e]|  |^[ .-]|^$"
)
extensions = st.sampled_from(["jpg", "png", "tiff", "svg", "pdf", "webm"])
wanted = st.one_of(hostile, hostile.map("a{}".format), st.text(min_size=1, max_size=300))


@settings(max_examples=200)
@example("&&lt;;", "jpg")
@example("a &\u2013; b", "jpg")
@example("a\u180eb", "jpg")
@given(wanted, extensions)
def test_names_are_legal(text: str, extension: str) -> None:
    """Whatever is wanted, the name is one that the wiki takes and keeps, or there is none."""
    match file_name(text, extension):
        case str(name):
            assert name.endswith(f".{extension}")
            assert not ILLEGAL.search(name)
            assert unicodedata.is_normalized("NFC", name)
            assert len(name.encode()) <= MAX_BYTES
        case NameTooLong(size):
            assert size > MAX_BYTES
        case NameEmpty():
            assert not re.search("[0-9A-Za-z]", text.casefold().removesuffix(f".{extension}"))


@settings(max_examples=200)
@example("&&lt;;", "jpg")
@example("a.jpg.jpg", "jpg")
@example("a..jpg", "jpg")
@given(wanted, extensions)
def test_a_name_is_its_own_name(text: str, extension: str) -> None:
    """A file that is to be called what a file is called is called that."""
    name = file_name(text, extension)
    if isinstance(name, str):
        assert file_name(name, extension) == name
        assert file_name(name.removesuffix(f".{extension}") + f".{extension.upper()}", extension) == name


@given(st.integers(1, 300), st.sampled_from("Aéم"), extensions)
def test_long_names_are_refused(length: int, letter: str, extension: str) -> None:
    """A name is refused from the first byte over the limit, and the refusal says how long it would be."""
    name = f"A{letter * length}.{extension}"
    size = len(name.encode())
    assert file_name(f"A{letter * length}", extension) == (name if size <= MAX_BYTES else NameTooLong(size))


@given(st.text(st.characters(categories=["P", "S", "Z", "C"]), max_size=30), extensions)
def test_names_without_letters_are_empty(text: str, extension: str) -> None:
    """A name without a letter or digit is none."""
    assert file_name(text, extension) == NameEmpty()


@pytest.mark.parametrize(
    ("text", "extension", "expected"),
    [
        ("[Untitled]: view 3/4", "jpg", "(Untitled) - view 3-4.jpg"),
        ("A_b  c", "jpg", "A b c.jpg"),
        ("åskväder", "png", "Åskväder.png"),
        ("Plate.JPG", "jpg", "Plate.jpg"),
        ("Plate.jpg", "png", "Plate.jpg.png"),
        ("Plate. ", "jpg", "Plate.jpg"),
        ("12:30 {x} <y>", "jpg", "12-30 (x) (y).jpg"),
        ("A | B: C", "jpg", "A - B - C.jpg"),
        ("A&amp;B 50%25", "jpg", "AampB 50-25.jpg"),
        ("A ~~~~ B", "jpg", "A - B.jpg"),
        ("A\nB\u200eC", "jpg", "A BC.jpg"),
        ("a.tiff", "tiff", "A.tiff"),
        ("ab.ti\ufb00", "tiff", "Ab.ti\ufb00.tiff"),
        ("متحف", "jpg", "متحف.jpg"),
    ],
)
def test_file_name(text: str, extension: str, expected: str) -> None:
    """Characters that no name may hold give way to near ones, and nothing else is lost."""
    assert file_name(text, extension) == expected


@pytest.mark.parametrize(("letter", "stored"), CAPITALS)
def test_capitals(letter: str, stored: str) -> None:
    """A name begins with the letter that Commons makes of its first one."""
    assert file_name(f"{letter}a", "jpg") == f"{stored}a.jpg"
