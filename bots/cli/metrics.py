"""`cph metrics`: what Prometheus is told."""

from contextlib import closing

from bots.cli.opening import existing_ledger, patience, shared_settings
from bots.metrics import latest
from bots.queue.redis_queue import RedisQueue


def metrics() -> str:
    """All figures, in Prometheus' text format."""
    settings = shared_settings()
    ledger = patience(once=True)(existing_ledger, settings.ledger)
    queue = RedisQueue(settings.redis or "redis://localhost:6379", settings.queue)
    with closing(ledger), closing(queue):
        return latest(ledger, queue).decode()
