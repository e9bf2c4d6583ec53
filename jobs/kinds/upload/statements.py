"""The structured data of a file, from its description and the partner's mapping; nothing is guessed.

Items are those of the mapping and of the licence, all else is the partner's own text. What Wikibase would not take is
left out. Source: Commons:Structured data/Modeling.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

from pydantic import ValidationError

from jobs.kinds.upload.columns import CAPTION, DATES, maker_field, work_field
from jobs.kinds.upload.description import Description
from jobs.model.structured_data import glam
from jobs.model.structured_data.filedata import FileData, Statement
from jobs.model.structured_data.values import MAX_CAPTION
from jobs.model.structured_data.wikidata import ANALOG_WORK, ATTRIBUTION, CIRCUMSTANCES, COMMONS_FILE, Property
from wikitext.attribution import names_maker
from wikitext.date_values import Date
from wikitext.dates import read_date
from wikitext.escape import clean
from wikitext.filename import is_untitled
from wikitext.filepage import DescriptionTemplate
from wikitext.licenses import License

UNDETERMINED = "und"
"""The language of a text of which the language is not told (ISO 639-2)."""

_NATURE = {"attributed to": ATTRIBUTION, "probably": CIRCUMSTANCES["probably"]}
_NEAR = {
    "workshop of": Property.WORKSHOP_OF, "studio of": Property.WORKSHOP_OF, "follower of": Property.FOLLOWER_OF,
    "circle of": Property.CIRCLE_OF, "manner of": Property.MANNER_OF, "possibly": Property.POSSIBLE_CREATOR,
    "school of": Property.SCHOOL_OF, "after": Property.AFTER_A_WORK_BY,
}  # fmt: skip
"""How Wikidata says what somebody has to do with the maker (Wikidata:WikiProject Visual arts/Item structure)."""


@dataclass(frozen=True)
class Provenance:
    """Where a file and what is told of it are from.

    `partner`: its item. `record`: the address of the partner's page about the file; `file`: that of its bytes. Any of
    them may be empty. `read`: the day on which the list was read. `mime`: the type of the file. `faithful`: its licence
    says that it is a faithful reproduction of a flat work; `photographed`: that the photograph is a work of its own, or
    that may be, for what it shows is not flat.
    """

    partner: str
    record: str
    file: str
    read: date
    mime: str
    faithful: bool = False
    photographed: bool = True


def file_data(description: Description, license_: License | None, from_: Provenance) -> FileData:
    """Captions and statements. Those that the partner's record is the source of say so.

    `license_`: that of the file. Of what a photograph shows no licence is said: there is no settled way to say it.
    """
    of_record = record_data(description, from_)
    statements = (*of_record.statements, *_made(_of_file(description, license_, from_)))
    return FileData(captions=of_record.captions, statements=statements)


def record_data(description: Description, from_: Provenance) -> FileData:
    """The part of it that is about what the file shows, and so true of every file of it."""
    address = from_.record or from_.file
    context = [glam.reference(address, from_.read, from_.partner or None)] if address else []
    makers = _fields_of(description.template, of_work=from_.faithful or not from_.photographed)
    statements = _told_apart(description, makers, _made(_of_record(description, makers)))
    return FileData(captions=captions(description), statements=glam.with_references(statements, *context))


def captions(description: Description) -> dict[str, str]:
    """The captions: those that are given as such, and titles in other languages; none that is too long."""
    said = [*_titles(description), *description.texts(CAPTION)]
    lines = ((language, " ".join(clean(text).split("\n"))) for language, text in said if language)
    return {language: line for language, line in lines if 0 < len(line) <= MAX_CAPTION}


def _titles(description: Description) -> Iterator[tuple[str, str]]:
    """The titles; not "[title not known]", which is none."""
    return ((language, text) for language, text in description.texts("title") if not is_untitled(text))


_Make = partial[Statement]


def _made(makers: Iterable[_Make]) -> tuple[Statement, ...]:
    """What can be said, each once."""
    made: dict[Statement, None] = {}
    for make in makers:
        try:
            made[make()] = None
        except ValidationError:
            continue
    return tuple(made)


_OF_EITHER = frozenset(one.id for one in (Property.CREATOR, Property.INCEPTION))
_OF_WORK = frozenset(one.id for one in (Property.COLLECTION, Property.INVENTORY_NUMBER, Property.TITLE)) | _OF_EITHER


class _Fields(NamedTuple):
    """The fields for who the creator is and when they made it; `of_work`: the work, where the photograph has others."""

    maker: str
    date: str
    of_work: bool


def _fields_of(template: DescriptionTemplate, *, of_work: bool) -> _Fields:
    """Those of the work, or else of the photograph, where the work has a maker of its own.

    A copy that shows nothing but a flat work has no author beside its maker (Commons:When to use the PD-Art tag); who
    photographs a thing in three dimensions is an author (Commons:Structured data/Modeling/Author).
    """
    maker, work = template.field(maker_field(template)), template.field(work_field(template))
    if maker == work:
        when = next(filter(template.field, reversed(DATES) if of_work else DATES), "")
        return _Fields(maker_field(template), when, of_work=when != DATES[0])
    if of_work:
        return _Fields(work_field(template), DATES[-1], of_work=True)
    return _Fields(maker_field(template), DATES[0], of_work=False)


def _told_apart(description: Description, fields: _Fields, made: Iterable[Statement]) -> Iterable[Statement]:
    """The statements with what each is about, where the mapping asks for it: the work, or the file that shows it.

    Proposed in Commons talk:Structured data/Modeling/Works without Wikidata item; there is no consensus yet.
    """
    if not description.words.tells_work_from_file:
        return made
    of_file = () if fields.of_work else _OF_EITHER
    return (
        glam.applied_to(one, COMMONS_FILE if one.property in of_file else ANALOG_WORK)
        if one.property in _OF_WORK
        else one
        for one in made
    )


def _of_record(description: Description, fields: _Fields) -> Iterator[_Make]:
    for maker in description.makers(fields.maker):
        if maker.meaning and maker.meaning.item:
            yield from _creator(maker.kind, maker.meaning.item)
        elif not maker.kind and names_maker(maker.name):
            yield partial(glam.creator_named, maker.name)
    if time := _time(read_date(description.text(fields.date))):
        yield partial(glam.inception, time)
    collections = [
        item for names, word in description.named("institution") if (item := _item(description, names, word))
    ]
    for item in collections:
        yield partial(glam.collection, item)
    if number := description.text("accession number"):
        yield partial(glam.inventory_number, number, next(iter(collections), None))
    for language, text in _titles(description):
        yield partial(glam.title, text, language or UNDETERMINED)
    if description.item:
        yield partial(glam.main_subject, description.item)
    for item in (item for meaning in description.meanings for item in meaning.depicts):
        yield partial(glam.depicts, item)


def _creator(kind: str, item: str) -> Iterator[_Make]:
    """Nothing is said of a maker that somebody was once taken for."""
    if kind in _NEAR:
        yield partial(glam.creator_near, _NEAR[kind], item)
    elif kind in _NATURE:
        yield partial(glam.creator, item, _NATURE[kind])
    elif not kind:
        yield partial(glam.creator, item)


def _of_file(description: Description, license_: License | None, from_: Provenance) -> Iterator[_Make]:
    if description.item and _is_reproduction(description, from_):
        yield partial(glam.represents, description.item)
    if license_:
        yield partial(glam.copyright_status, license_.status)
        if item := license_.item:
            yield partial(glam.copyright_license, item)
    yield partial(glam.source, from_.record or None, from_.partner or None, from_.file or None)
    yield partial(glam.media_type, from_.mime)


def _is_reproduction(description: Description, from_: Provenance) -> bool:
    """Whether the file shows its work and nothing else: it is flat, or a book from cover to cover."""
    book = description.template.name == "Book" and from_.mime in {"application/pdf", "image/vnd.djvu"}
    return from_.faithful or book or description.template.name == "Map"


def _item(description: Description, names: Sequence[str], word: str) -> str:
    meaning = description.words.meaning(names, word)
    return meaning.item if meaning else ""


def _time(date: Date | None) -> glam.Time | None:
    """A date as Wikibase has them. What is not known, or of when it was printed, or a doubtful span, is not said."""
    if date is None or date.precision is None or not date.of_work or (date.certainty and date.relation != "is"):
        return None
    earliest, latest = (point.time if point else "" for point in (date.earliest, date.latest))
    circumstances = ("circa" if date.circa else "", date.certainty)
    return glam.Time(earliest, latest, int(date.precision), tuple(filter(None, circumstances)))
