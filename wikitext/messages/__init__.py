"""Everything a person reads from the bot, in the reader's language.

Messages are in translatewiki's format: a JSON file a language, `$1` … for arguments, `{{PLURAL:$1|one|other}}` with the
forms in CLDR's order, and `qqq.json` to tell translators what each is for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated
from unicodedata import bidirectional

from babel import Locale
from babel.numbers import format_decimal
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from wikitext.data_files import BadData, read_data
from wikitext.escape import Wikitext, inert

FALLBACK = "en"
_PLURAL = re.compile(r"\{\{PLURAL:\$(\d)\|([^{}]*)\}\}")
_FILLED = re.compile(r"\[\[[^\[\]]*\]\]|<nowiki>.*?</nowiki>|\$(\d)")
_CLDR_FORMS = ("zero", "one", "two", "few", "many", "other")


@dataclass(frozen=True)
class Message:
    """A sentence to be said in whatever language its reader has: a key of the message files and its arguments."""

    key: str
    arguments: tuple[str | int, ...] = ()


def message(key: str, *arguments: str | int) -> Message:
    """Shorthand for a `Message`."""
    return Message(key, arguments)


@dataclass(frozen=True)
class Language:
    """A language that messages exist in."""

    code: str

    def say(self, said: Message | str, *arguments: str | int) -> Wikitext:
        """The message as wikitext. Arguments are made inert unless they are `Wikitext`; numbers are formatted."""
        if isinstance(said, Message):
            return self.say(said.key, *said.arguments)
        text = _texts(self.code).get(said) or _texts(FALLBACK)[said]
        text = _PLURAL.sub(lambda plural: self._plural(plural, arguments), text)

        def filled(found: re.Match[str]) -> str:
            if not found[1]:  # a link or what is in nowiki, where no tag may stand
                whole = re.sub(r"\$(\d)", lambda inner: self._argument(arguments[int(inner[1]) - 1]), found[0])
                code = self.direction == "rtl" and whole.startswith("<nowiki>")
                return f'<bdi dir="ltr">{whole}</bdi>' if code else whole
            value = arguments[int(found[1]) - 1]
            said = self._argument(value)
            return self.isolated(said) if isinstance(value, str) and not isinstance(value, Wikitext) else said

        return Wikitext(_FILLED.sub(filled, text))

    def isolated(self, text: str) -> Wikitext:
        """Wikitext that is data, kept from mixing with the sentence around it where one is written from the right."""
        mixes = self.direction == "rtl" or any(bidirectional(char) in {"R", "AL"} for char in text)
        return Wikitext(f"<bdi>{text}</bdi>" if mixes and text else text)

    def in_code(self, text: str) -> Wikitext:
        """A name, a pattern or wikitext, to be read as it is written."""
        return self.isolated(f"<code>{inert(text)}</code>")

    def number(self, value: float) -> str:
        """A number as the language writes it."""
        return str(format_decimal(value, locale=self._locale))

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, for HTML's `dir`."""
        return str(self._locale.text_direction)

    @property
    def _locale(self) -> Locale:
        return Locale.parse(self.code, sep="-")

    def _argument(self, value: str | int) -> str:
        if isinstance(value, Wikitext):
            return value
        return inert(value) if isinstance(value, str) else self.number(value)

    def _plural(self, match: re.Match[str], arguments: Sequence[str | int]) -> str:
        forms = match[2].split("|")
        tags = self._locale.plural_form.tags | {"other"}
        form = self._locale.plural_form(int(arguments[int(match[1]) - 1]))
        index = [tag for tag in _CLDR_FORMS if tag in tags].index(form)
        return forms[min(index, len(forms) - 1)]


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that messages exist in."""
    return tuple(
        sorted(f.name[:-5] for f in files(__name__).iterdir() if f.name.endswith(".json") and f.name != "qqq.json")
    )


def language(code: str) -> Language:
    """The language with this code, or its base's (`sv-fi` → `sv`), or a variety of it (`pt` → `pt-br`), or English."""
    folded = code.strip().lower().replace("_", "-")
    base = folded.split("-")[0]
    varieties = (known for known in languages() if base and known.startswith(f"{base}-"))
    return Language(next((known for known in (folded, base, *varieties) if known in languages()), FALLBACK))


def is_message(key: str) -> bool:
    """Whether there is such a message."""
    return key in _texts(FALLBACK)


class _Metadata(BaseModel):
    """Who wrote the messages of a language; `note`: what is to be known of them."""

    model_config = ConfigDict(extra="forbid")

    authors: list[str]
    note: str = ""


class _Messages(BaseModel):
    """A file of messages: all but the first key are theirs."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str] = Field(init=False)

    metadata: Annotated[_Metadata, Field(alias="@metadata")]


_MESSAGES = TypeAdapter(_Messages)


@cache
def _texts(code: str) -> dict[str, str]:
    return read_messages(files(__name__) / f"{code}.json")


def read_messages(file: Traversable) -> dict[str, str]:
    """The messages of a file, by their keys. Raises BadData, also for one that English has not."""
    texts = read_data(_MESSAGES, file).__pydantic_extra__
    if file.name != f"{FALLBACK}.json" and (unknown := texts.keys() - _texts(FALLBACK).keys()):
        raise BadData(f"{file}: {', '.join(sorted(unknown))}: there is no such message in {FALLBACK}.json")
    return texts
