"""Fetching a partner's file, from a server that is asked for no more of them at once than the policy lets it be."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event as Signal
from typing import Protocol
from urllib.parse import urlsplit

from jobs.io.http import Fetched, Unfetched, Web, Writable, check_address
from jobs.model.policy import Policy
from wikitext.messages import message

_LONGEST = 255
"""Characters of a host's name that the ledger tells hosts apart by."""


class Places(Protocol):
    """How many are at a partner's server at once, of all that share a ledger."""

    def at(self, host: str, most: int, over: Signal) -> AbstractContextManager[Callable[[], None]]:
        """Be there, once fewer than so many are; what it gives is to be called meanwhile, to keep the place.

        Raises Unfetched if it is over before.
        """


class Context(Protocol):
    """What files are fetched with."""

    @property
    def web(self) -> Web:
        """The way out."""

    @property
    def policy(self) -> Policy:
        """Which servers may be asked, for how much."""

    @property
    def places(self) -> "Places":
        """Whose turn it is at a server."""

    @property
    def over(self) -> Signal:
        """Set when nobody needs any more what is being fetched."""


class _Needed:
    """What is written to until it is over."""

    def __init__(self, to: Writable, url: str, over: Signal, stay: Callable[[], None]) -> None:
        self._to = to
        self._stay = stay
        self._url = url
        self._over = over

    def write(self, data: bytes, /) -> int:
        """Take the bytes, or raise Unfetched."""
        if self._over.is_set():
            raise Unfetched(message("web-no-answer", self._url))
        self._stay()
        return self._to.write(data)

    def flush(self) -> None:
        """Let others see them."""
        self._to.flush()


def fetch(url: str, to: Writable, context: Context) -> Fetched:
    """Write the file to `to`, after others of its host; a server that it is sent on to by that one is not counted.

    Raises Unfetched, also where it is over.
    """
    policy = context.policy
    check_address(url, policy.hosts)
    with context.places.at((urlsplit(url).hostname or "")[:_LONGEST], policy.fetches, context.over) as stay:
        return context.web.fetch(url, policy.hosts, _Needed(to, url, context.over, stay), policy.max_file_bytes)
