"""`cph check` on a terminal, whatever is in the list."""

import json
import unicodedata
from pathlib import Path

import pytest

from bots.cli.main import main
from tests.hostile import HOSTILE, SURROGATE

VALUES = [*HOSTILE.values(), SURROGATE]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([{"title": value, "date": value, "media_url": f"https://e.example/{value}"} for value in VALUES], {0}),
        ([{"title": "a", "media_url": "https://e.example/a", **dict.fromkeys(VALUES, "x")}], {0, 1}),
    ],
    ids=["values", "columns"],
)
def test_a_list_does_nothing_to_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[dict[str, str]], status: set[int]
) -> None:
    """As a value, a column's name, or the file's own name: nothing of it moves, hides or turns around what is shown."""
    path = tmp_path / "a\x1b[2J\u202eb.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    assert main(["check", str(path)]) in status
    said = capsys.readouterr()
    left = {char for char in said.out + said.err if unicodedata.category(char) in {"Cc", "Cs"}}
    assert left <= {"\n", "\t"}
    assert not {*"\u202e\u2066"} & {*said.out, *said.err}
