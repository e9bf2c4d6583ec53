"""Lists as partners have them: whatever the format, each of their records becomes a page."""

import json

import pytest

from .rig import Rig, picture

KINDS = ("json", "json lines", "iiif", "wiki table")


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_of_any_format_becomes_files(rig: Rig, kind: str) -> None:
    """The format is told by what is in the list; columns, filters and alternatives mean the same in each."""
    image = rig.partner.publish("/plate.jpg", picture(880_000 + KINDS.index(kind)))
    row = {"title": f"a plate in {kind}", "date": "c. 1780", "media_url": image}
    rig.file(
        manifest=_published(rig, kind, row), filename="{name|title|label|upper_first}", template="Artwork",
        date="{date|date}",
    )  # fmt: skip
    rig.work()
    assert rig.status() == "invalid"
    assert "The list has no column “name”" in rig.text() or "Did you mean" in rig.text()
    column = "canvas label" if kind == "iiif" else "title"
    mended = rig.text().replace("{name|title|label|upper_first}", f"{{{column}|upper_first}}")
    rig.person("Partner").edit(rig.base, mended)
    rig.work()
    assert rig.status() == "planned", rig.text()
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    text = rig.text(f"File:A plate in {kind}.jpg")
    assert "|date = {{other date|~|1780}}" in text


def _published(rig: Rig, kind: str, row: dict[str, str]) -> str:
    """The list in this format, on the partner's server or on a wiki page; returns its address."""
    if kind == "wiki table":
        lines = ["{| class=wikitable", "! title !! date !! media_url", "|-", "| " + " || ".join(row.values()), "|}"]
        rig.person("Partner").edit(f"{rig.base}/Table", "\n".join(lines))
        return f"{rig.base}/Table"
    manifest = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{rig.partner.address}/list",
        "type": "Manifest",
        "label": {"en": ["A book"]},
        "items": [{
            "id": "https://example.org/canvas/1", "type": "Canvas", "label": {"en": [row["title"]]},
            "metadata": [{"label": {"en": ["Date"]}, "value": {"en": [row["date"]]}}],
            "items": [{"type": "AnnotationPage", "items": [
                {"type": "Annotation", "motivation": "painting", "body": {"id": row["media_url"], "type": "Image"}},
            ]}],
        }],
    }  # fmt: skip
    body = {"json": json.dumps([row]), "json lines": f"{json.dumps(row)}\n", "iiif": json.dumps(manifest)}[kind]
    return rig.partner.publish("/list", body.encode(), "application/octet-stream")


def test_how_a_list_was_read_is_said_before_anybody_says_yes(rig: Rig) -> None:
    """What stands above the headings is passed over, and the preview says which row was taken for them."""
    image = rig.partner.publish("/plate.jpg", picture(880_100))
    text = f"Export of our plates 2021,,\n\ntitle,number,media_url\nBelow a title,1,{image}\n"
    rig.file(manifest=rig.partner.publish_list("/list.csv", text))
    rig.work()
    assert rig.status() == "planned"
    assert "Row 3 was taken for the headings; what stands above it is not read." in rig.text(rig.report())
    rig.approve()
    rig.work()
    assert rig.status() == "done"
