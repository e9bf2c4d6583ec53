"""What fills the fields of a file's page: what the request says, then the columns that are called like them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jobs.kinds.upload.columns import Slot, is_inverted
from jobs.kinds.upload.mapping import Maker, Meaning, WordMap, item_id
from jobs.patterns.filters import Shown, Value, text_of
from jobs.patterns.pattern import Filled, Pattern, column_key
from wikitext.escape import Wikitext, link
from wikitext.filepage import DescriptionTemplate, field_for, in_language, marked_language


@dataclass(frozen=True)
class Description:
    """What a record says of a file, field by field. `slots`: what fills them; `words`: the partner's mapping.

    `untemplated`: the languages that the wiki has no template for. `instead`: as `WordMap.with_items` takes it.
    """

    template: DescriptionTemplate
    slots: Mapping[Slot, Pattern]
    values: Mapping[str, str]
    words: WordMap
    untemplated: frozenset[str] = frozenset()
    instead: Mapping[str, str] = field(default_factory=dict)

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

    def written(self, field: str) -> Iterator[tuple[str, str]]:
        """What stands in the columns that fill a field, with their names."""
        for one, pattern in self.slots.items():
            if one.field == self.template.called(field) and (text := pattern.fill(self.values).strip()):
                yield ", ".join(map(column_key, pattern.columns)), text

    def named(self, field: str) -> Iterator[tuple[Sequence[str], str]]:
        """The words of a field, each with the names that the mapping may know it by: its column, the field."""
        for _, pattern in self._slots(field):
            for part in pattern.filled(self.values):
                names = (part.column, field) if part.column else (field,)
                for word in self.words.words(names, part.value):
                    yield names, word

    def makers(self, field: str) -> Iterator[Maker]:
        """Whom a field names as makers; forenames first where the column is known for the other way."""
        for names, word in self.named(field):
            maker = self.words.maker(names, word)
            yield replace(maker, name=_forename_first(maker.name)) if is_inverted(names[0]) else maker

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """What the mapping knows of the record's words, in every column and field that it has words of."""
        words = (pair for column in sorted(self.words.columns) for pair in self.words_of(column))
        found = (self.words.meaning(names, word) for names, word in words)
        return tuple(meaning for meaning in found if meaning)

    @property
    def item(self) -> str:
        """The item of the work, as a column says it, or the mapping of the work's number or title; or nothing."""
        said = item_id(self.text("wikidata")) or next(
            filter(None, map(self._item_of, ("accession number", "title"))), ""
        )
        return self.instead.get(said, said)

    def _item_of(self, name: str) -> str:
        """The item that the mapping has for all that a field says."""
        whole = {text for _, text in self.texts(name)}
        known = (self.words.meaning(names, word) for names, word in self.named(name) if word in whole)
        return next((meaning.item for meaning in known if meaning), "")

    def words_of(self, name: str) -> Iterator[tuple[Sequence[str], str]]:
        """The words of a column or, where the list has none of that name, a field; as `named`."""
        if name not in self.values:
            return self.named(field_for(self.template, name) or name)
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
        """What fills the field, by the template's name for it; not without a language what stands there in one."""
        own = self.template.called(field)
        every = [(one, pattern) for one, pattern in self.slots.items() if one.field == own]
        told = {pattern.fill(self.values).strip() for one, pattern in every if one.language}
        return (
            (one, pattern) for one, pattern in every if one.language or pattern.fill(self.values).strip() not in told
        )


def _forename_first(name: str) -> str:
    surname, comma, forename = name.partition(", ")
    return f"{forename} {surname}" if comma and "," not in forename else name


def _language(filled: Sequence[Filled]) -> str:
    return next((part.value.language for part in filled if isinstance(part.value, Shown) and part.value.language), "")
