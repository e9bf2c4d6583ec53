"""The dashboard's buttons: a reviewer logs in, and steers what runs on a real wiki."""

import html
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bots.settings import WebSettings
from bots.watcher import watch
from bots.web.app import dashboard
from jobs.model.states import State
from jobs.review.steering import steer_as_operator
from tests.web.oauth_server import KEY, SECRET, OAuthServer, oauth_server
from tests.web.test_login import ADDRESS, log_in, token
from wikitext.messages import Message

from .rig import Rig, published
from .test_who_may import REVIEWER, blocked


@pytest.fixture
def server() -> Iterator[OAuthServer]:
    """What stands in for Wikimedia's OAuth server."""
    with oauth_server(f"{ADDRESS}/login/end") as made:
        yield made


@pytest.fixture
def client(rig: Rig, server: OAuthServer) -> FlaskClient:
    """Somebody at the dashboard of the rig."""
    settings = WebSettings(
        ledger=rig.settings.ledger, wikis=rig.settings.wikis, redis=rig.settings.redis, web_address=ADDRESS,
        web_secret_key="s" * 32, web_oauth_key=KEY, web_oauth_secret=SECRET, web_oauth_server=server.address,
    )  # fmt: skip
    return dashboard(settings, rig.settings).test_client()


def offered(client: FlaskClient) -> list[str]:
    """What the buttons of the request's page say."""
    [*form] = re.findall('(?s)<form class="steer".*?</form>', client.get("/request/H1").text)
    return re.findall(r"<span>([^<]+)</span>", "".join(form))


def press(client: FlaskClient, answer: str, asked: str = "", **more: str) -> TestResponse:
    """Press a button of the request's page, as a browser does; the page that is shown then."""
    page = client.get("/request/H1").text
    plan = re.search(r'name="plan" value="([^"]*)"', page)
    given = {"answer": answer, "token": token(client), "plan": plan[1] if plan else "", **more}
    return client.post(f"/request/H1/steer{asked}", data=given, follow_redirects=True)


@pytest.fixture
def approved(rig: Rig, client: FlaskClient) -> FlaskClient:
    """A request was filed and approved, and nothing of it is done yet."""
    rig.file(manifest=published(rig))
    rig.work()
    done = steer_as_operator(rig.hub, rig.hub.ledger.get(1), "approve")
    assert not isinstance(done, Message)
    return client


def test_a_reviewer_steers_what_runs(rig: Rig, approved: FlaskClient) -> None:
    """It pauses and goes on as after an answer on the talk page, which says who chose that; so does the log."""
    log_in(approved, "/login?request=H1")
    assert offered(approved) == ["Pause", "Cancel"]
    assert "Paused by Reviewer." in press(approved, "pause").text
    rig.work()
    assert rig.hub.ledger.get(1).state is State.PAUSED
    assert offered(approved) == ["Resume", "Cancel"]
    press(approved, "resume")
    rig.work()
    assert rig.hub.ledger.get(1).state is State.DONE
    assert re.findall(r"Reviewer has chosen “(\w+)”", rig.text(rig.talk())) == ["Pause", "Resume"]
    noted = [(one.event, one.user) for one in rig.hub.ledger.history(rig.hub.ledger.get(1)) if one.user == "Reviewer"]
    assert noted == [("steer", "Reviewer"), ("pause", "Reviewer"), ("steer", "Reviewer"), ("approve", "Reviewer")]


def test_who_may_not_is_told_so(rig: Rig, approved: FlaskClient, server: OAuthServer) -> None:
    """Logged in or not: rights are those of the wiki and its policy, and who is blocked has none."""
    before = rig.hub.ledger.history(rig.hub.ledger.get(1))
    with blocked(rig, REVIEWER):
        for server.user, said in (
            (REVIEWER, "is blocked"),
            ("Stranger", "“Cancel” is for reviewers here and for whoever filed"),
        ):
            log_in(approved)
            assert said in html.unescape(press(approved, "cancel").text)
            assert offered(approved) == []
            assert approved.get("/request/H1/cancel").status_code == 403
    assert "”Avbryt begäran” är förbehållet" in press(approved, "cancel", "?uselang=sv").text
    assert rig.hub.ledger.history(rig.hub.ledger.get(1)) == before


def test_a_requester_cancels_and_does_not_resume(rig: Rig, approved: FlaskClient, server: OAuthServer) -> None:
    """As on the talk page."""
    server.user = "Partner"
    log_in(approved)
    assert offered(approved) == ["Pause", "Cancel"]
    assert "Paused by Partner." in press(approved, "pause").text
    assert offered(approved) == ["Cancel"]
    assert "“Resume” is for reviewers" in press(approved, "resume").text
    assert "Cancelled by Partner" in press(approved, "cancel").text
    assert rig.hub.ledger.get(1).state is State.CANCELLED


def test_what_writes_is_for_the_plan_that_was_seen(rig: Rig, approved: FlaskClient) -> None:
    """A page that was open while the plan changed resumes nothing."""
    log_in(approved)
    press(approved, "pause")
    assert "older plan" in press(approved, "resume", plan="0123456789ab").text
    assert rig.hub.ledger.get(1).state is State.PAUSED


def test_the_queue_is_told_of(rig: Rig, client: FlaskClient) -> None:
    """How much waits there, and since when; where it cannot be reached, that."""
    rig.file(manifest=published(rig))
    assert watch(rig.hub, rig.queue)
    page = client.get("/workers").text
    assert "<dt>Waiting</dt><dd>1</dd>" in page
    assert re.search("<dt>The first waits since</dt><dd><time", page)
    gone = rig.settings.model_copy(update={"redis": "redis://127.0.0.1:9"})
    settings = WebSettings(ledger=gone.ledger, wikis=gone.wikis, redis=gone.redis)
    assert "The queue cannot be reached" in dashboard(settings, None).test_client().get("/workers").text
