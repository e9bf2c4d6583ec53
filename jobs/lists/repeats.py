"""What stands in a list more than once, found in any number of rows in the same memory."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Self

from wikitext.check_page import SHOWN_ROWS, Repeat, Repeats, Same

_MOST = 50
"""Of each kind so many groups are listed, so that none keeps the others out."""

_LONGEST = 300
_WRITTEN = 3
"""Ways of writing one name that are shown."""

_LARGEST = """
    SELECT compared, count(DISTINCT row) AS rows, count(*) OVER () FROM marks WHERE same = ?
    GROUP BY compared HAVING rows > 1 ORDER BY rows DESC, min(row) LIMIT ?
"""
_ROWS = "SELECT DISTINCT row FROM marks WHERE same = ? AND compared = ? ORDER BY row LIMIT ?"
_WAYS = """
    SELECT written FROM marks WHERE same = ? AND compared = ? GROUP BY written ORDER BY min(row) LIMIT ?
"""


@dataclass(frozen=True)
class Mark:
    """What a row may have in common with others: what that is, as it is compared and as it is shown."""

    same: Same
    compared: str
    written: str


class Marks:
    """The marks of rows, in a temporary database: SQLite keeps on disk what is more than its cache."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.execute("CREATE TABLE marks (same TEXT, compared BLOB, written BLOB, row INTEGER)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def note(self, row: int, marks: Collection[Mark]) -> None:
        """The row has these."""
        lines = ((mark.same, _digest(mark.compared), _bytes(mark.written[:_LONGEST]), row) for mark in marks)
        self._db.executemany("INSERT INTO marks VALUES (?, ?, ?, ?)", lines)

    def repeats(self) -> Repeats:
        """What more than one row has: the largest groups of each kind, each set of rows once, most rows first."""
        self._db.execute("CREATE INDEX by_mark ON marks (same, compared, row)")
        found = [(same, [*self._db.execute(_LARGEST, (same, _MOST))]) for same in Same]
        counts = [(same, largest[0][2]) for same, largest in found if largest]
        groups: dict[tuple[int, tuple[int, ...]], list[tuple[Same, Sequence[str]]]] = {}
        for same, largest in found:
            for compared, count, _ in largest:
                rows = tuple(self._column(_ROWS, same, compared, SHOWN_ROWS))
                groups.setdefault((count, rows), []).append(self._shown(same, compared))
        listed = [Repeat(what, rows, count) for (count, rows), what in groups.items()]
        return Repeats(sorted(listed, key=_order), counts if any(count > _MOST for _, count in counts) else ())

    def _shown(self, same: Same, compared: bytes) -> tuple[Same, Sequence[str]]:
        ways = [way.decode(errors="replace") for way in self._column(_WAYS, same, compared, _WRITTEN)]
        return Same.CASE if same is Same.NAME and len(ways) > 1 else same, ways

    def _column(self, query: str, *arguments: str | bytes | int) -> Iterator[Any]:
        return (value for (value,) in self._db.execute(query, arguments))


def _order(repeat: Repeat) -> tuple[bool, int, Sequence[int]]:
    """Views of one object last; most rows first."""
    return all(same is Same.NUMBER for same, _ in repeat.what), -repeat.count, repeat.rows


def _digest(text: str) -> bytes:
    return blake2b(_bytes(text), digest_size=16).digest()


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
