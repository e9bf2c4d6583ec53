"""What the actions of a request are carried out with."""

from jobs.actions.handler import ExecutionContext
from jobs.context.host_places import LedgerPlaces
from jobs.context.hub import Hub, link_prefix, report_page
from jobs.context.pace import Pace
from jobs.context.permissions import gate_of
from jobs.context.stop import StopSwitch
from jobs.context.tracking import tracking_text
from jobs.io.summaries import RequestSummary, request_summary
from jobs.model.outcomes import TakenByAnother
from jobs.model.requests import Item, StoredRequest, language_of
from jobs.store.ledger import Ledger


def execution_context(hub: Hub, request: StoredRequest, stop_switch: StopSwitch) -> ExecutionContext:
    """What a slice of the request works with."""
    wiki, policy = hub.wikis[request.target], hub.policy(request.target)
    return ExecutionContext(
        wiki=wiki,
        web=hub.web,
        policy=policy,
        gate=gate_of(hub, request),
        spool=hub.spool,
        places=LedgerPlaces(hub.ledger),
        stop_switch=stop_switch,
        pace=Pace(hub.ledger, wiki, policy, stop_switch),
        attempts=_LedgerAttempts(hub.ledger, request),
        summary=_summary(hub, request),
        prefix=link_prefix(request),
        tracking=tracking_text(hub, request),
        language=language_of(request),
    )


class _LedgerAttempts:
    """Fulfils `Attempts`: they are noted in the ledger."""

    def __init__(self, ledger: Ledger, request: StoredRequest) -> None:
        self._ledger = ledger
        self._request = request

    def claim(self, item: Item, parent: int = 0, sent_text_sha1: str = "") -> Item | TakenByAnother:
        return self._ledger.claim(self._request, item, parent, sent_text_sha1) or TakenByAnother()

    def keep_stash(self, item: Item, key: str) -> None:
        self._ledger.keep_stash(self._request, item, key)


def _summary(hub: Hub, request: StoredRequest) -> RequestSummary:
    prefix = "" if request.wiki == request.target else f"{request.wiki}:"
    partner = request.parameters.get("partner", "") or request.author
    report = f"{prefix}{report_page(hub.wikis[request.wiki], request.text_id)}"
    return request_summary(partner, report, hub.wikis[request.target].siteinfo().wiki_id, request.plan)
