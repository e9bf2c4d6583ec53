"""A file's description page: a description template, a licence, categories, laid out as Commons' upload forms do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wikitext.escape import Wikitext


@dataclass(frozen=True)
class DescriptionTemplate:
    """One of Commons' description templates and its fields in the order they are shown."""

    name: str
    fields: tuple[str, ...]

    def field(self, name: str) -> str | None:
        """The field a name means, whatever its case and whether it has `_`, `-` or spaces; None if it has none."""
        wanted = _folded(name)
        return next((field for field in self.fields if _folded(field) == wanted), None)


_SUMMARY = "== {{int:filedesc}} =="
_LICENSE = "== {{int:license-header}} =="


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split()).casefold()


# Commons: Template:Information, Template:Artwork, Template:Photograph, Template:Book.
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
    )
}  # fmt: skip


def description(template: DescriptionTemplate, values: Mapping[str, Wikitext]) -> Wikitext:
    """The call of the description template, a line a field, without the fields that have no value."""
    lines = [f" |{field} = {values[field]}" for field in template.fields if values.get(field)]
    return Wikitext("\n".join(("{{" + template.name, *lines, "}}")))


def file_page(called: Wikitext, license_call: Wikitext, categories: Sequence[str]) -> Wikitext:
    """The whole page. `called`: what `description` gave; `categories`: legal titles without their namespace."""
    parts = [
        f"{_SUMMARY}\n{called}",
        f"{_LICENSE}\n{license_call}",
        "\n".join(f"[[Category:{category}]]" for category in categories),
    ]
    return Wikitext("\n\n".join(part for part in parts if part))


def sections(page: Wikitext) -> tuple[Wikitext, Wikitext]:
    """The description and the licence of a page that `file_page` made."""
    described, _, rest = page.partition(f"\n\n{_LICENSE}\n")
    return Wikitext(described.removeprefix(f"{_SUMMARY}\n")), Wikitext(rest.split("\n\n")[0])
