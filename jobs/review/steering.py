"""Answers that stand on no talk page: an operator's at a terminal, a wiki user's who is logged in somewhere else.

They are those of `jobs.review.commands`, judged by the same rules, with the same effects and replies, and they are
written down beside the others. A worker says on the report's talk page who gave one (`jobs.reporting.replies`).
"""

from collections.abc import Callable

from jobs.context.hub import Hub
from jobs.model.requests import ReviewComment, StoredRequest
from jobs.review.commands import ANSWERS, objection, objection_to_operator
from jobs.store.database import Superseded
from wikitext.messages import Message, message

STEERING = ("approve", "continue", "check again", "pause", "resume", "cancel", "retry")
"""The answers that need nothing beside them, but for the plan that they are for."""

_NOWHERE = 0
"""The revision of what stands on no page."""


def steer_as_operator(hub: Hub, request: StoredRequest, answer: str) -> StoredRequest | Message:
    """Do what an answer does, in the bot's name: the request as it is then, or why nothing has changed.

    Whoever runs the bot may everything that the request's state and its author's rights allow. The request's wikis have
    to be among the hub's. May raise WikiError, Unanswered and LedgerLocked.
    """
    account = hub.wikis[request.wiki].account
    return _steered(hub, request, ReviewComment(_NOWHERE, 0, "", account, answer, request.plan), objection_to_operator)


def steer_as_user(hub: Hub, request: StoredRequest, answer: str, user: str, plan: str = "") -> StoredRequest | Message:
    """As `steer_as_operator`, for a user of the request's wiki, who needs the rights of whoever answers on talk pages.

    `user`: the account's name as the wiki writes it; whoever calls this knows that it is they. `plan`: the hash of the
    plan that they saw; what lets something be written has to name it.
    """
    return _steered(hub, request, ReviewComment(_NOWHERE, 0, "", user, answer, plan), objection)


def _steered(
    hub: Hub,
    request: StoredRequest,
    said: ReviewComment,
    objects: Callable[[Hub, StoredRequest, ReviewComment], Message | None],
) -> StoredRequest | Message:
    if said.answer not in STEERING:
        return message("review-unknown", said.user, said.answer, ", ".join(STEERING))
    effect = objects(hub, request, said) or ANSWERS[said.answer].act(hub, request, said)
    if isinstance(effect, Message):
        return effect
    try:
        return hub.ledger.steer(request, said, effect.reply, effect.event, change=effect.change, **effect.values)
    except Superseded:  # something happened to it meanwhile: the answer may be another now
        return _steered(hub, hub.ledger.get(request.id), said, objects)
