"""`cph metrics`: what Prometheus is told."""

from contextlib import closing

from bots.cli.opening import existing_ledger, patience, shared_settings
from bots.metrics import latest
from bots.queue.inspection import inspected


def metrics() -> str:
    """All figures, in Prometheus' text format."""
    settings = shared_settings()
    ledger = patience(once=True)(existing_ledger, settings.ledger)
    where = settings.redis or "redis://localhost:6379"
    with closing(ledger), inspected(where, settings.queue) as queue:
        return latest(ledger, queue, [wiki.name for wiki in settings.wikis]).decode()
