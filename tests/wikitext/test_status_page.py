"""What the bot says of itself, in every language, whatever partners are called."""

import mwparserfromhell
import pytest
from hypothesis import given

from tests.wikitext.strategies import hostile
from wikitext.messages import Message, language, languages, message
from wikitext.status_page import Digest, Done, Failure, Group, Named, Status, digest_text, essence, status_text

BASE = "Commons:Hub"


def named(number: int, why: Message | None = None) -> Named:
    """A request with a report."""
    return Named(f"H{number}", f"{BASE}/H{number}", why)


STATUS = Status(
    base=BASE,
    working=True,
    notes=(message("now-stopped", "meta", "Stopper", "meta:User:Bot/Stop"),),
    open={
        "running": Group(1, [named(3)]),
        "paused": Group(7, [named(2, message("why-paused", "Reviewer")), Named("H1", BASE)]),
    },
    digest=f"{BASE}/Status/Digest",
    last=(f"{BASE}/H3", "2026-11-27 20:11"),
    time="2026-11-27 20:12",
)
ARCHIVED = Done(1, 0, 1, [(named(7), "done")])
DIGEST = Digest(
    base=BASE,
    first="2026-11-16",
    last="2026-11-22",
    ended={"Nordic Museum": Done(3, 1_200, 0, [(named(9), "done"), (named(8), "cancelled")]), "An archive": ARCHIVED},
    waits=[(named(4), "planned")],
    failed=[Failure(named(5), "partly done", 3)],
)


def test_the_status_says_how_it_is_and_what_is_open() -> None:
    """Of each state the number, the newest, and what those wait for."""
    lines = status_text(language("en"), STATUS).split("\n")
    assert lines[0] == '<div lang="en" dir="ltr" class="mw-content-ltr">'
    assert "The bot is running and has requests to work on." in lines
    assert "On meta the bot is stopped: Stopper wrote on [[:meta:User:Bot/Stop]]." in lines
    assert "Last report: [[Commons:Hub/H3]], 2026-11-27 20:11 (UTC)." in lines
    assert lines[-5:] == [
        "== Open requests ==",
        "* Running: 1 ([[Commons:Hub/H3|H3]])",
        "* Paused: 7 ([[Commons:Hub/H2|H2]], [[Commons:Hub|H1]], …)",
        "** [[Commons:Hub/H2|H2]]: Paused by Reviewer.",
        "</div>",
    ]


def test_what_is_said_is_told_apart_from_when() -> None:
    """So that a page is not written anew for the time alone; for all else it is."""
    later = Status(**{**vars(STATUS), "time": "2026-11-27 20:17", "last": (f"{BASE}/H9", "2026-11-27 20:16")})
    assert essence(later) == essence(STATUS)
    for field, other in {"working": False, "notes": (), "open": {}}.items():
        assert essence(Status(**{**vars(STATUS), field: other})) != essence(STATUS)


def test_the_digest_says_what_was_done_for_whom_what_waits_and_what_failed() -> None:
    """Counted in what was done: files, pages; with a few of the requests, and how they ended otherwise than well."""
    said = digest_text(language("en"), DIGEST)
    assert "Week from 2026-11-16 to 2026-11-22 (UTC)" in said
    assert "* An archive: one request, one page ([[Commons:Hub/H7|H7]])\n" in said
    told = "[[Commons:Hub/H9|H9]], [[Commons:Hub/H8|H8]]: Cancelled, …"
    assert f"* Nordic Museum: 3 requests, 1,200 files ({told})\n" in said
    assert "* [[Commons:Hub/H4|H4]]: Planned: waiting for review\n" in said
    assert "* [[Commons:Hub/H5|H5]]: Partly done, 3 rows not done\n" in said


@pytest.mark.parametrize("code", languages())
def test_both_are_said_in_every_language(code: str) -> None:
    """In its direction, with nothing left to fill in."""
    for said in (status_text(language(code), STATUS), digest_text(language(code), DIGEST)):
        assert said.startswith(f'<div lang="{code}" dir="{language(code).direction}"')
        assert "$" not in said
        assert "PLURAL" not in said


@given(hostile, hostile)
def test_partners_names_are_shown_and_do_nothing(partner: str, other: str) -> None:
    """Nothing that they are called links, calls a template or makes a line of its own."""
    said = digest_text(language("en"), Digest(BASE, "a", "b", {partner: Done(1), other: Done(1)}, (), ()))
    parsed = mwparserfromhell.parse(said)
    assert parsed.filter_templates() == []
    assert {str(link.title) for link in parsed.filter_wikilinks()} == {BASE}
    assert sum(line.startswith("* ") for line in said.split("\n")) == len({partner, other})
