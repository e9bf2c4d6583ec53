"""How names that people write are compared: those of parameters, of columns, of fields."""

import re
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Marks that nobody sees, such as byte order marks in mid-text, and that some programs leave in headings."""


@lru_cache(maxsize=4_000)
def key(name: str) -> str:
    """The form in which names are compared: case, `_`, `-` and white space make no difference.

    Behind an `@` is a language's code, with `-` between its parts however it is written.

    >>> key("Object_Number"), key("title@pt_BR"), key("Title @ pt br"), key("Maße")
    ('object number', 'title@pt-br', 'title@pt-br', 'maße')
    """
    bare, at, code = name.partition("@")
    return f"{' '.join(_words(bare))}{at}{language_code(code)}"


def language_code(code: str) -> str:
    """A language's code as wikis write it: in lower case, `-` between its parts."""
    return "-".join(_words(code))


def _words(name: str) -> list[str]:
    return _INVISIBLE.sub("", name).replace("_", " ").replace("-", " ").lower().replace("\u03c2", "\u03c3").split()
