"""What people answered to reports, in the database, and what became of each answer."""

from dataclasses import asdict, replace
from typing import Unpack, assert_never

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.requests import (
    ItemChange,
    RequestValues,
    Review,
    ReviewComment,
    StoredRequest,
    Struck,
    TriedAgain,
)
from jobs.model.states import Event
from jobs.store import tables
from jobs.store.database import Superseded, transaction
from jobs.store.items import strike, try_again
from jobs.store.request_rows import get_request, note_event, set_request
from jobs.store.requests import Requests
from wikitext.messages import Message


class Reviews(Requests):
    """The answers."""

    @transaction
    def add_review(
        self, db: Connection, request: StoredRequest, said: ReviewComment, verdict: Message | None = None, *,
        again: bool = False,
    ) -> None:  # fmt: skip
        """Take in an answer, and the reply to it where that is known; the same one of the same revision but once.

        `again`: it came back, and `number` tells nothing; how often it does, it is one with all of its revision's like.
        """
        table = tables.reviews.c
        query = sa.select(tables.reviews).where(table.request == request.id, table.revision == said.revision)
        known = list(db.execute(query))
        numbers = [row.number for row in known]
        if again:
            if (said.answer, said.plan, said.details) in [(row.answer, row.plan, row.details) for row in known]:
                return
            said = replace(said, number=max(numbers, default=0) + 1)
        if said.number not in numbers:
            db.execute(sa.insert(tables.reviews).values(request=request.id, verdict=verdict, **asdict(said)))

    @transaction
    def open_reviews(self, db: Connection, request: StoredRequest) -> list[Review]:
        """The answers that the bot has not replied to, oldest first."""
        column = tables.reviews.c
        query = sa.select(tables.reviews).where(column.request == request.id, ~column.replied)
        return [tables.review(row) for row in db.execute(query.order_by(column.revision, column.number))]

    @transaction
    def decide(
        self, db: Connection, request: StoredRequest, review: Review, verdict: Message, event: Event | None = None, *,
        change: ItemChange | None = None, **values: Unpack[RequestValues],
    ) -> StoredRequest:  # fmt: skip
        """Note what the reply to an answer is and, as one, what the answer makes happen to the request (see `move`).

        `change`: what happens to its items with it. Raises Superseded too if the plan is not any more the one that was
        answered.
        """
        self._state(db, request)
        current = get_request(db, request.id)
        if event and current.plan != request.plan:
            raise Superseded(f"{request.text_id} has another plan")
        db.execute(sa.update(tables.reviews).where(tables.reviews.c.id == review.id).values(verdict=verdict))
        _note_answer(db, replace(current, why=verdict), "review", review.said)
        return self._do(db, request, review.said, event, values, change=change)

    @transaction
    def steer(
        self, db: Connection, request: StoredRequest, said: ReviewComment, verdict: Message, event: Event | None = None,
        *, change: ItemChange | None = None, **values: Unpack[RequestValues],
    ) -> StoredRequest:  # fmt: skip
        """Take in an answer that stands on no page, with the reply to it and, as one, what it does (see `decide`).

        Raises Superseded too if anything happened to the request since it was read: of two that are alike one counts.
        """
        self._state(db, request)
        current = get_request(db, request.id)
        if (current.version, current.plan) != (request.version, request.plan):
            raise Superseded(f"{request.text_id} went on")
        table = tables.reviews.c
        steered = sa.select(sa.func.count()).where(table.request == request.id, table.revision == said.revision)
        answer = asdict(replace(said, number=1 + (db.scalar(steered) or 0)))
        db.execute(sa.insert(tables.reviews).values(request=request.id, verdict=verdict, **answer))
        _note_answer(db, replace(current, why=verdict), "steer", said)
        return self._do(db, request, said, event, values, change=change)

    def _do(
        self, db: Connection, request: StoredRequest, said: ReviewComment, event: Event | None, values: RequestValues,
        *, change: ItemChange | None,
    ) -> StoredRequest:  # fmt: skip
        """Have happen to the request and its items what an answer makes happen."""
        match change:
            case Struck(rows, found):
                strike(db, request, rows, found, user=said.user, revision=said.revision)
            case TriedAgain():
                try_again(db, request)
            case None:
                pass
            case _:
                assert_never(change)
        if event:
            return self._move(db, request, event, values, user=said.user, revision=said.revision)
        if values:
            set_request(db, request.id, values)
        return get_request(db, request.id)

    @transaction
    def replied(self, db: Connection, review: Review) -> None:
        """Note that the reply to an answer is on the wiki."""
        db.execute(sa.update(tables.reviews).where(tables.reviews.c.id == review.id).values(replied=True))


def _note_answer(db: Connection, request: StoredRequest, event: str, said: ReviewComment) -> None:
    """Write down who answered what; the request has the reply to it as its `why`."""
    note_event(db, request, event, user=said.user, revision=said.revision, details={"answer": said.answer})
