"""Two people ask for the very same: each has a request, a number and a reply, wherever the second one stands."""

import re
from collections.abc import Callable, Mapping

import pytest

from bots.watcher import watch

from .rig import Rig


def asked(rig: Rig) -> str:
    """A request's call, the same for whoever files it."""
    rig.save_pages({"Alike": "A sentence about glass."})
    change = {"pages": "Alike", "change": "replace", "find": "glass", "replace": "silver"}
    parameters = {"type": "edit", "partner": "Nordic Museum"} | change
    return "\n".join(["{{Hub request", *(f"| {name} = {value}" for name, value in parameters.items()), "}}"])


def put(rig: Rig, account: str, section: str, where: str) -> None:
    """Have somebody put a section on the request page: "above" all others, or "below" them."""
    sections = [section, rig.text()] if where == "above" else [rig.text(), section]
    rig.person(account).edit(rig.base, "\n\n".join(sections))


def file_two(rig: Rig, where: str, read: int = 2) -> None:
    """Have two people file the same, one in the section First, one in Second, before anything is answered.

    `where`: the second stands there. `read`: so often the watcher reads the page, after the second or after each.
    """
    call = asked(rig)
    rig.person("Partner").edit(rig.base, f"== First ==\n{call}\n~~~~")
    if read == 2:
        watch(rig.hub, rig.queue)
    put(rig, "Reviewer", f"== Second ==\n{call}\n~~~~", where)
    watch(rig.hub, rig.queue)


def work(rig: Rig) -> None:
    """Have the bot do what is queued, and all that follows."""
    rig.queue.work_here()
    rig.work()


def change(rig: Rig) -> None:
    """Have the first one ask something else."""
    text = re.sub(r"(== First ==.*?)Nordic Museum", r"\1Another", rig.text(), count=1, flags=re.DOTALL)
    rig.person("Partner").edit(rig.base, text)


def take_away(rig: Rig) -> None:
    """Have the first one's section gone."""
    sections = re.split(r"^(?===)", rig.text(), flags=re.MULTILINE)
    rig.person("Partner").edit(rig.base, next(one for one in sections if one.startswith("== Second")))


def said(rig: Rig) -> Mapping[str, tuple[list[str], list[str]]]:
    """By the heading of each section: the numbers that its calls have, and those of the requests replied to there."""
    sections = re.split(r"^== (.*) ==$", rig.text(), flags=re.MULTILINE)
    return {
        heading: (re.findall(r"\| id = (H\d+)", text), re.findall(r"<!-- hub: (H\d+) ", text))
        for heading, text in zip(sections[1::2], sections[2::2], strict=True)
    }


def filed_by(rig: Rig) -> list[str]:
    """Who filed the requests, in the order of their numbers."""
    return [filed.author for filed in rig.hub.ledger.on_page("commons", rig.base)]


def numbered(first: str, second: str) -> Mapping[str, tuple[list[str], list[str]]]:
    """What is said where the sections have these numbers, and a reply each."""
    return {"First": ([first], [first]), "Second": ([second], [second])}


EACH_ITS_OWN = numbered("H1", "H2")


@pytest.mark.parametrize(("where", "read"), [("below", 1), ("below", 2), ("above", 1), ("above", 2)])
def test_each_of_two_alike_has_its_own_number_and_reply(rig: Rig, where: str, read: int) -> None:
    """Whoever files what somebody else did is answered below their own request, also where it is the upper one."""
    file_two(rig, where, read)
    work(rig)
    first, second = (1 + filed_by(rig).index(name) for name in ("Partner", "Reviewer"))
    assert said(rig) == numbered(f"H{first}", f"H{second}")


@pytest.mark.parametrize("signed", ["\n~~~~", ""])
def test_who_asks_the_same_twice_in_one_edit_has_two_numbers(
    rig: Rig, signed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two boxes are two requests, also where one edit brought both, and though the bot is killed between them."""
    call = f"{asked(rig)}{signed}"
    rig.person("Partner").edit(rig.base, f"== First ==\n{call}\n\n== Second ==\n{call}")
    with monkeypatch.context() as killed:
        killed.setattr(rig.hub.ledger, "mark_read", killed_here)
        with pytest.raises(KeyboardInterrupt):
            watch(rig.hub, rig.queue)
    rig.work()
    assert (filed_by(rig), said(rig)) == (["Partner", "Partner"], EACH_ITS_OWN)


def killed_here(*_: object) -> None:
    """Have the process end here."""
    raise KeyboardInterrupt


def test_one_above_another_that_is_answered_is_new(rig: Rig) -> None:
    """The number of a request that was answered tells it from its like, though neither is signed."""
    call = asked(rig)
    rig.person("Partner").edit(rig.base, f"== First ==\n{call}")
    rig.work()
    put(rig, "Reviewer", f"== Second ==\n{call}", "above")
    rig.work()
    assert (filed_by(rig), said(rig)) == (["Partner", "Reviewer"], EACH_ITS_OWN)


def test_one_that_is_not_read_yet_takes_no_number(rig: Rig) -> None:
    """A request that comes between the reading of another and its answer does not get the other's number."""
    call = asked(rig)
    rig.person("Partner").edit(rig.base, f"== First ==\n{call}\n~~~~")
    watch(rig.hub, rig.queue)
    put(rig, "Reviewer", f"== Second ==\n{call}\n~~~~", "above")
    rig.queue.work_here()
    assert said(rig) == {"First": EACH_ITS_OWN["First"], "Second": ([], [])}
    rig.work()
    assert (filed_by(rig), said(rig)) == (["Partner", "Reviewer"], EACH_ITS_OWN)


@pytest.mark.parametrize("gone", [take_away, change])
def test_where_one_is_gone_before_its_answer_the_other_has_its_own(rig: Rig, gone: Callable[[Rig], None]) -> None:
    """Who takes their request away, or asks something else, leaves the other's number to the other."""
    file_two(rig, "below")
    gone(rig)
    work(rig)
    assert said(rig)["Second"] == EACH_ITS_OWN["Second"]
    assert filed_by(rig)[:2] == ["Partner", "Reviewer"]


@pytest.mark.parametrize("where", ["below", "above"])
def test_where_one_is_changed_after_its_answer_each_keeps_its_own(rig: Rig, where: str) -> None:
    """Who changes one of two alike changes that one: it keeps its number, and nothing is said to the other."""
    file_two(rig, where)
    work(rig)
    change(rig)
    rig.work()
    assert filed_by(rig) == ["Partner", "Reviewer"]
    assert said(rig) == {"First": (["H1"], ["H1", "H1"]), "Second": EACH_ITS_OWN["Second"]}


def test_where_one_is_gone_after_its_answer_the_other_keeps_its_own(rig: Rig) -> None:
    """What there is to say of a request that was taken away is not said below its like."""
    file_two(rig, "above")
    work(rig)
    take_away(rig)
    rig.hub.ledger.publish_again(rig.hub.ledger.get(1))
    rig.work()
    assert said(rig) == {"Second": EACH_ITS_OWN["Second"]}


def cancel(rig: Rig) -> None:
    """Have the requester call the first request off."""
    rig.person("Partner").append(rig.talk(), "\n{{Hub review|cancel}} ~~~~")
    rig.work()
    assert rig.hub.ledger.get(1).state == "cancelled"


def test_what_is_asked_again_after_the_first_was_archived_is_answered(rig: Rig) -> None:
    """A request that has ended and is gone from the page does not take the call of the next one that is like it."""
    call = asked(rig)
    partner = rig.person("Partner")
    partner.edit(rig.base, f"== First ==\n{call}")
    rig.work()
    cancel(rig)
    partner.edit(rig.base, "Archived.")
    rig.work()
    partner.edit(rig.base, f"== Second ==\n{call}")
    rig.work()
    assert [one.text_id for one in rig.hub.ledger.on_page("commons", rig.base)] == ["H1", "H2"]
    rig.hub.ledger.publish_again(rig.hub.ledger.get(1))
    rig.work()
    assert (rig.status(1), rig.status(2)) == ("", "planned")


def test_an_undo_of_nothing_can_be_cancelled(rig: Rig) -> None:
    """A request that takes back one that there is not can be called off like any other that is invalid."""
    rig.person("Partner").edit(rig.base, "== Undo ==\n{{Hub request|type=undo|request=H99}}\n~~~~")
    rig.work()
    assert rig.hub.ledger.get(1).state == "invalid"
    cancel(rig)
