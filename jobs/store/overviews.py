"""All requests at a glance, for people who run the bot or look what it does."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.requests import ItemState, StoredRequest
from jobs.model.states import State
from jobs.store import tables
from jobs.store.database import Database, transaction

_REQUEST, _COUNT = tables.requests.c, tables.item_counts.c


@dataclass(frozen=True)
class Which:
    """The requests that are meant: those to which all of it applies; what is empty applies to each."""

    states: Collection[State] = ()
    wiki: str = ""
    kind: str = ""
    partner: str = ""
    author: str = ""

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What a query for them asks."""
        asked = _REQUEST.parameters
        all_of = (
            (self.states, _REQUEST.state.in_(self.states)),
            (self.wiki, _REQUEST.wiki == self.wiki),
            (self.kind, sa.func.lower(asked["type"].as_string()) == self.kind),
            (self.partner, asked["partner"].as_string() == self.partner),
            (self.author, _REQUEST.author == self.author),
        )
        return [condition for value, condition in all_of if value]


@dataclass(frozen=True)
class Overview:
    """A request, and how many of its items are in each state."""

    request: StoredRequest
    counts: Mapping[ItemState, int]


class Overviews(Database):
    """What is asked of all requests together."""

    @transaction
    def overview(self, db: Connection, which: Which = Which(), before: int = 0, most: int = 50) -> list[Overview]:
        """So many of these requests at most, the newest first. `before`: only those with a lower number; 0: all."""
        newest = tables.select_requests().where(*which.conditions()).order_by(_REQUEST.id.desc()).limit(most)
        found = [*map(tables.request, db.execute(newest.where(_REQUEST.id < before) if before else newest))]
        counted: dict[int, dict[ItemState, int]] = {request.id: dict.fromkeys(ItemState, 0) for request in found}
        for row in db.execute(sa.select(tables.item_counts).where(_COUNT.request.in_(counted))):
            counted[row.request][row.state] = row.number
        return [Overview(request, counted[request.id]) for request in found]

    @transaction
    def count_by_state(self, db: Connection, which: Which = Which()) -> Mapping[State, int]:
        """How many of these requests are in each state."""
        query = sa.select(_REQUEST.state, sa.func.count().label("number")).where(*which.conditions())
        found: dict[State, int] = {row.state: row.number for row in db.execute(query.group_by(_REQUEST.state))}
        return {state: found.get(state, 0) for state in State}
