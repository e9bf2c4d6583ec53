"""Upload the files of a list, each with its description page and its structured data."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from types import MappingProxyType

from jobs.io.plan_context import PlanContext
from jobs.kinds.kind import Kind
from jobs.kinds.page_sets.categories import category_questions
from jobs.kinds.upload.columns import column_meant, media_column
from jobs.kinds.upload.drafts import described, mapping_of, media_address
from jobs.kinds.upload.examination import UploadExamination, examine
from jobs.kinds.upload.license_doubts import constant_doubts, record_doubts
from jobs.kinds.upload.mapping import WordMap
from jobs.kinds.upload.misreadings import misreadings
from jobs.kinds.upload.parameters import OPEN, UploadParameters, field_names, license_name, refusal_of
from jobs.kinds.upload.plan import plan_uploads
from jobs.kinds.upload.spoilt import with_spoilt
from jobs.kinds.upload.templates import completed, license_column
from jobs.kinds.upload.withholding import withheld
from jobs.lists.manifest import opened
from jobs.lists.plain_text import in_plain_text
from jobs.model.actions import Describe, Refusal, Upload
from jobs.model.problems import Invalid, Problem, unknown
from jobs.model.profile import Column, Profile, profile_of
from jobs.model.records import BadRecord, Note, Record, Table
from wikitext.license_calls import Licenses
from wikitext.messages import Message, message
from wikitext.rights_statements import NotFree, read_rights


def _doubted(
    asked: UploadParameters, rows: Iterable[Record | BadRecord | Note], profile: Profile, context: PlanContext
) -> Iterator[Record | BadRecord | Note]:
    """The rows, and behind the first that has it each doubt about licences: no request with one runs unreviewed."""
    seen: set[str] = set()
    for number, row in enumerate(rows):
        yield row
        if number >= _DOUBTED or not isinstance(row, Record) or withheld(row.values, profile):
            continue
        own = Record(row.row, asked.under_names(row.values, profile))
        for _, doubt in record_doubts(asked, described(asked, own, WordMap(), profile), context.today):
            if doubt.key not in seen:
                seen.add(doubt.key)
                yield Note(doubt)


def _license_problems(asked: UploadParameters, context: PlanContext) -> list[Problem]:
    found = ((name, _license_problem(license_name(call), context)) for name, call in asked.constant_licenses.items())
    return [Problem(name, why) for name, why in found if why]


def _license_problem(name: str, context: PlanContext) -> Message | None:
    not_free = isinstance(read_rights(name), NotFree)
    if not not_free and f"Template:{name}" in context.wiki.existing([f"Template:{name}"]):
        return None
    why = refusal_of(name)
    return why if why and why.arguments != (name, name) else message("problem-no-such-license", name)


def _of_column(problem: Problem, profile: Profile) -> Problem:
    """The problem; of a licence that is no template but a column of the list, that it belongs into braces."""
    name = str(problem.why.arguments[0]) if problem.why.key == "problem-no-such-license" else ""
    named = name and column_meant(name, profile)
    return replace(problem, why=message("problem-license-column", name, problem.parameter)) if named else problem


def _credit_problems(asked: UploadParameters, context: PlanContext) -> list[Problem]:
    if asked.credit is None or context.wiki.existing([f"Template:{asked.credit.name}"]):
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


_JUDGED = 100
"""Rows that tell whether there is a column of addresses."""

_DOUBTED = 2_000
"""Rows that are looked at for doubts as the list is read; what runs unreviewed is small, and the check tells of all."""

_QUESTIONS = 10
"""So many missing pages are named, and so many categories."""


class UploadKind(Kind[UploadParameters]):
    """Files, with their pages and their data."""

    name = "upload"
    parameters = UploadParameters
    assumed = MappingProxyType({"partner": "\u2026", "filename": "{title}", "license": OPEN, "categories": "\u2026"})

    def records(self, asked: UploadParameters, context: PlanContext) -> Iterator[Record | BadRecord | Note]:
        """The rows of the list; Invalid where the list, its columns, the mapping or a template cannot be used."""
        problems = [*_license_problems(asked, context), *_credit_problems(asked, context)]
        try:
            mapping_of(asked, context)
        except Invalid as error:
            problems += error.problems
        try:
            with opened(asked.manifest, context, asked.sheet, asked.encoding) as table:
                beginning = list(islice(table.rows, _JUDGED))
                profile = profile_of(beginning)
                try:
                    asked = completed(asked, context, profile)
                except Invalid as error:
                    problems += error.problems
                problems = [_of_column(problem, profile) for problem in problems]
                problems += _column_problems(asked, table, profile)
                if not problems:
                    rows = (row.values for row in beginning if isinstance(row, Record))
                    read = [values for values in rows if not withheld(values, profile)]
                    yield from map(Note, (*table.notes, *misreadings(asked, read, profile)))
                    rest = with_spoilt(asked, in_plain_text(chain(beginning, table.rows)))
                    yield from _doubted(asked, rest, profile, context)
        except Invalid as error:
            raise Invalid([*problems, *error.problems]) from None
        if problems:
            raise Invalid(problems)

    def plan(
        self, asked: UploadParameters, records: Sequence[Record], context: PlanContext
    ) -> Iterator[Upload | Describe | Refusal]:
        return plan_uploads(asked, records, context)

    def more_names(self, parameters: Mapping[str, str]) -> Collection[str]:
        return field_names(parameters)

    def questions(self, asked: UploadParameters, context: PlanContext) -> Iterator[Message]:
        """What only a person can know: whether a licence that is in no list is free, what a missing page is to be."""
        for call in asked.constant_licenses.values():
            if Licenses(call).of_file is None:
                yield message("question-license", license_name(call))
        if asked.license is None and (column := license_column(context.profile)):
            yield message("question-license-here", column)
        yield from constant_doubts(asked)
        pages = mapping_of(asked, context).pages
        there = context.wiki.existing(pages)
        yield from (message("question-no-page", page) for page in sorted(set(pages) - set(there))[:_QUESTIONS])
        yield from islice(category_questions(asked.categories, context), _QUESTIONS)

    def examination(self, asked: UploadParameters, context: PlanContext) -> UploadExamination:
        return examine(asked, context)

    def called(self, asked: UploadParameters, values: Mapping[str, str]) -> str:
        """The name that the file would have had, or else its address."""
        own = asked.under_names(values, profile_of([Record(0, values)]))
        return asked.filename.fill(own).strip() or media_address(asked, Record(0, own))
