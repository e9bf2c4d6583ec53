"""What of a request was taken back by others, and what is left to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jobs.context.hub import Hub
from jobs.model.requests import THERE, ItemState, StoredRequest
from jobs.model.rows import read_rows
from jobs.model.states import ENDED, State
from jobs.model.undo_effects import nominates, took_effect
from wikitext.messages import Message


@dataclass(frozen=True)
class Rest:
    """What is left to be taken back beside `others`, the requests that take back a part of it or did: these rows.

    `idle`: rows that were named, but in which nothing was done.
    """

    others: tuple[StoredRequest, ...]
    rows: frozenset[int]
    idle: frozenset[int]


def rest_of(hub: Hub, request: StoredRequest, items: str, revision: int = 0) -> Rest | None:
    """What of the rows that `items` names (none: all) is left to be taken back; None: all that is named.

    Not left is what open requests take back, and where nothing was done; of rows that are named, what was taken back or
    nominated neither.
    `revision`: what was filed for an answer in it is no other, but this one.
    """
    there = frozenset(item.row for item in hub.ledger.items(request, *THERE) if took_effect(item))
    named = read_rows(items) if items else there
    meant = there & named
    others = [one for one in hub.ledger.undone_by(request) if one.state not in _OVER and one.revision != revision]
    taken = [(one, rows) for one in others if (rows := meant & _rows_taken(hub, one, there))]
    if items:
        over = {row: fate.by for row, fate in fates(hub, request).items() if row in meant and fate.how != "kept"}
        by = {one.id: one for one in over.values()}
        taken = [(one, frozenset(row for row in over if over[row].id == one.id)) for one in by.values()] + taken
    left = meant.difference(*(rows for _, rows in taken))
    if left and left == named:
        return None
    return Rest(tuple(one for one, _ in taken), left, named - there)


_OVER = ENDED | {State.INVALID}


def _rows_taken(hub: Hub, undo: StoredRequest, there: frozenset[int]) -> frozenset[int]:
    """The rows that a request takes back or, before it is planned, is to take back."""
    if undo.state is State.RECEIVED:
        return read_rows(undo.parameters.get("items", "")) or there
    skipped = {ItemState.REFUSED, ItemState.WITHHELD, ItemState.FAILED}
    return frozenset(item.row for item in hub.ledger.items(undo) if item.state not in skipped)


@dataclass(frozen=True)
class Fate:
    """What became of an item when it was to be taken back, in which request; `why`: it was not."""

    how: Literal["taken-back", "nominated", "kept"]
    by: StoredRequest
    why: Message | None = None


def fates(hub: Hub, request: StoredRequest, seen: frozenset[int] = frozenset()) -> Mapping[int, Fate]:
    """What became of the request's items, by their rows, in the requests that took it back and have ended.

    `seen`: the requests that are looked at already, for one may name itself.
    """
    found: dict[int, Fate] = {}
    seen |= {request.id}
    for undo in hub.ledger.undone_by(request):
        if undo.state not in ENDED or undo.id in seen:
            continue
        restored = {row for row, fate in fates(hub, undo, seen).items() if fate.how == "taken-back"}
        for item in hub.ledger.items(undo, *THERE, ItemState.FAILED, ItemState.REFUSED):
            if item.row in restored:
                found.pop(item.row, None)
            elif item.state is not ItemState.DONE:
                found.setdefault(item.row, Fate("kept", undo, item.why))
            else:
                found[item.row] = Fate("nominated" if nominates(undo, item.action) else "taken-back", undo)
    return found


def nominated(hub: Hub, request: StoredRequest) -> int:
    """How many files the request, that takes another back, has nominated for deletion where it may not delete."""
    if not request.undoes:
        return 0
    return sum(nominates(request, item.action) for item in hub.ledger.items(request, ItemState.DONE))
