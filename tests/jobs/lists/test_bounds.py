"""No list costs much more than it is long, whatever is in it."""

import io
import json
import subprocess
import sys

import pytest

from tests.counting import steps
from tests.jobs.lists import worst
from tests.jobs.lists.worst import CASES, MOST_KILOBYTES, read

FORMATS = sorted({name.partition(" ")[0] for name in CASES})
TEXTS = {"csv", "edm", "html", "iiif", "json", "lido", "mets", "mods", "oai", "tabular", "wiki"}
"""Formats whose cases can be made shorter."""


@pytest.mark.long
@pytest.mark.parametrize("kind", FORMATS)
def test_no_megabyte_costs_much(kind: str) -> None:
    """The worst megabyte of each format is read or refused in 200 MB; a process that comes to no end is killed."""
    process = [sys.executable, "-m", "tests.jobs.lists.worst", kind]
    said = subprocess.run(process, stdout=subprocess.PIPE, check=True, text=True).stdout
    found = [json.loads(line) for line in said.splitlines()]
    assert [one["case"] for one in found] == [name for name in CASES if name.startswith(f"{kind} ")]
    assert [one for one in found if "killed" in one or one["peak"] > MOST_KILOBYTES] == []


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in CASES if name.partition(" ")[0] in TEXTS])
def test_twice_the_list_takes_twice_the_steps(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However odd it is; what is made once in a process, for whatever list, is made before."""

    def taken(size: int) -> int:
        monkeypatch.setattr(worst, "size_of_lists", size)
        content = str(CASES[name]()).encode()
        return steps(lambda: read(io.BytesIO(content)))

    taken(30_000)
    assert taken(30_000) < 2.2 * taken(15_000) + 1_000
