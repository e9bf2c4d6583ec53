"""The sandbox as an operator starts it to try a change on."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from deploy.sandbox import Sandbox

_FOLDER = Path(__file__).parents[2] / ".sandbox"


def test_the_sandbox_stays_up_with_the_pages_the_project_ships(sandbox: Sandbox, tmp_path: Path) -> None:
    """Beside another one: wikis with the project's pages, settings for the bot, no traces; a second is refused."""
    command = [sys.executable, "-m", "deploy.sandbox", "up", "--folder", str(_FOLDER), "--run", str(tmp_path / "run")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        told = ""
        while "cph web" not in told:
            line = process.stdout.readline()
            assert line, told
            told += line
        addresses = dict(re.findall(r"^(commons|meta) +(\S+)$", told, re.MULTILINE))
        assert sorted(addresses) == ["commons", "meta"]
        for name, address in addresses.items():
            assert "Upload files" in requests.get(address, timeout=30).text
            assert not address.startswith(sandbox.wikis[name].url)
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 1
        assert second.stderr.startswith("A sandbox runs in ")
        assert "CPH_WIKIS=" in (tmp_path / "run" / "environment").read_text()
        assert "cph run" in told
        ports = re.findall(r"(?:http.server --bind 127.0.0.1|cph web --port) (\d+)", told)
        assert (ports[0], len({*ports})) == ("8000", 2)  # both can run at once
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=15)
    assert status == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(addresses["commons"], timeout=2)
