"""What everybody may read, logged out and without script."""

import html
import re
import sqlite3
import time
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

import jobs.store
from bots.settings import WebSettings
from bots.web.app import dashboard
from bots.web.reader import moment, own_languages, texts
from deploy.sandbox import MariaDB
from jobs.model.requests import ItemState, ReviewComment
from jobs.model.states import Event
from jobs.store.ledger import Ledger
from tests.hostile import HOSTILE
from wikitext.messages import message

from .conftest import PARTNER, WIKI, file

HOSTILE_PARTNER = f"/partner?name={quote(HOSTILE['markup'])}"
PAGES = ("/", "/request/H1", "/request/H2", f"/partner?name={PARTNER}", HOSTILE_PARTNER, "/workers")


def shown(client: FlaskClient, address: str) -> str:
    """A page that is there."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.text


class Tags(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one."""
        self.found.append((tag, dict(attrs)))


def requests_on(page: str) -> list[str]:
    """The requests in the table of a page."""
    return re.findall(r'<th scope="row"><a [^>]*>(H\d+)</a>', page)


def read(page: str) -> str:
    """What stands on a page, without its markup."""
    return " ".join(html.unescape(re.sub("<[^>]*>", "", page)).split())


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["H2", "H1"]),
        ("?state=running", ["H1"]),
        ("?kind=edit", ["H2"]),
        ("?wiki=commons&author=Alice", ["H2", "H1"]),
        (f"?partner={PARTNER}", ["H1"]),
        ("?partner=nobody", []),
        ("?before=H2", ["H1"]),
        ("?state=nonsense&wiki=nowhere&before=-1", ["H2", "H1"]),
        (f"?author={'x' * 3000}&before={'9' * 300}", []),
    ],
)
def test_requests_are_found_by_the_address(reading: FlaskClient, asked: str, found: list[str]) -> None:
    """What it cannot mean is left out; nothing in it is an error."""
    assert requests_on(shown(reading, f"/{asked}")) == found


def test_requests_come_in_pages(reading: FlaskClient, ledger: Ledger) -> None:
    """A link leads to the older ones, and keeps what was asked for."""
    for number in range(3, 56):
        file(ledger, number, {"type": "edit"}, author="Bob")
    page = shown(reading, "/?author=Bob&uselang=sv")
    assert len(requests_on(page)) == 50
    older = re.search('<a rel="next" href="([^"]*)"', page)
    assert older
    last = shown(reading, html.unescape(older[1]))
    assert requests_on(last) == ["H5", "H4", "H3"]
    assert 'lang="sv"' in last
    assert "Äldre begäranden" not in last


def test_a_request_is_told_row_by_row(reading: FlaskClient) -> None:
    """With what became of each, why, and links to the page and the revision; and with what happened to it."""
    page = shown(reading, "/request/H1")
    assert '<a href="https://commons.example/w/index.php?title=File%3AA.jpg">' in page
    assert '<a href="https://commons.example/w/index.php?diff=77">' in page
    said = read(page)
    assert "1 of 2 done, 1 failed; 1 left out" in said
    assert f"There is already a file named {HOSTILE['formula']}" in said or HOSTILE["formula"] in said
    for event in ("Filed", "Planned", "Approved", "Started"):
        assert f"<td>{event}</td>" in page
    failed = read(shown(reading, "/request/H1?row_state=failed"))
    assert "File:B.jpg" in failed
    assert "File:A.jpg" not in failed
    assert "There are no such rows" in read(shown(reading, "/request/H1?after=3"))


def test_who_answered_what_is_told_in_words(reading: FlaskClient, ledger: Ledger) -> None:
    """Of the dashboard's buttons and a terminal alike, as the button says it; what is no answer as it was written."""
    for answer, user in (("check again", "Rita"), ("nonsense <b>", "Bot")):
        said = ReviewComment(0, 0, "", user, answer, "")
        ledger.steer(ledger.get(1), said, message("review-paused", user))
    page = shown(reading, "/request/H1?uselang=sv")
    assert page.count("<td>Svar här eller från en terminal</td>") == 2
    assert "svar: Läs listan igen" in read(page)
    assert "svar: nonsense <b>" in read(page)
    assert 'answer: <bdi><span lang="uk">' in shown(reading, "/request/H1?uselang=uk")


def test_what_the_bot_sent_back_is_told_as_what_a_reviewer_did(reading: FlaskClient, ledger: Ledger) -> None:
    """The event has one name, which is true of both: nobody need have judged it."""
    ledger.move(file(ledger, 3, {"type": "edit"}), Event.REJECT)
    assert "<td>Sent back to the requester</td>" in shown(reading, "/request/H3")


def test_what_is_not_there_is_not_linked_or_drawn(reading: FlaskClient, ledger: Ledger) -> None:
    """A report before it is written; a bar where there is nothing to do."""
    report = '<a href="https://commons.example/w/index.php?title=Commons%3AHub%2FRequests%2FH1">'
    assert report not in shown(reading, "/request/H1")
    ledger.update_request(ledger.get(1), reported=time.time())
    assert report in shown(reading, "/request/H1")
    page = shown(reading, "/request/H2")
    assert 'class="bar"' not in page
    assert "0 of 0" not in read(page)
    assert "· Revision 12" in read(page)


def test_what_waits_says_for_what_and_until_when(reading: FlaskClient, ledger: Ledger) -> None:
    """Of a request that is tried again later."""
    assert "Tried again at" not in shown(reading, "/request/H1")
    later, why = time.time() + 600, message("why-paused", "Rita")
    ledger.update_request(ledger.get(1), not_before=later, why=why)
    said = read(shown(reading, "/request/H1"))
    assert f"Tried again at {moment(later)[:16].replace('T', ' ')}" in said
    assert "Paused by Rita." in said


def test_what_is_wrong_is_said_in_the_readers_language(reading: FlaskClient) -> None:
    """In one of all that the bot answers in; the dashboard's own words in one that it speaks."""
    german = shown(reading, "/request/H2?uselang=de")
    assert '<html lang="en" dir="ltr">' in german
    assert '<bdi lang="de">' in german
    for accepted, page in (("ar-EG, en;q=0.5", '<html lang="ar" dir="rtl">'), ("zh, sv;q=0.5", '<html lang="sv"')):
        assert page in reading.get("/", headers={"Accept-Language": accepted}).text
    assert 'lang="pt-br">Em andamento' in reading.get("/request/H1", headers={"Accept-Language": "pt"}).text
    assert '<html lang="en" dir="ltr">' in shown(reading, "/?uselang=%22%3E%3Cscript%3E")


def test_what_was_done_for_a_partner_is_told(reading: FlaskClient) -> None:
    """Their requests, and one sum."""
    page = shown(reading, f"/partner?name={PARTNER}")
    assert requests_on(page) == ["H1"]
    assert "1 of 2 done, 1 failed; 1 left out" in read(page)


def test_who_is_at_work_and_what_fails_is_told(reading: FlaskClient, ledger: Ledger) -> None:
    """The watcher too; errors by day and code as a chart, with the same numbers in a table."""
    assert "Watches the wikis no process" in read(shown(reading, "/workers").replace("</dt>", " "))
    ledger.watch_for("host:1:watch", 30)
    page = shown(reading, "/workers")
    assert "host:1:watch" in page
    assert "host:1:a" in read(page)
    assert '<rect class="series-0"' in page
    assert html.escape(HOSTILE["markup"][:60], quote=False) in page


@pytest.mark.parametrize("page", PAGES)
def test_no_value_does_anything(reading: FlaskClient, page: str) -> None:
    """A page has no script but its own, no style, no handler; control characters are written out."""
    told = shown(reading, page)
    tags = Tags()
    tags.feed(told)
    assert [attributes for tag, attributes in tags.found if tag == "script"] == [
        {"src": "/static/live.js", "defer": None}
    ]
    assert {tag for tag, _ in tags.found}.isdisjoint({"img", "style", "iframe", "object", "base"})
    for _, attributes in tags.found:
        assert not any(name == "style" or name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "/").startswith(("/", "?", "#", "https://commons.example/"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)


def test_every_hostile_value_is_shown_as_it_is(reading: FlaskClient) -> None:
    """Nothing of it is lost, but that what cannot be seen is written out."""
    said = read(shown(reading, "/request/H2"))
    for name, value in HOSTILE.items():
        if value.isprintable() and name != "entity":
            assert " ".join(value.split()) in said, name
    assert html.escape(HOSTILE["entity"], quote=False) in shown(reading, "/request/H2")


@pytest.mark.parametrize(
    "page", [*PAGES, "/nowhere", "/requests.json", "/events", "/healthz", "/livez", "/static/live.js"]
)
def test_every_answer_has_a_strict_policy(reading: FlaskClient, page: str) -> None:
    """Nothing is loaded from elsewhere, nothing in a page runs, nobody frames it (Content Security Policy)."""
    with reading.get(page) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"\*|https?:|data:", policy)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "page", ["/request/H99", "/request/1e9", "/request/%F0%9F%8E%89", "/partner", "/partner?name=x"]
)
def test_what_is_not_there_is_said(reading: FlaskClient, page: str) -> None:
    """In a page like the others."""
    answer = reading.get(page)
    assert answer.status_code == 404
    assert "There is no such page." in answer.text


def test_the_languages_have_the_same_words() -> None:
    """Each with the same numbers; every state of a row and whatever may happen has its own."""
    english = texts("en")
    for code in own_languages():
        assert texts(code).keys() == english.keys(), code
        for key, text in texts(code).items():
            assert sorted(re.findall(r"\$\d", text)) == sorted(re.findall(r"\$\d", english[key])), (code, key)
    assert {f"row-{state}" for state in ItemState} <= english.keys()
    store = "".join(file.read_text() for file in Path(jobs.store.__path__[0]).glob("*.py"))
    noted = re.findall(r'(?:note_event|_note_answer)\(.*"(\w+)", (?:user=|review|said)', store)
    assert {*noted} == {"file", "change", "strike", "review", "steer"}
    assert {f"event-{event}".replace(" ", "-") for event in (*Event, *noted)} <= english.keys()
    details = "".join(re.findall("(?:details=|told = ){.*}", store))
    assert {f"detail-{name}" for name in re.findall(r'[{ ]"(\w+)": ', details)} == {
        key for key in english if key.startswith("detail-")
    }


def test_every_word_is_used() -> None:
    """None is translated that nobody reads."""
    templates = "".join(file.read_text() for file in Path(dashboard(WebSettings(), None).root_path).glob("templates/*"))
    used = {*re.findall(r"""["']([a-z-]+)["']""", templates)}
    assert [
        key for key in texts("en") if key not in used and not re.match("(row|error|event|detail)-|language$", key)
    ] == []


def test_it_says_so_while_the_ledger_is_not_there(tmp_path: Path) -> None:
    """It starts without one and makes none; once it is there, it is read."""
    settings = WebSettings(ledger=f"sqlite:///{tmp_path}/ledger.sqlite", wikis=(WIKI,))
    client = dashboard(settings, None).test_client()
    for page in ("/healthz", "/"):
        answer = client.get(page)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert not list(tmp_path.iterdir())
    Ledger(settings.ledger).close()
    assert client.get("/healthz").status_code == 200


def test_it_says_so_while_the_ledger_is_away(mariadb: MariaDB, mariadb_url: str) -> None:
    """And reads it when it is back; to start it anew would not help."""
    Ledger(mariadb_url).close()
    client = dashboard(WebSettings(ledger=mariadb_url, wikis=(WIKI,)), None).test_client()
    assert client.get("/healthz").status_code == 200
    mariadb.kill()
    assert client.get("/healthz").status_code == 503
    assert client.get("/livez").status_code == 200
    assert "Not available at the moment" in client.get("/").text
    mariadb.start()
    assert client.get("/healthz").status_code == 200


def test_an_older_reader_of_the_ledger_is_refused(tmp_path: Path) -> None:
    """A ledger of a newer version is not read as if it were ours."""
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    Ledger(url).close()
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    assert dashboard(WebSettings(ledger=url, wikis=(WIKI,)), None).test_client().get("/healthz").status_code == 503
