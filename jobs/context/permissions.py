"""Who may file a request and who may review it, asked of the wikis and their policies each time anew."""

from collections.abc import Iterable, Sequence
from enum import Enum, auto

from jobs.context.hub import Hub
from jobs.io.page_permissions import Gate
from jobs.io.wiki import Wiki, namespace_of
from jobs.model.accounts import Account, Block
from jobs.model.actions import Action, Upload
from jobs.model.policy import Trust
from jobs.model.requests import StoredRequest

RIGHTS_SECONDS = 60.0
"""So long may an answer about an account be relied on."""


class Bar(Enum):
    """What keeps somebody from filing or reviewing."""

    BLOCKED = auto()
    """The account is blocked: as a whole on a wiki concerned, on all wikis, or from what the request changes."""
    NO_RIGHT = auto()
    """The policy of a wiki concerned does not name the account."""


def bar_to_filing(hub: Hub, request: StoredRequest, actions: Iterable[Action] = ()) -> Bar | None:
    """Why the request's author may not have these of its actions carried out; None: they may.

    Both wikis are asked: the one it was filed on, and the one it is carried out on. Taking back is for reviewers too,
    and for whoever runs the bot (`cph undo`). One request for each wiki.
    """
    if request.undoes and request.author == hub.wikis[request.target].account:
        return None
    accounts = _accounts(hub, request, request.author)
    if _blocked(hub, request, accounts.values(), actions):
        return Bar.BLOCKED
    if request.undoes and hub.policy(request.target).review.includes(accounts[request.target]):
        return None
    named = all(hub.policy(wiki).file.includes(account) for wiki, account in accounts.items())
    return None if named else Bar.NO_RIGHT


def bar_to_reviewing(hub: Hub, request: StoredRequest, user: str, actions: Iterable[Action]) -> Bar | None:
    """Why somebody is no reviewer, on the wiki that the request is carried out on, of these of its actions."""
    accounts = _accounts(hub, request, user)
    if _blocked(hub, request, accounts.values(), actions):
        return Bar.BLOCKED
    return None if hub.policy(request.target).review.includes(accounts[request.target]) else Bar.NO_RIGHT


def trust_in(hub: Hub, request: StoredRequest, trusts: Sequence[Trust]) -> list[Trust]:
    """Those of a policy's trusts that are for the request's author and kind; what others did, nobody is trusted with.

    One request, where there are any.
    """
    if not trusts or (request.undoes and hub.ledger.get(request.undoes).author != request.author):
        return []
    account = hub.wikis[request.target].who_is(request.author)
    return [trust for trust in trusts if trust.covers(account, request.kind)]


def _accounts(hub: Hub, request: StoredRequest, user: str) -> dict[str, Account]:
    return {wiki: hub.wikis[wiki].who_is(user) for wiki in dict.fromkeys((request.wiki, request.target))}


def _blocked(hub: Hub, request: StoredRequest, accounts: Iterable[Account], actions: Iterable[Action]) -> bool:
    """Blocked on any of the wikis, or partially on the one where the actions are done."""
    *_, there = known = list(accounts)
    partial = [block for block in there.blocks if not block.sitewide]
    touched = (_touches(block, action, hub.wikis[request.target]) for action in actions for block in partial)
    return any(account.blocked for account in known) or (bool(partial) and any(touched))


def _touches(block: Block, action: Action, wiki: Wiki) -> bool:
    """Help:Partial blocks."""
    forbidden = isinstance(action, Upload) and not block.actions.isdisjoint({"upload", "create"})
    return forbidden or action.title in block.pages or namespace_of(wiki, action.title) in block.namespaces


def gate_of(hub: Hub, request: StoredRequest) -> Gate:
    """The gate for what a request does now."""
    wiki = hub.wikis[request.target]
    mappings = [one.parameters.get("mapping", "") for one in hub.ledger.open() if one.target == request.target]
    kind = None if request.undoes else request.kind
    return Gate(wiki, hub.policy(request.target), request.author, kind, tuple(filter(None, mappings)))
