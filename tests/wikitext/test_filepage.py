"""A file's page says what it was given, and can be taken apart again."""

import mwparserfromhell
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mwparserfromhell.nodes import Template

from tests.wikitext.strategies import hostile, legal_titles, values
from wikitext.escape import Wikitext, link
from wikitext.filepage import (
    LICENSE_FIELDS,
    TEMPLATES,
    DescriptionTemplate,
    column_language,
    description_call,
    field_for,
    file_page,
    in_language,
    is_language,
    own_template,
    page_call,
    sections,
)

templates = st.sampled_from(list(TEMPLATES.values()))
licenses = st.one_of(
    st.sampled_from(["{{PD-old-70}}", "{{Cc-by-4.0}}"]), values.map(lambda value: f"{{{{Cc-by-4.0|1={value}}}}}")
).map(Wikitext)
categories = st.lists(legal_titles, max_size=4)


@st.composite
def descriptions(draw: st.DrawFn) -> tuple[DescriptionTemplate, dict[str, Wikitext]]:
    """A description template and values for some of its fields, in any order."""
    template = draw(templates)
    fields = draw(st.lists(st.sampled_from(template.fields), unique=True))
    return template, {field: draw(st.one_of(values, hostile.map(link))) for field in fields}


def called(text: str) -> Template:
    """The only template in the text."""
    [template] = mwparserfromhell.parse(text).filter_templates(recursive=False)
    return template


@given(descriptions())
def test_values_are_read_back(described: tuple[DescriptionTemplate, dict[str, Wikitext]]) -> None:
    """The call has each field that has a value, in the template's order, with just that value, and nothing more."""
    template, fields = described
    call = called(description_call(template, fields))
    assert str(call.name).strip() == template.name
    assert [(str(p.name).strip(), str(p.value).strip()) for p in call.params] == [
        (field, fields[field]) for field in template.fields if fields.get(field)
    ]


@given(descriptions(), licenses, categories)
def test_the_page_can_be_taken_apart(
    described: tuple[DescriptionTemplate, dict[str, Wikitext]], license_call: Wikitext, names: list[str]
) -> None:
    """The description and the licence that a page was made of are found in it again."""
    call = description_call(*described)
    assert sections(file_page(call, license_call, names)) == (call, license_call)


@pytest.mark.long
@given(descriptions(), licenses, categories)
def test_the_page_holds_only_what_it_was_given(
    described: tuple[DescriptionTemplate, dict[str, Wikitext]], license_call: Wikitext, names: list[str]
) -> None:
    """On the page are two headings, the description, the licence and the categories, and no other link or template."""
    page = mwparserfromhell.parse(file_page(description_call(*described), license_call, names))
    outer = [str(template.name).strip() for template in page.filter_templates(recursive=False)]
    assert outer == [described[0].name, str(called(license_call).name)]
    assert [str(heading.title).strip() for heading in page.filter_headings()] == [
        "{{int:filedesc}}",
        "{{int:license-header}}",
    ]
    assert [str(found) for found in page.filter_wikilinks()] == [f"[[Category:{name}]]" for name in names]


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.name)
def test_fields_are_found_however_written(template: DescriptionTemplate) -> None:
    """A field is found in any case, with underscores, hyphens or spaces."""
    for field in {*template.fields} - {*LICENSE_FIELDS}:
        for written in (field, field.upper(), field.replace(" ", "_"), field.title().replace(" ", "-"), f" {field} "):
            assert template.field(written) == field
    assert template.field("no such field") is None


def test_a_page_as_people_know_it() -> None:
    """The page is laid out as Commons' upload forms do."""
    call = description_call(TEMPLATES["Information"], {"author": Wikitext("B"), "description": Wikitext("A")})
    assert file_page(call, Wikitext("{{PD-old-70}}"), ["C", "D"]) == (
        "== {{int:filedesc}} ==\n{{Information\n |description = A\n |author = B\n}}\n\n"
        "== {{int:license-header}} ==\n{{PD-old-70}}\n\n[[Category:C]]\n[[Category:D]]"
    )


@pytest.mark.parametrize(
    ("template", "column", "field"),
    [
        ("Artwork", "creation_date", "date"),
        ("Artwork", "Credit Line", "credit line"),
        ("Artwork", "creator", "artist"),
        ("Artwork", "author", "author"),
        ("Photograph", "maker", "photographer"),
        ("Book", "creator", "author"),
        ("Map", "creator", "author"),
        ("Information", "artist", "author"),
        ("Artwork", "item_width", "dimensions"),
        ("Artwork", "item_height", "dimensions"),
        ("Artwork", "accession_number", "accession number"),
        ("Artwork", "provenance_text", "object history"),
        ("Artwork", "classification", "object type"),
        ("Artwork", "web_url", "source"),
        ("Artwork", "department", "department"),
        ("Artwork", "title@sv", "title"),
        ("Artwork", "Titel @ de", "title"),
        ("Art Photo", "maker", "artist"),
        ("Art Photo", "photographer", "photographer"),
        ("Art Photo", "date taken", "photo date"),
        ("Photograph", "date taken", "date"),
        ("Art Photo", "photo license", None),
        ("Musical work", "composer", "composer"),
        ("Musical work", "lyricist", "lyrics_writer"),
        ("Musical work", "recording_date", "performance_date"),
        ("Musical work", "date", None),
        ("Specimen", "species", "taxon"),
        ("Specimen", "dwc:scientificName", "taxon"),
        ("Specimen", "scientificNameAuthorship", "authority"),
        ("Specimen", "catalogNumber", "accession number"),
        ("Specimen", "institutionCode", "institution"),
        ("Specimen", "locality", "discovery place"),
        ("Specimen", "Fundort", "discovery place"),
        ("Specimen", "eventDate", None),
        ("Specimen", "recordedBy", None),
        ("Artwork", "locality", None),
        ("Artwork", "creator_born", None),
        ("Artwork", "creation_date_latest", None),
        ("Information", "medium", None),
        ("Information", "title", None),
        ("Artwork", "", None),
    ],
)
def test_field_for(template: str, column: str, field: str | None) -> None:
    """A list's column finds the field that is meant, by the template's own name or a common one; others find none."""
    assert field_for(TEMPLATES[template], column) == field


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.name)
def test_fields_are_their_own_columns(template: DescriptionTemplate) -> None:
    """A column that is called as a field is that field's, whatever others call it."""
    found = {field: field_for(template, field) for field in template.fields}
    assert found == {field: None if field in LICENSE_FIELDS else field for field in template.fields}


def test_a_partners_own_template() -> None:
    """Its parameters are the fields; they are found by all their names, and by what these mean."""
    parameters = {
        "Skapare": ["Maker"],
        "Inv-nr": ["Inventory number", "nr"],
        "1": ["Rubrik"],
        "Datum": [],
        "When": ["år"],
    }
    own = own_template("Nordic Museum image", parameters)
    assert own.fields == ("Skapare", "Inv-nr", "1", "Datum", "When")
    columns = ("creator", "NR", "object number", "rubrik", "title", "date", "when", "year", "size")
    assert [field_for(own, column) for column in columns] == [
        "Skapare", "Inv-nr", "Inv-nr", "1", "1", "Datum", "When", "Datum", None,
    ]  # fmt: skip
    assert (own.called("accession number"), own.called("source")) == ("Inv-nr", "source")


@given(st.lists(hostile), hostile)
def test_an_own_template_can_do_no_more_than_fill_fields(names: list[str], value: str) -> None:
    """Whatever stands in a template's TemplateData, its call has just the fields that were filled."""
    own = own_template("A", {name: [] for name in names})
    call = called(description_call(own, {field: link(value or "-") for field in own.fields}))
    assert [str(p.name).strip() for p in call.params] == [" ".join(field.split()) for field in own.fields]


def test_languages() -> None:
    """Languages' codes are known behind @, in any case; other words are none, so they call no template."""
    columns = ("title@sv", "title @ PT-BR", "title@own", "title", "title@mul", "title@../en")
    assert [column_language(column) for column in columns] == ["sv", "pt-br", None, None, None, None]
    assert in_language("sv", "Vas | {{x}}") == "{{sv|1=Vas &#124; &#123;&#123;x&#125;&#125;}}"


@given(hostile)
def test_a_language_is_a_word(code: str) -> None:
    """What is taken for a language has nothing in it that could be markup."""
    assert not is_language(code) or {*code.strip()} <= {
        *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
    }


@given(st.sampled_from(["Creator", "Institution"]), hostile)
def test_page_calls(namespace: str, name: str) -> None:
    """Whatever the name, it is the call of one page in that namespace, or none."""
    made = page_call(namespace, name)
    if made is not None:
        [node] = mwparserfromhell.parse(made).nodes
        assert isinstance(node, Template)
        assert node.params == []
        assert str(node.name).startswith(f"{namespace}:")
