"""The pilot: the first few items, done and shown before the rest."""

from collections.abc import Mapping

from jobs.context.hub import Hub
from jobs.context.permissions import trust_in
from jobs.kinds.registry import KINDS
from jobs.model.requests import ItemState, StoredRequest

_BEGUN = (ItemState.DONE, ItemState.PARTLY, ItemState.FAILED)


def pilot_left(hub: Hub, request: StoredRequest, counts: Mapping[ItemState, int]) -> int | None:
    """How many items may be done before somebody says `continue`; None: as many as there are."""
    policy = hub.policy(request.target)
    begun = sum(counts[state] for state in _BEGUN)
    whole = begun + sum(counts[state] for state in (ItemState.PLANNED, ItemState.SENDING, ItemState.SENT))
    if request.continuer or not KINDS[request.kind].pilot or whole <= policy.pilot or policy.pilot == 0:
        return None
    if any(whole <= trust.max_items for trust in trust_in(hub, request, policy.no_pilot)):
        return None
    return max(0, policy.pilot - begun)
