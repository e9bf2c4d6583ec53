"""Whether people stopped the bot, asked while it goes on."""

import time
from pathlib import Path
from typing import Any, cast

import pytest

from deploy.sandbox import BOT
from jobs.context import stop
from jobs.context.hub import Hub
from jobs.context.stop import StopSwitch
from jobs.io.spool import Spool
from jobs.model.requests import NewRequest
from jobs.store.ledger import Ledger
from tests.simulation.site import FakeSite
from tests.simulation.wiki import FakeWiki

BASE = "Commons:Hub"


class SlowWiki(FakeWiki):
    """A wiki that takes so long to say what the latest revisions are."""

    seconds = 0.0

    def latest(self, titles: Any) -> Any:
        """As `Wiki.latest`; what it says is as things were when it was asked."""
        said = super().latest(titles)
        time.sleep(self.seconds)
        return said


@pytest.fixture(name="wiki")
def _wiki() -> SlowWiki:
    site = FakeSite()
    site.add_account(BOT, "bot")
    site.add_account("Admin", "sysop")
    return SlowWiki(site, BOT, BASE)


@pytest.fixture(name="switch")
def _switch(wiki: SlowWiki, tmp_path: Path) -> StopSwitch:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    number = ledger.file("commons", BASE, NewRequest("f" * 64, {"type": "undo"}, "Alice", 10))
    hub = Hub(ledger, {"commons": wiki}, cast("Any", None), Spool(tmp_path))
    return StopSwitch(hub, ledger.get(number))


def test_what_goes_on_does_not_wait_for_the_answer(
    wiki: SlowWiki, switch: StopSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is waited for; of later ones, what they came to counts as soon as it is known."""
    monkeypatch.setattr(stop, "LOOK_SECONDS", 0.0)
    assert switch.reason() is None
    wiki.seconds = 0.3
    begun = time.monotonic()
    assert switch.reason() is None
    assert time.monotonic() < begun + 0.2
    time.sleep(0.4)
    wiki.site.edit("Admin", stop.stop_page(wiki), "Stop!")
    assert switch.reason() is None  # it was asked before
    assert switch.reason() is None
    time.sleep(0.4)
    halt = switch.reason()
    assert halt is not None
    assert halt.why is not None
    assert halt.why.key == "later-stop-page"


def test_an_answer_that_took_long_says_nothing_of_now(
    wiki: SlowWiki, switch: StopSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked once more, and again; then it counts as stopped, for nobody knows."""
    monkeypatch.setattr(stop, "_OLDEST_SECONDS", 0.1)
    wiki.seconds = 0.2
    halt = switch.reason()
    assert halt is not None
    assert halt.why is not None
    assert halt.why.key == "later-stop-unreadable"
    wiki.seconds = 0.0
    assert switch.reason() is None


def test_a_stop_page_that_was_emptied_and_deleted_stops_nothing(
    wiki: SlowWiki, switch: StopSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever became of it since."""
    monkeypatch.setattr(stop, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(stop, "KNOWN_SECONDS", 0.0)
    wiki.site.edit("Admin", stop.stop_page(wiki), " ")
    assert switch.reason() is None
    wiki.site.delete(stop.stop_page(wiki))
    assert switch.reason() is None
