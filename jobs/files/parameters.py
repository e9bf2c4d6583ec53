"""What an upload request says."""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from jobs.files.columns import Slot, columns_meant, slot
from jobs.files.credit import Credit, read_credit
from jobs.manifest import ManifestField, PatternField, VaryingField, pattern
from jobs.pattern import Pattern
from jobs.problems import is_yes, wrong
from jobs.records.profile import Profile
from wikitext import titles
from wikitext.escape import Wikitext, inert
from wikitext.filepage import TEMPLATES, DescriptionTemplate
from wikitext.keys import key
from wikitext.licenses import license_meant, license_of, template_of

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


def _license(text: str) -> Wikitext | Pattern:
    """One plain call of a template, its arguments inert; or the column that says it."""
    if re.fullmatch(r"\{[^{}]+\}", text.strip()):
        return pattern(text.strip())
    call = _LICENSE.fullmatch(text.strip())
    if call is None or "\n" in call[1].strip() or not call[1].strip():
        meant = license_meant(text)
        raise wrong("problem-license-near", text[:80], meant) if meant else wrong("problem-license", text[:80])
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


def _page(text: str) -> str:
    page = titles.linked(text)
    if page is None:
        raise wrong("pages-bad-title", text[:80])
    return page


Duplicates = Literal["skip", "add metadata", "upload"]


def _duplicates(text: str) -> str:
    answer = " ".join(text.lower().split())
    if answer not in {"skip", "add metadata", "upload"}:
        raise wrong("problem-duplicates", text[:60])
    return answer


class UploadParameters(BaseModel):
    """What an upload request says. Every other parameter is a field of the description template, or a caption.

    `credit`: a template that stands in `source`, beside where the file is from. `mapping`: the page with what the
    partner's words are. `duplicates`: what is done about a file that seems to be on the wiki already: nothing, what it
    lacks is added to it or, if only its accession number is the same, a new one.
    """

    model_config = ConfigDict(frozen=True, extra="allow", arbitrary_types_allowed=True)
    __pydantic_extra__: dict[str, PatternField]

    partner: Annotated[str, StringConstraints(max_length=200)]
    manifest: ManifestField
    filename: VaryingField
    template: Annotated[DescriptionTemplate, BeforeValidator(_template)] = TEMPLATES["Information"]
    license: Annotated[Wikitext | Pattern, BeforeValidator(_license)]
    categories: Annotated[tuple[str, ...], BeforeValidator(_categories)]
    credit: Annotated[Credit | None, BeforeValidator(read_credit)] = None
    media: VaryingField | None = None
    sheet: str = ""
    encoding: str = ""
    mapping: Annotated[str, BeforeValidator(_page)] = ""
    duplicates: Annotated[Duplicates, BeforeValidator(_duplicates)] = "skip"
    update: Annotated[bool, BeforeValidator(is_yes)] = False

    def license_of(self, values: Mapping[str, str]) -> Wikitext:
        """The call of the licence template for a record; empty if what its column says is no free licence.

        A column may say the template's name, or the licence's address at creativecommons.org.
        """
        if not isinstance(self.license, Pattern):
            return self.license
        said = self.license.fill(values).strip()
        found = license_of(template_of(said) or said.strip("{}"))
        return Wikitext("{{" + found.template + "}}" if found else "")

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """The names of columns in the request's patterns, by parameter."""
        license_ = self.license if isinstance(self.license, Pattern) else None
        own = {"filename": self.filename, "media": self.media, "license": license_}
        patterns = own | {str(slot): pattern for slot, pattern in self.slots.items()}
        named = {name: pattern.columns for name, pattern in patterns.items() if pattern}
        return named | ({"credit": self.credit.columns} if self.credit else {})

    def under_names(self, values: Mapping[str, str], profile: Profile) -> Mapping[str, str]:
        """A record's values, under the names in the patterns too where the list calls the columns otherwise."""
        names = tuple(name for columns in self.names.values() for name in columns)
        return {**{name: values.get(column, "") for name, column in columns_meant(names, profile).items()}, **values}

    @property
    def slots(self) -> Mapping[Slot, Pattern]:
        """The fields that the request itself fills."""
        named = ((slot(self.template, name), pattern) for name, pattern in self.__pydantic_extra__.items())
        return {found: pattern for found, pattern in named if found is not None}


def license_name(call: str) -> str:
    """The title of the licence template that is called, without namespace."""
    return titles.title(call.strip("{}").split("|")[0]) or ""


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
