"""An answer is the act of one person on one page, and a request is its author's: whatever moves or comes back."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from bots.watcher import watch
from jobs.context.hub import talk_page
from jobs.intake.parse import problems_of
from jobs.model.problems import Problem
from jobs.model.requests import ItemState
from jobs.review.commands import judge_reviews
from jobs.store.ledger import Ledger
from wikitext.templates import Call

from .rig import Rig, published
from .test_edits import NOTHING


@pytest.fixture(name="planned")
def _planned(rig: Rig) -> Rig:
    """A rig with a request that waits for review."""
    filed(rig)
    rig.work()
    assert rig.status() == "planned"
    return rig


def filed(rig: Rig, **more: str) -> None:
    """File a request that changes a page of its own."""
    title = f"With authority {next(_numbers)}"
    rig.save_pages({title: "A sentence about glass."})
    change = {"type": "edit", "pages": title, "change": "replace", "find": "glass", "replace": "silver"}
    rig.file(**NOTHING | {"partner": "Nordic Museum"} | change | more)


_numbers = count(1)


def refused(rig: Rig, signature: str, number: int = 1) -> None:
    """Have a stranger approve, which the bot refuses when it works next."""
    said = f"{{{{Hub review|approve|plan={rig.plan(number)}}}}} {signature}"
    rig.person("Stranger").edit(rig.talk(number), said)


def undo_last(rig: Rig, title: str, account: str) -> None:
    """Undo the latest revision of a page, as the link in its history does."""
    person = rig.person(account)
    page = person.api(action="query", prop="revisions", rvlimit=2, rvprop="ids", titles=title)["query"]["pages"][0]
    newest, older = (revision["revid"] for revision in page["revisions"])
    assert person.do("edit", title=title, undo=newest, undoafter=older)["edit"]["result"] == "Success"


COMING_BACK = (
    ("undo", "~~~~"), ("undo", ""), ("rollback", ""), ("by hand", "~~~~"), ("by hand", ""), ("in part", "~~~~"),
    ("in part", ""), ("with a note", "~~~~"),
)  # fmt: skip


def test_an_approval_that_comes_back_is_not_his_who_brings_it_back(rig: Rig) -> None:
    """Whoever reverts the blanking of somebody's answer has approved nothing."""
    ways = dict(enumerate(COMING_BACK, 1))
    for number in ways:
        filed(rig, section=f"Request {number}")
    rig.work()
    for number, (_, signature) in ways.items():
        refused(rig, signature, number)
    rig.work()
    before = {number: rig.text(rig.talk(number)) for number in ways}
    for number, talk in before.items():
        assert "is for reviewers here" in talk
        rig.person("Partner").edit(rig.talk(number), "blank")
    rig.work()
    for number, (how, _) in ways.items():
        bring_back(rig, rig.talk(number), before[number], how)
    rig.work()
    assert [(how, rig.status(number)) for number, how in ways.items()] == [(how, "planned") for how in ways.values()]
    for number in ways:
        rig.approve("Reviewer", number)
    rig.work()
    assert [(how, rig.status(number)) for number, how in ways.items()] == [(how, "done") for how in ways.values()]


def bring_back(rig: Rig, talk: str, before: str, how: str) -> None:
    """Have a reviewer, or an administrator, bring back what stood on a talk page before the partner blanked it."""
    said = re.search(r"\{\{Hub review.*", before)
    assert said
    match how:
        case "undo":
            undo_last(rig, talk, "Reviewer")
        case "rollback":
            admin = rig.person("Admin")
            token = admin.api(action="query", meta="tokens", type="rollback")["query"]["tokens"]["rollbacktoken"]
            admin.api(action="rollback", title=talk, user="Partner", token=token)
        case "by hand":
            rig.person("Reviewer").edit(talk, before)
        case "in part":
            rig.person("Reviewer").edit(talk, f"Restored:\n{said[0]}")
        case "with a note":
            rig.person("Reviewer").edit(talk, f"{said[0]} (put back, ~~~~)")


def test_an_approval_that_was_gone_before_it_was_read_is_known_when_it_comes_back(planned: Rig) -> None:
    """Also what the bot saw only in the page's history was said by whoever first said it."""
    planned.approve("Stranger")
    said = planned.text(planned.talk())
    planned.person("Partner").edit(planned.talk(), "blank")
    planned.work()
    planned.person("Reviewer").edit(planned.talk(), f"Restored:\n{said}")
    planned.work()
    assert planned.status() == "planned"


def test_an_unsigned_approval_beside_its_like_is_its_writers(planned: Rig) -> None:
    """Who adds one more than ever stood there says something, though it is unsigned."""
    refused(planned, "")
    planned.work()
    assert planned.status() == "planned"
    planned.person("Reviewer").append(planned.talk(), f"\n\n{{{{Hub review|approve|plan={planned.plan()}}}}}")
    planned.work()
    assert planned.status() == "done"


def test_an_answer_counts_on_the_page_it_was_written_for(rig: Rig) -> None:
    """A talk page that is moved onto another request's carries no approval along, nor a cancellation."""
    filed(rig)
    filed(rig, section="Second", partner="Other museum")
    rig.work()
    assert (rig.status(1), rig.status(2)) == ("planned", "planned")
    rig.person("Reviewer").edit(rig.talk(1), f"{{{{Hub review|cancel}}}}{{{{Hub review|approve|plan={rig.plan(2)}}}}}")
    rig.person("Admin").do("move", **{"from": rig.talk(1)}, to=rig.talk(2), noredirect=1)
    rig.work()
    assert (rig.status(1), rig.status(2)) == ("planned", "planned")
    assert rig.text(rig.talk(2)).count("so it does not count here") == 2


def test_a_talk_page_that_takes_the_place_of_another_brings_no_answers(rig: Rig) -> None:
    """Also where the page was read before it was deleted for the other: what was said elsewhere counts for nothing."""
    for section in ("First", "Second"):
        filed(rig, section=section, partner=section)
    rig.work()
    rig.person("Stranger").edit(rig.talk(2), "What is this?")
    rig.work()
    rig.person("Reviewer").edit(
        rig.talk(1), f"{{{{Hub review|cancel}}}} ~~~~\n\n{{{{Hub review|approve|plan={rig.plan(2)}}}}} ~~~~"
    )
    admin = rig.person("Admin")
    admin.do("delete", title=rig.talk(2))
    admin.do("move", **{"from": rig.talk(1)}, to=rig.talk(2), noredirect=1)
    rig.work()
    assert (rig.status(1), rig.status(2)) == ("planned", "planned")


def test_an_answer_without_its_plan_is_told_how_to_name_it(planned: Rig) -> None:
    """What lets something be written names the plan that was seen; without it nobody is left without a reply."""
    answers = ("approve", "continue", "retry", "resume", "undo")
    for answer in answers:
        planned.person("Reviewer").edit(planned.talk(), f"{{{{Hub review|{answer}}}}} ~~~~", section_new=answer)
    planned.work()
    assert planned.status() == "planned"
    _, *replies = re.split(r"^== \w+ ==$", planned.text(planned.talk()), flags=re.MULTILINE)
    named = f"{{{{Hub review|approve|plan={planned.plan()}}}}}"
    assert [named in reply for reply in replies] == [answer == "approve" for answer in answers]
    assert all("<!-- hub: review" in reply for reply in replies)


def test_a_section_that_is_archived_and_put_back_says_nothing_again(planned: Rig) -> None:
    """An archiving bot that moves an answer away, and a person who puts it back, introduce nothing."""
    planned.review("reject|reason=why", "Reviewer")
    planned.work()
    assert planned.status() == "invalid"
    talk, answers = planned.talk(), planned.text(planned.talk())
    planned.person("Stranger").edit(talk, "archived")
    planned.person("Partner").edit(planned.base, planned.text().replace("Nordic Museum", "Nordic Museum in Lund", 1))
    planned.work()
    assert planned.status() == "planned"
    planned.person("Stranger").edit(talk, f"{answers}\n")
    planned.work()
    assert planned.status() == "planned"


def test_a_reverted_change_of_a_request_leaves_it_its_authors(planned: Rig) -> None:
    """A stranger's change is the stranger's; whoever reverts it gives the request back to who filed it."""
    before = planned.text()
    planned.person("Stranger").edit(planned.base, before.replace("Nordic Museum", "Nordic Musuem", 1))
    planned.work()
    assert planned.status() == "invalid"
    undone = planned.person("Admin")
    undone.edit(planned.base, before)
    planned.work()
    assert planned.status() == "planned"
    assert planned.hub.ledger.get(1).author == "Partner"


def test_a_cancelled_request_that_comes_back_is_not_filed_again(planned: Rig) -> None:
    """A revert of a request page to a text with a cancelled request on it files nothing."""
    first = planned.person("Admin").api(
        action="query",
        prop="revisions",
        titles=planned.base,
        rvprop="content",
        rvslots="main",
        rvlimit=1,
        rvdir="newer",
    )["query"]["pages"][0]["revisions"][0]["slots"]["main"]["content"]
    planned.review("cancel", "Partner")
    planned.work()
    planned.person("Admin").edit(planned.base, "nothing here")
    planned.work()
    planned.person("Reviewer").edit(planned.base, first)
    planned.work()
    assert [one.state for one in planned.hub.ledger.on_page("commons", planned.base)] == ["cancelled"]


def test_a_request_that_ended_while_it_was_gone_from_its_page_shows_it_when_it_is_back(planned: Rig) -> None:
    """Who blanks the page while the bot works, and who restores it, leave no request that seems to wait for ever."""
    before = planned.text()
    planned.approve()
    watch(planned.hub, planned.queue)
    judge_reviews(planned.hub, planned.hub.ledger.get(1))
    planned.person("Stranger").edit(planned.base, "blank")
    planned.queue.work_here()
    planned.work()
    planned.person("Admin").edit(planned.base, before)
    planned.work()
    assert planned.status() == "done"
    assert planned.text().count("<!-- hub: H1 done") == 1


def test_a_request_that_was_taken_away_is_not_carried_out(planned: Rig) -> None:
    """Who takes their section off the page has perhaps withdrawn it: an approval is answered, until it is back."""
    before = planned.text()
    planned.person("Partner").edit(planned.base, "I took it away.")
    planned.approve()
    planned.work()
    assert planned.hub.ledger.get(1).state == "planned"
    assert f"does not stand on [[{planned.base}]] any more" in planned.text(planned.talk())
    planned.person("Partner").edit(planned.base, before)
    planned.approve()
    planned.work()
    assert planned.status() == "done"


@pytest.mark.parametrize("looked", [False, True], ids=["at once", "in between"])
def test_a_request_that_vandals_removed_before_it_was_read_is_filed_for_its_author(rig: Rig, *, looked: bool) -> None:
    """What the bot first sees in a revert is still what its author filed, whenever it looked."""
    filed(rig)
    text = rig.text()
    rig.person("Stranger").edit(rig.base, "gone")
    if looked:
        rig.work()
    rig.person("Reviewer").edit(rig.base, text)
    rig.work()
    assert (rig.status(), rig.hub.ledger.get(1).author) == ("planned", "Partner")


def test_two_requests_in_the_same_words_are_two(rig: Rig) -> None:
    """Somebody who files the same twice gets two numbers and two answers, each in its own box."""
    manifest = published(rig)
    rig.file(manifest=manifest)
    rig.file(manifest=manifest, section="Again")
    rig.work()
    assert re.findall(r"\| *id *= (H\d)", rig.text()) == ["H1", "H2"]


def test_a_new_ledger_replays_nothing(planned: Rig, tmp_path: Path) -> None:
    """A ledger begins where it begins: numbers go on, what has a report is history, old approvals mean nothing."""
    planned.approve()
    planned.work()
    planned.review("undo", "Reviewer")
    planned.work()
    assert planned.status() == "done"
    planned.hub.__dict__["ledger"] = Ledger(f"sqlite:///{tmp_path}/new.sqlite")
    planned.work()
    assert planned.hub.ledger.on_page("commons", planned.base) == []
    filed(planned, section="New")
    planned.work()
    assert (planned.status(3), planned.status(1)) == ("planned", "done")


def test_what_is_from_before_the_ledger_is_not_filed_when_it_comes_back(planned: Rig, tmp_path: Path) -> None:
    """An archived request of an older ledger that somebody puts back is history still."""
    before = planned.text()
    planned.hub.__dict__["ledger"] = Ledger(f"sqlite:///{tmp_path}/new.sqlite")
    planned.work()
    planned.person("Stranger").edit(planned.base, "archived")
    planned.work()
    planned.person("Reviewer").edit(planned.base, before)
    planned.work()
    assert planned.hub.ledger.on_page("commons", planned.base) == []


def test_a_new_ledger_believes_no_number_that_somebody_wrote(rig: Rig) -> None:
    """A page or an `id` of anyone's neither makes history of a request nor drives the numbers out of range."""
    stranger = rig.person("Stranger")
    stranger.edit(f"{rig.base}/H999999999", "a report")
    stranger.edit(f"{rig.base}/H7", "a report")
    filed(rig, id="H7")
    filed(rig, id="H999999998", section="Second", partner="Other museum")
    rig.work()
    assert [one.state for one in rig.hub.ledger.on_page("commons", rig.base)] == ["planned", "planned"]
    assert [one.id for one in rig.hub.ledger.on_page("commons", rig.base)] == [1, 2]


def test_one_requests_trouble_is_its_own(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where taking in one request goes wrong, the others go on, the operator is told, and it is tried again."""
    told: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr("bots.watcher.tell_operator", lambda text, *values: told.append(text % values))
        patched.setattr("bots.watcher.problems_of", _fails_for_the_first(problems_of))
        filed(rig, partner="First")
        filed(rig, partner="Second", section="Second")
        rig.work()
        assert [one.parameters["partner"] for one in rig.hub.ledger.on_page("commons", rig.base)] == ["Second"]
        assert "KeyError" in told[0]
    rig.work()
    known = rig.hub.ledger.on_page("commons", rig.base)
    assert sorted(one.parameters["partner"] for one in known) == ["First", "Second"]
    assert {one.state for one in known} == {"planned"}


def _fails_for_the_first(right: Callable[[Call], tuple[Problem, ...]]) -> Callable[[Call], tuple[Problem, ...]]:
    def failing(call: Call) -> tuple[Problem, ...]:
        if "First" in call.source:
            raise KeyError("trouble")
        return right(call)

    return failing


def test_a_request_page_that_was_moved_away_waits(planned: Rig) -> None:
    """Nothing is done where nobody would see the answer; its talk page says so, and when it is back it goes on."""
    planned.approve()
    admin, elsewhere = planned.person("Admin"), f"{planned.base} moved"
    admin.do("move", **{"from": planned.base}, to=elsewhere)
    watch(planned.hub, planned.queue)
    planned.queue.work_here()
    assert planned.hub.ledger.get(1).state != "done"
    talk = planned.base.replace("Commons:", "Commons talk:")
    assert "was moved away" in planned.text(talk)
    admin.do("delete", title=planned.base)
    admin.do("move", **{"from": elsewhere}, to=planned.base, noredirect=1)
    watch(planned.hub, planned.queue)
    planned.hub.ledger.update_request(planned.hub.ledger.get(1), not_before=0.0)
    planned.work()
    assert planned.status() == "done"


def test_a_request_page_that_was_deleted_and_restored_goes_on(planned: Rig) -> None:
    """What is back as it was is back, though its latest revision is one that was read."""
    admin = planned.person("Admin")
    admin.do("delete", title=planned.base)
    watch(planned.hub, planned.queue)
    admin.do("undelete", title=planned.base)
    planned.approve()
    planned.work()
    assert planned.status() == "done"


def test_what_is_another_things_value_is_no_request(rig: Rig) -> None:
    """A call within an extension's tag, a link, a parser function or another template's argument asks for nothing."""
    around = (
        "<score>$1</score>", "<gallery>\nFile:X.jpg|$1\n</gallery>", "<graph>$1</graph>", "<timeline>$1</timeline>",
        "[[File:X.jpg|thumb|$1]]", "{{#if:x|$1}}", "{{Example|$1}}", "{{Example|text={{nested|$1}}}}",
    )  # fmt: skip
    text = "\n\n".join(around).replace("$1", "{{Hub request|type=upload}}")
    rig.person("Partner").edit(rig.base, f"{text}\n\n{{{{Hub request|type=upload|partner=Alone}}}} ~~~~")
    rig.work()
    [request] = rig.hub.ledger.on_page("commons", rig.base)
    assert request.parameters["partner"] == "Alone"


@pytest.mark.parametrize("signature", ["~~~~", ""], ids=["signed", "unsigned"])
def test_nobody_says_again_what_a_reviewer_said_once(planned: Rig, signature: str) -> None:
    """Who copies a reviewer's answer, as often as they like, has neither said it nor made the reviewer say it again."""
    rig = planned
    plan = rig.plan()
    rig.approve()
    rig.review("pause")
    rig.person("Reviewer").append(rig.talk(), f"\n\n{{{{Hub review|resume|plan={plan}}}}} {signature}")
    rig.review("pause|reason=After all")
    rig.work()
    assert rig.status() == "paused"
    [line] = re.findall(r"\{\{Hub review\|resume.*", rig.text(rig.talk()))
    rig.person("Stranger").edit(rig.talk(), "\n\n".join([line] * 3 + [line.replace("|resume", " | resume")] * 3))
    rig.work()
    assert rig.status() == "paused"


def answered(rig: Rig, *numbers: int) -> None:
    """Have the bot answer somebody on the talk pages of these reports, which it has read then."""
    for number in numbers:
        rig.review("pause", number=number)
    rig.work()


def aside(rig: Rig, number: int) -> str:
    """Where a report is moved to, or its talk page."""
    return f"{rig.base} aside {number}".replace("_", " ")


def set_aside(rig: Rig, number: int, left: str) -> str:
    """Move or delete a report, or move its talk page: what of it is `left`; returns what the bot says of it."""
    admin, stranger, report = rig.person("Admin"), rig.person("Stranger"), rig.report(number)
    match left:
        case "redirect":
            stranger.do("move", **{"from": report}, to=aside(rig, number), movetalk=1)
        case "nothing":
            admin.do("move", **{"from": report}, to=aside(rig, number), movetalk=1, noredirect=1)
        case "talk page":
            stranger.do("move", **{"from": rig.talk(number)}, to=aside(rig, number))
            return f"[[{rig.talk(number)}]], leads to another page"
        case _:
            admin.do("delete", title=report)
            return f"[[{report}]] was deleted"
    return f"[[{report}]] was moved to [[{aside(rig, number)}]]"


def put_back(rig: Rig, number: int, left: str, before: str) -> None:
    """Bring it back; the report, wherever it is, says what it said before."""
    stranger, report = rig.person("Stranger"), rig.report(number)
    if left == "deleted":
        assert stranger.text(report) is None
        rig.person("Admin").do("undelete", title=report)
        return
    assert rig.text(report if left == "talk page" else aside(rig, number)) == before
    back = rig.talk(number) if left == "talk page" else report
    stranger.do("move", **{"from": aside(rig, number)}, to=back, movetalk=1)


def test_a_request_whose_report_was_moved_or_deleted_waits_and_says_so(rig: Rig) -> None:
    """Answers elsewhere are not read: nothing is done or written over, the request says so once, and goes on after."""
    ways = dict(enumerate(("redirect", "nothing", "talk page", "deleted"), 1))
    for left in ways.values():
        filed(rig, section=left)
    rig.work()
    answered(rig, *ways)
    before = {number: rig.text(rig.report(number)) for number in ways}
    said = {}
    for number, left in ways.items():
        rig.approve(number=number)
        said[number] = set_aside(rig, number, left)
    for _ in range(2):
        watch(rig.hub, rig.queue)
        rig.queue.work_here()
        for number in ways:
            rig.hub.ledger.update_request(rig.hub.ledger.get(number), not_before=0.0)
    for number, left in ways.items():
        assert (left, rig.hub.ledger.get(number).state) == (left, "planned")
        assert (left, rig.text().count(said[number])) == (left, 1)
        put_back(rig, number, left, before[number])
    rig.work()
    for number in ways:
        if rig.status(number) == "planned":  # the approval was not read before the move, and may be anybody's
            assert "please say it again" in rig.text(rig.talk(number))
            rig.approve(number=number)
    rig.work()
    for number, left in ways.items():
        assert (left, rig.status(number)) == (left, "done")
        assert "done and verified" in rig.text(rig.report(number))


def test_a_pause_is_not_lost_where_a_report_was_moved(planned: Rig) -> None:
    """Who says `pause` at the new place has stopped the request all the same, and is answered when the page is back."""
    rig = planned
    answered(rig, 1)
    rig.approve()
    watch(rig.hub, rig.queue)
    elsewhere = f"{rig.base} aside"
    rig.person("Stranger").do("move", **{"from": rig.report()}, to=elsewhere, movetalk=1)
    rig.person("Reviewer").append(talk_page(elsewhere), "\n\n{{Hub review|pause}} ~~~~")
    rig.queue.work_here()
    assert rig.hub.ledger.counts(rig.hub.ledger.get(1))[ItemState.DONE] == 0
    rig.person("Stranger").do("move", **{"from": elsewhere}, to=rig.report(), movetalk=1)
    rig.hub.ledger.update_request(rig.hub.ledger.get(1), not_before=0.0)
    rig.work()
    assert rig.status() == "paused"


PREFIXED: dict[str, int] = {}
ASSIGNED = {"assignknownusers": 1}


def test_an_imported_answer_is_nobodys(rig: Rig) -> None:
    """A revision that Special:Import brings says nothing, whoever it names: by a prefix, or an account of this wiki.

    Nor whenever it was said: it may claim to be the latest for years to come.
    """
    ways = dict(enumerate(((PREFIXED, None), (PREFIXED, 2037), (ASSIGNED, None), (ASSIGNED, 2037)), 1))
    for number in ways:
        filed(rig, section=f"Request {number}")
    rig.work()
    answered(rig, *ways)
    admin = rig.person("Admin")
    for number, (names, year) in ways.items():
        at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        at = at if year is None else f"{year}{at[4:]}"
        text = f"{{{{Hub review|approve|plan={rig.plan(number)}}}}} [[User:Reviewer]] 12:00, 1 January 2027 (UTC)"
        xml = f"""<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en"><page>
<title>{rig.talk(number)}</title><ns>5</ns><id>1</id><revision><id>1</id><timestamp>{at}</timestamp>
<contributor><username>Reviewer</username><id>4</id></contributor><model>wikitext</model><format>text/x-wiki</format>
<text xml:space="preserve">{text}</text></revision></page></mediawiki>"""
        admin.import_pages(xml.encode(), interwikiprefix="meta", **names)
        assert "Hub review" in rig.text(rig.talk(number))
    rig.work()
    assert [rig.status(number) for number in ways] == ["planned"] * 4


def test_a_merged_history_says_nothing(rig: Rig) -> None:
    """An approval of one report, merged into the talk page of another (Special:MergeHistory), is not said there."""
    for section in ("First", "Second"):
        filed(rig, section=section, partner=section)
    rig.work()
    rig.person("Reviewer").edit(rig.talk(1), f"{{{{Hub review|approve|plan={rig.plan(2)}}}}} ~~~~")
    rig.person("Stranger").edit(rig.talk(2), "What is this?")
    rig.person("Admin").do("mergehistory", **{"from": rig.talk(1), "to": rig.talk(2)})
    rig.work()
    assert (rig.status(1), rig.status(2)) == ("planned", "planned")
    history = rig.person("Admin").api(action="query", prop="revisions", titles=rig.talk(2), rvlimit=10, rvprop="user")
    assert len(history["query"]["pages"][0]["revisions"]) >= 2
