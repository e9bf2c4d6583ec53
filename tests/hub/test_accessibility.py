"""Every page that people read, as axe-core sees it: at 375 and 1280 pixels, light and dark.

The forms are MediaWiki's own editor with a text in it. With HUB_PICTURES=folder pictures are left there to look at.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from .browser import Browser, browser
from .rig import Rig, published

_OURS = "#mw-content-text"
"""What the project writes; around it stands the wiki's skin."""

_AXE = """
axe.run({include: [['%s']]}, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    rules: {region: {enabled: false}}})
.then(found => found.violations.flatMap(one => one.nodes
    .filter(node => !(one.id == 'aria-roles' && node.html.includes('headerSort')))  // MediaWiki's sortable tables
    .map(node => `${one.id}: ${node.html.slice(0, 300)} ${node.any.concat(node.all).map(c => c.message)}`)))
"""


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Browser]:
    """A browser's tab."""
    with browser(tmp_path / "profile") as opened:
        yield opened


_SORTED = """new Promise(done => {
    const look = () => document.querySelectorAll("table.sortable:not(.jquery-tablesorter)").length
        ? setTimeout(look, 50) : done();
    look();
})"""
"""Waits until MediaWiki's script has made the headings of sortable tables buttons: without one nothing in them is."""


def _violations(tab: Browser, address: str) -> list[str]:
    tab.open(address)
    tab.run(_SORTED)
    found = []
    for width in (375, 1280):
        for dark in (False, True):
            tab.view(width, dark=dark)
            if folder := os.environ.get("HUB_PICTURES"):
                tab.picture(Path(folder) / f"{quote(address[-30:], safe='')}-{width}-{'dark' if dark else 'light'}.png")
            told: list[Any] = tab.run(_AXE % _OURS)
            found += [f"{width} {'dark' if dark else 'light'} {one}" for one in told]
    return found


def test_the_projects_pages_are_for_everybody(rig: Rig, tab: Browser) -> None:
    """No violation in what the project writes: request page, documentation, preview, check, report, talk page."""
    page = rig.sandbox.wikis["commons"].page
    manifest = published(rig, "Access", "Access too", "Access three")
    title, *rows = rig.partner.answers["/list.csv"].body.decode().splitlines()
    odd = [f'{title},"date"', *(f'{row},"in the great flood"' for row in rows), '"Gone","4","x",""']
    rig.partner.publish_list("/list.csv", "\n".join(odd))
    rig.person("Admin").edit(rig.base, "{{Hub requests}}")
    rig.file(manifest=manifest, mapping="Commons:No mapping")
    rig.file(section="Nothing right", manifest="x", license="")
    rig.work()
    assert rig.status() == "planned", rig.text()
    before = page(rig.base), page("Template:Hub request/doc"), f"{page(rig.report())}?before"
    found = [_violations(tab, address) for address in before]
    rig.approve()
    rig.work()
    rig.file(section="Categories", type="categorize", pages="request: H1", add="Access", partner="", filename="",
              template="", license="", categories="")  # fmt: skip
    rig.work()
    found += [_violations(tab, page(title)) for title in (rig.report(), rig.talk(), rig.report(3))]
    assert not any(found), "\n".join(line for told in found for line in told)
