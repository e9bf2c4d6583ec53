"""A request that is in order goes all the way."""

import hashlib
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from bots.mediawiki import uploads
from bots.mediawiki.uploads import Part, Uploads
from jobs.context import stop
from jobs.io.errors import Unanswered
from jobs.model.requests import ItemState

from .rig import Rig, picture, published


def test_a_request_goes_from_the_page_to_a_verified_result(rig: Rig) -> None:
    """What was asked for, planned and approved is on the wiki: bytes, page and categories."""
    rig.file(manifest=published(rig, "Vår", "Höst"))
    rig.work()
    assert rig.status() == "planned"
    assert rig.person("Stranger").text("File:Vår - 1.jpg") is None

    rig.approve()
    rig.work()

    assert rig.status() == "done"
    assert all("done and verified" in line for line in rig.rows().values())
    found = rig.person("Stranger").api(
        action="query", titles="File:Vår - 1.jpg", prop="imageinfo|categories|revisions", iiprop="sha1|user|comment",
        rvprop="content", rvslots="main",
    )["query"]["pages"][0]  # fmt: skip
    image = found["imageinfo"][0]
    assert image["sha1"] == hashlib.sha1(rig.partner.answers["/1.jpg"].body, usedforsecurity=False).hexdigest()
    assert image["user"] == "ContentPartnershipsBot"
    assert f"[[{rig.report()}]]" in image["comment"]
    tracking = f"Category:{rig.report().partition(':')[2].replace('_', ' ')}"
    categories = {entry["title"] for entry in found["categories"]}
    assert categories == {"Category:Glass plates", "Category:Nordic Museum", tracking}
    assert "__HIDDENCAT__" in rig.text(tracking)
    text = found["revisions"][0]["slots"]["main"]["content"]
    source = f"Nordic Museum: {rig.partner.address}/1.jpg"
    assert f"{{{{Artwork\n |title = Vår\n |institution = Nordic Museum\n |source = {source}\n}}}}" in text
    assert "{{PD-old-70-expired}}" in text


@pytest.mark.parametrize("fetched_by", ["wiki", "bot"])
def test_only_the_bytes_that_were_approved_are_published(rig: Rig, fetched_by: str) -> None:
    """A file that changed since fails its row, whoever fetches it; the others go on."""
    rig.set_policy("localhost")
    address = rig.partner.address if fetched_by == "wiki" else rig.partner.elsewhere
    rows = []
    for number, name in enumerate(("Changed", "Unchanged")):
        rig.partner.publish(f"/{number}.jpg", picture(0xA00000 + 2 * number + len(fetched_by)))
        rows.append({"title": name, "number": fetched_by, "media_url": f"{address}/{number}.jpg"})
    rig.file(manifest=rig.partner.publish_list("/list.csv", rows))
    rig.work()
    rig.partner.answers["/0.jpg"].body = picture(0xA00100)
    rig.partner.asked.clear()
    rig.approve()
    rig.work()
    assert rig.status() == "partly done"
    told = rig.rows()
    assert "is not the one that was approved: it has changed since." in told[2]
    assert "done and verified" in told[3]
    assert rig.person("Stranger").text(f"File:Changed - {fetched_by}.jpg") is None
    assert rig.partner.asked.count("/1.jpg") == 1


@pytest.mark.parametrize(("together", "planned"), [(Barrier(2, timeout=20), 4), (Barrier(3, timeout=0.5), 0)])
def test_files_are_looked_at_a_few_at_once(rig: Rig, together: Barrier, planned: int) -> None:
    """As many as the policy says: a server that waits for two gets on, one that waits for three does not."""
    rig.set_policy(fetches=2)
    rig.file(manifest=published(rig, *(f"Of {together.parties} {number}" for number in range(4))))
    for path, said in rig.partner.answers.items():
        said.together = together if path.endswith("jpg") else None
    rig.work()
    assert rig.hub.ledger.counts(rig.hub.ledger.get(1))[ItemState.PLANNED] == planned


def test_a_licence_in_a_column_is_each_files_own(rig: Rig) -> None:
    """By its address or its template; a file that has no free one is skipped."""
    address = "https://creativecommons.org/licenses/{}/4.0/".format
    said = [address("by"), "{{cc-zero}}", address("by-nd")]
    rows = [
        {
            "title": f"Licensed {number}",
            "number": "1",
            "media_url": rig.partner.publish(f"/{number}.jpg", picture(0xA00200 + number)),
            "rights": rights,
        }
        for number, rights in enumerate([*said, ""])
    ]
    rig.file(license="{rights}", manifest=rig.partner.publish_list("/list.csv", rows))
    rig.work()
    told = rig.rows()
    assert "by-nd/4.0/” is not a free licence: it forbids changes" in told[4]
    assert "The row does not say what the licence of the file is." in told[5]
    rig.approve()
    rig.work()
    texts = rig.texts(["File:Licensed 0 - 1.jpg", "File:Licensed 1 - 1.jpg"])
    assert "\n{{Cc-by-4.0}}\n" in texts["File:Licensed 0 - 1.jpg"]
    assert "\n{{Cc-zero}}\n" in texts["File:Licensed 1 - 1.jpg"]


def test_a_large_file_goes_on_in_the_next_try(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """What arrived before the bot gave up, or was killed, is not sent again."""
    rig.set_policy("localhost")
    rig.partner.publish("/large.png", picture(0xA00300, "PNG") + bytes(350_000), "image/png")
    rows = [{"title": "Large", "number": "1", "media_url": f"{rig.partner.elsewhere}/large.png"}]
    rig.file(manifest=rig.partner.publish_list("/list.csv", rows))
    rig.work()
    rig.approve()
    send, sent = Uploads._send, list[int | None]()

    def noted(self: Uploads, path: Path, name: str, part: Part) -> Part:
        sent.append(part.end)
        if sent.count(200_000) < 5 and part.end == 200_000:
            raise Unanswered("lost")
        return send(self, path, name, part)

    monkeypatch.setattr(Uploads, "_send", noted)
    monkeypatch.setattr(uploads, "_WAITS", (0, 0, 0))
    rig.work()
    assert rig.status() == "done"
    assert sent == [0, 100_000, *[200_000] * 5, 300_000]


def test_a_file_on_its_way_is_not_published_once_the_bot_was_stopped(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is on its way for long: what people said meanwhile counts, and it goes on when they let it."""
    monkeypatch.setattr(stop, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(stop, "KNOWN_SECONDS", 0.0)
    rig.file(manifest=published(rig, "Stopped on its way"))
    rig.work()
    rig.approve()
    wiki = rig.hub.wikis["commons"]
    stash_from = wiki.stash_from

    def stopped_meanwhile(url: str, title: str, **approved: Any) -> Any:
        key = stash_from(url, title, **approved)
        rig.person("Stranger").edit("User:ContentPartnershipsBot/Stop", "Wait!")
        return key

    with monkeypatch.context() as patched:
        patched.setattr(wiki, "stash_from", stopped_meanwhile)
        rig.work()
    rig.person("Stranger").edit("User:ContentPartnershipsBot/Stop", "")
    assert rig.person("Stranger").text("File:Stopped on its way - 1.jpg") is None
    rig.go_on()
    assert rig.status() == "done"
