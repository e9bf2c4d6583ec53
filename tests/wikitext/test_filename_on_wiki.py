"""A real wiki takes the names of files and the titles that were made, and keeps them as they are."""

from collections.abc import Sequence
from typing import Any

import requests
from hypothesis import strategies as st

from deploy.sandbox import SandboxWiki
from tests.wikitext.strategies import examples, hostile
from wikitext import titles
from wikitext.filename import file_name

NASTY = (
    "[Untitled]: view 3/4", "A_b __c", "a|b", "A#b", "A<b>", "{{a}}", "a &amp; b", "a &lt; b", "&&lt;;",
    "a &\u2013; b", "&é;", "&#65;", "50%25", "%%4141", "~~~~", "~~|~", "~~\u200e~", "./a", "../a", "a/./b", "a/..",
    ".a", "a.", "-a", "File:a", "Image: a", "C:\\a\\b", "Talk:File:a", ":a", "en:a", "a\nb", "a\xa0b", "a\u180eb",
    "a\u200eb", "a\u200bb", "a\u2028b", "a\u3000b", "a\ufeffb", "a\u202eb", "á", "e\u202á", "́a", "a̸", "̸a", "a�b",
    "a\ufdd0b", "a\x7fb", "Aـ", "متحف الفن", "\u200fمتحف", "åskväder", "ßa", "ŉa", "ǆa", "ǅa", "ﬁa", "ῳa", "ᾳa", "ΐa",
    "իւa", "\u0131a", "ÿa", "µa", "\u017fa", "აa", "ꭰa", "ɐa", "𐐨a", "ⓐa", "\u2170a", "\u02bcn", "ა", "🏛a",
    "a🏛\u200d🎨", "A'b''c", 'a"b"', "a=b", "a+b", "a?b&c", "a*b", "a;b", "a,b", "a!b", "a$b", "a@b", "a`b", "a^b",
    "(a)", "a\\b", "-", "À̀", "각",
)  # fmt: skip


def has_plain_capital(title: str) -> bool:
    """Whether a plain MediaWiki, such as the sandbox, makes the same capital of the first letter as Commons does."""
    return title[0] == title[0].upper() == title[0].title()


def invalid_or_changed(wiki: SandboxWiki, asked: Sequence[str]) -> list[Any]:
    """What the wiki says about titles that it does not take as they are."""
    said: list[Any] = []
    for start in range(0, len(asked), 50):
        query = {
            "action": "query",
            "titles": "|".join(asked[start : start + 50]),
            "format": "json",
            "formatversion": "2",
        }
        answer: dict[str, Any] = requests.post(wiki.api, data=query).json()["query"]
        said += answer.get("normalized", [])
        said += [page for page in answer["pages"] if "invalid" in page or "special" in page]
    return said


def test_names_are_kept(commons_wiki: SandboxWiki) -> None:
    """The wiki finds no name invalid and turns none into another."""
    wanted = [*NASTY, *examples(st.one_of(hostile, hostile.map("a{}".format)), 250)]
    names = {name for text in wanted if isinstance(name := file_name(text, "jpg"), str) and has_plain_capital(name)}
    assert len(names) > 200
    assert invalid_or_changed(commons_wiki, [f"File:{name}" for name in sorted(names)]) == []


def test_categories_are_kept(commons_wiki: SandboxWiki) -> None:
    """The wiki finds no category invalid and turns none into another."""
    wanted = [*NASTY, *examples(st.one_of(hostile, hostile.map("a{}".format)), 400)]
    names = {name for text in wanted if (name := titles.category(text)) and has_plain_capital(name)}
    assert len(names) > 140
    assert invalid_or_changed(commons_wiki, [f"Category:{name}" for name in sorted(names)]) == []
