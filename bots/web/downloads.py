"""The tables of the pages as files: CSV, JSON and XLSX, written while the ledger is read."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, Response, g, request

from bots.web.asked import settings, stored, which_of
from bots.web.exports import Cell, Rows, csv_of, json_of, write_xlsx
from bots.web.ledger import ledger
from bots.web.places import Places
from bots.web.reader import Reader
from bots.web.wiki_links import WikiLinks, links_to
from jobs.model.progress import progress_of
from jobs.model.requests import ItemState, StoredRequest
from jobs.store.ledger import Ledger
from jobs.store.overviews import ItemLine, Overview, Which

blueprint = Blueprint("downloads", __name__)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_AT_ONCE = 500
"""So many lines are read from the ledger together."""

_places = Places(2)
"""A million rows take a minute."""


@blueprint.get("/requests.<any(csv, xlsx, json):form>")
def requests(form: str) -> Response:
    """All requests, or those that the address asks for as it does of the page."""
    return _sent(form, "requests", _REQUEST_COLUMNS, _request_rows(ledger(), which_of(request.args)))


_REQUEST_COLUMNS = (
    "request", "state", "since", "asked", "kind", "partner", "author", "wiki", "carried_out_on", "approver",
    "open", "done", "failed", "left_out",
)  # fmt: skip


def _request_rows(ledger: Ledger, which: Which) -> Iterator[Sequence[Cell]]:
    before = 0
    while found := ledger.overview(which, before, _AT_ONCE):
        yield from map(_request_row, found)
        before = found[-1].request.id


def _request_row(one: Overview) -> Sequence[Cell]:
    found, progress = one.request, progress_of(one.counts)
    return (
        found.text_id, found.state, _time(one.since), _time(found.asked), found.kind,
        found.parameters.get("partner", ""), found.author, found.wiki, found.target, found.approver,
        progress.open, progress.done, progress.failed, progress.left_out,
    )  # fmt: skip


def _time(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


@blueprint.get("/request/<text_id>/rows.<any(csv, xlsx, json):form>")
def rows(text_id: str, form: str) -> Response:
    """What became of each row of a request."""
    found = stored(text_id)
    told = partial(_row, g.reader, links_to(settings().wikis), found)
    return _sent(form, found.text_id, _ROW_COLUMNS, map(told, _lines(ledger(), found)))


_ROW_COLUMNS = ("row", "state", "since", "page", "address", "revision", "error", "why")


def _lines(ledger: Ledger, found: StoredRequest) -> Iterator[ItemLine]:
    after = 0
    while lines := ledger.item_lines(found, after=after, most=_AT_ONCE):
        yield from lines
        after = lines[-1].row


def _row(reader: Reader, links: WikiLinks, found: StoredRequest, line: ItemLine) -> Sequence[Cell]:
    address = links.page(found.target, line.title) if line.title else ""
    why = reader.say(line.why) if line.why else ""
    return (line.row, line.state, _time(line.since), line.title, address, line.revision, _error(line), why)


def _error(line: ItemLine) -> str | None:
    """The code of what kept the row from being done: the error's, or the name of what is said, as `cph show` tells."""
    return line.error_code or (line.why.key if line.why and line.state is not ItemState.DONE else None)


def _sent(form: str, name: str, head: Sequence[str], rows: Rows) -> Response:
    response = _places.hold(lambda: _written(form, head, rows))
    response.headers["Content-Disposition"] = f"attachment; filename={name}.{form}"
    return response


def _written(form: str, head: Sequence[str], rows: Rows) -> Response:
    match form:
        case "csv":
            return Response(csv_of(head, rows), content_type="text/csv; charset=utf-8")
        case "json":
            return Response(json_of(head, rows), content_type="application/json")
        case _:
            return _workbook(head, rows)


def _workbook(head: Sequence[str], rows: Rows) -> Response:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it is sent
    write_xlsx(file, head, rows)
    file.seek(0)
    # Not `send_file`: of what that sends the end is not told (werkzeug: `direct_passthrough`).
    response = Response(iter(partial(file.read, _BYTES), b""), content_type=_XLSX)
    response.call_on_close(file.close)
    return response


_BYTES = 65_536
