"""How far the wikis' pages were read, in the database: by which process, up to where, and who said what there."""

import time
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.model.requests import Speaker
from jobs.store import tables
from jobs.store.database import Database, transaction
from jobs.store.hands import LEASE_SECONDS

_PAGE = tables.page_cursors.c
_IS_PAGE = (_PAGE.wiki == sa.bindparam("of_wiki"), _PAGE.title == sa.bindparam("of_title"))
_CURSOR = sa.select(_PAGE.last_read_revision, _PAGE.text).where(*_IS_PAGE)
_MARK = sa.update(tables.page_cursors).where(*_IS_PAGE)

_LEASE = tables.watcher_lease.c
_WATCHER = sa.select(_LEASE.holder)
_WATCH = sa.update(tables.watcher_lease).where(
    sa.or_(
        _LEASE.held_until <= sa.bindparam("now"),
        _LEASE.held_until > sa.bindparam("longest"),
        _LEASE.holder.in_(sa.bindparam("own", expanding=True)),
    )
)


class Cursors(Database):
    """What was read."""

    @transaction
    def watch_for(self, db: Connection, holder: str, seconds: float, after: str = "") -> str:
        """Be the one process that watches the wikis for this ledger, for so long from now; returns which one is.

        That is another where its time is not over yet, unless it is the one that it comes `after`.
        """
        now = time.time()
        values = {"holder": holder, "held_until": now + seconds}
        longest = now + 2 * max(seconds, LEASE_SECONDS)  # what is beyond it is of a clock that was wrong
        if not db.execute(_WATCH, {**values, "now": now, "longest": longest, "own": (holder, after)}).rowcount:
            if other := db.scalar(_WATCHER):
                return str(other)
            db.execute(sa.insert(tables.watcher_lease).values(id=1, **values))
        return holder

    @transaction
    def watcher(self, db: Connection) -> str:
        """Which process watches the wikis for this ledger now (see `watch_for`); empty: none."""
        now, column = time.time(), tables.watcher_lease.c
        live = (column.held_until > now, column.held_until <= now + 2 * LEASE_SECONDS)
        return str(db.scalar(sa.select(column.holder).where(*live)) or "")

    def last_read_revision(self, wiki: str, title: str) -> int:
        """The revision up to which the page was read; 0 if it never was."""
        return self._cursor(wiki, title)[0]

    def kept_text(self, wiki: str, title: str) -> str:
        """The text that was kept of the page; empty if none was."""
        return self._cursor(wiki, title)[1]

    @transaction
    def _cursor(self, db: Connection, wiki: str, title: str) -> tuple[int, str]:
        row = db.execute(_CURSOR, {"of_wiki": wiki, "of_title": title}).one_or_none()
        return (int(row.last_read_revision), str(row.text)) if row else (0, "")

    @transaction
    def mark_read(self, db: Connection, wiki: str, title: str, revision: int, text: str | None = None) -> None:
        """Note up to which revision a page was read and, where it matters, what it said."""
        values: dict[str, Any] = {"last_read_revision": revision} | ({} if text is None else {"text": text})
        if not db.execute(_MARK, {**values, "of_wiki": wiki, "of_title": title}).rowcount:
            db.execute(sa.insert(tables.page_cursors).values(wiki=wiki, title=title, **values))

    @transaction
    def remember_speakers(self, db: Connection, wiki: str, page: str, said: Mapping[str, Speaker]) -> None:
        """Keep for ever who said what first."""
        known = _speakers(db, wiki, said)
        lines = [
            {"wiki": wiki, "saying": saying, "user": speaker.user, "revision": speaker.revision, "page": page}
            for saying, speaker in said.items()
            if saying not in known
        ]
        if lines:
            db.execute(sa.insert(tables.speakers), lines)

    @transaction
    def first_speakers(self, db: Connection, wiki: str, sayings: Collection[str]) -> Mapping[str, Speaker]:
        """Who said each of these first, of those that were ever read."""
        return _speakers(db, wiki, sayings)


def _speakers(db: Connection, wiki: str, sayings: Collection[str]) -> Mapping[str, Speaker]:
    table, found, wanted = tables.speakers.c, {}, list(sayings)
    for start in range(0, len(wanted), 500):
        which = table.saying.in_(wanted[start : start + 500])
        for row in db.execute(sa.select(tables.speakers).where(table.wiki == wiki, which)):
            found[row.saying] = Speaker(row.user, row.revision, row.page)
    return found
