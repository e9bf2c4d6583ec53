"""The dashboard in Debian's Chromium: on a phone and on a desk, light and dark, from the left and from the right.

With HUB_PICTURES=folder pictures are left there to look at.
"""

import itertools
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bots.queue.own_queue import free_port
from deploy.sandbox.demo import wait_until
from jobs.store.ledger import Ledger
from tests.hub.browser import Browser, browser

from .conftest import PARTNER, WIKI, served
from .oauth_server import KEY, SECRET, oauth_server

PAGES = ("/", "/request/H1", "/request/H2", f"/partner?name={PARTNER}", "/workers", "/request/H99")

VIEWS = {"en": ((375, False), (1280, True)), "ar": ((375, True), (1280, False))}
"""By language: how wide the window is, and whether it is dark. Of the three each two meet, in every way."""

_AXE = """
axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
.then(found => found.violations.flatMap(one => one.nodes
    .map(node => `${one.id}: ${node.html.slice(0, 300)} ${node.any.concat(node.all).map(c => c.message)}`)))
"""


@pytest.fixture
def address(ledger: Ledger, ledger_url: str, tmp_path: Path) -> Iterator[str]:
    """The dashboard, in processes of its own."""
    del ledger  # it is there
    with served(tmp_path, CPH_LEDGER=ledger_url, CPH_WIKIS=f"[{WIKI.model_dump_json()}]") as made:
        yield made.address


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Browser]:
    """A browser's tab."""
    with browser(tmp_path / "profile") as opened:
        yield opened


@pytest.fixture
def operators_address(ledger: Ledger, ledger_url: str, tmp_path: Path) -> Iterator[str]:
    """A dashboard at which people log in, where somebody is sent who wants to."""
    del ledger  # it is there
    port = str(free_port())
    address = f"http://127.0.0.1:{port}"
    bot = {"CPH_ACCOUNT": "Bot", "CPH_LOGIN": "Bot@cph", "CPH_PASSWORD": "0" * 32, "CPH_CONTACT": "me@example.org"}
    with oauth_server(f"{address}/login/end") as server:
        login = {
            "CPH_WEB_ADDRESS": address, "CPH_WEB_SECRET_KEY": "s" * 32, "CPH_WEB_OAUTH_KEY": KEY,
            "CPH_WEB_OAUTH_SECRET": SECRET, "CPH_WEB_OAUTH_SERVER": server.address,
        }  # fmt: skip
        where = {"CPH_LEDGER": ledger_url, "CPH_WIKIS": f"[{WIKI.model_dump_json()}]", "PORT": port}
        with served(tmp_path, **where, **bot, **login) as made:
            yield made.address


@pytest.mark.long
def test_every_page_is_for_everybody(address: str, tab: Browser) -> None:
    """No violation, nothing wider than the window, no error on the console."""
    _look_at(tab, address, PAGES)


@pytest.mark.long
def test_so_it_is_for_who_is_logged_in(operators_address: str, tab: Browser) -> None:
    """They have buttons on what can be steered, and the others none."""
    tab.open(f"{operators_address}/login?request=H1")
    assert tab.run("location.pathname") == "/request/H1"
    assert tab.run("[...document.querySelectorAll('.steer :is(button, a)')].map(one => one.innerText)") == [
        "Pause",
        "Cancel",
    ]
    _look_at(tab, operators_address, ("/", "/request/H1", "/request/H1/cancel"))
    tab.open(f"{operators_address}/")
    tab.run("document.querySelector('header form button').click()")
    wait_until(lambda: "Log in" in tab.run("document.querySelector('header')?.innerText ?? ''"), "the login's end")
    tab.open(f"{operators_address}/request/H1")
    assert tab.run("document.querySelector('.steer')") is None


@pytest.mark.long
def test_a_table_that_is_wider_than_its_place_shows_it(address: str, tab: Browser, tmp_path: Path) -> None:
    """On a phone there is a shadow at its edge; where all of it is in sight there is none."""
    tab.open(f"{address}/")
    for width, wider in ((375, True), (1280, False)):
        tab.view(width, dark=False)
        pictures = []
        for background in ("", "none", ""):  # a first picture may come before all is drawn
            tab.run(f"document.querySelector('.scroll').style.background = '{background}'")
            tab.picture(tmp_path / "page.png")
            pictures.append((tmp_path / "page.png").read_bytes())
        assert (pictures[1] != pictures[2]) is wider, width


def _look_at(tab: Browser, address: str, pages: Sequence[str]) -> None:
    found = []
    for page, (language, views) in itertools.product(pages, VIEWS.items()):
        tab.open(f"{address}{page}{'&' if '?' in page else '?'}uselang={language}")
        for width, dark in views:
            tab.view(width, dark=dark)
            seen = f"{re.sub('[^a-zA-Z0-9]+', '-', page)}-{language}-{width}-{'dark' if dark else 'light'}"
            if (folder := os.environ.get("HUB_PICTURES")) and page != "/request/H2":  # too long for a picture
                tab.picture(Path(folder) / f"{seen}.png")
            told: list[Any] = tab.run(_AXE)
            wide = [] if tab.run("document.documentElement.scrollWidth <= innerWidth") else ["wider than the window"]
            found += [f"{seen} {one}" for one in (*told, *wide)]
    # Of the page that is not there, Chromium says so.
    errors = [error for error in tab.errors if "/request/H99" not in error]
    assert not found + errors, "\n".join(found + errors)
