"""Partners' servers that the policy does not name yet, and where people ask for them."""

from collections.abc import Iterable

from jobs.context.hub import Hub, link_prefix, policy_page, talk_page
from jobs.model.requests import StoredRequest
from wikitext.messages import Message

_MOST = 5


def servers_to_allow(whys: Iterable[Message]) -> list[str]:
    """The first servers for which something was refused because the policy does not name them."""
    found: dict[str, None] = {}
    for why in whys:
        if why.key == "web-host":
            found[str(why.arguments[0])] = None
        if len(found) == _MOST:
            break
    return list(found)


def policy_talk(hub: Hub, request: StoredRequest) -> str:
    """The talk page of the policy that says which servers the request may be asked of; empty: there is no such wiki."""
    wiki = hub.wikis.get(request.target)
    return f"{link_prefix(request)}{talk_page(policy_page(wiki))}" if wiki else ""
