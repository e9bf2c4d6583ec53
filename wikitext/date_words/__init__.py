"""The words that dates are told in, one file a language, and what they mean to `wikitext.date_phrases`.

A file is a JSON object of meanings (those of `MEANINGS`), each with its phrases in lower case. The dot at a phrase's
end may be left out, and so may the space behind any dot. `""`: what says nothing. No phrase may mean two things, in
whatever languages: Dutch "of" (or) is not here, for in English it is nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from wikitext.data_files import data_files, read_data, word_lists

MEANINGS = re.compile(
    r"|CIRCA|BEFORE|AFTER|EARLIER|LATER|BETWEEN|TO|UNTIL|FROM|AND|OR|CENTURY|HUNDRED|DECADE|YEAR|BCE|CE|UNKNOWN"
    r"|POSSIBLY|PROBABLY|PRESUMABLY|EARLY|MID|LATE|HALF[12]|QUARTER[1-4]|SPRING|SUMMER|AUTUMN|WINTER"
    r"|M(?:[1-9]|1[0-2])|(?:[1-9]|1\d|2[01])#"
)
"""`EARLIER`, `LATER`: stand behind a date. `TO`: stands between two; `UNTIL`: or before one. `HUNDRED`: behind 1800;
`YEAR`: behind 1890. `M5`: May. `19#`: nineteenth."""


DATE_WORDS = word_lists(lambda meaning: MEANINGS.fullmatch(meaning) is not None)


def folded(text: str) -> str:
    """A text in the letters that phrases are in: lower case, composed."""
    return unicodedata.normalize("NFC", text.casefold())


def key(phrase: str) -> str:
    """A phrase without its last dot and the spaces behind its dots."""
    return phrase.replace(". ", ".").removesuffix(".")


@cache
def phrases() -> Mapping[str, str]:
    """What the phrases of all languages mean, by their keys."""
    read = [(file.name, read_data(DATE_WORDS, file)) for file in data_files(files(__name__))]
    return meanings(read)


def meanings(languages: Iterable[tuple[str, Mapping[str, Sequence[str]]]]) -> Mapping[str, str]:
    """What the phrases of these files mean, by their keys.

    Raises ValueError for a meaning that there is none of, a phrase that no text can have, and one with two meanings.
    """
    found: dict[str, str] = {}
    for file, words in languages:
        for meaning, phrase in ((meaning, phrase) for meaning, listed in words.items() for phrase in listed):
            if not MEANINGS.fullmatch(meaning) or not key(phrase) or phrase != folded(phrase).strip():
                raise ValueError(f"{file}: {meaning!r} cannot be told as {phrase!r}")
            if found.setdefault(key(phrase), meaning) != meaning:
                raise ValueError(f"{file}: {phrase!r} means {meaning!r} and {found[key(phrase)]!r}")
    return found
