"""What taking a request back does to the request that is taken back."""

from collections.abc import Mapping

from jobs.hub import Hub
from jobs.lifecycle import ENDED, State, end_of
from jobs.schema import Filed, ItemState


def settle_undone(hub: Hub, filed: Filed) -> Filed:
    """After a move of a request that takes another back, give that other the state that follows; returns the former."""
    if filed.undoes:
        original = hub.ledger.get(filed.undoes)
        if filed.state is State.RUNNING and original.state in ENDED:
            hub.ledger.note(original, state=State.UNDOING if original.state is not State.UNDONE else original.state)
        elif filed.state in ENDED and original.state is State.UNDOING:
            _settle(hub, original, filed)
    return filed


def _settle(hub: Hub, original: Filed, filed: Filed) -> None:
    """Undone as a whole; or, where only some items were taken back, in the state that it had."""
    undone = hub.ledger.counts(filed)[ItemState.DONE]
    counts = hub.ledger.counts(original)
    whole = undone and "items" not in filed.parameters
    hub.ledger.note(original, state=State.UNDONE if whole else _end(counts))
    if whole and original.undoes and (first := hub.ledger.get(original.undoes)).state is State.UNDONE:
        hub.ledger.note(first, state=_end(hub.ledger.counts(first)))  # taking back was taken back


def _end(counts: Mapping[ItemState, int]) -> State:
    return end_of(
        counts[ItemState.DONE], sum(counts[s] for s in (ItemState.FAILED, ItemState.REFUSED, ItemState.PLANNED))
    )
