"""From rows of a list to the files that are to be made of them: described, named, and none of them there already."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from jobs.actions import Describe, Upload
from jobs.files.describing import Description, slots_of_columns
from jobs.files.mapping import WordMap, read_mapping
from jobs.files.parameters import UploadParameters, license_name
from jobs.files.statements import Provenance, file_data, record_data
from jobs.kind import Refusal, Sources
from jobs.media import Media, look_at_media
from jobs.pattern import Pattern
from jobs.records import Record
from jobs.sdc.filedata import FileData, unsaid
from jobs.sdc.values import Address
from jobs.summary import plain
from jobs.web import ascii_address
from jobs.wiki import NameCheck
from wikitext.escape import Wikitext, inert, link
from wikitext.filename import NameEmpty, NameMeaningless, NameTaken, unique_name
from wikitext.filepage import TEMPLATES, description, file_page
from wikitext.licenses import license_of
from wikitext.messages import Message, message
from wikitext.templates import TemplateCall, find_calls

MEDIA_COLUMNS = ("media", "media url", "image url", "file url", "image", "file", "url")
"""A column called one of these (the first that is there) holds the files' addresses, unless `media` names another."""

_HITS = 20
"""So many pages that the wiki's search finds for an accession number are looked at."""


@dataclass(frozen=True)
class Draft:
    """A record whose file can be uploaded; whether the wiki has it, and may have its name, is not known yet."""

    record: Record
    told: Description
    license: Wikitext
    url: str
    media: Media

    @property
    def apart(self) -> str:
        """What sets this file apart from others of its name: its accession number, or nothing."""
        return self.told.text("accession number")


def plan_uploads(
    asked: UploadParameters, records: Sequence[Record], sources: Sources
) -> Iterator[Upload | Describe | Refusal]:
    """What comes of each of the records, in order. Raises Invalid: the mapping page cannot be read."""
    words = mapping_of(asked, sources)
    licenses = _licenses(asked, records, sources)
    drafts = [_draft(asked, record, words, licenses, sources) for record in records]
    names = _Names(asked, [draft for draft in drafts if isinstance(draft, Draft)], sources)
    for draft in drafts:
        yield draft if isinstance(draft, Refusal) else _planned(asked, draft, names, sources)


def mapping_of(asked: UploadParameters, sources: Sources) -> WordMap:
    """What the request's mapping page says; nothing where it names none, or one that is not there yet."""
    page = sources.wiki.page(asked.mapping) if asked.mapping else None
    return read_mapping(page.text or "") if page else WordMap()


def described(asked: UploadParameters, record: Record, words: WordMap) -> Description:
    """What a record says of its file: the request's own fields, then what its columns are called like."""
    own = asked.slots
    fields = {slot.field for slot in own}
    found = slots_of_columns(asked.template, tuple(record.values))
    slots = {**own, **{slot: pattern for slot, pattern in found.items() if slot.field not in fields}}
    return Description(asked.template, slots, record.values, words)


def media_address(asked: UploadParameters, record: Record) -> str:
    """Where a record's file is, or nothing."""
    if asked.media:
        return asked.media.fill(record.values).strip()
    return next((record.values.get(column, "") for column in MEDIA_COLUMNS if column in record.values), "")


def page_of(
    asked: UploadParameters, told: Description, license_call: Wikitext, url: str, categories: Sequence[str]
) -> Wikitext:
    """The whole page of a file. Where nothing says what its source is, that is the partner and the file's address."""
    values = {field: told.wikitext(field) for field in asked.template.fields}
    if not values.get("source"):
        values["source"] = Wikitext(f"{inert(asked.partner)}: {link(url)}")
    return file_page(description(asked.template, values), license_call, categories)


def categories_of(asked: UploadParameters, told: Description, sources: Sources) -> tuple[str, ...]:
    """The request's categories, those that the mapping has for the record's words, and the request's own hidden one."""
    mapped = (category for meaning in told.meanings for category in meaning.categories)
    return tuple(dict.fromkeys((*asked.categories, *mapped, sources.tracking)))


def _provenance(asked: UploadParameters, draft: Draft, sources: Sources) -> Provenance:
    partner = draft.told.words.meaning(("partner",), asked.partner)
    return Provenance(
        partner=partner.item if partner else "",
        record=_address(draft.told.text("source")),
        file=_address(draft.url),
        read=sources.today,
        mime=draft.media.type.mime,
    )


def _address(text: str) -> str:
    """The text as an address that structured data can hold, if it is one."""
    try:
        return Address(url=ascii_address(text)).url
    except ValueError:  # pydantic's ValidationError too
        return ""


def _licenses(asked: UploadParameters, records: Sequence[Record], sources: Sources) -> Mapping[int, Wikitext]:
    """The licence of each record, by its row, that has one which the wiki has a template for."""
    calls = {record.row: call for record in records if (call := asked.license_of(record.values))}
    if not isinstance(asked.license, Pattern):
        return calls
    there = sources.wiki.existing([f"Template:{license_name(call)}" for call in calls.values()]) if calls else ()
    return {row: call for row, call in calls.items() if f"Template:{license_name(call)}" in there}


def _draft(
    asked: UploadParameters, record: Record, words: WordMap, licenses: Mapping[int, Wikitext], sources: Sources
) -> Draft | Refusal:
    url = media_address(asked, record)
    if not url:
        return Refusal(message("row-no-media"))
    if record.row not in licenses:
        said = asked.license.fill(record.values) if isinstance(asked.license, Pattern) else asked.license
        return Refusal(message("row-license", said[:80]))
    media = look_at_media(url, sources)
    if isinstance(media, Refusal):
        return media
    return Draft(record, described(asked, record, words), licenses[record.row], url, media)


class _Names:
    """The names of a batch of files: which are taken, by the wiki or by earlier rows of the request. Three requests."""

    def __init__(self, asked: UploadParameters, drafts: Sequence[Draft], sources: Sources) -> None:
        self._asked = asked
        self._prefix = sources.prefix
        wanted: list[str] = []

        def note(name: str) -> bool:
            wanted.append(f"File:{name}")
            return True

        for draft in drafts:
            self._name(draft, note)
        self.checks: Mapping[str, NameCheck] = sources.wiki.check_names(wanted)
        self.rows: dict[str, int] = dict(sources.held(wanted))

    def of(self, draft: Draft) -> str | Refusal:
        """The title that a draft gets, or why it can have none."""
        match self._name(draft, self._taken):
            case NameEmpty():
                return Refusal(message("row-name-empty"))
            case NameMeaningless(name):
                return Refusal(message("row-name-meaningless", name))
            case NameTaken(name) if (row := self.rows.get(f"File:{name}")) is not None:
                return Refusal(message("row-same-name", f"File:{name}", row))
            case NameTaken(name):
                return Refusal(message("row-name-exists", f"{self._prefix}File:{name}"))
            case str(name):
                self.rows[f"File:{name}"] = draft.record.row
                return f"File:{name}"

    def _name(self, draft: Draft, taken: Callable[[str], bool]) -> str | NameEmpty | NameMeaningless | NameTaken:
        wanted = self._asked.filename.fill(draft.record.values)
        return unique_name(wanted, draft.media.type.extension, draft.apart, taken)

    def _taken(self, name: str) -> bool:
        title = f"File:{name}"
        return title in self.rows or (self.checks[title].exists and not self._asked.update)


def _planned(asked: UploadParameters, draft: Draft, names: _Names, sources: Sources) -> Upload | Describe | Refusal:
    there = _same_bytes(draft, sources) or (None if asked.update else _same_number(asked, draft, sources))
    if there:
        return _duplicate(asked, draft, there, sources)
    title = names.of(draft)
    if isinstance(title, Refusal):
        return title
    if names.checks[title].exists:
        return _update(asked, draft, title, sources)
    if refusal := names.checks[title].refusal:
        return Refusal(message("row-name-refused", title, refusal))
    categories = categories_of(asked, draft.told, sources)
    data = FileData()
    if sources.wiki.takes_entities():
        data = file_data(draft.told, license_of(license_name(draft.license)), _provenance(asked, draft, sources))
    return Upload(
        title=title,
        url=draft.url,
        sha1=draft.media.sha1,
        size=draft.media.size,
        picture=draft.media.picture,
        text=page_of(asked, draft.told, draft.license, draft.url, categories),
        categories=categories,
        tracking=sources.tracking,
        data=data,
    )


def _update(asked: UploadParameters, draft: Draft, title: str, sources: Sources) -> Upload | Refusal:
    """A new version of a file that is there, where the file is the bot's own, for this partner."""
    [current] = sources.wiki.file_versions(title)[:1] or [None]
    if (
        current is None
        or current.user != sources.wiki.account
        or not current.comment.startswith(f"{plain(asked.partner)}: [[")
    ):
        return Refusal(message("row-not-ours", f"{sources.prefix}{title}"))
    return Upload(
        title=title, url=draft.url, sha1=draft.media.sha1, size=draft.media.size, text="", categories=(),
        replaces=current.sha1,
    )  # fmt: skip


@dataclass(frozen=True)
class _There:
    """A file that seems to be the draft's, and how that is said. `title`: empty where it was deleted."""

    title: str
    why: Message


def _same_bytes(draft: Draft, sources: Sources) -> _There | None:
    twins = sources.wiki.same_bytes(draft.media.sha1)
    if twins.there:
        return _There(twins.there[0], message("row-duplicate-file", f"{sources.prefix}{twins.there[0]}"))
    if twins.deleted:
        return _There("", message("row-duplicate-deleted", f"{sources.prefix}{twins.deleted[0]}"))
    return None


def _same_number(asked: UploadParameters, draft: Draft, sources: Sources) -> _There | None:
    """A file with the same accession number in the same collection, as far as the wiki's search finds it."""
    ours = {field: draft.told.wikitext(field) for field in ("accession number", "institution")}
    if asked.duplicates == "upload" or not all(ours.values()):
        return None
    number = draft.apart.replace('"', " ")
    hits = islice(sources.wiki.found(f'"{number}"'), _HITS)
    for title, page in sources.wiki.texts([hit for hit in hits if hit.startswith("File:")]).items():
        for theirs in _descriptions(page.text or ""):
            if all(theirs.get(field) == value for field, value in ours.items()):
                return _There(title, message("row-duplicate-number", draft.apart, f"{sources.prefix}{title}"))
    return None


def _duplicate(asked: UploadParameters, draft: Draft, there: _There, sources: Sources) -> Describe | Refusal:
    """What is done about a file that is there: nothing or, where that was asked for, what it lacks is added."""
    if asked.duplicates != "add metadata" or not there.title or not sources.wiki.takes_entities():
        return Refusal(there.why)
    entity = sources.wiki.entities([there.title])[there.title]
    lacking = unsaid(record_data(draft.told, _provenance(asked, draft, sources)), entity.data)
    if not lacking:
        return Refusal(message("row-duplicate-complete", f"{sources.prefix}{there.title}"))
    return Describe(title=there.title, data=lacking)


def _descriptions(text: str) -> Iterator[Mapping[str, str]]:
    calls = (call for template in TEMPLATES for call in find_calls(text, template))
    return (call.parameters for call in calls if isinstance(call, TemplateCall))
