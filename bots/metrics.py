"""What Prometheus is told, worked out when it asks: from the ledger, which all processes share, and the queue.

Processes keep no figures to themselves, and no files in common, which pods of Toolforge have not: what they count they
add to the ledger, a worker after each slice, a watcher after each look. Who is killed meanwhile loses what it counted.
"""

from collections.abc import Collection, Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bots.queue.inspection import Inspection
from bots.queue.redis_queue import QueueUnreachable
from jobs import __version__
from jobs.model.figures import ApiCalls, Polls, RowsDone, WaitedSeconds
from jobs.store.figures import Counted, label
from jobs.store.ledger import Ledger

_IN_TROUBLE = 3
"""So many slices in a row came to nothing: one may have been killed by chance, or by a deployment."""


def latest(ledger: Ledger, queue: Inspection, wikis: Collection[str]) -> bytes:
    """All figures in Prometheus' text format; those of the queue only where it is there. Raises LedgerLocked.

    `wikis`: the names of those that are watched; of others it is not told when they were looked at last.
    """
    registry = CollectorRegistry(auto_describe=False)
    counted = _counted(ledger.figures(), {*map(label, wikis)})
    registry.register(_Hub([*_version(), *_requests(ledger), *_queued(queue), *counted]))
    return generate_latest(registry)


class _Hub(Collector):
    """Metrics that are known already: what cannot be asked is told to whoever calls, not in the midst of an answer."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = [*metrics]

    def collect(self) -> Iterable[Metric]:
        """The metrics."""
        return self._metrics


def _version() -> Iterator[Metric]:
    version = GaugeMetricFamily("cph_info", "Which version tells this.", labels=["version"])
    version.add_metric([__version__], 1)
    yield version


def _requests(ledger: Ledger) -> Iterator[Metric]:
    requests = GaugeMetricFamily("cph_requests", "Requests by where they are on their way.", labels=["state"])
    for state, number in ledger.count_by_state().items():
        requests.add_metric([state], number)
    rows = GaugeMetricFamily("cph_rows", "Rows of all requests by what came of their actions.", labels=["state"])
    for outcome, number in ledger.totals().items():
        rows.add_metric([outcome], number)
    vain = f"Open requests of which the last {_IN_TROUBLE} slices, or more, came to nothing."
    trouble = GaugeMetricFamily("cph_requests_in_trouble", vain, value=len(ledger.tried_in_vain(_IN_TROUBLE)))
    yield from (requests, rows, trouble)


def _queued(queue: Inspection) -> Iterator[Metric]:
    try:
        state = queue.state()
    except QueueUnreachable:
        yield GaugeMetricFamily("cph_queue_up", "Whether the queue answers.", value=0)
        return
    yield GaugeMetricFamily("cph_queue_up", "Whether the queue answers.", value=1)
    yield GaugeMetricFamily("cph_queue_slices", "Slices of requests that wait for a worker.", value=state.queued)
    yield GaugeMetricFamily("cph_queue_workers", "Processes that take slices.", value=state.workers)
    since = "Since when the slice waits that waits longest (Unix time; 0: none waits)."
    yield GaugeMetricFamily("cph_queue_oldest_timestamp_seconds", since, value=state.oldest)


def _counted(all_of: Iterable[Counted], wikis: Collection[str]) -> Iterator[Metric]:
    asked = ["wiki", "action", "outcome"]
    calls = CounterMetricFamily("cph_api_calls", "Requests to wikis by what came of them.", labels=asked)
    call = GaugeMetricFamily(
        "cph_last_api_call_timestamp_seconds",
        "The last request of which this came (Unix time).",
        labels=asked,
    )
    waits = CounterMetricFamily(
        "cph_api_waited_seconds", "Waited before a request was sent again, and for what.", labels=["wiki", "why"]
    )
    polls = CounterMetricFamily("cph_polls", "Looks at the wikis for requests and answers.", labels=["wiki"])
    poll = GaugeMetricFamily("cph_last_poll_timestamp_seconds", "The last look (Unix time).", labels=["wiki"])
    row = GaugeMetricFamily("cph_last_row_timestamp_seconds", "The last row done (Unix time).", labels=["wiki"])
    for one in all_of:
        match one.figure:
            case ApiCalls(wiki, action, outcome):
                calls.add_metric([wiki, action, outcome], one.number)
                call.add_metric([wiki, action, outcome], one.grew)
            case WaitedSeconds(wiki, why):
                waits.add_metric([wiki, why], one.number)
            case Polls(wiki) if wiki in wikis:
                polls.add_metric([wiki], one.number)
                poll.add_metric([wiki], one.grew)
            case RowsDone(wiki):
                row.add_metric([wiki], one.grew)
    yield from (calls, call, waits, polls, poll, row)
