"""Rows whose files the wiki has already, or had: how that is found out, and what becomes of such a row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from jobs.io.plan_context import PlanContext
from jobs.io.wiki import DuplicateFiles
from jobs.kinds.upload.drafts import Draft, provenance_of, taken
from jobs.kinds.upload.parameters import UploadParameters
from jobs.kinds.upload.statements import record_data
from jobs.model.actions import Describe, Refusal
from jobs.model.structured_data.filedata import unsaid
from wikitext.comparison_keys import key
from wikitext.filepage import TEMPLATES, DescriptionTemplate
from wikitext.messages import Message, message
from wikitext.templates import TemplateCall, find_calls

_IDENTITY = ("accession number", "institution")
"""The fields that together say which work it is."""

_HITS = 20
"""At most so many pages that the wiki's search finds for an accession number are read."""


@dataclass(frozen=True)
class ExistingFile:
    """A file that seems to be the draft's. `title`: empty where it was deleted. `why`: what the requester is told."""

    title: str
    why: Message


def existing_file(
    asked: UploadParameters, draft: Draft, duplicates: DuplicateFiles, context: PlanContext
) -> ExistingFile | None:
    """The file that seems to be the draft's: of the same bytes or, unless files are updated, of the same number.

    `duplicates`: what the wiki says of the draft's bytes.
    """
    return _same_bytes(duplicates, context) or (None if asked.update else _same_number(asked, draft, context))


def _same_bytes(duplicates: DuplicateFiles, context: PlanContext) -> ExistingFile | None:
    if duplicates.there:
        return ExistingFile(
            duplicates.there[0], message("row-duplicate-file", f"{context.prefix}{duplicates.there[0]}")
        )
    if duplicates.deleted:
        return ExistingFile("", message("row-duplicate-deleted", f"{context.prefix}{duplicates.deleted[0]}"))
    return None


def _same_number(asked: UploadParameters, draft: Draft, context: PlanContext) -> ExistingFile | None:
    """A file with the draft's accession number and institution, of the first `_HITS` that the wiki's search finds."""
    ours = {field: draft.description.wikitext(field) for field in _IDENTITY}
    if asked.duplicates == "upload" or not all(ours.values()):
        return None
    number = draft.number.replace('"', " ")
    hits = islice(context.wiki.search(f'"{number}"'), _HITS)
    for title, page in context.wiki.texts([hit for hit in hits if hit.startswith("File:")]).items():
        for theirs in _descriptions(page.text or "", asked.template):
            if theirs == ours:
                return ExistingFile(title, message("row-duplicate-number", draft.number, f"{context.prefix}{title}"))
    return None


def resolve_duplicate(
    asked: UploadParameters, draft: Draft, existing: ExistingFile, context: PlanContext
) -> Describe | Refusal:
    """What is done in place of the upload: nothing or, where that was asked for, data is added that the file lacks."""
    if asked.duplicates != "add metadata" or not existing.title or not context.wiki.takes_entities():
        return Refusal(existing.why)
    entity = context.wiki.entities([existing.title])[existing.title]
    if why := context.gate.file_refusal(entity.about):
        return Refusal(why)
    data = taken(record_data(draft.description, provenance_of(asked, draft, context)), context)
    lacking = unsaid(data, entity.data)
    if not lacking:
        return Refusal(message("row-duplicate-complete", f"{context.prefix}{existing.title}"))
    return Describe(title=existing.title, data=lacking, where_silent=True)


def _descriptions(text: str, own: DescriptionTemplate) -> Iterator[Mapping[str, str]]:
    """What each description template on a page says in the fields of `_IDENTITY`. `own`: the request's template."""
    for template in {**TEMPLATES, own.name: own}.values():
        for call in find_calls(text, template.name):
            if isinstance(call, TemplateCall):
                yield {field: call.parameters.get(key(template.called(field)), "") for field in _IDENTITY}
