"""What was planned is void: the request is planned anew."""

from jobs.context.hub import Hub
from jobs.model.requests import StoredRequest
from jobs.model.states import State
from wikitext.messages import Message


def receive_again(hub: Hub, filed: StoredRequest, notice: Message | None) -> StoredRequest:
    """Have the request planned anew; what was planned is void."""
    return hub.ledger.note(filed, **RECEIVED_AGAIN, notice=notice)


RECEIVED_AGAIN = {
    "state": State.RECEIVED,
    "listed": False,
    "plan": "",
    "approver": "",
    "look_again": 0.0,
    "problems": (),
}
