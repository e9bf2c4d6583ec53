"""A partner mends the list, not the request: the bot looks at it again by itself, and at once when it is told to."""

import html
import re

import requests

from .desk import Answer, Desk, picture, published


def _mended(desk: Desk, title: str) -> None:
    """The list names one picture, under this title."""
    url = desk.partner.publish("/mended.jpg", picture(8_000_001))
    desk.partner.publish_list("/list.csv", [{"title": title, "number": "1", "media_url": url}])


def _an_hour_later(desk: Desk) -> None:
    request = desk.hub.ledger.get(1)
    assert request.look_again > 0
    desk.hub.ledger.update_request(request, look_again=1.0)
    desk.work()


def test_a_list_that_was_mended_is_read_without_an_edit(desk: Desk) -> None:
    """Nothing but the list was wrong, and nothing else is changed; as long as it is wrong, nothing is written."""
    desk.file(manifest=f"{desk.partner.address}/list.csv")
    desk.work()
    assert desk.status() == "invalid"
    before = desk.text()
    _an_hour_later(desk)
    assert desk.text() == before
    _mended(desk, "Mended")
    _an_hour_later(desk)
    assert desk.status() == "planned"


def test_a_requester_can_have_the_list_read_again_at_once(desk: Desk) -> None:
    """By the button below the answer, before there is a report."""
    desk.file(manifest=f"{desk.partner.address}/list.csv")
    desk.work()
    page = requests.get(desk.sandbox.wikis["commons"].page(desk.base), timeout=30).text
    link = re.search(r'href="([^"]*Hub_review/check_again[^"]*)"><span[^>]*>Read the list again<', page)
    assert link
    form = requests.get(html.unescape(link[1]), timeout=30).text
    assert "{{Hub review|check again}} ~~~~" in html.unescape(form)
    _mended(desk, "Mended at once")
    desk.person("Partner").edit(desk.talk(), "{{Hub review|check again}} ~~~~\n", section_new="H1")
    desk.work()
    assert desk.status() == "planned"


def test_a_plan_whose_list_has_changed_is_made_anew(desk: Desk) -> None:
    """An approval of what was shown before counts for nothing."""
    desk.file(manifest=published(desk, "Before"))
    desk.work()
    shown = desk.plan()
    _mended(desk, "Afterwards")
    _an_hour_later(desk)
    assert "Afterwards" in desk.text(desk.report())
    desk.approve(answer=f"{{{{Hub review|approve|plan={shown}}}}}")
    desk.work()
    assert desk.status() == "planned"
    assert desk.plan() != shown


def test_a_plan_outlives_an_hour_without_its_list(desk: Desk) -> None:
    """A server that is away for a while costs nobody the preview."""
    desk.file(manifest=published(desk, "Away"))
    desk.work()
    kept = desk.partner.answers["/list.csv"]
    desk.partner.answers["/list.csv"] = Answer(b"", "text/plain", 503)
    _an_hour_later(desk)
    assert desk.status() == "planned"
    desk.partner.answers["/list.csv"] = kept
    desk.approve()
    desk.work()
    assert desk.status() == "done"


def test_a_list_that_was_checked_alone_is_looked_at_too(desk: Desk) -> None:
    """As long as it is the same nothing is written, and the bot comes to rest; mended, it is checked anew."""
    desk.file(manifest=published(desk, "Checked once"), check_only="yes")
    desk.work()
    before = desk.text()
    _an_hour_later(desk)
    assert desk.text() == before
    _mended(desk, "Checked twice")
    _an_hour_later(desk)
    assert desk.status() == "checked"
    assert "Checked twice" in desk.text(desk.report())
