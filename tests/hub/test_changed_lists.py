"""A partner mends the list, not the request: the bot looks at it again by itself, and at once when it is told to."""

import html
import re

import requests

from .rig import Answer, Rig, picture, published


def _mended(rig: Rig, title: str) -> None:
    """The list names one picture, under this title."""
    url = rig.partner.publish("/mended.jpg", picture(8_000_001))
    rig.partner.publish_list("/list.csv", [{"title": title, "number": "1", "media_url": url}])


def _an_hour_later(rig: Rig) -> None:
    request = rig.hub.ledger.get(1)
    assert request.look_again > 0
    rig.hub.ledger.update_request(request, look_again=1.0)
    rig.work()


def test_a_list_that_was_mended_is_read_without_an_edit(rig: Rig) -> None:
    """Nothing but the list was wrong, and nothing else is changed; as long as it is wrong, nothing is written."""
    rig.file(manifest=f"{rig.partner.address}/list.csv")
    rig.work()
    assert rig.status() == "invalid"
    before = rig.text()
    _an_hour_later(rig)
    assert rig.text() == before
    _mended(rig, "Mended")
    _an_hour_later(rig)
    assert rig.status() == "planned"


def test_a_requester_can_have_the_list_read_again_at_once(rig: Rig) -> None:
    """By the button below the answer, before there is a report."""
    rig.file(manifest=f"{rig.partner.address}/list.csv")
    rig.work()
    page = requests.get(rig.sandbox.wikis["commons"].page(rig.base), timeout=30).text
    link = re.search(r'href="([^"]*Hub_review/check_again[^"]*)"><span[^>]*>Read the list again<', page)
    assert link
    form = requests.get(html.unescape(link[1]), timeout=30).text
    assert "{{Hub review|check again}} ~~~~" in html.unescape(form)
    _mended(rig, "Mended at once")
    rig.person("Partner").edit(rig.talk(), "{{Hub review|check again}} ~~~~\n", section_new="H1")
    rig.work()
    assert rig.status() == "planned"


def test_a_plan_whose_list_has_changed_is_made_anew(rig: Rig) -> None:
    """An approval of what was shown before counts for nothing."""
    rig.file(manifest=published(rig, "Before"))
    rig.work()
    shown = rig.plan()
    _mended(rig, "Afterwards")
    _an_hour_later(rig)
    assert "Afterwards" in rig.text(rig.report())
    rig.approve(answer=f"{{{{Hub review|approve|plan={shown}}}}}")
    rig.work()
    assert rig.status() == "planned"
    assert rig.plan() != shown


def test_a_plan_outlives_an_hour_without_its_list(rig: Rig) -> None:
    """A server that is away for a while costs nobody the preview."""
    rig.file(manifest=published(rig, "Away"))
    rig.work()
    kept = rig.partner.answers["/list.csv"]
    rig.partner.answers["/list.csv"] = Answer(b"", "text/plain", 503)
    _an_hour_later(rig)
    assert rig.status() == "planned"
    rig.partner.answers["/list.csv"] = kept
    rig.approve()
    rig.work()
    assert rig.status() == "done"


def test_a_list_that_was_checked_alone_is_looked_at_too(rig: Rig) -> None:
    """As long as it is the same nothing is written, and the bot comes to rest; mended, it is checked anew."""
    rig.file(manifest=published(rig, "Checked once"), check_only="yes")
    rig.work()
    before = rig.text()
    _an_hour_later(rig)
    assert rig.text() == before
    _mended(rig, "Checked twice")
    _an_hour_later(rig)
    assert rig.status() == "checked"
    assert "Checked twice" in rig.text(rig.report())


def test_what_was_sent_back_is_not_planned_again_as_it_was(rig: Rig) -> None:
    """A reviewer who wants something else is not shown the same plan again, by a button or by a list that was away."""
    rig.file(manifest=published(rig, "Sent back"))
    rig.work()
    rig.review("reject")
    rig.work()
    assert (rig.status(), "please say why" in rig.text(rig.talk())) == ("planned", True)
    rig.review("reject|reason=Name the year")
    rig.work()
    kept = rig.partner.answers["/list.csv"]
    for list_now in (kept, Answer(b"", "text/plain", 503), kept):
        rig.partner.answers["/list.csv"] = list_now
        rig.review("check again", account="Partner")
        rig.work()
        assert (rig.status(), "Name the year" in rig.text(rig.report())) == ("invalid", True)
    assert "only once the request or its list says something else" in rig.text(rig.talk())
    _mended(rig, "Sent back 1898")
    rig.review("check again", account="Partner")
    rig.work()
    assert rig.status() == "planned"
