"""The ledger, in real SQLite files and with real processes."""

import multiprocessing
import multiprocessing.synchronize
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from jobs.model.actions import Refusal, Upload, Withheld
from jobs.model.problems import Problem
from jobs.model.records import BadRecord, Record
from jobs.model.requests import Item, ItemState, NewRequest, RequestValues, Review, ReviewComment, StoredRequest
from jobs.model.states import Event, IllegalMove, State
from jobs.store import tables
from jobs.store.database import LedgerUnusable, Superseded
from jobs.store.ledger import Ledger
from wikitext.messages import message

PAGE = "Commons:Hub/Requests"
ASKED = NewRequest("f" * 64, {"type": "upload", "partner": "Ä"}, "Alice", 10)
CHANGED = NewRequest("e" * 64, {"type": "upload", "partner": "B"}, "Bob", 20)
SAID = ReviewComment(30, 1, "{{Hub review|approve}}", "Rita", "approve", "")
WHY = message("row-name-exists", "File:Ä.jpg")


@pytest.fixture(name="ledger")
def _ledger(ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger(ledger_url)
    yield ledger
    ledger.close()


def filed(ledger: Ledger, asked: NewRequest = ASKED) -> StoredRequest:
    """A request as it was just filed."""
    return ledger.get(ledger.file("commons", PAGE, asked))


def listed(ledger: Ledger, *rows: int) -> StoredRequest:
    """A request with these rows read."""
    request = filed(ledger)
    ledger.add_items(request, [Record(row, {"title": f"Row {row}"}) for row in rows])
    return request


def shown(ledger: Ledger, request: StoredRequest) -> StoredRequest:
    """The request, as one that the wiki shows."""
    return ledger.update_request(request, published_version=request.version)


def planned(ledger: Ledger) -> StoredRequest:
    """A request that waits for approval."""
    return ledger.move(filed(ledger), Event.PLAN, plan="abc", previewed=15)


def review(ledger: Ledger, request: StoredRequest, said: ReviewComment = SAID) -> Review:
    """An answer to the request, taken in."""
    ledger.add_review(request, said)
    return ledger.open_reviews(request)[-1]


def upload(title: str) -> Upload:
    """An upload under this title."""
    return Upload(title=title, url="https://example.org/1", sha1="0", size=1, text="Ä", categories=("A", "B"))


def set_state(ledger: Ledger, request: StoredRequest, row: int, state: ItemState) -> None:
    """Put one of the request's items into a state."""
    [item] = [item for item in ledger.items(request) if item.row == row]
    ledger.set_item(request, item, state)


# Requests --------------------------------------------------------------------------------------------------------


def test_what_was_asked_is_kept(ledger: Ledger, ledger_url: str) -> None:
    """A request is what was asked, by whom and where, in any process that opens the ledger."""
    request = Ledger(ledger_url).get(filed(ledger).id)
    assert (request.wiki, request.page, request.author, request.revision) == ("commons", PAGE, "Alice", 10)
    assert (request.fingerprint, request.parameters) == (ASKED.fingerprint, ASKED.parameters)
    assert (request.state, request.problems, request.why) == (State.RECEIVED, (), None)
    assert request.text_id == f"H{request.id}"


def test_a_request_with_problems_is_invalid_from_the_start(ledger: Ledger) -> None:
    """What is wrong with the form of a call is kept with the request, and nothing is planned."""
    problems = (Problem("type", message("problem-no-type", "upload")), Problem("", message("problem-unnamed", "ü")))
    request = filed(ledger, replace(ASKED, problems=problems))
    assert (request.state, request.problems) == (State.INVALID, problems)


def test_filing_the_same_twice_gives_one_request(ledger: Ledger) -> None:
    """A page that is read again after a crash brings no request twice."""
    assert filed(ledger) == filed(ledger)
    assert len(ledger.on_page("commons", PAGE)) == 1


@pytest.mark.parametrize(
    ("wiki", "page", "asked"),
    [
        ("meta", PAGE, ASKED),
        ("commons", "Commons:Other", ASKED),
        ("commons", PAGE, replace(ASKED, revision=11)),
        ("commons", PAGE, replace(ASKED, fingerprint="d" * 64)),
    ],
)
def test_filing_something_else_gives_another_request(ledger: Ledger, wiki: str, page: str, asked: NewRequest) -> None:
    """Another wiki, page, revision or text is another request."""
    assert ledger.file(wiki, page, asked) != filed(ledger).id


def test_a_number_that_was_never_given_is_an_error(ledger: Ledger) -> None:
    """There is no request without a number, and counting its attempts makes none."""
    with pytest.raises(KeyError):
        ledger.get(1)
    with pytest.raises(KeyError):
        ledger.begin_slice(1, 0, "one")


def approved(ledger: Ledger) -> StoredRequest:
    """A planned request that Rita has approved."""
    request = planned(ledger)
    return ledger.decide(request, review(ledger, request), WHY, Event.APPROVE, approver="Rita")


def test_numbers_are_never_used_again(ledger: Ledger) -> None:
    """What people know as H1 is never another request, even after an operator removed it."""
    first = filed(ledger)
    ledger.run(lambda db: [db.execute(sa.delete(table)) for table in (tables.events, tables.requests)])
    assert filed(ledger, CHANGED).id > first.id


def test_requests_of_a_page_come_oldest_first(ledger: Ledger) -> None:
    """Each page has its own requests, in the order they were filed."""
    numbers = [ledger.file("commons", PAGE, replace(ASKED, revision=revision)) for revision in (30, 10, 20)]
    ledger.file("meta", PAGE, ASKED)
    assert [request.id for request in ledger.on_page("commons", PAGE)] == numbers


def test_refiling_voids_everything(ledger: Ledger) -> None:
    """A changed request is what is asked now: plan, approval, items and pauses of the old one are gone."""
    old = approved(ledger)
    ledger.add_items(old, [Record(2, {})])
    old = ledger.update_request(old, not_before=1e12, attempts=3, why=WHY, listed=True)
    ledger.refile(old, CHANGED)
    new = ledger.get(old.id)
    assert (new.state, new.author, new.parameters) == (State.RECEIVED, "Bob", CHANGED.parameters)
    assert (new.plan, new.approver, new.listed, new.why, new.is_published) == ("", "", False, None, False)
    assert (new.attempts, new.not_before) == (0, 0)
    assert list(ledger.items(new)) == []


def test_refiling_forgets_the_old_preview(ledger: Ledger) -> None:
    """An answer to the preview of the old text cannot be taken for one to a new plan that nobody has seen."""
    ledger.refile(planned(ledger), CHANGED)
    [request] = ledger.on_page("commons", PAGE)
    assert request.previewed == 0


def test_what_was_begun_cannot_be_refiled(ledger: Ledger) -> None:
    """A running request keeps the text that was approved."""
    request = ledger.move(ledger.move(planned(ledger), Event.APPROVE), Event.START)
    with pytest.raises(IllegalMove):
        ledger.refile(request, CHANGED)


def test_what_was_begun_meanwhile_cannot_be_refiled(ledger: Ledger) -> None:
    """What counts is where the request is, not where the watcher saw it before a worker began."""
    seen = ledger.move(planned(ledger), Event.APPROVE)
    ledger.add_items(seen, [Record(2, {})])
    ledger.move(seen, Event.START)
    with pytest.raises(IllegalMove):
        ledger.refile(seen, CHANGED)
    assert len(list(ledger.items(seen))) == 1


def test_work_on_an_older_text_is_superseded(ledger: Ledger) -> None:
    """A job that began before the request was changed can write nothing of it any more."""
    old = listed(ledger, 2)
    item = next(ledger.items(old))
    answer = review(ledger, old)
    ledger.refile(old, CHANGED)
    before = ledger.get(old.id)
    with pytest.raises(Superseded):
        ledger.move(old, Event.PLAN)
    with pytest.raises(Superseded):
        ledger.add_items(old, [Record(3, {})])
    with pytest.raises(Superseded):
        ledger.set_item(old, item, ItemState.PLANNED)
    with pytest.raises(Superseded):
        ledger.begin_listing(old)
    with pytest.raises(Superseded):
        ledger.refile(old, CHANGED)
    with pytest.raises(Superseded):
        ledger.decide(old, answer, WHY, Event.APPROVE)
    assert ledger.get(old.id) == before
    assert list(ledger.items(before)) == []


def test_notes_are_kept(ledger: Ledger) -> None:
    """What is noted of a request is there when it is read again, sentences and problems too."""
    problems = (Problem("manifest", message("manifest-columns", 501, 500)),)
    noted = ledger.move(filed(ledger), Event.REJECT, problems=problems, why=WHY)
    assert (noted.state, noted.problems, noted.why) == (State.INVALID, problems, WHY)
    assert noted == ledger.get(noted.id)
    assert ledger.update_request(noted, why=None).why is None


def test_what_can_be_noted_are_values_of_a_request() -> None:
    """Each value that can be noted is one that a request has; its state and version change by moves alone."""
    assert RequestValues.__annotations__.keys() < StoredRequest.__annotations__.keys() - {"id", "state", "version"}


def test_a_new_state_has_yet_to_be_shown(ledger: Ledger) -> None:
    """Whatever was shown of a request, a new state is not; other notes leave that alone."""
    request = shown(ledger, filed(ledger))
    assert request.is_published
    assert ledger.update_request(request, plan="abc").is_published
    assert not ledger.move(request, Event.PLAN).is_published


def test_what_happened_while_a_state_was_shown_has_yet_to_be_shown(ledger: Ledger) -> None:
    """A worker that showed the state it saw does not hide the one that came meanwhile, be it the same."""
    seen = filed(ledger)
    ledger.publish_again(seen)
    assert not shown(ledger, seen).is_published
    assert shown(ledger, ledger.get(seen.id)).is_published


def test_what_was_only_checked_may_become_invalid(ledger: Ledger) -> None:
    """Whoever changes a request whose list was checked into one that cannot be read is told of that."""
    request = ledger.move(filed(ledger), Event.CHECK)
    ledger.refile(request, replace(CHANGED, problems=(Problem("type", WHY),)))
    assert ledger.get(request.id).state is State.INVALID


def test_a_state_that_may_not_follow_is_refused(ledger: Ledger) -> None:
    """What counts is where the request is now, not where the caller last saw it."""
    seen = planned(ledger)
    ledger.move(seen, Event.FAIL)
    with pytest.raises(IllegalMove):
        ledger.move(seen, Event.APPROVE)
    assert ledger.get(seen.id).state is State.FAILED


def begun(ledger: Ledger, request: StoredRequest, hand: int = 0, holder: str = "one") -> StoredRequest:
    """The request, a hand of which the holder has taken."""
    taken = ledger.begin_slice(request.id, hand, holder)
    assert taken
    return taken


def test_attempts_are_counted(ledger: Ledger) -> None:
    """Each begun slice counts, so that one that always crashes ends."""
    request = filed(ledger)
    assert [begun(ledger, request).attempts for _ in range(3)] == [1, 2, 3]


def held(ledger: Ledger) -> list[int]:
    """The requests a hand of which somebody has, the longest lease first."""
    column = tables.hands.c
    query = sa.select(column.request).where(column.held_until > time.time()).order_by(column.held_until.desc())
    return list(ledger.run(lambda db: db.scalars(query).all()))


def test_what_a_dead_process_held_is_free_before_its_lease_ends(ledger: Ledger) -> None:
    """After a second for each slice in a row that did nothing; what others hold stays theirs."""
    requests = [filed(ledger, replace(ASKED, revision=revision)) for revision in (40, 41, 42)]
    for request, holder in zip(requests, ("here:7:a", "here:77:b", "here:7:c"), strict=True):
        begun(ledger, request, holder=holder)
    ledger.hold("here:7:c", 0)
    ledger.free_from("here:7:")
    assert held(ledger) == [2, 1]
    time.sleep(1.05)
    assert held(ledger) == [2]


def waiting(ledger: Ledger) -> list[int]:
    """The requests of which a slice may be done now."""
    return [turn.request for turn in ledger.waiting()]


def test_what_waits_for_the_bot(ledger: Ledger) -> None:
    """The bot has the next move where it works, has not shown the state, or was answered and has not replied."""
    request = filed(ledger)
    assert waiting(ledger) == [request.id]
    request = ledger.move(request, Event.PLAN)
    assert waiting(ledger) == [request.id]
    request = shown(ledger, request)
    assert waiting(ledger) == []
    answer = review(ledger, request)
    assert waiting(ledger) == [request.id]
    ledger.decide(request, answer, WHY)
    assert waiting(ledger) == [request.id]
    ledger.replied(answer)
    assert waiting(ledger) == []


def test_a_request_that_pauses_does_not_wait(ledger: Ledger) -> None:
    """Until its time has come a request is not worked on; others are, oldest first."""
    pausing = ledger.update_request(filed(ledger), not_before=time.time() + 1000)
    others = [filed(ledger, replace(ASKED, revision=revision)) for revision in (40, 30)]
    assert waiting(ledger) == [other.id for other in others]
    pausing = ledger.update_request(pausing, not_before=time.time() - 1)
    assert waiting(ledger) == [request.id for request in (pausing, *others)]


def test_only_reports_can_be_answered(ledger: Ledger) -> None:
    """People may answer where there is a report, and for some time after the request has ended, each wiki its own."""
    request = filed(ledger)
    assert ledger.reviewable("commons", 50) == []
    request = ledger.move(request, Event.PLAN, reported=100.0)
    assert ledger.reviewable("commons", 150) == [request]
    assert ledger.reviewable("meta", 50) == []
    request = ledger.move(request, Event.FAIL)
    assert ledger.reviewable("commons", 50) == [request]
    assert ledger.reviewable("commons", 150) == []


# Items -----------------------------------------------------------------------------------------------------------


def test_rows_are_kept_as_they_were_read(ledger: Ledger) -> None:
    """A row that can be read waits with its values, one that cannot is refused with the reason, both in order."""
    request = filed(ledger)
    ledger.add_items(request, [Record(3, {"title": "Ä\0\n"}), BadRecord(2, WHY)])
    assert list(ledger.items(request)) == [
        Item(2, ItemState.REFUSED, {}, None, None, WHY, None),
        Item(3, ItemState.READ, {"title": "Ä\0\n"}, None, None, None, None),
    ]


def test_the_life_of_an_item(ledger: Ledger) -> None:
    """An item keeps its record and action from state to state, and the reason and revision of the last."""
    request = listed(ledger, 2)
    action = upload("File:Ä.jpg")

    def item() -> Item:
        return next(ledger.items(request))

    ledger.set_items(request, [(item(), action)], "")
    assert (item().state, item().action) == (ItemState.PLANNED, action)
    for state in (ItemState.SENDING, ItemState.SENT):
        ledger.set_item(request, item(), state)
        assert (item().state, item().action) == (state, action)
    ledger.set_item(request, item(), ItemState.FAILED, why=WHY, error_code="exists")
    assert (item().why, item().error_code) == (WHY, "exists")
    ledger.set_item(request, item(), ItemState.DONE, revision=99)
    assert item() == Item(2, ItemState.DONE, {"title": "Row 2"}, action, None, None, 99)


def test_what_rows_come_to_is_noted_all_at_once(ledger: Ledger) -> None:
    """Of the rows that were checked, each is planned, refused or kept out; if the request changed, none."""
    request = listed(ledger, 2, 3, 4, 5)
    first, second, third, fourth = ledger.items(request)
    action = upload("File:Ä.jpg")
    ledger.set_items(request, [(second, Refusal(WHY)), (first, action), (fourth, Withheld(WHY))], "")
    assert list(ledger.items(request)) == [
        Item(2, ItemState.PLANNED, {"title": "Row 2"}, action, None, None, None),
        Item(3, ItemState.REFUSED, {"title": "Row 3"}, None, None, WHY, None),
        Item(4, ItemState.READ, {"title": "Row 4"}, None, None, None, None),
        Item(5, ItemState.WITHHELD, {"title": "Row 5"}, None, None, WHY, None),
    ]
    assert ledger.rows_by_title(request, [action.title]) == {action.title: 2}
    assert not ledger.set_items(request, [(third, upload("File:Ö.jpg")), (second, action)], "")
    with pytest.raises(sa.exc.IntegrityError):
        ledger.set_items(request, [(third, action)], "")
    assert [item.state for item in ledger.items(request)][1:3] == [ItemState.REFUSED, ItemState.READ]
    ledger.refile(request, CHANGED)
    with pytest.raises(Superseded):
        ledger.set_items(request, [(first, action)], "")


def test_no_question_about_items_looks_at_all_of_them(tmp_path: Path) -> None:
    """Whatever is asked of a request's items is found by an index that has them in order: nothing is sorted."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    request = listed(ledger, 2)
    plans = []

    @event.listens_for(ledger._engine, "before_cursor_execute")
    def _explain(connection: sa.Connection, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if statement.startswith(("SELECT", "UPDATE")) and "items" in statement:
            plans.extend(connection.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall())

    ledger.next_items(request, {ItemState.PLANNED, ItemState.SENDING}, 5)
    ledger.last_error_codes(request, 5, 5)
    list(ledger.items(request))
    list(ledger.items(request, ItemState.DONE))
    list(ledger.items(request, ItemState.DONE, ItemState.FAILED))
    ledger.counts(request)
    ledger.rows_by_title(request, ["File:A.jpg", "File:B.jpg"])
    set_state(ledger, request, 2, ItemState.PLANNED)
    said = [plan[-1] for plan in plans]
    assert len(said) > 10
    assert [line for line in said if not re.match("SEARCH items USING (COVERING )?INDEX", line)] == []


def test_each_request_has_its_own_items(ledger: Ledger) -> None:
    """Rows of the same number in two requests do not meet."""
    first = listed(ledger, 2)
    second = filed(ledger, CHANGED)
    ledger.add_items(second, [Record(2, {"title": "Other"})])
    set_state(ledger, first, 2, ItemState.DONE)
    ledger.begin_listing(first)
    assert list(ledger.items(first)) == []
    assert [item.state for item in ledger.items(second)] == [ItemState.READ]


def test_next_items_are_the_first_in_a_state(ledger: Ledger) -> None:
    """The next items are those of the lowest rows in any of the states, and no more than asked for."""
    request = listed(ledger, 9, 2, 5, 7, 3)
    set_state(ledger, request, 3, ItemState.DONE)
    set_state(ledger, request, 7, ItemState.SENT)
    assert [item.row for item in ledger.next_items(request, {ItemState.READ, ItemState.SENT}, 3)] == [2, 5, 7]
    assert ledger.next_items(request, {ItemState.FAILED}, 3) == []


def test_all_items_come_however_many(ledger: Ledger) -> None:
    """Items are read a page at a time, and none is missing or twice at the edges of the pages."""
    request = listed(ledger, *range(2, 1202))
    assert [item.row for item in ledger.items(request)] == list(range(2, 1202))
    assert ledger.counts(request)[ItemState.READ] == 1200


def test_items_of_some_states_alone(ledger: Ledger) -> None:
    """Named states alone are read, in order."""
    request = listed(ledger, 2, 3, 4)
    set_state(ledger, request, 2, ItemState.FAILED)
    set_state(ledger, request, 4, ItemState.DONE)
    assert [item.row for item in ledger.items(request, ItemState.DONE, ItemState.FAILED)] == [2, 4]


def test_items_may_change_while_they_are_read(ledger: Ledger) -> None:
    """Whoever goes through the items may change each without losing the next."""
    request = listed(ledger, *range(2, 1004))
    for item in ledger.items(request, ItemState.READ):
        if item.row % 100 == 0:
            ledger.set_item(request, item, ItemState.PLANNED)
    assert ledger.counts(request) == dict.fromkeys(ItemState, 0) | {ItemState.READ: 992, ItemState.PLANNED: 10}


def test_counts_name_every_state(ledger: Ledger) -> None:
    """Every state has a number, none of them missing where it is nought."""
    request = listed(ledger, 2, 3, 4)
    set_state(ledger, request, 4, ItemState.DONE)
    assert ledger.counts(request) == dict.fromkeys(ItemState, 0) | {ItemState.READ: 2, ItemState.DONE: 1}


def test_holders_are_rows_of_the_same_request(ledger: Ledger) -> None:
    """It is known which row of a request has a title already, and other requests do not matter."""
    first, second = listed(ledger, 2, 3), filed(ledger, CHANGED)
    ledger.add_items(second, [Record(2, {})])
    for request, row, title in ((first, 2, "File:A.jpg"), (first, 3, "File:B.jpg"), (second, 2, "File:C.jpg")):
        [item] = [item for item in ledger.items(request) if item.row == row]
        ledger.set_items(request, [(item, upload(title))], "")
    assert ledger.rows_by_title(first, ["File:B.jpg", "File:C.jpg", "File:D.jpg"]) == {"File:B.jpg": 3}
    assert ledger.rows_by_title(first, []) == {}


# Reviews ---------------------------------------------------------------------------------------------------------


def test_an_answer_is_taken_in_once(ledger: Ledger) -> None:
    """The same answer of the same revision is one; a second of its like, and one of a later revision, are others."""
    request = planned(ledger)
    later = replace(SAID, revision=31)
    like = replace(SAID, number=2)
    for said in (later, SAID, SAID, like):
        ledger.add_review(request, said)
    assert [open_.said for open_ in ledger.open_reviews(request)] == [SAID, like, later]


def test_an_approval_is_noted_with_its_reviewer(ledger: Ledger) -> None:
    """Approving moves the request and keeps the reply until it is on the wiki."""
    answer = review(ledger, planned(ledger))
    request = ledger.decide(planned(ledger), answer, WHY, Event.APPROVE, approver="Rita")
    assert (request.state, request.approver, request.is_published) == (State.APPROVED, "Rita", False)
    [open_] = ledger.open_reviews(request)
    assert open_.verdict == WHY
    ledger.replied(open_)
    assert ledger.open_reviews(request) == []


def test_an_objection_changes_nothing_but_the_answer(ledger: Ledger) -> None:
    """An answer that is not followed has its reply, and the request stays as it is."""
    request = planned(ledger)
    ledger.decide(request, review(ledger, request), WHY)
    assert [open_.verdict for open_ in ledger.open_reviews(request)] == [WHY]
    assert ledger.get(request.id) == request


@pytest.mark.parametrize(
    ("events", "now"),
    [
        ([Event.FAIL], State.FAILED),
        ([Event.APPROVE, Event.START], State.RUNNING),
        ([Event.APPROVE, Event.START, Event.COMPLETE], State.DONE),
    ],
)
def test_what_went_on_meanwhile_cannot_be_approved(ledger: Ledger, events: list[Event], now: State) -> None:
    """Of two workers that judge the same answer at once, the slower does not take the request back."""
    seen = planned(ledger)
    answer = review(ledger, seen)
    for one in events:
        ledger.move(seen, one)
    with pytest.raises(IllegalMove):
        ledger.decide(seen, answer, WHY, Event.APPROVE)
    assert ledger.get(seen.id).state is now


# Pages -----------------------------------------------------------------------------------------------------------


def test_pages_are_remembered(ledger: Ledger) -> None:
    """Up to where a page was read is kept for each wiki, and its text where it matters, until there is a newer one."""
    assert (ledger.last_read_revision("commons", PAGE), ledger.kept_text("commons", PAGE)) == (0, "")
    ledger.mark_read("commons", PAGE, 5, "{}")
    ledger.mark_read("meta", PAGE, 7)
    assert (ledger.last_read_revision("commons", PAGE), ledger.kept_text("commons", PAGE)) == (5, "{}")
    ledger.mark_read("commons", PAGE, 6)
    assert (ledger.last_read_revision("commons", PAGE), ledger.kept_text("commons", PAGE)) == (6, "{}")
    ledger.mark_read("commons", PAGE, 6, "")
    assert ledger.kept_text("commons", PAGE) == ""
    assert (ledger.last_read_revision("meta", PAGE), ledger.kept_text("meta", PAGE)) == (7, "")


# Processes -------------------------------------------------------------------------------------------------------

OPENED = 10
WRITTEN = 30
Meeting = multiprocessing.synchronize.Barrier


def together(target: Callable[[str, int, Meeting], None], where: str) -> None:
    """Run a function in two new processes at once; fails if one of them does."""
    context = multiprocessing.get_context("spawn")
    meeting = context.Barrier(2, timeout=10)
    processes = [context.Process(target=target, args=(where, number, meeting)) for number in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]


def open_new_ones(folder: str, _number: int, meeting: Meeting) -> None:
    """Open new ledgers, each at the same time as the other process."""
    try:
        for attempt in range(OPENED):
            meeting.wait()
            Ledger(f"sqlite:///{folder}/{attempt}.sqlite").waiting()
    except BaseException:
        meeting.abort()
        raise


def write_much(url: str, number: int, meeting: Meeting) -> None:
    """Write into one ledger beside the other process."""
    ledger = Ledger(url)
    meeting.wait()
    for step in range(WRITTEN):
        ledger.file("commons", PAGE, replace(ASKED, revision=1000 * number + step))
        shared = ledger.begin_slice(ledger.file("commons", PAGE, ASKED), 0, "both")
        assert shared
        ledger.add_items(shared, [Record(1000 * number + step, {})])
        ledger.mark_read("commons", f"{PAGE}/{step}", step)


@pytest.mark.long
def test_two_processes_may_make_a_ledger(tmp_path: Path) -> None:
    """Watcher and worker start at the same time where there is no ledger yet, and both find one."""
    together(open_new_ones, str(tmp_path))
    assert len(list(tmp_path.glob("*.sqlite"))) == OPENED


@pytest.mark.long
def test_two_processes_lose_nothing(ledger: Ledger, ledger_url: str) -> None:
    """What two processes write at the same time is there, once each."""
    together(write_much, ledger_url)
    requests = ledger.on_page("commons", PAGE)
    shared = next(request for request in requests if request.revision == ASKED.revision)
    assert Counter(request.revision // 1000 for request in requests) == {0: 1, 1: WRITTEN, 2: WRITTEN}
    assert shared.attempts == 2 * WRITTEN
    assert ledger.counts(shared)[ItemState.READ] == 2 * WRITTEN


def test_a_driver_that_is_not_installed_is_told() -> None:
    """Whoever names a MariaDB reads which extra has its driver (of MySQLdb, another driver, there is none)."""
    with pytest.raises(LedgerUnusable, match=r"MySQLdb.*the extra “mariadb”"):
        Ledger("mysql://somebody@localhost/hub")
