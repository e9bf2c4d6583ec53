"""Names of files are legal, short enough, and in the form that the wiki keeps."""

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.wikitext.strategies import CAPITALS, hostile
from wikitext.filename import (
    MAX_BYTES,
    NameEmpty,
    NameMeaningless,
    NameTaken,
    NameTooLong,
    file_name,
    fitted,
    is_meaningless,
    is_untitled,
    shortened,
    unique_name,
)

# MediaWikiTitleCodec::getTitleInvalidRegex, $wgIllegalFileChars, and what it turns into other characters.
ILLEGAL = re.compile(
    r"[#<>\[\]|{}:/\\_\x00-\x1f\x7f\ufffd]|~{3}|%[0-9A-Fa-f]{2}|&#?[0-9A-Za-z\x80-\U0010ffff]+;"
    r"|[\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u200e\u200f\u202a-\u202e]"
    r"|[\u00ad\u200b\u2060-\u206f\ufeff\ufff9-\ufffb]|  |^[ .-]|^$"
)
extensions = st.sampled_from(["jpg", "png", "tiff", "svg", "pdf", "webm"])
wanted = st.one_of(hostile, hostile.map("a{}".format), st.text(min_size=1, max_size=300))


@settings(max_examples=200)
@example("&&lt;;", "jpg")
@example("a &\u2013; b", "jpg")
@example("a\u180eb", "jpg")
@example("a\u200bb\ufeff", "jpg")
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
        ("Plate.jpg", "png", "Plate.png"),
        ("Plate.jpeg", "jpg", "Plate.jpg"),
        ("File:Plate", "jpg", "Plate.jpg"),
        ("File: Plate.tif", "jpg", "Plate.jpg"),
        ("Image: the Movie", "jpg", "Image - the Movie.jpg"),
        ("Fil: rouge", "jpg", "Fil - rouge.jpg"),
        ("+ - - Joseph Beuys", "jpg", "Joseph Beuys.jpg"),
        ("A -  - B", "jpg", "A - B.jpg"),
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


@settings(max_examples=200)
@given(
    st.one_of(wanted, wanted.map(lambda text: text * 20)), extensions, st.one_of(st.just(""), hostile, st.just("94.1"))
)
def test_shortened_names_fit(text: str, extension: str, ending: str) -> None:
    """Whatever is wanted, a shortened name is legal and short enough, and one that fitted is as it was."""
    name, whole = shortened(text, extension, ending), file_name(text, extension)
    if not isinstance(whole, NameTooLong):
        assert name == whole
    elif isinstance(name, str):
        assert not ILLEGAL.search(name)
        assert len(name.encode()) <= MAX_BYTES
        assert file_name(name, extension) == name


@pytest.mark.parametrize(
    "character",
    [
        "e\u0301\u0323",
        "\U0001f469\u200d\U0001f3a8",
        "\U0001f44d\U0001f3fd",
        "\U0001f1f8\U0001f1ea",
        "\u0928\u093f",
        "\u2764\ufe0f",
        "\u0915\u094d\u0937",
        "\uff76\uff9e",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_characters_are_not_cut(character: str) -> None:
    """A name is cut between what people take for characters, not within one, wherever it is cut."""
    for start in range(8):
        title = "A" * (start + 1) + character * 100
        name = shortened(title, "jpg")
        of_parts = shortened(fitted([title, " - ", "Kuniyoshi", " - ", "94.1"], "jpg"), "jpg")
        assert isinstance(name, str)
        assert isinstance(of_parts, str)
        assert of_parts.endswith(" - Kuniyoshi - 94.1.jpg")
        for cut in (name.removesuffix(".jpg"), of_parts.removesuffix(" - Kuniyoshi - 94.1.jpg")):
            assert cut[start + 1 :].replace(unicodedata.normalize("NFC", character), "") == ""
            assert len(cut) > start + 1


@pytest.mark.parametrize("title", ["東京国立博物館所蔵の浮世絵" * 20, "متحفالفن" * 30, "متحف الفن " * 30])
def test_long_titles_of_any_script_leave_the_rest_whole(title: str) -> None:
    """The longest value of a pattern is cut to what there is room for, and no more; all others stay."""
    name = shortened(fitted([title, " - ", "歌川国芳", " - ", "94.1"], "jpg"), "jpg")
    assert isinstance(name, str)
    assert name.endswith(" - 歌川国芳 - 94.1.jpg")
    assert title.startswith(name.removesuffix(" - 歌川国芳 - 94.1.jpg"))
    assert 220 < len(name.encode()) <= MAX_BYTES


def test_a_long_title_keeps_what_sets_it_apart() -> None:
    """The longest title of the records is cut between words, and what sets it apart is still there."""
    title = (
        "Group portrait of Tom Thumb wedding, from left: Verdeen Butler, Walter Butler, groom Freddie Thornton or "
        'Eugene F. Lewis, bride Charlotte Wylie, "minister" Robert LaMar, Charmaine Stotts or Charmaine P. '
        "Lewis Alston, and Joanne Stotts, posed in Brown Chapel Church for Novelty Fashion Revue"
    )
    cut = "Charmaine Stotts or Charmaine P. Lewis Alston"
    for wanted_name in (title, f"{title} - 1996.69.79"):
        name = shortened(wanted_name, "jpg", "1996.69.79")
        assert isinstance(name, str)
        assert name.endswith(f"{cut}, and - 1996.69.79.jpg")
    first = shortened(f"1996.69.79 - {title}", "jpg", "1996.69.79")
    assert isinstance(first, str)
    assert first.count("1996.69.79") == 1


@pytest.mark.parametrize(
    "stem",
    [
        "DSC00123", "IMG_1234", "DSCN 0001", "P1010023", "scan 12", "Image", "photo-3", "Untitled", "[Untitled]",
        "(untitled)", "[no title]", "Untitled 2", "Sans titre", "o. T.", "Utan titel", "1984", "2014.85.16", "94.1",
        "- 7 -", "IMG_1 - 94.1", "XIV", "xxxix", "S/T", "Sin título", "SIN TITULO", "Sem título", "Senza titolo 3",
        "Bez tytułu", "Uden titel", "Uten tittel", "Nimeto\u0308n", "Zonder titel", "Без названия", "Без назви", "無題",
        "بدون عنوان", "(title not known)", "Title unknown", "Blank",
    ],
)  # fmt: skip
def test_meaningless_names(stem: str) -> None:
    """What a camera calls a file, a word for no title, or numbers alone say nothing."""
    assert is_meaningless(stem)


@pytest.mark.parametrize(
    "stem",
    [
        "Vase", "Intaglio IV", "Untitled - Samuel Rosenberg", "Untitled - 70.32.1091", "Imagery", "Photograph of a cat",
        "(Titled in Japanese)", "1984 (novel)", "Plate", "P", "متحف", "日本",
        "Civil", "Mild", "Vivid", "Mix", "Image - the Movie", "Blank page", "Sin", "無題の詩",
    ],
)  # fmt: skip
def test_names_with_a_meaning(stem: str) -> None:
    """Any word that is not one of these says something."""
    assert is_meaningless(stem) == (stem == "P")


@pytest.mark.parametrize(
    ("title", "none"),
    [
        ("[title not known]", True), ("Untitled", True), ("S/T", True), ("o.T.", True), ("無題", True),
        ("1984", False), ("IV", False), ("Photo", False), ("Untitled #96", False), ("Untitled (Harbour)", False),
    ],
)  # fmt: skip
def test_titles_that_are_none(title: str, *, none: bool) -> None:
    """A number may be a work's title; words that there is none are not."""
    assert is_untitled(title) == none


@pytest.mark.parametrize(
    ("text", "apart", "taken", "expected"),
    [
        ("Bowl", "94.1", [], "Bowl.jpg"),
        ("Bowl", "94.1", ["Bowl.jpg"], "Bowl - 94.1.jpg"),
        ("Bowl", "94.1", ["Bowl.jpg", "Bowl - 94.1.jpg"], NameTaken("Bowl - 94.1.jpg")),
        ("Bowl", "", ["Bowl.jpg"], NameTaken("Bowl.jpg")),
        ("Bowl - 94.1", "94.1", ["Bowl - 94.1.jpg"], NameTaken("Bowl - 94.1.jpg")),
        ("Untitled", "94.1", [], "Untitled - 94.1.jpg"),
        ("Untitled", "", [], NameMeaningless("Untitled.jpg")),
        ("IMG_1", "94.1", [], NameMeaningless("IMG 1 - 94.1.jpg")),
        ("", "94.1", [], NameMeaningless("94.1.jpg")),
        ("", "", [], NameEmpty()),
        ("Bowl", "94.1; Anna, 1900, 94.1", ["Bowl.jpg", "Bowl - 94.1.jpg"], "Bowl - Anna, 1900, 94.1.jpg"),
        ("Bowl - 94.1", "94.1; Anna, 1900, 94.1", ["Bowl - 94.1.jpg"], "Bowl - 94.1 - Anna, 1900.jpg"),
        ("Vase 1850", "8; Anna, 1642, 8", ["Vase 1850.jpg"], "Vase 1850 - 8.jpg"),
        ("Untitled", "16; Anna, 16", [], "Untitled - Anna, 16.jpg"),
        ("Bowl " * 60, "94.1", ["Bowl " * 46 + "- 94.1.jpg"], NameTaken("Bowl " * 45 + "Bowl - 94.1.jpg")),
    ],
)
def test_unique_names(text: str, apart: str, taken: list[str], expected: object) -> None:
    """A name that says nothing, or is another file's, gets what sets its row apart; what is no use is told."""
    assert unique_name(text, "jpg", apart.split("; "), taken.__contains__) == expected
