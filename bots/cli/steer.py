"""`cph pause`, `resume`, `retry`, `cancel`: an operator's word on a request, without an edit of its talk page."""

from bots.cli.naming import check_wikis, request_named
from bots.cli.output import said
from jobs.context.hub import Hub
from jobs.review.steering import steer_as_operator
from wikitext.messages import Message


class NotSteered(Exception):  # noqa: N818 - says what it is
    """The request is where it was, and why; its words are for the operator."""


def steer(hub: Hub, named: str, answer: str) -> str:
    """Do what the answer does to the request; returns what to tell the operator. Raises NotSteered, NoSuchRequest."""
    request = request_named(hub.ledger, named)
    check_wikis(hub, request)
    answered = steer_as_operator(hub, request, answer)
    if isinstance(answered, Message):
        raise NotSteered(f"{request.text_id}: {said(answered)}")
    return f"{request.text_id} is {answered.state}. A worker says so on its pages."
