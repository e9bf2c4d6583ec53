"""What the wiki refuses to have on a page never leaves a request hanging: it is left out, and people are told."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deploy.sandbox.demo import wait_until

from .desk import Desk, picture, published, set_filter
from .test_conversation import ask, changed

SPAM = "MediaWiki:Spam-blacklist"
TITLES = "MediaWiki:Titleblacklist"


@contextmanager
def page(desk: Desk, title: str, text: str) -> Iterator[None]:
    """The page says this for a while."""
    desk.person("Admin").edit(title, text)
    try:
        yield
    finally:
        desk.person("Admin").edit(title, "#")


@contextmanager
def blacklisted(desk: Desk, host: str) -> Iterator[None]:
    """No page takes the host's addresses for a while: the wiki says so, whose cache of the list may outlive an edit."""

    def in_force() -> bool:
        desk.person("Admin").append(SPAM, "\n#")
        asked = desk.person("Stranger").api(action="spamblacklist", url=f"https://{host}/")
        return bool(asked["spamblacklist"]["result"] == "blacklisted")

    with page(desk, SPAM, rf"\b{re.escape(host)}\b"):
        wait_until(in_force, f"{host} is on the list")
        yield


def test_an_address_on_the_spam_blacklist_is_left_out_of_the_report(desk: Desk) -> None:
    """The report has everything else, and the reply says that something is missing there, and why."""
    rows = [
        {
            "title": f"Blacklisted {number}",
            "number": "1",
            "media_url": desk.partner.publish(f"/{number}.jpg", picture(0xB40000 + number)),
            "source": f"https://{host}/{number}",
        }
        for number, host in enumerate(("spam.example", "museum.example"))
    ]
    desk.file(manifest=desk.partner.publish_list("/list.csv", rows))
    with blacklisted(desk, "spam.example"):
        desk.work()
    assert desk.status() == "planned"
    report = desk.text(desk.report())
    assert "(removed: the wiki does not take this address)" in report
    assert "https://museum.example/1" in report
    assert "https://spam.example" not in report
    assert "does not take all of the report (spamblacklist)" in desk.text()


def test_a_blacklisted_file_fails_its_own_row(desk: Desk) -> None:
    """The page of one file is refused; the other is done, and the report of both is there."""
    rows = [
        {
            "title": f"Blacklisted later {number}",
            "number": "1",
            "media_url": desk.partner.publish(f"/{number}.jpg", picture(0xB50000 + number)),
            "source": f"https://{host}/{number}",
        }
        for number, host in enumerate(("junk.example", "museum.example"))
    ]
    desk.file(manifest=desk.partner.publish_list("/list.csv", rows))
    desk.work()
    desk.approve()
    with blacklisted(desk, "junk.example"):
        desk.work()
    assert desk.status() == "partly done"
    assert "An address in it is on the wiki's spam blacklist" in desk.rows()[2]
    assert "(spamblacklist)" in desk.rows()[2]
    assert "done and verified" in desk.rows()[3]


def test_a_report_that_may_have_no_page_does_not_stop_the_request(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """The title of the report itself is refused: the request is answered all the same, and the operators are told."""
    desk.file(manifest=published(desk, "No report"))
    with page(desk, TITLES, f".*{desk.base.rpartition('/')[2].replace('_', ' ')}.H.*"):
        desk.work()
    assert desk.status() == "planned"
    assert "does not take all of the report (titleblacklist-forbidden" in desk.text()
    assert any("cannot be written" in record.message for record in caplog.records)


def test_a_tracking_category_that_is_refused_does_not_stop_the_upload(desk: Desk) -> None:
    """Files are in a category without its page, too."""
    desk.file(manifest=published(desk, "Category refused"))
    desk.work()
    desk.approve()
    with page(desk, TITLES, f"Category:.*{desk.base.rpartition('/')[2].replace('_', ' ')}.H.*"):
        desk.work()
    assert desk.status() == "done"


@pytest.mark.parametrize("does", ["Disallow", "Warn"])
def test_what_a_filter_stops_is_not_sent_again(desk: Desk, does: str) -> None:
    """Its row says so, with the code, also where the same would be taken the second time."""
    set_filter(desk.person("Admin"), f'page_namespace == 0 & added_lines contains "silver {does}"', does)
    titles = ask(desk, 2, replace=f"silver {does}")
    desk.approve()
    desk.work()
    desk.work()
    assert (desk.status(), changed(desk, titles)) == ("failed", 0)
    for row in desk.rows().values():
        assert "One of the wiki's filters stopped it" in row
        assert {"Disallow": "(abusefilter-disallowed", "Warn": "(abusefilter-warning"}[does] in row


@pytest.mark.parametrize("does", ["Disallow", "Warn"])
def test_an_upload_that_a_filter_stops_is_not_sent_again(desk: Desk, does: str) -> None:
    """As an edit; the file is not there."""
    rules = f'(action == "upload" | action == "stashupload") & page_title contains "Filtered {does}"'
    desk.file(manifest=published(desk, f"Filtered {does}"))
    desk.work()
    set_filter(desk.person("Admin"), rules, does)
    desk.approve()
    desk.work()
    desk.work()
    assert desk.status() == "failed"
    assert "One of the wiki's filters stopped it" in desk.rows()[2]
    assert desk.person("Stranger").text(f"File:Filtered {does} - 1.jpg") is None


@pytest.mark.parametrize("does", ["Disallow", "Warn"])
def test_what_a_filter_stops_is_left_out_of_the_report(desk: Desk, does: str) -> None:
    """A report that it stops is written without the partner's words, and does not get through the second time."""
    bot = "ContentPartnershipsBot"
    set_filter(desk.person("Admin"), f'user_name == "{bot}" & added_lines contains "Secret {does} museum"', does)
    desk.file(manifest=published(desk), partner=f"Secret {does} museum")
    desk.work()
    assert desk.status() == "planned"
    report = desk.text(desk.report())
    assert f"Secret {does} museum" not in report
    code = {"Disallow": "abusefilter-disallowed", "Warn": "abusefilter-warning"}[does]
    assert f"does not take the whole report ({code})" in report
    assert f"does not take all of the report ({code})" in desk.text()
