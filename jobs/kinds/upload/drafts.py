"""A row of a list becomes a draft: its file's bytes, description, licences, categories; and the draft, a page."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from jobs.io.addresses import advice, downloadable
from jobs.io.http import Unfetched, ascii_link, check_address
from jobs.io.plan_context import PlanContext
from jobs.kinds.page_sets.categories import followed
from jobs.kinds.upload.columns import (
    CREATORS,
    MAKERS,
    Slot,
    columns_of,
    is_photographer,
    media_column,
    slots_of_columns,
    with_page,
    work_field,
)
from jobs.kinds.upload.date_spans import with_ends
from jobs.kinds.upload.description import Description
from jobs.kinds.upload.license_evidence import evidence_of
from jobs.kinds.upload.mapping import WordMap, read_mapping
from jobs.kinds.upload.parameters import UploadParameters, license_name
from jobs.kinds.upload.statements import Provenance
from jobs.kinds.upload.three_dimensions import shows_solid
from jobs.kinds.upload.withholding import withheld
from jobs.media.probe import Media, look_at_media
from jobs.model.actions import Refusal, Withheld
from jobs.model.profile import Profile, profile_of
from jobs.model.records import Record
from jobs.model.structured_data.filedata import FileData, in_languages
from jobs.model.structured_data.values import Address
from jobs.patterns.pattern import Pattern, column_key
from wikitext.attribution import with_doubts
from wikitext.empty_values import says_nothing
from wikitext.escape import Wikitext, inert, is_address, link
from wikitext.filepage import description_call, file_page
from wikitext.license_calls import COMBINING, Licenses
from wikitext.licenses import is_reproduction
from wikitext.messages import Message, message


@dataclass(frozen=True)
class Draft:
    """A record with all that an upload needs. Whether the wiki has the file, or one of its name, is not known yet."""

    record: Record
    description: Description
    licenses: Licenses
    url: str
    media: Media
    categories: tuple[str, ...] = ()

    @property
    def disambiguators(self) -> Sequence[str]:
        """What can be added to a name that another file has, in the order in which it is tried; one may be empty.

        First the accession number, then maker, date and number: other views of the object may have the same number.
        Where the record has no number, or neither maker nor date, what there is. Each ends with `_page`.
        """
        made = ", ".join(
            filter(None, (next(filter(None, map(self.description.text, MAKERS)), ""), self.description.text("date")))
        )
        ways = [self.number, f"{made}, {self.number}"] if made and self.number else [self.number or made]
        return [", ".join(filter(None, (way, self._page))) for way in ways]

    @property
    def _page(self) -> str:
        """Which of the files of one object this is: a label, a number, or “label (number)”; empty where none says."""
        values = self.record.values
        label, number = values.get("canvas label", ""), values.get("canvas number") or values.get("media number", "")
        return f"{label} ({number})" if label and number and label != number else label or number

    @property
    def number(self) -> str:
        """Its accession number; empty where it has none."""
        return self.description.text("accession number")


def drafts_of(asked: UploadParameters, records: Sequence[Record], context: PlanContext) -> list[Draft | Refusal]:
    """A draft for each of the records, or why there is none. Raises Invalid: the mapping page cannot be read."""
    records = _named_as_asked(asked, records, context)
    words = mapping_of(asked, context)
    licenses = _licenses(asked, records, context)
    descriptions = [described(asked, record, words, context.profile) for record in records]
    descriptions = _in_templates(_with_items(asked, words, descriptions, context), context)
    upcoming = _named_as_asked(asked, context.upcoming, context)
    licensed = licenses | _licenses(asked, upcoming, context)
    for record in (*records, *upcoming):
        if not isinstance(licensed[record.row], Message) and (url := _wanted(asked, record, context)):
            context.ahead.begin((record.row, url), partial(look_at_media, url, context, context.wiki.file_extensions()))
    drafts = [
        _draft(asked, record, description, licenses[record.row], context)
        for record, description in zip(records, descriptions, strict=True)
    ]
    return _in_categories(asked, drafts, context)


def _named_as_asked(asked: UploadParameters, records: Sequence[Record], context: PlanContext) -> list[Record]:
    return [replace(record, values=asked.under_names(record.values, context.profile)) for record in records]


def _wanted(asked: UploadParameters, record: Record, context: PlanContext) -> str:
    """The address of the record's file; empty where the record itself says that it is not to be fetched."""
    if withheld(record.values, context.profile):
        return ""
    url = media_address(asked, record, context.profile)
    return "" if advice(url) else url


def _in_templates(descriptions: Sequence[Description], context: PlanContext) -> list[Description]:
    """The descriptions, which now know for which of their languages the wiki has no template (`untemplated`)."""
    spoken = frozenset(code for one in descriptions for code in one.languages)
    return [replace(one, untemplated=spoken - context.wiki.templates(spoken)) for one in descriptions]


def mapping_of(asked: UploadParameters, context: PlanContext) -> WordMap:
    """What the request's mapping page says; empty where the request names none, or there is no such page yet."""
    page = context.wiki.page(asked.mapping) if asked.mapping else None
    return read_mapping(page.text or "") if page else WordMap()


def _with_items(
    asked: UploadParameters, words: WordMap, descriptions: Sequence[Description], context: PlanContext
) -> Sequence[Description]:
    """The descriptions, which now know what to write in place of items that are redirected or do not exist.

    One request for 50 items that were not asked for lately; as they are where the wiki takes no structured data.
    """
    if not context.wiki.takes_entities():
        return descriptions
    makers = (maker.meaning for one in descriptions for field in CREATORS for maker in one.makers(field))
    said = [meaning for meaning in (*(meaning for one in descriptions for meaning in one.meanings), *makers) if meaning]
    if partner := words.meaning(("partner",), asked.partner):
        said.append(partner)
    named = {item for meaning in said for item in meaning.items} | {one.item for one in descriptions} - {""}
    found = context.wiki.items(named) if named else {}
    instead = {item: found.get(item, "") for item in named if found.get(item) != item}
    words = words.with_items(instead)
    return [replace(one, words=words, instead=instead) for one in descriptions]


def described(asked: UploadParameters, record: Record, words: WordMap, profile: Profile = ()) -> Description:
    """What a record says of its file: in the fields that the request fills, then in those that columns are named for.

    `profile`: what is in the columns of the whole list; where it is not known, of this record.
    """
    own = asked.slots
    fields = {slot.field for slot in own}
    found = slots_of_columns(asked.template, profile or profile_of([record]))
    taken_or_unfit = fields | _of_photographers(asked, found)
    slots = {**own, **{slot: pattern for slot, pattern in found.items() if slot.field not in taken_or_unfit}}
    institution = asked.template.field("institution")
    if institution and not any(slot.field == institution for slot in slots):
        slots[Slot(institution)] = _PARTNER
    values = {"partner": asked.partner, **record.values}
    if doubts := next((values[name] for name in columns_of("attribution", tuple(values)) if values[name]), ""):
        makers = _filling(slots, [work_field(asked.template)])
        values |= {name: with_doubts(values[name], doubts) for name in makers if values.get(name)}
    titles = _filling(slots, [asked.template.called("title")])
    values |= {name: with_page(values, name) for name in titles if values.get(name)}
    for field in ("dimensions", "object type"):
        told = _filling(slots, [asked.template.called(field)])
        values |= {name: "" for name in told if says_nothing(name, values.get(name, ""))}
    date = asked.template.called("date")
    values |= with_ends(values, _filling(slots, [date]), own=date in fields)
    return Description(asked.template, slots, values, words)


def _of_photographers(asked: UploadParameters, found: Mapping[Slot, Pattern]) -> set[str]:
    """The fields that columns of photographers alone would fill, where photographs have a licence of their own.

    Photographers made the photograph, not the work; a template with a field for them is another matter.
    """
    if not asked.photo_license or asked.template.field("photographer"):
        return set()
    return {slot.field for slot, pattern in found.items() if all(map(is_photographer, pattern.columns))}


def _filling(slots: Mapping[Slot, Pattern], fields: Iterable[str]) -> Iterator[str]:
    """The columns that fill some fields."""
    wanted = {*fields}
    found = (name for one, pattern in slots.items() if one.field in wanted for name in pattern.columns)
    return map(column_key, found)


_PARTNER = Pattern("{partner}")
"""Whose the files are where nothing else says it."""


def media_address(asked: UploadParameters, record: Record, profile: Profile = ()) -> str:
    """The address of a record's file; empty where it has none. `profile`: as of `described`."""
    if not asked.media:
        return downloadable(record.values.get(media_column(profile or profile_of([record])), ""))
    written = asked.media.fill(record.values).strip()
    links = [record.values.get(f"{column_key(column)} link", "") for column in asked.media.columns]
    return downloadable(written if is_address(written) or not any(links) else next(filter(None, links)))


def address_trouble(url: str) -> Message | None:
    """Why nothing can be at a file's address, as far as the address itself tells; None: something may be."""
    if not url:
        return message("row-no-media")
    if why := advice(url):
        return why
    try:
        check_address(url, [urlsplit(url).hostname or ""])
    except Unfetched as error:
        return error.why
    except ValueError:
        return message("web-address", url[:80])
    return None


def page_of(
    asked: UploadParameters,
    description: Description,
    licenses: Licenses,
    url: str,
    categories: Sequence[str],
    *,
    there: Collection[str] = (),
) -> Wikitext:
    """The text of a file's page: its description, licences and categories.

    Two licences stand in fields of the description template where it has such, otherwise below it. `there`: those of
    the templates for two licences (`COMBINING`) that the wiki has.
    """
    template, values = asked.template, _fields(asked, description, url)
    section, evidence = licenses.section(there, solid=shows_solid(description)), evidence_of(asked, description.values)
    if licenses.photo and "photo license" in template.fields:
        values |= {"artwork license": licenses.work, "photo license": licenses.photo}
        section = Wikitext("")
    if permission := template.field("permission"):
        values[permission] = _below(values[permission], evidence, "<br>")
    else:
        section = _below(section, evidence, "\n")
    return file_page(description_call(template, values), section, categories)


def _fields(asked: UploadParameters, description: Description, url: str) -> dict[str, Wikitext]:
    """What stands in the template's fields. Without a source of its own, that is the partner and the file's address."""
    template = asked.template
    values = {field: description.wikitext(field) for field in template.fields}
    values[template.called("wikidata")] = Wikitext(description.item)
    if not template.field("title"):
        about = template.called("description")
        values[about] = _with_title(description.wikitext("title"), description.wikitext(about))
    source = template.called("source")
    from_ = values.get(source) or f"{inert(asked.partner)}: {link(url)}"
    credit = asked.credit.call(description.values) if asked.credit else ""
    values[source] = Wikitext("\n".join(filter(None, (from_, credit))))
    return values


def _below(first: Wikitext, second: Wikitext, between: str) -> Wikitext:
    return Wikitext(between.join(filter(None, (first, second))))


def _with_title(title: Wikitext, described: Wikitext) -> Wikitext:
    """The description with the title above it, for a template without a field for titles."""
    return Wikitext("\n\n".join(filter(None, (title if title not in described else "", described))))


def _in_categories(
    asked: UploadParameters, drafts: Sequence[Draft | Refusal], context: PlanContext
) -> list[Draft | Refusal]:
    """The drafts with their categories: of the request, of the mapping for their words, and the tracking category."""
    every = list(dict.fromkeys(name for draft in drafts if isinstance(draft, Draft) for name in _named(asked, draft)))
    taken = dict(zip(every, followed(every, context), strict=True))

    def own(draft: Draft) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*(taken[name] for name in _named(asked, draft)), context.tracking)))

    return [replace(draft, categories=own(draft)) if isinstance(draft, Draft) else draft for draft in drafts]


def _named(asked: UploadParameters, draft: Draft) -> tuple[str, ...]:
    return (*asked.categories, *(name for meaning in draft.description.meanings for name in meaning.categories))


def provenance_of(asked: UploadParameters, draft: Draft, context: PlanContext) -> Provenance:
    """Where a draft's file and what is told of it are from, which its statements say."""
    partner = draft.description.words.meaning(("partner",), asked.partner)
    there = context.wiki.templates(COMBINING) if draft.licenses.photo else ()
    section = draft.licenses.section(there, solid=shows_solid(draft.description))
    written = draft.licenses.work if "photo license" in asked.template.fields else section
    return Provenance(
        partner=partner.item if partner else "",
        record=address_of(draft.description.text("source")),
        file=address_of(draft.url),
        read=context.today,
        mime=draft.media.type.mime,
        faithful=any(is_reproduction(license_name(call)) for call in (written, draft.licenses.work)),
        photographed=draft.licenses.has_photo or shows_solid(draft.description),
    )


def taken(data: FileData, context: PlanContext) -> FileData:
    """The data without captions and texts in languages that the wiki does not know."""
    return in_languages(data, context.wiki.caption_languages(), context.wiki.text_languages())


def address_of(text: str) -> str:
    """The text, encoded as structured data has addresses; empty where it is no address."""
    try:
        return Address(url=ascii_link(text)).url
    except ValueError:  # pydantic's ValidationError too
        return ""


def _licenses(
    asked: UploadParameters, records: Sequence[Record], context: PlanContext
) -> dict[int, Licenses | Message]:
    """The licences of each record, by its row, or why it has none: the wiki has no template for one, say."""
    found = {record.row: asked.licenses_of(record.values) for record in records}
    if not asked.license_columns:
        return found
    names = {row: _templates(licenses) for row, licenses in found.items() if isinstance(licenses, Licenses)}
    there = context.wiki.templates({name for each in names.values() for name in each})
    missing = {row: name for row, each in names.items() for name in each if name not in there}
    return found | {row: message("row-no-license-template", name) for row, name in missing.items()}


def _templates(licenses: Licenses) -> Sequence[str]:
    return [license_name(call) for call in (licenses.work, licenses.photo) if call]


def _draft(
    asked: UploadParameters,
    record: Record,
    description: Description,
    licenses: Licenses | Message,
    context: PlanContext,
) -> Draft | Refusal:
    if kept := withheld(record.values, context.profile):
        return Withheld(kept[1])
    url = media_address(asked, record, context.profile)
    if not url:
        return Refusal(message("row-no-media"))
    if isinstance(licenses, Message):
        return Refusal(licenses)
    if why := advice(url):
        return Refusal(why)
    look = partial(look_at_media, url, context, context.wiki.file_extensions())
    media = context.ahead.result((record.row, url), look)
    if isinstance(media, Refusal):
        return media
    return Draft(record, description, licenses, url, media)
