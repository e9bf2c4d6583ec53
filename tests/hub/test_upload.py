"""A request that is in order goes all the way."""

import hashlib

from .desk import Desk, published


def test_a_request_goes_from_the_page_to_a_verified_result(desk: Desk) -> None:
    """What was asked for, planned and approved is on the wiki: bytes, page and categories."""
    desk.file(manifest=published(desk, "Vår", "Höst"))
    desk.work()
    assert desk.status() == "planned"
    assert desk.person("Stranger").text("File:Vår - 1.jpg") is None

    desk.approve()
    desk.work()

    assert desk.status() == "done"
    assert all("done and verified" in line for line in desk.rows().values())
    found = desk.person("Stranger").api(
        action="query", titles="File:Vår - 1.jpg", prop="imageinfo|categories|revisions", iiprop="sha1|user|comment",
        rvprop="content", rvslots="main",
    )["query"]["pages"][0]  # fmt: skip
    image = found["imageinfo"][0]
    assert image["sha1"] == hashlib.sha1(desk.partner.answers["/1.jpg"].body, usedforsecurity=False).hexdigest()
    assert image["user"] == "ContentPartnershipsBot"
    assert f"[[{desk.report()}]]" in image["comment"]
    tracking = f"Category:{desk.report().partition(':')[2].replace('_', ' ')}"
    categories = {entry["title"] for entry in found["categories"]}
    assert categories == {"Category:Glass plates", "Category:Nordic Museum", tracking}
    assert "__HIDDENCAT__" in desk.text(tracking)
    text = found["revisions"][0]["slots"]["main"]["content"]
    source = f"Nordic Museum: {desk.partner.address}/1.jpg"
    assert f"{{{{Artwork\n |title = Vår\n |source = {source}\n}}}}" in text
    assert "{{PD-old-70}}" in text
