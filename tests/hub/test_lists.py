"""Lists as partners have them: whatever the format, each of their records becomes a page."""

import json
import re

from .rig import Rig, picture

KINDS = ("iiif", "json", "json lines", "wiki table")


def test_a_list_of_any_format_becomes_files(rig: Rig) -> None:
    """The format is told by what is in the list; columns, filters and alternatives mean the same in each."""
    for number, kind in enumerate(KINDS):
        image = rig.partner.publish(f"/plate{number}.jpg", picture(880_000 + number))
        row = {"title": f"a plate in {kind}", "date": "c. 1780", "media_url": image}
        rig.file(
            manifest=_published(rig, kind, row), filename="{name|title|label|upper_first}", template="Artwork",
            date="{date|date}", section=f"As {kind}",
        )  # fmt: skip
    rig.work()
    _, *answers = re.split(r"^== As [\w ]+ ==$", rig.text(), flags=re.MULTILINE)
    for number, (kind, answer) in enumerate(zip(KINDS, answers, strict=True), 1):
        assert rig.status(number) == "invalid", kind
        assert "The list has no column “name”" in answer or "Did you mean" in answer, kind
    wrong = "{name|title|label|upper_first}"
    mended = rig.text().replace(wrong, "{canvas label|upper_first}", 1).replace(wrong, "{title|upper_first}")
    rig.person("Partner").edit(rig.base, mended)
    rig.work()
    for number, _ in enumerate(KINDS, 1):
        assert rig.status(number) == "planned", rig.text()
        rig.approve(number=number)
    rig.work()
    assert [rig.status(number) for number, _ in enumerate(KINDS, 1)] == ["done"] * len(KINDS)
    for text in rig.texts([f"File:A plate in {kind}.jpg" for kind in KINDS]).values():
        assert "|date = {{other date|~|1780}}" in text


def _published(rig: Rig, kind: str, row: dict[str, str]) -> str:
    """The list in this format, on the partner's server or on a wiki page; returns its address."""
    if kind == "wiki table":
        lines = ["{| class=wikitable", "! title !! date !! media_url", "|-", "| " + " || ".join(row.values()), "|}"]
        rig.person("Partner").edit(f"{rig.base}/Table", "\n".join(lines))
        return f"{rig.base}/Table"
    manifest = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{rig.partner.address}/{kind}",
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
    return rig.partner.publish(f"/{kind.replace(' ', '-')}", body.encode(), "application/octet-stream")


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
