"""No list costs much more than it is long, whatever is in it."""

import io
import json
import subprocess
import sys

import pytest

from tests.counting import steps
from tests.jobs.lists import worst
from tests.jobs.lists.worst import CASES, format_of, read

XML = {"edm", "lido", "mets", "mods", "oai"}
JSON = {"iiif", "json", "tabular"}
TEXTS = {"csv", "html", "wiki"}
OTHERS = {format_of(name) for name in CASES} - XML - JSON - TEXTS


@pytest.mark.long
@pytest.mark.parametrize("formats", [XML, JSON, TEXTS, OTHERS], ids=["XML", "JSON", "texts", "others"])
def test_no_list_costs_much(formats: set[str]) -> None:
    """The worst quarter of a megabyte of each format is read or refused in 32 MB; what comes to no end is killed."""
    process = [sys.executable, "-m", "tests.jobs.lists.worst", "250000", *formats]
    said = subprocess.run(process, stdout=subprocess.PIPE, check=True, text=True).stdout
    found = [json.loads(line) for line in said.splitlines()]
    assert [one["case"] for one in found] == [name for name in CASES if format_of(name) in formats]
    assert [one for one in found if "killed" in one or one["peak"] > 32_000] == []


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in CASES if format_of(name) not in OTHERS])
def test_twice_the_list_takes_twice_the_steps(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However odd it is; what is made once in a process, for whatever list, is made before."""

    def made(size: int) -> bytes:
        monkeypatch.setattr(worst, "size_of_lists", size)
        return str(CASES[name]()).encode()

    once, twice = made(15_000), made(30_000)
    read(io.BytesIO(twice))
    assert steps(lambda: read(io.BytesIO(twice))) < 2.2 * steps(lambda: read(io.BytesIO(once))) + 1_000
