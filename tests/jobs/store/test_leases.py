"""Many hands on one request: each item is one hand's, for as long as its lease runs."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
import sqlalchemy as sa

from jobs.model.actions import Refusal, Upload, Withheld
from jobs.model.records import Record
from jobs.model.requests import (
    Item,
    ItemState,
    NewRequest,
    Review,
    ReviewComment,
    StoredRequest,
    Struck,
)
from jobs.model.states import Event, IllegalMove, State
from jobs.planning.list_watch import next_look
from jobs.store import tables
from jobs.store.database import Superseded
from jobs.store.hands import LEASE_SECONDS
from jobs.store.ledger import Ledger
from jobs.store.moments import DAY, is_list_due
from wikitext.messages import message

PAGE = "Commons:Hub/Requests"
ASKED = NewRequest("f" * 64, {"type": "upload"}, "Alice", 10)
SAID = ReviewComment(30, 1, "{{Hub review|approve}}", "Rita", "approve", "")
WHY = message("row-name-exists", "File:Ä.jpg")
ALL = (ItemState.SENDING, ItemState.SENT, ItemState.PLANNED)
HANDS = 4


@pytest.fixture(name="ledger")
def _ledger(ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger(ledger_url)
    yield ledger
    ledger.close()


def planned(ledger: Ledger, rows: int) -> StoredRequest:
    """A request with so many rows planned."""
    request = ledger.get(ledger.file("commons", PAGE, ASKED))
    ledger.add_items(request, [Record(row, {}) for row in range(1, rows + 1)])
    items = list(ledger.items(request))
    ledger.set_items(request, [(item, upload(item.row)) for item in items], "")
    return ledger.move(request, Event.PLAN, plan="abc", previewed=15)


def running(ledger: Ledger, rows: int) -> StoredRequest:
    """A request with so many rows that is being carried out, by the hands `0`, `1`, …."""
    request = planned(ledger, rows)
    for event in (Event.APPROVE, Event.START):
        request = ledger.move(request, event)
    for hand in range(HANDS):
        assert ledger.begin_slice(request.id, hand, str(hand))
    return request


def upload(row: int) -> Upload:
    """What a row comes to."""
    return Upload(title=f"File:{row}.jpg", url="https://a.example/1", sha1=f"{row:040}", size=1, text="", categories=())


def lapse(ledger: Ledger, holder: str) -> None:
    """The holder's lease is over."""
    ledger.hold(holder, -1)


def at_once(ledger: Ledger, request: StoredRequest, work: int) -> list[list[Item]]:
    """What so many threads lease, each under the name of a hand of its own, all at the same time."""
    barrier = Barrier(HANDS)

    def lease(hand: int) -> list[Item]:
        barrier.wait()
        return [item for _ in range(work) for item in ledger.lease_items(request, str(hand), {ItemState.PLANNED}, 3)]

    with ThreadPoolExecutor(HANDS) as threads:
        return list(threads.map(lease, range(HANDS)))


def test_no_item_is_leased_to_two(ledger: Ledger) -> None:
    """Hands that ask at the same moment get rows of their own, in order; asked again, a hand gets the same ones."""
    request = running(ledger, 30)
    leased = at_once(ledger, request, 2)
    rows = Counter(row for own in leased for row in {item.row for item in own})
    assert set(rows.values()) == {1}
    assert sorted(rows) == list(range(1, 3 * HANDS + 1))
    assert all(len({item.row for item in own}) == 3 for own in leased)


def test_who_has_no_lease_gets_nothing(ledger: Ledger) -> None:
    """A process whose hand another has, or whose lease is over, works on nothing."""
    request = running(ledger, 3)
    assert ledger.begin_slice(request.id, 0, "other") is None
    assert ledger.lease_items(request, "other", ALL, 3) == []
    lapse(ledger, "0")
    assert ledger.lease_items(request, "0", ALL, 3) == []
    assert ledger.begin_slice(request.id, 0, "other")
    assert [item.row for item in ledger.lease_items(request, "other", ALL, 3)] == [1, 2, 3]


def test_of_two_that_want_a_hand_at_once_one_gets_it(ledger: Ledger) -> None:
    """Whoever is slower is told that another has it."""
    request = planned(ledger, 1)
    barrier = Barrier(HANDS)

    def begin(holder: int) -> bool:
        barrier.wait()
        return ledger.begin_slice(request.id, 0, f"process {holder}") is not None

    with ThreadPoolExecutor(HANDS) as threads:
        assert sorted(threads.map(begin, range(HANDS))) == [False] * (HANDS - 1) + [True]


def test_a_hand_whose_lease_is_over_claims_nothing(ledger: Ledger) -> None:
    """What it leased is others' to take; nothing is sent by one that was asleep."""
    request = running(ledger, 1)
    [item] = ledger.lease_items(request, "0", ALL, 1)
    lapse(ledger, "0")
    assert ledger.claim(request, item) is None
    [again] = ledger.lease_items(request, "1", ALL, 1)
    assert ledger.begin_slice(request.id, 0, "0")
    assert ledger.claim(request, item) is None
    assert ledger.claim(request, again)


def test_a_late_loser_does_not_overwrite_what_came_of_an_item(ledger: Ledger) -> None:
    """A hand that wakes up after another looked its item up, and did it, changes nothing."""
    request = running(ledger, 1)
    [item] = ledger.lease_items(request, "0", ALL, 1)
    sleeper = ledger.claim(request, item)
    assert sleeper
    lapse(ledger, "0")
    [taken] = ledger.lease_items(request, "1", ALL, 1)
    assert ledger.set_item(request, taken, ItemState.DONE, revision=7)
    assert not ledger.set_item(request, sleeper, ItemState.FAILED, why=WHY)
    ledger.add_fault(request, sleeper, "late", WHY)
    ledger.keep_stash(request, sleeper, "late")
    now = ledger.item(request, 1)
    assert (now.state, now.revision, now.faults, now.stash) == (ItemState.DONE, 7, 0, "")


def test_what_was_read_back_is_done_at_once_but_for_what_another_has(ledger: Ledger) -> None:
    """Of several the states, revisions and counts are noted; one whose lease was over is left to who has it."""
    request = running(ledger, 3)
    ledger.set_done(request, [])
    for item in ledger.lease_items(request, "0", ALL, 3):
        ledger.set_item(request, item, ItemState.SENT)
    first, second, third = ledger.lease_items(request, "0", ALL, 3)
    ledger.set_done(request, [(first, 71)])
    lapse(ledger, "0")
    [_, taken] = ledger.lease_items(request, "1", ALL, 2)
    assert taken.row == third.row
    ledger.set_done(request, [(second, 8), (third, 9), (first, 10)])
    ledger.set_done(request, [(taken, 0)])
    now = [ledger.item(request, row) for row in (1, 2, 3)]
    assert [(item.state, item.revision) for item in now] == [
        (ItemState.DONE, 71), (ItemState.SENT, None), (ItemState.DONE, None),
    ]  # fmt: skip
    assert ledger.counts(request)[ItemState.DONE] == 2


def test_of_two_claims_of_one_try_one_holds(ledger: Ledger) -> None:
    """Also of the same hand, which a job that RQ ran again may be."""
    request = running(ledger, 1)
    [item] = ledger.lease_items(request, "0", ALL, 1)
    assert ledger.claim(request, item)
    assert ledger.claim(request, item) is None


def test_nothing_is_claimed_of_a_request_that_does_not_run(ledger: Ledger) -> None:
    """After a pause or an end no hand begins anything, whatever it leased before."""
    request = running(ledger, 1)
    [item] = ledger.lease_items(request, "0", ALL, 1)
    ledger.move(request, Event.PAUSE)
    assert ledger.claim(request, item) is None


def test_a_request_ends_only_when_nothing_is_left(ledger: Ledger) -> None:
    """Whichever hand counts: as long as another has an item in flight, the request goes on."""
    request = running(ledger, 2)
    [first, second] = ledger.lease_items(request, "1", ALL, 2)
    ledger.set_item(request, first, ItemState.DONE)
    assert ledger.finish(request).state is State.RUNNING
    claimed = ledger.claim(request, second)
    assert claimed
    assert ledger.finish(request).state is State.RUNNING
    ledger.set_item(request, claimed, ItemState.DONE)
    assert ledger.finish(request).state is State.DONE


def test_turns_are_given_to_hands_that_are_free(ledger: Ledger) -> None:
    """A running request has as many turns as hands, less those that are at it; any other request has one."""
    request = ledger.update_request(running(ledger, 2), hands=HANDS)
    assert ledger.waiting() == []
    for hand in (0, 2):
        lapse(ledger, str(hand))
    assert [turn.hand for turn in ledger.waiting()] == [0, 2]
    ledger.move(request, Event.CANCEL)
    assert [turn.hand for turn in ledger.waiting()] == [0]


def test_a_clock_that_was_wrong_keeps_nothing_waiting(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an hour that never was put off, or leased out, is free when the clock is right again."""
    request, right = running(ledger, 1), time.time
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: right() + 2 * 3600)
        ledger.update_request(request, not_before=time.time() + 60)
        assert ledger.begin_slice(request.id, 0, "from the future")
    assert [turn.request for turn in ledger.waiting()] == [request.id]
    assert ledger.begin_slice(request.id, 0, "now")
    assert LEASE_SECONDS < 3600


def test_a_clock_that_was_wrong_leaves_no_list_unread(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list is looked at again when its time has come, and when no clock that is right could have set that time."""
    request, right = planned(ledger, 1), time.time
    ledger.update_request(request, published_version=request.version)
    for ahead, due in ((-60.0, True), (60.0, False), (400 * DAY, True)):
        with monkeypatch.context() as patched:
            patched.setattr(time, "time", lambda ahead=ahead: right() + ahead)
            request = ledger.update_request(request, look_again=time.time())
        assert [turn.request for turn in ledger.waiting()] == [request.id] * due
        assert is_list_due(request.look_again, request.asked) is due
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: right() + 400 * DAY)
        request = ledger.update_request(request, look_again=next_look(request))
    assert ledger.waiting()


def test_what_a_clock_that_was_wrong_dated_is_not_of_today(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that was filed in weeks to come keeps nobody from filing one today."""
    right = time.time
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: right() + 20 * DAY)
        ledger.file("commons", PAGE, ASKED)
    ledger.file("commons", PAGE, replace(ASKED, revision=11))
    later = ledger.get(ledger.file("commons", PAGE, replace(ASKED, revision=12)))
    assert ledger.load(later).requests == 1


def test_the_counts_that_are_kept_are_those_of_the_items(ledger: Ledger) -> None:
    """Whatever happens to items, also by turns that come to nothing."""
    request = planned(ledger, 12)
    ledger.strike(request, {1, 2, 50}, Withheld(WHY))
    for event in (Event.APPROVE, Event.START):
        request = ledger.move(request, event)
    assert ledger.begin_slice(request.id, 0, "0")
    states = [ItemState.DONE, ItemState.FAILED, ItemState.PARTLY, ItemState.SENT, None, ItemState.DONE]
    for item, state in zip(ledger.lease_items(request, "0", ALL, 6), states, strict=True):
        claimed = ledger.claim(request, item)
        assert claimed
        assert ledger.claim(request, item) is None
        if state:
            assert ledger.set_item(request, claimed, state)
            assert ledger.set_item(request, claimed, state)
    assert_counted(ledger, request)
    ledger.refile(filed(ledger), replace(ASKED, revision=99))
    assert_counted(ledger, filed(ledger))
    assert sum(ledger.counts(filed(ledger)).values()) == 0


def filed(ledger: Ledger) -> StoredRequest:
    """Another request, with a row."""
    other = ledger.get(ledger.file("meta", PAGE, ASKED))
    if other.revision == ASKED.revision and not sum(ledger.counts(other).values()):
        ledger.add_items(other, [Record(2, {})])
    return other


def assert_counted(ledger: Ledger, request: StoredRequest) -> None:
    """Fails unless the kept counts are what counting the items gives."""
    column = tables.items.c
    query = sa.select(column.state, sa.func.count()).where(column.request == request.id).group_by(column.state)
    found: dict[ItemState, int] = {row[0]: row[1] for row in ledger.run(lambda db: db.execute(query).all())}
    assert ledger.counts(request) == dict.fromkeys(ItemState, 0) | found


# Planning --------------------------------------------------------------------------------------------------------


def test_of_two_that_list_a_request_one_does(ledger: Ledger) -> None:
    """Whoever began later: rows of both would be a list that nobody made."""
    request = ledger.get(ledger.file("commons", PAGE, ASKED))
    slow = ledger.begin_listing(request)
    ledger.add_items(slow, [Record(2, {})])
    fast = ledger.begin_listing(ledger.get(request.id))
    ledger.add_items(fast, [Record(2, {})])
    with pytest.raises(Superseded):
        ledger.add_items(slow, [Record(3, {})])
    with pytest.raises(Superseded):
        ledger.end_listing(slow, listing="slow")
    assert ledger.end_listing(fast, listing="fast").listed
    with pytest.raises(Superseded):
        ledger.begin_listing(request)
    assert [item.row for item in ledger.items(request)] == [2]


def test_of_two_that_check_the_same_rows_one_is_noted(ledger: Ledger) -> None:
    """What the slower of them found is thrown away, and with it the hash that it would have made."""
    request = ledger.get(ledger.file("commons", PAGE, ASKED))
    ledger.add_items(request, [Record(row, {}) for row in (2, 3)])
    first, second = ledger.items(request)
    assert ledger.set_items(request, [(first, upload(2))], "one")
    assert not ledger.set_items(request, [(first, Refusal(WHY)), (second, upload(3))], "other")
    assert [item.state for item in ledger.items(request)] == [ItemState.PLANNED, ItemState.READ]
    assert ledger.get(request.id).checked_rows == "one"


# Answers ---------------------------------------------------------------------------------------------------------


def answered(ledger: Ledger, request: StoredRequest, revision: int = SAID.revision) -> Review:
    """An answer to the request."""
    ledger.add_review(request, replace(SAID, revision=revision))
    return ledger.open_reviews(request)[-1]


def test_an_approval_is_for_the_plan_that_it_was_judged_on(ledger: Ledger) -> None:
    """Rows struck a moment before it make another plan, which nobody has approved."""
    request = planned(ledger, 3)
    answer = answered(ledger, request)
    ledger.decide(
        request, answer, WHY, Event.PLAN, change=Struck(frozenset({1}), Withheld(WHY)), plan="other", previewed=0
    )
    with pytest.raises(Superseded):
        ledger.decide(request, answer, WHY, Event.APPROVE, approver="Rita")
    assert ledger.get(request.id).state is State.PLANNED


def test_rows_are_struck_with_the_plan_that_they_leave_or_not_at_all(ledger: Ledger) -> None:
    """Where the move cannot be made, the rows stay in the plan that was approved."""
    request = planned(ledger, 3)
    answer = answered(ledger, request)
    ledger.move(request, Event.APPROVE)
    struck = Struck(frozenset({1}), Withheld(WHY))
    with pytest.raises(IllegalMove):
        ledger.decide(request, answer, WHY, Event.PLAN, change=struck, plan="other")
    assert ledger.counts(request)[ItemState.PLANNED] == 3
    assert ledger.open_reviews(request)[0].verdict is None


def test_a_request_tells_its_story(ledger: Ledger) -> None:
    """Who did what, when, in which revision, of which plan: from the filing to the end, nothing of it is changed."""
    request = planned(ledger, 1)
    before = time.time()
    request = ledger.decide(request, answered(ledger, request), WHY, Event.APPROVE, approver="Rita")
    ledger.move(request, Event.FAIL, why=WHY)
    story = ledger.history(request)
    assert [(one.event, one.state, one.user, one.revision, one.plan) for one in story] == [
        ("file", State.RECEIVED, "Alice", 10, ""),
        ("plan", State.PLANNED, "", 0, "abc"),
        ("review", State.PLANNED, "Rita", 30, "abc"),
        ("approve", State.APPROVED, "Rita", 30, "abc"),
        ("fail", State.FAILED, "", 0, "abc"),
    ]
    assert story[-1].why == WHY
    assert [one.at for one in story] == sorted(one.at for one in story)
    assert before <= story[2].at <= time.time()


def test_what_was_written_last_is_known_by_title(ledger: Ledger) -> None:
    """Text, statements and revision of a page as the hub left it, whichever request it was; failures do not count."""
    first = running(ledger, 3)
    done, failed, _ = ledger.lease_items(first, "0", ALL, 3)
    ledger.set_item(first, done, ItemState.DONE, revision=7)
    ledger.set_item(first, failed, ItemState.FAILED, why=WHY)
    found = ledger.last_written("commons", ["File:1.jpg", "File:2.jpg", "File:3.jpg"])
    assert {title: (item.revision, item.action) for title, item in found.items()} == {"File:1.jpg": (7, upload(1))}
    assert not ledger.last_written("meta", ["File:1.jpg"])


def test_of_two_that_steer_at_once_one_does(ledger: Ledger) -> None:
    """By what the request was when they looked: what they said is noted once, and the others look again."""
    request, said = running(ledger, 1), ReviewComment(0, 0, "", "Rita", "pause", "")
    why, barrier = message("why-paused", "Rita"), Barrier(HANDS)

    def steer(_: int) -> bool:
        barrier.wait()
        try:
            ledger.steer(request, said, message("review-paused", "Rita"), Event.PAUSE, why=why)
        except Superseded:
            return False
        return True

    with ThreadPoolExecutor(HANDS) as threads:
        assert sorted(threads.map(steer, range(HANDS))) == [False] * (HANDS - 1) + [True]
    assert [entry.event for entry in ledger.history(request)][-2:] == ["steer", "pause"]
    assert [review.said.user for review in ledger.open_reviews(request)] == ["Rita"]


def test_what_is_noted_of_a_running_request_is_noted_of_no_other(ledger: Ledger) -> None:
    """Who paused it meanwhile has said why: a worker that comes to the end of its slice leaves that there."""
    request = running(ledger, 1)
    assert ledger.update_unstopped(request, why=WHY).why == WHY
    paused = message("why-paused", "Rita")
    ledger.move(request, Event.PAUSE, why=paused)
    assert ledger.update_unstopped(request, why=None).why == paused
