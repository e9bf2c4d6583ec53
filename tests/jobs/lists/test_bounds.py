"""No list costs much more than it is long, whatever is in it."""

import json
import subprocess
import sys

import pytest

from tests.jobs.lists.worst import CASES, MOST_KILOBYTES

FORMATS = sorted({name.partition(" ")[0] for name in CASES})


@pytest.mark.long
@pytest.mark.parametrize("kind", FORMATS)
def test_no_megabyte_costs_much(kind: str) -> None:
    """The worst megabyte of each format is read or refused in 200 MB, and in seconds: else its process is killed."""
    process = [sys.executable, "-m", "tests.jobs.lists.worst", kind]
    said = subprocess.run(process, stdout=subprocess.PIPE, check=True, text=True).stdout
    found = [json.loads(line) for line in said.splitlines()]
    assert [one["case"] for one in found] == [name for name in CASES if name.startswith(f"{kind} ")]
    assert [one for one in found if "killed" in one or one["peak"] > MOST_KILOBYTES] == []
