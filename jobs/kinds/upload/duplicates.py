"""Files that are on the wiki already, or were: how they are known, and what is done about them."""

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
from wikitext.filepage import TEMPLATES, DescriptionTemplate
from wikitext.keys import key
from wikitext.messages import Message, message
from wikitext.templates import TemplateCall, find_calls

_IDENTITY = ("accession number", "institution")
"""The fields that tell one work from every other."""

_HITS = 20
"""So many pages that the wiki's search finds for an accession number are looked at."""


@dataclass(frozen=True)
class There:
    """A file that seems to be the draft's, and how that is said. `title`: empty where it was deleted."""

    title: str
    why: Message


def there_already(asked: UploadParameters, draft: Draft, twins: DuplicateFiles, context: PlanContext) -> There | None:
    """The file that seems to be the draft's. For a new version only the same bytes count."""
    return _same_bytes(twins, context) or (None if asked.update else _same_number(asked, draft, context))


def _same_bytes(twins: DuplicateFiles, context: PlanContext) -> There | None:
    if twins.there:
        return There(twins.there[0], message("row-duplicate-file", f"{context.prefix}{twins.there[0]}"))
    if twins.deleted:
        return There("", message("row-duplicate-deleted", f"{context.prefix}{twins.deleted[0]}"))
    return None


def _same_number(asked: UploadParameters, draft: Draft, context: PlanContext) -> There | None:
    """A file with the same accession number in the same collection, as far as the wiki's search finds it."""
    ours = {field: draft.told.wikitext(field) for field in _IDENTITY}
    if asked.duplicates == "upload" or not all(ours.values()):
        return None
    number = draft.number.replace('"', " ")
    hits = islice(context.wiki.found(f'"{number}"'), _HITS)
    for title, page in context.wiki.texts([hit for hit in hits if hit.startswith("File:")]).items():
        for theirs in _descriptions(page.text or "", asked.template):
            if theirs == ours:
                return There(title, message("row-duplicate-number", draft.number, f"{context.prefix}{title}"))
    return None


def instead(asked: UploadParameters, draft: Draft, there: There, context: PlanContext) -> Describe | Refusal:
    """What is done about a file that is there: nothing or, where that was asked for, what it lacks is added."""
    if asked.duplicates != "add metadata" or not there.title or not context.wiki.takes_entities():
        return Refusal(there.why)
    entity = context.wiki.entities([there.title])[there.title]
    if why := context.gate.file_refusal(entity.about):
        return Refusal(why)
    data = taken(record_data(draft.told, provenance_of(asked, draft, context)), context)
    lacking = unsaid(data, entity.data)
    if not lacking:
        return Refusal(message("row-duplicate-complete", f"{context.prefix}{there.title}"))
    return Describe(title=there.title, data=lacking, where_silent=True)


def _descriptions(text: str, own: DescriptionTemplate) -> Iterator[Mapping[str, str]]:
    """What a page's description templates say, by the fields' names in `_IDENTITY`."""
    for template in {**TEMPLATES, own.name: own}.values():
        for call in find_calls(text, template.name):
            if isinstance(call, TemplateCall):
                yield {field: call.parameters.get(key(template.called(field)), "") for field in _IDENTITY}
