"""`cph pause`, `resume`, `retry`, `cancel`: an operator's word on a request, without an edit of its talk page."""

from collections.abc import Iterator

from bots.cli.naming import check_wikis, request_named
from bots.cli.output import said
from jobs.context.hub import Hub
from jobs.context.stop import stop_page, stopped
from jobs.model.requests import StoredRequest
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
        thanks = f"Thank you, {hub.wikis[request.wiki].account}, but "
        raise NotSteered(f"{request.text_id}: {said(answered).removeprefix(thanks)}")
    told = f"{request.text_id} is {answered.state}. A worker says so on its pages."
    return "\n".join((told, *(_in_the_way(hub, answered) if answer in _GO_ON else ())))


_GO_ON = ("resume", "retry")


def _in_the_way(hub: Hub, request: StoredRequest) -> Iterator[str]:
    """What keeps the bot from going on with the request all the same."""
    for wiki in (hub.wikis[name] for name in dict.fromkeys((request.wiki, request.target))):
        if stopped(wiki):
            yield f"warning: nothing is written on {wiki.name} while “{stop_page(wiki)}” has any text"
        if wiki.who_is(wiki.account).blocked:
            yield f"warning: nothing is written on {wiki.name} while {wiki.account} is blocked there"
