"""Two people ask for the very same: each has a request, a number and a reply, wherever the second one stands."""

import re
from collections.abc import Callable, Mapping

import pytest

from bots.watcher import watch

from .desk import REQUEST, Desk, published


def asked(desk: Desk) -> str:
    """A request's call, the same for whoever files it."""
    parameters = REQUEST | {"manifest": published(desk)}
    return "\n".join(["{{Hub request", *(f"| {name} = {value}" for name, value in parameters.items()), "}}"])


def put(desk: Desk, account: str, section: str, where: str) -> None:
    """Have somebody put a section on the request page: "above" all others, or "below" them."""
    sections = [section, desk.text()] if where == "above" else [desk.text(), section]
    desk.person(account).edit(desk.base, "\n\n".join(sections))


def file_two(desk: Desk, where: str, read: int = 2) -> None:
    """Have two people file the same, one in the section First, one in Second, before anything is answered.

    `where`: the second stands there. `read`: so often the watcher reads the page, after the second or after each.
    """
    call = asked(desk)
    desk.person("Partner").edit(desk.base, f"== First ==\n{call}\n~~~~")
    if read == 2:
        watch(desk.hub, desk.queue)
    put(desk, "Reviewer", f"== Second ==\n{call}\n~~~~", where)
    watch(desk.hub, desk.queue)


def work(desk: Desk) -> None:
    """Have the bot do what is queued, and all that follows."""
    desk.queue.work_here()
    desk.work()


def change(desk: Desk) -> None:
    """Have the first one ask something else."""
    text = re.sub(r"(== First ==.*?)Nordic Museum", r"\1Another", desk.text(), count=1, flags=re.DOTALL)
    desk.person("Partner").edit(desk.base, text)


def take_away(desk: Desk) -> None:
    """Have the first one's section gone."""
    sections = re.split(r"^(?===)", desk.text(), flags=re.MULTILINE)
    desk.person("Partner").edit(desk.base, next(one for one in sections if one.startswith("== Second")))


def said(desk: Desk) -> Mapping[str, tuple[list[str], list[str]]]:
    """By the heading of each section: the numbers that its calls have, and those of the requests replied to there."""
    sections = re.split(r"^== (.*) ==$", desk.text(), flags=re.MULTILINE)
    return {
        heading: (re.findall(r"\| id = (H\d+)", text), re.findall(r"<!-- hub: (H\d+) ", text))
        for heading, text in zip(sections[1::2], sections[2::2], strict=True)
    }


def filed_by(desk: Desk) -> list[str]:
    """Who filed the requests, in the order of their numbers."""
    return [filed.author for filed in desk.hub.ledger.on_page("commons", desk.base)]


def numbered(first: str, second: str) -> Mapping[str, tuple[list[str], list[str]]]:
    """What is said where the sections have these numbers, and a reply each."""
    return {"First": ([first], [first]), "Second": ([second], [second])}


EACH_ITS_OWN = numbered("H1", "H2")


@pytest.mark.parametrize(("where", "read"), [("below", 1), ("below", 2), ("above", 1), ("above", 2)])
def test_each_of_two_alike_has_its_own_number_and_reply(desk: Desk, where: str, read: int) -> None:
    """Whoever files what somebody else did is answered below their own request, also where it is the upper one."""
    file_two(desk, where, read)
    work(desk)
    first, second = (1 + filed_by(desk).index(name) for name in ("Partner", "Reviewer"))
    assert said(desk) == numbered(f"H{first}", f"H{second}")


def test_one_above_another_that_is_answered_is_new(desk: Desk) -> None:
    """The number of a request that was answered tells it from its like, though neither is signed."""
    call = asked(desk)
    desk.person("Partner").edit(desk.base, f"== First ==\n{call}")
    desk.work()
    put(desk, "Reviewer", f"== Second ==\n{call}", "above")
    desk.work()
    assert (filed_by(desk), said(desk)) == (["Partner", "Reviewer"], EACH_ITS_OWN)


def test_one_that_is_not_read_yet_takes_no_number(desk: Desk) -> None:
    """A request that comes between the reading of another and its answer does not get the other's number."""
    call = asked(desk)
    desk.person("Partner").edit(desk.base, f"== First ==\n{call}\n~~~~")
    watch(desk.hub, desk.queue)
    put(desk, "Reviewer", f"== Second ==\n{call}\n~~~~", "above")
    desk.queue.work_here()
    assert said(desk) == {"First": EACH_ITS_OWN["First"], "Second": ([], [])}
    desk.work()
    assert (filed_by(desk), said(desk)) == (["Partner", "Reviewer"], EACH_ITS_OWN)


@pytest.mark.parametrize("gone", [take_away, change])
def test_where_one_is_gone_before_its_answer_the_other_has_its_own(desk: Desk, gone: Callable[[Desk], None]) -> None:
    """Who takes their request away, or asks something else, leaves the other's number to the other."""
    file_two(desk, "below")
    gone(desk)
    work(desk)
    assert said(desk)["Second"] == EACH_ITS_OWN["Second"]
    assert filed_by(desk)[:2] == ["Partner", "Reviewer"]


@pytest.mark.parametrize("where", ["below", "above"])
def test_where_one_is_changed_after_its_answer_each_keeps_its_own(desk: Desk, where: str) -> None:
    """Who changes one of two alike changes that one: it keeps its number, and nothing is said to the other."""
    file_two(desk, where)
    work(desk)
    change(desk)
    desk.work()
    assert filed_by(desk) == ["Partner", "Reviewer"]
    assert said(desk) == {"First": (["H1"], ["H1", "H1"]), "Second": EACH_ITS_OWN["Second"]}


def test_where_one_is_gone_after_its_answer_the_other_keeps_its_own(desk: Desk) -> None:
    """What there is to say of a request that was taken away is not said below its like."""
    file_two(desk, "above")
    work(desk)
    take_away(desk)
    desk.hub.ledger.publish_again(desk.hub.ledger.get(1))
    desk.work()
    assert said(desk) == {"Second": EACH_ITS_OWN["Second"]}
