"""The whole conversation on a report's talk page: each answer, who may give it, and what the bot says to it."""

import re
import time
from pathlib import Path

import pytest

from deploy.sandbox.hub import policy
from jobs.context.hub import policy_page
from jobs.execution.pilot import pilot_left
from jobs.model.requests import ItemState

from .commands import typed
from .rig import Rig, published
from .test_processes import environment, running, until

TEXT = "A sentence about glass."
NOTHING = {"partner": "", "manifest": "", "filename": "", "template": "", "license": "", "categories": ""}


def ask(rig: Rig, count: int, **more: str) -> list[str]:
    """File a request that changes some new pages, and let the bot plan it; returns their titles."""
    titles = [
        f"{rig.base.rpartition('test_')[2][:60].replace('_', ' ').strip().capitalize()} {n:03}" for n in range(count)
    ]
    rig.save_pages(dict.fromkeys(titles, TEXT))
    rig.file(
        **NOTHING
        | {"type": "edit", "pages": "; ".join(titles), "change": "replace", "find": "glass", "replace": "silver"}
        | more
    )
    rig.work()
    return titles


def changed(rig: Rig, titles: list[str]) -> int:
    """How many of the pages the bot has changed."""
    return sum("silver" in text for text in rig.texts(titles).values())


def test_the_first_few_are_shown_before_the_rest_is_done(rig: Rig) -> None:
    """Five are done and shown; the rest waits for `continue`, which only a reviewer can say."""
    rig.set_policy()
    titles = ask(rig, 8)
    rig.approve()
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("pilot", 5)
    report = rig.text(rig.report())
    assert report.count('<del style="background:#ffdf80;text-decoration:none">glass</del>') == 5
    assert "Hub_review/continue" in report
    rig.review("continue", "Stranger")
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("pilot", 5)
    assert "“continue” is for reviewers here" in rig.text(rig.talk())
    rig.review("continue")
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("done", 8)


def test_the_policy_can_do_without_a_pilot(rig: Rig) -> None:
    """By group, kind and size."""
    titles = ask(rig, 3)
    for none, trust in (
        (False, {"groups": ["autopatrolled"], "kinds": ["upload"]}),
        (False, {"groups": ["autopatrolled"], "max_items": 2}),
        (False, {"users": ["Reviewer"]}),
        (True, {"groups": ["autopatrolled"], "kinds": ["edit"], "max_items": 3}),
    ):
        known = policy(["127.0.0.1"], pilot=2, no_pilot=[trust])
        rig.hub.ledger.mark_read("commons", policy_page(rig.hub.wikis["commons"]), 1, known)
        request = rig.hub.ledger.get(1)
        assert (pilot_left(rig.hub, request, rig.hub.ledger.counts(request)) is None) is none, trust
    rig.approve()
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("done", 3)


def test_small_requests_of_trusted_people_can_run_without_review(rig: Rig) -> None:
    """What the policy trusts runs at once; a larger one waits, and so does one with a question for the reviewer."""
    rig.set_policy(no_review=[{"groups": ["autopatrolled"], "max_items": 2}])
    titles = ask(rig, 2)
    assert (rig.status(), changed(rig, titles)) == ("done", 2)
    asked = NOTHING | {"type": "categorize", "pages": "; ".join(titles), "add": "No such category yet"}
    rig.file(**asked)
    rig.work()
    assert rig.status(2) == "planned"
    assert "There is no category “No such category yet” yet." in rig.text(rig.report(2))


def test_a_plan_is_sent_back_with_a_reason(rig: Rig) -> None:
    """`reject` tells the requester why; once the request is changed there is a new plan."""
    titles = ask(rig, 2)
    rig.review("reject|reason=Please name the [[museum]] | and the year")
    rig.work()
    assert rig.status() == "invalid"
    assert (
        "Reviewer sent this request back: Please name the &#91;&#91;museum&#93;&#93; &#124; and the year" in rig.text()
    )
    rig.person("Partner").edit(rig.base, rig.text().replace("| type", "| partner = Museum\n| type"))
    rig.work()
    assert rig.status() == "planned"
    rig.approve()
    rig.work()
    assert changed(rig, titles) == 2


def test_single_items_are_struck_from_a_plan(rig: Rig) -> None:
    """Rows that a reviewer strikes are left out; an approval of the plan as it was before is void."""
    titles = ask(rig, 4)
    plan = re.search(r"preloadparams%5B%5D=(\w+)", rig.text(rig.report()))
    assert plan
    rig.review(f"strike|plan={plan[1]}|items=2, 4-9")
    rig.work()
    assert "taken 2 rows out of the plan" in rig.text(rig.talk())
    rig.review(f"approve|plan={plan[1]}")
    rig.work()
    assert rig.status() == "planned"
    rig.approve()
    rig.work()
    now = rig.texts(titles)
    assert ["silver" in now[title] for title in titles] == [True, False, True, False]
    assert "Left out by Reviewer." in rig.rows()[2]


def test_a_strike_that_names_no_rows_or_all_changes_nothing(rig: Rig) -> None:
    """A slip in the numbers is told, and the plan stays as it is."""
    ask(rig, 3)
    slips = ("", "x", "77", "1-3", "1-99999999")
    for items in slips:
        rig.review(f"strike|items={items}")
    rig.work()
    assert rig.text(rig.talk()).count("Nothing has changed.") == len(slips)
    assert rig.status() == "planned"
    assert sum("to be done" in line for line in rig.rows().values()) == 3


def test_answers_at_the_wrong_time_change_nothing(rig: Rig) -> None:
    """Each answer has its time; at another the bot says so, once, and goes on as before."""
    ask(rig, 2)
    for answer in ("continue", "pause", "resume", "retry", "undo"):
        rig.review(answer)
    rig.work()
    rig.work()
    talk = rig.text(rig.talk())
    assert talk.count("<!-- hub: review ") == 5
    assert rig.status() == "planned"
    rig.approve()
    rig.work()
    for answer in ("approve", "reject", "strike|items=1", "pause", "cancel", "retry"):
        rig.review(answer)
    rig.work()
    assert rig.text(rig.talk()).count("<!-- hub: review ") == 12
    assert rig.status() == "done"


PAGES = 40
"""At an edit a second, more than are changed before somebody stops it."""


def test_a_pause_stops_within_a_slice_and_a_cancelled_request_has_a_true_report(rig: Rig, tmp_path: Path) -> None:
    """5 s after `pause` is saved there is no further write; `resume` goes on with the next item; `cancel` ends it."""
    rig.person("Admin").edit(policy_page(rig.hub.wikis["commons"]), policy([], pilot=0, edits_per_minute=60))
    titles = ask(rig, PAGES)
    rig.approve()
    with running(rig, "watch", tmp_path / "watch.log"), running(rig, "work", tmp_path / "work.log"):
        until(lambda: _done(rig) > 3, "the first pages are changed")
        rig.review("pause")
        until(lambda: rig.status() == "paused", "paused")
        assert "Paused by Reviewer. Nothing more is done until a reviewer" in rig.text()
        paused = changed(rig, titles)
        assert 3 < paused < PAGES
        assert _last_edit(rig, titles) <= _edited(rig, rig.talk(), "Reviewer") + 5
        time.sleep(3)
        assert changed(rig, titles) == paused
        rig.review("resume")
        until(lambda: _done(rig) > paused, "going on")
        rig.review("cancel")
        until(lambda: rig.status() == "cancelled", "cancelled")
    done = changed(rig, titles)
    assert done < PAGES
    now = rig.texts(titles)
    rows = rig.rows()
    for row, title in enumerate(titles, 1):
        assert ("done and verified" if "silver" in now[title] else "not tried") in rows[row]
    # One after the other, none twice: what was done is the beginning of the list, each page changed once.
    assert ["silver" in now[title] for title in titles] == [True] * done + [False] * (PAGES - done)
    assert f"Done and verified before that: {done} pages" in rig.text()


def _done(rig: Rig) -> int:
    counts = rig.hub.ledger.counts(rig.hub.ledger.get(1))
    return counts[ItemState.SENT] + counts[ItemState.DONE]


def _edited(rig: Rig, title: str, user: str) -> float:
    """When the user last saved the page, in seconds since 1970, by the wiki's own clock."""
    answer = rig.person("Stranger").api(
        action="query", prop="revisions", titles=title, rvprop="timestamp", rvuser=user, rvlimit=1
    )
    [revision] = answer["query"]["pages"][0]["revisions"]
    return time.mktime(time.strptime(revision["timestamp"], "%Y-%m-%dT%H:%M:%SZ"))


def _last_edit(rig: Rig, titles: list[str]) -> float:
    return max(
        _edited(rig, title, "ContentPartnershipsBot") for title, text in rig.texts(titles).items() if "silver" in text
    )


def test_what_failed_is_tried_again(rig: Rig) -> None:
    """`retry` does only what failed; what was done is not done twice."""
    rig.file(manifest=published(rig, "Fails", "Works"))
    rig.work()
    rig.partner.answers["/1.jpg"].status = 500
    rig.approve()
    rig.work()
    assert rig.status() == "partly done"
    rig.partner.answers["/1.jpg"].status = 200
    asked = len(rig.partner.asked)
    rig.review("retry")
    rig.work()
    assert rig.status() == "done"
    assert rig.partner.asked[asked:] == ["/list.csv", "/1.jpg"]
    assert "I try one row again." in rig.text(rig.talk())


def test_a_strangers_edit_of_an_approved_request_is_told_on_the_talk_page(rig: Rig) -> None:
    """Nothing runs, and the talk page says who changed what."""
    titles = ask(rig, 2)
    rig.approve()
    rig.person("Stranger").edit(rig.base, rig.text().replace("silver", "gold"))
    rig.work()
    assert changed(rig, titles) == 0
    assert "This request was changed by Stranger (" in rig.text(rig.talk())
    assert "may not file requests here" in rig.text()
    rig.work()
    assert rig.text(rig.talk()).count("This request was changed by Stranger") == 1


def test_a_list_that_changed_after_the_approval_makes_it_void(rig: Rig) -> None:
    """What is on the wiki page that was approved is what runs; a change of it makes a new plan, and that is told."""
    rig.save_pages({"Listed on a page": TEXT, "Slipped in": TEXT})
    rig.person("Partner").edit(f"{rig.base}/List", "<pre>\npage,value\nListed on a page,x\n</pre>")
    asked = {
        "type": "edit",
        "change": "replace",
        "find": "glass",
        "replace": "{value}",
        "manifest": f"{rig.base}/List",
    }
    rig.file(**NOTHING | asked)
    rig.work()
    rig.approve()
    rig.person("Stranger").edit(f"{rig.base}/List", "<pre>\npage,value\nSlipped in,bad\n</pre>")
    rig.work()
    assert rig.texts(["Listed on a page", "Slipped in"]) == {"Listed on a page": TEXT, "Slipped in": TEXT}
    assert "is not what it was when it was approved" in rig.text(rig.talk())
    assert rig.status() == "planned"


def test_pages_that_came_into_the_set_after_the_approval_make_it_void(rig: Rig) -> None:
    """The resolved list is what was approved; another one needs another approval."""
    rig.save_pages({"Set page 1": f"{TEXT}[[Category:Set of pages]]"})
    asked = {"type": "edit", "change": "replace", "find": "glass", "replace": "x", "pages": "category: Set of pages"}
    rig.file(**NOTHING | asked)
    rig.work()
    rig.approve()
    rig.save_pages({"Set page 2": f"{TEXT}[[Category:Set of pages]]"}, "Stranger")
    rig.work()
    assert rig.status() == "planned"
    assert "is not what it was when it was approved" in rig.text(rig.talk())
    assert "glass" in rig.text("Set page 1")


def test_the_requester_is_told_once_in_their_language(rig: Rig) -> None:
    """What waits for them, and what has ended, stands on their own talk page, which the wiki shows them."""
    before = rig.text("User talk:Partner").count("<!-- hub: ")
    rig.file(partner="", manifest=published(rig), language="sv")
    rig.work()
    rig.work()
    talk = rig.text("User talk:Partner")
    assert talk.count("<!-- hub: ") == before + 1
    assert '<div lang="sv"' in talk[talk.rindex("== ") :]
    rig.person("Partner").edit(rig.base, rig.text().replace("| filename", "| partner = Museum\n| filename"))
    rig.work()
    rig.approve()
    rig.work()
    assert rig.text("User talk:Partner").count("<!-- hub: ") == before + 2
    notes = rig.person("Partner").api(action="query", meta="notifications", notlimit=50, notformat="model")
    assert any(note["type"] == "edit-user-talk" for note in notes["query"]["notifications"]["list"])


def test_answers_are_replied_to_in_the_language_of_who_gave_them(rig: Rig) -> None:
    """The requester's is that of the request; others' the wiki's. Where the requester may too, they are told so."""
    rig.file(manifest=published(rig), language="sv")
    rig.work()
    rig.review("approve", account="Partner")
    rig.review("cancel", account="Stranger")
    rig.work()
    talk = rig.text(rig.talk())
    assert "Tack, Partner" in talk
    assert "Thank you, Stranger, but “cancel” is for reviewers here and for whoever filed the request" in talk


def test_an_operator_takes_a_request_back_from_the_command_line(rig: Rig) -> None:
    """`cph undo H1 --now` files, approves and says where to look; the bot then takes it back."""
    titles = ask(rig, 2)
    rig.approve()
    rig.work()
    assert changed(rig, titles) == 2
    done = typed("undo", "H1", "--now", "--items", "2", environment=environment(rig))
    assert done.status == 0, done.err
    assert done.out.startswith("H2 takes H1 back; it is approved.")
    rig.work()
    now = rig.texts(titles)
    assert ["silver" in now[title] for title in titles] == [True, False]
    none = typed("undo", "H1", "--items", "7, 9", environment=environment(rig))
    assert (none.status, "did nothing that could be taken back in these rows: 7, 9" in none.err) == (1, True)
    wrong = typed("undo", "H77", environment=environment(rig))
    assert (wrong.status, "there is no request H77" in wrong.err) == (3, True)


def test_progress_is_shown_while_it_runs(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two slices the report has a bar, counts, a forecast and the time it was written, on its first page.

    The further pages are saved when it changes its state, not at each step.
    """
    monkeypatch.setattr("jobs.reporting.report_contents.PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr("jobs.context.slice_end.ALONE_SECONDS", 0.0)
    monkeypatch.setattr("wikitext.tables.ROWS_A_PAGE", 3)
    ask(rig, 6)
    rig.approve()
    rig.work()
    running = [text for text in versions(rig, rig.report()) if "Hub status|running" in text]
    assert any("2 of 6 done and verified, 0 failed." in report and "width:33%" in report for report in running)
    assert all("As of 20" in report for report in running)
    assert len(running) >= 5
    assert all(f"Continued on [[{rig.report()}/2]]. While I work" in text for text in running)
    assert len(versions(rig, f"{rig.report()}/2")) <= 3
    assert rig.text(f"{rig.report()}/2").count("take back]") == 3


def versions(rig: Rig, title: str) -> list[str]:
    """All texts that a page had, the latest first."""
    history = rig.person("Stranger").api(
        action="query", prop="revisions", titles=title, rvprop="content", rvslots="main", rvlimit=50
    )
    return [entry["slots"]["main"]["content"] for entry in history["query"]["pages"][0]["revisions"]]


def test_a_yes_in_plain_words_is_told_the_buttons_once(rig: Rig) -> None:
    """A reviewer who writes "approved" is not met with silence, and nothing is done for it; nor is a second told."""
    titles = ask(rig, 2)
    reviewer = rig.person("Reviewer")
    reviewer.append(rig.talk(), "\n== Review ==\n'''Approved!''' Nice work. ~~~~")
    rig.work()
    assert rig.status() == "planned"
    assert changed(rig, titles) == 0
    talk = rig.text(rig.talk())
    assert "Thank you, Reviewer. I am a program" in talk
    assert "preload=Template:Hub_review/approve" in talk
    reviewer.append(rig.talk(), "\n+1 ~~~~")
    rig.work()
    assert rig.text(rig.talk()).count("I am a program") == 1


def test_the_requester_is_told_that_somebody_wrote(rig: Rig) -> None:
    """On their own talk page, once a day; their own words and the answers of the buttons are no news."""
    ask(rig, 2)
    told = f"Stranger wrote something about your request H1 on [[{rig.talk()}]]."
    rig.person("Partner").append(rig.talk(), "\n== Hello ==\nMay I ask for a look at row 2? ~~~~")
    rig.review("strike|items=2")
    rig.work()
    assert told not in rig.text("User talk:Partner")
    for words in ("Are these two not the same plate?", "And the third is upside down."):
        rig.person("Stranger").append(rig.talk(), f"\n== Question ==\n{words} ~~~~")
        rig.work()
    assert rig.text("User talk:Partner").count(told) == 1
    assert "I am a program" not in rig.text(rig.talk())


def test_a_pause_button_is_there_before_the_first_file(rig: Rig) -> None:
    """Whoever said yes can take it back at once: the report says so before a slice is carried out, not after."""
    rig.file(manifest=published(rig))
    rig.work()
    rig.approve()
    rig.work()
    answer = rig.person("Stranger").api(
        action="query", prop="revisions", titles=rig.report(), rvlimit=5, rvprop="comment|content", rvslots="main"
    )
    written = {one["comment"]: one["slots"]["main"]["content"] for one in answer["query"]["pages"][0]["revisions"]}
    assert "Hub_review/pause" in next(text for comment, text in written.items() if ": approved" in comment)
