"""From a record to what stands on a file's page and in its structured data: columns, words, dates, languages."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.intake.parse import Request, read_request
from jobs.kinds.upload.columns import CAPTION, Slot, media_column, slot, slots_of_columns
from jobs.kinds.upload.description import Description
from jobs.kinds.upload.drafts import Draft, address_of, described, page_of
from jobs.kinds.upload.examination import Known, UploadExamination
from jobs.kinds.upload.license_doubts import constant_doubts, record_doubts
from jobs.kinds.upload.mapping import COLUMNS, Meaning, WordMap, read_mapping, table_of
from jobs.kinds.upload.misreadings import misreadings
from jobs.kinds.upload.names import wanted_name
from jobs.kinds.upload.parameters import UploadParameters
from jobs.kinds.upload.spoilt import with_spoilt
from jobs.kinds.upload.statements import Provenance, file_data
from jobs.kinds.upload.templates import with_license
from jobs.kinds.upload.three_dimensions import shows_solid
from jobs.kinds.upload.withholding import withheld
from jobs.media.probe import Media
from jobs.media.types import MediaType
from jobs.model.problems import Invalid
from jobs.model.profile import Column, profile_of
from jobs.model.records import Note, Record
from jobs.model.structured_data.filedata import Statement, said
from jobs.model.structured_data.values import Item
from jobs.patterns.pattern import Pattern, column_key
from tests.jobs.lists.made import DATA, rows
from tests.wikitext.strategies import hostile
from wikitext.attribution import attribution, names_maker
from wikitext.check_page import Then
from wikitext.escape import Wikitext, clean
from wikitext.filename import is_meaningless, unique_name
from wikitext.filepage import TEMPLATES, DescriptionTemplate, own_template, sections
from wikitext.license_calls import Licenses
from wikitext.licenses import is_reproduction, license_of
from wikitext.messages import Message, language, message

TABLE = """Some words before.
{| class="wikitable sortable"
! Column !! word !! creator !! institution !! categories !! item !! depicts
|-
| Maker || Rembrandt || {{Creator:Rembrandt Harmensz. van Rijn}} || || [[:Category:R|R]]; Dutch art || Q5598 ||
|-
| maker || Ferdinand Bol; pupil || Ferdinand Bol || || || {{Q|467586}} ||
|-
| keywords || cat || || || || || Q146; https://www.wikidata.org/wiki/Q144
|-
| museum || Rijksmuseum || || Institution:Rijksmuseum || || d:Q190804 ||
|}
"""
NO_WORDS = WordMap()
NAMES = r"|split:\||join:; "


def asked(**more: str) -> UploadParameters:
    """What a request asks for."""
    request = read_request({
        "type": "upload", "partner": "Rijksmuseum", "manifest": "https://example.org/list.csv", "filename": "{title}",
        "template": "Artwork", "license": "{{Cc-by-4.0}}", "categories": "Art",
    } | more)  # fmt: skip
    assert isinstance(request, Request), request
    assert isinstance(request.parameters, UploadParameters)
    return request.parameters


def told(values: Mapping[str, str], words: WordMap = NO_WORDS, request: UploadParameters | None = None) -> Description:
    """What a record says."""
    record = Record(2, {column_key(name): value for name, value in values.items()})
    return described(request or asked(), record, words)


def statements(description: Description, license_name: str = "Cc-by-4.0", partner: str = "") -> list[str]:
    """The structured data, in words."""
    from_ = Provenance(partner, "https://example.org/1", "https://example.org/1.jpg", date(2026, 1, 31), "image/jpeg")
    data = file_data(description, license_of(license_name), from_)
    return [f"{label}: {text}" for label, text in said(data, language("en"))]


# Columns -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "columns", "slots"),
    [
        (
            "Artwork",
            ("maker", "object number"),
            {"artist": "{maker|split:\\||join:; }", "accession number": "{object number}"},
        ),
        ("Photograph", ("creator",), {"photographer": "{creator|split:\\||join:; }"}),
        ("Information", ("creator", "year"), {"author": "{creator|split:\\||join:; }", "date": "{year|date}"}),
        ("Artwork", ("titel", "title"), {"title": "{title}"}),
        ("Artwork", ("title@sv", "title@en"), {"title@sv": "{title@sv}", "title@en": "{title@en}"}),
        ("Artwork", (column_key("Title@PT_br"),), {"title@pt-br": "{title@pt-br}"}),
        ("Artwork", (column_key("caption @ zh Hant"),), {"caption@zh-hant": "{caption@zh-hant}"}),
        ("Artwork", ("title@zz",), {}),
        ("Artwork", ("caption@sv", "caption"), {"caption@sv": "{caption@sv}"}),
        ("Artwork", ("width", "height"), {"dimensions": "{width + height|join: \u00d7 }"}),
        ("Information", ("title",), {"title": "{title}"}),
        ("Artwork", ("shelf", "weight"), {}),
        ("Artwork", ("Height (cm)", "width [cm]"), {"dimensions": "{width [cm] + Height (cm)|size:cm:width:height}"}),
        ("Artwork", ("dimensions", "height", "width"), {"dimensions": "{dimensions}"}),
        ("Artwork", ("benämning",), {"object type": "{benämning}", "title": "{benämning}"}),
        ("Artwork", ("date {approx|x}", "year + place", "d\\"), {}),
    ],
)
def test_columns_are_used_for_what_they_are_called_like(
    template: str, columns: tuple[str, ...], slots: Mapping[str, str]
) -> None:
    """By the field's own name first, then by what lists call it; languages apart; sides of a size together."""
    found = slots_of_columns(TEMPLATES[template], tuple((column, Column(filled=1)) for column in columns))
    assert {str(one): pattern.source for one, pattern in found.items()} == dict(slots)


@pytest.mark.parametrize(
    ("maker", "kind", "in_data"),
    [
        ("attributed to Rembrandt", "attributed to", "Q5598 (nature of statement: attribution)"),
        ("Probably Rembrandt", "probably", "Q5598 (nature of statement: probably)"),
        ("Rembrandt (workshop of)", "workshop of", "role: anonymous; workshop of: Q5598"),
        ("Nach Rembrandt", "after", "role: anonymous; after a work by: Q5598"),
        ("d\u2019apr\u00e8s Rembrandt", "after", "role: anonymous; after a work by: Q5598"),
        ("Rembrandt (?)", "possibly", "possible creator: Q5598"),
        ("formerly attributed to Rembrandt", "formerly attributed to", None),
    ],
)
def test_a_maker_that_is_not_sure_is_told_as_such(maker: str, kind: str, in_data: str | None) -> None:
    """As Commons' Creator templates and Wikidata's visual arts say it; of a name without an item nothing is said."""
    said = told({"maker": maker}, read_mapping(TABLE))
    assert said.wikitext("artist") == "{{Creator:Rembrandt Harmensz. van Rijn|" + kind + "}}"
    wikidata = re.compile(r"\[\S+ ([^]]+)\]")
    assert [
        wikidata.sub(r"\1", text.removeprefix("creator: ")) for text in statements(said) if text.startswith("creator")
    ] == ([in_data] if in_data else [])
    assert not [text for text in statements(told({"maker": maker})) if text.startswith("creator")]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"artist": "Rembrandt", "artist prefix": "workshop of"}, "workshop of Rembrandt"),
        ({"creator": "A|B", "creator.qualifier": "attributed to|"}, "attributed to A; B"),
        ({"Auteur": "Rubens", "Précision auteur": "d\u2019apr\u00e8s"}, "after Rubens"),
        ({"artist": "Rembrandt", "artist qualifier": "primary"}, "Rembrandt"),
        ({"artist": "Turner, Joseph", "artistRole": "after"}, "after Turner, Joseph"),
        ({"artist": "A|B", "Artist Role": "Artist|Publisher", "Artist Prefix": ""}, "A; B (publisher)"),
        ({"artist": "Snyders; Rubens", "artist role": "painter; workshop of"}, "Snyders; workshop of Rubens"),
        ({"artist": "Fritzsch; Denner", "artist qualifier": "efter"}, "Fritzsch?; Denner?"),
        ({"artist": "Michelangelo", "artistPrefix": "After a model by"}, "after Michelangelo"),
        ({"artist": "Michelangelo", "artistPrefix": "Wax cast of a work by"}, "Michelangelo (Wax cast of a work by)?"),
        ({"artist": "A", "creator_qualifier": "tilskrevet", "creator_role": "tilskrevet"}, "attributed to A"),
    ],
)
def test_a_column_of_its_own_may_say_how_somebody_is_the_maker(values: dict[str, str], shown: str) -> None:
    """A doubt that stands beside the name is not lost."""
    assert told(values).text("artist") == shown


@pytest.mark.parametrize(
    ("label", "page", "title"),
    [
        ("Codex X", "p. 1r", "Codex X, p. 1r"),
        ("Codex X", "Codex X, p. 1r", "Codex X, p. 1r"),
        ("P. 1r of X", "1r", "P. 1r of X"),
    ],
)
def test_the_label_of_a_page_stands_behind_the_manifests(label: str, page: str, title: str) -> None:
    """In each language, once; where the label of one is in the other's, that is enough."""
    values = {"label": label, "label@en": label, "label@fr": label, "canvas label": page, "canvas label@fr": "f. 1"}
    said = dict(told(values).texts("title"))
    assert said["en"] == title
    assert said["fr"] == f"{label}, f. 1"


@pytest.mark.parametrize(
    ("end", "date"), [("1876", "{{other date|between|1483|1876}}"), ("1483", "1483"), ("", "1483")]
)
def test_a_span_may_end_in_another_column(end: str, date: str) -> None:
    """A year alone would be said as sure."""
    assert told({"date": "1483", "date start": "1483", "date end": end}).wikitext("date") == date


@pytest.mark.parametrize(
    ("begin", "end", "date"),
    [
        ("1483", "1876", "{{other date|between|1483|1876}}"), ("1483", "1483", "1483"),
        ("800", "899", "{{other date|between|0800|0899}}"), ("1898.0", "1898.0", "1898"),
        ("1898-01-01", "1898-12-31", "1898"),
        ("1898-05-03T00:00:00", "1898-05-10", "{{other date|between|1898-05-03|1898-05-10}}"),
        ("1952-01-01", "1979-01-01", "{{other date|between|1952|1979}}"),
        ("1898-05", "1898-07", "{{other date|between|1898-05|1898-07}}"), ("1898", "1898-12-31", "1898"),
        ("1483", "", ""), ("", "1483", ""), ("0000", "1483", ""), ("1898", "9999", ""),
        ("c. 1483", "1876", "{{other date|~|1483|1876}}"), ("1876", "1483", "1876 \u2013 1483"),
        ("-500", "-400", "&#45;500 \u2013 -400"),
        ("\u0661\u0663\u0661\u0666", "1318", "\u0661\u0663\u0661\u0666 \u2013 1318"),
    ],
)  # fmt: skip
def test_a_date_may_stand_in_two_columns(begin: str, end: str, date: str) -> None:
    """From when to when; one alone says nothing that is sure, and what cannot be joined stays as it was told."""
    for names in (("production.date.start", "production.date.end"), ("from year", "to year")):
        assert told(dict(zip(names, (begin, end), strict=True))).wikitext("date") == date


@pytest.mark.parametrize(
    ("values", "date"),
    [
        ({"objectEndDate": "1899", "objectBeginDate": "1850"}, "{{other date|between|1850|1899}}"),
        ({"objectBeginDate": "1850"}, ""),
        ({"objectDate": "1860s", "objectBeginDate": "1850", "objectEndDate": "1899"}, "{{other date|decade|1860}}"),
        ({"Date": "1970", "BeginDate": "1943", "EndDate": "1977"}, "1970"),
        ({"Nationality": "German", "BeginDate": "1943", "EndDate": "1977"}, ""),
        ({"BeginDate": "1943", "EndDate": "1977", "objectBeginDate": "1970", "objectEndDate": "1971", "Gender": "male"},
         "{{other date|between|1970|1971}}"),
        ({"production.date.start": "1850", "production.date.start.prec": "circa", "production.date.end": "1850"}, ""),
    ],
)  # fmt: skip
def test_begins_and_ends_are_of_what_they_are_called_like(values: dict[str, str], date: str) -> None:
    """Where another column tells the date they are not asked, and a life's are not the work's (MoMA's `BeginDate`)."""
    assert told(values).wikitext("date") == date


@pytest.mark.parametrize(
    ("list_", "used"),
    [
        ("cases/lists/moma-artworks.csv", {"date"}),
        ("cases/lists/nypl-pd-collections.csv", {"date", "date start", "date end"}),
        ("museum-records.csv", {"creation date", "creation date earliest", "creation date latest"}),
    ],
)
def test_begins_and_ends_are_told_as_they_are_used(list_: str, used: set[str]) -> None:
    """Also where they only stand in for a date that a row lacks; those of lives are not (MoMA's `EndDate`)."""
    records = [row for row in rows((DATA / list_).read_bytes()) if isinstance(row, Record)]
    uses = UploadExamination(asked(), profile_of(records), Known(), date(2026, 1, 1)).uses([*records[0].values])
    assert {column for column, told in uses.items() if message("use-field", "date") in told} == used


def test_what_a_request_makes_of_begins_and_ends_stays() -> None:
    """It says itself what stands between the two."""
    request = asked(date="{from year} or {to year}")
    assert told({"from year": "1850", "to year": "1852"}, request=request).wikitext("date") == "1850 or 1852"


def test_a_type_of_file_is_no_type_of_object() -> None:
    """Neither DCMI's nor a MIME type; another column is taken where it says more, and a classification is one."""
    assert told({"classification": "Video"}).text("object type") == "Video"
    types = ("IMAGE", "Image", "StillImage", "still image", "Text", "image/jpeg", "Image; PhysicalObject")
    assert [told({"type": value}).text("object type") for value in (*types, "painting")] == [*[""] * 7, "painting"]
    records = [Record(number, {"type": "IMAGE", "klassifikation": "Vase"}) for number in range(1, 4)]
    assert slots_of_columns(TEMPLATES["Artwork"], profile_of(records))[Slot("object type")].source == "{klassifikation}"


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ("quarto; not measured", "quarto; not measured"),
        *((text, "") for text in ("Dimensions unavailable", "n/a", "unknown", "Maße unbekannt", "寸法不明", "-", "?")),
        ("Dimensions variable", "Dimensions variable"), ("20 cm (width unknown)", "20 cm (width unknown)"),
    ],
)  # fmt: skip
def test_a_size_that_is_not_known_is_not_told(size: str, shown: str) -> None:
    """By a word, in many languages; where there is a number it is a size."""
    assert told({"dimensions": size}).wikitext("dimensions") == shown


def test_a_photographer_did_not_make_the_work_when_it_was_made() -> None:
    """With a template that has both, the date of the data is the photograph's, or none; and a bust is not flat."""
    own = own_template("Own", {"auteur": [], "photographe": [], "date": [], "dimensions": []})
    record = {
        "auteur": "Émile Dupont",
        "photographe": "Anne Lévy",
        "date": "1870",
        "dimensions": "H. 40 ; l. 20 ; pr. 18 cm",
    }
    said = told(record, request=asked().model_copy(update={"template": own}))
    assert [line for line in statements(said) if line.startswith(("creator", "inception"))] == [
        "creator: author name string: Anne Lévy"
    ]
    assert shows_solid(said)
    photograph = told({"photographer": "Anne Lévy", "date": "1870"}, request=asked(template="Photograph"))
    assert "inception: 1870" in statements(photograph)


def test_what_the_list_says_against_the_licence_is_asked() -> None:
    """A column of rights that the request does not take, or one that says whether it is in the public domain."""

    def doubts(values: dict[str, str], license_: str = "Cc-by-4.0") -> list[str]:
        request = asked(license=license_)
        return [doubt.key for _, doubt in record_doubts(request, told(values, request=request), date(2026, 1, 1))]

    assert doubts({"rights": "In copyright"}) == ["doubt-list"]
    assert doubts({"Is Public Domain": "False"}) == ["doubt-list"]
    assert doubts({"copyright": "© Succession Picasso"}) == ["doubt-list"]
    assert doubts({"rights": "CC BY 4.0", "is public domain": "yes"}) == []
    assert doubts({"rights": "CC BY-SA 4.0"}) == ["doubt-list"]
    assert doubts({"rights": "CC BY 4.0", "license": "CC BY-NC 4.0"}, "{rights}") == ["doubt-list"]


def test_a_name_is_turned_only_where_its_column_is_known_for_it() -> None:
    """“Swank, Luke” is so on the page, and in data too, but for columns of names to sort by; these are taken last."""

    def said(values: dict[str, str]) -> tuple[str, str]:
        found = told(values)
        return found.text("artist"), next(line for line in statements(found) if line.startswith("creator"))

    assert said({"artist": "Swank, Luke"})[1] == "creator: author name string: Swank, Luke"
    assert said({"Artist Alpha": "Swank, Luke"}) == ("Swank, Luke", "creator: author name string: Luke Swank")
    assert said({"Artist Alpha": "Swank, Luke", "artist": "Luke Swank"})[0] == "Luke Swank"
    assert said({"Artist Alpha": "King, Martin Luther, Jr."})[1].endswith("King, Martin Luther, Jr.")


def test_the_mapping_is_found_by_what_its_columns_mean() -> None:
    """Whatever the list calls its makers; and of the partner's own word and the institution's both are taken."""
    words = read_mapping(
        TABLE.replace("| museum ||", "| partner || Rijksmuseum || || || || Q190804 ||\n|-\n| museum ||")
    )
    said = told({"Künstler": "Rembrandt"}, words)
    assert said.wikitext("artist") == "{{Creator:Rembrandt Harmensz. van Rijn}}"
    assert said.wikitext("institution") == "{{Institution:Rijksmuseum}}"
    assert "Dutch art" in [name for meaning in said.meanings for name in meaning.categories]


def test_a_number_is_in_no_language() -> None:
    """A manifest says everything in one, its date and its shelfmark too: they are read as any."""
    said = told({"label@en": "A", "date": "c. 1450", "date@en": "c. 1450", "shelfmark@en": "MS 1"})
    assert said.wikitext("date") == "{{other date|~|1450}}"
    assert said.wikitext("accession number") == "MS 1"


def test_an_address_that_no_field_takes_may_be_the_source() -> None:
    """Darwin Core's `references` is the page of the record; a licence's address is not."""
    profile = (("references", Column(9, pages=9)), ("license", Column(9, pages=9)))
    assert slots_of_columns(TEMPLATES["Specimen"], profile)[Slot("source")].source == "{references}"
    assert Slot("source") not in slots_of_columns(TEMPLATES["Artwork"], profile)


def test_a_text_in_a_language_is_not_there_without_one_too() -> None:
    """IIIF manifests say things in a language, and readers of them in a column without one as well."""
    said = told({"summary": "About it", "summary@en": "About it"})
    assert said.wikitext("description") == "{{en|1=About it}}"


def test_a_template_without_a_title_has_it_above_the_description() -> None:
    """`Information` has one field for both; a description that has the title in it needs no more."""

    def text(values: Mapping[str, str]) -> str:
        request = asked(template="Information")
        return page_of(request, told(values, request=request), Licenses(Wikitext("{{x}}")), "https://e.org/1.jpg", ())

    assert "|description = A\n\nOf wood" in text({"title": "A", "description": "Of wood"})
    assert "|description = A\n" in text({"title": "A"})
    assert "|description = A of wood\n" in text({"title": "A", "description": "A of wood"})


def test_the_partner_is_the_institution_where_nothing_else_says_it() -> None:
    """So that the duplicate check by accession number works for it, too."""
    assert told({"title": "A"}).wikitext("institution") == "Rijksmuseum"
    assert told({"title": "A", "museum": "Another"}).wikitext("institution") == "Another"


def test_the_better_filled_column_is_taken() -> None:
    """Of two columns for one field, and of several with addresses the one with those of files."""
    profile = (
        ("description", Column(filled=4)), ("abstract", Column(filled=90)), ("url", Column(filled=90, pages=90)),
        ("imageurl", Column(filled=80, media=80)), ("thumbnail", Column(filled=90, media=90)),
    )  # fmt: skip
    found = slots_of_columns(TEMPLATES["Artwork"], profile)
    assert found[Slot("description")].source == "{abstract}"
    assert found[Slot("source")].source == "{url}"
    assert media_column(profile) == "imageurl"


def test_a_column_of_the_cataloguers_is_not_the_works() -> None:
    """Who entered a record, and when; what people with other roles are called; addresses inside the house."""
    profile = (
        ("artist", Column(filled=50)), ("photographer", Column(filled=100)), ("date", Column(filled=50)),
        ("year", Column(filled=100)), ("created", Column(filled=100)), ("created by", Column(filled=100)),
        ("actors.name", Column(filled=100)), ("actors.role", Column(filled=100)),
        ("cms edit", Column(filled=100, pages=100)), ("owner", Column(filled=100)),
    )  # fmt: skip
    found = {str(one): pattern.source for one, pattern in slots_of_columns(TEMPLATES["Artwork"], profile).items()}
    assert found["artist"].startswith("{artist|")
    assert found["date"].startswith("{date|")
    assert {"source", "institution"}.isdisjoint(found)


def test_a_column_called_like_pictures_goes_before_small_ones_and_logos() -> None:
    """Whatever their addresses end in."""
    image = ("image", Column(filled=9, pages=9))
    assert media_column((image, ("thumbnail", Column(filled=9, media=9)))) == "image"
    assert media_column((("rights logo", Column(filled=9, media=9)), image)) == "image"
    small, large = ((column_key(name), Column(filled=9, media=9)) for name in ("images.web.url", "images.full.url"))
    assert media_column((small, large)) == large[0]
    assert media_column((("media", Column(filled=9)),)) == ""


@pytest.mark.parametrize("value", ["valid", "yes", "1"])
def test_that_there_is_a_picture_is_no_address(value: str) -> None:
    """A column is of files where something in it may be an address or a file's name, or nothing is in it yet."""
    links = {"image": value, "link": "https://example.org/1.jpg"}
    assert media_column(profile_of([Record(1, links)])) == "link"
    assert media_column(profile_of([Record(1, {"image": value})])) == ""
    assert [media_column(profile_of([Record(1, {"image": name})])) for name in ("1.jpg", "")] == ["image"] * 2


@pytest.mark.parametrize(
    ("template", "field", "better", "other"),
    [
        ("Artwork", "date", "Date Original", "Date created"),
        ("Artwork", "date", "Czas powstania", "Data"),
        ("Artwork", "artist", "Autor", "Fotograf"),
        ("Artwork", "artist", "Künstler/Hersteller", "Fotograf"),
        ("Photograph", "photographer", "Fotograf", "Autor"),
        ("Artwork", "title", "Titre", "Appellation"),
        ("Artwork", "institution", "edm:dataProvider", "edm:provider"),
        ("Artwork", "date", "production.date", "production.date.start"),
        ("Artwork", "date", "dateText", "year"),
        ("Artwork", "date", "display date", "date"),
        ("Artwork", "date", "object date", "date created"),
        ("Artwork", "institution", "Repository", "provider"),
        ("Artwork", "credit line", "creditline", "attribution"),
        ("Artwork", "source", "url", "license link"),
        ("Artwork", "source", "url", "artist wikidata"),
        ("Artwork", "accession number", "Numero_inventaire", "shelf"),
    ],
)
def test_of_two_columns_the_one_that_tells_more_of_the_work_is_taken(
    template: str, field: str, better: str, other: str
) -> None:
    """Filled alike and in any order: when and by whom it was made, not photographed, entered or handed on."""
    for columns in ((better, other), (other, better)):
        profile = tuple((column_key(column), Column(9, pages=9 * (field == "source"))) for column in columns)
        image = ("image url", Column(9, media=9))
        found = slots_of_columns(TEMPLATES[template], (*profile, image))[Slot(field)]
        assert found.columns == (column_key(better),)


@pytest.mark.parametrize(
    ("maker", "expected"),
    [
        ("Riemenschneider (Umkreis)", ("circle of", "Riemenschneider")),
        ("Tilman Riemenschneider, Umkreis", ("circle of", "Tilman Riemenschneider")),
        ("Riemenschneider, Tilman (Umkreis des)", ("circle of", "Riemenschneider, Tilman")),
        ("Riemenschneider [Werkstatt]", ("workshop of", "Riemenschneider")),
        ("Umkreis des Tilman Riemenschneider", ("circle of", "Tilman Riemenschneider")),
        ("Werkstatt der Brüder Limburg", ("workshop of", "Brüder Limburg")),
        ("Unbekannt (Umkreis des Tilman Riemenschneider)", ("circle of", "Tilman Riemenschneider")),
        ("anonymous, after Rembrandt van Rijn", ("after", "Rembrandt van Rijn")),
        ("atelier du Tintoret", ("workshop of", "Tintoret")),
        ("École d\u2019Andrea del Sarto", ("school of", "Andrea del Sarto")),
        ("Workshop of Rubens, Peter Paul (1577\u20131640)", ("workshop of", "Rubens, Peter Paul (1577\u20131640)")),
        ("CIRCLE OF REMBRANDT", ("circle of", "REMBRANDT")),
        ("Circle of the Berlin Painter", ("circle of", "the Berlin Painter")),
        ("Follower of Pieter Bruegel the Elder", ("follower of", "Pieter Bruegel the Elder")),
        ("Umkreis von Lucas Cranach d. Ä.", ("circle of", "Lucas Cranach d. Ä.")),
        ("Мастерская Рембрандта", ("workshop of", "Рембрандта")),
        ("Possibly Wedgwood & Sons Ltd", ("possibly", "Wedgwood & Sons Ltd")),
        *(
            (text, None)
            for text in (
                "After Eight GmbH", "Workshop of the World Ltd", "School of Danish Silver A/S, Odense",
                "Studio of Fine Arts, Prague", "STUDIO OF FINE ARTS", "Circle of Friends", "School of Design, Zürich",
                "Circle Press", "Atelier de Paris", "école de Fontainebleau", "Schule der Künste",
                "مدرسة الفنون الجميلة", "Workshop of the World", "after the Antique", "Nach einem Entwurf von Cranach",
                "after an etching of Cranach", "Unknown (1850?)", "unknown artist, Rembrandt",
                "Unknown (after Rembrandt) and Lievens", "Meissen AG, Werkstatt",
            )
        ),
    ],
)  # fmt: skip
def test_near_to_a_maker_is_near_to_a_person(maker: str, expected: tuple[str, str] | None) -> None:
    """The words for it stand before or behind the name; a firm, a school or a town has them in its own name."""
    assert attribution(maker) == expected


@pytest.mark.parametrize(
    "maker",
    [
        "anoniem", "作者不明", "佚名", "British (English) School", "Rembrandt-Werkstatt", "狩野派", "Yoruba", "[s.n.]",
        "Uppgift saknas", "Автор неизвестен", "Near the Berlin Painter", "Photographe non identifié",
    ],
)  # fmt: skip
def test_nobody_is_no_maker(maker: str) -> None:
    """Nor is a people, a school or a workshop."""
    assert not names_maker(maker)


def test_what_begins_as_an_attribution_is_no_name() -> None:
    """Of what is not read as one, structured data says nothing."""
    others = ["Studio of Fine Arts, Prague", "after Goupil & Cie", "Follower of Meissen AG", "After Eight GmbH"]
    assert [maker for maker in ("Meissen AG", *others, "Nach einem Entwurf von Cranach") if names_maker(maker)] == [
        "Meissen AG"
    ]


def test_a_row_without_a_date_has_what_begins_and_ends_say() -> None:
    """One date in a list does not keep the others out; a request that names the column wants no other."""
    profile = profile_of([Record(2, {"date": "1898", "begin date": "1", "end date": "2"})])
    record = Record(3, {"date": "", "begin date": "1899", "end date": "1901"})
    for request, shown in ((asked(), "{{other date|between|1899|1901}}"), (asked(date="{date}"), "")):
        assert described(request, record, NO_WORDS, profile).wikitext("date") == shown


@pytest.mark.parametrize(
    "maker",
    [
        "Anonyme", "Ukjent", "N.N.", "?", "غير معروف", "Nieznany", "Artist unknown", "Künstler unbekannt", "various",
        "British School 18th century", "Italian 15th Century", "Greek", "Publisher: Clement de Jonghe",
        "Osgood, James R. & Company (Publisher)", "imitator of Rembrandt", "Pseudo-Rembrandt", "HASH(0x3e5e1ad0) Sys",
    ],
)  # fmt: skip
def test_nobody_is_no_name_in_any_language(maker: str) -> None:
    """Nor is a school, a people, a publisher, or somebody whom the maker only was like."""
    data = file_data(told({"artist": maker}), None, Provenance("", "", "https://e.org", date(2026, 1, 1), "image/jpeg"))
    assert "P170" not in str(data.statements)


def test_what_the_request_says_goes_before_columns() -> None:
    """A field that the request fills takes nothing else, in no language."""
    values = {"title": "A", "title@sv": "B", "shelf": "C"}
    assert [*told(values, request=asked(**{"title@en": "{shelf}"})).texts("title")] == [("en", "C")]
    assert [*told(values).texts("title")] == [("", "A"), ("sv", "B")]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Title", Slot("title")), ("title@sv", Slot("title", "sv")), ("caption@zh-hant", Slot(CAPTION, "zh-hant")),
        ("title@pt_BR", Slot("title", "pt-br")), ("Title @PT br", Slot("title", "pt-br")), ("title@", None),
        ("title@xx yy", None), ("caption", None), ("shelf@sv", None),
        ("credit_line", Slot("credit line")),
    ],
)  # fmt: skip
def test_a_parameter_is_a_field_in_a_language(name: str, found: Slot | None) -> None:
    """`title@sv` is the title in Swedish; a caption is always in a language."""
    assert slot(TEMPLATES["Artwork"], name) == found


KNOWN = (
    "title",
    "title@sv",
    "creator",
    "date",
    "accession number",
    "caption@sv",
    "width",
    "height",
    "museum",
    "source",
)
columns = st.sampled_from(KNOWN) | hostile.map(column_key).filter(bool)


@given(st.dictionaries(columns, hostile, max_size=6))
def test_any_columns_make_a_page(values: dict[str, str]) -> None:
    """Whatever columns are called and hold, there is a page, and structured data that the wiki can take."""
    description = told({"title": "A", **values})
    assert (
        page_of(asked(), description, Licenses(Wikitext("{{Cc-zero}}")), "https://example.org/1.jpg", ["Art"]).count(
            "{{Artwork\n"
        )
        == 1
    )
    assert statements(description)


def test_languages_stand_in_their_templates() -> None:
    """Whether a column or the request names the language; what is empty is not there."""
    values = {"title@sv": "Torget [x]", "title@en": "The square", "title@ar": "", "text": "Ett torg"}
    description = told(values, request=asked(**{"description@sv": "{text}."}))
    assert description.wikitext("title") == "{{sv|1=Torget &#91;x&#93;}}\n{{en|1=The square}}"
    assert description.wikitext("description") == "{{sv|1=Ett torg.}}"
    assert "title: Torget &#91;x&#93; (sv)" in statements(description)


def test_a_record_is_where_its_page_says() -> None:
    """The address of the partner's page goes whole into the structured data, whatever stands in it."""
    said = {"https://example.org/app#/objects/7": "https://example.org/app#/objects/7"}
    said |= {"https://example.org/å?id[]=7": "https://example.org/%C3%A5?id%5B%5D=7", "http://[::1]/7": "", "7": ""}
    assert {text: address_of(text) for text in said} == said


def test_a_language_without_a_template_is_marked() -> None:
    """Whether a column or a filter names it, the text is shown on a wiki that has no template called like it."""
    values = {"title@es-mx": "Plaza [x]", "title@sv": "Torg", "description": "Hola"}
    description = told(values, request=asked(description="{description|lang:es_MX}, {title@sv|lang:sv}"))
    assert description.languages == {"es-mx", "sv"}
    shown = replace(description, untemplated=frozenset({"es-mx"}))
    assert shown.wikitext("title") == '<span lang="es-mx" dir="auto">Plaza &#91;x&#93;</span>\n{{sv|1=Torg}}'
    assert shown.wikitext("description") == '<span lang="es-mx" dir="auto">Hola</span>, {{sv|1=Torg}}'
    assert "{{es-mx|1=Hola}}" in description.wikitext("description")


# Templates -----------------------------------------------------------------------------------------------------------

OWN = own_template(
    "Nordic Museum image", {"Skapare": [], "Inv": ["Inventory number"], "Rubrik": ["Title"], "År": ["Year"]}
)


def test_a_partners_own_template_says_in_data_what_others_do() -> None:
    """What its fields are called makes no difference to the structured data, nor to what is read."""
    request = asked(template="Nordic Museum image").model_copy(update={"template": OWN})
    said = told({"creator": "Ann|Bo", "object number": "7", "title": "A", "date": "c. 1780"}, request=request)
    assert {str(one): pattern.source for one, pattern in said.slots.items()} == {
        "Skapare": "{creator|split:\\||join:; }", "Inv": "{object number}", "Rubrik": "{title}", "År": "{date|date}",
    }  # fmt: skip
    assert page_of(request, said, Licenses(Wikitext("{{x}}")), "https://e.org/1.jpg", ()).startswith(
        "== {{int:filedesc}} ==\n{{Nordic Museum image\n |Skapare = Ann; Bo\n |Inv = 7\n |Rubrik = A\n |År = {{other"
    )
    found = statements(said)
    assert {"inventory number: 7", "title: A", "creator: author name string: Ann"} <= {*found}
    assert any(line.startswith("inception: 1780") for line in found)


def test_of_a_photo_of_a_thing_the_photographer_is_the_creator() -> None:
    """Who made the thing, and when, is its own item's to say; on the page is both."""
    request = asked(template="Art Photo")
    said = told({"artist": "Ann", "date": "1780", "photographer": "Bo", "photo date": "2020-02-03"}, request=request)
    assert (said.wikitext("artist"), said.wikitext("photographer")) == ("Ann", "Bo")
    found = statements(said)
    assert [line for line in found if line.startswith("creator")] == ["creator: author name string: Bo"]
    assert [line for line in found if line.startswith("inception")] == ["inception: 2020-02-03"]


def test_a_credit_stands_beside_the_source() -> None:
    """The record's address stays, or what stands for it."""
    request = asked(credit="{{Credit|{number}}}")

    def source(values: Mapping[str, str]) -> str:
        return page_of(request, told(values, request=request), Licenses(Wikitext("{{x}}")), "https://e.org/1.jpg", ())

    assert "|source = https://e.org/7\n{{Credit|7}}\n" in source({"number": "7", "source": "https://e.org/7"})
    assert "|source = Rijksmuseum: https://e.org/1.jpg\n{{Credit|}}\n" in source({"title": "A"})


WORK = "[https://www.wikidata.org/wiki/Q42 Q42]"


@pytest.mark.parametrize("written", ["Q42", "q42", "https://www.wikidata.org/wiki/Q42", "{{Q|42}}", " :d:Q42 "])
def test_the_item_of_the_work(written: str) -> None:
    """However it is written, it stands on the page as its id, and is what the file is about."""
    said = told({"title": "A", "qid": written})
    assert " |wikidata = Q42\n" in page_of(asked(), said, Licenses(Wikitext("{{x}}")), "https://e.org/1.jpg", ())
    assert f"main subject: {WORK}" in statements(said)


def test_the_item_of_the_work_is_in_the_mapping() -> None:
    """By its number or its title as a whole; one that is no more is not said, and one that has moved where it is."""
    table = '{{| class="wikitable"\n! column !! word !! item\n|-\n| {} || {} || Q42\n|}}'.format
    number, title = read_mapping(table("accession number", "7")), read_mapping(table("title", "A"))
    assert told({"title": "A", "accession number": "7"}, number).item == "Q42"
    assert told({"title": "A"}, title).item == "Q42"
    assert told({"title": "A; B"}, title).item == ""
    assert told({"title": "A", "wikidata": "Q7"}, title).item == "Q7"
    assert [replace(told({"wikidata": "Q42"}), instead={"Q42": now}).item for now in ("", "Q43")] == ["", "Q43"]
    assert "wikidata" not in page_of(
        asked(), told({"wikidata": "by Ann"}), Licenses(Wikitext("{{x}}")), "https://e.org/1.jpg", ()
    )


def test_of_a_faithful_copy_the_painter_is_the_creator() -> None:
    """And the painting's date is the date: who photographs a flat work makes nothing new."""
    values = {"title": "A", "artist": "Ann", "photographer": "Bo", "photo date": "2020", "date": "1780"}
    description = told(values, request=asked(template="Art Photo"))

    def made(*, faithful: bool) -> list[str]:
        from_ = Provenance("", "", "https://e.org/1", date(2026, 1, 31), "image/jpeg", faithful)
        lines = [f"{label}: {text}" for label, text in said(file_data(description, None, from_), language("en"))]
        return [line for line in lines if line.startswith(("creator", "inception"))]

    own = own_template("Own", {"artist": [], "date": [], "photo date": []})
    of_own = told(values, request=asked().model_copy(update={"template": own}))
    from_ = Provenance("", "", "https://e.org/1", date(2026, 1, 31), "image/jpeg", faithful=True)
    assert "inception: 1780" in [
        f"{label}: {text}" for label, text in said(file_data(of_own, None, from_), language("en"))
    ]
    assert made(faithful=True) == ["creator: author name string: Ann", "inception: 1780"]
    assert made(faithful=False) == ["creator: author name string: Bo", "inception: 2020"]


def test_work_and_file_are_told_apart_where_that_is_asked_for() -> None:
    """By the item that a statement applies to; of a photograph of a thing, maker and date are the file's."""
    words = read_mapping('{| class="wikitable"\n! column !! word\n|-\n| P518 || yes\n|}')
    values = {"title": "A", "artist": "Ann", "photographer": "Bo", "photo date": "2020", "accession number": "7"}
    values |= {"date": "1780"}

    def parts(template: str, said_of: WordMap, *, faithful: bool = False) -> dict[str, str]:
        from_ = Provenance("", "", "https://e.org/1", date(2026, 1, 31), "image/jpeg", faithful)
        data = file_data(told(values, said_of, asked(template=template)), None, from_)
        found = {one.property: part for one in data.statements if (part := _part(one))}
        assert {"P7482", "P1163"}.isdisjoint(found)
        return found

    work, file = "Q112134971", "Q51954352"
    assert parts("Art Photo", words, faithful=True) == dict.fromkeys(("P170", "P571", "P217", "P1476"), work)
    assert parts("Artwork", words) == dict.fromkeys(("P170", "P571", "P217", "P1476"), work)
    assert parts("Art Photo", words) == {"P170": file, "P571": file, "P217": work, "P1476": work}
    assert parts("Artwork", NO_WORDS) == {}


def _part(one: Statement) -> str:
    return next(
        (other.value.id for other in one.qualifiers if isinstance(other.value, Item) and other.property == "P518"), ""
    )


def test_what_is_no_item_is_told() -> None:
    """The check says which texts are left out."""
    examination = UploadExamination(asked(), (), Known(), date(2026, 1, 1))
    record = Record(2, {"qid": "by Ann"})
    assert [*examination.troubles(record)] == [("qid", message("trouble-unread", "by Ann", "wikidata"), Then.KEPT)]


@pytest.mark.parametrize(
    ("template", "license_", "mime", "faithful"),
    [
        ("Artwork", "PD-Art", "image/jpeg", True), ("Artwork", "Licensed-PD-Art", "image/jpeg", True),
        ("Photograph", "PD-scan", "image/tiff", True), ("Artwork", "PD-old-70", "image/jpeg", False),
        ("Artwork", "PD-Artist", "image/jpeg", False), ("Map", "PD-old-70", "image/jpeg", True),
        ("Book", "PD-old-70", "application/pdf", True), ("Book", "PD-old-70", "image/jpeg", False),
        ("Art Photo", "Cc-by-4.0", "image/jpeg", False),
    ],
)  # fmt: skip
def test_what_represents_a_work(template: str, license_: str, mime: str, faithful: bool) -> None:  # noqa: FBT001
    """Only what the licence or the template says is flat, or a whole book; nothing is guessed."""
    request = asked(template=template)
    from_ = Provenance("", "", "https://e.org/1", date(2026, 1, 31), mime, is_reproduction(license_))
    data = file_data(told({"title": "A", "qid": "Q42"}, request=request), None, from_)
    assert [line for line in said(data, language("en")) if line[0].startswith("digital")] == [
        ("digital representation of", WORK)
    ] * faithful


# Words ---------------------------------------------------------------------------------------------------------------


def test_a_mapping_page_is_read() -> None:
    """Pages, categories and items however people write them; case and spaces of words make no difference."""
    words = read_mapping(TABLE)
    rembrandt = Meaning("Rembrandt Harmensz. van Rijn", "", ("R", "Dutch art"), "Q5598")
    assert words.meaning(("maker",), " REMBRANDT ") == rembrandt
    assert words.meaning(("maker",), "ferdinand bol;  pupil") == Meaning("Ferdinand Bol", item="Q467586")
    assert words.meaning(("keywords",), "cat") == Meaning(depicts=("Q146", "Q144"))
    assert words.meaning(("shelf", "museum"), "Rijksmuseum") == Meaning("", "Rijksmuseum", (), "Q190804")
    assert words.meaning(("title",), "Rembrandt") is None


def test_words_become_pages_categories_and_items() -> None:
    """Words that are mapped as a whole are one; of several, each is what it is; what is not mapped stays text."""
    words = read_mapping(TABLE)
    values = {
        "title": "A",
        "maker": "Rembrandt | Somebody [x]; Ferdinand Bol",
        "keywords": "dog; Cat",
        "museum": "Rijksmuseum",
    }
    description = told(values, words)
    assert description.wikitext("artist") == (
        "{{Creator:Rembrandt Harmensz. van Rijn}}; Somebody &#91;x&#93;; Ferdinand Bol"
    )
    assert told({"maker": "Rembrandt; Rembrandt"}, words).wikitext("artist").count("{{Creator:") == 2
    assert told({"maker": "Ferdinand Bol; pupil"}, words).wikitext("artist") == "{{Creator:Ferdinand Bol}}"
    assert description.wikitext("institution") == "{{Institution:Rijksmuseum}}"
    assert [category for meaning in description.meanings for category in meaning.categories] == ["R", "Dutch art"]
    found = statements(description)
    link = "[https://www.wikidata.org/wiki/{0} {0}]".format
    assert f"creator: {link('Q5598')}" in found
    assert "creator: author name string: Somebody &#91;x&#93;" in found
    assert f"collection: {link('Q190804')}" in found
    assert [line for line in found if line.startswith("depicts")] == [
        f"depicts: {link('Q146')}",
        f"depicts: {link('Q144')}",
    ]


def test_fixed_texts_are_words_too() -> None:
    """A text of the request is looked up by the name of its field."""
    words = read_mapping(TABLE.replace("| museum ||", "| institution ||"))
    description = told({"title": "A"}, words, asked(institution="Rijksmuseum"))
    assert description.wikitext("institution") == "{{Institution:Rijksmuseum}}"
    assert "collection: [https://www.wikidata.org/wiki/Q190804 Q190804]" in statements(description)


@pytest.mark.parametrize("text", ["", "No table here.", '{| class="wikitable"\n! column !! word !! item\n|}'])
def test_a_page_without_rows_knows_nothing(text: str) -> None:
    """It is no error: it is how such a page begins."""
    assert read_mapping(text) == WordMap()


@given(st.lists(st.tuples(hostile, hostile), max_size=4))
def test_any_words_can_be_pasted(words: list[tuple[str, str]]) -> None:
    """The table for words of any kind is read back with just these words, and adds rows to a table that is there."""
    pairs = {(column_key(column), " ".join(word.split())) for column, word in words}
    wanted = [(column, word) for column, word in pairs if column and _plain(column) and _plain(word)]
    assert {*read_mapping(table_of(wanted, whole=True)).meanings} == {
        (column_key(_plain(column)), _plain(word).casefold()) for column, word in wanted
    }
    longer = TABLE.replace("|}", table_of(wanted, whole=False) + "\n|}")
    assert {*read_mapping(TABLE).meanings} <= {*read_mapping(longer).meanings}


def _plain(text: str) -> str:
    return " ".join(clean(text).split())


@given(st.lists(st.lists(hostile, min_size=7, max_size=7), max_size=3))
def test_any_table_is_read_or_told(rows: list[list[str]]) -> None:
    """Whatever stands in the table, it is a mapping or a list of what is wrong with it."""
    lines = ["|-\n| " + " || ".join(cell.replace("\n", " ") for cell in row) for row in rows]
    text = "\n".join(('{| class="wikitable"', "! " + " !! ".join(COLUMNS), *lines, "|}"))
    try:
        assert isinstance(read_mapping(text), WordMap)
    except Invalid as error:
        assert error.problems  # noqa: PT017 - either is right


def test_items_that_are_elsewhere_or_not_there() -> None:
    """Each is what it leads to; one that there is not is none, and its word is a name again."""
    words = read_mapping(TABLE).with_items({"Q5598": "", "Q146": "Q1", "Q144": ""})
    found = statements(told({"title": "A", "maker": "Rembrandt", "keywords": "cat"}, words))
    assert "creator: author name string: Rembrandt" in found
    assert [line for line in found if line.startswith("depicts")] == ["depicts: [https://www.wikidata.org/wiki/Q1 Q1]"]
    assert words.meaning(("maker",), "Rembrandt") == Meaning("Rembrandt Harmensz. van Rijn", "", ("R", "Dutch art"))


# Structured data -----------------------------------------------------------------------------------------------------


CIRCUMSTANCES = "sourcing circumstances: [https://www.wikidata.org/wiki/"


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("1962", "1962"), ("May 1905", "1905-05"), ("1905-05-04", "1905-05-04"), ("1880s", "1880s"),
        ("18th century", "1701 (century)"),
        ("c. 1780", f"1780 ({CIRCUMSTANCES}Q5727902 circa])"),
        ("1630-1648", "earliest date: 1630; latest date: 1648"), ("before 1900", "latest date: 1900"),
        ("after 1900", "earliest date: 1900"),
        ("1880?", f"1880 ({CIRCUMSTANCES}Q18122778 presumably])"),
        ("probably 1880", f"1880 ({CIRCUMSTANCES}Q56644435 probably])"),
        ("possibly 1880s", f"1880s ({CIRCUMSTANCES}Q30230067 possibly])"),
        ("?c.1900", f"1900 ({CIRCUMSTANCES}Q5727902 circa]; {CIRCUMSTANCES}Q18122778 presumably])"),
        ("1880-1890?", None), ("before 1900?", None), ("published 1819?", None), ("n.d.", None),
        ("Qianlong period", None), ("", None),
    ],
)  # fmt: skip
def test_dates(date: str, said: str | None) -> None:
    """A date is said as exactly as it was told, and with the doubt it was told with; a doubtful span is not said."""
    found = [line for line in statements(told({"date": date, "title": "A"})) if line.startswith("inception")]
    assert found == ([f"inception: {said}"] if said else [])


@pytest.mark.parametrize("title", ["[title not known]", "Untitled", "Sans titre"])
def test_a_title_that_is_none_is_not_said(title: str) -> None:
    """It stays on the page, and is neither title nor caption in the data; a caption that is given as such is."""
    record = {"title@en": title, "title@sv": "Vas", "caption@de": "Vase"}
    found = [line for line in statements(told(record)) if line.startswith(("title", "caption"))]
    assert found == ["caption (sv): Vas", "caption (de): Vase", "title: Vas (sv)"]
    assert title.strip("[]") in told(record).wikitext("title")


def test_captions_are_given_ones_before_titles() -> None:
    """In each language the caption or else the title; never one that is too long, or in no language."""
    found = statements(told({"title": "X", "title@sv": "T", "caption@sv": "C", "title@de": "D", "title@en": "L" * 251}))
    assert [line for line in found if line.startswith("caption")] == ["caption (sv): C", "caption (de): D"]
    titles = [line for line in found if line.startswith("title")]
    assert titles == ["title: X", "title: T (sv)", "title: D (de)", f"title: {'L' * 251} (en)"]


@pytest.mark.parametrize(
    ("license_name", "status", "licence"),
    [("Cc-zero", "copyrighted, dedicated to the public domain", "CC0"), ("PD-old-70", "public domain", ""),
     ("Cc-by-4.0", "copyrighted", "CC BY 4.0"), ("Something else", "", "")],
)  # fmt: skip
def test_licences(license_name: str, status: str, licence: str) -> None:
    """Status and licence by the licence template; of one that is not known nothing is said."""
    found = statements(told({"title": "A"}), license_name)
    for label, wanted in (("copyright status", status), ("copyright license", licence)):
        assert [line.endswith(f" {wanted}]") for line in found if line.startswith(label)] == [True] * bool(wanted)


@pytest.mark.parametrize("name", ["unknown", "Unknown Chinese", "Anonymous", "okänd fotograf", ""])
def test_nobody_is_no_name(name: str) -> None:
    """That a maker is not known is no name of one."""
    assert not [line for line in statements(told({"creator": name, "title": "A"})) if line.startswith("creator")]


@pytest.mark.parametrize(
    ("said", "call"),
    [
        ("http://creativecommons.org/licenses/by-sa/4.0/", "{{Cc-by-sa-4.0}}"), ("{{cc-zero}}", "{{Cc-zero}}"),
        ("Cc-by-4.0", "{{Cc-by-4.0}}"), ("CC BY 4.0", "{{Cc-by-4.0}}"),
        ("https://creativecommons.org/licenses/by-nc/4.0/", "license-some-uses"), ("free", "row-license"),
        ("http://rightsstatements.org/vocab/InC/1.0/", "license-in-copyright"), ("", "row-no-license"),
        ("CC BY", "problem-license-near"), ("gemeinfrei", "license-public-domain"),
        ("Cc-by-4.0}}{{Delete", "problem-license-near"),
    ],
)  # fmt: skip
def test_a_licence_may_stand_in_a_column(said: str, call: str) -> None:
    """By its template's name, its address or what it is called; what is no free licence is refused with the reason."""
    found = asked(license="{rights}").licenses_of({"rights": said})
    assert (found.key if isinstance(found, Message) else found.work) == call


def test_a_photograph_s_licence_may_stand_in_a_column_too() -> None:
    """Where the column says nothing the photograph has none of its own; what is no licence is refused as any."""
    request = asked(license="PD-old-70-expired", **{"photo license": "{rights}"})
    assert request.licenses_of({"rights": "CC0"}) == Licenses(
        Wikitext("{{PD-old-70-expired}}"), Wikitext("{{Cc-zero}}")
    )
    assert request.licenses_of({"rights": ""}) == Licenses(Wikitext("{{PD-old-70-expired}}"))
    assert isinstance(request.licenses_of({"rights": "CC BY-NC 4.0"}), Message)


def test_two_licences_fill_the_fields_of_a_template_that_has_them() -> None:
    """They stand nowhere else on the page, which can be taken apart as any."""
    photo = DescriptionTemplate("Art Photo", ("title", "object type", "artwork license", "photo license", "source"))
    told_ = replace(told({"title": "A"}), template=photo)
    request = asked().model_copy(update={"template": photo})
    page = page_of(request, told_, Licenses(Wikitext("{{A}}"), Wikitext("{{B}}")), "https://e.org/1.jpg", ["Art"])
    assert " |artwork license = {{A}}\n |photo license = {{B}}\n" in page
    assert "license-header" not in page
    described, section = sections(page)
    assert (described.count("{{A}}"), described[-2:], section) == (1, "}}", "")


# Evidence and doubts -------------------------------------------------------------------------------------------------


def test_the_evidence_of_a_licence_stands_on_the_page() -> None:
    """Behind what the partner says of permissions: addresses are links, all else is text."""
    request = asked(**{
        "permission": "A letter", "rights evidence": "https://e.org/rights", "rights statement": "{rights} [[x]]",
        "rights date": "2024-05-01", "rights archive": "{archived}",
    })  # fmt: skip
    values = {"title": "A", "rights": "Free!", "archived": "https://archive.example/1"}
    page = page_of(request, told(values, request=request), Licenses(Wikitext("{{x}}")), "https://e.org/1.jpg", ())
    evidence = "https://e.org/rights <q>Free! &#91;&#91;x&#93;&#93;</q> (2024-05-01 · https://archive.example/1)"
    assert f" |permission = A letter<br>{evidence}\n" in page


@pytest.mark.parametrize("name", ["rights evidence", "rights archive"])
@pytest.mark.parametrize(
    "address", ["see the letter", "https://me:secret@e.org/x", "http://10.0.0.1/x", "https://localhost/"]
)
def test_evidence_is_an_address_for_everybody(name: str, address: str) -> None:
    """Or the column of one: what is none is told before anything is done."""
    read = read_request({
        "type": "upload", "partner": "R", "manifest": "https://e.org", "filename": "{a}", "license": "CC0",
        "categories": "A", name: address,
    })  # fmt: skip
    assert not isinstance(read, Request)
    assert [(problem.parameter, problem.why.key) for problem in read] == [(name, "sdc-address")]


@pytest.mark.parametrize(
    ("request_", "values", "doubts"),
    [
        ({"license": "PD-old-70"}, {}, ["doubt-united-states"]),
        ({"license": "{{PD-Art|PD-old-70}}"}, {}, ["doubt-united-states"]),
        ({"license": "{{PD-Art}}"}, {}, ["doubt-bare"]),
        ({"license": "{{PD-Art|PD-old-70-expired}}"}, {}, []),
        ({"license": "{{PD-two|PD-old-70|PD-US-expired}}"}, {}, []),
        ({"license": "{{Licensed-PD-Art|PD-old-70-expired|Cc-zero}}"}, {"date": "1880", "object type": "vase"}, []),
        ({"license": "PD-old-70-expired"}, {"object type": "Vase"}, ["doubt-solid"]),
        ({"license": "PD-old-70-expired"}, {"dimensions": "30 x 20 x 12 cm"}, ["doubt-solid"]),
        ({"license": "PD-old-70-expired"}, {"dimensions": "80 x 60 x 2,5 cm"}, []),
        ({"license": "PD-old-70-expired"}, {"dimensions": "H 80 cm, B 30 cm, T 15 cm"}, ["doubt-solid"]),
        ({"license": "PD-old-70-expired"}, {"dimensions": "H. 40 ; l. 20 ; pr. 18 cm"}, ["doubt-solid"]),
        ({"license": "PD-old-70-expired"}, {"dimensions": "H. 80 ; l. 60 ; pr. 2,5 cm"}, []),
        ({"license": "PD-old-70-expired"}, {"height (cm)": "30", "depth (cm)": "9"}, ["doubt-solid"]),
        ({"license": "PD-old-70-expired"}, {"dimensions": "19 1/4 x 14 in. (48.9 x 35.6 cm)"}, []),
        ({"license": "PD-old-70-expired", "template": "Information"}, {"object type": "Vase"}, []),
        ({"license": "PD-old-70-expired"}, {"title": "Büste eines Mannes (Skulptur)"}, ["doubt-solid"]),
        ({"license": "PD-old-70-expired"}, {"medium": "marmor"}, ["doubt-solid"]),
        ({"license": "PD-old-70-expired"}, {"title": "Vase", "object type": "painting"}, []),
        ({"license": "PD-old-70-expired", "photo license": "CC0"}, {"object type": "Vase"}, []),
        ({"license": "CC0"}, {"date": "c. 1880"}, ["doubt-old"]),
        ({"license": "CC0"}, {"date": "1880-1950"}, []),
        ({"license": "CC0"}, {"date": "1990"}, []),
        ({"license": "CC0", "template": "Information"}, {"date": "1880"}, []),
        ({"license": "{rights}"}, {"rights": "PD-old-70"}, ["doubt-united-states"]),
        ({"license": "{rights}"}, {"rights": "all rights reserved"}, []),
        ({"license": "PD-old-70-expired"}, {"date": "1932"}, ["doubt-young"]),
        ({"license": "PD-old-70-expired"}, {"date": "c. 1930"}, []),
        ({"license": "PD-old-70-expired"}, {"date": "before 1950"}, []),
        ({"license": "{{PD-two|PD-old-100|PD-US-expired}}"}, {"date": "1928"}, ["doubt-young"]),
        ({"license": "PD-old-100-expired", "photo license": "CC0"}, {"date": "1990"}, ["doubt-young"]),
        ({"license": "CC0", "photo license": "CC0"}, {"date": "1780"}, ["doubt-old"]),
        ({"license": "PD-old-100-expired", "photo license": "CC0", "template": "Information"}, {"date": "2015"}, []),
        ({"license": "CC0"}, {"rights": "not CC0"}, ["doubt-list"]),
        ({"license": "PD-old-70-expired", "photo license": "PD-old-70"}, {}, ["doubt-united-states"]),
        (
            {"license": "PD-old-70-expired", "photo license": "Cc-by-4.0"}, {"creator": "A", "photographer": "B"},
            ["doubt-photographer"],
        ),
        (
            {"license": "PD-old-70-expired", "photo license": "{{Cc-by-4.0|B}}"},
            {"creator": "A", "photographer": "B"}, [],
        ),
        ({"license": "PD-old-70-expired", "photo license": "CC0"}, {"creator": "A", "photographer": "B"}, []),
        (
            {"license": "PD-old-70-expired", "photo license": "Cc-by-4.0", "template": "Art Photo"},
            {"creator": "A", "photographer": "B"}, [],
        ),
    ],
)  # fmt: skip
def test_doubts_about_licences(request_: dict[str, str], values: dict[str, str], doubts: list[str]) -> None:
    """What a reviewer is asked: what one licence cannot say of a work and its photograph, or leaves open."""
    request = asked(**request_)
    of_record = record_doubts(request, told(values, request=request), date(2026, 1, 31))
    assert [doubt.key for doubt in (*constant_doubts(request), *(doubt for _, doubt in of_record))] == doubts


def test_a_doubt_says_of_which_column_it_is() -> None:
    """In the words that stand there, so that it is found in the list."""
    request = asked(license="{Rechte}")
    values = {"rechte": "PD-old-70", "object type": "Bild", "dimensions": "9 x 9 x 9 cm", "date": "um 1970"}
    found = record_doubts(request, told(values, request=request), date(2026, 1, 1))
    assert [(column, why.key, why.arguments) for column, why in found] == [
        ("rechte", "doubt-united-states", ("PD-old-70",)), ("dimensions", "doubt-solid", ("9 x 9 x 9 cm",)),
        ("date", "doubt-young", ("PD-old-70", "um 1970")),
    ]  # fmt: skip


SMALL, LARGE = "https://e.org/thumb/1.jpg", "https://e.org/1.jpg"


@pytest.mark.parametrize(
    ("request_", "values", "questions"),
    [
        ({}, {"thumbnail": SMALL}, [("question-small-pictures", "thumbnail")]),
        ({}, {"thumbnail": SMALL, "image": LARGE}, []),
        ({"media": "{thumbnail}"}, {"thumbnail": SMALL}, []),
        ({}, {"rights": "CC0"}, [("question-license-column", "rights", "Cc-zero", "Cc-by-4.0", "license")]),
        ({}, {"rights": "CC BY 4.0"}, []),
        ({}, {"rights": "ask us"}, []),
        ({"license": "{rights}"}, {"rights": "CC0"}, []),
        (
            {"license": "{{PD-Art|PD-old-70-expired}}"}, {"rights": "CC0"},
            [("question-license-column", "rights", "Cc-zero", "PD-Art", "photo license")],
        ),
        ({"license": "PD-old-70-expired", "photo license": "{rights}"}, {"rights": "CC0"}, []),
        ({"license": "{{Licensed-PD-Art|PD-old-70|Cc-by-4.0}}"}, {"rights": "CC0"}, []),
        ({"license": "{{CC-BY-4.0}}"}, {"rights": "CC BY 4.0"}, []),
        ({}, {"Fotolizenz": "CC BY 4.0"}, [("question-photo-license-here", "fotolizenz")]),
        ({"photo license": "{Fotolizenz}"}, {"Fotolizenz": "CC BY 4.0"}, []),
        ({}, {"publish": "held by legal"}, [("question-publish", "publish", "held by legal")]),
        ({}, {"publish": "yes"}, []),
        ({}, {"published": "1923"}, []),
    ],
)  # fmt: skip
def test_what_may_be_meant_otherwise_is_asked(
    request_: dict[str, str], values: dict[str, str], questions: list[tuple[str, ...]]
) -> None:
    """What a list seems to say and is not taken for: a partner who has never filed a request does not know to look."""
    values = {column_key(name): value for name, value in values.items()}
    found = misreadings(asked(**request_), [values], profile_of([Record(2, values)]))
    assert [(question.key, *question.arguments) for question in found] == questions


@pytest.mark.parametrize(
    ("column", "texts", "questions"),
    [
        ("Inventory No.", "1234567 1.23457E+12 2,00E+05 1.23457e+012", [("question-spoilt", "1.23457E+12", 3, 3)]),
        ("Inventory No.", "1-44 Jan-45 5-Dec 45678 MAR-12 May-1945", [("question-spoilt", "Jan-45", 2, 3)]),
        ("Inventory No.", "00123 789 00456 10456 A1", [("question-lost-zeros", "789", 1, 3, "00123")]),
        ("Inventory No.", "00123 789 456 12 0012", []),
        ("Inventory No.", "1905:17 1E5 2 30", []),
        ("barcode", "1.23457E+12 1", [("question-spoilt", "1.23457E+12", 1, 2)]),
        ("weight", "1.23457E+12 Jan-45", []),
        ("title", "Jan-45", []),
        ("date", "1890 45678 janv.-45 05.Dez mrt-45 tammi.45 45678.5", [("question-spoilt", "45678", 6, 3)]),
        ("earliest", "1890 45678", [("question-spoilt", "45678", 1, 3)]),
        ("date", "1890 1890-1910 1/2/1905 12-1945 c.1890 Jan.1945 1890s", []),
    ],
)
def test_what_a_spreadsheet_made_of_numbers_is_asked_about(
    column: str, texts: str, questions: list[tuple[str, ...]]
) -> None:
    """In columns of numbers of objects, those that the request names and is not told of, and those of dates."""
    records = [Record(row, {column_key(column): text}) for row, text in enumerate(texts.split(), 2)]
    found = [*with_spoilt(asked(filename="{title} {barcode}"), records)]
    assert found[: len(records)] == records
    notes = [row.what for row in found[len(records) :] if isinstance(row, Note)]
    assert [(note.key, *note.arguments[1:]) for note in notes] == questions


def test_real_lists_are_not_taken_for_spoilt() -> None:
    """Museums' own numbers and dates are left alone."""
    for list_ in (DATA / "museum-records.csv", *(DATA / "cases" / "lists").glob("*.csv")):
        assert not [row for row in with_spoilt(asked(), rows(list_.read_bytes())) if isinstance(row, Note)]


@pytest.mark.parametrize(("values", "license_"), [({"Rechte": "CC0"}, "{rechte}"), ({"title": "A"}, None)])
def test_a_check_takes_licences_from_their_column(values: dict[str, str], license_: str | None) -> None:
    """Where the request names none; else an example stands there, which nobody is asked about. No request can do so."""
    profile = profile_of([Record(2, {column_key(name): value for name, value in values.items()})])
    found = with_license(asked().model_copy(update={"license": None}), profile).license
    assert (found.source if isinstance(found, Pattern) else found) == license_
    open_ = asked().model_copy(update={"license": None})
    assert isinstance(open_.licenses_of({}), Licenses)
    assert not [*record_doubts(open_, told({"date": "1990"}, request=open_), date(2026, 1, 1))]
    assert asked(license="\u2026").license is not None
    assert not isinstance(read_request({"type": "upload", "partner": "R", "license": ""}), Request)


# What is kept out, and what tells files of one name apart ------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "values", "kept_out"),
    [
        ("embargo", ["", "no", "Nein", "2050", "yes", "x"], "2050 yes x"),
        ("embargo", ["none", "-", "n/a", "keine"], ""),
        ("published", ["-", "1923", "-", "1924"], ""),
        ("Publish", ["yes", "NO", "TRUE", "false", "after 2030", ""], "NO false after 2030 -"),
        ("publiceras", ["", "nej", "Nej"], "nej Nej"),
        ("Freigabe", ["x", "", ""], "- -"),
        ("publier", ["oui", "non", "?"], "non ?"),
        ("publish", ["perhaps", "no - family asked", "soon"], "no - family asked"),
        ("embargo date", ["2040-01-01", ""], "2040-01-01"),
        ("published", ["1923", "1924", "", "0", "1925"], "0"),
        ("public description", ["no", "yes"], ""),
        ("publisher", ["no", "yes"], ""),
    ],
)
def test_a_column_keeps_rows_out(column: str, values: list[str], kept_out: str) -> None:
    """One says what is not to be uploaded; another what is: where it says yes or no, only a plain yes will do."""
    name = column_key(column)
    records = [Record(row, {name: value}) for row, value in enumerate(values, 2)]
    profile = profile_of(records)
    found = [kept for record in records if (kept := withheld(record.values, profile))]
    assert " ".join(str(why.arguments[0]).removeprefix(f"{name}: ") for _, why in found) == kept_out
    assert {where for where, _ in found} <= {name}


MOUNTAINS = [{"title": "Mountains", "creator": f"Maker {n % 5}", "date": str(1900 + n // 5)} for n in range(10)]


@pytest.mark.parametrize(
    "rows",
    [
        MOUNTAINS,
        [values | {"accession number": f"M.{n}"} for n, values in enumerate(MOUNTAINS)],
        [values | {"accession number": f"M.{n}" if n % 2 else ""} for n, values in enumerate(MOUNTAINS)],
        [values | {"accession number": f"M.{n // 3}"} for n, values in enumerate(MOUNTAINS)],
        [{"title": "Mountains", "accession number": f"{n}"} for n in range(10)],
        [{"title": "Mountains", "date": str(1900 + n)} for n in range(10)],
        [values | {"title": title} for values, title in zip(MOUNTAINS, ["I", "Blank"] * 5, strict=True)],
        [
            values | {"title": title, "accession number": str(n)}
            for n, (values, title) in enumerate(zip(MOUNTAINS, ["I", "Blank"] * 5, strict=True))
        ],
    ],
)
def test_files_of_one_name_are_told_apart(rows: list[dict[str, str]]) -> None:
    """Ten “Mountains”, or titles that say nothing, get names of their own that do: by number, or maker and date."""
    taken: set[str] = set()
    for row, values in enumerate(rows, 2):
        media = Media("", 0, MediaType("image/jpeg", "jpg"))
        draft = Draft(Record(row, values), told(values), Licenses(Wikitext("{{x}}")), "", media)
        wanted = wanted_name(asked(), values, "jpg")
        name = unique_name(wanted, "jpg", draft.disambiguators, taken.__contains__)
        assert isinstance(name, str), (values, name)
        assert not is_meaningless(name.removesuffix(".jpg"))
        taken.add(name)
    assert len(taken) == len(rows)
