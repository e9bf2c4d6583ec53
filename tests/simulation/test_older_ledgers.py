"""What an earlier version left in its ledger goes on, or says what it waits for."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.sandbox import ACCOUNTS, BOT
from deploy.sandbox.hub import policy
from jobs.context.hub import Hub, report_page, talk_page
from jobs.execution import run
from jobs.io.http import Fetched, Unfetched, Web, Writable
from jobs.io.spool import Spool
from jobs.model.requests import ItemState, StoredRequest
from jobs.model.states import ENDED, WORKING, State
from jobs.review.commands import read_reviews
from jobs.slice import advance
from jobs.store.ledger import Ledger
from tests.jobs.store.test_migrations import old_ledger
from wikitext.messages import message

from .site import FakeSite
from .wiki import FakeWiki

LAST_REVISION = 20_000
"""Of the wiki, from when the ledger was written."""

ANSWERS = {State.PLANNED: "approve", State.PAUSED: "resume", State.PILOT: "continue", State.PARTLY_DONE: "retry"}
"""What a reviewer says to a request in each state that waits for one."""


class NoWeb(Web):
    """Partners' servers, all of which are gone."""

    def __init__(self) -> None:
        super().__init__("tests")

    def fetch(self, url: str, hosts: object, to: Writable, most: int) -> Fetched:  # noqa: ARG002 - the port's
        """Raises Unfetched."""
        raise Unfetched(message("web-no-answer", url))


@pytest.fixture(name="hub")
def _hub(ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The hub of a ledger that ef0ae0c wrote, on a wiki that has its reports; its files and pages are gone."""
    monkeypatch.setattr(run, "VERIFY_SECONDS", 0.1)
    old_ledger(ledger_url)
    ledger = Ledger(ledger_url)
    base = ledger.get(1).page
    site = FakeSite()
    site.last_revision = LAST_REVISION
    for account in ACCOUNTS:
        site.add_account(account.name, *account.groups)
    wiki = FakeWiki(site, BOT, base)
    hub = Hub(ledger, {"commons": wiki}, NoWeb(), Spool(tmp_path))
    site.edit("Partner", base, "".join(map(_call, ledger.on_page("commons", base))))
    site.edit("Admin", f"{base}/Policy.json", policy(["127.0.0.1"], pilot=0))
    ledger.mark_read("commons", f"{base}/Policy.json", site.last_revision, policy(["127.0.0.1"], pilot=0))
    ledger.mark_read("commons", base, site.last_revision)
    for request in _all(ledger):
        if request.reported:
            report = report_page(wiki, request.text_id)
            site.edit(BOT, report, "A report")
            site.edit(BOT, talk_page(report), "A page to talk on")
            ledger.mark_read("commons", report, site.last_revision - 1)
            ledger.mark_read("commons", talk_page(report), site.last_revision)
    yield hub
    ledger.close()


def _call(request: StoredRequest) -> str:
    lines = [f"| {name} = {value}\n" for name, value in request.parameters.items()]
    return f"== {request.text_id} ==\n{{{{Hub request\n{''.join(lines)}| id = {request.text_id}\n}}}}\n~~~~\n"


def _all(ledger: Ledger) -> list[StoredRequest]:
    return [ledger.get(number) for number in range(1, 31)]


def _work(hub: Hub) -> None:
    """Do what there is to be done, as if no wait took any time."""
    for _ in range(40):
        for request in hub.ledger.open():
            hub.ledger.update_request(request, not_before=0.0)
        turns = hub.ledger.waiting()
        if not turns:
            return
        for turn in turns:
            advance(hub, turn.request, turn.hand)
    raise AssertionError(f"no rest: {hub.ledger.waiting()}")


def _answer(hub: Hub, request: StoredRequest) -> None:
    """Say to a request, on its talk page, what makes it go on."""
    wiki = hub.wikis["commons"]
    assert isinstance(wiki, FakeWiki)
    report = report_page(wiki, request.text_id)
    shown = re.search(r"preloadparams%5B%5D=(\w+)", wiki.site.text(report) or "")
    said = f"{{{{Hub review|{ANSWERS[request.state]}|plan={shown[1] if shown else request.plan}}}}} ~~~~"
    wiki.site.edit("Reviewer", talk_page(report), f"{wiki.site.text(talk_page(report))}\n== Review ==\n{said}")
    read_reviews(hub, request)


@pytest.mark.long
def test_each_request_of_an_older_ledger_goes_on(hub: Hub) -> None:
    """What the bot had to do it does; what waits for people is told, and goes on when they answer; nothing is lost."""
    before = {request.id: request for request in _all(hub.ledger)}
    _work(hub)
    for request in _all(hub.ledger):
        was = before[request.id]
        assert request.state not in WORKING, (was.state, request.state, request.why)
        assert request.is_published
        assert not [review for review in hub.ledger.open_reviews(request) if review.verdict is None]
        counts = hub.ledger.counts(request)
        assert not (request.state in ENDED and (counts[ItemState.SENDING] or counts[ItemState.SENT])), request.text_id
        if was.state in ENDED:
            assert request.state is was.state or was.state is State.UNDOING
    waiting = [request for request in _all(hub.ledger) if request.state in ANSWERS and request.state not in ENDED]
    assert waiting
    for request in waiting:
        _answer(hub, request)
    _work(hub)
    for request in waiting:
        now = hub.ledger.get(request.id)
        # Of the partner's lists none is there any more, which is said.
        assert now.state in ENDED or now.problems or now.why, (request.text_id, request.state, now.state)
        assert hub.ledger.history(now)
