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


def bar_to_filing(hub: Hub, filed: StoredRequest, actions: Iterable[Action] = ()) -> Bar | None:
    """Why the request's author may not have these of its actions carried out; None: they may.

    Both wikis are asked: the one it was filed on, and the one it is carried out on. Taking back is for reviewers too,
    and for whoever runs the bot (`cph undo`). One request for each wiki.
    """
    if filed.undoes and filed.author == hub.wikis[filed.target].account:
        return None
    accounts = _accounts(hub, filed, filed.author)
    if _blocked(hub, filed, accounts.values(), actions):
        return Bar.BLOCKED
    if filed.undoes and hub.policy(filed.target).review.includes(accounts[filed.target]):
        return None
    named = all(hub.policy(wiki).file.includes(account) for wiki, account in accounts.items())
    return None if named else Bar.NO_RIGHT


def bar_to_reviewing(hub: Hub, filed: StoredRequest, user: str, actions: Iterable[Action]) -> Bar | None:
    """Why somebody is no reviewer, on the wiki that the request is carried out on, of these of its actions."""
    accounts = _accounts(hub, filed, user)
    if _blocked(hub, filed, accounts.values(), actions):
        return Bar.BLOCKED
    return None if hub.policy(filed.target).review.includes(accounts[filed.target]) else Bar.NO_RIGHT


def trust_in(hub: Hub, filed: StoredRequest, trusts: Sequence[Trust]) -> list[Trust]:
    """Those of a policy's trusts that are for the request's author and kind; what others did, nobody is trusted with.

    One request, where there are any.
    """
    if not trusts or (filed.undoes and hub.ledger.get(filed.undoes).author != filed.author):
        return []
    account = hub.wikis[filed.target].who_is(filed.author)
    return [trust for trust in trusts if trust.covers(account, filed.kind)]


def _accounts(hub: Hub, filed: StoredRequest, user: str) -> dict[str, Account]:
    return {wiki: hub.wikis[wiki].who_is(user) for wiki in dict.fromkeys((filed.wiki, filed.target))}


def _blocked(hub: Hub, filed: StoredRequest, accounts: Iterable[Account], actions: Iterable[Action]) -> bool:
    """Blocked on any of the wikis, or partially on the one where the actions are done."""
    *_, there = known = list(accounts)
    partial = [block for block in there.blocks if not block.sitewide]
    touched = (_touches(block, action, hub.wikis[filed.target]) for action in actions for block in partial)
    return any(account.blocked for account in known) or (bool(partial) and any(touched))


def _touches(block: Block, action: Action, wiki: Wiki) -> bool:
    """Help:Partial blocks."""
    forbidden = isinstance(action, Upload) and not block.actions.isdisjoint({"upload", "create"})
    return forbidden or action.title in block.pages or namespace_of(wiki, action.title) in block.namespaces


def gate_of(hub: Hub, filed: StoredRequest) -> Gate:
    """The gate for what a request does now."""
    wiki = hub.wikis[filed.target]
    mappings = [one.parameters.get("mapping", "") for one in hub.ledger.open() if one.target == filed.target]
    kind = None if filed.undoes else filed.kind
    return Gate(wiki, hub.policy(filed.target), filed.author, kind, tuple(filter(None, mappings)))
