"""A stream of events wakes the watcher, as operators run it."""

from pathlib import Path
from urllib.parse import urlsplit

from tests.bots.streams import streaming

from .rig import Rig, published
from .test_processes import running, until


def test_what_somebody_writes_is_noticed_at_once(rig: Rig, tmp_path: Path) -> None:
    """Though the next look at the wikis is due in an hour; what stands in the stream is a hint, the wiki says what."""
    domain = urlsplit(rig.settings.wikis[0].api).netloc
    log = tmp_path / "log"
    rig.save_pages({rig.base: "Requests"})
    with streaming() as told:
        waits = {"CPH_EVENTS": told.address, "CPH_POLL_SECONDS": "3600"}
        with running(rig, "run", log, **waits, CPH_REDIS="") as process:
            until(lambda: told.asked, "it listens")
            told.tell("Some other page", domain)
            until(lambda: b"tells what is saved" in log.read_bytes(), "it hears")
            rig.file(manifest=published(rig, "At once"))
            told.tell(rig.base.replace(" ", "_"), domain)
            until(lambda: rig.status() == "planned", "planned")
            rig.approve()
            told.tell(rig.talk(), domain, user="Reviewer")
            until(lambda: rig.status() == "done", "done")
            process.terminate()
            assert process.wait(timeout=15) == 0
    assert "content-partnerships-hub" in told.asked[0]["User-Agent"]


def test_a_stream_that_is_away_keeps_nothing_waiting(rig: Rig, tmp_path: Path) -> None:
    """The wikis are looked at as often as without it."""
    log = tmp_path / "log"
    rig.save_pages({rig.base: "Requests"})
    with running(rig, "run", log, CPH_EVENTS="http://127.0.0.1:1/stream", CPH_REDIS="") as process:
        rig.file(manifest=published(rig, "Without a stream"))
        until(lambda: rig.status() == "planned", "planned")
        process.terminate()
        assert process.wait(timeout=15) == 0
    assert b"Traceback" not in log.read_bytes()
