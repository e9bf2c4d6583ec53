"""Who steers a request from elsewhere than its talk page: what it does, and who is told."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bots.queue.own_queue import free_port
from deploy.sandbox import BOT
from jobs.context import stop
from jobs.model.requests import Item, ItemState, ReviewComment, StoredRequest
from jobs.review.steering import STEERING, steer_as_operator, steer_as_user
from jobs.store.database import Superseded
from wikitext.messages import Message, language

from . import commands
from .rig import Rig, picture, published
from .test_processes import environment
from .test_who_may import blocked

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
    approved(rig, *(f"Paused {number}" for number in range(4)))
    before_row(rig, monkeypatch, 4, lambda: steer_as_operator(rig.hub, request(rig), "pause"))
    rig.work()
    assert rig.status() == "paused"
    counts = rig.hub.ledger.counts(request(rig))
    assert (counts[ItemState.DONE], counts[ItemState.PLANNED]) == (2, 2)
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


def test_words_on_the_talk_page_are_no_reason_once_they_are_read(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """They end a slice, and the next one begins with them; the request waits for nothing."""
    monkeypatch.setattr(stop, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(stop, "KNOWN_SECONDS", 0.0)
    approved(rig, *(f"Talked of {number}" for number in range(5)))
    before_row(rig, monkeypatch, 3, lambda: rig.person("Stranger").append(rig.talk(), "Well done."))
    whys: list[Message | None] = []
    before_row(rig, monkeypatch, 5, lambda: whys.append(request(rig).why))
    rig.work()
    assert (rig.status(), whys) == ("done", [None])


def test_a_file_on_its_way_is_not_published_after_a_pause(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is on its way for long: its request is paused meanwhile, and it is published when that goes on."""
    monkeypatch.setattr(stop, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(stop, "KNOWN_SECONDS", 0.0)
    approved(rig, "Paused on its way")
    wiki = rig.hub.wikis["commons"]
    stash_from = wiki.stash_from

    def paused_meanwhile(url: str, title: str, **approved: Any) -> Any:
        key = stash_from(url, title, **approved)
        steer_as_operator(rig.hub, request(rig), "pause")
        return key

    with monkeypatch.context() as patched:
        patched.setattr(wiki, "stash_from", paused_meanwhile)
        rig.work()
    assert rig.status() == "paused"
    assert "Paused by" in rig.text()
    assert rig.person("Stranger").text("File:Paused on its way - 1.jpg") is None
    steer_as_operator(rig.hub, request(rig), "resume")
    rig.work()
    assert rig.status() == "done"


def test_a_cancel_from_elsewhere_ends_a_slice_at_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on its way is looked up; the rest is not tried, and the report says who cancelled."""
    approved(rig, *(f"Cancelled {number}" for number in range(4)))
    before_row(rig, monkeypatch, 3, lambda: steer_as_operator(rig.hub, request(rig), "cancel"))
    rig.work()
    assert rig.status() == "cancelled"
    assert rig.hub.ledger.counts(request(rig))[ItemState.DONE] == 1
    assert f"Cancelled by {rig.settings.account}" in rig.text(rig.report())


@pytest.mark.parametrize("pace", [None, 600])
def test_a_row_that_is_being_written_ends_with_all_of_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, pace: int | None
) -> None:
    """A file that is there when its request is cancelled gets its data: nobody could have that tried again."""
    if pace:
        rig.set_policy(edits_per_minute=pace, uploads_per_minute=pace)
    monkeypatch.setattr(stop, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(stop, "KNOWN_SECONDS", 0.0)
    approved(rig, *(f"Cancelled in the midst {pace} {number}" for number in range(2)))
    wiki = rig.hub.wikis["commons"]
    publish = wiki.publish

    def cancelled_then(*given: Any, **more: Any) -> None:
        publish(*given, **more)
        monkeypatch.setattr(wiki, "publish", publish)
        steer_as_operator(rig.hub, request(rig), "cancel")

    monkeypatch.setattr(wiki, "publish", cancelled_then)
    rig.work()
    assert rig.status() == "cancelled"
    counts = rig.hub.ledger.counts(request(rig))
    assert (counts[ItemState.DONE], counts[ItemState.PLANNED]) == (1, 1)
    title = f"File:Cancelled in the midst {pace} 0 - 1.jpg"
    assert wiki.entities([title])[title].data


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


# From a terminal -------------------------------------------------------------------------------------------------


def typed(rig: Rig, *arguments: str, **more: str) -> tuple[int, str]:
    """What an operator types at this rig: the exit status, and what was said."""
    said = commands.typed(*arguments, environment=environment(rig, **more))
    return said.status, said.out + said.err


def test_an_operator_steers_from_a_terminal(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that runs pauses, goes on and ends; what its state does not allow changes nothing, and is told why."""
    rig.file(manifest=published(rig, "Typed 1", "Typed 2", "Typed 3"))
    rig.work()
    assert typed(rig, "pause", "H1")[0] == 1
    rig.approve()
    before_row(rig, monkeypatch, 3, lambda: typed(rig, "pause", "H1"))
    rig.work()
    assert rig.status() == "paused"
    status, again = typed(rig, "pause", "H1")
    assert (status, "no work on this request is under way that could be paused" in again) == (1, True)
    assert json.loads(typed(rig, "show", "H1", "--json")[1])["answers"] == ["resume", "cancel"]

    assert again.startswith("cph: H1: no work on this request")
    assert typed(rig, "resume", "H1") == (0, "H1 is running. A worker says so on its pages.\n")
    assert typed(rig, "cancel", "H1")[0] == 0
    rig.work()
    assert rig.status() == "cancelled"
    assert re.findall(r"has chosen “(\w+)”", rig.text(rig.talk())) == ["Pause", "Resume", "Cancel"]
    assert "has ended already" in typed(rig, "cancel", "H1")[1]
    assert typed(rig, "retry", "H1")[0] == 1
    assert typed(rig, "retry", "H7")[0] == 3


STOP = f"User:{BOT}/Stop"


@pytest.fixture
def unstopped(rig: Rig) -> Iterator[Rig]:
    """A rig whose bot is not stopped, nor afterwards."""
    yield rig
    rig.person("Stranger").edit(STOP, "")


def test_an_operator_stops_the_bot_and_lets_it_go_on(unstopped: Rig) -> None:
    """By the page on which anybody can, which says so; stopped once more it stays as it is. It takes no ledger."""
    rig, nowhere = unstopped, {"CPH_LEDGER": "sqlite:////nowhere/at/all.sqlite"}
    assert "is not stopped" in typed(rig, "go", **nowhere)[1]
    status, said = typed(rig, "stop", "--reason", "wrong [[licences]]", **nowhere)
    assert (status, f"“{STOP}” has any text" in said) == (0, True)
    text = rig.text(STOP)
    assert text.startswith("Stopped by whoever runs this bot.")
    assert "wrong &#91;&#91;licences" in text
    status, said = typed(rig, "stop", "--reason", "again")
    assert (status, f"was stopped by {BOT}" in said, rig.text(STOP)) == (0, True, text)
    rig.file(manifest=published(rig, "Stopped from a terminal"))
    rig.work()
    assert rig.status() == ""

    assert "goes on" in typed(rig, "go")[1]
    assert rig.text(STOP) == ""
    rig.hub.ledger.update_request(request(rig), not_before=0.0)
    rig.work()
    assert rig.status() == "planned"


def test_who_resumes_reads_what_keeps_the_bot_from_going_on(unstopped: Rig) -> None:
    """People stopped it, or blocked it."""
    rig = unstopped
    rig.file(manifest=published(rig, "Resumed while stopped"))
    rig.work()
    for answer in ("approve", "pause"):
        assert not isinstance(steer_as_operator(rig.hub, request(rig), answer), Message)
    rig.person("Stranger").edit(STOP, "Wait.")
    with blocked(rig, BOT):
        status, said = typed(rig, "resume", "H1")
    assert status == 0
    assert f"warning: nothing is written on commons while “{STOP}” has any text" in said
    assert f"warning: nothing is written on commons while {BOT} is blocked there" in said


def test_what_people_stopped_an_operator_does_not_start_by_accident(unstopped: Rig) -> None:
    """Their words stay, whatever the operator stops or starts, and are told; with `--anyway` they are blanked."""
    rig = unstopped
    typed(rig, "stop")
    rig.person("Stranger").edit(STOP, "Please stop,\x20\n this is wrong!")
    for command in ("stop", "go"):
        status, said = typed(rig, command)
        assert (status, "was stopped by Stranger: “Please stop, this is wrong!”" in said) == (command == "go", True)
        assert rig.text(STOP).startswith("Please stop")
    assert typed(rig, "go", "--anyway")[0] == 0
    assert rig.text(STOP) == ""


def test_a_wiki_that_is_away_does_not_keep_the_bot_from_being_stopped_on_others(unstopped: Rig) -> None:
    """It is told, with an exit status; a wiki that the settings do not name is an error before anything is done."""
    rig = unstopped
    wikis = [wiki.model_dump() for wiki in rig.settings.wikis]
    away = {"name": "away", "api": f"http://127.0.0.1:{free_port()}/api.php", "base": "Requests"}
    both = {"CPH_WIKIS": json.dumps([away, *wikis])}
    status, said = typed(rig, "stop", "--wiki", "meta", **both)
    assert (status, "CPH_WIKIS names away, commons, and no meta" in said) == (2, True)
    status, said = typed(rig, "stop", **both)
    assert (status, "away: the wiki does not answer" in said, "commons is stopped" in said) == (1, True, True)
    assert rig.text(STOP)
    assert typed(rig, "go", "--wiki", "commons", **both)[0] == 0
