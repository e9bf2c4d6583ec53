"""What the dashboard's server says stands in the log as all else does."""

import json
import socket
from pathlib import Path

import pytest

from jobs.store.ledger import Ledger
from tests.bots.test_operator_commands import said

from .conftest import served


@pytest.mark.long
def test_each_line_of_the_servers_log_is_json(ledger: Ledger, ledger_url: str, tmp_path: Path) -> None:
    """Gunicorn's first process and its children say where they listen and that they end, each once."""
    del ledger  # it is there
    with served(tmp_path, CPH_LEDGER=ledger_url, CPH_LOG="json"):
        pass
    lines = (tmp_path / "web.log").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line)["message"].partition(" ")[0] for line in lines]
    assert {word: said.count(word) for word in ("Starting", "Listening", "Booting", "Shutting")} == {
        "Starting": 1,
        "Listening": 1,
        "Booting": 1,
        "Shutting": 1,
    }


@pytest.mark.long
@pytest.mark.parametrize("by_option", [True, False])
def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path: Path, by_option: bool) -> None:  # noqa: FBT001
    """Whether `--port` or PORT says it: which one, why not, and what to do; nothing is tried again and again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ask = ["--port", port] if by_option else []
        status, line = said("web", *ask, folder=tmp_path, PORT=port)
    assert status == 1
    assert f"at port {port}: [Errno 98] Address already in use; name another with --port" in line
