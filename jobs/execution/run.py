"""Carries out what was approved, a slice at a time.

Each action takes effect once: the intent is noted, then the wiki is asked, then what it stored is read back. An item
that is still `sending` when a slice begins is one whose response was lost: it is looked up before it is tried again.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, assert_never

from jobs.actions.handler import ActionHandler
from jobs.actions.registry import ACTIONS, type_of
from jobs.context.doing import cost, doing
from jobs.context.figures import count
from jobs.context.hub import ROUND_ITEMS, Hub
from jobs.context.permissions import bar_to_filing
from jobs.context.slice_end import SliceEnd
from jobs.context.stop import StopSwitch
from jobs.execution.context import execution_context
from jobs.execution.pilot import pilot_left
from jobs.io.errors import BUSY_SECONDS, Unanswered, WikiError, classify_error, given_up, without_effect
from jobs.model.figures import RowsDone
from jobs.model.outcomes import (
    Begun,
    Done,
    Failed,
    Halt,
    Later,
    NotApplied,
    NotYet,
    Outcome,
    PartlyDone,
    Sent,
    Stop,
    TakenByAnother,
)
from jobs.model.requests import Item, ItemState, StoredRequest
from jobs.model.states import ENDED, Event, State
from jobs.store.moments import until
from wikitext.messages import message

SAME_FAILURES = 5
"""So many items that fail in the same way, one after the other, are one fault: the request stops."""

TRIES = 5
"""So often the wiki could not take an item or did not answer, and the item fails; the next one may go well."""

IN_PLACE_SECONDS = 10.0
"""What the wiki wants to be waited for is waited for in the slice, up to this."""

IDLE_SECONDS = 0.5
"""So long a hand waits that finds nothing to do, while others do the last items."""

VERIFY_SECONDS = 10.0
"""How long what was written may take to be read back: categories and replicas follow behind."""

_Attempt: TypeAlias = Callable[[Item], Outcome]

_log = logging.getLogger(__name__)


def run_slice(hub: Hub, request: StoredRequest, holder: str) -> StoredRequest:
    """Carry out the request's next items until the slice is over; at the last one it is done, partly done or failed.

    `holder`: the hand that does it, whose lease all its items have.
    """
    if request.state is State.APPROVED:
        request = hub.ledger.move(request, Event.START, started=time.time())
    request = hub.ledger.update_unstopped(request, why=None, hands=_hands(hub, request, hub.ledger.counts(request)))
    if request.state is not State.RUNNING:  # somebody was faster
        return request
    if halted := _carry_on(hub, request, holder):
        return halted
    counts = hub.ledger.counts(request)
    if counts[ItemState.PLANNED] and pilot_left(hub, request, counts) == 0:
        if not (counts[ItemState.SENDING] or counts[ItemState.SENT]):
            return hub.ledger.move(request, Event.SHOW_PILOT)
        return request
    return hub.ledger.finish(request)


def help_slice(hub: Hub, request: StoredRequest, holder: str) -> StoredRequest:
    """As `run_slice`, beside the hand that does the rest: pilot, answers and the end are that one's."""
    if request.state is not State.RUNNING or pilot_left(hub, request, hub.ledger.counts(request)) is not None:
        return hub.ledger.update_request(request, hands=1)
    return _carry_on(hub, request, holder) or request


def _carry_on(hub: Hub, request: StoredRequest, holder: str) -> StoredRequest | None:
    """Carry out items; the request as it is then if it waits or stops for what came of them, else None."""
    run = _Run(hub, request, holder)
    try:
        outcome = run.carry_on()
        if isinstance(outcome, Stop):  # what took effect in part, or may have, is told as what it is
            outcome = run.look_up() or outcome
    finally:
        run.close()
    match outcome:
        case Later(seconds, why):  # what is not waited for (0) the next slice deals with: nobody has to know
            return hub.ledger.update_unstopped(request, not_before=until(seconds), why=why if seconds else None)
        case Stop(why, passes):
            return hub.ledger.move(request, Event.PAUSE if passes else Event.FAIL, why=why)
        case None:
            return None
    assert_never(outcome)


def _hands(hub: Hub, request: StoredRequest, counts: Mapping[ItemState, int]) -> int:
    """How many hands have something to do: as many as the policy allows, where each has a slice of its own."""
    if request.state is not State.RUNNING or pilot_left(hub, request, counts) is not None:
        return 1
    return min(hub.policy(request.target).writers, 1 + counts[ItemState.PLANNED] // ROUND_ITEMS)


def look_up_rest(hub: Hub, request: StoredRequest, holder: str) -> StoredRequest:
    """Look up what was on its way when the request ended, so that its report is true; nothing is begun.

    A row that took effect in part is done, for nobody could have it tried again.
    Raises Unanswered where the wiki cannot say, or another hand has one of them still.
    """
    halt = _Run(hub, request, holder).look_up()
    counts = hub.ledger.counts(request)
    if halt or counts[ItemState.SENDING] or counts[ItemState.SENT]:
        raise Unanswered(f"what became of the last items of {request.text_id}")
    hub.ledger.settle_undo(request)
    return request


def leave_open(hub: Hub, request: StoredRequest, holder: str) -> StoredRequest:
    """Instead of `look_up_rest`, where that crashes each time: people read that they have to look for themselves."""
    on_their_way = {ItemState.SENDING, ItemState.SENT}
    while items := hub.ledger.lease_items(request, holder, on_their_way, ROUND_ITEMS):
        for item in items:
            hub.ledger.set_item(request, item, ItemState.FAILED, why=message("failed-unknown"))
    hub.ledger.settle_undo(request)
    return request


class _Run:
    """One slice of one request."""

    def __init__(self, hub: Hub, request: StoredRequest, holder: str) -> None:
        self._hub = hub
        self._ledger = hub.ledger
        self._request = request
        self._holder = holder
        self._stop_switch = StopSwitch(hub, request)
        self._end = SliceEnd(hub, request)
        self._rounds = 0
        self._begun: list[Item] = []
        self._context = execution_context(hub, request, self._stop_switch)
        self._handlers = {kind: kind.handler(self._context) for kind in ACTIONS.values()}

    def carry_on(self) -> Halt | None:
        """Do items until the slice is over or there is none left (None), the wiki is busy or the request must stop."""
        found, halt = self._round()
        if not found:  # other hands have what is left
            time.sleep(IDLE_SECONDS)
        while found and not (halt or self._end.is_over()):
            found, halt = self._round()
        return halt

    def close(self) -> None:
        """What was begun ahead is given up."""
        self._context.over.set()

    def _round(self) -> tuple[bool, Halt | None]:
        """Do a few items; whether there were any."""
        left = pilot_left(self._hub, self._request, self._ledger.counts(self._request))
        # What is on its way is brought to its end also where the pilot is over, which the policy may have made smaller.
        states = {ItemState.SENDING, ItemState.SENT} | (set() if left == 0 else {ItemState.PLANNED})
        leased = self._leased(states, min(ROUND_ITEMS, left or ROUND_ITEMS))
        actions = [item.action for item in leased if item.action]
        if self._rounds and actions and bar_to_filing(self._hub, self._request, actions):
            return True, Later(0.0, None)  # the next slice begins with asking for it, and says so
        self._rounds += 1
        self._begun.clear()
        items = [item for item in leased if item.state is not ItemState.SENT]
        halt = self._carry_out_each(items, self._attempt, self._end.is_over)
        if self._begun and not isinstance(halt, Later):
            halt = self._carry_out_each(self._begun, self._go_on, lambda: False) or halt
        return bool(leased), self._verify() or halt

    def _carry_out_each(self, items: Sequence[Item], attempt: _Attempt, is_over: Callable[[], bool]) -> Halt | None:
        halt = self._prepare(items)
        for item in items:
            halt = halt or self._stop_switch.reason() or self._carry_out(item, attempt)
            if halt or is_over():
                break
        return halt

    def _carry_out(self, item: Item, attempt: _Attempt) -> Halt | None:
        what = item.action.do if item.action else ""
        with doing(row=item.row, action=what, wiki=self._request.target):
            outcome = self._do(item, attempt)
            halt = self._note_outcome(item, outcome)
            if isinstance(outcome, Done | Sent):
                count(RowsDone(self._request.target))
            told = {**cost(), "revision": getattr(outcome, "revision", None) or None}
            _log.info("%s, row %d: %s", self._request.text_id, item.row, type(outcome).__name__, extra=told)
        return halt

    def look_up(self) -> Halt | None:
        """Find out what became of what is on its way; the rest is as if it had not begun."""
        for item in self._leased({ItemState.SENDING}, ROUND_ITEMS):
            try:
                lost = self._handler(item).find_lost_write(item)
            except (WikiError, Unanswered) as error:
                return self._halted(error)
            if isinstance(lost, NotApplied):
                self._ledger.set_item(self._request, item, ItemState.PLANNED)
                continue
            partly = isinstance(lost, PartlyDone) and self._request.state in ENDED
            if halt := self._note_outcome(item, self._do(item, self._attempt) if partly else lost):
                return halt
        return self._verify()

    def _leased(self, states: Collection[ItemState], most: int) -> list[Item]:
        return self._ledger.lease_items(self._request, self._holder, states, most)

    def _handler(self, item: Item) -> ActionHandler:
        assert item.action is not None  # noqa: S101 - planned items have one
        return self._handlers[type_of(item.action)]

    def _prepare(self, items: Sequence[Item]) -> Halt | None:
        for handler in dict.fromkeys(map(self._handler, items)):
            try:
                handler.prepare([item for item in items if self._handler(item) is handler])
            except (WikiError, Unanswered) as error:
                return self._halted(error)
        return None

    def _halted(self, error: WikiError | Unanswered) -> Halt:
        """What comes of an error that is no item's."""
        _log.warning("%s: %s", self._request.text_id, error)
        verdict = classify_error(error)
        if not isinstance(verdict, Failed):
            return verdict
        assert isinstance(error, WikiError)  # noqa: S101 - what was not answered may be later
        return Stop(message("stopped-wiki", error.code))

    def _do(self, item: Item, attempt: _Attempt) -> Outcome:
        """Do the item; where the wiki could not take it or did not answer, look what became of it, and do it again."""
        while True:
            try:
                return attempt(item)
            except (WikiError, Unanswered) as error:
                _log.warning("%s, row %d: %s", self._request.text_id, item.row, error)
                verdict = classify_error(error)
                now = self._ledger.item(self._request, item.row)
                if now.holder != self._holder:
                    return TakenByAnother()
                if not isinstance(verdict, Later) or now.claim_version == item.claim_version:
                    return verdict  # refused, or the wiki does not even say how things are
                seconds = verdict.seconds
                if not without_effect(error):
                    self._ledger.add_fault(self._request, item, given_up(error).error_code, given_up(error).why)
                    seconds = error.retry_after or min(0.5 * 2**now.faults, BUSY_SECONDS)
            if seconds > IN_PLACE_SECONDS or self._end.is_over():
                return verdict
            time.sleep(seconds)
            if halt := self._stop_switch.reason():
                return halt
            item, attempt = self._ledger.item(self._request, item.row), self._attempt
            if item.holder != self._holder:
                return TakenByAnother()

    def _go_on(self, item: Item) -> Outcome:
        """With what was begun in this slice: nothing is to be looked up."""
        return self._handler(item).do(item)

    def _attempt(self, item: Item) -> Outcome:
        handler = self._handler(item)
        given_up = Failed(item.error_code, item.why) if item.faults >= TRIES and item.why else None
        lost = handler.find_lost_write(item) if item.state is ItemState.SENDING else NotApplied()
        match lost:
            case Sent():
                return lost
            case PartlyDone():
                return replace(lost, error_code=given_up.error_code) if given_up else handler.do(item)
            case NotApplied():
                return given_up or handler.do(item)
        assert_never(lost)

    def _note_outcome(self, item: Item, outcome: Outcome) -> Halt | None:
        """Note an outcome; what must be looked up again, or is another's, keeps the state it has."""
        match outcome:
            case Later() | Stop():
                return outcome
            case TakenByAnother():
                pass
            case Begun(begun):
                self._begun.append(begun)
            case Failed(error_code, why) | PartlyDone(error_code, why):
                state, revision = ItemState.FAILED, None
                if isinstance(outcome, PartlyDone):
                    state, revision = ItemState.PARTLY, item.revision
                self._ledger.set_item(self._request, item, state, why=why, error_code=error_code, revision=revision)
                last = self._ledger.last_error_codes(self._request, item.row, SAME_FAILURES) if error_code else []
                if last == [error_code] * SAME_FAILURES:
                    return Stop(message("stopped-same", SAME_FAILURES))
            case Sent(revision):
                self._ledger.set_item(self._request, item, ItemState.SENT, revision=revision or None)
            case Done(revision, why):
                self._ledger.set_item(self._request, item, ItemState.DONE, revision=revision or None, why=why)
            case _:
                assert_never(outcome)
        return None

    def _verify(self) -> Halt | None:
        """Read back what was sent, until it is all there or too much time has passed."""
        end = time.monotonic() + VERIFY_SECONDS
        while sent := self._leased({ItemState.SENT}, 50):
            last_look = time.monotonic() > end
            for handler in dict.fromkeys(map(self._handler, sent)):
                own = [item for item in sent if self._handler(item) is handler]
                try:
                    verified = list(zip(own, handler.verify(own), strict=True))
                except (WikiError, Unanswered) as error:
                    return self._halted(error)
                done = [(item, found.revision) for item, found in verified if isinstance(found, Done)]
                self._ledger.set_done(self._request, done)
                for item, found in verified:
                    known = found.otherwise if last_look and isinstance(found, NotYet) else found
                    if not isinstance(known, NotYet | Done) and (halt := self._note_outcome(item, known)):
                        return halt
            time.sleep(0 if last_look else 0.1)
        return None
