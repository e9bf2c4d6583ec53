"""What the wiki refuses to have on a page never leaves a request hanging: it is left out, and people are told."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deploy.sandbox.demo import wait_until

from .rig import Rig, picture, published, set_filter
from .test_conversation import ask, changed

SPAM = "MediaWiki:Spam-blacklist"
TITLES = "MediaWiki:Titleblacklist"


@contextmanager
def page(rig: Rig, title: str, text: str) -> Iterator[None]:
    """The page says this for a while."""
    rig.person("Admin").edit(title, text)
    try:
        yield
    finally:
        rig.person("Admin").edit(title, "#")


@contextmanager
def blacklisted(rig: Rig, host: str) -> Iterator[None]:
    """No page takes the host's addresses for a while: the wiki says so, whose cache of the list may outlive an edit."""

    def in_force() -> bool:
        rig.person("Admin").append(SPAM, "\n#")
        asked = rig.person("Stranger").api(action="spamblacklist", url=f"https://{host}/")
        return bool(asked["spamblacklist"]["result"] == "blacklisted")

    with page(rig, SPAM, rf"\b{re.escape(host)}\b"):
        wait_until(in_force, f"{host} is on the list")
        yield


def test_an_address_on_the_spam_blacklist_is_left_out_of_the_report(rig: Rig) -> None:
    """The report has everything else, and the reply says that something is missing there, and why."""
    rows = [
        {
            "title": f"Blacklisted {number}",
            "number": "1",
            "media_url": rig.partner.publish(f"/{number}.jpg", picture(0xBC0000 + number)),
            "source": f"https://{host}/{number}",
        }
        for number, host in enumerate(("spam.example", "museum.example"))
    ]
    rig.file(manifest=rig.partner.publish_list("/list.csv", rows))
    with blacklisted(rig, "spam.example"):
        rig.work()
    assert rig.status() == "planned"
    report = rig.text(rig.report())
    assert "(removed: the wiki does not take this address)" in report
    assert "https://museum.example/1" in report
    assert "https://spam.example" not in report
    assert "does not take all of the report (spamblacklist)" in rig.text()


def test_a_blacklisted_file_fails_its_own_row(rig: Rig) -> None:
    """The page of one file is refused; the other is done, and the report of both is there."""
    rows = [
        {
            "title": f"Blacklisted later {number}",
            "number": "1",
            "media_url": rig.partner.publish(f"/{number}.jpg", picture(0xBD0000 + number)),
            "source": f"https://{host}/{number}",
        }
        for number, host in enumerate(("junk.example", "museum.example"))
    ]
    rig.file(manifest=rig.partner.publish_list("/list.csv", rows))
    rig.work()
    rig.approve()
    with blacklisted(rig, "junk.example"):
        rig.work()
    assert rig.status() == "partly done"
    assert "An address in it is on the wiki's spam blacklist" in rig.rows()[2]
    assert "(spamblacklist)" in rig.rows()[2]
    assert "done and verified" in rig.rows()[3]


def test_a_report_that_may_have_no_page_does_not_stop_the_request(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """The title of the report itself is refused: the request is answered all the same, and the operators are told."""
    rig.file(manifest=published(rig, "No report"))
    with page(rig, TITLES, f".*{rig.base.rpartition('/')[2].replace('_', ' ')}.H.*"):
        rig.work()
    assert rig.status() == "planned"
    assert "does not take all of the report (titleblacklist-forbidden" in rig.text()
    assert any("cannot be written" in record.message for record in caplog.records)


def test_a_tracking_category_that_is_refused_does_not_stop_the_upload(rig: Rig) -> None:
    """Files are in a category without its page, too."""
    rig.file(manifest=published(rig, "Category refused"))
    rig.work()
    rig.approve()
    with page(rig, TITLES, f"Category:.*{rig.base.rpartition('/')[2].replace('_', ' ')}.H.*"):
        rig.work()
    assert rig.status() == "done"


@pytest.mark.parametrize("does", ["Disallow", "Warn"])
def test_what_a_filter_stops_is_not_sent_again(rig: Rig, does: str) -> None:
    """Its row says so, with the code, also where the same would be taken the second time."""
    set_filter(rig.person("Admin"), f'page_namespace == 0 & added_lines contains "silver {does}"', does)
    titles = ask(rig, 2, replace=f"silver {does}")
    rig.approve()
    rig.work()
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("failed", 0)
    for row in rig.rows().values():
        assert "One of the wiki's filters stopped it" in row
        assert {"Disallow": "(abusefilter-disallowed", "Warn": "(abusefilter-warning"}[does] in row


@pytest.mark.parametrize("does", ["Disallow", "Warn"])
def test_an_upload_that_a_filter_stops_is_not_sent_again(rig: Rig, does: str) -> None:
    """As an edit; the file is not there."""
    rules = f'(action == "upload" | action == "stashupload") & page_title contains "Filtered {does}"'
    rig.file(manifest=published(rig, f"Filtered {does}"))
    rig.work()
    set_filter(rig.person("Admin"), rules, does)
    rig.approve()
    rig.work()
    rig.work()
    assert rig.status() == "failed"
    assert "One of the wiki's filters stopped it" in rig.rows()[2]
    assert rig.person("Stranger").text(f"File:Filtered {does} - 1.jpg") is None


@pytest.mark.parametrize("does", ["Disallow", "Warn"])
def test_what_a_filter_stops_is_left_out_of_the_report(rig: Rig, does: str) -> None:
    """A report that it stops is written without the partner's words, and does not get through the second time."""
    bot = "ContentPartnershipsBot"
    set_filter(rig.person("Admin"), f'user_name == "{bot}" & added_lines contains "Secret {does} museum"', does)
    rig.file(manifest=published(rig), partner=f"Secret {does} museum")
    rig.work()
    assert rig.status() == "planned"
    report = rig.text(rig.report())
    assert f"Secret {does} museum" not in report
    code = {"Disallow": "abusefilter-disallowed", "Warn": "abusefilter-warning"}[does]
    assert f"does not take the whole report ({code})" in report
    assert f"does not take all of the report ({code})" in rig.text()
