"""No two rows of a request come to the same page, or upload the same file: which row has what already."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial

from jobs.io.plan_context import Reservations
from jobs.model.actions import Action, Refusal, Upload
from jobs.model.requests import Item, StoredRequest
from jobs.store.ledger import Ledger
from jobs.store.tables import MAX_TITLE
from wikitext.messages import message


class LedgerReservations:
    """What rows of a request have already: those in the ledger, and those that are about to be written there.

    It is for one slice, which one worker has: what others write meanwhile is not seen.
    """

    def __init__(self, ledger: Ledger, request: StoredRequest) -> None:
        self._titles = _Rows(partial(ledger.rows_by_title, request))
        self._files = _Rows(partial(ledger.rows_by_sha1, request))

    def rows_by_title(self, titles: Collection[str]) -> Mapping[str, int]:
        """The rows that have these titles, by title. At most one query, for titles that were not asked for yet."""
        return self._titles.of(titles)

    def rows_by_sha1(self, sha1s: Collection[str]) -> Mapping[str, int]:
        """The rows that upload these files, by SHA-1. At most one query, as above."""
        return self._files.of(sha1s)

    def reserve(self, row: int, title: str, sha1: str = "") -> None:
        """From now on the row has the title and, where a SHA-1 is given, uploads that file."""
        self._titles.reserve(title, row)
        if sha1:
            self._files.reserve(sha1, row)


class _Rows:
    """Rows by something that only one of them may have; None: it is known that none has it."""

    def __init__(self, written: Callable[[Collection[str]], Mapping[str, int]]) -> None:
        self._written = written
        self._known: dict[str, int | None] = {}

    def of(self, wanted: Collection[str]) -> Mapping[str, int]:
        if unknown := [one for one in dict.fromkeys(wanted) if one not in self._known]:
            self._known |= {**dict.fromkeys(unknown), **self._written(unknown)}
        return {one: row for one in wanted if (row := self._known[one]) is not None}

    def reserve(self, one: str, row: int) -> None:
        self._known[one] = row


def without_repeats(
    reservations: Reservations, items: Sequence[Item], planned: Sequence[Action | Refusal]
) -> Iterator[Action | Refusal]:
    """What was planned for the items, but of two rows that come to the same page or file, the later is refused.

    So kinds of job need not look at reservations, nor whether a title can be written down. One that does may have
    reserved for a row of this batch what an earlier row of it comes to as well: the earlier row gets it.
    """
    planned = [_with_title(result) for result in planned]
    reservations.rows_by_title([result.title for result in planned if not isinstance(result, Refusal)])
    reservations.rows_by_sha1([result.sha1 for result in planned if isinstance(result, Upload)])
    for item, result in zip(items, planned, strict=True):
        yield result if isinstance(result, Refusal) else _reserved(reservations, item.row, result)


def _with_title(result: Action | Refusal) -> Action | Refusal:
    if isinstance(result, Refusal) or len(result.title) <= MAX_TITLE:
        return result
    return Refusal(message("row-bad-title"))


def _reserved(reservations: Reservations, row: int, action: Action) -> Action | Refusal:
    """The action, whose page and file are now the row's; or a refusal, where an earlier row has one of them."""
    sha1 = action.sha1 if isinstance(action, Upload) else ""
    with_file = reservations.rows_by_sha1([sha1]).get(sha1, row) if sha1 else row
    with_page = reservations.rows_by_title([action.title]).get(action.title, row)
    if with_file < row:
        return Refusal(message("row-same-file", with_file))
    if with_page < row:
        key = "row-same-name" if isinstance(action, Upload) else "row-same-page"
        return Refusal(message(key, action.title, with_page))
    reservations.reserve(row, action.title, sha1)
    return action
