"""Which request is meant, and whether what it takes is there."""

from jobs.context.hub import Hub
from jobs.model.requests import StoredRequest, request_number
from jobs.store.ledger import Ledger


class NoSuchRequest(Exception):  # noqa: N818 - says what it is
    """There is no request of that name; its words are for the operator."""


class WikiNotSet(Exception):  # noqa: N818 - says what it is
    """A wiki is not in the settings; its words are for the operator."""


def request_named(ledger: Ledger, named: str) -> StoredRequest:
    """The request `named` as people do (`H42`). Raises NoSuchRequest."""
    try:
        return ledger.get(request_number(named) or 0)
    except KeyError:
        raise NoSuchRequest(f"there is no request {named}") from None


def check_wikis(hub: Hub, request: StoredRequest) -> None:
    """Raises WikiNotSet where one of the request's wikis is not among the hub's."""
    if gone := {request.wiki, request.target} - hub.wikis.keys():
        raise WikiNotSet(f"{request.text_id} needs {' and '.join(sorted(gone))}, which CPH_WIKIS does not name")
