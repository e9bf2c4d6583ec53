"""The structured data of a file, from its description and the partner's mapping; nothing is guessed.

Items are those of the mapping and of the licence, all else is the partner's own text. What Wikibase would not take is
left out. Source: Commons:Structured data/Modeling.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from pydantic import ValidationError

from jobs.files.attribution import attribution
from jobs.files.columns import CAPTION, CREATORS
from jobs.files.describing import Description
from jobs.sdc import glam
from jobs.sdc.filedata import FileData, Statement
from jobs.sdc.values import MAX_CAPTION
from wikitext.date_values import Date
from wikitext.dates import read_date
from wikitext.escape import clean
from wikitext.licenses import License

UNDETERMINED = "und"
"""The language of a text of which the language is not told (ISO 639-2)."""

_NOBODY = re.compile(
    r"(?:unknown|unidentified|anon[yií]m|anón|anon\b|n/a|n\.? ?n\.?$|okänd|unbekannt|inconnu|desconoc|desconhec"
    r"|onbekend|niet bekend|sconosciut|ignoto|ukjent|ukendt|tuntematon|nieznan|autor nieznany"
    r"|невідом|неизвест|غير معروف|مجهول|不明|[-?.\s]*$)",
    re.IGNORECASE,
)
"""How the maker begins who has no name."""


@dataclass(frozen=True)
class Provenance:
    """Where a file and what is told of it are from.

    `partner`: its item. `record`: the address of the partner's page about the file; `file`: that of its bytes. Any of
    them may be empty. `read`: the day on which the list was read. `mime`: the type of the file.
    """

    partner: str
    record: str
    file: str
    read: date
    mime: str


def file_data(told: Description, license_: License | None, from_: Provenance) -> FileData:
    """Captions and statements. Those that the partner's record is the source of say so.

    `license_`: that of the file. Of what a photograph shows no licence is said: there is no settled way to say it.
    """
    of_record = record_data(told, from_)
    statements = (*of_record.statements, *_made(_of_file(license_, from_)))
    return FileData(captions=of_record.captions, statements=statements)


def record_data(told: Description, from_: Provenance) -> FileData:
    """The part of it that is about what the file shows, and so true of every file of it."""
    address = from_.record or from_.file
    sources = [glam.reference(address, from_.read, from_.partner or None)] if address else []
    return FileData(captions=captions(told), statements=glam.with_references(_made(_of_record(told)), *sources))


def captions(told: Description) -> dict[str, str]:
    """The captions: those that are given as such, and titles in other languages; none that is too long."""
    said = [pair for field in ("title", CAPTION) for pair in told.texts(field)]
    lines = ((language, " ".join(clean(text).split("\n"))) for language, text in said if language)
    return {language: line for language, line in lines if 0 < len(line) <= MAX_CAPTION}


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


def _of_record(told: Description) -> Iterator[_Make]:
    creators = next((field for field in CREATORS if field in told.template.fields), CREATORS[0])
    for names, word in told.named(creators):
        item = _item(told, names, word)
        if item:
            yield partial(glam.creator, item)
        elif not _NOBODY.match(word) and not attribution(word):
            yield partial(glam.creator_named, word)
    if time := _time(read_date(told.text("date"))):
        yield partial(glam.inception, time)
    collections = [item for names, word in told.named("institution") if (item := _item(told, names, word))]
    for item in collections:
        yield partial(glam.collection, item)
    if number := told.text("accession number"):
        yield partial(glam.inventory_number, number, next(iter(collections), None))
    for language, text in told.texts("title"):
        yield partial(glam.title, text, language or UNDETERMINED)
    for item in (item for meaning in told.meanings for item in meaning.depicts):
        yield partial(glam.depicts, item)


def _of_file(license_: License | None, from_: Provenance) -> Iterator[_Make]:
    if license_:
        yield partial(glam.copyright_status, license_.status)
        if item := license_.item:
            yield partial(glam.copyright_license, item)
    yield partial(glam.source, from_.record or None, from_.partner or None, from_.file or None)
    yield partial(glam.media_type, from_.mime)


def _item(told: Description, names: Sequence[str], word: str) -> str:
    meaning = told.words.meaning(names, word)
    return meaning.item if meaning else ""


def _time(told: Date | None) -> glam.Time | None:
    """A date as Wikibase has them. What is told as doubtful or not known, or of when it was printed, is not said."""
    if told is None or told.precision is None or told.certainty or not told.of_work:
        return None
    earliest, latest = (point.time if point else "" for point in (told.earliest, told.latest))
    return glam.Time(earliest, latest, int(told.precision), told.circa)
