"""Pages are in their reader's language, every word of them."""

import html
import re
from collections.abc import Iterator

import pytest

from deploy.sandbox import SandboxWiki
from deploy.sandbox.client import Person

_QUOTED = re.compile(r"<(code|pre|bdi|style|dd)\b.*?</\1>", re.DOTALL)
"""What is shown as somebody wrote it, and TemplateData's examples."""


def _words(wiki: SandboxWiki, title: str, language: str) -> Iterator[str]:
    """The pieces of text that a reader of the language sees on a page, without what is quoted there."""
    answer = Person(wiki, "Stranger").api(action="parse", page=title, prop="text", uselang=language)
    for text in re.findall(r"[^<>]+(?=<)", _QUOTED.sub("", answer["parse"]["text"])):
        if (words := html.unescape(text).strip()) != title:
            yield words


def _in_latin_letters(words: str) -> bool:
    return bool(re.search("[A-Za-z]{3}", words)) and not re.search("[\u0600-\u06ff]", words)


@pytest.mark.parametrize("page", ["", "Template:Hub request", "Template:Hub request/doc", "Template:Hub requests"])
def test_pages_are_in_their_readers_language(commons_wiki: SandboxWiki, installed: str, page: str) -> None:
    """An Arabic reader sees nothing in Latin letters alone, a Swedish one no sentence that an English one sees."""
    title = page or installed
    arabic, swedish, english = ({*_words(commons_wiki, title, code)} - {installed} for code in ("ar", "sv", "en"))
    assert sorted(filter(_in_latin_letters, arabic)) == []
    assert sorted(words for words in swedish & english if len(words.split()) > 2) == []
