"""A small share of the proof under fire (`python -m tests.hub.faults` is all of it)."""

from pathlib import Path

from .faults import Work, on_line
from .lossy import Line
from .rig import Rig


def test_at_15_percent_faults_everything_is_done_once_and_by_itself(rig: Rig, line: Line, tmp_path: Path) -> None:
    """Files with data and pages, two workers: each once, nobody helps, and no process ends."""
    line.fail(0.15, seed=1)
    came = on_line(rig, line, Work("Burning", 6, 10), tmp_path / "log", workers=2, most=150)
    assert (came.problems, came.ended) == ((), 0)
    assert came.faults > 10
