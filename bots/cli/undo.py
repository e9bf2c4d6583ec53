"""`cph undo`: an operator takes a request back."""

from bots.cli.naming import check_wikis, request_named
from jobs.context.hub import Hub, report_page
from jobs.context.undo_state import rest_of
from jobs.model.rows import read_rows, written_rows
from jobs.model.states import ENDED, Event, State
from jobs.planning.planner import plan_slice
from jobs.review.commands import file_undo


class NotUndone(Exception):  # noqa: N818 - says what it is
    """The request cannot be taken back; its words are for the operator."""


def undo(hub: Hub, named: str, items: str, reason: str, *, now: bool) -> str:
    """File the request that takes the one `named` (`H42`) back; returns what to tell the operator.

    `items`: only these rows. `now`: approve it in the operator's name, where it can be planned. Raises NotUndone,
    NoSuchRequest and WikiNotSet.
    """
    request = request_named(hub.ledger, named)
    if request.state not in ENDED - {State.UNDONE}:
        raise NotUndone(f"{request.text_id} is {request.state}: only what has ended can be taken back")
    check_wikis(hub, request)
    if items and not read_rows(items):
        raise NotUndone(f"{items!r} are no row numbers; write them as 3,7-9")
    idle = ""
    if rest := rest_of(hub, request, items):
        if not rest.rows and not rest.others:
            where = f" in these rows: {items}" if items else ""
            raise NotUndone(f"{request.text_id} did nothing that could be taken back{where}")
        if not rest.rows:
            how = "was" if rest.others[-1].state in ENDED else "is being"
            raise NotUndone(f"{request.text_id} {how} taken back in {rest.others[-1].text_id}")
        items = written_rows(rest.rows)
        idle = f" Nothing was done in these rows: {written_rows(rest.idle)}." if rest.idle else ""
    account = hub.wikis[request.target].account
    details = {key: value for key, value in (("items", items), ("reason", reason)) if value}
    new = hub.ledger.get(file_undo(hub, request, account, 0, details))
    while now and new.state is State.RECEIVED:
        new = plan_slice(hub, new)
    if new.state is State.PLANNED and now:
        new = hub.ledger.move(new, Event.APPROVE, approver=account)
    page = report_page(hub.wikis[request.wiki], new.text_id)
    told = f"{new.text_id} takes {request.text_id} back; it is {new.state}.{idle}"
    return f"{told} Its report will be on {request.wiki}: {page}"
