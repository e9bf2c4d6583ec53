"""What goes on behind the requests: the queue, and how much the policies let the bot do at once."""

from collections.abc import Mapping
from contextlib import closing, suppress

from bots.queue.redis_queue import QueueState, QueueUnreachable, RedisQueue
from bots.settings import WebSettings
from jobs.context.hub import kept_policy
from jobs.model.policy import Policy
from jobs.store.ledger import Ledger


def queue_of(settings: WebSettings) -> QueueState | None:
    """What is queued; None: there is no queue to ask, or it is away."""
    if not settings.redis:
        return None
    with closing(RedisQueue(settings.redis, settings.queue)) as queue, suppress(QueueUnreachable):
        return queue.state()
    return None


def policies_of(ledger: Ledger, settings: WebSettings) -> Mapping[str, Policy]:
    """The policy of each wiki, as it was last read."""
    return {wiki.name: kept_policy(ledger, wiki) for wiki in settings.wikis}
