"""The whole conversation on a report's talk page: each answer, who may give it, and what the bot says to it."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from deploy.sandbox.hub import cph

from .desk import Desk, published
from .test_processes import environment, running, until

TEXT = "A sentence about glass."
NOTHING = {"partner": "", "manifest": "", "filename": "", "template": "", "license": "", "categories": ""}


def ask(desk: Desk, count: int, **more: str) -> list[str]:
    """File a request that changes some new pages, and let the bot plan it; returns their titles."""
    titles = [
        f"{desk.base.rpartition('test_')[2][:60].replace('_', ' ').strip().capitalize()} {n:03}" for n in range(count)
    ]
    desk.save_pages(dict.fromkeys(titles, TEXT))
    desk.file(
        **NOTHING
        | {"type": "edit", "pages": "; ".join(titles), "change": "replace", "find": "glass", "replace": "silver"}
        | more
    )
    desk.work()
    return titles


def changed(desk: Desk, titles: list[str]) -> int:
    """How many of the pages the bot has changed."""
    return sum("silver" in text for text in desk.texts(titles).values())


def test_the_first_few_are_shown_before_the_rest_is_done(desk: Desk) -> None:
    """Five are done and shown; the rest waits for `continue`, which only a reviewer can say."""
    desk.set_policy()
    titles = ask(desk, 8)
    desk.approve()
    desk.work()
    assert (desk.status(), changed(desk, titles)) == ("pilot", 5)
    report = desk.text(desk.report())
    assert report.count('<del style="background:#ffdf80;text-decoration:none">glass</del>') == 5
    assert "Hub_review/continue" in report
    desk.review("continue", "Stranger")
    desk.work()
    assert (desk.status(), changed(desk, titles)) == ("pilot", 5)
    assert "“continue” is for reviewers here" in desk.text(desk.talk())
    desk.review("continue")
    desk.work()
    assert (desk.status(), changed(desk, titles)) == ("done", 8)


@pytest.mark.parametrize(
    ("trust", "state"),
    [
        ([{"groups": ["autopatrolled"], "kinds": ["edit"], "max_items": 8}], "done"),
        ([{"groups": ["autopatrolled"], "kinds": ["upload"]}], "pilot"),
        ([{"groups": ["autopatrolled"], "max_items": 7}], "pilot"),
        ([{"users": ["Reviewer"]}], "pilot"),
    ],
    ids=["waived", "other kind", "too many", "other people"],
)
def test_the_policy_can_do_without_a_pilot(desk: Desk, trust: list[object], state: str) -> None:
    """By group, kind and size."""
    desk.set_policy(no_pilot=trust)
    ask(desk, 8)
    desk.approve()
    desk.work()
    assert desk.status() == state


def test_small_requests_of_trusted_people_can_run_without_review(desk: Desk) -> None:
    """What the policy trusts runs at once; a larger one waits, and so does one with a question for the reviewer."""
    desk.set_policy(no_review=[{"groups": ["autopatrolled"], "max_items": 2}])
    titles = ask(desk, 2)
    assert (desk.status(), changed(desk, titles)) == ("done", 2)
    asked = NOTHING | {"type": "categorize", "pages": "; ".join(titles), "add": "No such category yet"}
    desk.file(**asked)
    desk.work()
    assert desk.status(2) == "planned"
    assert "There is no category “No such category yet” yet." in desk.text(desk.report(2))


def test_a_plan_is_sent_back_with_a_reason(desk: Desk) -> None:
    """`reject` tells the requester why; once the request is changed there is a new plan."""
    titles = ask(desk, 2)
    desk.review("reject|reason=Please name the [[museum]] | and the year")
    desk.work()
    assert desk.status() == "invalid"
    assert (
        "Reviewer sent this request back: Please name the &#91;&#91;museum&#93;&#93; &#124; and the year" in desk.text()
    )
    desk.person("Partner").edit(desk.base, desk.text().replace("| type", "| partner = Museum\n| type"))
    desk.work()
    assert desk.status() == "planned"
    desk.approve()
    desk.work()
    assert changed(desk, titles) == 2


def test_single_items_are_struck_from_a_plan(desk: Desk) -> None:
    """Rows that a reviewer strikes are left out; an approval of the plan as it was before is void."""
    titles = ask(desk, 4)
    plan = re.search(r"preloadparams%5B%5D=(\w+)", desk.text(desk.report()))
    assert plan
    desk.review(f"strike|plan={plan[1]}|items=2, 4-9")
    desk.work()
    assert "taken 2 rows out of the plan" in desk.text(desk.talk())
    desk.review(f"approve|plan={plan[1]}")
    desk.work()
    assert desk.status() == "planned"
    desk.approve()
    desk.work()
    now = desk.texts(titles)
    assert ["silver" in now[title] for title in titles] == [True, False, True, False]
    assert "Left out by Reviewer." in desk.rows()[2]


@pytest.mark.parametrize("items", ["", "x", "77", "1-3", "1-99999999"])
def test_a_strike_that_names_no_rows_or_all_changes_nothing(desk: Desk, items: str) -> None:
    """A slip in the numbers is told, and the plan stays as it is."""
    ask(desk, 3)
    desk.review(f"strike|items={items}")
    desk.work()
    assert "Nothing has changed." in desk.text(desk.talk())
    assert desk.status() == "planned"
    assert sum("to be done" in line for line in desk.rows().values()) == 3


def test_answers_at_the_wrong_time_change_nothing(desk: Desk) -> None:
    """Each answer has its time; at another the bot says so, once, and goes on as before."""
    ask(desk, 2)
    for answer in ("continue", "pause", "resume", "retry", "undo"):
        desk.review(answer)
    desk.work()
    desk.work()
    talk = desk.text(desk.talk())
    assert talk.count("<!-- hub: review ") == 5
    assert desk.status() == "planned"
    desk.approve()
    desk.work()
    for answer in ("approve", "reject", "strike|items=1", "pause", "cancel", "retry"):
        desk.review(answer)
    desk.work()
    assert desk.text(desk.talk()).count("<!-- hub: review ") == 12
    assert desk.status() == "done"


def test_a_pause_stops_within_a_slice_and_a_cancelled_request_has_a_true_report(desk: Desk, tmp_path: Path) -> None:
    """5 s after `pause` is saved there is no further write; `resume` goes on with the next item; `cancel` ends it."""
    titles = ask(desk, 120)
    desk.approve()
    with running(desk, "watch", tmp_path / "watch.log"), running(desk, "work", tmp_path / "work.log"):
        until(lambda: changed(desk, titles) > 3, "the first pages are changed")
        desk.review("pause")
        until(lambda: desk.status() == "paused", "paused")
        paused = changed(desk, titles)
        assert 3 < paused < 120
        assert _last_edit(desk, titles) <= _edited(desk, desk.talk(), "Reviewer") + 5
        time.sleep(3)
        assert changed(desk, titles) == paused
        desk.review("resume")
        until(lambda: changed(desk, titles) > paused, "going on")
        desk.review("cancel")
        until(lambda: desk.status() == "cancelled", "cancelled")
    done = changed(desk, titles)
    assert done < 120
    now = desk.texts(titles)
    rows = desk.rows()
    for row, title in enumerate(titles, 1):
        assert ("done and verified" if "silver" in now[title] else "not tried") in rows[row]
    # One after the other, none twice: what was done is the beginning of the list, each page changed once.
    assert ["silver" in now[title] for title in titles] == [True] * done + [False] * (120 - done)
    assert f"Done and verified before that: {done} pages" in desk.text()


def _edited(desk: Desk, title: str, user: str) -> float:
    """When the user last saved the page, in seconds since 1970, by the wiki's own clock."""
    answer = desk.person("Stranger").api(
        action="query", prop="revisions", titles=title, rvprop="timestamp", rvuser=user, rvlimit=1
    )
    [revision] = answer["query"]["pages"][0]["revisions"]
    return time.mktime(time.strptime(revision["timestamp"], "%Y-%m-%dT%H:%M:%SZ"))


def _last_edit(desk: Desk, titles: list[str]) -> float:
    return max(
        _edited(desk, title, "ContentPartnershipsBot") for title, text in desk.texts(titles).items() if "silver" in text
    )


def test_what_failed_is_tried_again(desk: Desk) -> None:
    """`retry` does only what failed; what was done is not done twice."""
    desk.file(manifest=published(desk, "Fails", "Works"))
    desk.work()
    desk.partner.answers["/1.jpg"].status = 500
    desk.approve()
    desk.work()
    assert desk.status() == "partly done"
    desk.partner.answers["/1.jpg"].status = 200
    asked = len(desk.partner.asked)
    desk.review("retry")
    desk.work()
    assert desk.status() == "done"
    assert desk.partner.asked[asked:] == ["/list.csv", "/1.jpg"]
    assert "I try one row again." in desk.text(desk.talk())


def test_a_strangers_edit_of_an_approved_request_is_told_on_the_talk_page(desk: Desk) -> None:
    """Nothing runs, and the talk page says who changed what."""
    titles = ask(desk, 2)
    desk.approve()
    desk.person("Stranger").edit(desk.base, desk.text().replace("silver", "gold"))
    desk.work()
    assert changed(desk, titles) == 0
    assert "This request was changed by Stranger (" in desk.text(desk.talk())
    assert "may not file requests here" in desk.text()
    desk.work()
    assert desk.text(desk.talk()).count("This request was changed by Stranger") == 1


def test_a_list_that_changed_after_the_approval_makes_it_void(desk: Desk) -> None:
    """What is on the wiki page that was approved is what runs; a change of it makes a new plan, and that is told."""
    desk.save_pages({"Listed on a page": TEXT, "Slipped in": TEXT})
    desk.person("Partner").edit(f"{desk.base}/List", "<pre>\npage,value\nListed on a page,x\n</pre>")
    asked = {
        "type": "edit",
        "change": "replace",
        "find": "glass",
        "replace": "{value}",
        "manifest": f"{desk.base}/List",
    }
    desk.file(**NOTHING | asked)
    desk.work()
    desk.approve()
    desk.person("Stranger").edit(f"{desk.base}/List", "<pre>\npage,value\nSlipped in,bad\n</pre>")
    desk.work()
    assert desk.texts(["Listed on a page", "Slipped in"]) == {"Listed on a page": TEXT, "Slipped in": TEXT}
    assert "is not what it was when it was approved" in desk.text(desk.talk())
    assert desk.status() == "planned"


def test_pages_that_came_into_the_set_after_the_approval_make_it_void(desk: Desk) -> None:
    """The resolved list is what was approved; another one needs another approval."""
    desk.save_pages({"Set page 1": f"{TEXT}[[Category:Set of pages]]"})
    asked = {"type": "edit", "change": "replace", "find": "glass", "replace": "x", "pages": "category: Set of pages"}
    desk.file(**NOTHING | asked)
    desk.work()
    desk.approve()
    desk.save_pages({"Set page 2": f"{TEXT}[[Category:Set of pages]]"}, "Stranger")
    desk.work()
    assert desk.status() == "planned"
    assert "is not what it was when it was approved" in desk.text(desk.talk())
    assert "glass" in desk.text("Set page 1")


def test_the_requester_is_told_once_in_their_language(desk: Desk) -> None:
    """What waits for them, and what has ended, stands on their own talk page, which the wiki shows them."""
    before = desk.text("User talk:Partner").count("<!-- hub: ")
    desk.file(partner="", manifest=published(desk), language="sv")
    desk.work()
    desk.work()
    talk = desk.text("User talk:Partner")
    assert talk.count("<!-- hub: ") == before + 1
    assert '<div lang="sv"' in talk[talk.rindex("== ") :]
    desk.person("Partner").edit(desk.base, desk.text().replace("| filename", "| partner = Museum\n| filename"))
    desk.work()
    desk.approve()
    desk.work()
    assert desk.text("User talk:Partner").count("<!-- hub: ") == before + 2
    notes = desk.person("Partner").api(action="query", meta="notifications", notlimit=50, notformat="model")
    assert any(note["type"] == "edit-user-talk" for note in notes["query"]["notifications"]["list"])


def test_an_operator_takes_a_request_back_from_the_command_line(desk: Desk) -> None:
    """`cph undo H1 --now` files, approves and says where to look; the bot then takes it back."""
    titles = ask(desk, 2)
    desk.approve()
    desk.work()
    assert changed(desk, titles) == 2
    done = subprocess.run(
        cph("undo", "H1", "--now", "--items", "2"), env=environment(desk), capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("H2 takes H1 back; it is approved.")
    desk.work()
    now = desk.texts(titles)
    assert ["silver" in now[title] for title in titles] == [True, False]
    wrong = subprocess.run(cph("undo", "H77"), env=environment(desk), capture_output=True, text=True, check=False)
    assert (wrong.returncode, "there is no request H77" in wrong.stderr) == (1, True)


def test_progress_is_shown_while_it_runs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two slices the report has a bar, counts, a forecast and the time it was written."""
    monkeypatch.setattr("jobs.reporting.report.PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr("jobs.execution.run.SLICE_ITEMS", 2)
    ask(desk, 6)
    desk.approve()
    desk.work()
    history = desk.person("Stranger").api(
        action="query", prop="revisions", titles=desk.report(), rvprop="content", rvslots="main", rvlimit=50
    )
    reports = [entry["slots"]["main"]["content"] for entry in history["query"]["pages"][0]["revisions"]]
    assert any("2 of 6 done and verified, 0 failed." in report and "width:33%" in report for report in reports)
    assert all("As of 20" in report for report in reports if "Hub status|running" in report)


def test_a_yes_in_plain_words_is_told_the_buttons_once(desk: Desk) -> None:
    """A reviewer who writes "approved" is not met with silence, and nothing is done for it; nor is a second told."""
    titles = ask(desk, 2)
    reviewer = desk.person("Reviewer")
    reviewer.append(desk.talk(), "\n== Review ==\n'''Approved!''' Nice work. ~~~~")
    desk.work()
    assert desk.status() == "planned"
    assert changed(desk, titles) == 0
    talk = desk.text(desk.talk())
    assert "Thank you, Reviewer. I am a program" in talk
    assert "preload=Template:Hub_review/approve" in talk
    reviewer.append(desk.talk(), "\n+1 ~~~~")
    desk.work()
    assert desk.text(desk.talk()).count("I am a program") == 1


def test_the_requester_is_told_that_somebody_wrote(desk: Desk) -> None:
    """On their own talk page, once a day; their own words and the answers of the buttons are no news."""
    ask(desk, 2)
    told = f"Stranger wrote something about your request H1 on [[{desk.talk()}]]."
    desk.person("Partner").append(desk.talk(), "\n== Hello ==\nMay I ask for a look at row 2? ~~~~")
    desk.review("strike|items=2")
    desk.work()
    assert told not in desk.text("User talk:Partner")
    for words in ("Are these two not the same plate?", "And the third is upside down."):
        desk.person("Stranger").append(desk.talk(), f"\n== Question ==\n{words} ~~~~")
        desk.work()
    assert desk.text("User talk:Partner").count(told) == 1
    assert "I am a program" not in desk.text(desk.talk())


def test_a_pause_button_is_there_before_the_first_file(desk: Desk) -> None:
    """Whoever said yes can take it back at once: the report says so before a slice is carried out, not after."""
    desk.file(manifest=published(desk))
    desk.work()
    desk.approve()
    desk.work()
    answer = desk.person("Stranger").api(
        action="query", prop="revisions", titles=desk.report(), rvlimit=5, rvprop="comment|content", rvslots="main"
    )
    written = {one["comment"]: one["slots"]["main"]["content"] for one in answer["query"]["pages"][0]["revisions"]}
    assert "Hub_review/pause" in next(text for comment, text in written.items() if comment.endswith(": approved"))
