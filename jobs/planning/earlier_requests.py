"""The requests that another request may name: to work on the same pages, or to take them back."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jobs.model.requests import THERE, Item, StoredRequest
from jobs.store.ledger import Ledger


@dataclass(frozen=True)
class LedgerRequests:
    """The requests in the ledger that are carried out on the same wiki as this one."""

    ledger: Ledger
    request: StoredRequest

    def done_items(self, number: int) -> Iterator[Item] | None:
        """The items that the request of this number got done, if only in part; None where there is no such request."""
        try:
            named = self.ledger.get(number)
        except KeyError:
            return None
        return self.ledger.items(named, *THERE) if named.target == self.request.target else None

    def taken_back(self, rows: Collection[int]) -> Mapping[int, str]:
        """By which requests such rows are taken back, or were for good, that this one is to take back as well."""
        return self.ledger.taken_by_others(self.request, rows)
