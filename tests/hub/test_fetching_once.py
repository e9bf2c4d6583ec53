"""A file that was fetched for the preview is not fetched again to be uploaded; the next comes while one is sent."""

import time
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha1
from pathlib import Path

import pytest

from bots import worker
from jobs.io.spool import Spool
from jobs.io.wiki import Wiki

from .rig import Rig, picture

NUMBERS = range(1, 5)


def keeping(rig: Rig, folder: Path, most_bytes: int) -> Spool:
    """Has the rig's bot keep so much of what it fetches."""
    spool = Spool(folder, most_bytes)
    worker.serve(replace(rig.hub, spool=spool), rig.queue)
    return spool


def filed(rig: Rig, shade: int) -> Sequence[str]:
    """A request for four files of a server from which the wiki fetches nothing itself; their paths."""
    rig.set_policy("localhost")
    paths = [f"/kept-{shade}-{number}.jpg" for number in NUMBERS]
    for number, path in zip(NUMBERS, paths, strict=True):
        rig.partner.publish(path, picture(shade + number))
    rows = [
        {"title": f"Kept {shade}", "number": str(number), "media_url": f"{rig.partner.elsewhere}{path}"}
        for number, path in zip(NUMBERS, paths, strict=True)
    ]
    rig.file(manifest=rig.partner.publish_list("/list.csv", rows))
    rig.work()
    return paths


def fetches(rig: Rig, paths: Sequence[str]) -> list[int]:
    """How often each was asked for."""
    return [rig.partner.asked.count(path) for path in paths]


def test_each_file_is_fetched_once(rig: Rig, tmp_path: Path) -> None:
    """Also where the partner's server is gone by then; what was uploaded is kept no longer."""
    spool = keeping(rig, tmp_path, 50_000_000)
    paths = filed(rig, 0xF60000)
    for path in paths:
        rig.partner.publish(path, b"", status=404)
    rig.approve()
    rig.work()
    assert (rig.status(), fetches(rig, paths)) == ("done", [1, 1, 1, 1])
    assert not any(spool.has(sha1(picture(0xF60000 + n), usedforsecurity=False).hexdigest()) for n in NUMBERS)


def test_what_was_changed_on_the_disk_is_not_uploaded(rig: Rig, tmp_path: Path) -> None:
    """The bytes are those that were approved, or the file is fetched again."""
    keeping(rig, tmp_path, 50_000_000)
    paths = filed(rig, 0xF60010)
    for kept in tmp_path.glob("cph-*/kept/*"):
        kept.write_bytes(picture(0xF60020))
    rig.approve()
    rig.work()
    assert (rig.status(), fetches(rig, paths)) == ("done", [2, 2, 2, 2])


def test_the_next_file_is_fetched_while_one_is_sent(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is kept: by the time that a file is sent, the one after it has been asked for."""
    keeping(rig, tmp_path, 0)
    paths = filed(rig, 0xF60030)
    wiki: Wiki = rig.hub.wikis["commons"]
    publish, asked = wiki.publish, []

    def slow(*arguments: object, **more: object) -> None:
        time.sleep(0.3)
        asked.append(fetches(rig, paths))
        publish(*arguments, **more)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(wiki, "publish", slow)
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    assert asked == [[2, 2, 1, 1], [2, 2, 2, 1], [2, 2, 2, 2], [2, 2, 2, 2]]
