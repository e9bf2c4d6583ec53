"""Which columns of a list fill which field, by what they are called and what stands in them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse

from jobs.kinds.upload.date_spans import begins, is_dated
from jobs.model.profile import Column, Profile
from jobs.patterns.pattern import Pattern, PatternError, column_key, of_columns
from wikitext.columns import meant
from wikitext.dimensions import UNITS
from wikitext.filename import is_meaningless
from wikitext.filepage import DescriptionTemplate, column_language, field_for, is_language

CAPTION = "caption"
"""A field of every file, though of no template: the caption in a language."""

CREATORS = ("photographer", "artist", "author")
"""The fields that say who made what the file is of; the first that a template has.

Who photographs a thing in three dimensions is the file's creator, who made the thing is its item's
(Commons:Structured data/Modeling/Author).
"""

MAKERS = ("artist", "author", "photographer")
"""The same fields, those who made the work first."""

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

    Of several columns for one field it is the first of `_best_first`. Names of people with a role of their own are not
    taken. What nothing else says is filled by addresses of pages (the source), by what objects are called (the title),
    and by when a span begins (the date), if its end is told too.
    """
    found: dict[Slot, list[str]] = {}
    media, date = media_column(profile), template.field("date")
    roles = {name.rpartition(".")[0] for name, _ in profile if name.endswith((".role", ".type", ".function"))}
    for column, _ in profile:
        of_any_role = "." in column and column.rpartition(".")[0] in roles
        strange = column == media or (column in _OF_MANIFESTS and "manifest" not in dict(profile))
        if not of_any_role and not strange and (slot := _slot_of(template, column)):
            found.setdefault(slot, []).append(column)
    taken = {media, *(column for columns in found.values() for column in columns)}
    free = [name for name, _ in profile if name not in taken and means(name) in {"", "media", "references"}]
    pages = [name for name, seen in profile if name in free and seen.pages and not seen.media]
    pages = sorted(filterfalse(_NO_PAGE.search, pages), key=lambda name: (name != "url", "." in name))
    named = [name for name, _ in profile if "@" not in name and (called := meant(name)) and called.what == "name"]
    for field, columns in ((template.called("source"), pages), (template.called("title"), named)):
        if columns and not any(field == one.field for one in found):
            found[Slot(field)] = columns
    dates = (name for slot, columns in found.items() if slot.field == date for name in columns)
    if date and (begun := _begun(profile, dates)):
        found[Slot(date)] = begun
    ranked = {slot: _best_first(slot.field, columns, dict(profile)) for slot, columns in found.items()}
    patterns = {slot: _pattern(template, slot, columns) for slot, columns in ranked.items()}
    return {slot: pattern for slot, pattern in patterns.items() if pattern is not None}


def _begun(profile: Profile, dates: Iterable[str]) -> list[str]:
    """The columns that say when a span begins, where none of the columns of dates says anything."""
    columns, seen = tuple(name for name, _ in profile), dict(profile)
    if any(seen[name].telling for name in dates):
        return []
    return [name for name in columns if begins(name) and is_dated(name, columns)]


def _best_first(wanted: str, columns: Iterable[str], seen: Mapping[str, Column]) -> list[str]:
    """The columns for one thing, the best first.

    Empty ones are the last, then a photographer where another maker is wanted (or the other way round), then what is
    filled in less than a third of the rows that another is, then names to sort by; else what tells more, the one called
    so, and the more usual name.
    """
    most = max((seen[column].telling for column in columns), default=0)

    def rank(column: str) -> tuple[bool, bool, bool, bool, int, bool, int]:
        filled = seen[column].telling
        called = meant(column)
        own = column_key(column.partition("@")[0]) == wanted
        other = is_photographer(column) != is_photographer(wanted)
        less, place = (called.less, called.place) if called else (0, 0)
        return not filled, other, 3 * filled < most, is_inverted(column), less, not own, place

    return sorted(columns, key=rank)


def is_photographer(name: str) -> bool:
    """Whether a column's name says that it names photographers."""
    called = meant(name)
    return called is not None and called.what == "photographer"


def is_inverted(name: str) -> bool:
    """Whether a column's name says that the surname stands before the forename in it."""
    called = meant(name)
    return called is not None and called.what == "inverted creator"


def media_column(profile: Profile) -> str:
    """The column that says where the files are, or none: by its values, then by its name."""
    usable = [(column, meant(column)) for column, seen in profile if seen.telling or not seen.filled]
    named = {column: called.place for column, called in usable if called and called.what == "media"}
    told = [(column, seen.media + seen.pages) for column, seen in profile if column in named]
    told = [(column, count) for column, count in told if column != "url" or dict(profile)[column].media]
    told += [(column, seen.media) for column, seen in profile if _LARGE.search(column) and column not in named]
    most = max((count for _, count in told), default=0)
    able = [column for column, count in told if count and 2 * count >= most]
    if not able:
        most = max((seen.media for _, seen in profile), default=0)
        able = [column for column, seen in profile if seen.media and 2 * seen.media >= most] or list(named)

    def rank(column: str) -> tuple[bool, bool, int]:
        unnamed = len(able) + max(named.values(), default=0)
        return is_small(column), not _LARGE.search(column), named.get(column, unnamed)

    return min(able, key=rank, default="")


def is_small(column: str) -> bool:
    """Whether a column of pictures is called as if they were smaller ones than there are."""
    return _SMALL.search(column) is not None


_SMALL = re.compile(
    r"thumb|small|preview|\bicon(?:\b|url)|square|medium|\blow(?:\b|res)|\bweb\b(?! ?(?:url|address|link))|vorschau"
    r"|vignette|miniat|サムネイル"
)
_LARGE = re.compile(r"full|high|large|original|master|archiv|\bmax|高解像度|高精細")
"""In names of columns of pictures, how large these are."""


def maker_field(template: DescriptionTemplate) -> str:
    """The field that says who made it."""
    return next(filter(template.field, CREATORS), CREATORS[0])


def work_field(template: DescriptionTemplate) -> str:
    """The field that says who made the work, not a photograph of it."""
    return next(filter(template.field, MAKERS), MAKERS[0])


@lru_cache(maxsize=256)
def columns_of(meaning: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the columns that have this meaning."""
    return tuple(name for name in columns if means(name) == meaning)


def column_meant(name: str, profile: Profile) -> str | None:
    """The column that a pattern means by this name: the one of that name, else the best that means the same."""
    columns = dict(profile)
    wanted = column_key(name)
    if found := next((column for column in (wanted, *columns) if column in columns and _same(column, wanted)), ""):
        return found
    alike = [column for column in columns if "@" not in column and means(column) and means(column) == means(wanted)]
    return next(iter(_best_first(wanted, alike, columns)), None)


def _same(name: str, other: str) -> bool:
    """Whether two names are written alike but for ß."""
    return name.casefold() == other.casefold()


def means(name: str) -> str:
    """What a name means, or nothing; who made the picture is one of the makers."""
    called = meant(name)
    return "" if called is None else "creator" if called.what in {"photographer", "inverted creator"} else called.what


@lru_cache(maxsize=64)
def columns_meant(names: tuple[str, ...], profile: Profile) -> Mapping[str, str]:
    """The columns that patterns mean by these names, as far as there are any."""
    return {column_key(name): column for name in names if (column := column_meant(name, profile))}


def with_page(values: Mapping[str, str], column: str) -> str:
    """What a column says, a title of a page of a manifest with its label; either alone where it holds the other.

    The only image of a manifest is often called "1" or "default": so is no first page.
    """
    title, language = values.get(column, ""), column.partition("@")[2]
    page = values.get(f"canvas label@{language}") or values.get("canvas label", "")
    nameless = values.get("canvas number") == "1" and (page.casefold() == "default" or is_meaningless(page))
    if means(column) != "title" or page in title or nameless:
        return title
    return page if title in page else f"{title}, {page}"


def _slot_of(template: DescriptionTemplate, column: str) -> Slot | None:
    bare, at, _ = column.partition("@")
    language = column_language(column) or ""
    if at and not language:
        return None
    if column_key(bare) == CAPTION:
        return Slot(CAPTION, language) if language else None
    field = field_for(template, column) or field_for(_FACTS, column)
    return Slot(field, "" if field in map(template.called, _UNSPOKEN) else language) if field else None


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


_UNSPOKEN = (
    *CREATORS, *DATES, "accession number", "dimensions", "institution", "language", "publisher", "source", "wikidata",
)  # fmt: skip
"""Fields that say the same in every language, whatever a manifest says it in."""

_NO_PAGE = re.compile(
    r"edit|intern|intranet|admin|cms|login|backend|licen|rights|wiki|ulan|viaf|getty|gnd|authority|\bapi\b|iiif|manifest"
    r"|artist|maker|creator|author|constituent|person|thumb"
)
"""In names of columns of addresses that are for nobody else, or not of pages about the object."""

_OF_MANIFESTS = frozenset({"provider", "attribution"})
"""Columns that are in IIIF what they are called; in other lists they are an aggregator, and who may be the maker."""

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
