"""Who may approve what, and what the bot says to each answer."""

import re

import pytest

from jobs.execution import run as executor

from .desk import Desk, picture, published


@pytest.fixture
def planned(desk: Desk) -> Desk:
    """A desk with a request whose plan waits for review."""
    desk.file(manifest=published(desk))
    desk.work()
    assert desk.status() == "planned"
    return desk


@pytest.mark.parametrize(
    ("account", "answer", "said"),
    [
        ("Stranger", "", "“approve” is for reviewers here"),
        (
            "Stranger",
            "{{Hub review|approve}} [[User:Reviewer|Reviewer]]",
            "Stranger, but “approve” is for",
        ),
        ("Reviewer", "{{Hub review|approve|plan=0123456789ab}}", "this answer is for an older plan"),
        ("Reviewer", "{{Hub review|approve|plan=}}{{Hub review|yes}}", "I do not know the answer “yes”"),
        (
            "Reviewer",
            "{{Hub review|approve\n|reason={{a}\n}}",
            "I cannot read this answer: look at the line “&#124;reason=",
        ),
        ("Reviewer", "{{Hub review|[[x]] ~~~~}}", "I do not know the answer “&#91;&#91;x&#93;&#93;"),
    ],
    ids=["stranger", "forged signature", "other plan", "unknown", "braces", "hostile"],
)
def test_each_answer_is_replied_to(planned: Desk, account: str, answer: str, said: str) -> None:
    """An answer that does not count is told why; whoever made the revision said it, whatever is signed."""
    planned.approve(account, answer=answer)
    planned.work()
    assert said in planned.text(planned.talk())
    if "plan=}}" not in answer:
        assert planned.status() == "planned"


def test_the_requester_does_not_approve_the_own_request(desk: Desk) -> None:
    """Four eyes: also a reviewer needs another one for a request of their own."""
    policy = f"{desk.base}/Policy.json"
    desk.person("Admin").edit(policy, desk.text(policy).replace('"autopatrolled"', '"image-reviewer"'))
    desk.file("Reviewer", manifest=published(desk))
    desk.work()
    desk.approve()
    desk.work()
    assert "somebody other than the requester has to approve" in desk.text(desk.talk())
    assert desk.status() == "planned"


def test_each_answer_is_replied_to_once_and_below_itself(planned: Desk) -> None:
    """Two answers alike get a reply each, below the one it is for; looking again adds none."""
    planned.approve("Stranger")
    planned.approve("Partner")
    planned.work()
    planned.work()
    replies = re.findall(r"Hub review.*?Thank you, (\w+)", planned.text(planned.talk()), re.DOTALL)
    assert replies == ["Stranger", "Partner"]


def test_a_file_that_changed_since_the_approval_is_not_uploaded(desk: Desk) -> None:
    """The bytes that are uploaded are the bytes that were planned; the other files go on."""
    desk.file(manifest=published(desk, "Swapped", "Kept"))
    desk.work()
    desk.partner.publish("/1.jpg", picture(303))
    desk.approve()
    desk.work()
    assert desk.status() == "partly done"
    assert "is not the one that was approved" in desk.rows()[2]
    assert "done and verified" in desk.rows()[3]
    assert desk.person("Stranger").text("File:Swapped - 1.jpg") is None


def test_the_same_failure_again_and_again_stops_the_request(desk: Desk) -> None:
    """Five alike in a row are one fault: the rest is not tried, and the report says why."""
    desk.file(manifest=published(desk, *(f"Fault {n}" for n in range(7))))
    desk.work()
    for n in range(1, 8):
        desk.partner.answers[f"/{n}.jpg"].status = 500
    desk.approve()
    desk.work()
    assert desk.status() == "failed"
    assert "5 items failed one after the other in the same way" in desk.text()
    assert sum("not tried" in line for line in desk.rows().values()) == 2


def test_the_same_failure_is_seen_across_slices(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a server so slow that each slice holds one file stops the request after five."""
    monkeypatch.setattr(executor, "SLICE_SECONDS", 0.0)
    desk.file(manifest=published(desk, *(f"Slow {n}" for n in range(7))))
    desk.work()
    for n in range(1, 8):
        desk.partner.answers[f"/{n}.jpg"].status = 500
    desk.approve()
    desk.work()
    assert desk.status() == "failed"
    assert sum("not tried" in line for line in desk.rows().values()) == 2


def test_any_text_on_the_stop_page_stops_every_write(desk: Desk) -> None:
    """While somebody's words stand on the stop page nothing is uploaded, reported or answered; the request waits."""
    desk.file(manifest=published(desk, "Stopped"))
    desk.work()
    desk.person("Stranger").edit("User:ContentPartnershipsBot/Stop", "Please stop!")
    try:
        desk.approve()
        before = (desk.text(), desk.text(desk.report()), desk.text(desk.talk()))
        desk.work()
        assert desk.person("Stranger").text("File:Stopped - 1.jpg") is None
        assert (desk.text(), desk.text(desk.report()), desk.text(desk.talk())) == before
    finally:
        desk.person("Stranger").edit("User:ContentPartnershipsBot/Stop", "")
    desk.hub.ledger.update_request(desk.hub.ledger.get(1), not_before=0.0)
    desk.work()
    assert desk.status() == "done"
