"""A request of sixty thousand rows: its files, and whoever else reads meanwhile."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from jobs.model.records import Record
from jobs.store.ledger import Ledger

from .conftest import file, served

MANY = 60_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the dashboard runs."""
    return tmp_path_factory.mktemp("many")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The dashboard on a ledger with a request of so many rows."""
    url = f"sqlite:///{folder}/ledger.sqlite"
    ledger = Ledger(url)
    request = file(ledger, 1, {"type": "upload"})
    for start in range(1, MANY, 5000):
        ledger.add_items(request, [Record(row, {}) for row in range(start, start + 5000)])
    ledger.close()
    with served(folder, CPH_LEDGER=url) as made:
        yield made.address


def most_memory(folder: Path) -> int:
    """How many bytes the process that answers has held at most."""
    pid = re.findall(r"Booting worker with pid: (\d+)", (folder / "web.log").read_text())[-1]
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@pytest.mark.long
def test_sixty_thousand_rows_are_sent_in_little_memory(address: str, folder: Path) -> None:
    """In every format, as they are read from the ledger: they take less than 10 MB more than a page does."""
    for warm in ("/request/H1", "/requests.csv", "/requests.json", "/requests.xlsx"):
        assert requests.get(address + warm).ok
    before = most_memory(folder)
    for form in ("csv", "json", "xlsx"):
        with requests.get(f"{address}/request/H1/rows.{form}", stream=True) as answer:
            size = sum(map(len, answer.iter_content(65_536)))
        assert size > 10 * MANY
    more = most_memory(folder) - before
    assert more < 10_000_000, f"{more / 1e6:.1f} MB more than {before / 1e6:.1f} MB"


@pytest.mark.long
def test_two_files_are_written_at_once(address: str) -> None:
    """A third is refused until one of them is sent: whoever asks for many keeps nobody from reading pages."""
    slow = [requests.get(f"{address}/request/H1/rows.json", stream=True) for _ in range(2)]
    refused = requests.get(f"{address}/request/H1/rows.json")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert requests.get(address).ok
    for answer in slow:
        assert len(answer.content) > 10 * MANY
    assert requests.get(f"{address}/request/H1/rows.csv").ok
