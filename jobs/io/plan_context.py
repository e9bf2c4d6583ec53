"""What planning may read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Event as Signal
from typing import Protocol

from jobs.io.ahead import Ahead
from jobs.io.fetching import Places
from jobs.io.http import Web
from jobs.io.page_permissions import Gate
from jobs.io.spool import Spool
from jobs.io.wiki import Wiki
from jobs.model.policy import Policy
from jobs.model.profile import Profile
from jobs.model.records import Record
from jobs.model.requests import Item


class Reservations(Protocol):
    """Which rows of the request have which titles, and upload which files: no two rows may have the same.

    An answer is remembered. So ask for everything that a batch of rows may need at once, then again for one at a time.
    """

    def rows_by_title(self, titles: Collection[str]) -> Mapping[str, int]:
        """The rows that have these titles, by title. Titles that no row has are left out."""

    def rows_by_sha1(self, sha1s: Collection[str]) -> Mapping[str, int]:
        """The rows that upload the files with these SHA-1s, by SHA-1. Files that no row uploads are left out."""

    def reserve(self, row: int, title: str, sha1: str = "") -> None:
        """From now on the row has the title and, where a SHA-1 is given, uploads that file."""


class EarlierRequests(Protocol):
    """The other requests that are carried out on the same wiki as the one that is planned."""

    def done_items(self, number: int) -> Iterator[Item] | None:
        """The items that the request of this number got done, if only in part; None where there is no such request."""

    def taken_back(self, rows: Collection[int]) -> Mapping[int, str]:
        """By which requests (`H42`) such rows are taken back, or were for good, that this one is to take back as well.

        Of two that are not planned yet, the one has a row that was filed first.
        """


@dataclass(frozen=True, kw_only=True)
class PlanContext:
    """What planning may read: the wiki, and partners' servers as far as the policy lets it.

    `ahead`: fetches files before they are needed, as many at once as the policy lets it; `questions`: asks the wiki so.
    `gate`: which pages the request may change. `prefix`: of links to the wiki from where the request is answered.
    `tracking`: the request's own category. `today`: UTC. `profile`: what is in the columns of the request's list, once
    it is read. `upcoming`: the records that will be planned next. `over`: set when the slice is.
    """

    wiki: Wiki
    web: Web
    policy: Policy
    gate: Gate
    spool: Spool
    places: Places
    ahead: Ahead
    questions: Ahead
    earlier: EarlierRequests
    reservations: Reservations
    prefix: str
    tracking: str
    today: date
    profile: Profile = ()
    upcoming: Sequence[Record] = ()
    over: Signal = field(default_factory=Signal)
