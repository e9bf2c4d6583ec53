"""What the actions of a request are carried out with."""

from jobs.actions.handler import ExecutionContext
from jobs.context.hub import Hub, link_prefix, report_page
from jobs.context.permissions import gate_of
from jobs.context.stop import StopSwitch
from jobs.context.tracking import tracking_text
from jobs.model.outcomes import TakenByAnother
from jobs.model.requests import Item, StoredRequest, language_of
from jobs.store.ledger import Ledger
from wikitext.escape import in_summary


def execution_context(hub: Hub, filed: StoredRequest, stop_switch: StopSwitch) -> ExecutionContext:
    """What a slice of the request works with."""
    return ExecutionContext(
        wiki=hub.wikis[filed.target],
        web=hub.web,
        policy=hub.policy(filed.target),
        gate=gate_of(hub, filed),
        spool=hub.spool,
        stop_switch=stop_switch,
        attempts=_LedgerAttempts(hub.ledger, filed),
        summary=_for_whom(hub, filed),
        prefix=link_prefix(filed),
        tracking=tracking_text(hub, filed),
        language=language_of(filed),
    )


class _LedgerAttempts:
    """Fulfils `Attempts`: they are noted in the ledger."""

    def __init__(self, ledger: Ledger, filed: StoredRequest) -> None:
        self._ledger = ledger
        self._filed = filed

    def claim(self, item: Item, parent: int = 0, sha1: str = "") -> Item | TakenByAnother:
        return self._ledger.claim(self._filed, item, parent, sha1) or TakenByAnother()

    def keep_stash(self, item: Item, key: str) -> None:
        self._ledger.keep_stash(self._filed, item, key)


def _for_whom(hub: Hub, filed: StoredRequest) -> str:
    """The second half of each of the request's summaries: for whom, and the page where it is written down."""
    wiki = hub.wikis[filed.wiki]
    prefix = "" if filed.wiki == filed.target else f"{filed.wiki}:"
    partner = in_summary(filed.parameters.get("partner", "") or filed.author)
    return f"{partner}: [[{prefix}{report_page(wiki, filed.text_id)}]]"
