"""Fetching a partner's file, from a server that is asked for no more of them at once than the policy lets it be."""

from typing import Protocol
from urllib.parse import urlsplit

from jobs.io.http import Fetched, Web, Writable, check_address
from jobs.io.spool import Spool
from jobs.model.policy import Policy


class _Context(Protocol):
    """What files are fetched with."""

    @property
    def web(self) -> Web: ...

    @property
    def policy(self) -> Policy: ...

    @property
    def spool(self) -> Spool: ...


def fetch(url: str, to: Writable, context: _Context) -> Fetched:
    """Write the file to `to`, after others of its host. Raises Unfetched."""
    policy = context.policy
    check_address(url, policy.hosts)
    with context.spool.place(urlsplit(url).hostname or "", policy.fetches):
        return context.web.fetch(url, policy.hosts, to, policy.max_file_bytes)
