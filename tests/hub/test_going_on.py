"""What waits for people goes on with what its list says then: rows that are kept out meanwhile stay out."""

import pytest

from jobs.execution import run

from .desk import Desk, picture


def _list(desk: Desk, shade: int, *secret: str) -> str:
    """A list of three, of which some are marked as not to be uploaded; `shade`: of their pictures."""
    titles = ["Market", "Bridge", "Mill"]
    urls = {title: desk.partner.publish(f"/{title}.jpg", picture(shade + n)) for n, title in enumerate(titles)}
    rows = [{"title": title, "media_url": urls[title], "embargo": "yes" if title in secret else ""} for title in titles]
    return desk.partner.publish_list("/list.csv", rows)


def test_a_retry_leaves_out_what_the_list_keeps_out_by_now(desk: Desk) -> None:
    """A row that failed and was marked since is not uploaded; the others that failed are."""
    manifest = _list(desk, 0xF50000)
    desk.file(manifest=manifest, filename="{title} of the retry")
    desk.work()
    desk.approve()
    for title in ("Bridge", "Mill"):
        desk.partner.publish(f"/{title}.jpg", b"", status=404)
    desk.work()
    assert desk.status() == "partly done", desk.text()
    _list(desk, 0xF50000, "Mill")
    desk.review("retry")
    desk.work()
    assert desk.status() == "partly done"
    assert "says something else of this row" in desk.rows()[4]
    stranger = desk.person("Stranger")
    assert [stranger.text(f"File:{name} of the retry.jpg") is None for name in ("Market", "Bridge", "Mill")] == [
        False, False, True,
    ]  # fmt: skip


def test_a_request_whose_list_is_away_waits_before_it_goes_on(desk: Desk) -> None:
    """Nobody knows what is kept out of it by now; when it is back, a resume is enough."""
    manifest = _list(desk, 0xF50010)
    desk.file(manifest=manifest, filename="{title} of the list")
    desk.work()
    desk.approve()
    desk.partner.publish("/Mill.jpg", b"", status=404)
    desk.work()
    desk.partner.publish("/list.csv", b"", status=404)
    desk.review("retry")
    desk.work()
    assert desk.status() == "paused", desk.text()
    _list(desk, 0xF50010)
    desk.review("resume")
    desk.work()
    assert desk.status() == "done"


def test_a_request_that_nothing_held_up_reads_its_list_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its first slice, for the approval is of what the list said; not again in each."""
    monkeypatch.setattr(run, "SLICE_ITEMS", 1)
    desk.file(manifest=_list(desk, 0xF50020), filename="{title} read once")
    desk.work()
    before = desk.partner.asked.count("/list.csv")
    desk.approve()
    desk.work()
    assert desk.status() == "done"
    assert desk.partner.asked.count("/list.csv") == before + 1
