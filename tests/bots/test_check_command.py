"""`cph check` on a terminal, whatever is in the list."""

import json
import os
import subprocess
import sys
import unicodedata
from contextlib import suppress
from pathlib import Path

import pytest

from bots.cli.main import main
from tests.hostile import HOSTILE, SURROGATE

VALUES = [*HOSTILE.values(), SURROGATE]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (
            [{"title": value, "date": value, "media_url": f"https://e.example/{value}"} for value in HOSTILE.values()],
            {0},
        ),
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


@pytest.mark.long
def test_a_terminal_shows_how_far_it_is(tmp_path: Path) -> None:
    """While a long list is read and checked; what is printed in the end has nothing of that."""
    path = tmp_path / "list.csv"
    path.write_text("title,media_url\n" + "Plate,https://e.example/1.jpg\n" * 2000, encoding="utf-8")
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", closefd=True) as terminal:
        command = [sys.executable, "-m", "bots", "check", str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=os.environ | {"TERM": "xterm"}) as it:
            os.close(theirs)
            assert it.stdout
            said, shown = it.stdout.read(), b""
            with suppress(OSError):  # so a terminal ends whose last program did
                while piece := terminal.read1():
                    shown += piece
    assert it.returncode == 0
    assert b"rows checked" in shown
    assert b"/2000" in shown
    assert b"rows checked" not in said
    assert b"\x1b" not in said


def test_what_is_no_address_is_told_as_on_the_wiki(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file's name, a place on one's own disk or nothing where an address has to be: the row would be skipped."""
    path = tmp_path / "list.csv"
    cells = ("bild.jpg", "https://e.example/2.jpg", "", "C:\\\\3.jpg")
    lines = ["title,media_url", *(f"Plate {n},{cell}" for n, cell in enumerate(cells))]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert main(["check", str(path)]) == 0
    said = capsys.readouterr().out
    assert "I understood every value" not in said
    assert "“bild.jpg” is not a web address that I can use" in said
    assert said.count("media url\t") == 1 + 3
