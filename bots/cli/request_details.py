"""`cph show`: all that the ledger knows of one request."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from bots.cli.naming import NoSuchRequest
from bots.cli.output import cell, clock, iso, said, table
from bots.cli.request_list import next_move, state, summary, waits_for
from jobs.model.progress import progress_of
from jobs.model.requests import ItemState, StoredRequest, request_number
from jobs.model.rows import written_rows
from jobs.model.states import State
from jobs.review.commands import offered
from jobs.store.ledger import Ledger
from jobs.store.overviews import Alike, HandAtWork, Overview

_COMMANDS = ("pause", "resume", "retry", "cancel", "undo")
"""The answers that an operator can give from a terminal."""


@dataclass(frozen=True)
class Details:
    """A request, what failed in it, and who works on it."""

    overview: Overview
    failures: Sequence[Alike]
    hands: Sequence[HandAtWork]

    @property
    def request(self) -> StoredRequest:
        """The request."""
        return self.overview.request

    @property
    def answers(self) -> tuple[str, ...]:
        """What can be said to it now."""
        return offered(self.request.state, self.overview.counts)


def details(ledger: Ledger, named: str) -> Details:
    """All that is known of the request of this name. Raises NoSuchRequest."""
    number = request_number(named) or 0
    match ledger.overview(before=number + 1, most=1):
        case [Overview(request=StoredRequest(id=id_)) as one] if id_ == number:
            at_work = [hand for hand in ledger.hands_at_work() if hand.request == number]
            return Details(one, ledger.alike_failures(one.request), at_work)
    raise NoSuchRequest(f"there is no request {named}")


def shown_details(found: Details) -> Iterator[Table | Text]:
    """What people read of it."""
    made = table("", "", show_header=False)
    for name, value in _facts(found):
        made.add_row(cell(name, "bold"), value if isinstance(value, Text) else cell(value))
    yield made
    if found.failures:
        yield _failures(found.failures)
    name = found.request.text_id
    commands = [f"cph {answer} {name}" for answer in found.answers if answer in _COMMANDS]
    yield cell(f"The next move has {_next_move(found.request)}. You can: {'; '.join(commands) or f'cph log {name}'}")


def _next_move(request: StoredRequest) -> str:
    """Who has the next move, and on which page."""
    who = next_move(request) or "nobody, it has ended"
    where = _report(request) if request.state in _ON_REPORT else request.page if request.state in _ON_PAGE else ""
    return f"{who}, on {request.wiki}: {where}" if where else who


_ON_REPORT = (State.PLANNED, State.PILOT, State.PAUSED)
_ON_PAGE = (State.INVALID, State.CHECKED)


def _report(request: StoredRequest) -> str:
    """The title of its report; an undo is filed on the talk page of another one, which does not tell it."""
    return f"the report of {request.text_id}" if request.undoes else f"{request.page}/{request.text_id}"


def _facts(found: Details) -> Iterator[tuple[str, str | Text]]:
    request, counts = found.request, found.overview.counts
    yield request.text_id, f"{request.kind} for {request.parameters.get('partner', '-')}"
    yield "state", Text(" ").join((state(request), cell(f"since {clock(found.overview.since)} UTC")))
    yield "why", waits_for(request) or _not_done(found.overview) or "-"
    yield "rows", ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "none yet"
    yield "progress", _progress(counts)
    yield "requester", f"{request.author}, {clock(request.asked)} UTC, revision {request.revision}"
    yield "filed on", f"{request.wiki}: {request.page}"
    yield "carried out on", request.target
    yield "plan", request.plan or "-"
    yield "approved by", ", ".join(dict.fromkeys(filter(None, (request.approver, request.continuer)))) or "-"
    yield "at work", "; ".join(f"hand {one.hand}: {one.holder}" for one in found.hands) or "nobody"
    yield "next try", f"{clock(at)} UTC" if (at := _next_try(request)) else "-"
    yield "answers", ", ".join(found.answers) or "-"


def _not_done(one: Overview) -> str:
    """Why a request has ended otherwise than it should, where that is because of its rows."""
    progress = progress_of(one.counts)
    if one.request.state not in {State.PARTLY_DONE, State.FAILED} or not progress.failed + progress.left_out:
        return ""
    return f"not every row was done: {progress.failed} failed, {progress.left_out} left out"


def _progress(counts: Mapping[ItemState, int]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in asdict(progress_of(counts)).items())


def _next_try(request: StoredRequest) -> float:
    """Until when the request waits; 0: it does not."""
    return request.not_before if request.not_before > time.time() else 0.0


def _failures(failures: Iterable[Alike]) -> Table:
    made = table("state", "error", "rows", "which", "why, of the first")
    for one in failures:
        why = said(one.why) if one.why else ""
        made.add_row(one.state, cell(one.code), str(len(one.rows)), _short(written_rows(one.rows)), cell(why))
    return made


def _short(rows: str) -> str:
    return rows if len(rows) <= _LONGEST else f"{rows[:_LONGEST].rpartition(',')[0]}, …"


_LONGEST = 40
"""Characters of rows that are named; programs are told all."""


def data(found: Details) -> dict[str, Any]:
    """The same for programs."""
    request = found.request
    return summary(found.overview) | {
        "page": request.page, "revision": request.revision, "counts": dict(found.overview.counts),
        "plan": request.plan or None, "continuer": request.continuer or None,
        "undoes": f"H{request.undoes}" if request.undoes else None,
        "started": iso(request.started), "next_try": iso(_next_try(request)), "answers": [*found.answers],
        "hands": [{"hand": hand.hand, "holder": hand.holder, "until": iso(hand.until)} for hand in found.hands],
        "failures": [
            {"state": one.state, "code": one.code, "why": one.why and said(one.why), "rows": sorted(one.rows)}
            for one in found.failures
        ],
    }  # fmt: skip
