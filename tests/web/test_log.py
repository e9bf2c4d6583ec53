"""What the dashboard's server says stands in the log as all else does."""

import json
from pathlib import Path

from jobs.store.ledger import Ledger

from .conftest import served


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
