"""From a request to its plan: every row listed, then each checked and turned into an action. Reads, never writes."""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from jobs.actions import Action
from jobs.hub import SLICE_ITEMS, SLICE_SECONDS, Hub
from jobs.kind import Refusal, Sources
from jobs.lifecycle import State
from jobs.problems import Invalid, Problem
from jobs.records import Record
from jobs.request import Request, read_request
from jobs.schema import Filed, Item, ItemState
from wikitext.messages import message

T = TypeVar("T")


def plan_slice(hub: Hub, filed: Filed) -> Filed:
    """Take the request one slice nearer to its plan; at the last one it is planned or invalid."""
    wiki = hub.wikis[filed.wiki]
    policy = hub.policy(filed.wiki)
    if not policy.file.includes(filed.author, wiki.groups(filed.author)):
        return _invalid(hub, filed, [Problem("", message("problem-may-not-file", filed.author))])
    request = read_request(filed.parameters)
    if not isinstance(request, Request):
        return _invalid(hub, filed, request)
    sources = Sources(wiki, hub.web, policy, hub.spool)
    try:
        if not filed.listed:
            return _list(hub, filed, request, sources)
        return _check(hub, filed, request, sources)
    except Invalid as error:
        return _invalid(hub, filed, error.problems)


def _invalid(hub: Hub, filed: Filed, problems: Sequence[Problem]) -> Filed:
    return hub.ledger.note(filed, state=State.INVALID, problems=problems)


def _list(hub: Hub, filed: Filed, request: Request, sources: Sources) -> Filed:
    hub.ledger.clear_items(filed)
    count = 0
    for batch in _batches(request.kind.records(request.parameters, sources)):
        count += len(batch)
        if count > sources.policy.max_rows:
            raise Invalid([Problem("manifest", message("problem-too-many-rows", sources.policy.max_rows))])
        hub.ledger.add_items(filed, batch)
    return hub.ledger.note(filed, listed=True)


def _batches(things: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


def _check(hub: Hub, filed: Filed, request: Request, sources: Sources) -> Filed:
    """Check rows until the slice is over; small batches, so that it ends in time."""
    end = time.monotonic() + SLICE_SECONDS
    for _ in range(0, SLICE_ITEMS, _CHECKED_AT_ONCE):
        items = hub.ledger.next_items(filed, {ItemState.READ}, _CHECKED_AT_ONCE)
        if not items:
            return _planned(hub, filed)
        records = [Record(item.row, item.record) for item in items]
        planned = list(request.kind.plan(request.parameters, records, sources))
        for item, result in zip(items, _without_repeats(hub, filed, items, planned), strict=True):
            if isinstance(result, Refusal):
                hub.ledger.set_item(filed, item, ItemState.REFUSED, why=result.why)
            else:
                hub.ledger.set_item(filed, item, ItemState.PLANNED, action=result)
        if time.monotonic() > end:
            break
    return filed


_CHECKED_AT_ONCE = 5


def _without_repeats(
    hub: Hub, filed: Filed, items: Sequence[Item], planned: Sequence[Action | Refusal]
) -> Iterator[Action | Refusal]:
    """Of two rows that come to the same page, the second is refused."""
    titles = [result.title for result in planned if not isinstance(result, Refusal)]
    holders = dict(hub.ledger.holders(filed, titles))
    for item, result in zip(items, planned, strict=True):
        if isinstance(result, Refusal):
            yield result
        elif (row := holders.setdefault(result.title, item.row)) != item.row:
            yield Refusal(message("row-same-name", result.title, row))
        else:
            yield result


def _planned(hub: Hub, filed: Filed) -> Filed:
    if not hub.ledger.counts(filed)[ItemState.PLANNED]:
        return _invalid(hub, filed, [Problem("manifest", message("problem-nothing-to-do"))])
    return hub.ledger.note(filed, state=State.PLANNED, plan=_hash(hub, filed))


def _hash(hub: Hub, filed: Filed) -> str:
    """What an approval is bound to: the request's text, every row of its list and every action, whole."""
    digest = hashlib.sha256(filed.fingerprint.encode())
    for item in hub.ledger.items(filed):
        action = item.action.model_dump(mode="json") if item.action else None
        digest.update(json.dumps([item.row, dict(item.record), action], sort_keys=True).encode())
    return digest.hexdigest()
