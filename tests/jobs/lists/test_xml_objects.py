"""MODS, LIDO, EDM and METS: what becomes of records as libraries and museums give them (tests/data/cases/objects)."""

import pytest

from jobs.kinds.upload.columns import Slot, media_column, slots_of_columns
from jobs.lists.formats.oai import COLUMNS
from jobs.lists.formats.xml_objects import COLUMNS as OBJECT_COLUMNS
from jobs.model.profile import profile_of
from jobs.model.records import BadRecord, Record
from tests.jobs.lists.made import ADDRESS, DATA, bad_rows, refusal, rows, table, values
from tests.jobs.lists.worst import LIDO, METS, MODS, RDF, lido
from wikitext.filepage import TEMPLATES

OBJECTS = DATA / "cases" / "objects"
RIGHTS = "http://creativecommons.org/"


def sample(name: str) -> bytes:
    """A list of the samples."""
    return (OBJECTS / f"{name}.xml").read_bytes()


def answer(*records: str, token: str = "") -> str:
    """An OAI-PMH answer of records of such metadata."""
    listed = "".join(f"<record><metadata>{record}</metadata></record>" for record in records)
    return f'<OAI-PMH xmlns="x">{listed}<resumptionToken>{token}</resumptionToken></OAI-PMH>'


def mods(inner: str) -> dict[str, str]:
    """The values of a record in MODS."""
    [found] = values(f"{MODS}<titleInfo><title>T</title></titleInfo>{inner}</mods>")
    return found


def made(inner: str) -> dict[str, str]:
    """The values of a record in LIDO of the making, and of a name for it."""
    kind = "<eventType><term>Herstellung</term></eventType>"
    [found] = values(lido(f"<eventSet><event>{kind}{inner}</event></eventSet>"))
    return found


def edm(inner: str, said: str = "") -> dict[str, str]:
    """The values of an object in EDM of which this is said, beside these."""
    [found] = values(f'{RDF}<e:ProvidedCHO rdf:about="x"><d:title>T</d:title>{said}</e:ProvidedCHO>{inner}</rdf:RDF>')
    return found


START = '<dateIssued encoding="marc" point="start">1905</dateIssued>'
MIGRANT_MOTHER = {
    "title": "The migrant mother: Nipomo, California. Part 2",
    "title@en": "The migrant mother: Nipomo, California. Part 2",
    "title@sv": "Migrantmodern",
    "creator": "Dorothea Lange; attributed to Jan van Eyck; 写楽",
    "contributor": "Thompson, Florence (depicted); Stryker, Roy (fmo)",
    "date": "1936-02~/1936-03?",
    "place of creation": "California",
    "description": "Mother with children.",
    "description@en": "Mother with children.",
    "notes": "Published often.",
    "object history": "Gift of the government, 1944.",
    "object type": "Portrait photographs",
    "medium": "gelatin silver print",
    "dimensions": "1 photograph : 20 x 25 cm",
    "language": "English",
    "subject": "Migrants -- California",
    "accession number": "LC-USF34-9058-C",
    "other identifiers": "oclc: 123",
    "institution": "Library of Examples",
    "source": "https://library.example.org/item/1",
    "license": "http://rightsstatements.org/vocab/NKC/1.0/",
    "rights": "No known restrictions.",
    "media url": "https://library.example.org/fsa.tif",
    "media number": "1",
}
DETE = {
    "title": "L'été",
    "creator": "Strindberg, August",
    "contributor": "Bonnier",
    "date": "18XX",
    "accession number": "Fol. 7",
    "media url": "https://library.example.org/2.jpg",
    "media number": "1",
}
THREE_TREES = {
    "title": "Landschaft mit drei Bäumen",
    "title@de": "Landschaft mit drei Bäumen",
    "title@en": "Landscape with three trees",
    "title@fr": "Paysage aux trois arbres",
    "creator": "attributed to Rembrandt; Adam Elsheimer",
    "contributor": "Six, Jan (Auftraggeber)",
    "date": "1640~/1643",
    "place of creation": "Amsterdam",
    "medium": "Papier, Radierung",
    "dimensions": "Platte: 21,3 × 27,9 cm; Gewicht: 12 g",  # noqa: RUF001 - the sign that is meant
    "description": "Drei Bäume auf einem Hügel.",
    "description@de": "Drei Bäume auf einem Hügel.",
    "object type": "print (visual work)",
    "inscriptions": "R. f. 1643",
    "subject": "Bäume; Diana",
    "institution": "Museum Beispielstadt",
    "accession number": "Gr. 1923/17",
    "source": "https://museum.example.org/obj1",
}
RECTO = {
    "media url": "https://museum.example.org/m/1r.jpg",
    "media number": "1",
    "media description": "Vorderseite",
    "license": "https://creativecommons.org/licenses/by-sa/4.0/",
    "rights": "CC BY-SA 4.0",
    "rights holder": "Museum Beispielstadt",
    "credit line": "Foto: A. Berg",
}
VERSO = {
    "media url": "https://museum.example.org/m/1v.jpg",
    "media number": "2",
    "license": f"{RIGHTS}publicdomain/mark/1.0/",
}
ALBUM = {
    "title": "Stammbuch",
    "creator": "Berg, Anna",
    "date": "1651-03-12",
    "institution": "Staatsbibliothek Beispiel",
    "source": "https://library.example.org/view/1",
    "license": f"{RIGHTS}publicdomain/mark/1.0/",
}
PINEAPPLE = {
    "title": "Ananas",
    "title@de": "Ananas",
    "title@en": "Pineapple",
    "creator": "Maria Sibylla Merian; Dorothea Graff",
    "contributor": "A publisher's man",
    "date": "1699/1701",
    "description": "A plant with insects.",
    "description@en": "A plant with insects.",
    "object type": "watercolors",
    "medium": "watercolour on vellum",
    "dimensions": "48 × 34 cm",  # noqa: RUF001 - the sign that is meant
    "subject": "pineapple",
    "spatial": "Berlin",
    "institution": "Museum of Examples",
    "identifier": "AM 7-1",
    "source": "https://museum.example.org/object/1",
}
FRONT = {
    "media url": "https://museum.example.org/1.jpg",
    "media number": "1",
    "media description": "Front",
    "license": f"{RIGHTS}licenses/by/4.0/",
}
BACK = {
    "media url": "https://museum.example.org/2.jpg",
    "media number": "2",
    "media description": "Back",
    "license": f"{RIGHTS}publicdomain/mark/1.0/",
}
NIGHT_WATCH = {
    "title": "De Nachtwacht",
    "title@nl": "De Nachtwacht",
    "title@en": "The Night Watch",
    "creator": "Rembrandt van Rijn",
    "date": "1642",
    "institution": "Rijksmuseum",
    "identifier": "SK-C-5",
    "license": f"https{RIGHTS.removeprefix('http')}publicdomain/mark/1.0/",
    "media url": "https://images.example.org/nachtwacht.jpg",
    "media number": "1",
}


@pytest.mark.parametrize(
    ("name", "format_", "expected"),
    [
        ("mods-collection", "MODS", [MIGRANT_MOTHER, DETE]),
        ("lido-oai", "OAI-PMH", [THREE_TREES | RECTO, THREE_TREES | VERSO]),
        (
            "mets-oai",
            "OAI-PMH",
            [ALBUM | {"media url": f"https://library.example.org/m{n}.jpg", "media number": str(n)} for n in (1, 2)],
        ),
        ("edm-oai", "OAI-PMH", [PINEAPPLE | FRONT, PINEAPPLE | BACK]),
        ("edm-nested", "EDM", [NIGHT_WATCH]),
    ],
)
def test_records_become_rows(name: str, format_: str, expected: list[dict[str, str]]) -> None:
    """An object has a row for each of its files; what is said of other things and people is not said of it."""
    assert table(sample(name)).format == format_
    assert values(sample(name)) == expected


def test_the_columns_fill_the_fields_of_the_page() -> None:
    """Their names are such that nobody has to say what is what."""
    profile = profile_of(rows(sample("lido-oai")))
    taken = {str(slot): pattern.columns for slot, pattern in slots_of_columns(TEMPLATES["Artwork"], profile).items()}
    names = ("title", "date", "medium", "dimensions", "institution", "accession number", "place of creation", "source")
    assert {name: taken[name] for name in names} == {name: (name,) for name in names}
    assert taken["artist"] == ("creator",)
    assert taken["title@fr"] == ("title@fr",)
    assert Slot("permission") in slots_of_columns(TEMPLATES["Artwork"], profile)
    assert media_column(profile) == "media url"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<originInfo><dateCreated>um 1900</dateCreated><dateIssued>1910</dateIssued></originInfo>", "um 1900"),
        (f"<originInfo>{START}</originInfo>", "1905/.."),
        (
            f'<originInfo>{START}<dateIssued encoding="marc" point="end">9999</dateIssued></originInfo>',
            "1905/..",
        ),
        ('<originInfo><dateCreated qualifier="approximate">1905-1910</dateCreated></originInfo>', "ca. 1905-1910"),
        ('<originInfo><dateCreated qualifier="questionable">1905</dateCreated></originInfo>', "1905?"),
        ('<originInfo><dateCreated qualifier="inferred">[1905]</dateCreated></originInfo>', "[1905]"),
        ("<originInfo><copyrightDate>1950</copyrightDate></originInfo>", "cop. 1950"),
        ("<originInfo><dateCaptured>2010</dateCaptured></originInfo>", None),
        ('<originInfo eventType="Digitization"><dateIssued>2010</dateIssued></originInfo>', None),
        ("<part><date>1999</date></part>", None),
    ],
)
def test_the_date_of_mods_is_when_it_was_made(inner: str, expected: str | None) -> None:
    """Else when it was published; with its beginning, end and doubts; never that of the copy."""
    assert mods(inner).get("date") == expected


@pytest.mark.parametrize(
    ("attributes", "roles", "maker"),
    [
        ("", ["photographer"], True),
        ("", ["Fotograf"], True),
        ("", ["pht"], True),
        ("", ["former owner", "artist"], True),
        (' usage="primary"', [], True),
        (' usage="primary"', ["publisher"], False),
        ("", [], False),
        ("", ["dpc"], False),
    ],
)
def test_a_maker_in_mods_is_who_has_a_makers_role(attributes: str, roles: list[str], *, maker: bool) -> None:
    """Or none, and the record's main name; everybody else only contributed."""
    terms = "".join(f"<role><roleTerm>{role}</roleTerm></role>" for role in roles)
    found = mods(f"<name{attributes}><namePart>Berg</namePart>{terms}</name>")
    assert ("creator" in found, "contributor" in found) == (maker, not maker)


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<displayDate>um 1640</displayDate><date><earliestDate>1635</earliestDate></date>", "um 1640"),
        ("<displayDate xml:lang='de'>um 1640</displayDate><displayDate xml:lang='en'>c. 1640</displayDate>", "c. 1640"),
        ("<date><earliestDate>1640</earliestDate><latestDate>1640</latestDate></date>", "1640"),
        ("<date><latestDate>1640</latestDate></date>", "../1640"),
        ("", None),
    ],
)
def test_the_date_of_lido_is_as_it_is_shown(inner: str, expected: str | None) -> None:
    """Else from its earliest to its latest."""
    actor = "<eventActor><displayActorInRole>X</displayActorInRole></eventActor>"
    assert made(f"{actor}<eventDate>{inner}</eventDate>").get("date") == expected


NAMED = "<actor><nameActorSet><appellationValue>Rembrandt</appellationValue></nameActorSet></actor>"
QUALIFIER = "<attributionQualifierActor><term>workshop of</term></attributionQualifierActor>"


@pytest.mark.parametrize(
    ("inner", "creator"),
    [
        (f"<actorInRole>{NAMED}</actorInRole>", "Rembrandt"),
        ("<displayActorInRole>Rembrandt, Maler</displayActorInRole>", "Rembrandt, Maler"),
        (
            f"<actorInRole>{NAMED}{QUALIFIER}</actorInRole>",
            "workshop of Rembrandt",
        ),
        (
            f"<displayActorInRole>Maler: zugeschrieben an X</displayActorInRole><actorInRole>{NAMED}</actorInRole>",
            "attributed to Rembrandt",
        ),
        (
            f"<displayActorInRole>X (Werkstatt), Maler</displayActorInRole><actorInRole>{NAMED}</actorInRole>",
            "workshop of Rembrandt",
        ),
        (f"<actorInRole>{NAMED}<roleActor><term>nach</term></roleActor></actorInRole>", "nach Rembrandt"),
        (f"<actorInRole>{NAMED}<roleActor><term>Verleger</term></roleActor></actorInRole>", None),
    ],
)
def test_how_sure_a_maker_is_in_lido_is_kept(inner: str, creator: str | None) -> None:
    """Wherever it is said; who only ordered or published it is no maker."""
    assert made(f"<eventActor>{inner}</eventActor>").get("creator") == creator


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("<term>Production</term>", True),
        ("<conceptID>http://terminology.lido-schema.org/lido00007</conceptID>", True),
        ("<conceptID>http://vocab.getty.edu/aat/300054713</conceptID>", True),
        ("<term xml:lang='de'>Daseinsbeginn</term>", True),
        ("<conceptID>http://terminology.lido-schema.org/eventType/beginning_of_existence</conceptID>", True),
        ("<term>Ausstellung</term>", False),
        ("<term>Production of copies for sale</term>", False),
        ("<conceptID>http://terminology.lido-schema.org/lido00001</conceptID>", False),
        ("", False),
    ],
)
def test_the_making_is_told_by_the_type_of_an_event(kind: str, *, read: bool) -> None:
    """By LIDO's own terms, the Art & Architecture Thesaurus or words; nothing is read of other events."""
    told = "<eventDate><displayDate>1900</displayDate></eventDate>"
    event = f"<eventSet><event><eventType>{kind}</eventType>{told}</event></eventSet>"
    files = "<resourceSet><resourceRepresentation><linkResource>https://x/1</linkResource></resourceRepresentation></resourceSet>"
    [found] = values(lido(event, f"<resourceWrap>{files}</resourceWrap>"))
    assert ("date" in found) == read


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([("height", "cm", "12"), ("width", "cm", "34"), ("Tiefe", "cm", "5")], "12 x 34 x 5 cm"),
        ([("height", "cm", "12"), ("width", "mm", "34")], "height: 12 cm; width: 34 mm"),
        ([("height", "cm", "1"), ("height", "cm", "2")], "height: 1 cm; height: 2 cm"),
        ([("diameter", "cm", "12")], "diameter: 12 cm"),
        ([("", "cm", "12")], "12 cm"),
    ],
)
def test_sizes_stand_together_where_their_units_agree(sizes: list[tuple[str, str, str]], expected: str) -> None:
    """Height before width before depth; else each is named."""
    measured = "".join(
        f"<measurementsSet><measurementType>{kind}</measurementType><measurementUnit>{unit}</measurementUnit>"
        f"<measurementValue>{value}</measurementValue></measurementsSet>"
        for kind, unit, value in sizes
    )
    path = "objectIdentificationWrap/objectMeasurementsWrap/objectMeasurementsSet/objectMeasurements"
    assert values(lido(measured, around=path)) == [{"dimensions": expected.replace(" x ", " × ")}]  # noqa: RUF001


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ([("image_thumb", ""), ("", "image/svg+xml"), ("image_preview", "")], 1),
        ([("", "application/ld+json"), ("image_preview", "image/jpeg"), ("image_master", "image/tiff")], 2),
        ([("IIIFManifest", ""), ("", "text/html"), ("thumb", "")], None),
    ],
)
def test_the_largest_file_is_taken(shown: list[tuple[str, str]], expected: int | None) -> None:
    """Of what a resource is shown by; never a thumbnail, a page or a manifest."""
    links = "".join(
        f'<resourceRepresentation type="{kind}"><linkResource formatResource="{format_}">https://x/{place}</linkResource>'
        "</resourceRepresentation>"
        for place, (kind, format_) in enumerate(shown)
    )
    holder = "<rightsWorkWrap><rightsWorkSet><creditLine>C</creditLine></rightsWorkSet></rightsWorkWrap>"
    [found] = values(lido(kept=f"{holder}<resourceWrap><resourceSet>{links}</resourceSet></resourceWrap>"))
    assert found.get("media url") == (None if expected is None else f"https://x/{expected}")


def test_the_rights_of_a_file_take_the_place_of_the_works() -> None:
    """A file that may not be used is never under the licence of the work that it shows."""
    licence = f"<rightsType><conceptID>{RIGHTS}publicdomain/mark/1.0/</conceptID></rightsType>"
    work = f"<rightsWorkWrap><rightsWorkSet>{licence}</rightsWorkSet></rightsWorkWrap>"
    shown = "<resourceRepresentation><linkResource>https://x/1.jpg</linkResource></resourceRepresentation>"
    own = "<rightsResource><rightsType><term>All rights reserved</term></rightsType></rightsResource>"
    [found] = values(lido(kept=f"{work}<resourceWrap><resourceSet>{shown}{own}</resourceSet></resourceWrap>"))
    assert ("license" in found, found["rights"]) == (False, "All rights reserved")


@pytest.mark.parametrize(
    ("said", "beside", "expected"),
    [
        ('<d:creator rdf:resource="https://viaf.org/1"/>', "", {}),
        (
            '<d:creator rdf:nodeID="a"/>',
            '<e:Agent rdf:nodeID="a"><s:prefLabel>B</s:prefLabel></e:Agent>',
            {"creator": "B"},
        ),
        (
            '<d:creator rdf:resource="#a"/>',
            '<rdf:Description rdf:ID="a"><s:prefLabel>B</s:prefLabel><d:creator rdf:resource="x"/></rdf:Description>',
            {"creator": "B"},
        ),
        ("<x:issued>1900</x:issued><d:date>1890</d:date>", "", {"date": "1890"}),
        ("", "<o:Aggregation><e:rights>R</e:rights></o:Aggregation>", {"license": "R"}),
        ("", '<o:Aggregation><e:aggregatedCHO rdf:resource="y"/><e:rights>R</e:rights></o:Aggregation>', {}),
        ("", "<o:Aggregation><e:provider>P</e:provider></o:Aggregation>", {}),
        ("", f'<o:Aggregation><d:rights rdf:resource="{RIGHTS}"/></o:Aggregation>', {"license": RIGHTS}),
    ],
)
def test_what_edm_refers_to_is_called_by_its_label(said: str, beside: str, expected: dict[str, str]) -> None:
    """However it is referred to; what has no label within the record says nothing."""
    assert edm(beside, said) == {"title": "T", **expected}


@pytest.mark.parametrize(
    ("code", "column"),
    [
        ("swe", "title@sv"),
        ("ger", "title@de"),
        ("de-CH", "title@de-ch"),
        ("sv-SE", "title@sv"),
        ("zxx", None),
        ("?", None),
    ],
)
def test_languages_are_those_that_wikis_have(code: str, column: str | None) -> None:
    """Libraries' three letters are the same languages; what is none is not told."""
    found = values(f'{MODS}<titleInfo lang="{code}"><title>T</title></titleInfo></mods>')
    assert found == [{"title": "T", **({column: "T"} if column else {})}]


def test_the_schema_that_says_most_is_read_once() -> None:
    """Some servers give Dublin Core beside it."""
    dublin_core = '<dc xmlns="http://purl.org/dc/elements/1.1/"><title>A</title></dc>'
    inner = f"{MODS}<titleInfo><title>B</title></titleInfo></mods>"
    assert values(answer(dublin_core + inner)) == [{"title": "B"}]
    assert values(answer(f"{dublin_core}{MODS}</mods>")) == [{"title": "A"}]
    assert values(answer(f"{METS}</xmlData></mdWrap></dmdSec>{dublin_core}</mets>")) == [{"title": "A"}]


def test_the_columns_are_those_of_the_first_answer() -> None:
    """With its languages; where it has no record, of every schema there is."""
    page = f"{MODS}<titleInfo lang='{{}}'><title>B</title></titleInfo><note>N</note></mods>"
    further = {f"{ADDRESS}?verb=ListRecords&resumptionToken=2": answer(page.format("sv")).encode()}
    first = answer(page.format("en"), token="2")
    assert table(first).columns == tuple(dict.fromkeys(("title", "title@en", "notes", *OBJECT_COLUMNS)))
    assert values(first, further)[1] == {"title": "B", "notes": "N"}
    deleted = first.replace("<metadata>", "<header status='deleted'/><metadata>")
    assert set(table(deleted, further).columns) == {*OBJECT_COLUMNS, *COLUMNS}
    assert [type(row) for row in rows(deleted, further)] == [BadRecord, Record]


def test_records_are_counted_not_their_files() -> None:
    """What the server says there is counts records; rows are counted through."""
    told = sample("lido-oai").replace(b'completeListSize="1"', b'completeListSize="2"')
    assert bad_rows(told) == [(3, "row-oai-missing", (2, 1))]


def test_a_file_of_objects_may_have_other_things_in_it() -> None:
    """A record without anything is told; a file without any is no list."""
    assert bad_rows(f"<lidoWrap>{lido('')}{LIDO}<objectPublishedID>http://x</objectPublishedID></lido></lidoWrap>") == [
        (1, "row-no-metadata", ())
    ]
    assert refusal(f"{RDF}<x:a/></rdf:RDF>") == ("row-no-metadata", ())
    assert refusal("<mods:modsCollection xmlns:mods='x'/>") == ("manifest-no-records", ("MODS",))
