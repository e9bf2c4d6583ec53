"""A file's description page: a description template, a licence, categories, laid out as Commons' upload forms do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

from wikitext.columns import meant
from wikitext.escape import Wikitext, inert
from wikitext.keys import key, language_code
from wikitext.titles import title


@dataclass(frozen=True)
class DescriptionTemplate:
    """One of Commons' description templates and its fields in the order they are shown."""

    name: str
    fields: tuple[str, ...]

    def field(self, name: str) -> str | None:
        """The field a name means, whatever its case and whether it has `_`, `-` or spaces; None if it has none."""
        wanted = key(name)
        return next((field for field in self.fields if key(field) == wanted), None)


_SUMMARY = "== {{int:filedesc}} =="
_LICENSE = "== {{int:license-header}} =="


# Commons: Template:Information, Template:Artwork, Template:Photograph, Template:Book, Template:Map.
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
    )
}  # fmt: skip

_FIELDS = {
    "creator": ("artist", "photographer", "author"),
    "name": ("object type",),
    **dict.fromkeys(("width", "height", "depth"), ("dimensions",)),
}
"""The fields for what a column means (the first that a template has), where they are not called so."""


def field_for(template: DescriptionTemplate, column: str) -> str | None:
    """The field that a list's column means, by its own name or one that lists have for it, or None.

    A language behind `@` does not count (`title@sv`: `column_language`). Several columns may mean one field.

    >>> field_for(TEMPLATES["Photograph"], "creation_date"), field_for(TEMPLATES["Photograph"], "Maker")
    ('date', 'photographer')
    """
    found = meant(column)
    fields = _FIELDS.get(found.what, (found.what,)) if found else ()
    own = template.field(column.partition("@")[0])
    return own or next((field for field in fields if field in template.fields), None)


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


def description(template: DescriptionTemplate, values: Mapping[str, Wikitext]) -> Wikitext:
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
