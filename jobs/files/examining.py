"""What can be told of a partner's list before any of its files is looked at."""

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jobs.files.columns import CAPTION, CREATORS, column_meant, media_column
from jobs.files.describing import Description
from jobs.files.doubts import record_doubts
from jobs.files.drafts import described, mapping_of
from jobs.files.mapping import WordMap, table_of
from jobs.files.parameters import UploadParameters
from jobs.kind import Sources
from jobs.pattern import Pattern, column_key
from jobs.records import Record
from jobs.records.profile import Profile
from jobs.sdc.values import MAX_CAPTION
from wikitext.messages import Message, message

_UNIT = re.compile("[^\\W\\d_]{2}|[\"'\u2032\u2033]|\\bm\\b")
_UNREAD = {"date": "trouble-date", "dimensions": "trouble-size"}


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


def examine(asked: UploadParameters, sources: Sources) -> "UploadExamination":
    """The examination of a request's list. Raises Invalid: the mapping page cannot be read."""
    words = mapping_of(asked, sources)
    data = sources.wiki.takes_entities()
    known = Known(
        mapping=f"{sources.prefix}{asked.mapping}" if asked.mapping else "",
        words=words,
        items=sources.wiki.items(words.items) if data else {item: item for item in words.items},
        redirected=sources.wiki.redirected_categories(words.categories),
        languages=sources.wiki.caption_languages() if data else None,
    )
    return UploadExamination(asked, sources.profile, known, sources.today)


class UploadExamination:
    """Fulfils `jobs.kind.Examination`."""

    def __init__(self, asked: UploadParameters, profile: Profile, known: Known, today: date) -> None:
        self._asked = asked
        self._profile = profile
        self._known = known
        self._today = today
        self.mapping = known.mapping
        self.mapped = bool(known.words.columns)

    def uses(self, columns: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        """What each column is used for: names, addresses, fields, captions, the mapping."""
        uses: dict[str, list[Message]] = {}

        def note(pattern: Pattern | None, use: Message) -> None:
            for column in pattern.columns if pattern else ():
                uses.setdefault(column_meant(column, self._profile) or column_key(column), []).append(use)

        note(self._asked.filename, message("use-filename"))
        note(self._asked.media, message("use-media"))
        for columns_of in self._asked.license_columns:
            note(columns_of, message("use-license"))
        for columns_of in self._asked.evidence.values():
            note(columns_of, message("use-field", "permission"))
        if self._asked.media is None:
            uses.setdefault(media_column(self._profile), []).append(message("use-media"))
        for slot, pattern in self._described(dict.fromkeys(columns, "")).slots.items():
            on_page = slot.field in self._asked.template.fields
            key = "use-caption" if slot.field == CAPTION else "use-field" if on_page else "use-data"
            note(pattern, message(key, slot.language if slot.field == CAPTION else str(slot)))
        for column in self._known.words.columns:
            uses.setdefault(column, []).append(message("use-mapping"))
        return uses

    def unfilled(self, columns: Sequence[str]) -> Sequence[str]:
        """The description template's fields that stay empty in every row; `source` never does (`page_of`)."""
        filled = {"source"} | {slot.field for slot in self._described(dict.fromkeys(columns, "")).slots}
        if self._asked.evidence:
            filled.add("permission")
        return [field for field in self._asked.template.fields if field not in filled]

    def troubles(self, record: Record) -> Iterator[tuple[str, Message]]:
        """What cannot be read as what it is to be: dates, sizes, names of pages; captions and items there cannot be.

        And what is doubtful about the licence.
        """
        told = self._described(record.values)
        column = next((one for pattern in self._asked.license_columns for one in pattern.columns), "")
        yield from ((column, doubt) for doubt in record_doubts(self._asked, told, self._today))
        yield from self._bad_meanings(told)
        yield from self._bad_captions(told)
        for field, column, text in told.unread():
            yield column, message(_UNREAD.get(field, "trouble-unread"), text[:80], field)
        for pattern in (pattern for slot, pattern in told.slots.items() if slot.field == "dimensions"):
            size = pattern.fill(record.values)
            if size and not _UNIT.search(size):
                yield ", ".join(map(column_key, pattern.columns)), message("trouble-no-unit", size[:80])

    def _bad_captions(self, told: Description) -> Iterator[tuple[str, Message]]:
        for field in ("title", CAPTION):
            for language, text in told.texts(field):
                if language and self._known.languages is not None and language not in self._known.languages:
                    yield f"{field}@{language}", message("trouble-caption-language", language)
                elif (language or field == CAPTION) and len(text) > MAX_CAPTION:
                    yield f"{field}@{language}", message("trouble-caption", len(text), MAX_CAPTION)

    def _bad_meanings(self, told: Description) -> Iterator[tuple[str, Message]]:
        named = (pair for column in sorted(self._known.words.columns) for pair in told.words_of(column))
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

    def unmapped(self, record: Record) -> Iterator[tuple[str, str]]:
        """The words without a meaning in the mapping's own columns, and in those of makers and institutions."""
        told, known = self._described(record.values), self._known.words
        fields = (*known.columns, "institution", *CREATORS)
        named = (pair for field in fields for pair in told.words_of(field))
        yield from dict.fromkeys((names[0], word) for names, word in named if not known.meaning(names, word))

    def table(self, words: Sequence[tuple[str, str]]) -> str:
        """Rows of the mapping's table or, where there is none yet, the table."""
        return table_of(words, whole=not self.mapped)

    def _described(self, values: Mapping[str, str]) -> Description:
        own = self._asked.under_names(values, self._profile)
        return described(self._asked, Record(0, own), self._known.words, self._profile)
