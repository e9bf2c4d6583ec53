"""`cph install`: it says first what it would write, and what people made of a page stays."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bots.cli.install import install_pages, told
from bots.cli.installation import Fate, Installation, installation
from bots.cli.opening import opened
from bots.cli.permission_request import permission_request
from bots.settings import Settings, WikiSettings
from deploy.sandbox import BOT, Sandbox
from deploy.sandbox.client import Person
from deploy.sandbox.hub import BASES, policy
from jobs.io.wiki import Wiki
from wikitext.messages import languages
from wikitext.pages import TEMPLATES

from .commands import typed
from .conftest import settings_for
from .lossy import Fate as LostFate
from .lossy import line_to
from .rig import Partner

STATUS = "Template:Hub status"


@pytest.fixture
def settings(new_wikis: Sandbox, tmp_path: Path) -> Settings:
    """A bot's on both wikis, whose operator is known."""
    return settings_for(new_wikis, BASES, Partner(), tmp_path).model_copy(update={"operator": "Rita"})


@pytest.fixture
def meta(settings: Settings, admin: Person) -> Iterator[Wiki]:
    """A wiki on which all is installed."""
    for code in languages():
        admin.edit(f"MediaWiki:Lang/{code}", code)
    with opened(settings) as hub:
        assert install_pages({"meta": hub.wikis["meta"]}, settings, agreed=lambda: True) == 0
        yield hub.wikis["meta"]


@pytest.fixture
def admin(new_wikis: Sandbox) -> Person:
    """An administrator of that wiki."""
    return Person(new_wikis.wikis["meta"], "Admin")


def fates(found: Installation) -> dict[str, Fate]:
    """What becomes of each page that is not as it has to be."""
    return {page.title: page.fate for page in found.pages if page.fate is not Fate.CURRENT}


def run(settings: Settings, *arguments: str, said: str = "", status: int = 0) -> str:
    """What `cph install` prints on the first wiki, where this is typed at its question."""
    [wiki, *_] = settings.wikis
    variables = {
        "CPH_ACCOUNT": settings.account,
        "CPH_LOGIN": settings.login,
        "CPH_PASSWORD": settings.password.get_secret_value(),
        "CPH_WIKIS": json.dumps([wiki.model_dump()]),
        "CPH_LEDGER": settings.ledger,
        "CPH_CONTACT": settings.contact,
        "CPH_OPERATOR": settings.operator,
    }
    done = typed("install", *arguments, environment=variables, answer=said)
    assert done.status == status, done.err
    return done.out


def test_a_first_install_is_shown_and_asked_for_and_a_second_has_nothing_to_do(
    new_wikis: Sandbox, settings: Settings
) -> None:
    """Nothing is written before somebody says yes. What is there then costs a few requests for fifty pages."""
    wiki = new_wikis.wikis["commons"]
    [base] = [one.base for one in settings.wikis if one.name == "commons"]
    stranger = Person(wiki, "Stranger")
    shown = run(settings, "--dry-run")
    assert f"new: {STATUS}" in shown
    assert f"new: User:{BOT}" in shown
    assert "11 not permitted" in shown  # MediaWiki:Lang/xx
    assert "not permitted: MediaWiki:Lang/sv has to say “sv”" in shown
    assert "templates are not protected" in shown
    assert f"there is no {base}/Policy.json" in shown
    assert "Write these pages?" in run(settings, said="n\n")
    assert stranger.text(base) is None
    run(settings, "--yes")
    assert stranger.text(base) == "{{Hub requests}}"
    assert "11 pages have to be written by somebody who may." in run(settings, status=1)
    with line_to(wiki.api) as line:
        there = WikiSettings(name="commons", api=line.address, base=base)
        with opened(settings.model_copy(update={"wikis": (there,)})) as hub:
            line.asked.clear()
            found = installation(hub.wikis["commons"], settings)
    assert {page.title for page in found.of(Fate.CLOSED)} == {*fates(found)}
    assert len(found.pages) > 50
    asked = [f"{one['action']} {one.get('meta', one.get('prop', ''))}" for one, _ in line.asked]
    assert len(asked) <= 8, asked


def test_the_bots_page_says_what_it_does_and_stops_it(new_wikis: Sandbox, meta: Wiki) -> None:
    """For a reader in their language, with a button that opens the stop page."""
    shown = Person(new_wikis.wikis["meta"], "Stranger").browse(f"User:{BOT}", uselang="sv")
    assert re.search(rf'href="[^"]*title=User:{BOT}/Stop&amp;action=edit[^"]*"[^>]*><span[^>]*>Stoppa boten', shown)
    assert "User:Rita" in shown
    assert meta.base in shown


def test_what_people_edited_stays_and_is_named(settings: Settings, meta: Wiki, admin: Person) -> None:
    """Until it is as the bot saved it once, whoever brought that back: then it is the bot's to keep up to date."""
    shipped = admin.text(STATUS) or ""
    admin.edit(STATUS, "Ours now")
    found = installation(meta, settings)
    assert fates(found) == {STATUS: Fate.EDITED}
    assert f"  left as Admin made it: {STATUS}" in [*told(found)]
    assert install_pages({"meta": meta}, settings, agreed=lambda: True) == 0
    assert admin.text(STATUS) == "Ours now"
    admin.edit(STATUS, shipped)
    assert fates(installation(meta, settings)) == {}
    meta.save(STATUS, "An older version's", "", meta.page(STATUS))
    admin.edit(STATUS, "Ours again")
    admin.edit(STATUS, "An older version's")
    assert fates(installation(meta, settings)) == {STATUS: Fate.OLDER}
    assert install_pages({"meta": meta}, settings, agreed=lambda: True) == 0
    assert admin.text(STATUS) == shipped


def test_an_update_shows_what_differs(
    settings: Settings, meta: Wiki, admin: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    """Piece by piece, in few lines; what stood there can draw nothing on a terminal."""
    shipped = admin.text(STATUS) or ""
    older = shipped.replace("|#default=Planned: waiting", "|#default=\u202ePlanned, waiting")
    meta.save(STATUS, older, "", meta.page(STATUS))
    capsys.readouterr()
    assert install_pages({"meta": meta}, settings, agreed=lambda: True) == 0
    lines = capsys.readouterr().out.splitlines()
    first = lines.index(f"  update: {STATUS}")
    assert lines[first + 1 : first + 3] == [
        r"    - |#default=\u202ePlanned, waiting for review}}",
        r"    + |#default=Planned: waiting for review}}",
    ]
    assert admin.text(STATUS) == shipped


def test_protection_is_kept_and_asked_for(settings: Settings, meta: Wiki, admin: Person) -> None:
    """What the account may not edit is named with what belongs there; what anybody may edit is warned of."""
    page = f"{meta.base}/Policy.json"
    admin.edit(page, policy([]))
    assert installation(meta, settings).is_policy_open
    assert {*TEMPLATES} <= {*installation(meta, settings).unprotected}
    meta.save(STATUS, "Older", "", meta.page(STATUS))
    for title in (STATUS, page):
        admin.do("protect", title=title, protections="edit=sysop")
    found = installation(meta, settings)
    assert fates(found) == {STATUS: Fate.CLOSED}
    assert not found.is_policy_open
    assert STATUS not in found.unprotected
    admin.do("protect", title=STATUS, protections="edit=all")


def test_a_lost_answer_is_made_good_by_running_it_again(
    new_wikis: Sandbox, settings: Settings, meta: Wiki, admin: Person
) -> None:
    """The page may have been written, or not: what is there is looked at first, and nothing is written twice."""
    shipped = admin.text(STATUS)
    base = meta.save(STATUS, "Older", "", meta.page(STATUS))
    with line_to(new_wikis.wikis["meta"].api) as line:
        there = WikiSettings(name="meta", api=line.address, base=meta.base)
        with opened(settings.model_copy(update={"wikis": (there,)})) as hub:
            line.lose(LostFate.ANSWER_LOST, {"action": "edit"})
            assert install_pages(hub.wikis, settings, agreed=lambda: True) == 1
            assert install_pages(hub.wikis, settings, agreed=lambda: True) == 0
    assert [revision.text for revision in meta.history(STATUS, base)] == ["Older", shipped]


def test_what_people_stopped_writes_nothing(
    settings: Settings, meta: Wiki, admin: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """The stop page holds for the pages too: it says so, and ends."""
    meta.save(STATUS, "Older", "", meta.page(STATUS))
    admin.edit(f"User:{BOT}/Stop", "Wait, please.")
    try:
        assert install_pages({"meta": meta}, settings, agreed=lambda: True) == 1
    finally:
        admin.edit(f"User:{BOT}/Stop", "")
    assert f"meta: people stopped the bot, at “User:{BOT}/Stop”" in caplog.text
    assert admin.text(STATUS) == "Older"


def test_a_wiki_on_which_the_bot_is_blocked_keeps_it_from_no_other(
    new_wikis: Sandbox, settings: Settings, meta: Wiki, admin: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named, with the page and what the wiki says, as people read it; the other wiki is written to."""
    shipped, blocking = admin.text(STATUS), Person(new_wikis.wikis["commons"], "Admin")
    meta.save(STATUS, "Older", "", meta.page(STATUS))
    with opened(settings) as hub:
        commons = hub.wikis["commons"]
        blocking.edit(STATUS, "Older")
        blocking.do("delete", title=STATUS)
        blocking.do("block", user=BOT, expiry="never", reason="For a test", autoblock="")
        try:
            assert install_pages({"commons": commons, "meta": meta}, settings, agreed=lambda: True) == 1
        finally:
            blocking.do("unblock", user=BOT)
    [line] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert re.match(r"commons: nothing more is written than what came before \S.*: blocked: .*For a test", line)
    assert not re.search("[\u202a-\u202e]", line)
    assert admin.text(STATUS) == shipped


def test_two_installs_at_once_are_both_done(settings: Settings, meta: Wiki, admin: Person) -> None:
    """What the other wrote meanwhile is written, whether the page was there before or not."""
    shipped = admin.text(STATUS)
    for found in ("Older", None):
        if found:
            meta.save(STATUS, found, "", meta.page(STATUS))
        else:
            admin.do("delete", title=STATUS)

        def agreed() -> bool:
            return install_pages({"meta": meta}, settings, agreed=lambda: True) == 0

        assert install_pages({"meta": meta}, settings, agreed=agreed) == 0
        assert admin.text(STATUS) == shipped


def test_a_request_for_permission_says_what_the_policy_does(settings: Settings, meta: Wiki, admin: Person) -> None:
    """Whose bot it is, how many at once, how it is stopped; it is printed, and stands nowhere."""
    admin.edit(f"{meta.base}/Policy.json", policy([], pilot=7, edits_per_minute=9))
    text = permission_request(meta, settings.operator, settings.contact)
    assert "'''Operator:''' {{user|Rita}}" in text
    assert "first 7 are" in text
    assert "9 edits and any number of uploads a minute" in text
    assert f"[[User:{BOT}/Stop]]" in text
    assert not re.search(r"\{\w+\}(?!\})", text)
