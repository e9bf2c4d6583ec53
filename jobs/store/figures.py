"""What processes counted, in the database: the sum of all of them, and when it last grew."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.figures import Figure
from jobs.store import tables
from jobs.store.database import Database, transaction

_FIGURE = tables.figures.c
_KINDS: Mapping[str, type[Figure]] = {kind.__name__: kind for kind in get_args(Figure)}


@dataclass(frozen=True)
class Counted:
    """A figure, what all processes counted of it, and when (Unix time) one last added to it."""

    figure: Figure
    number: float
    grew: float


class Figures(Database):
    """What was counted."""

    @transaction
    def add_figures(self, db: Connection, counted: Mapping[Figure, float]) -> None:
        """Add what a process counted."""
        for kind, labels, number in sorted((type(one).__name__, _written(one), n) for one, n in counted.items()):
            which = (_FIGURE.kind == kind, _FIGURE.labels == labels)
            added = {"number": _FIGURE.number + number, "grew": time.time()}
            if not db.execute(sa.update(tables.figures).where(*which).values(added)).rowcount:
                new = {"kind": kind, "labels": labels, "number": number, "grew": time.time()}
                db.execute(sa.insert(tables.figures).values(new))

    @transaction
    def figures(self, db: Connection) -> list[Counted]:
        """All that was counted; nothing of what an older version counted and this one does not."""
        rows = db.execute(sa.select(tables.figures).where(_FIGURE.kind.in_(_KINDS)))
        return [Counted(_KINDS[row.kind](**json.loads(row.labels)), row.number, row.grew) for row in rows]


_OTHERS = re.compile(r"[^\w.:-]", re.ASCII)
_LONGEST = 60
"""Characters of a label: three of them, written in JSON, have room in the column."""


def label(value: str) -> str:
    """The value as a figure is kept with it."""
    return _OTHERS.sub("_", value)[:_LONGEST]


def _written(figure: Figure) -> str:
    """As it is found again. What a wiki calls an action or an error is in letters, digits, hyphens and dots."""
    return json.dumps({name: label(value) for name, value in asdict(figure).items()})
