"""IIIF manifests as they are published: the Consortium's own examples (see `tests/data/iiif`)."""

import pytest

from jobs.model.records import Record
from tests.jobs.lists.made import DATA, rows, table

MANIFESTS = DATA / "iiif"
IMAGES = "https://iiif.io/api/image/3.0/example/reference"
GOTTINGEN = f"{IMAGES}/918ecd18c2592080851777620de9bcb5-gottingen"
DEE = f"{IMAGES}/421e65be2ce95439b3ad6ef1f2ab87a9-dee-natural"
OWN = {"label", "label@en", "manifest", "canvas number", "media url"}
NAMED = {*OWN, "canvas label", "canvas label@en"}
SUMMED_UP = {*OWN, "summary", "summary@en", "attribution"}
EXPECTED = {
    "0001-mvm-image.json": (1, OWN, "https://iiif.io/api/presentation/2.1/example/fixtures/resources/page1-full.png"),
    "0005-image-service.json": (1, NAMED, GOTTINGEN),
    "0006-text-language.json": (
        1,
        {*SUMMED_UP, "label@fr", "summary@fr", "creator", "subject", "subject@en", "subject@fr"},
        f"{IMAGES}/329817fc8a251a01c393f517d8a17d87-Whistlers_Mother",
    ),
    "0007-string-formats.json": (1, {*SUMMED_UP, "rights", "attribution@en", "author"}, GOTTINGEN),
    "0008-rights.json": (1, {*SUMMED_UP, "rights", "attribution@en"}, GOTTINGEN),
    "0009-book-1.json": (5, NAMED, f"{IMAGES}/59d09e6773341f28ea166e9f3c1e674f-gallica_ark_12148_bpt6k1526005v_f18"),
    "0024-book-4-toc.json": (
        6,
        NAMED,
        f"{IMAGES}/d3bbf5397c6df6b894c5991195c912ab-1-21198-zz001d8m41_774608_master",
    ),
    "0029-metadata-anywhere.json": (
        2,
        NAMED.union(
            *(
                {name, f"{name}@en"}
                for name in ("attribution", "creator", "date", "description", "physical description", "reference")
            )
        ),
        DEE,
    ),
    "0033-choice.json": (1, OWN, DEE),
}
"""How many canvases each has, the columns, and where the image of the first is."""


def test_every_manifest_is_known() -> None:
    """No example is left out."""
    assert {path.name for path in MANIFESTS.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_manifest_is_read(name: str) -> None:
    """Each canvas is a record with an image; columns are what the manifest and its canvases say of themselves."""
    content = (MANIFESTS / name).read_bytes()
    records, columns, image = EXPECTED[name]
    read = table(content)
    found = rows(content)
    assert (read.format, len(found), set(read.columns)) == ("IIIF", records, columns)
    addresses = [row.values["media url"] for row in found if isinstance(row, Record)]
    assert len(set(addresses)) == records
    assert addresses[0] == (image if image.endswith(".png") else f"{image}/full/max/0/default.jpg")
