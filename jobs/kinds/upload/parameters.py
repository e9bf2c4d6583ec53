"""What an upload request says."""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from jobs.kinds.upload.columns import Slot, columns_meant, slot, with_page
from jobs.kinds.upload.credit import Credit, read_credit
from jobs.lists.manifest import ManifestField, PatternField, VaryingField, pattern
from jobs.model.problems import is_yes, wrong
from jobs.model.profile import Profile
from jobs.patterns.pattern import Pattern
from wikitext import titles
from wikitext.comparison_keys import key
from wikitext.escape import Wikitext, inert, is_address
from wikitext.filepage import TEMPLATES, DescriptionTemplate
from wikitext.license_calls import Licenses
from wikitext.licenses import License
from wikitext.messages import Message, message
from wikitext.rights_statements import Near, NotFree, read_rights

_LICENSE = re.compile(r"(?:\{\{)?(?:\s*template:)?([^{}|\[\]<>#:]+)((?:\|[^{}|\[\]<>]*)*)(?:\}\})?", re.IGNORECASE)


def _template(text: str) -> DescriptionTemplate:
    """The template of this name; of a partner's own the fields are not known before the wiki is asked."""
    name = titles.template(text.strip("{} \n"))
    if name is None or ":" in name or name.startswith("/"):
        raise wrong("problem-template", text[:60], ", ".join(TEMPLATES))
    return known_template(name) or DescriptionTemplate(name, ())


def known_template(name: str) -> DescriptionTemplate | None:
    """The one of Commons' templates that is called so, in any case."""
    return next((one for one in TEMPLATES.values() if one.name.casefold() == name.casefold()), None)


def _license(text: str) -> Wikitext | Pattern | None:
    """One plain call of a template, its arguments inert; or the column that says it; None for `OPEN`."""
    if text == OPEN:
        return None
    if re.fullmatch(r"\{[^{}]+\}", text.strip()):
        return pattern(text.strip())
    call, said = _LICENSE.fullmatch(text.strip()), read_rights(text)
    if isinstance(said, License) and "{{" not in text:
        return _called(said)
    if call is None or "\n" in call[1].strip() or not call[1].strip():
        why = refusal_of(text) or message("problem-license", text[:80])
        raise wrong(why.key, *why.arguments)
    return Wikitext("{{" + "|".join((call[1].strip(), *(_argument(part) for part in call[2].split("|")[1:]))) + "}}")


def _called(license_: License) -> Wikitext:
    return Wikitext("{{" + license_.template + "}}")


def refusal_of(text: str) -> Message | None:
    """Why what is said of rights is no licence here, or which one was meant; None if nothing is known of it."""
    match read_rights(text):
        case NotFree(reason=reason):
            return message(f"license-{reason}", text[:80])
        case License(template=template) | Near(license=License(template=template)):
            return message("problem-license-near", text[:80], template)
        case None:
            return None


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


def _page(text: str) -> str:
    page = titles.linked(text)
    if page is None:
        raise wrong("pages-bad-title", text[:80])
    return page


Duplicates = Literal["skip", "add metadata", "upload"]


def _address(text: str) -> Pattern:
    """A web address, or the columns that say it."""
    found = pattern(text.strip())
    if not found.columns and not _is_public(found.source):
        raise wrong("sdc-address", text[:80])
    return found


def _is_public(text: str) -> bool:
    """Whether a text is an address that everybody can open, as far as it shows: no password, a server with a name."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    host = parts.hostname or ""
    return is_address(text) and "@" not in parts.netloc and re.search(r"\.[a-z][a-z0-9-]+$", host) is not None


OPEN = "\0"
"""What a check of a list has in place of a licence that nobody has said yet; no text of a wiki has it (no NUL)."""

EXAMPLE = Wikitext("{{PD-old-70-expired}}")
"""The licence that is shown where neither the request nor the list says one."""

_LicenseField = Annotated[Wikitext | Pattern | None, BeforeValidator(_license)]
_AddressField = Annotated[Pattern, BeforeValidator(_address)]


def _duplicates(text: str) -> str:
    answer = " ".join(text.lower().split())
    if answer not in {"skip", "add metadata", "upload"}:
        raise wrong("problem-duplicates", text[:60])
    return answer


class UploadParameters(BaseModel):
    """What an upload request says. Every other parameter is a field of the description template, or a caption.

    `license`, `photo_license`: of what the file shows (None: nobody has said yet, and nothing but the list is checked),
    and of the photograph if that has its own. `rights_…`: where it
    can be seen that they are right, what stands there, when it was read, and where it is archived. `credit`: a template
    that stands in `source`, beside where the file is from. `mapping`: the page with what the partner's words are.
    `duplicates`: what is done about a file that seems to be on the wiki already: nothing, what it lacks is added to it
    or, if only its accession number is the same, a new one.
    """

    model_config = ConfigDict(frozen=True, extra="allow", arbitrary_types_allowed=True)
    __pydantic_extra__: dict[str, PatternField]

    partner: Annotated[str, StringConstraints(max_length=200)]
    manifest: ManifestField
    filename: VaryingField
    template: Annotated[DescriptionTemplate, BeforeValidator(_template)] = TEMPLATES["Information"]
    license: _LicenseField
    photo_license: _LicenseField = Field(None, alias="photo license")
    rights_evidence: _AddressField | None = Field(None, alias="rights evidence")
    rights_statement: PatternField | None = Field(None, alias="rights statement")
    rights_date: PatternField | None = Field(None, alias="rights date")
    rights_archive: _AddressField | None = Field(None, alias="rights archive")
    categories: Annotated[tuple[str, ...], BeforeValidator(_categories)]
    credit: Annotated[Credit | None, BeforeValidator(read_credit)] = None
    media: VaryingField | None = None
    sheet: str = ""
    encoding: str = ""
    mapping: Annotated[str, BeforeValidator(_page)] = ""
    duplicates: Annotated[Duplicates, BeforeValidator(_duplicates)] = "skip"
    update: Annotated[bool, BeforeValidator(is_yes)] = False

    def licenses_of(self, values: Mapping[str, str]) -> Licenses | Message:
        """The licences of a record; or why what its column says of one is none.

        A column may say a template's name, an address, or what the licence is called. It may be silent on photographs.
        """
        work, photo = _said(self.license or EXAMPLE, values), _said(self.photo_license, values)
        if isinstance(work, Message):
            return work
        if work is None:
            return message("row-no-license")
        return photo if isinstance(photo, Message) else Licenses(work, photo or Wikitext(""))

    @property
    def constant_licenses(self) -> Mapping[str, Wikitext]:
        """The calls that every record has, by parameter."""
        both = {"license": self.license, "photo license": self.photo_license}
        return {name: call for name, call in both.items() if isinstance(call, Wikitext)}

    @property
    def license_columns(self) -> tuple[Pattern, ...]:
        """The patterns that licences are taken from."""
        return tuple(one for one in (self.license, self.photo_license) if isinstance(one, Pattern))

    @property
    def evidence(self) -> Mapping[str, Pattern]:
        """What it says of where the licence can be seen to be right, by parameter."""
        every = {
            "rights evidence": self.rights_evidence,
            "rights statement": self.rights_statement,
            "rights date": self.rights_date,
            "rights archive": self.rights_archive,
        }
        return {name: pattern for name, pattern in every.items() if pattern}

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """The names of columns in the request's patterns, by parameter."""
        both = {"license": self.license, "photo license": self.photo_license}
        licenses = {name: one for name, one in both.items() if isinstance(one, Pattern)}
        own = {"filename": self.filename, "media": self.media, **licenses, **self.evidence}
        patterns = own | {str(slot): pattern for slot, pattern in self.slots.items()}
        named = {name: pattern.columns for name, pattern in patterns.items() if pattern}
        return named | ({"credit": self.credit.columns} if self.credit else {})

    def under_names(self, values: Mapping[str, str], profile: Profile) -> Mapping[str, str]:
        """A record's values, under the names in the patterns too where the list calls the columns otherwise."""
        names = tuple(name for columns in self.names.values() for name in columns)
        meant_by = columns_meant(names, profile).items()
        return {**{name: with_page(values, column) for name, column in meant_by}, **values}

    @property
    def slots(self) -> Mapping[Slot, Pattern]:
        """The fields that the request itself fills."""
        named = ((slot(self.template, name), pattern) for name, pattern in self.__pydantic_extra__.items())
        return {found: pattern for found, pattern in named if found is not None}


def _said(license_: Wikitext | Pattern | None, values: Mapping[str, str]) -> Wikitext | Message | None:
    if not isinstance(license_, Pattern):
        return license_
    if not (said := license_.fill(values).strip()):
        return None
    found = read_rights(said)
    return _called(found) if isinstance(found, License) else refusal_of(said) or message("row-license", said[:80])


def license_name(call: str) -> str:
    """The title of the licence template that is called, without namespace."""
    return titles.name(call.strip("{}").split("|")[0]) or ""


def field_names(parameters: Mapping[str, str]) -> Collection[str]:
    """The names that parameters beside the model's own may have: fields, and fields in languages (`title@sv`).

    Of a partner's own template any may be one of its fields.
    """
    try:
        template = _template(parameters.get("template", "Information"))
    except PydanticCustomError:
        template = TEMPLATES["Artwork"]
    if not template.fields:
        return {*parameters}
    fields = {key(field) for field in template.fields if template.field(field)}
    return {*fields, *(name for name in parameters if "@" in name and slot(template, name))}
