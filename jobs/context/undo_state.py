"""What taking a request back does to the request that is taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jobs.context.hub import Hub
from jobs.model.actions import Action, Edit, Revert
from jobs.model.requests import THERE, ItemState, StoredRequest
from jobs.model.rows import read_rows
from jobs.model.states import ENDED, State, end_of
from wikitext.messages import Message

_BEFORE_UNDONE = ENDED - {State.UNDONE}


def settle_undone(hub: Hub, filed: StoredRequest) -> StoredRequest:
    """After a move of a request that takes another back, give that other the state that follows; returns the former."""
    if filed.undoes:
        original = hub.ledger.get(filed.undoes)
        if filed.state is State.RUNNING and original.state in _BEFORE_UNDONE:
            hub.ledger.note(original, state=State.UNDOING)
        elif filed.state in ENDED and original.state in ENDED | {State.UNDOING}:
            _settle(hub, original, filed)
    return filed


def _settle(hub: Hub, original: StoredRequest, filed: StoredRequest) -> None:
    """Undone as a whole; or, where only some items were taken back or nominated, in the state that it had."""
    counts = hub.ledger.counts(filed)
    if original.state is not State.UNDOING and not any(counts[state] for state in THERE):
        return
    whole = bool(counts[ItemState.DONE]) and "items" not in filed.parameters and not nominated(hub, filed)
    end = State.UNDONE if whole else original.state
    if end is State.UNDOING:
        end = end_by(hub.ledger.counts(original))
    if end is not original.state and original.state in ENDED:
        original = hub.ledger.note(original, state=State.UNDOING)
    hub.ledger.note(original, state=end)
    if original.undoes:  # taking back was taken back
        first = hub.ledger.get(original.undoes)
        back = whole and first.state is State.UNDONE
        hub.ledger.note(first, **({"state": end_by(hub.ledger.counts(first))} if back else {"shown": ""}))


@dataclass(frozen=True)
class Rest:
    """What is left to be taken back beside `others`, the open requests that take back a part of it: these rows."""

    others: tuple[StoredRequest, ...]
    rows: frozenset[int]


def rest_of(hub: Hub, filed: StoredRequest, items: str, revision: int = 0) -> Rest | None:
    """What of the rows that `items` names (none: all) open requests do not take back; None: they take none of it.

    `revision`: what was filed for an answer in it is no other, but this one.
    """
    there = frozenset(item.row for item in hub.ledger.items(filed, *THERE))
    meant = there & read_rows(items) if items else there
    others = [one for one in hub.ledger.undone_by(filed) if one.state not in _OVER and one.revision != revision]
    taken = [(one, rows) for one in others if (rows := meant & _rows_taken(hub, one, there))]
    left = meant.difference(*(rows for _, rows in taken))
    return Rest(tuple(one for one, _ in taken), left) if taken else None


_OVER = ENDED | {State.INVALID}


def _rows_taken(hub: Hub, undo: StoredRequest, there: frozenset[int]) -> frozenset[int]:
    """The rows that a request takes back or, before it is planned, is to take back."""
    if undo.state is State.RECEIVED:
        return read_rows(undo.parameters.get("items", "")) or there
    skipped = {ItemState.REFUSED, ItemState.WITHHELD, ItemState.FAILED}
    return frozenset(item.row for item in hub.ledger.items(undo) if item.state not in skipped)


def end_by(counts: Mapping[ItemState, int]) -> State:
    """The state in which a request with these items ends; what is done in part is done, and is not.

    What the list keeps out is as it was meant to be.
    """
    partly = counts[ItemState.PARTLY]
    not_done = sum(counts[state] for state in (ItemState.FAILED, ItemState.REFUSED, ItemState.PLANNED))
    return end_of(counts[ItemState.DONE] + partly, not_done + partly)


@dataclass(frozen=True)
class Fate:
    """What became of an item when it was to be taken back, in which request; `why`: it was not."""

    how: Literal["taken-back", "nominated", "kept"]
    by: StoredRequest
    why: Message | None = None


def fates(hub: Hub, filed: StoredRequest) -> Mapping[int, Fate]:
    """What became of the request's items, by their rows, in the requests that took it back and have ended."""
    found: dict[int, Fate] = {}
    for undo in hub.ledger.undone_by(filed):
        if undo.state not in ENDED:
            continue
        restored = {row for row, fate in fates(hub, undo).items() if fate.how == "taken-back"}
        for item in hub.ledger.items(undo, *THERE, ItemState.FAILED, ItemState.REFUSED):
            if item.row in restored:
                found.pop(item.row, None)
            elif item.state is not ItemState.DONE:
                found.setdefault(item.row, Fate("kept", undo, item.why))
            else:
                found[item.row] = Fate("nominated" if nominates(undo, item.action) else "taken-back", undo)
    return found


def nominated(hub: Hub, filed: StoredRequest) -> int:
    """How many files the request, that takes another back, has nominated for deletion where it may not delete."""
    if not filed.undoes:
        return 0
    return sum(nominates(filed, item.action) for item in hub.ledger.items(filed, ItemState.DONE))


def nominates(filed: StoredRequest, action: Action | None) -> bool:
    """Whether this action of the request puts a nomination for deletion on a page: see `jobs.actions.deletion`."""
    return bool(filed.undoes) and isinstance(action, Edit) and not isinstance(action.change, Revert)
