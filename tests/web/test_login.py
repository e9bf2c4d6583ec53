"""Who logs in, and what is asked of whoever changes something: real HTTP to a stand-in for Wikimedia's server."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from pydantic import SecretStr, ValidationError
from werkzeug.test import TestResponse

from bots.settings import Settings, WebSettings
from bots.web.app import dashboard
from jobs.model.requests import NewRequest
from jobs.model.states import State
from jobs.store.ledger import Ledger
from tests.bots.test_operator_commands import said

from .conftest import WIKI
from .oauth_server import KEY, SECRET, OAuthServer, oauth_server

ADDRESS = "https://dashboard.example"


@pytest.fixture
def server() -> Iterator[OAuthServer]:
    """Wikimedia's server, or what stands in for it."""
    with oauth_server(f"{ADDRESS}/login/end") as made:
        yield made


@pytest.fixture
def client(ledger: Ledger, ledger_url: str, server: OAuthServer, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Somebody at a dashboard at which people log in, whose wiki does not answer."""
    del ledger  # it is there
    monkeypatch.setattr("bots.web.steering._LOOK_SECONDS", 0.0)
    return dashboard(login_settings(ledger_url, server.address), bot(ledger_url)).test_client()


def bot(ledger: str) -> Settings:
    """The settings of a bot that no wiki knows."""
    return Settings(
        ledger=ledger, account="Bot", login="Bot@cph", password=SecretStr("0" * 32), contact="operator@example.org",
        wikis=(WIKI,),
    )  # fmt: skip


def login_settings(ledger: str, server: str, **more: str) -> WebSettings:
    """Settings with which people log in."""
    return WebSettings(
        ledger=ledger, wikis=(WIKI,), web_address=ADDRESS, web_secret_key="s" * 32, web_oauth_key=KEY,
        web_oauth_secret=more.get("secret", SECRET), web_oauth_server=server,
    )  # fmt: skip


def sent_back(client: FlaskClient, page: str = "/login") -> str:
    """The address to which Wikimedia sends somebody who says yes there."""
    asked = client.get(page)
    assert asked.status_code == 302
    said = requests.get(asked.headers["Location"], allow_redirects=False)
    assert said.status_code == 302, said.text
    return said.headers["Location"]


def log_in(client: FlaskClient, page: str = "/login") -> TestResponse:
    """Go the whole way."""
    return client.get(sent_back(client, page).removeprefix(ADDRESS))


def token(client: FlaskClient) -> str:
    """What a form of the page carries."""
    found = re.search(r'name="token" value="([^"]+)"', client.get("/request/H1").text)
    assert found
    return found[1]


def test_who_logs_in_is_who_wikimedia_says(client: FlaskClient, server: OAuthServer) -> None:
    """They come back to where they were, in their language; the server is told who asks (Wikimedia's policy)."""
    answer = log_in(client, "/login?request=H1&uselang=ar")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/request/H1?uselang=ar")
    assert log_in(client, f"/login?uselang={'x' * 5000}").headers["Location"] == "/?uselang=en"
    assert "Logged in: <bdi>Reviewer</bdi>" in " ".join(client.get("/").text.split()).replace("</span> ", "")
    [agent] = [agent for agent in server.user_agents if ADDRESS in agent]
    assert agent.startswith("content-partnerships-hub (")


def test_the_cookie_is_safe_and_has_nothing_but_the_name(client: FlaskClient) -> None:
    """For this host alone, over TLS alone, for no script; what Wikimedia said beside the name is forgotten."""
    cookie = log_in(client).headers["Set-Cookie"]
    assert cookie.startswith("__Host-cph=")
    for wanted in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert wanted in cookie
    assert "Domain" not in cookie
    with client.session_transaction() as session:
        assert {*session} == {"user", "token"}


@pytest.mark.parametrize("how", ["another state", "another code", "no code", "refused", "without the cookie"])
def test_who_does_not_come_from_a_login_of_their_own_is_nobody(client: FlaskClient, how: str) -> None:
    """A link with somebody else's code logs nobody in, nor one that was used."""
    back = sent_back(client).removeprefix(ADDRESS)
    [state] = parse_qs(urlsplit(back).query)["state"]
    told = {
        "another state": back.replace(state, "x" * len(state)),
        "another code": back.replace("code+0", "code+7"),
        "no code": f"/login/end?state={state}",
        "refused": f"/login/end?error=access_denied&state={state}",
        "without the cookie": back,
    }[how]
    if how == "without the cookie":
        client.delete_cookie("__Host-cph")
    assert client.get(told).status_code == 403
    assert "Log out" not in client.get("/").text


def test_nobody_is_logged_in_by_a_server_that_is_away(ledger: Ledger, ledger_url: str, server: OAuthServer) -> None:
    """The page says so; neither the consumer's secret nor a code is in any of it."""
    del ledger  # it is there
    client = dashboard(login_settings(ledger_url, server.address), bot(ledger_url)).test_client()
    back = sent_back(client).removeprefix(ADDRESS)
    away = dashboard(login_settings(ledger_url, "http://127.0.0.1:9/oauth2"), bot(ledger_url)).test_client()
    cookie = client.get_cookie("__Host-cph")
    assert cookie
    away.set_cookie("__Host-cph", cookie.value)
    answer = away.get(back)
    assert answer.status_code == 502
    assert SECRET not in answer.text


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "H1@evil.example"])
def test_nobody_is_sent_elsewhere(client: FlaskClient, elsewhere: str) -> None:
    """Who logs in comes back to a request or to the first page, whatever the address says (no open redirect)."""
    client.get("/login", query_string={"request": elsewhere, "next": elsewhere, "_external": "1", "_scheme": "x"})
    assert log_in(client, f"/login?request={elsewhere}").headers["Location"] == "/"


def test_a_stranger_changes_nothing(client: FlaskClient, ledger: Ledger) -> None:
    """Nor does a form that another site made, or one from before the login."""
    before = ledger.history(ledger.get(1))
    answer = {"answer": "cancel", "plan": "abcdef123456"}
    assert client.post("/request/H1/steer", data=answer).status_code == 403
    assert client.post("/request/H1/steer", data={**answer, "token": ""}).status_code == 403
    log_in(client)
    old = token(client)
    for wrong in ({}, {"token": ""}, {"token": "x"}, {"token": "é\u202e"}):
        assert client.post("/request/H1/steer", data={**answer, **wrong}).status_code == 403
        assert client.post("/logout", data=wrong).status_code == 403
    log_in(client)
    assert client.post("/request/H1/steer", data={**answer, "token": old}).status_code == 403
    assert client.post("/request/H1/steer", data={"answer": "approve", "token": token(client)}).status_code == 403
    assert ledger.history(ledger.get(1)) == before


def test_nobody_steers_what_is_on_another_wiki(client: FlaskClient, ledger: Ledger) -> None:
    """Of a request whose wikis the settings do not name there are no buttons, and a press does nothing."""
    asked = NewRequest("f" * 64, {"type": "edit", "wiki": "meta"}, "Alice", 99)
    text_id = ledger.get(ledger.file("commons", WIKI.base, asked)).text_id
    log_in(client)
    assert "/steer" not in client.get(f"/request/{text_id}").text
    pressed = client.post(f"/request/{text_id}/steer", data={"answer": "cancel", "token": token(client)})
    assert pressed.status_code == 403


def test_whoever_cancels_is_asked_first(client: FlaskClient, ledger: Ledger) -> None:
    """On a page of its own, without script: to open it changes nothing, and for a stranger it is not there."""
    assert client.get("/request/H1/cancel").status_code == 403
    log_in(client)
    page = client.get("/request/H1").text
    assert 'href="/request/H1/cancel"' in page
    assert 'value="cancel"' not in page
    asking = client.get("/request/H1/cancel?uselang=sv").text
    assert 'action="/request/H1/steer?uselang=sv"' in asking
    assert f'name="token" value="{token(client)}"' in asking
    assert 'name="answer" value="cancel">Ja, avbryt begäran<' in asking
    assert ledger.get(1).state is State.RUNNING


def test_who_logs_out_is_nobody(client: FlaskClient) -> None:
    """The buttons go with them."""
    log_in(client)
    assert "/request/H1/steer" in client.get("/request/H1").text
    assert client.post("/logout", data={"token": token(client)}).status_code == 302
    assert "/request/H1/steer" not in client.get("/request/H1").text


def test_without_a_consumer_nobody_logs_in(reading: FlaskClient) -> None:
    """And no cookie is set for anybody."""
    assert "/login" not in reading.get("/").text
    assert reading.get("/login").status_code == 404
    assert reading.post("/request/H1/steer", data={"answer": "cancel", "token": "None"}).status_code == 403
    assert "Set-Cookie" not in reading.get("/").headers


@pytest.mark.parametrize("missing", ["web_address", "web_secret_key", "web_oauth_secret"])
def test_what_login_needs_is_named(missing: str) -> None:
    """By the names of the variables, never with a value."""
    given = {"web_address": ADDRESS, "web_secret_key": "s" * 32, "web_oauth_secret": SECRET, "web_oauth_key": KEY}
    with pytest.raises(ValidationError) as raised:
        WebSettings.model_validate(given | {missing: ""})
    [detail] = raised.value.errors()
    assert f"login needs CPH_{missing.upper()} too" in detail["msg"]
    assert SECRET not in detail["msg"]


@pytest.mark.parametrize("host", ["cph.example", "localhost.example", "127.0.0.1.example:8000", "192.168.0.7"])
def test_an_address_without_tls_is_refused(host: str) -> None:
    """No browser would keep the cookie, and nobody could log in; but on one's own machine it does."""
    with pytest.raises(ValidationError, match="write https://"):
        WebSettings(web_address=f"http://{host}")
    assert WebSettings(web_address=f"https://{host}").web_address
    for own in ("localhost:8000", "127.0.0.1:8000/cph", "[::1]:8000"):
        assert WebSettings(web_address=f"http://{own}").web_address


@pytest.mark.long
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, ("CPH_WEB_OAUTH_KEY", "CPH_WEB_ADDRESS", "CPH_WEB_OAUTH_SECRET", "CPH_WEB_SECRET_KEY")),
        ({"ADDRESS": ADDRESS, "OAUTH_SECRET": SECRET, "SECRET_KEY": "s" * 32}, ("CPH_ACCOUNT", "CPH_CONTACT")),
    ],
)
def test_the_command_names_what_login_needs(tmp_path: Path, given: dict[str, str], named: tuple[str, ...]) -> None:
    """In one sentence, before it serves anything: the bot's account too, which asks what people may."""
    settings = {f"CPH_WEB_{name}": value for name, value in (given | {"OAUTH_KEY": KEY}).items()}
    status, line = said("web", folder=tmp_path, **settings)
    assert status == 2
    assert [name for name in named if name not in line] == []
    assert SECRET not in line


def test_no_secret_is_shown_with_the_settings() -> None:
    """Neither in a traceback nor in a log."""
    settings = login_settings("sqlite:///l.sqlite", "https://wiki.example/w/rest.php/oauth2")
    assert {SECRET, "s" * 32} <= {*settings.secrets}
    assert SECRET not in repr(settings)
    assert "s" * 32 not in repr(settings)
