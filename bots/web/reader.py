"""In which language a page is, and how what is on it is said there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup, escape
from pydantic import TypeAdapter
from werkzeug.datastructures import LanguageAccept

from bots.cli.output import iso
from bots.telemetry import shown
from jobs.model.states import State
from jobs.review.commands import ANSWERS
from wikitext.data_files import read_data
from wikitext.escape import Wikitext, plain
from wikitext.messages import FALLBACK, Language, Message, language

TEXTS = TypeAdapter(dict[str, str])
"""The words of the pages in a language."""


@dataclass(frozen=True)
class Reader:
    """Who reads a page.

    `language`: of the bot's sentences. `own`: of the page's own words, of which there are fewer languages.
    """

    language: Language
    own: Language

    def text(self, key: str, *numbers: int) -> str:
        """A word or sentence of the dashboard's; `$1` … are the numbers."""
        said = texts(self.own.code).get(key) or texts(FALLBACK)[key]
        for place, number in enumerate(numbers, 1):
            said = said.replace(f"${place}", self.number(number))
        return said

    def say(self, message: Message) -> str:
        """A sentence of the bot's, without its wikitext."""
        return plain(self.language.say(message))

    def sentence(self, message: Message) -> Markup:
        """As `say`, as HTML: what the sentence keeps from mixing with what is around it stays so."""
        pieces = re.split(_ISOLATED, plain(Wikitext(_BDI.sub(_isolate, self.language.say(message)))))
        return Markup("").join(_TAGS.get(piece) or escape(shown(piece)) for piece in pieces)

    def state(self, state: State) -> str:
        """A request's state, as reports call it."""
        return plain(self.language.say(f"status-{state}"))

    def answer(self, name: str) -> str:
        """What the button of an answer says; of what is none, what was written."""
        return plain(self.language.say(f"answer-{name}")) if name in ANSWERS else name

    def number(self, value: int) -> str:
        """A number as the language writes it."""
        return self.own.number(value)


_BDI = re.compile("<(/?)bdi[^>]*>")
_ISOLATED = "([\u2068\u2069])"
"""Unicode's isolates, which no value that is made inert has."""
_TAGS = {"\u2068": Markup("<bdi>"), "\u2069": Markup("</bdi>")}


def _isolate(tag: re.Match[str]) -> str:
    return "\u2069" if tag[1] else "\u2068"


def reader_of(asked: str, accepted: LanguageAccept) -> Reader:
    """`asked`: a code in the address (`uselang`, as on wikis); else the browser's languages count."""
    # Of `ar-EG, en` the first is meant, though only the second is known by that very code.
    meant = language(asked or next(filter(_is_spoken, accepted.values()), FALLBACK))
    return Reader(meant, Language(meant.code if meant.code in own_languages() else FALLBACK))


def _is_spoken(code: str) -> bool:
    return language(code).code != FALLBACK or code.lower().startswith(FALLBACK)


@cache
def own_languages() -> tuple[str, ...]:
    """The codes of the languages that the dashboard itself speaks."""
    return tuple(sorted(file.name.removesuffix(".json") for file in (files(__package__) / "messages").iterdir()))


def own_name(code: str) -> str:
    """What one of them is called by those who speak it."""
    return texts(code)["language"]


@cache
def texts(code: str) -> Mapping[str, str]:
    """The dashboard's words in one of its own languages, by their keys."""
    return read_data(TEXTS, files(__package__) / "messages" / f"{code}.json")


def moment(seconds: float) -> str:
    """A time as `cph` tells it to programs: UTC, in ISO 8601; empty: there is none."""
    return iso(seconds) or ""


def visible(value: object) -> object:
    """What stands in a template: control characters, and those that turn a line around, are written out.

    Nothing that a partner writes can hide or reorder what is beside it; escaping follows (Jinja's autoescape).
    """
    return shown(value) if type(value) is str else value
