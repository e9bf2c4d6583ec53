"""Who may approve what, and what the bot says to each answer."""

import re

import pytest

from jobs.context import slice_end
from wikitext.messages import message

from .rig import Rig, picture, published
from .test_authority import filed


@pytest.fixture
def planned(rig: Rig) -> Rig:
    """A rig with a request whose plan waits for review."""
    filed(rig)
    rig.work()
    assert rig.status() == "planned"
    return rig


WITHOUT_EFFECT = {
    "stranger": ("Stranger", "", "“approve” is for reviewers here"),
    "forged signature": (
        "Stranger",
        "{{Hub review|approve}} [[User:Reviewer|Reviewer]]",
        "Stranger, but “approve” is for",
    ),
    "other plan": ("Reviewer", "{{Hub review|approve|plan=0123456789ab}}", "this answer is for an older plan"),
    "unknown": ("Reviewer", "{{Hub review|approve|plan=}}{{Hub review|yes}}", "I do not know the answer “yes”"),
    "braces": (
        "Reviewer",
        "{{Hub review|approve\n|reason={{a}\n}}",
        "I cannot read this answer: look at the line “&#124;reason=",
    ),
    "twice": ("Reviewer", "{{Hub review|approve|1=no|plan=}}", "I do not know the answer “no”"),
    "hostile": ("Reviewer", "{{Hub review|[[x]] ~~~~}}", "I do not know the answer “&#91;&#91;x&#93;&#93;"),
}


def test_each_answer_is_replied_to(planned: Rig) -> None:
    """An answer that does not count is told why; whoever made the revision said it, whatever is signed."""
    for name, (account, answer, _) in WITHOUT_EFFECT.items():
        said = answer or f"{{{{Hub review|approve|plan={planned.plan()}}}}}"
        planned.person(account).edit(planned.talk(), f"{said} ~~~~", section_new=name)
    planned.work()
    _, *replies = re.split(r"^== [\w ]+ ==$", planned.text(planned.talk()), flags=re.MULTILINE)
    for (name, (*_, said)), reply in zip(WITHOUT_EFFECT.items(), replies, strict=True):
        assert said in reply, name
    assert planned.status() == "planned"


@pytest.mark.parametrize("tag", ["s", "del"])
def test_an_approval_that_is_struck_out_approves_nothing(planned: Rig, tag: str) -> None:
    """A reviewer who strikes their answer out before the bot looks has taken it back; without the tags it is given."""
    answer = f"{{{{Hub review|approve|plan={planned.plan()}}}}}"
    reviewer = planned.person("Reviewer")
    reviewer.edit(planned.talk(), f"<{tag}>{answer} ~~~~</{tag}> Not yet. ~~~~")
    planned.work()
    assert planned.status() == "planned"
    reviewer.edit(planned.talk(), f"{answer} ~~~~")
    planned.work()
    assert planned.status() == "done"


def test_the_requester_does_not_approve_the_own_request(rig: Rig) -> None:
    """Four eyes: also a reviewer needs another one for a request of their own."""
    policy = f"{rig.base}/Policy.json"
    rig.person("Admin").edit(policy, rig.text(policy).replace('"autopatrolled"', '"image-reviewer"'))
    rig.file("Reviewer", manifest=published(rig))
    rig.work()
    rig.approve()
    rig.work()
    assert "somebody other than the requester has to approve" in rig.text(rig.talk())
    assert rig.status() == "planned"


def test_each_answer_is_replied_to_once_and_below_itself(planned: Rig) -> None:
    """Two answers alike get a reply each, below the one it is for; looking again adds none."""
    planned.approve("Stranger")
    planned.approve("Partner")
    planned.work()
    planned.work()
    replies = re.findall(r"Hub review.*?Thank you, (\w+)", planned.text(planned.talk()), re.DOTALL)
    assert replies == ["Stranger", "Partner"]


def test_a_file_that_changed_since_the_approval_is_not_uploaded(rig: Rig) -> None:
    """The bytes that are uploaded are the bytes that were planned; the other files go on."""
    rig.file(manifest=published(rig, "Swapped", "Kept"))
    rig.work()
    rig.partner.publish("/1.jpg", picture(303))
    rig.approve()
    rig.work()
    assert rig.status() == "partly done"
    assert "is not the one that was approved" in rig.rows()[2]
    assert "done and verified" in rig.rows()[3]
    assert rig.person("Stranger").text("File:Swapped - 1.jpg") is None


def test_the_same_failure_again_and_again_stops_the_request(rig: Rig) -> None:
    """Five alike in a row are one fault: the rest is not tried, and the report says why."""
    rig.file(manifest=published(rig, *(f"Fault {n}" for n in range(7))))
    rig.work()
    for n in range(1, 8):
        rig.partner.answers[f"/{n}.jpg"].status = 500
    rig.approve()
    rig.work()
    assert rig.status() == "failed"
    assert "5 items failed one after the other in the same way" in rig.text()
    assert sum("not tried" in line for line in rig.rows().values()) == 2


def test_the_same_failure_is_seen_across_slices(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a server so slow that each slice holds one file stops the request after five."""
    monkeypatch.setattr(slice_end, "ALONE_SECONDS", 0.0)
    rig.file(manifest=published(rig, *(f"Slow {n}" for n in range(7))))
    rig.work()
    for n in range(1, 8):
        rig.partner.answers[f"/{n}.jpg"].status = 500
    rig.approve()
    rig.work()
    assert rig.status() == "failed"
    assert sum("not tried" in line for line in rig.rows().values()) == 2


def test_any_text_on_the_stop_page_stops_every_write(rig: Rig) -> None:
    """While somebody's words stand on the stop page nothing is uploaded, reported or answered; the request waits.

    The ledger knows for what, which operators and the dashboard are told; once it goes on, that is over.
    """
    rig.file(manifest=published(rig, "Stopped"))
    rig.work()
    rig.person("Stranger").edit("User:ContentPartnershipsBot/Stop", "Please stop!")
    try:
        rig.approve()
        before = (rig.text(), rig.text(rig.report()), rig.text(rig.talk()))
        rig.work()
        assert rig.person("Stranger").text("File:Stopped - 1.jpg") is None
        assert (rig.text(), rig.text(rig.report()), rig.text(rig.talk())) == before
        stopped = message("later-stop-page", "User:ContentPartnershipsBot/Stop")
        assert rig.hub.ledger.get(1).why == stopped
    finally:
        rig.person("Stranger").edit("User:ContentPartnershipsBot/Stop", "")
    rig.hub.ledger.update_request(rig.hub.ledger.get(1), not_before=0.0)
    rig.work()
    assert (rig.status(), rig.hub.ledger.get(1).why) == ("done", None)
    assert stopped not in [entry.why for entry in rig.hub.ledger.history(rig.hub.ledger.get(1))]
