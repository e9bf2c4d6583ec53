"""Whole pages, as they stand on the wiki in the end: one of each kind of thing that museums share.

The lists are in `tests/data/pages`, each with the first page that comes of it; `@@HOST@@` is the partner's server.
"""

from pathlib import Path

from jobs.model.actions import Upload

from .rig import Rig, picture

PAGES = Path(__file__).parent.parent / "data" / "pages"
MAPPING = """{| class="wikitable"
! column !! word !! creator !! institution !! item
|-
| institution || Example Museum || || Example Museum || Q1043967
|-
| institutionCode || S || || Example Museum || Q1043967
|-
| creator || Rembrandt van Rijn || Rembrandt Harmensz. van Rijn || || Q5598
|}"""
REQUESTS = {
    "painting": {
        "template": "Artwork", "license": "{{PD-Art|PD-old-100-expired}}", "filename": "{title} - {artist}",
    },
    "photograph": {
        "template": "Photograph", "license": "{{PD-old-70-expired}}", "filename": "{titel} - {föremålsnr}",
        "title": "{titel|lang:sv}", "description": "{beskrivning|lang:sv}",
    },
    "sculpture": {
        "template": "Art Photo", "license": "{{PD-old-70-expired}}", "photo license": "{{Cc-by-4.0}}",
        "filename": "{title} - {artist}", "rights evidence": "https://example.org/rights",
        "rights statement": "Photographs: CC BY 4.0", "rights date": "2026-11-20",
    },
    "manuscript": {"template": "Book", "license": "{{PD-old-100-expired}}", "filename": "{title}"},
    "specimen": {
        "template": "Specimen", "license": "{{Cc-by-4.0}}", "filename": "{scientificName} - {catalogNumber}",
    },
}  # fmt: skip


def test_finished_pages(rig: Rig) -> None:
    """A painting, an old photograph, a sculpture with two licences, a page of a manuscript from IIIF, a specimen."""
    rig.save_pages({
        f"{rig.base}/mapping": MAPPING, "Institution:Example Museum": "Example Museum",
        "Creator:Rembrandt Harmensz. van Rijn": "Rembrandt", "Template:PD-Art": "A faithful copy: {{{1}}}",
        "Template:PD-old-100-expired": "In the public domain, in the United States too.",
    })  # fmt: skip
    for number, kind in enumerate(REQUESTS):
        ask(rig, kind, 0xF00000 + 10 * number)
    rig.work()
    for number, kind in enumerate(REQUESTS, 1):
        assert rig.status(number) == "planned", (kind, rig.text())
        rig.approve(number=number)
    rig.work()
    for number, kind in enumerate(REQUESTS, 1):
        assert rig.status(number) == "done", rig.text(rig.report(number))
        action = next(iter(rig.hub.ledger.items(rig.hub.ledger.get(number)))).action
        assert isinstance(action, Upload)
        title, _, expected = (PAGES / f"{kind}.wikitext").read_text(encoding="utf-8").partition("\n")
        page = rig.text(action.title).replace(rig.partner.address, "@@HOST@@").replace(action.tracking, "@@OWN@@")
        assert (action.title, page) == (title, expected.rstrip("\n"))


def ask(rig: Rig, kind: str, shade: int) -> None:
    """File the request for the files of a list, whose pictures begin with this shade."""
    for number in range(3):
        rig.partner.publish(f"/{kind}{number}.jpg", picture(shade + number))
    [listed] = PAGES.glob(f"{kind}.*[!t]")
    manifest = listed.read_text(encoding="utf-8").replace("@@HOST@@", rig.partner.address)
    rig.file(
        partner="Example Museum", manifest=rig.partner.publish(f"/{listed.name}", manifest.encode(), "text/plain"),
        categories="Example Museum", mapping=f"{rig.base}/mapping", section=kind, **REQUESTS[kind],
    )  # fmt: skip
