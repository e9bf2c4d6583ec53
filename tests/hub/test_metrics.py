"""What Prometheus is told is what there is: on the wiki, in the ledger, in the queue."""

import subprocess
import time

from prometheus_client.parser import text_string_to_metric_families

from bots.metrics import latest
from bots.queue.inspection import inspected
from deploy.sandbox.hub import cph
from jobs.context.figures import note_figures
from jobs.model.figures import ApiCalls, WaitedSeconds

from .commands import typed
from .lossy import Fate, Fault, Line, Script
from .rig import Rig, published
from .test_processes import environment

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    """Each sample of Prometheus' text, by its name and labels."""
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def sample(told: Samples, name: str, **labels: str) -> float:
    """One of them."""
    return told[name, frozenset(labels.items())]


def test_what_was_done_is_told(rig: Rig) -> None:
    """Requests and rows by state, the queue, the last look and the last row; all processes' figures together."""
    rig.file(manifest=published(rig))
    began = time.time()
    subprocess.run(cph("watch", "--once"), env=environment(rig), timeout=60, check=True)
    note_figures(rig.hub.ledger)
    with inspected(rig.settings.redis) as queue:
        told = samples(latest(rig.hub.ledger, queue, [*rig.hub.wikis]).decode())
    assert sample(told, "cph_requests", state="received") == 1
    assert sample(told, "cph_queue_up") == sample(told, "cph_queue_slices") == 1
    assert began - 1 <= sample(told, "cph_queue_oldest_timestamp_seconds") <= time.time() + 1
    assert began <= sample(told, "cph_last_poll_timestamp_seconds", wiki="commons")

    rig.queue.work_here()
    rig.approve()
    rig.work()
    told = samples(typed("metrics", environment=environment(rig)).out)
    assert sample(told, "cph_requests", state="done") == 1
    assert sample(told, "cph_rows", state="done") == 2
    assert sample(told, "cph_queue_slices") == sample(told, "cph_queue_oldest_timestamp_seconds") == 0
    assert sample(told, "cph_api_calls_total", wiki="commons", action="upload", outcome="ok") >= 2
    written = sample(told, "cph_last_api_call_timestamp_seconds", wiki="commons", action="upload", outcome="ok")
    assert written >= sample(told, "cph_last_row_timestamp_seconds", wiki="commons") - 5 >= began - 5
    assert sample(told, "cph_requests_in_trouble") == 0


def test_a_queue_that_is_away_is_told(rig: Rig) -> None:
    """All else is told still."""
    with inspected("redis://127.0.0.1:1") as queue:
        told = samples(latest(rig.hub.ledger, queue, [*rig.hub.wikis]).decode())
    assert sample(told, "cph_queue_up") == 0
    assert sample(told, "cph_requests", state="received") == 0


def test_lag_and_limits_are_counted(far_rig: Rig, line: Line) -> None:
    """What a wiki refuses for now, by its reason, and what was waited for it."""
    line.play(Script((Fault(Fate.LAGGED, 1), Fault(Fate.TOO_MANY, 2))))
    far_rig.hub.wikis[far_rig.wiki].latest([far_rig.base])
    note_figures(far_rig.hub.ledger)
    counted = [one.figure for one in far_rig.hub.ledger.figures()]
    assert {"maxlag", "ratelimited"} <= {figure.outcome for figure in counted if isinstance(figure, ApiCalls)}
    assert {"maxlag", "ratelimited"} <= {figure.why for figure in counted if isinstance(figure, WaitedSeconds)}
