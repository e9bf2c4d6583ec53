"""A file's description page: a description template, a licence, categories, laid out as Commons' upload forms do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from babel import Locale

from wikitext.columns import meant
from wikitext.comparison_keys import key, language_code
from wikitext.escape import Wikitext, inert
from wikitext.titles import title


@dataclass(frozen=True)
class DescriptionTemplate:
    """A description template and its fields in the order they are shown.

    `others`: other names of fields, in the form in which names are compared, each with its field.
    """

    name: str
    fields: tuple[str, ...]
    others: tuple[tuple[str, str], ...] = ()

    def field(self, name: str) -> str | None:
        """The field a name means, whatever its case and whether it has `_`, `-` or spaces; None if it has none."""
        return self._known.get(key(name))

    def called(self, name: str) -> str:
        """What the template calls the field that Commons' templates call so; the name itself if it has none."""
        return (self.field(name) or name) if self.others else name

    @cached_property
    def _known(self) -> Mapping[str, str]:
        return dict(self.others) | {key(field): field for field in self.fields if field not in LICENSE_FIELDS}


LICENSE_FIELDS = ("artwork license", "photo license")
"""Fields that hold calls of licence templates: no parameter and no column fills them with text."""


_SUMMARY = "== {{int:filedesc}} =="
_LICENSE = "== {{int:license-header}} =="


# Commons: Template:Information, Template:Artwork, Template:Photograph, Template:Art Photo, Template:Book, Template:Map,
# Template:Musical work, Template:Specimen.
TEMPLATES = {
    template.name: template
    for template in (
        DescriptionTemplate(
            "Information",
            ("description", "date", "source", "author", "permission", "other versions", "other fields"),
        ),
        DescriptionTemplate(
            "Artwork",
            (
                "artist", "author", "title", "object type", "description", "depicted people", "depicted place", "date",
                "medium", "dimensions", "institution", "department", "accession number", "place of creation",
                "place of discovery", "object history", "exhibition history", "credit line", "inscriptions", "notes",
                "references", "source", "permission", "other versions", "wikidata",
            ),
        ),
        DescriptionTemplate(
            "Photograph",
            (
                "photographer", "title", "description", "original description", "depicted people", "depicted place",
                "date", "medium", "dimensions", "institution", "department", "accession number", "object history",
                "exhibition history", "credit line", "inscriptions", "notes", "references", "source", "permission",
                "other versions", "wikidata",
            ),
        ),
        DescriptionTemplate(
            "Art Photo",
            (
                "artist", "title", "description", "date", "medium", "dimensions", "institution", "department",
                "accession number", "place of creation", "object history", "exhibition history", "credit line",
                "inscriptions", "notes", "references", "artwork license", "photo description", "photo date",
                "photographer", "source", "photo license", "permission", "other versions", "wikidata",
            ),
        ),
        DescriptionTemplate(
            "Book",
            (
                "author", "translator", "editor", "illustrator", "title", "subtitle", "series title", "volume",
                "edition", "publisher", "printer", "date", "city", "language", "description", "source", "permission",
                "image", "pageoverview", "wikidata", "other versions", "accession number", "institution",
            ),
        ),
        DescriptionTemplate(
            "Map",
            (
                "title", "description", "legend", "author", "date", "source", "permission", "map date", "location",
                "type", "projection", "scale", "heading", "latitude", "longitude", "set", "sheet", "language",
                "publisher", "institution", "accession number", "dimensions", "medium", "credit line", "inscriptions",
                "notes", "other versions",
            ),
        ),
        DescriptionTemplate(
            "Musical work",
            (
                "composer", "lyrics_writer", "performer", "title", "description", "composition_date",
                "performance_date", "notes", "record_label", "record_ID", "references", "source", "permission",
                "other_versions",
            ),
        ),
        DescriptionTemplate(
            "Specimen",
            (
                "taxon", "authority", "institution", "accession number", "sex", "discovery place", "cultivar",
                "photographer", "source", "date", "description", "permission", "other fields",
            ),
        ),
    )
}  # fmt: skip

_FIELDS = {
    "creator": ("artist", "photographer", "author", "composer"),
    "photographer": ("artist", "author"),
    "inverted creator": ("artist", "photographer", "author", "composer"),
    "name": ("object type",),
    "photo date": ("date",),
    "place of discovery": ("discovery place",),
    **dict.fromkeys(("width", "height", "depth"), ("dimensions",)),
}
"""The fields for what a column means (the first that a template has), where none is called so."""


def own_template(name: str, parameters: Mapping[str, Collection[str]]) -> DescriptionTemplate:
    """A partner's own description template, of its parameters, each with its other names.

    What is asked of every template (its `date`, its `accession number`) is found by what the names mean. A parameter
    of which the name could be markup is left out.

    >>> own_template("Vase", {"Inv": ["Inventory number"], "Skapare": []}).called("accession number")
    'Inv'
    """
    fields: dict[str, str] = {}
    for parameter in parameters:
        if key(parameter) and inert(parameter) == parameter and "=" not in parameter:
            fields.setdefault(key(parameter), parameter)
    others: dict[str, str] = {}
    for field in fields.values():
        for other in parameters[field]:
            others.setdefault(key(other), field)
    for field in fields.values():
        for found in filter(None, map(meant, (field, *parameters[field]))):
            others.setdefault("artist" if found.what == "creator" else found.what, field)
    return DescriptionTemplate(name, tuple(fields.values()), tuple(others.items()))


def field_for(template: DescriptionTemplate, column: str) -> str | None:
    """The field that a list's column means, by its own name or one that lists have for it, or None.

    A language behind `@` does not count (`title@sv`: `column_language`). Several columns may mean one field.

    >>> field_for(TEMPLATES["Photograph"], "creation_date"), field_for(TEMPLATES["Photograph"], "Maker")
    ('date', 'photographer')
    """
    found = meant(column)
    names = (found.what, *_FIELDS.get(found.what, ())) if found else ()
    return next(filter(None, map(template.field, (column.partition("@")[0], *names))), None)


def column_language(column: str) -> str | None:
    """The language that a column names behind `@`, or None."""
    code = key(column).partition("@")[2]
    return code if is_language(code) else None


@cache
def _languages() -> frozenset[str]:
    known = {str(code).lower().replace("_", "-") for code in dict(Locale("en").languages)}
    return frozenset(known - {"mul", "und", "zxx"})


def is_language(code: str) -> bool:
    """Whether it is a language's code, as Commons' language templates are called."""
    return language_code(code) in _languages()


def in_language(code: str, text: str) -> Wikitext:
    """The text, inert, in Commons' template for its language. `code`: one for which `is_language`."""
    return Wikitext("{{" + f"{language_code(code)}|1={inert(text)}" + "}}")


def marked_language(code: str, text: str) -> Wikitext:
    """The text, inert, marked as being in a language that the wiki has no template for."""
    return Wikitext(f'<span lang="{language_code(code)}" dir="auto">{inert(text)}</span>')


def page_call(namespace: str, name: str) -> Wikitext | None:
    """The call of a page in Commons' namespace Creator or Institution; None if no page can have that name.

    >>> page_call("Institution", "Carnegie Museum of Art, Pittsburgh")
    '{{Institution:Carnegie Museum of Art, Pittsburgh}}'
    """
    legal = title(name)
    return Wikitext("{{" + f"{namespace}:{legal}" + "}}") if legal else None


def description_call(template: DescriptionTemplate, values: Mapping[str, Wikitext]) -> Wikitext:
    """The call of the description template, a line a field, without the fields that have no value."""
    lines = [f" |{field} = {values[field]}" for field in template.fields if values.get(field)]
    return Wikitext("\n".join(("{{" + template.name, *lines, "}}")))


def file_page(called: Wikitext, licensed: Wikitext, categories: Sequence[str]) -> Wikitext:
    """The whole page. `called`: what `description` gave; `categories`: legal titles without their namespace.

    `licensed`: what says the licence, without empty lines; nothing where the description says it.
    """
    parts = [
        f"{_SUMMARY}\n{called}",
        f"{_LICENSE}\n{licensed}" if licensed else "",
        "\n".join(f"[[Category:{category}]]" for category in categories),
    ]
    return Wikitext("\n\n".join(part for part in parts if part))


def sections(page: Wikitext) -> tuple[Wikitext, Wikitext]:
    """The description and the licence of a page that `file_page` made."""
    described, _, rest = page.partition(f"\n\n{_LICENSE}\n")
    described = described.partition("\n\n[[Category:")[0]
    return Wikitext(described.removeprefix(f"{_SUMMARY}\n")), Wikitext(rest.split("\n\n")[0])
