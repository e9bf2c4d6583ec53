"""The dashboard in Debian's Chromium: on a phone and on a desk, light and dark, from the left and from the right.

With HUB_PICTURES=folder pictures are left there to look at.
"""

import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.store.ledger import Ledger
from tests.hub.browser import Browser, browser

from .conftest import PARTNER, WIKI, served

PAGES = ("/", "/request/H1", "/request/H2", f"/partner?name={PARTNER}", "/workers", "/request/H99")

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


def test_every_page_is_for_everybody(address: str, tab: Browser) -> None:
    """No violation, nothing wider than the window, no error on the console."""
    found = []
    for page, language in itertools.product(PAGES, ("en", "ar")):
        tab.open(f"{address}{page}{'&' if '?' in page else '?'}uselang={language}")
        for width, dark in itertools.product((375, 1280), (False, True)):
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
