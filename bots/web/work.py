"""What goes on behind the requests: the queue, and how much the policies let the bot do at once."""

from collections.abc import Mapping
from contextlib import suppress

from bots.metrics import latest
from bots.queue.inspection import QueueState, inspected
from bots.queue.redis_queue import QueueUnreachable
from bots.settings import WebSettings
from jobs.context.hub import kept_policy
from jobs.model.policy import Policy
from jobs.store.ledger import Ledger


def queue_of(settings: WebSettings) -> QueueState | None:
    """What is queued; None: there is no queue to ask, or it is away."""
    if not settings.redis:
        return None
    with inspected(settings.redis, settings.queue) as queue, suppress(QueueUnreachable):
        return queue.state()
    return None


def metrics_of(ledger: Ledger, settings: WebSettings) -> bytes:
    """What Prometheus is told; of a queue that is not named, that it is not there."""
    with inspected(settings.redis or "redis://localhost:6379", settings.queue) as queue:
        return latest(ledger, queue, [wiki.name for wiki in settings.wikis])


def policies_of(ledger: Ledger, settings: WebSettings) -> Mapping[str, Policy]:
    """The policy of each wiki, as it was last read."""
    return {wiki.name: kept_policy(ledger, wiki) for wiki in settings.wikis}
