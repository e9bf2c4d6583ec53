"""What collections call their columns is known without a word from them."""

import pytest

from wikitext.columns import meant

# The headings of open data as the collections publish them, without those that nothing of a page is made of (keys,
# dates of changes, the museum's own workflow, subjects).
PUBLISHED = {
    "Tate": """accession_number artist title dateText medium dimensions width height depth creditLine inscription
        thumbnailUrl url""",
    "MoMA": """Title Artist Date Medium Dimensions CreditLine AccessionNumber Classification Department ImageURL
        Height_(cm) Width_(cm) Depth_(cm)""",
    "Cleveland": """accession_number title creation_date creators.description technique dimensions department type
        provenance.description creditline url images.web.url description inscriptions.inscription""",
    "Mia": """accession_number artist creditline dated description dimension medium title department image
        classification inscription object_name""",
    "NYPL": """Title Contributor Date Description Note Language Resource_Type Genre Identifier_Accession_Number
        Publisher Digital_Collections_URL""",
    "Rijksmuseum": """objectNumber title principalMaker webImage.url links.web description physicalMedium
        dating.presentingDate acquisition.creditLine objectTypes subTitle""",
    "IMA": "Accession_Number Title Artist Date_of_Creation Medium Dimensions Credit_Line Department Provenance",
    "Williams College": """title maker accession_number creation_date classification medium dimensions creditline
        department""",
    "DigitaltMuseum": "Tittel Fotograf Datering Identifikasjonsnr Beskrivelse Materiale Teknikk Mål Lisens Eier",
    "Världskulturmuseerna": "Föremålsnummer Benämning Beskrivning Material Mått Fotograf Datering Ort Licens",
    "DigitaltMuseum's API": """artifact.ingress.title artifact.ingress.description artifact.ingress.producer
        artifact.ingress.producers artifact.ingress.producerRole artifact.ingress.production.fromYear
        artifact.ingress.production.toYear artifact.ingress.production.place artifact.ingress.classification
        artifact.ingress.subjects artifact.ingress.license artifact.type artifact.name artifact.material
        artifact.technique artifact.depictedPerson artifact.depictedPlace identifier.id""",
    "Rijksmuseum's search": """objectNumber title longTitle principalOrFirstMaker webImage.url links.web
        productionPlaces""",
    "Art Institute of Chicago": """title main_reference_number artist_title artist_display date_display date_start
        date_end place_of_origin medium_display dimensions credit_line inscriptions publication_history
        exhibition_history provenance_text copyright_notice classification_title department_title subject_titles""",
    "Tate's JSON": """acno all_artists title dateText dateRange.text dateRange.startYear dateRange.endYear medium
        dimensions creditLine inscription classification thumbnailUrl url""",
    "ColBase": """機関管理番号 分類 作品名 作者 制作地 出土地 時代世紀 品質形状 法量 銘文等 寄贈者 所蔵者 解説 機関名
        代表画像URL コンテンツの権利区分""",
}


@pytest.mark.parametrize("collection", PUBLISHED)
def test_columns_of_collections_are_found(collection: str) -> None:
    """Of their headings nine in ten at the least mean something without a word from the partner."""
    headings = PUBLISHED[collection].split()
    unknown = [heading for heading in headings if not meant(heading)]
    assert len(unknown) <= len(headings) / 10, unknown


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("dcterms:creator", "creator"),
        ("Dublin Core: Title", "title"),
        ("dc.date", "date"),
        ("Accession No.", "accession number"),
        ("accessionNumber", "accession number"),
        ("Title(s)", "title"),
        ("Numéro d\u2019inventaire", "accession number"),
        ("MASSE", "dimensions"),
        ("Maße", "dimensions"),
        ("actors.display_name", "creator"),
        ("creation.date", "date"),
        ("tekijät", "creator"),
        ("Nr inw.", "accession number"),
        ("العنوان", "title"),
        ("タイトル", "title"),
        ("名称", "name"),
        ("制作年", "date"),
        ("技法・材質", "medium"),
        ("高さ(cm)", "height"),
        ("所蔵館", "institution"),
        ("資料番号", "accession number"),
        ("画像URL", "media"),
        ("撮影者", "photographer"),
        ("Lizenz Bild", "license"),
        ("słowa kluczowe", "keywords"),
        ("Emneord", "keywords"),
        ("objectBeginDate", "date begin"),
        ("production.date.end", "date end"),
    ],
)
def test_how_a_heading_is_written_makes_no_difference(heading: str, meaning: str) -> None:
    """Standards' names before it, brackets, abbreviations, apostrophes, ß, plural, nested keys."""
    found = meant(heading)
    assert found is not None
    assert found.what == meaning


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("startdate", "enddate"), ("earliest", "latest"), ("date_from", "date_to"), ("Date (from)", "Date (to)"),
        ("production.date.start", "production.date.end"), ("creation start date", "creation end date"),
        ("DateMin", "DateMax"), ("dating.yearEarly", "dating.yearLate"), ("Entstehungsjahr von", "Entstehungsjahr bis"),
        ("Datum (fr\u00fchestes)", "Datum (sp\u00e4testes)"), ("tillverkningsår från", "tillverkningsår till"),
        ("dato fra", "dato til"), ("begin jaar", "eind jaar"), ("datation de début", "datation de fin"),
        ("fecha desde", "fecha hasta"), ("data de início", "data de término"), ("datazione dal", "datazione al"),
        ("datowanie od", "datowanie do"), ("alkuaika", "loppuaika"), ("制作年\uff08始\uff09", "制作年\uff08終\uff09"),
        ("تاريخ البداية", "تاريخ النهاية"), ("terminus post quem", "terminus ante quem"),
    ],
)  # fmt: skip
def test_ends_of_spans_are_told_by_their_words(begin: str, end: str) -> None:
    """Beside any name for a date, before, behind or within it, in brackets too: such a column is no date alone."""
    assert [found.what for name in (begin, end) if (found := meant(name))] == ["date begin", "date end"]


@pytest.mark.parametrize(
    "heading",
    ["acquisition.date", "DateAcquired", "artistBeginDate", "ConstituentID", "artist born", "from", "made from"],
)
def test_what_only_sounds_like_it_is_left_alone(heading: str) -> None:
    """The date of an acquisition is not the work's."""
    assert meant(heading) is None


def test_sizes_have_the_unit_of_their_heading() -> None:
    """In brackets of either kind."""
    assert [(found.what, found.unit) for name in ("Height (cm)", "bredd [mm]", "Depth") if (found := meant(name))] == [
        ("height", "cm"), ("width", "mm"), ("depth", ""),
    ]  # fmt: skip
