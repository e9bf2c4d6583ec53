"""Which columns of a list fill which field, by what they are called and what stands in them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jobs.pattern import Pattern, PatternError, column_key, of_columns
from jobs.records.profile import Column, Profile
from wikitext.columns import meant
from wikitext.dimensions import UNITS
from wikitext.filepage import DescriptionTemplate, column_language, field_for, is_language

CAPTION = "caption"
"""A field of every file, though of no template: the caption in a language."""

CREATORS = ("photographer", "artist", "author")
"""The fields that say who made what the file is of; the first that a template has.

Who photographs a thing in three dimensions is the file's creator, who made the thing is its item's
(Commons:Structured data/Modeling/Author).
"""

DATES = ("photo date", "date")
"""The fields that say when; as `CREATORS`."""

_FACTS = DescriptionTemplate("", (CREATORS[0], "title", "institution", "accession number", "source", "wikidata"))
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
def slots_of_columns(template: DescriptionTemplate, profile: Profile) -> Mapping[Slot, Pattern]:
    """What each slot takes of a list with these columns where the request says nothing else.

    Of several columns for one field it is the best filled, where the one called like the field counts for three; of
    such the one called as most lists call it. Names of people with a role of their own are not taken. What nothing else
    says is filled by addresses of pages (the source), and by what objects are called (the title).
    """
    found: dict[Slot, list[str]] = {}
    roles = {name.rpartition(".")[0] for name, _ in profile if name.endswith((".role", ".type", ".function"))}
    for column, _ in _best_first(template, profile):
        of_any_role = "." in column and column.rpartition(".")[0] in roles
        if not of_any_role and (slot := _slot_of(template, column)):
            found.setdefault(slot, []).append(column)
    media = media_column(profile)
    free = [name for name, _ in profile if name != media and (not (called := meant(name)) or called.what == "media")]
    pages = [
        name for name, seen in profile if name in free and seen.pages and not seen.media and not _INTERNAL.search(name)
    ]
    named = [name for name, _ in profile if "@" not in name and (called := meant(name)) and called.what == "name"]
    for field, columns in ((template.called("source"), pages), (template.called("title"), named)):
        if columns and not any(field == one.field for one in found):
            found[Slot(field)] = columns
    patterns = {slot: _pattern(template, slot, columns) for slot, columns in found.items()}
    return {slot: pattern for slot, pattern in patterns.items() if pattern is not None}


def _best_first(template: DescriptionTemplate, profile: Profile) -> Profile:
    def rank(numbered: tuple[int, tuple[str, Column]]) -> tuple[int, bool, int, int]:
        place, (column, seen) = numbered
        called = meant(column)
        own = template.field(column.partition("@")[0]) is not None
        return -seen.filled * (3 if own else 1), not own, called.place if called else 0, place

    return tuple(pair for _, pair in sorted(enumerate(profile), key=rank))


def media_column(profile: Profile) -> str:
    """The column that says where the files are, or none: by its values, then by its name."""
    named = {column: called.place for column, _ in profile if (called := meant(column)) and called.what == "media"}
    told = [(column, seen.media + seen.pages) for column, seen in profile if column in named]
    told = [(column, count) for column, count in told if column != "url" or dict(profile)[column].media]
    most = max((count for _, count in told), default=0)
    able = [column for column, count in told if count and 2 * count >= most]
    if not able:
        most = max((seen.media for _, seen in profile), default=0)
        able = [column for column, seen in profile if seen.media and 2 * seen.media >= most] or list(named)
    return min(able, key=lambda column: named.get(column, len(able) + max(named.values(), default=0)), default="")


def column_meant(name: str, profile: Profile) -> str | None:
    """The column that a pattern means by this name: the one of that name, else the best filled that means the same."""
    columns = dict(profile)
    wanted = column_key(name)
    if wanted in columns:
        return wanted
    asked = meant(wanted)
    alike = [
        column for column in columns
        if asked and "@" not in column and (called := meant(column)) and called.what == asked.what
    ]  # fmt: skip
    return max(alike, key=lambda column: columns[column].filled, default=None)


def under_names(names: Iterable[str], values: Mapping[str, str], profile: Profile) -> Mapping[str, str]:
    """The values of a record, under these names too where the list calls the column otherwise."""
    meanings = {column_key(name): column for name in names if (column := column_meant(name, profile))}
    return {**{name: values.get(column, "") for name, column in meanings.items()}, **values}


def _slot_of(template: DescriptionTemplate, column: str) -> Slot | None:
    bare, at, _ = column.partition("@")
    language = column_language(column) or ""
    if at and not language:
        return None
    if column_key(bare) == CAPTION:
        return Slot(CAPTION, language) if language else None
    field = field_for(template, column) or field_for(_FACTS, column)
    return Slot(field, language) if field else None


def _pattern(template: DescriptionTemplate, slot: Slot, columns: Sequence[str]) -> Pattern | None:
    if slot.field == template.called("dimensions"):
        return _sizes(columns)
    filters = {template.called(name): filters for name, filters in _FILTERS.items()}
    return _taken(columns[:1], *(() if slot.language else filters.get(slot.field, ())))


def _sizes(columns: Sequence[str]) -> Pattern | None:
    """Of dimensions the column that tells them all, else those for width, height and depth together, in their unit."""
    called = {column: found for column in columns if (found := meant(column))}
    whole = [column for column in columns if column not in called or called[column].what == "dimensions"]
    if whole:
        return _taken(whole[:1])
    sides = {called[column].what: column for column in reversed(columns)}
    units = {called[column].unit for column in sides.values()}
    order = [sides[side] for side in _SIDES if side in sides]
    if len(units) == 1 and (unit := units.pop()) in UNITS:
        return _taken(order, ":".join(("size", unit, *(side for side in _SIDES if side in sides))))
    return _taken(order, *(["join: \u00d7 "] if len(order) > 1 else []))


_INTERNAL = re.compile(r"edit|intern|intranet|admin|cms|login|backend")
"""In names of columns of addresses that are for nobody else."""

_SIDES = ("width", "height", "depth")
_FILTERS = {
    **dict.fromkeys((*DATES, "composition_date", "performance_date"), ("date",)),
    **dict.fromkeys((*CREATORS, "composer", "lyrics_writer", "performer"), (r"split:\|", "join:; ")),
}
"""What is done to a column that is taken because of its name."""


def _taken(columns: Sequence[str], *filters: str) -> Pattern | None:
    try:
        return of_columns(columns, *filters)
    except PatternError:
        return None
