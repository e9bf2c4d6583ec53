"""The requests that another request may name: to work on the same pages, or to take them back."""

from collections.abc import Iterator
from dataclasses import dataclass

from jobs.model.requests import THERE, Item
from jobs.store.ledger import Ledger


@dataclass(frozen=True)
class LedgerRequests:
    """The requests in the ledger that are carried out on one wiki; `target` is its name."""

    ledger: Ledger
    target: str

    def done_items(self, number: int) -> Iterator[Item] | None:
        """The items that the request of this number got done, if only in part; None where there is no such request."""
        try:
            named = self.ledger.get(number)
        except KeyError:
            return None
        return self.ledger.items(named, *THERE) if named.target == self.target else None
