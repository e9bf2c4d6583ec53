"""What processes count is summed up in the ledger, and nothing is lost where that is away for a while."""

from multiprocessing import get_context

import pytest

from jobs.context.figures import count, note_figures
from jobs.model.figures import ApiCalls, Polls, WaitedSeconds
from jobs.store.database import LedgerLocked
from jobs.store.ledger import Ledger

CALLS = ApiCalls("commons.wikimedia.org", "edit", "ok")
WAITED = WaitedSeconds("meta.wikimedia.org", "maxlag")


def _counts(url: str) -> None:
    ledger = Ledger(url)
    for _ in range(20):
        ledger.add_figures({CALLS: 1, WAITED: 0.5})


@pytest.mark.long
def test_several_processes_count_together(ledger_url: str) -> None:
    """Those that add at the same time lose nothing."""
    Ledger(ledger_url).close()
    others = [get_context("spawn").Process(target=_counts, args=(ledger_url,)) for _ in range(3)]
    for one in others:
        one.start()
    for one in others:
        one.join()
        assert one.exitcode == 0
    assert {one.figure: one.number for one in Ledger(ledger_url).figures()} == {CALLS: 60, WAITED: 30}


@pytest.mark.parametrize("code", ["\u202e\U0001f642" * 200, 'a "quoted" code\n', "x" * 300])
def test_whatever_a_wiki_calls_an_error_can_be_counted(ledger_url: str, code: str) -> None:
    """It is a label of a metric: short, in plain characters."""
    ledger = Ledger(ledger_url)
    ledger.add_figures({ApiCalls("commons", "edit", code): 2})
    [counted] = ledger.figures()
    assert counted.number == 2
    assert isinstance(counted.figure, ApiCalls)
    assert counted.figure.outcome.isascii()
    assert len(counted.figure.outcome) <= 60


def test_what_could_not_be_noted_is_noted_the_next_time(ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger was away."""
    ledger = Ledger(ledger_url)
    note_figures(ledger)  # what other tests counted
    looks = Polls("a wiki of this test")

    def away(*_: object) -> None:
        raise LedgerLocked

    count(looks)
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "add_figures", away)
        with pytest.raises(LedgerLocked):
            note_figures(ledger)
    count(looks)
    note_figures(ledger)
    assert [one.number for one in ledger.figures() if one.figure == Polls("a_wiki_of_this_test")] == [2]
