"""What people answered to reports, in the database, and what became of each answer."""

from dataclasses import asdict, replace
from typing import Unpack

import sqlalchemy as sa

from jobs.model.requests import RequestValues, Review, ReviewComment, StoredRequest
from jobs.model.states import Event
from jobs.store import tables
from jobs.store.requests import Requests
from wikitext.messages import Message


class Reviews(Requests):
    """The answers."""

    def add_review(
        self, request: StoredRequest, said: ReviewComment, verdict: Message | None = None, *, again: bool = False
    ) -> None:
        """Take in an answer, and the reply to it where that is known; the same one of the same revision but once.

        `again`: it came back, and `number` tells nothing; how often it does, it is one with all of its revision's like.
        """
        table = tables.reviews.c
        query = sa.select(tables.reviews).where(table.request == request.id, table.revision == said.revision)
        with self._transaction() as db:
            known = list(db.execute(query))
            numbers = [row.number for row in known]
            if again:
                if (said.answer, said.plan, said.details) in [(row.answer, row.plan, row.details) for row in known]:
                    return
                said = replace(said, number=max(numbers, default=0) + 1)
            if said.number not in numbers:
                db.execute(sa.insert(tables.reviews).values(request=request.id, verdict=verdict, **asdict(said)))

    def open_reviews(self, request: StoredRequest) -> list[Review]:
        """The answers that the bot has not replied to, oldest first."""
        column = tables.reviews.c
        query = sa.select(tables.reviews).where(column.request == request.id, ~column.replied)
        with self._transaction() as db:
            return [tables.review(row) for row in db.execute(query.order_by(column.revision, column.number))]

    def decide(
        self, request: StoredRequest, review: Review, verdict: Message, event: Event | None = None,
        **values: Unpack[RequestValues],
    ) -> StoredRequest:  # fmt: skip
        """Note what the reply to an answer is and, as one, what the answer makes happen to the request (see `move`)."""
        with self._transaction() as db:
            self._state(db, request)
            db.execute(sa.update(tables.reviews).where(tables.reviews.c.id == review.id).values(verdict=verdict))
            if event:
                return self._move(db, request, event, values)
        return self.get(request.id)

    def replied(self, review: Review) -> None:
        """Note that the reply to an answer is on the wiki."""
        with self._transaction() as db:
            db.execute(sa.update(tables.reviews).where(tables.reviews.c.id == review.id).values(replied=True))
