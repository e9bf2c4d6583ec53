"""What Prometheus is told of what processes counted."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bots.metrics import latest
from bots.queue.inspection import inspected
from jobs.model.figures import ApiCalls, Polls, RowsDone
from jobs.store.ledger import Ledger
from tests.jobs.store.test_condition import filed


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """One that is new."""
    return Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")


def told(ledger: Ledger, *wikis: str) -> dict[str, dict[str, float]]:
    """What is told where these wikis are watched: the values of each metric by their `wiki`."""
    with inspected("redis://127.0.0.1:1") as queue:
        text = latest(ledger, queue, wikis).decode()
    samples = [sample for one in text_string_to_metric_families(text) for sample in one.samples]
    return {
        name: {one.labels.get("wiki", ""): one.value for one in samples if one.name == name}
        for name in {one.name for one in samples}
    }


def test_of_a_wiki_that_is_watched_no_more_no_look_is_told(ledger: Ledger) -> None:
    """It would be found late for ever; what was counted there is told still, and any name can be watched."""
    ledger.add_figures({Polls("one"): 1, Polls("an other"): 2, Polls("gone"): 3, ApiCalls("gone", "edit", "ok"): 4})
    figures = told(ledger, "one", "an other")
    assert figures["cph_polls_total"] == {"one": 1, "an_other": 2}
    assert figures["cph_last_poll_timestamp_seconds"].keys() == {"one", "an_other"}
    assert figures["cph_api_calls_total"] == {"gone": 4}


def test_what_is_written_beside_rows_is_no_row(ledger: Ledger) -> None:
    """Pages that say that the bot is alive do not say that requests go on."""
    ledger.add_figures({ApiCalls("one", "edit", "ok"): 1})
    assert "cph_last_row_timestamp_seconds" not in told(ledger)
    ledger.add_figures({RowsDone("one"): 1})
    assert told(ledger)["cph_last_row_timestamp_seconds"].keys() == {"one"}


def test_requests_that_come_to_nothing_are_told(ledger: Ledger) -> None:
    """From the third slice in vain on."""
    filed(ledger, "a")
    for _ in range(2):
        ledger.begin_slice(1, 0, "here:7:a")
    assert told(ledger)["cph_requests_in_trouble"] == {"": 0}
    ledger.begin_slice(1, 0, "here:7:a")
    assert told(ledger)["cph_requests_in_trouble"] == {"": 1}
