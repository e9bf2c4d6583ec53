"""What everybody may read: all requests, one of them, a partner's, who is at work."""

import time
from dataclasses import replace

from flask import Blueprint, abort, render_template, request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from bots.web import live
from bots.web.asked import MOST, named, number, settings, stored, which_of
from bots.web.chart import chart_of
from bots.web.ledger import ledger
from bots.web.login import user
from bots.web.steering import buttons
from bots.web.work import metrics_of, policies_of, queue_of
from jobs.kinds.registry import KINDS
from jobs.model.requests import ItemState
from jobs.model.states import PREVIEWED, WORKING
from jobs.store.moments import DAY
from jobs.store.overviews import Overview, Which

blueprint = Blueprint("pages", __name__)

_DAYS = 14
"""So many days of errors are told of."""


@blueprint.get("/")
def requests() -> str:
    """All requests, the newest first; or those that the address asks for."""
    which = which_of(request.args)
    found, more = _some(which)
    return render_template(
        "requests.html",
        asked={name: request.args[name] for name in _FILTERS if request.args.get(name)},
        found=found,
        more=more,
        numbers=ledger().count_by_state(replace(which, states=())),
        kinds=KINDS,
        wikis=[wiki.name for wiki in settings().wikis],
        mark=live.mark(),
    )


_FILTERS = ("state", "wiki", "kind", "partner", "author")


def _some(which: Which) -> tuple[list[Overview], int]:
    """A page of these requests, and before which number the next one begins; 0: there is none."""
    found = ledger().overview(which, before=number("before"), most=MOST + 1)
    return found[:MOST], found[MOST - 1].request.id if len(found) > MOST else 0


@blueprint.get("/request/<text_id>")
def one_request(text_id: str) -> str:
    """One request: what was asked, how far it is, its rows, its history."""
    found = stored(text_id)
    state = named(ItemState, "row_state")
    lines = ledger().item_lines(found, state, number("after"), MOST + 1)
    counts = ledger().counts(found)
    return render_template(
        "request.html",
        found=found,
        waits=found.state in WORKING and found.not_before > time.time(),
        questions=found.questions if found.state in PREVIEWED else (),
        counts=counts,
        state=state,
        lines=lines[:MOST],
        more=lines[MOST - 1].row if len(lines) > MOST else 0,
        history=ledger().history(found),
        buttons=buttons(found, counts, user()),
        mark=live.mark(found.id),
    )


@blueprint.get("/partner")
def partner() -> str:
    """What was done for a partner."""
    name = request.args.get("name", "")
    which = Which(partner=name)
    found, more = _some(which)
    if not name or not (found or number("before")):
        abort(404)
    totals = ledger().totals(which)
    return render_template(
        "partner.html", name=name, found=found, more=more, totals=totals, numbers=ledger().count_by_state(which)
    )


@blueprint.get("/workers")
def workers() -> str:
    """Who is at work, what is queued, how fast it may go, and what fails."""
    now = time.time()
    errors = ledger().errors_by_day(now - (_DAYS - 1) * DAY - now % DAY)
    return render_template(
        "workers.html",
        watcher=ledger().watcher(),
        hands=ledger().hands_at_work(),
        queue_is_set=bool(settings().redis),
        queue=queue_of(settings()),
        policies=policies_of(ledger(), settings()),
        chart=chart_of(errors, int(now // DAY), _DAYS),
        mark=live.mark(),
    )


@blueprint.get("/metrics")
def metrics() -> tuple[bytes, dict[str, str]]:
    """What Prometheus is told."""
    return metrics_of(ledger(), settings()), {"Content-Type": CONTENT_TYPE_PLAIN_0_0_4}


@blueprint.get("/livez")
def live_check() -> tuple[str, dict[str, str]]:
    """For who starts a dead process anew: 200, whatever is away; that a new one would find away too."""
    return "ok\n", {"Content-Type": "text/plain"}


@blueprint.get("/healthz")
def health() -> tuple[str, dict[str, str]]:
    """For a health check: 200 where the ledger can be read, else 503."""
    ledger().count_open()
    return "ok\n", {"Content-Type": "text/plain"}
