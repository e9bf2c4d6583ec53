"""The languages that the bot answers in, by the names that people give them."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

from wikitext.messages import languages


def language_names(code: str) -> tuple[str, ...]:
    """What a language is called: in its own words and in English, in small letters.

    >>> language_names("sv")
    ('svenska', 'swedish')
    """
    locale = Locale.parse(code, sep="-")
    named = (locale.get_display_name(other) for other in (code.replace("-", "_"), "en"))
    return tuple(dict.fromkeys(name.casefold() for name in named if name))


def language_meant(written: str) -> str:
    """The code of the language that somebody names (`Svenska`, `Swedish`, `sv`); what is no name stays as it is."""
    return _codes().get(" ".join(written.casefold().split()), written)


@cache
def _codes() -> Mapping[str, str]:
    return {name: code for code in languages() for name in language_names(code)}
