"""Who steers a request from elsewhere than its talk page: what it does, and who is told."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from jobs.model.requests import Item, ItemState, ReviewComment, StoredRequest
from jobs.review.steering import STEERING, steer_as_operator, steer_as_user
from jobs.store.database import Superseded
from wikitext.messages import Message, language

from .rig import Rig, picture, published

RITA = ReviewComment(0, 0, "", "Rita", "cancel", "")


def request(rig: Rig) -> StoredRequest:
    """The first request as it is now."""
    return rig.hub.ledger.get(1)


def refusal(answered: StoredRequest | Message) -> str:
    """Why nothing has changed."""
    assert isinstance(answered, Message)
    return language("en").say(answered)


def approved(rig: Rig, *titles: str) -> None:
    """Have a request filed and approved, with a file for each title."""
    rig.file(manifest=published(rig, *titles))
    rig.work()
    rig.approve()


def before_row(rig: Rig, monkeypatch: pytest.MonkeyPatch, row: int, do: Callable[[], object]) -> None:
    """Have something happen in the middle of a slice, once: when this row is about to be begun."""
    claim, todo = rig.hub.ledger.claim, [do]

    def claimed(asked: StoredRequest, item: Item, *values: Any) -> Item | None:
        if item.row == row and todo:
            todo.pop()()
        return claim(asked, item, *values)

    monkeypatch.setattr(rig.hub.ledger, "claim", claimed)


def test_a_pause_from_elsewhere_ends_a_slice_at_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one file more is begun; the page says who paused, and goes on when somebody resumes."""
    approved(rig, *(f"Paused {number}" for number in range(6)))
    before_row(rig, monkeypatch, 4, lambda: steer_as_operator(rig.hub, request(rig), "pause"))
    rig.work()
    assert rig.status() == "paused"
    counts = rig.hub.ledger.counts(request(rig))
    assert (counts[ItemState.DONE], counts[ItemState.PLANNED]) == (2, 4)
    account = rig.settings.account
    assert f"Paused by {account}." in rig.text()
    assert "Whoever runs this bot has chosen “Pause” for this request." in rig.text(rig.talk())
    assert f"Thank you, {account}" not in rig.text(rig.talk())

    resumed = steer_as_operator(rig.hub, request(rig), "resume")
    assert not isinstance(resumed, Message)
    rig.work()
    assert rig.status() == "done"
    said = re.findall(r"Whoever runs this bot has chosen “(\w+)”", rig.text(rig.talk()))
    assert said == ["Pause", "Resume"]
    noted = [(one.event, one.user) for one in rig.hub.ledger.history(request(rig)) if one.user == account]
    assert noted == [("steer", account), ("pause", account), ("steer", account), ("go on", account)]


def test_a_cancel_from_elsewhere_ends_a_slice_at_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on its way is looked up; the rest is not tried, and the report says who cancelled."""
    approved(rig, *(f"Cancelled {number}" for number in range(4)))
    before_row(rig, monkeypatch, 3, lambda: steer_as_operator(rig.hub, request(rig), "cancel"))
    rig.work()
    assert rig.status() == "cancelled"
    assert rig.hub.ledger.counts(request(rig))[ItemState.DONE] == 1
    assert f"Cancelled by {rig.settings.account}" in rig.text(rig.report())


def test_what_failed_is_tried_again(rig: Rig) -> None:
    """From elsewhere as from the talk page: what is done stays as it is."""
    approved(rig, "Again", "Well")
    body = rig.partner.answers["/1.jpg"].body
    rig.partner.publish("/1.jpg", picture(77))
    rig.work()
    assert rig.status() == "partly done"
    rig.partner.publish("/1.jpg", body)
    assert not isinstance(steer_as_operator(rig.hub, request(rig), "retry"), Message)
    rig.work()
    assert rig.status() == "done"
    assert "has chosen “Try again what failed”" in rig.text(rig.talk())


def test_a_second_press_changes_nothing(rig: Rig) -> None:
    """The same answer once more gets the reply that it would get on the talk page; nothing is noted or said twice."""
    rig.file(manifest=published(rig, "Pressed twice"))
    rig.work()
    assert not isinstance(steer_as_operator(rig.hub, request(rig), "approve"), Message)
    first = steer_as_operator(rig.hub, request(rig), "pause")
    again = steer_as_operator(rig.hub, request(rig), "pause")
    assert "no work on this request is under way that could be paused" in refusal(again)
    assert request(rig) == first
    rig.work()
    rig.work()
    assert rig.text(rig.talk()).count("has chosen “Pause”") == 1


def test_of_two_presses_at_once_one_counts(rig: Rig) -> None:
    """Who decided by what the request was a moment ago decides again by what it is."""
    approved(rig, "Pressed at once")
    rig.work()
    seen = request(rig)
    assert seen.state == "done"
    rig.hub.ledger.publish_again(seen)
    with pytest.raises(Superseded):
        rig.hub.ledger.steer(seen, RITA, Message("review-cancelled", ("Rita",)))
    assert RITA.user not in {one.user for one in rig.hub.ledger.history(seen)}
    assert "has ended already" in refusal(steer_as_operator(rig.hub, seen, "cancel"))


def test_a_user_has_the_rights_of_whoever_answers_on_the_talk_page(rig: Rig) -> None:
    """Reviewers do; the requester only pauses and cancels; what writes names the plan that was seen."""
    rig.file(manifest=published(rig, "Steered by people"))
    rig.work()
    plan = request(rig).plan
    for user, answer, named, said in (
        ("Stranger", "approve", plan, "“approve” is for reviewers here"),
        ("Partner", "approve", plan, "“approve” is for reviewers here"),
        ("Reviewer", "approve", "", "please answer with the button"),
        ("Reviewer", "approve", "0123456789ab", "this answer is for an older plan"),
        ("Reviewer", "pause", "", "no work on this request is under way"),
        ("Reviewer", "strike", plan, "I do not know the answer “strike”"),
        ("Reviewer", "of course", plan, f"What I understand is: {', '.join(STEERING)}"),
    ):
        assert said in refusal(steer_as_user(rig.hub, request(rig), answer, user, named)), (user, answer)
    assert request(rig).state == "planned"

    assert not isinstance(steer_as_user(rig.hub, request(rig), "approve", "Reviewer", plan[:12]), Message)
    assert request(rig).approver == "Reviewer"
    assert not isinstance(steer_as_user(rig.hub, request(rig), "pause", "Partner"), Message)
    assert "“resume” is for reviewers" in refusal(steer_as_user(rig.hub, request(rig), "resume", "Partner", plan))
    rig.work()
    talk = rig.text(rig.talk())
    assert re.search("Reviewer has chosen “Approve this plan” for this request on .*dashboard. Thank you, Revi", talk)
    assert "Partner has chosen “Pause”" in talk
    assert "Paused by Partner." in rig.text()
