"""What an approval is bound to. Each row is gone over once, however long the list and however often rows are struck."""

import json
from collections.abc import Iterable
from hashlib import sha256

from jobs.model.actions import Action, Refusal
from jobs.model.requests import Item, StoredRequest


def chained(checked_rows: str, checked: Iterable[tuple[Item, Action | Refusal]]) -> str:
    """The hash of all rows that were checked, from that of those before (empty: none) and these, in order."""
    for item, found in checked:
        action = None if isinstance(found, Refusal) else found.model_dump(mode="json")
        checked_rows = _hash([checked_rows, item.row, dict(item.record), action])
    return checked_rows


def plan_hash(request: StoredRequest) -> str:
    """The hash of what is previewed: the request, its text, its list, what each row came to, all questions."""
    questions = [[question.key, *question.arguments] for question in request.questions]
    return _hash([request.text_id, request.fingerprint, questions, request.listing, request.checked_rows])


def without_rows(plan: str, rows: Iterable[int]) -> str:
    """The hash of a plan less these rows."""
    return _hash([plan, sorted(rows)])


def _hash(said: object) -> str:
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
