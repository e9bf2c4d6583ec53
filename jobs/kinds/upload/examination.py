"""What can be told of a partner's list before any of its files is looked at."""

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jobs.io.plan_context import PlanContext
from jobs.kinds.upload.columns import CAPTION, CREATORS, column_meant, columns_of, media_column, work_field
from jobs.kinds.upload.date_spans import spanned
from jobs.kinds.upload.description import Description
from jobs.kinds.upload.drafts import address_trouble, described, mapping_of, media_address
from jobs.kinds.upload.license_doubts import record_doubts
from jobs.kinds.upload.mapping import WordMap, item_id, table_of
from jobs.kinds.upload.names import wanted_name
from jobs.kinds.upload.parameters import UploadParameters
from jobs.kinds.upload.templates import completed
from jobs.kinds.upload.withholding import decides, withheld
from jobs.lists.repeats import Mark
from jobs.model.profile import Column, Profile
from jobs.model.records import Record
from jobs.model.structured_data.values import MAX_CAPTION
from jobs.patterns.pattern import Pattern, column_key
from wikitext.check_page import Same, Then
from wikitext.columns import meant
from wikitext.filename import shortened
from wikitext.filepage import LICENSE_FIELDS
from wikitext.messages import Message, message

_UNIT = re.compile("[^\\W\\d_]{2}|[\"'\u2032\u2033]|\\bm\\b")
_ENDING = "jpg"
"""Names are compared without their endings, which the files themselves will tell."""

_UNREAD = {"date": "trouble-date", "photo date": "trouble-date", "dimensions": "trouble-size"}


@dataclass(frozen=True)
class Known:
    """What a wiki knows of what lists name.

    `mapping`, `words`: the title of the mapping page, and what is on it; `items`: those of them that there are;
    `redirected`: where redirected categories lead; `languages`: those of captions, None where there are no captions.
    """

    mapping: str = ""
    words: WordMap = dataclasses.field(default_factory=WordMap)
    items: Mapping[str, str] = dataclasses.field(default_factory=dict)
    redirected: Mapping[str, str] = dataclasses.field(default_factory=dict)
    languages: Collection[str] | None = None


def examine(asked: UploadParameters, context: PlanContext) -> "UploadExamination":
    """The examination of a request's list. Raises Invalid: the mapping page or the template cannot be used."""
    asked = completed(asked, context, context.profile)
    words = mapping_of(asked, context)
    data = context.wiki.takes_entities()
    known = Known(
        mapping=f"{context.prefix}{asked.mapping}" if asked.mapping else "",
        words=words,
        items=context.wiki.items(words.items) if data else {item: item for item in words.items},
        redirected=context.wiki.redirected_categories(words.categories),
        languages=context.wiki.caption_languages() if data else None,
    )
    return UploadExamination(asked, context.profile, known, context.today)


class UploadExamination:
    """Fulfils `jobs.kinds.kind.Examination`."""

    def __init__(self, asked: UploadParameters, profile: Profile, known: Known, today: date) -> None:
        self._asked = asked
        self._profile = profile
        self._known = known
        self._today = today
        self._last: tuple[Mapping[str, str], Description] = {}, described(asked, Record(0, {}), known.words, profile)
        self.mapping = known.mapping
        self.mapped = bool(known.words.columns)

    def uses(self, columns: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        """What each column is used for: names, addresses, fields, captions, the mapping."""
        uses: dict[str, list[Message]] = {}
        filling = ((name, use) for pattern, use in self._patterns(columns) for name in pattern.columns)
        meant_by = ((column_meant(name, self._profile) or column_key(name), use) for name, use in filling)
        for column, use in dict.fromkeys((*meant_by, *self._by_name(columns))):
            uses.setdefault(column, []).append(use)
        return uses

    def _patterns(self, columns: Sequence[str]) -> Iterator[tuple[Pattern, Message]]:
        """The patterns of the request, and of what its columns are called like, each with what it fills."""
        asked = self._asked
        yield asked.filename, message("use-filename")
        if asked.media:
            yield asked.media, message("use-media")
        yield from ((pattern, message("use-license")) for pattern in asked.license_columns)
        yield from ((pattern, message("use-field", "permission")) for pattern in asked.evidence.values())
        for _, pattern in asked.credit.arguments if asked.credit else ():
            yield pattern, message("use-field", "source")
        for slot, pattern in self._described(dict.fromkeys(columns, "")).slots.items():
            on_page = slot.field in asked.template.fields
            key = "use-caption" if slot.field == CAPTION else "use-field" if on_page else "use-data"
            yield pattern, message(key, slot.language if slot.field == CAPTION else str(slot))

    def _by_name(self, columns: Sequence[str]) -> Iterator[tuple[str, Message]]:
        """The columns that no pattern takes, and what they are used for by their names or the mapping."""
        if self._asked.media is None:
            yield media_column(self._profile), message("use-media")
        maker, date = (message("use-field", field) for field in (work_field(self._asked.template), "date"))
        yield from ((name, maker) for name in columns_of("attribution", tuple(columns)))
        slots = self._described(dict.fromkeys(columns, "")).slots
        dated = any(slot.field == self._asked.template.called("date") for slot in slots)
        yield from ((name, date) for name in spanned(tuple(columns), dated=dated))
        yield from ((column, message("use-mapping")) for column in self._known.words.columns)
        yield from ((column, message(key)) for column in columns if (key := self._keeps_out(column)))

    def _keeps_out(self, column: str) -> str:
        """The message about a column that is called as if it kept rows out."""
        called = meant(column)
        if called and called.what == "published" and not decides(dict(self._profile).get(column, Column())):
            return "use-published-unread"
        return "use-withheld" if called and called.what in {"withheld", "published"} else ""

    def unfilled(self, columns: Sequence[str]) -> Sequence[str]:
        """The description template's fields that stay empty in every row; `source` never does (`page_of`)."""
        template = self._asked.template
        filled = {slot.field for slot in self._described(dict.fromkeys(columns, "")).slots}
        filled |= {template.called("source"), *(["permission"] if self._asked.evidence else [])}
        return [field for field in template.fields if field not in {*filled, *LICENSE_FIELDS}]

    def troubles(self, record: Record) -> Iterator[tuple[str, Message, Then]]:
        """What keeps the row out, what is doubtful about its licence, and what cannot be read as what it is to be."""
        description = self._described(record.values)
        if kept := withheld(record.values, self._profile):
            yield *kept, Then.SKIPPED
        elif isinstance(why := self._asked.licenses_of(description.values), Message):
            column = next(column for pattern in self._asked.license_columns for column in pattern.columns)
            yield column_meant(column, self._profile) or column_key(column), why, Then.SKIPPED
        else:
            yield from (
                (column, doubt, Then.ASKED) for column, doubt in record_doubts(self._asked, description, self._today)
            )
            yield from self._bad_address(Record(record.row, description.values))
        yield from ((column, why, Then.KEPT) for column, why in self._unusable(description))

    def _bad_address(self, record: Record) -> Iterator[tuple[str, Message, Then]]:
        """What is no address of a file, which needs no wiki to be told."""
        column = next(iter(self._asked.media.columns), "") if self._asked.media else media_column(self._profile)
        if column and (why := address_trouble(media_address(self._asked, record, self._profile))):
            yield column_meant(column, self._profile) or column_key(column), why, Then.SKIPPED

    def _unusable(self, description: Description) -> Iterator[tuple[str, Message]]:
        """Dates, sizes and names of pages that cannot be read; captions and items that there cannot be."""
        yield from self._bad_meanings(description)
        yield from self._bad_captions(description)
        for field, column, text in description.unread():
            yield column, message(_UNREAD.get(field, "trouble-unread"), text[:80], field)
        for columns, size in description.written("dimensions"):
            if not _UNIT.search(size):
                yield columns, message("trouble-no-unit", size[:80])
        for columns, item in description.written("wikidata"):
            if not item_id(item):
                yield columns, message("trouble-unread", item[:80], "wikidata")

    def _bad_captions(self, description: Description) -> Iterator[tuple[str, Message]]:
        for field in ("title", CAPTION):
            for language, text in description.texts(field):
                if language and self._known.languages is not None and language not in self._known.languages:
                    yield f"{field}@{language}", message("trouble-caption-language", language)
                elif (language or field == CAPTION) and len(text) > MAX_CAPTION:
                    yield f"{field}@{language}", message("trouble-caption", len(text), MAX_CAPTION)

    def _bad_meanings(self, description: Description) -> Iterator[tuple[str, Message]]:
        named = (pair for column in sorted(self._known.words.columns) for pair in description.words_of(column))
        for names, word in (*named, (("partner",), self._asked.partner)):
            meaning = self._known.words.meaning(names, word)
            for item in meaning.items if meaning else ():
                if item not in self._known.items:
                    yield names[0], message("trouble-no-item", word[:80], item)
                elif (found := self._known.items[item]) != item:
                    yield names[0], message("trouble-moved-item", word[:80], item, found)
            for name in meaning.categories if meaning else ():
                if end := self._known.redirected.get(name):
                    yield names[0], message("trouble-moved-category", word[:80], name, end)
                elif name in self._known.redirected:
                    yield names[0], message("trouble-category-astray", word[:80], name)

    def marks(self, record: Record) -> Iterator[Mark]:
        """Where its file is, what that is to be called, and the object's number; a manifest's canvases share theirs."""
        description = self._described(record.values)
        if address := media_address(self._asked, Record(record.row, description.values), self._profile):
            yield Mark(Same.ADDRESS, address, address)
        name = shortened(wanted_name(self._asked, description.values, _ENDING), _ENDING)
        if isinstance(name, str):
            stem = name.removesuffix(f".{_ENDING}")
            yield Mark(Same.NAME, stem.casefold(), stem)
        number = description.text("accession number")
        if number and "canvas number" not in record.values:
            yield Mark(Same.NUMBER, f"{description.text('institution')}\n{number}", number)

    def unmapped(self, record: Record) -> Iterator[tuple[str, str]]:
        """The words without a meaning in the mapping's own columns, and in those of makers and institutions."""
        told, known = self._described(record.values), self._known.words
        fields = (*known.columns, "institution", *CREATORS)
        named = [(names[0], known.maker(names, word)) for field in fields for names, word in told.words_of(field)]
        yield from dict.fromkeys((column, word.name) for column, word in named if not word.meaning)

    def table(self, words: Sequence[tuple[str, str]]) -> str:
        """Rows of the mapping's table or, where there is none yet, the table."""
        return table_of(words, whole=not self.mapped)

    def _described(self, values: Mapping[str, str]) -> Description:
        if values is not self._last[0]:
            own = self._asked.under_names(values, self._profile)
            self._last = values, described(self._asked, Record(0, own), self._known.words, self._profile)
        return self._last[1]
