"""The languages that the bot answers in, by the names that people give them."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

from wikitext.messages import languages


def language_names(code: str) -> tuple[str, ...]:
    """What a language is called: in its own words and in English, in small letters; a variety as the language, too.

    >>> language_names("sv"), language_names("pt-br")
    (('svenska', 'swedish'), ('português (brasil)', 'português', 'portuguese (brazil)', 'portuguese', 'pt'))
    """
    locale = Locale.parse(code, sep="-")
    named = [(locale.get_display_name(other) or "").casefold() for other in (code.replace("-", "_"), "en")]
    whole = [code.partition("-")[0]] if "-" in code else []
    names = (*(part for name in named for part in (name, name.partition(" (")[0])), *whole)
    return tuple(dict.fromkeys(filter(None, names)))


def language_meant(written: str) -> str:
    """The code of the language that somebody names (`Svenska`, `Swedish`, `sv`); what is no name stays as it is."""
    return _codes().get(" ".join(written.casefold().split()), written)


@cache
def _codes() -> Mapping[str, str]:
    return {name: code for code in languages() for name in language_names(code)}
