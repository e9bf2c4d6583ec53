"""What the parts of a process work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from jobs.io.http import Web
from jobs.io.spool import Spool
from jobs.io.wiki import Wiki
from jobs.model.policy import Policy, PolicyError, read_policy
from jobs.model.requests import StoredRequest
from jobs.store.ledger import Ledger

ROUND_ITEMS = 50
"""So many items are prepared together, then done, then read back together."""


@dataclass(frozen=True)
class Hub:
    """The ledger, the wikis by name, the way out to partners' servers, and a folder for large files.

    `is_wanted`: whether the process has something else to do than the slice that it is at.
    """

    ledger: Ledger
    wikis: Mapping[str, Wiki]
    web: Web
    spool: Spool
    is_wanted: Callable[[], bool] = lambda: False

    def policy(self, wiki: str) -> Policy:
        """The last valid policy of the wiki, as the watcher read it; the strict default before there is one."""
        return kept_policy(self.ledger, self.wikis[wiki])


class RequestPage(Protocol):
    """The request page of a wiki: what the settings say of it is enough, where the wiki itself is not asked."""

    @property
    def name(self) -> str:
        """The short name of the wiki."""

    @property
    def base(self) -> str:
        """The page's title."""


def kept_policy(ledger: Ledger, on: RequestPage) -> Policy:
    """As `Hub.policy`, without the wiki."""
    return _policy(ledger.kept_text(on.name, policy_page(on)) or "{}")


@lru_cache(maxsize=8)
def _policy(text: str) -> Policy:
    try:
        return read_policy(text)
    except PolicyError:  # written by an older version of this program
        return Policy()


def policy_page(on: RequestPage) -> str:
    """The title of the wiki's policy."""
    return f"{on.base}/Policy.json"


def report_page(on: RequestPage, text_id: str) -> str:
    """The title of a request's report."""
    return f"{on.base}/{text_id}"


def link_prefix(request: StoredRequest) -> str:
    """What links to pages of the wiki that a request is carried out on begin with, on the wiki that it was filed on."""
    return "" if request.wiki == request.target else f"{request.target}:"


def talk_page(title: str) -> str:
    """The title of a page's talk page, by the English names of the namespaces, which every wiki understands."""
    namespace, colon, rest = title.partition(":")
    if colon and rest and not rest.startswith(" "):
        return f"{namespace} talk:{rest}"
    return f"Talk:{title}"
