"""Mapping pages: what a partner's words are on Commons and Wikidata, in a table that people keep on a wiki page.

A row says which column's word it is about, and what that word is: `column`, `word`, then any of `creator` and
`institution` (pages of these namespaces), `categories` (of every file with this word, `;` between several), `item`
(who or what the word itself is, by its number on Wikidata) and `depicts` (the items of what is seen on such a file).
`column` may be a field of the description template too, and `partner` for who files the request. A row with `P518` as
column and `yes` as word switches on that structured data tells the work from the file.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, reduce
from typing import BinaryIO

from jobs.kinds.upload.columns import means
from jobs.lists.formats.list_source import Source
from jobs.lists.formats.wiki_table import WIKI_TABLE
from jobs.model.problems import Invalid, Problem, is_yes, unknown
from jobs.model.records import BadManifest, BadRecord, Record
from jobs.model.structured_data.values import LARGEST_ITEM
from jobs.patterns.filters import Shown, Value, text_of
from jobs.patterns.pattern import column_key
from wikitext import titles
from wikitext.attribution import attribution
from wikitext.escape import Wikitext, inert
from wikitext.filepage import page_call
from wikitext.messages import Message, message

COLUMNS = ("column", "word", "creator", "institution", "categories", "item", "depicts")
"""The headings of the table."""

_SHOWN_PROBLEMS = 10
_WORDS = re.compile(r"[;|]")
_ITEM = re.compile(
    r"(?:\{\{q\|)?(?:https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/|:?d:)?q?([1-9][0-9]{0,9})(?:\}\})?"
)
_CALL = re.compile(r"\{\{\s*((?:creator|institution)\s*:[^{}|]*)\}\}", re.IGNORECASE)


@dataclass(frozen=True)
class Meaning:
    """What a word is: pages without their namespace, categories without theirs, items by their ids; or empty."""

    creator: str = ""
    institution: str = ""
    categories: tuple[str, ...] = ()
    item: str = ""
    depicts: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """All the items in it."""
        return (*((self.item,) if self.item else ()), *self.depicts)

    def beside(self, other: "Meaning") -> "Meaning":
        """What both say, this one first."""
        return Meaning(
            self.creator or other.creator,
            self.institution or other.institution,
            tuple(dict.fromkeys((*self.categories, *other.categories))),
            self.item or other.item,
            tuple(dict.fromkeys((*self.depicts, *other.depicts))),
        )

    def with_items(self, items: Mapping[str, str]) -> "Meaning":
        """With others in the place of some items; an empty one in the place of one that there is not."""
        depicts = (items.get(item, item) for item in self.depicts)
        return replace(self, item=items.get(self.item, self.item), depicts=tuple(filter(None, depicts)))


@dataclass(frozen=True)
class Maker:
    """Who made it or, with a `kind` (of `attribution`), whom its maker was near to; and what that is, if known."""

    kind: str
    name: str
    meaning: Meaning | None


@dataclass(frozen=True)
class WordMap:
    """What the page says. `columns`: those it has words of. `meanings`: by column and word, both folded."""

    columns: frozenset[str] = frozenset()
    meanings: Mapping[tuple[str, str], Meaning] = field(default_factory=dict)

    @property
    def pages(self) -> frozenset[str]:
        """The pages of the namespaces Creator and Institution that it names."""
        creators = (f"Creator:{meaning.creator}" for meaning in self.meanings.values() if meaning.creator)
        institutions = (
            f"Institution:{meaning.institution}" for meaning in self.meanings.values() if meaning.institution
        )
        return frozenset((*creators, *institutions))

    @property
    def items(self) -> frozenset[str]:
        """The items that it names."""
        return frozenset(item for meaning in self.meanings.values() for item in meaning.items)

    @property
    def categories(self) -> frozenset[str]:
        """The categories that it names."""
        return frozenset(name for meaning in self.meanings.values() for name in meaning.categories)

    @property
    def tells_work_from_file(self) -> bool:
        """Whether it is switched on that structured data says what a statement is about."""
        return any(column == "p518" and is_yes(word) for column, word in self.meanings)

    def with_items(self, items: Mapping[str, str]) -> "WordMap":
        """As `Meaning.with_items`."""
        if not items:
            return self
        return replace(self, meanings={key: meaning.with_items(items) for key, meaning in self.meanings.items()})

    def meaning(self, names: Sequence[str], word: str) -> Meaning | None:
        """What the word is in these columns or fields, or in others that mean the same, the first of each first."""
        if not self.columns:
            return None
        alike = (other for name in names for other in self._alike.get(means(name), ()))
        key = _folded(word)
        found = [self.meanings[name, key] for name in dict.fromkeys((*names, *alike)) if (name, key) in self.meanings]
        return reduce(Meaning.beside, found) if found else None

    @cached_property
    def _alike(self) -> Mapping[str, Sequence[str]]:
        """The columns of the page by what they mean."""
        meanings = {means(column) for column in self.columns} - {""}
        return {one: sorted(column for column in self.columns if means(column) == one) for one in meanings}

    def words(self, names: Sequence[str], value: Value) -> tuple[str, ...]:
        """The words of a value: a text that the page has as a whole is one, else `;` and `|` part them."""
        parts = value if isinstance(value, tuple) else (text_of(value),)
        known = [(part,) if self.meaning(names, part) else _WORDS.split(part) for part in parts]
        return tuple(word for words in known for part in words if (word := part.strip()))

    def shown(self, names: Sequence[str], value: Value) -> Value:
        """The value with its words' pages of the namespaces Creator and Institution in their place, if it has any."""
        words = self.words(names, value)
        calls = [_called(self.maker(names, word)) for word in words]
        if not any(calls):
            return value
        shown = (call or inert(word) for call, word in zip(calls, words, strict=True))
        return Shown(text_of(value), Wikitext((" " if all(calls) else "; ").join(shown)))

    def maker(self, names: Sequence[str], word: str) -> Maker:
        """Who a word is, and how they are the maker; a word that the page has as a whole is that."""
        meaning = self.meaning(names, word)
        found = None if meaning else attribution(word)
        return Maker(found.kind, found.name, self.meaning(names, found.name)) if found else Maker("", word, meaning)


def _folded(word: str) -> str:
    return " ".join(word.split()).casefold()


def _called(maker: Maker) -> Wikitext | None:
    """The calls of a word's pages; of a creator who is not sure with how they are the maker, and of nothing else."""
    known = maker.meaning or Meaning()
    pages = (("Creator", known.creator), ("Institution", "" if maker.kind else known.institution))
    calls = "".join(page_call(namespace, name) or "" for namespace, name in pages if name)
    return Wikitext(f"{calls.removesuffix('}}')}|{maker.kind}}}}}" if maker.kind else calls) if calls else None


@lru_cache(maxsize=4)
def read_mapping(text: str) -> WordMap:
    """What the page of this text says; nothing where it has no rows. Raises Invalid with all that is wrong in it."""
    if "{|" not in text:
        return WordMap()
    problems: list[Message] = []
    meanings: dict[tuple[str, str], Meaning] = {}
    try:
        table = WIKI_TABLE.read(Source(io.BytesIO(text.encode()), _no_pages, "", ""))
        problems += [unknown(name, COLUMNS, "mapping-column") for name in table.columns if name not in COLUMNS]
        for row in table.rows:
            problems += _add(meanings, row)
    except BadManifest as error:
        problems += [error.why] if error.why.key != "manifest-empty" else []
    if problems:
        raise Invalid([Problem("mapping", why) for why in problems[:_SHOWN_PROBLEMS]])
    return WordMap(frozenset(column for column, _ in meanings), meanings)


def _add(meanings: dict[tuple[str, str], Meaning], row: Record | BadRecord) -> Iterator[Message]:
    """Note what a row of the table says, or give what is wrong with it."""
    if isinstance(row, BadRecord):
        yield row.why
        return
    cells = {name: row.values.get(name, "").strip() for name in COLUMNS}
    key = (column_key(cells["column"]), _folded(cells["word"]))
    if not all(key):
        yield message("mapping-incomplete", row.row)
    elif key in meanings:
        yield message("mapping-repeated", row.row, cells["word"][:60], cells["column"])
    else:
        read = {name: [(_READ[name](part), part) for part in _parts(name, cells[name])] for name in COLUMNS[2:]}
        wrong = [(name, part) for name, parts in read.items() for value, part in parts if not value]
        yield from (message(f"mapping-{name}", row.row, part[:60]) for name, part in wrong)
        values = {name: tuple(value for value, _ in parts if value) for name, parts in read.items()}
        single = {name: "".join(values[name][:1]) for name in ("creator", "institution", "item")}
        meanings[key] = Meaning(**single, categories=values["categories"], depicts=values["depicts"])


def _parts(name: str, cell: str) -> Sequence[str]:
    several = cell.split(";") if name in {"categories", "depicts"} else [cell]
    return [part.strip() for part in several if part.strip()]


def _page(text: str) -> str | None:
    called = _CALL.fullmatch(text)
    return titles.name(re.sub(r"^(?:creator|institution)\s*:", "", called[1] if called else text, flags=re.IGNORECASE))


def item_id(text: str) -> str | None:
    """The id of the item that people write as a number, an address, a link or a call of a template, or None."""
    found = _ITEM.fullmatch(text.strip().casefold())
    return f"Q{found[1]}" if found and int(found[1]) <= LARGEST_ITEM else None


_READ: Mapping[str, Callable[[str], str | None]] = {
    "creator": _page,
    "institution": _page,
    "categories": titles.category,
    "item": item_id,
    "depicts": item_id,
}


def _no_pages(_address: str) -> AbstractContextManager[BinaryIO]:
    raise AssertionError("a wiki table is one page")


def table_of(words: Sequence[tuple[str, str]], *, whole: bool) -> str:
    """Rows for these words (column, word), in wikitext that a person pastes and completes; `whole`: as a table."""
    rows = ["|-\n| " + " || ".join((inert(column), inert(word), *[""] * len(COLUMNS[2:]))) for column, word in words]
    if not whole:
        return "\n".join(rows)
    return "\n".join(('{| class="wikitable sortable"', "! " + " !! ".join(COLUMNS), *rows, "|}"))
