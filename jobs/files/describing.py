"""What fills the fields of a file's page: what the request says, then the columns that are called like them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jobs.files.mapping import Meaning, WordMap
from jobs.filters import Shown, Value, text_of
from jobs.pattern import Filled, Pattern, PatternError, column_key, of_columns
from wikitext.escape import Wikitext, link
from wikitext.filepage import (
    TEMPLATES,
    DescriptionTemplate,
    column_language,
    field_for,
    in_language,
    is_language,
    marked_language,
)

CAPTION = "caption"
"""A field of every file, though of no template: the caption in a language."""

CREATORS = ("artist", "photographer", "author")
"""The fields that say who made it; the first that a template has."""

_FACTS = TEMPLATES["Artwork"]
"""What is asked of a list beside the template's own fields, for structured data."""


@dataclass(frozen=True)
class Slot:
    """A field, or what it says in one language."""

    field: str
    language: str = ""

    def __str__(self) -> str:
        return f"{self.field}@{self.language}" if self.language else self.field


def slot(template: DescriptionTemplate, name: str) -> Slot | None:
    """The slot that a parameter of a request names (`title@sv`), or None."""
    bare, at, language = column_key(name).partition("@")
    field = CAPTION if bare == CAPTION else template.field(bare)
    fits = is_language(language) if at else field != CAPTION
    return Slot(field, language) if field and fits else None


@lru_cache(maxsize=64)
def slots_of_columns(template: DescriptionTemplate, columns: tuple[str, ...]) -> Mapping[Slot, Pattern]:
    """What each slot takes of a list with these columns where the request says nothing else.

    Of several columns for one field, the one that is called like the field is taken, else the first; of dimensions all.
    """
    found: dict[Slot, list[str]] = {}
    for column in columns:
        if meant := _meant(template, column):
            found.setdefault(meant, []).append(column)
    return {slot: pattern for slot, named in found.items() if (pattern := _pattern(slot, named)) is not None}


def _meant(template: DescriptionTemplate, column: str) -> Slot | None:
    bare, at, _ = column.partition("@")
    language = column_language(column) or ""
    if at and not language:
        return None
    if column_key(bare) == CAPTION:
        return Slot(CAPTION, language) if language else None
    field = field_for(template, column) or field_for(_FACTS, column)
    return Slot(field, language) if field else None


def _pattern(slot: Slot, columns: Sequence[str]) -> Pattern | None:
    if slot.field == "dimensions":
        return _taken(columns, *(["join: \u00d7 "] if len(columns) > 1 else []))
    own = next((column for column in columns if column_key(column.partition("@")[0]) == slot.field), columns[0])
    return _taken([own], *(() if slot.language else _FILTERS.get(slot.field, ())))


_FILTERS = {"date": ("date",), **dict.fromkeys(CREATORS, (r"split:\|", "join:; "))}
"""What is done to a column that is taken because of its name."""


def _taken(columns: Sequence[str], *filters: str) -> Pattern | None:
    try:
        return of_columns(columns, *filters)
    except PatternError:
        return None


@dataclass(frozen=True)
class Description:
    """What a record says of a file, field by field. `slots`: what fills them; `words`: the partner's mapping.

    `untemplated`: the languages that the wiki has no template for.
    """

    template: DescriptionTemplate
    slots: Mapping[Slot, Pattern]
    values: Mapping[str, str]
    words: WordMap
    untemplated: frozenset[str] = frozenset()

    @property
    def languages(self) -> frozenset[str]:
        """The languages of what stands on the page, as far as they are told."""
        return frozenset(code for field in self.template.fields for code, _ in self.texts(field) if code)

    def text(self, field: str) -> str:
        """What a field says, as plain text; of several languages any."""
        return next((text for _, text in self.texts(field)), "")

    def texts(self, field: str) -> Iterator[tuple[str, str]]:
        """What a field says in each language that is named (by column, parameter or filter; else empty)."""
        for one, pattern in self._slots(field):
            filled = [part for part in pattern.filled(self.values) if text_of(part.value).strip()]
            if filled:
                yield one.language or _language(filled), "".join(text_of(part.value) for part in filled).strip()

    def named(self, field: str) -> Iterator[tuple[Sequence[str], str]]:
        """The words of a field, each with the names that the mapping may know it by: its column, the field."""
        for _, pattern in self._slots(field):
            for part in pattern.filled(self.values):
                names = (part.column, field) if part.column else (field,)
                for word in self.words.words(names, part.value):
                    yield names, word

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """What the mapping knows of the record's words, in every column and field that it has words of."""
        words = (pair for column in sorted(self.words.columns) for pair in self.words_of(column))
        found = (self.words.meaning(names, word) for names, word in words)
        return tuple(meaning for meaning in found if meaning)

    def words_of(self, name: str) -> Iterator[tuple[Sequence[str], str]]:
        """The words of a column or, where the list has none of that name, a field; as `named`."""
        if name not in self.values:
            return self.named(name)
        return (((name,), word) for word in self.words.words((name,), self.values[name]))

    def unread(self) -> Iterator[tuple[str, str, str]]:
        """The values that a filter could not read: field, column, value."""
        for one, pattern in self.slots.items():
            for part in pattern.filled(self.values):
                if part.unread:
                    yield one.field, part.column, part.unread

    def wikitext(self, field: str) -> Wikitext:
        """What stands in a field of the page; languages one below the other."""
        said = (self._said(one, pattern) for one, pattern in self._slots(field))
        return Wikitext("\n".join(filter(None, said)))

    def _said(self, one: Slot, pattern: Pattern) -> str:
        if one.language:
            text = pattern.fill(self.values).strip()
            return self._in_language(one.language, text) if text else ""

        def look_up(column: str, value: Value) -> Value:
            if isinstance(value, Shown):
                return Shown(value.text, self._in_language(value.language, value.text))
            return self.words.shown((column, one.field) if column else (one.field,), value)

        return pattern.fill(self.values, link, look_up)

    def _in_language(self, code: str, text: str) -> Wikitext:
        return marked_language(code, text) if code in self.untemplated else in_language(code, text)

    def _slots(self, field: str) -> Iterator[tuple[Slot, Pattern]]:
        return ((one, pattern) for one, pattern in self.slots.items() if one.field == field)


def _language(filled: Sequence[Filled]) -> str:
    return next((part.value.language for part in filled if isinstance(part.value, Shown) and part.value.language), "")
