"""Upload the files of a list, each with its description page and its structured data."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice

from jobs.categories import category_questions
from jobs.files.columns import column_meant, media_column
from jobs.files.drafts import mapping_of, media_address
from jobs.files.examining import examine
from jobs.files.parameters import UploadParameters, field_names, license_name
from jobs.files.planning import plan_uploads
from jobs.files.templates import with_template
from jobs.kind import Kind, Sources
from jobs.manifest import opened
from jobs.pattern import Pattern
from jobs.problems import Invalid, Problem, unknown
from jobs.records import BadRecord, Note, Record, Table
from jobs.records.plain import in_plain_text
from jobs.records.profile import Column, Profile, profile_of
from wikitext.licenses import is_not_free, license_meant, license_of
from wikitext.messages import Message, message


def _records(asked: UploadParameters, sources: Sources) -> Iterator[Record | BadRecord | Note]:
    """The rows of the list. Raises Invalid where the list, its columns, the mapping or a template cannot be used."""
    problems = [*_license_problems(asked, sources), *_credit_problems(asked, sources)]
    try:
        mapping_of(asked, sources)
    except Invalid as error:
        problems += error.problems
    try:
        asked = with_template(asked, sources)
    except Invalid as error:
        problems += error.problems
    try:
        with opened(asked.manifest, sources, asked.sheet, asked.encoding) as table:
            beginning = list(islice(table.rows, _JUDGED))
            problems += _column_problems(asked, table, profile_of(beginning))
            if not problems:
                yield from map(Note, table.notes)
                yield from in_plain_text(chain(beginning, table.rows))
    except Invalid as error:
        raise Invalid([*problems, *error.problems]) from None
    if problems:
        raise Invalid(problems)


def _license_problems(asked: UploadParameters, sources: Sources) -> list[Problem]:
    if isinstance(asked.license, Pattern):
        return []
    name = license_name(asked.license)
    if is_not_free(name):
        return [Problem("license", message("problem-license-not-free", name))]
    if f"Template:{name}" in sources.wiki.existing([f"Template:{name}"]):
        return []
    if meant := license_meant(name):
        return [Problem("license", message("problem-license-near", name, meant))]
    return [Problem("license", message("problem-no-such-license", name))]


def _credit_problems(asked: UploadParameters, sources: Sources) -> list[Problem]:
    if asked.credit is None or sources.wiki.existing([f"Template:{asked.credit.name}"]):
        return []
    return [Problem("credit", message("problem-credit", asked.credit.name))]


def _column_problems(asked: UploadParameters, table: Table, profile: Profile) -> list[Problem]:
    known = (*profile, *((name, Column()) for name in table.columns))
    problems = [
        Problem(name, unknown(column, table.columns, "problem-unknown-column"))
        for name, columns in asked.names.items()
        for column in columns
        if column_meant(column, known) is None
    ]
    if asked.media is None and profile and not media_column(profile):
        problems.append(Problem("media", message("problem-no-media-column", ", ".join(table.columns))))
    return problems


def _questions(asked: UploadParameters, sources: Sources) -> Iterator[Message]:
    """What only a person can know: whether a licence that is in no list is free, what a missing page is to be."""
    if not isinstance(asked.license, Pattern) and license_of(license_name(asked.license)) is None:
        yield message("question-license", license_name(asked.license))
    pages = mapping_of(asked, sources).pages
    there = sources.wiki.existing(pages)
    yield from (message("question-no-page", page) for page in sorted(set(pages) - set(there))[:_QUESTIONS])
    yield from islice(category_questions(asked.categories, sources), _QUESTIONS)


_JUDGED = 100
"""Rows that tell whether there is a column of addresses."""

_QUESTIONS = 10
"""So many missing pages are named, and so many categories."""


def _called(asked: UploadParameters, values: Mapping[str, str]) -> str:
    """The name that the file would have had, or else its address."""
    own = asked.under_names(values, profile_of([Record(0, values)]))
    return asked.filename.fill(own).strip() or media_address(asked, Record(0, own))


UPLOAD = Kind(
    "upload", UploadParameters, _records, plan_uploads, field_names, _questions, examine=examine,
    called=_called,
    assumed={"partner": "\u2026", "filename": "{title}", "license": "{{PD-old-70}}", "categories": "\u2026"},
)  # fmt: skip
