"""Upload the files of a list, each with its description page."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from jobs.actions import Upload
from jobs.kind import Kind, Refusal, Sources
from jobs.manifest import ManifestField, PatternField, opened
from jobs.media import Media, look_at_media
from jobs.pattern import Pattern, column_key
from jobs.problems import Invalid, Problem, is_yes, unknown, wrong
from jobs.records import BadRecord, Record, Table
from jobs.summary import plain
from wikitext import titles
from wikitext.escape import Wikitext, inert, link
from wikitext.filename import NameEmpty, NameTooLong, file_name
from wikitext.filepage import TEMPLATES, DescriptionTemplate, description, file_page
from wikitext.messages import message

MEDIA_COLUMNS = ("media", "media url", "image url", "file url", "image", "file", "url")
"""A column called one of these (the first that is there) holds the files' addresses, unless `media` names another."""

_LICENSE = re.compile(r"(?:\{\{)?(?:\s*template:)?([^{}|\[\]<>#:]+)((?:\|[^{}|\[\]<>]*)*)(?:\}\})?", re.IGNORECASE)


def _template(text: str) -> DescriptionTemplate:
    name = text.strip("{} \n").casefold()
    for template in TEMPLATES.values():
        if template.name.casefold() == name:
            return template
    raise wrong("problem-template", text[:60], ", ".join(TEMPLATES))


def _license(text: str) -> Wikitext:
    """One plain call of a template, its arguments inert."""
    call = _LICENSE.fullmatch(text.strip())
    if call is None or "\n" in call[1].strip() or not call[1].strip():
        raise wrong("problem-license", text[:80])
    return Wikitext("{{" + "|".join((call[1].strip(), *(_argument(part) for part in call[2].split("|")[1:]))) + "}}")


def _argument(text: str) -> Wikitext:
    name, equals, value = text.partition("=")
    return Wikitext(
        f"{name.strip()}={inert(value)}" if equals and name.strip().isalnum() else inert(text).replace("=", "&#61;")
    )


def _categories(text: str) -> tuple[str, ...]:
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"[;\n]", text))):
        category = titles.category(part.lstrip("* "))
        if category is None:
            raise wrong("problem-category", part[:80])
        found.append(category)
    return tuple(dict.fromkeys(found))


_Checked = ConfigDict(frozen=True, extra="allow", arbitrary_types_allowed=True)


class UploadParameters(BaseModel):
    """What an upload request says. Every other parameter is a field of the description template."""

    model_config = _Checked
    __pydantic_extra__: dict[str, PatternField]

    partner: Annotated[str, StringConstraints(max_length=200)]
    manifest: ManifestField
    filename: PatternField
    template: Annotated[DescriptionTemplate, BeforeValidator(_template)] = TEMPLATES["Information"]
    license: Annotated[Wikitext, BeforeValidator(_license)]
    categories: Annotated[tuple[str, ...], BeforeValidator(_categories)]
    media: PatternField | None = None
    sheet: str = ""
    update: Annotated[bool, BeforeValidator(is_yes)] = False

    @property
    def fields(self) -> dict[str, Pattern]:
        """The fields of the description template that the request itself fills."""
        named = ((self.template.field(name), pattern) for name, pattern in self.__pydantic_extra__.items())
        return {field: pattern for field, pattern in named if field is not None}


def _field_names(parameters: Mapping[str, str]) -> Collection[str]:
    wanted = parameters.get("template", "Information").strip("{} \n").casefold()
    return next((t.fields for t in TEMPLATES.values() if t.name.casefold() == wanted), TEMPLATES["Artwork"].fields)


def _records(parameters: UploadParameters, sources: Sources) -> Iterator[Record | BadRecord]:
    """The rows of the list. Raises Invalid where the list, its columns or the licence cannot be used."""
    problems = _license_problems(parameters, sources)
    try:
        with opened(parameters.manifest, sources, parameters.sheet) as table:
            problems += _column_problems(parameters, table)
            if not problems:
                yield from table.rows
    except Invalid as error:
        raise Invalid([*problems, *error.problems]) from None
    if problems:
        raise Invalid(problems)


def _license_problems(parameters: UploadParameters, sources: Sources) -> list[Problem]:
    name = titles.title(parameters.license.strip("{}").split("|")[0]) or ""
    if f"Template:{name}" in sources.wiki.existing([f"Template:{name}"]):
        return []
    return [Problem("license", message("problem-no-such-license", name))]


def _column_problems(parameters: UploadParameters, table: Table) -> list[Problem]:
    patterns = {"filename": parameters.filename, "media": parameters.media, **parameters.fields}
    problems = [
        Problem(name, unknown(column, table.columns, "problem-unknown-column"))
        for name, pattern in patterns.items()
        for column in (pattern.columns if pattern else ())
        if column_key(column) not in table.columns
    ]
    if parameters.media is None and not set(MEDIA_COLUMNS) & set(table.columns):
        problems.append(Problem("media", message("problem-no-media-column", ", ".join(table.columns))))
    return problems


@dataclass(frozen=True)
class _Draft:
    """A record whose file can be uploaded and whose name is legal; whether the wiki has either is not known yet."""

    record: Record
    title: str
    url: str
    media: Media


def _plan(parameters: UploadParameters, records: Sequence[Record], sources: Sources) -> Iterator[Upload | Refusal]:
    drafts = [_draft(parameters, record, sources) for record in records]
    checks = sources.wiki.check_names([draft.title for draft in drafts if isinstance(draft, _Draft)])
    for draft in drafts:
        if isinstance(draft, Refusal):
            yield draft
        elif checks[draft.title].exists:
            yield _update(parameters, draft, sources)
        elif checks[draft.title].refusal:
            yield Refusal(message("row-name-refused", draft.title, checks[draft.title].refusal))
        elif same := sources.wiki.same_bytes(draft.media.sha1):
            yield Refusal(message("row-duplicate-file", f"{sources.prefix}{same[0]}"))
        else:
            yield Upload(
                title=draft.title,
                url=draft.url,
                sha1=draft.media.sha1,
                size=draft.media.size,
                text=_page(parameters, draft.record),
                categories=parameters.categories,
            )


def _update(parameters: UploadParameters, draft: _Draft, sources: Sources) -> Upload | Refusal:
    """A new version of a file that is there, where it was asked for and the file is the bot's own, for this partner."""
    there = f"{sources.prefix}{draft.title}"
    if not parameters.update:
        return Refusal(message("row-name-exists", there))
    [current] = sources.wiki.file_versions(draft.title)[:1] or [None]
    if (
        current is None
        or current.user != sources.wiki.account
        or not current.comment.startswith(f"{plain(parameters.partner)}: [[")
    ):
        return Refusal(message("row-not-ours", there))
    if same := sources.wiki.same_bytes(draft.media.sha1):
        return Refusal(message("row-duplicate-file", f"{sources.prefix}{same[0]}"))
    return Upload(
        title=draft.title, url=draft.url, sha1=draft.media.sha1, size=draft.media.size, text="", categories=(),
        replaces=current.sha1,
    )  # fmt: skip


def _draft(parameters: UploadParameters, record: Record, sources: Sources) -> _Draft | Refusal:
    url = _media_address(parameters, record)
    if not url:
        return Refusal(message("row-no-media"))
    media = look_at_media(url, sources)
    if isinstance(media, Refusal):
        return media
    match file_name(parameters.filename.fill(record.values), media.type.extension):
        case NameTooLong(size):
            return Refusal(message("row-name-too-long", size))
        case NameEmpty():
            return Refusal(message("row-name-empty"))
        case name:
            return _Draft(record, f"File:{name}", url, media)


def _media_address(parameters: UploadParameters, record: Record) -> str:
    if parameters.media:
        return parameters.media.fill(record.values).strip()
    return next((record.values.get(column, "") for column in MEDIA_COLUMNS if column in record.values), "")


def _page(parameters: UploadParameters, record: Record) -> Wikitext:
    values = {
        field: link(record.values[key])
        for field in parameters.template.fields
        if (key := column_key(field)) in record.values
    }
    values |= {field: Wikitext(pattern.fill(record.values, link)) for field, pattern in parameters.fields.items()}
    return file_page(description(parameters.template, values), parameters.license, parameters.categories)


UPLOAD = Kind("upload", UploadParameters, _records, _plan, _field_names)
