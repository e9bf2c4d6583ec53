"""The messages of all languages fit the code that says them, and each other."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import mwparserfromhell
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from tests.wikitext.strategies import hostile
from wikitext.escape import Wikitext, inert
from wikitext.messages import language, languages, message

PLURAL = re.compile(r"\{\{PLURAL:\$(\d)\|([^{}]*)\}\}")
NOWIKI = re.compile(r"<nowiki>[^<]*</nowiki>|<nowiki># < > \[ \] \| \{ \}</nowiki>")
ARGUMENT = re.compile(r"\$(\d)")


@cache
def texts(code: str) -> Mapping[str, str]:
    """The messages of a language, or `qqq`."""
    loaded: dict[str, str] = json.loads((files("wikitext.messages") / f"{code}.json").read_text(encoding="utf-8"))
    return {key: text for key, text in loaded.items() if not key.startswith("@")}


def counted(text: str) -> set[str]:
    """The arguments that a message has plural forms for."""
    return {found[1] for found in PLURAL.finditer(text)}


every_language = pytest.mark.parametrize("code", languages())
said = st.sampled_from([(code, key) for code in languages() for key in texts("en")])


@pytest.mark.parametrize("code", [*languages(), "qqq"])
def test_keys(code: str) -> None:
    """Every language and the documentation have exactly the messages of English, in the same order."""
    assert list(texts(code)) == list(texts("en"))


@every_language
def test_arguments(code: str) -> None:
    """A translation uses the same arguments as the English message, and counts by no others."""
    for key, text in texts("en").items():
        assert set(ARGUMENT.findall(texts(code)[key])) == set(ARGUMENT.findall(text)), key
        assert counted(texts(code)[key]) <= set(ARGUMENT.findall(text)), key


def test_documentation() -> None:
    """The documentation says what each argument is, and which may be counted by."""
    for key, text in texts("en").items():
        assert set(ARGUMENT.findall(text)) <= set(ARGUMENT.findall(texts("qqq")[key])), key
        if counted(text):
            assert "PLURAL" in texts("qqq")[key], key


@every_language
def test_plural_forms(code: str) -> None:
    """Every plural has as many forms as the language has."""
    wanted = len(Locale.parse(code, sep="-").plural_form.tags | {"other"})
    for key, text in texts(code).items():
        for found in PLURAL.finditer(text):
            assert len(found[2].split("|")) == wanted, (key, found[0])


@every_language
def test_wikitext(code: str) -> None:
    """A message has no markup but plurals, nowiki and links to its arguments."""
    for key, text in texts(code).items():
        bare = NOWIKI.sub("", PLURAL.sub(r"\2", text))
        bare = re.sub(r"\[\[:?\$\d(\|[^][|]+)?\]\]", "", bare)
        assert not re.search(r"\{\{|\}\}|\[|\]|<|>|''|__|~~|&[\w#]+;|://", bare), (key, bare)
        assert text == text.strip(), key


@every_language
def test_messages_for_parser_functions(code: str) -> None:
    """What stands inside a parser function on the pages has no pipe or brace."""
    for key, text in texts(code).items():
        if key.startswith(("status-", "box-", "page-", "bot-", "review-title")):
            assert not set(text) & set("|{}[]\n$"), key


@given(said, st.lists(hostile, min_size=9, max_size=9), st.lists(st.integers(0, 2000), min_size=9, max_size=9))
def test_arguments_stay_inert(which: tuple[str, str], strings: list[str], numbers: list[int]) -> None:
    """Whatever the arguments, a message calls nothing and links to nothing but the pages that it is about."""
    code, key = which
    text = texts(code)[key]
    linked = re.findall(r"\[\[:?\$(\d)", text)
    arguments = [
        numbers[n - 1] if str(n) in counted(text) else "A page" if str(n) in linked else strings[n - 1]
        for n in range(1, 10)
    ]
    parsed = mwparserfromhell.parse(language(code).say(message(key, *arguments)))
    assert parsed.filter_templates() == []
    assert len(parsed.filter_wikilinks()) == text.count("[[")
    assert len(parsed.filter_external_links()) == 0
    assert {str(tag.tag) for tag in parsed.filter_tags()} <= {"nowiki", "br", "bdi"}


@every_language
def test_every_message_is_said(code: str) -> None:
    """A message that is said has all its arguments filled in."""
    for key, text in texts(code).items():
        counts = counted(text)
        said_text = language(code).say(key, *(7 if str(n) in counts else "x" for n in range(1, 8)))
        assert said_text
        assert not re.search(r"\$\d|PLURAL", said_text), key


@given(hostile)
def test_say_makes_text_inert_but_not_wikitext(value: str) -> None:
    """A plain argument is made inert; wikitext goes in as it is."""
    said = language("en").isolated(inert(value))
    assert language("en").say("web-host", value) == (
        f"I may not fetch files from “{said}”. Ask for the server to be added to the policy."
    )
    assert f"“{value}”" in language("en").say("web-host", Wikitext(value))


def test_data_is_kept_from_mixing_with_a_sentence_of_the_other_direction() -> None:
    """In a link and in nowiki no tag may stand; there the wiki and the code around it keep the order."""
    assert "<bdi>{title} &#45;" not in language("en").say("web-host", "{title} - 1")
    assert "“<bdi>متحف</bdi>”" in language("en").say("web-host", "متحف")
    assert "<bdi>example.org</bdi>" in language("ar").say("web-host", "example.org")
    assert "<bdi>" not in language("ar").say("report-continued", "Page")


@pytest.mark.parametrize(
    ("code", "count", "expected"),
    [
        ("en", 0, "0 files"),
        ("en", 1, "one file"),
        ("en", 1234, "1,234 files"),
        ("sv", 1, "en fil"),
        ("sv", 1234, "1\u00a0234 filer"),
        ("ar", 0, "لا ملفات"),
        ("ar", 1, "ملف واحد"),
        ("ar", 2, "ملفان"),
        ("ar", 3, "3 ملفات"),
        ("ar", 11, "11 ملفًا"),
        ("ar", 100, "100 ملف"),
    ],
)
def test_plural(code: str, count: int, expected: str) -> None:
    """A number chooses the form of the language that goes with it."""
    assert language(code).say("count-files", count) == expected


@pytest.mark.parametrize(
    ("wanted", "code", "direction"),
    [
        ("sv", "sv", "ltr"),
        ("SV", "sv", "ltr"),
        (" sv-FI ", "sv", "ltr"),
        ("sv_FI", "sv", "ltr"),
        ("ar", "ar", "rtl"),
        ("ar-EG", "ar", "rtl"),
        ("de-AT", "de", "ltr"),
        ("pt_BR", "pt-br", "ltr"),
        ("pt", "pt-br", "ltr"),
        ("fi", "en", "ltr"),
        ("", "en", "ltr"),
        ("qqq", "en", "ltr"),
        ("../en", "en", "ltr"),
    ],
)
def test_language(wanted: str, code: str, direction: str) -> None:
    """A language is found by its code or its base's; any other is English."""
    assert (language(wanted).code, language(wanted).direction) == (code, direction)
