"""What an approval is bound to."""

import hashlib
import json

from jobs.context.hub import Hub
from jobs.model.requests import ItemState, StoredRequest


def plan_hash(hub: Hub, request: StoredRequest) -> str:
    """What an approval is bound to: the request, its text, every row of its list, every action, all questions."""
    questions = [[question.key, *question.arguments] for question in request.questions]
    digest = hashlib.sha256(json.dumps([request.text_id, request.fingerprint, questions]).encode())
    for item in hub.ledger.items(request):
        action = item.action.model_dump(mode="json") if item.action and item.state is ItemState.PLANNED else None
        digest.update(json.dumps([item.row, dict(item.record), action], sort_keys=True).encode())
    return digest.hexdigest()
