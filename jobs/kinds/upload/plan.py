"""What comes of the rows of an upload: a new file, a new version, more structured data, or nothing, and why."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from jobs.io.plan_context import PlanContext
from jobs.io.wiki import DuplicateFiles
from jobs.kinds.upload.drafts import Draft, drafts_of, page_of, provenance_of, taken
from jobs.kinds.upload.duplicates import existing_file, resolve_duplicate
from jobs.kinds.upload.names import Names
from jobs.kinds.upload.parameters import UploadParameters
from jobs.kinds.upload.statements import file_data
from jobs.kinds.upload.templates import completed
from jobs.model.actions import Describe, Refusal, Upload
from jobs.model.records import Record
from jobs.model.structured_data.filedata import FileData
from wikitext.escape import in_summary
from wikitext.license_calls import COMBINING
from wikitext.messages import message


def plan_uploads(
    asked: UploadParameters, records: Sequence[Record], context: PlanContext
) -> Iterator[Upload | Describe | Refusal]:
    """An action or a refusal for each of the records, in order.

    Raises Invalid: the mapping page or the description template cannot be used.
    """
    asked = completed(asked, context, context.profile)
    drafts = drafts_of(asked, records, context)
    names = Names(asked, [draft for draft in drafts if isinstance(draft, Draft)], context)
    for draft in drafts:
        if isinstance(draft, Draft) and not names.row_of_file(draft):
            context.questions.begin(*_same_bytes(draft, names.of(draft), context))
    for draft in drafts:
        yield draft if isinstance(draft, Refusal) else _outcome(asked, draft, names, context)


def _same_bytes(
    draft: Draft, title: str | Refusal, context: PlanContext
) -> tuple[tuple[str, str], Callable[[], DuplicateFiles]]:
    """What the wiki is asked of a draft's bytes and title, and by which key that is known."""
    asked = (draft.media.sha1, title if isinstance(title, str) else "")
    return asked, partial(context.wiki.same_bytes, *asked)


def _outcome(asked: UploadParameters, draft: Draft, names: Names, context: PlanContext) -> Upload | Describe | Refusal:
    if row := names.row_of_file(draft):
        return Refusal(message("row-same-file", row))
    found = _planned(asked, draft, names, context)
    if isinstance(found, Upload):
        names.reserve(found.title, draft)
    return found


def _planned(asked: UploadParameters, draft: Draft, names: Names, context: PlanContext) -> Upload | Describe | Refusal:
    title = names.of(draft)
    duplicates = context.questions.result(*_same_bytes(draft, title, context))
    if existing := existing_file(asked, draft, duplicates, context):
        return resolve_duplicate(asked, draft, existing, context)
    if isinstance(title, Refusal):
        return title
    if names.checks[title].exists:
        return _update(asked, draft, title, context)
    if refusal := names.checks[title].refusal:
        return Refusal(message("row-name-refused", title, refusal))
    beside = names.beside(title, duplicates)
    if isinstance(beside, Refusal):
        return beside
    return _new_file(asked, draft, title, context).model_copy(update={"beside": beside, "alike": names.alike(title)})


def _new_file(asked: UploadParameters, draft: Draft, title: str, context: PlanContext) -> Upload:
    data = FileData()
    if context.wiki.takes_entities():
        data = taken(
            file_data(draft.description, draft.licenses.of_file, provenance_of(asked, draft, context)), context
        )
    there = context.wiki.templates(COMBINING) if draft.licenses.photo else ()
    return Upload(
        title=title,
        url=draft.url,
        sha1=draft.media.sha1,
        size=draft.media.size,
        picture=draft.media.picture,
        text=page_of(asked, draft.description, draft.licenses, draft.url, draft.categories, there=there),
        categories=draft.categories,
        tracking=context.tracking,
        data=data,
    )


def _update(asked: UploadParameters, draft: Draft, title: str, context: PlanContext) -> Upload | Refusal:
    """A new version of a file that is there; a refusal unless the bot uploaded its current one for this partner."""
    [current] = context.wiki.file_versions(title)[:1] or [None]
    if (
        current is None
        or current.user != context.wiki.account
        or not current.comment.startswith(f"{in_summary(asked.partner)}: [[")
    ):
        return Refusal(message("row-not-ours", f"{context.prefix}{title}"))
    return Upload(
        title=title, url=draft.url, sha1=draft.media.sha1, size=draft.media.size, text="", categories=(),
        replaces=current.sha1,
    )  # fmt: skip
