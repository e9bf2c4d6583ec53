"""The wikis of the contract: one in memory, and the sandbox's."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from bots.mediawiki.credentials import BotPassword
from bots.mediawiki.session import configure
from bots.mediawiki.site import MediaWiki
from deploy.sandbox import BOT, BOT_LOGIN, BOT_SECRET, Sandbox
from deploy.sandbox.client import Person
from tests.hub.conftest import partner_server
from tests.hub.rig import Partner

from .bench import Bench, RealPeople, fake_bench

CHUNK = 1024
"""Bytes: the least that MediaWiki takes."""


class NoHolds:
    """A wiki that may be asked at any time."""

    def hold_off(self, wiki: str, seconds: float) -> None:
        """Nobody else asks it."""

    def held_off(self, wiki: str) -> float:  # noqa: ARG002 - the protocol's
        """Never."""
        return 0.0


@pytest.fixture(scope="session")
def partner_of_all() -> Iterator[Partner]:
    """A partner's web server."""
    with partner_server() as made:
        yield made


@pytest.fixture(scope="session")
def real_wiki(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> tuple[MediaWiki, Callable[[], None]]:
    """The sandbox's wiki, logged in to once, and what is to be done before it is used: other tests log in too."""
    password = BotPassword(BOT_LOGIN, BOT_SECRET)
    set_up = partial(configure, tmp_path_factory.mktemp("pywikibot"), BOT, password, "contract")
    set_up()
    wiki = MediaWiki("commons", sandbox.wikis["commons"].api, "Requests", BOT, chunk_bytes=CHUNK, holds=NoHolds())
    wiki.log_in()
    return wiki, set_up


@pytest.fixture(scope="session")
def real_people(sandbox: Sandbox, partner_of_all: Partner) -> RealPeople:
    """The sandbox's people."""
    known: dict[str, Person] = {}

    def person(name: str) -> Person:
        if name not in known:
            known[name] = Person(sandbox.wikis["commons"], name)
        return known[name]

    return RealPeople(person, partner_of_all)


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.wiki)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    """The wiki in memory, or the real one."""
    if request.param == "fake":
        return fake_bench(tmp_path, CHUNK)
    wiki, set_up = request.getfixturevalue("real_wiki")
    set_up()
    return Bench(wiki, request.getfixturevalue("real_people"), tmp_path)
