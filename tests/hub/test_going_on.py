"""What waits for people goes on with what its list says then: rows that are kept out meanwhile stay out."""

import pytest

from jobs.context import slice_end

from .rig import Rig, picture


def _list(rig: Rig, shade: int, *secret: str) -> str:
    """A list of three, of which some are marked as not to be uploaded; `shade`: of their pictures."""
    titles = ["Market", "Bridge", "Mill"]
    urls = {title: rig.partner.publish(f"/{title}.jpg", picture(shade + n)) for n, title in enumerate(titles)}
    rows = [{"title": title, "media_url": urls[title], "embargo": "yes" if title in secret else ""} for title in titles]
    return rig.partner.publish_list("/list.csv", rows)


def test_a_retry_leaves_out_what_the_list_keeps_out_by_now(rig: Rig) -> None:
    """A row that failed and was marked since is not uploaded; the others that failed are."""
    manifest = _list(rig, 0xF50000)
    rig.file(manifest=manifest, filename="{title} of the retry")
    rig.work()
    rig.approve()
    for title in ("Bridge", "Mill"):
        rig.partner.publish(f"/{title}.jpg", b"", status=404)
    rig.work()
    assert rig.status() == "partly done", rig.text()
    _list(rig, 0xF50000, "Mill")
    rig.review("retry")
    rig.work()
    assert rig.status() == "partly done"
    assert "says something else of this row" in rig.rows()[4]
    stranger = rig.person("Stranger")
    assert [stranger.text(f"File:{name} of the retry.jpg") is None for name in ("Market", "Bridge", "Mill")] == [
        False, False, True,
    ]  # fmt: skip


def test_a_request_whose_list_is_away_waits_before_it_goes_on(rig: Rig) -> None:
    """Nobody knows what is kept out of it by now; when it is back, a resume is enough."""
    manifest = _list(rig, 0xF50010)
    rig.file(manifest=manifest, filename="{title} of the list")
    rig.work()
    rig.approve()
    rig.partner.publish("/Mill.jpg", b"", status=404)
    rig.work()
    rig.partner.publish("/list.csv", b"", status=404)
    rig.review("retry")
    rig.work()
    assert rig.status() == "paused", rig.text()
    _list(rig, 0xF50010)
    rig.review("resume")
    rig.work()
    assert rig.status() == "done"


def test_a_request_that_nothing_held_up_reads_its_list_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its first slice, for the approval is of what the list said; not again in each."""
    monkeypatch.setattr(slice_end, "ALONE_SECONDS", 0.0)
    rig.file(manifest=_list(rig, 0xF50020), filename="{title} read once")
    rig.work()
    before = rig.partner.asked.count("/list.csv")
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    assert rig.partner.asked.count("/list.csv") == before + 1
