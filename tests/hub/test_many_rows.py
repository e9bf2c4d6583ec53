"""Long lists: what they cost does not depend on how long they are, but for the time."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from bots.watcher import watch
from jobs.model.requests import ItemState

from .rig import Rig, picture
from .test_processes import environment

ROWS = int(os.environ.get("HUB_ROWS", "20000"))
"""How long the long list is; by hand, a million."""

PICTURES = 20


def test_a_long_list_is_planned_in_the_memory_of_a_short_one(rig: Rig) -> None:
    """However many rows there are, they are listed, checked, written down, hashed and told of without being held."""
    rig.set_policy(max_rows=1_000_000, max_list_bytes=1_000_000_000)
    short, long = (_planned(rig, number, rows) for number, rows in enumerate((1_000, ROWS), 1))
    print(f"1,000 rows: {short}; {ROWS:,} rows: {long}")
    assert long["peak"] < short["peak"] + 30_000


def _planned(rig: Rig, number: int, rows: int) -> dict[str, Any]:
    """File and plan a list of so many rows, of which a few have pictures; returns what `planning` says of it."""
    address = rig.partner.publish_list(f"/{rows}.csv", "".join(_lines(rig, rows)))
    rig.file(manifest=address, section=f"{rows} plates")
    watch(rig.hub, rig.queue)
    process = [sys.executable, "-m", "tests.hub.planning", str(number)]
    said = subprocess.run(process, env=environment(rig), stdout=subprocess.PIPE, check=True).stdout
    counts = rig.hub.ledger.counts(rig.hub.ledger.get(number))
    assert (counts[ItemState.PLANNED], counts[ItemState.REFUSED]) == (PICTURES, rows - PICTURES)
    found: dict[str, Any] = json.loads(said)
    assert (found["state"], found["rows"]) == ("planned", rows)
    return found


def _lines(rig: Rig, rows: int) -> Iterator[str]:
    yield "title,number,media_url,description\n"
    shown = range(0, rows, rows // PICTURES)[:PICTURES]
    for row in range(rows):
        url = rig.partner.publish(f"/{row}.jpg", picture(1_000_000 + row)) if row in shown else ""
        yield f'A plate of some length,{row},{url},"Glass, gelatine and silver, one of a box of {rows:,}"\n'
