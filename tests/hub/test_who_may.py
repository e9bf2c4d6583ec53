"""Who may file, review and say what the policy is: blocks, limits, and a policy that counts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import jobs.slice
from bots.watcher import watch
from jobs.context import slice_end, stop
from jobs.context.hub import policy_page, talk_page
from jobs.execution import run
from jobs.model.accounts import Block
from jobs.model.policy import read_policy
from jobs.model.states import Event

from .rig import Rig, published
from .test_conversation import NOTHING, TEXT, ask, changed
from .test_undo import BOT

PARTNER = "Blocked partner"
REVIEWER = "Blocked reviewer"


@contextmanager
def blocked(rig: Rig, user: str, wiki: str = "", **how: str | int) -> Iterator[None]:
    """The account is blocked meanwhile, as a whole or, with `partial`, from some things."""
    admin = rig.person("Admin", wiki)
    admin.do("block", user=user, expiry="infinite", reason="A secret reason", allowusertalk=1, **how)
    try:
        yield
    finally:
        admin.do("unblock", user=user)


def ask_as(rig: Rig, account: str, titles: list[str], **more: str) -> None:
    """File a request that changes these pages, which are made first."""
    rig.save_pages(dict.fromkeys(titles, TEXT))
    rig.file(
        account,
        **NOTHING
        | {"type": "edit", "pages": "; ".join(titles), "change": "replace", "find": "glass", "replace": "silver"}
        | more,
    )


def names(rig: Rig, count: int, word: str = "Page") -> list[str]:
    """Titles that no other test has."""
    test = rig.base.rpartition("test_")[2].replace("_", " ")
    return [f"{test.strip().capitalize()} {word} {n:03}" for n in range(count)]


def approved(rig: Rig) -> None:
    """The first request is as it is when a reviewer's approval was judged, and it has not begun."""
    rig.hub.ledger.move(rig.hub.ledger.get(1), Event.APPROVE, approver="Reviewer")


# Blocks ----------------------------------------------------------------------------------------------------------


def test_who_is_blocked_files_nothing(rig: Rig) -> None:
    """A request whose author is blocked before it is read is not planned; the reason of the block is not repeated."""
    ask_as(rig, PARTNER, names(rig, 1))
    with blocked(rig, PARTNER):
        rig.work()
    assert rig.status() == "invalid"
    assert f"The account “{PARTNER}” is blocked from this." in rig.text()
    assert "secret" not in rig.text()


def test_nobody_approves_what_a_blocked_person_asked_for(rig: Rig) -> None:
    """Blocked after filing: the approval is refused with a sentence, and counts once the block is gone."""
    titles = names(rig, 1)
    ask_as(rig, PARTNER, titles)
    rig.work()
    with blocked(rig, PARTNER):
        rig.approve()
        rig.work()
        assert (rig.status(), changed(rig, titles)) == ("planned", 0)
        assert f"“{PARTNER}”, which asked for this, is blocked" in rig.text(rig.talk())
    rig.approve()
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("done", 1)


@pytest.mark.parametrize("done", [0, 1], ids=["after approval", "in mid-run"])
def test_what_was_approved_stands_still_while_its_author_is_blocked(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    """Nothing more is done, the report says who is blocked, and `resume` goes on after it, but not before."""
    monkeypatch.setattr(slice_end, "ALONE_SECONDS", 0.0)
    titles = names(rig, 5, f"Done {done}")
    ask_as(rig, PARTNER, titles)
    rig.work()
    approved(rig)
    if done:
        watch(rig.hub, rig.queue)
        rig.queue.work_here(1)
        assert changed(rig, titles) == done
    with blocked(rig, PARTNER):
        rig.queue.work_here()
        rig.work()
        assert (rig.status(), changed(rig, titles)) == ("paused", done)
        assert f"Paused, because the account “{PARTNER}” is blocked." in rig.text(rig.report())
        assert "secret" not in rig.text(rig.report())
        rig.review("resume")
        rig.work()
        assert (rig.status(), changed(rig, titles)) == ("paused", done)
    rig.review("resume")
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("done", 5)


def test_a_block_counts_within_one_long_slice(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice in which one file takes long asks again before it writes: each minute, or here, each time."""
    monkeypatch.setattr(stop, "RIGHTS_SECONDS", 0.0)
    monkeypatch.setattr(stop, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(stop, "KNOWN_SECONDS", 0.0)
    titles = names(rig, 3)
    ask_as(rig, PARTNER, titles)
    rig.work()
    rig.approve()
    reason = stop.StopSwitch.reason
    asked = 0

    def first_blocks(switch: stop.StopSwitch) -> object:
        nonlocal asked
        asked += 1
        if asked == 1:
            rig.person("Admin").do("block", user=PARTNER, expiry="infinite")
        return reason(switch)

    monkeypatch.setattr(stop.StopSwitch, "reason", first_blocks)
    try:
        rig.work()
    finally:
        rig.person("Admin").do("unblock", user=PARTNER)
    assert (rig.status(), changed(rig, titles)) == ("paused", 0)


def test_what_a_blocked_bot_was_to_do_goes_on_once_it_is_not_blocked(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost or said while it is blocked; then the request pauses, says why, and `resume` goes on."""
    monkeypatch.setattr(slice_end, "ALONE_SECONDS", 0.0)
    titles = names(rig, 5)
    ask_as(rig, PARTNER, titles)
    rig.work()
    approved(rig)
    watch(rig.hub, rig.queue)
    rig.queue.work_here(1)
    assert changed(rig, titles) == 1
    with blocked(rig, BOT):
        rig.queue.work_here()
        rig.work()
        assert (rig.status(), changed(rig, titles)) == ("running", 1)
    rig.hub.ledger.update_request(rig.hub.ledger.get(1), not_before=0.0)
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("paused", 1)
    assert "Paused, because the bot is blocked (blocked)." in rig.text(rig.report())
    rig.review("resume")
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("done", 5)


def test_a_partial_block_counts_where_it_touches_what_is_asked_for(rig: Rig) -> None:
    """Blocked from files: no uploads, but edits elsewhere; blocked from a page: not that one."""
    one, other = names(rig, 2)
    ask_as(rig, PARTNER, [one])
    ask_as(rig, PARTNER, [other])
    rig.file(PARTNER, manifest=published(rig))
    with blocked(rig, PARTNER, partial=1, pagerestrictions=one, namespacerestrictions=6):
        rig.work()
        assert [rig.status(n) for n in (1, 2, 3)] == ["invalid", "planned", "invalid"]
        rig.approve(number=2)
        rig.work()
        assert (rig.status(2), changed(rig, [one, other])) == ("done", 1)


def test_a_partial_block_stops_a_run_at_its_next_rows_too(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice does many times a few rows: before each few it is asked whether the author may have these changed."""
    for place in (run, jobs.slice):
        monkeypatch.setattr(place, "ROUND_ITEMS", 2)
    titles = names(rig, 5)
    ask_as(rig, PARTNER, titles)
    rig.work()
    with blocked(rig, PARTNER, partial=1, pagerestrictions=titles[4]):
        approved(rig)
        rig.work()
        assert (rig.status(), changed(rig, titles)) == ("paused", 4)


def test_a_partial_block_stops_a_run_at_what_it_touches(rig: Rig) -> None:
    """Blocked after the approval from a page of the plan."""
    titles = names(rig, 2)
    ask_as(rig, PARTNER, titles)
    rig.work()
    approved(rig)
    with blocked(rig, PARTNER, partial=1, pagerestrictions=titles[1]):
        rig.work()
        assert (rig.status(), changed(rig, titles)) == ("paused", 0)
    rig.review("resume")
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("done", 2)


def test_what_a_blocked_reviewer_says_does_not_count(rig: Rig) -> None:
    """The answer is refused with a sentence, also where the block came after it was given."""
    titles = ask(rig, 1)
    rig.approve(REVIEWER)
    with blocked(rig, REVIEWER):
        rig.work()
    assert (rig.status(), changed(rig, titles)) == ("planned", 0)
    assert "your account is blocked, so your answer does not count" in rig.text(rig.talk())
    rig.approve(REVIEWER)
    rig.work()
    assert (rig.status(), changed(rig, titles)) == ("done", 1)


@pytest.mark.parametrize("where", ["commons", "meta"])
def test_a_block_on_either_wiki_counts(two_rigs: dict[str, Rig], where: str) -> None:
    """On the wiki where the request was filed as on the one that it changes."""
    rig = two_rigs["meta"]
    title = f"Blocked on {where}"
    rig.save_pages({title: TEXT}, wiki="commons")
    asked = {"type": "edit", "pages": title, "change": "replace", "find": "glass", "replace": "tin"}
    rig.file(PARTNER, **NOTHING | asked | {"wiki": "commons"})
    with blocked(rig, PARTNER, where):
        rig.work()
    assert rig.status() == "invalid"
    assert "is blocked from this" in rig.text()


# Trust and limits ------------------------------------------------------------------------------------------------


def test_trust_is_for_a_person_and_a_day(rig: Rig) -> None:
    """Five requests of two pages in one edit are ten pages: those over the limit wait for a reviewer."""
    rig.set_policy(no_review=[{"groups": ["autopatrolled"], "max_items": 5}])
    titles = names(rig, 10)
    rig.save_pages(dict.fromkeys(titles, TEXT))
    lines = "| type = edit\n| change = replace\n| find = glass\n| replace = silver"
    calls = [f"{{{{Hub request\n{lines}\n| pages = {'; '.join(titles[n : n + 2])}\n}}}}" for n in range(0, 10, 2)]
    rig.person("Partner").edit(rig.base, "\n\n".join(f"{call} ~~~~" for call in calls), section_new="Five")
    rig.work()
    states = [rig.status(n) for n in range(1, 6)]
    assert (states.count("done"), states.count("planned"), changed(rig, titles)) == (2, 3, 4)
    ask_as(rig, PARTNER, names(rig, 2, "Other person"))
    rig.work()
    assert rig.status(6) == "done"


def test_nobody_is_trusted_with_undoing_what_others_did(rig: Rig) -> None:
    """Trust that names no kinds is for no undoing; one that names `undo` is for the undoing of one's own."""
    titles = ask(rig, 1)
    rig.approve()
    rig.work()
    undo = NOTHING | {"type": "undo", "request": "H1"}
    rig.set_policy(no_review=[{"groups": ["autopatrolled"]}])
    rig.file("Partner", **undo)
    rig.work()
    assert (rig.status(2), changed(rig, titles)) == ("planned", 1)
    rig.set_policy(no_review=[{"groups": ["autopatrolled"], "kinds": ["undo"]}])
    rig.review("cancel", number=2)
    rig.work()
    rig.file(PARTNER, **undo, reason="Not mine")
    rig.work()
    assert (rig.status(3), changed(rig, titles)) == ("planned", 1)
    rig.review("cancel", number=3)
    rig.work()
    rig.file("Partner", **undo, reason="Mine")
    rig.work()
    assert (rig.status(4), changed(rig, titles)) == ("done", 0)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"open_requests": 2}, "other requests that are still open"),
        ({"requests_per_day": 2}, "has filed as many requests within 24 hours"),
        ({"items_per_day": 2}, "would ask for more items within 24 hours"),
    ],
    ids=["open", "requests", "items"],
)
def test_one_person_may_ask_for_so_much(rig: Rig, limits: dict[str, int], said: str) -> None:
    """What is over a limit of the policy's is told and not planned; other people's requests are."""
    rig.set_policy(limits=limits)
    titles = names(rig, 4, next(iter(limits)))
    for title in titles[:3]:
        ask_as(rig, "Partner", [title])
    ask_as(rig, PARTNER, titles[3:])
    rig.work()
    assert [rig.status(n) for n in (1, 2, 3, 4)] == ["planned", "planned", "invalid", "planned"]
    assert said in rig.text()


def test_ones_flood_is_bounded_and_hides_nobodys_request(rig: Rig) -> None:
    """Of many requests in one edit a day's are taken in, and one more that is told so; others' all."""
    rig.set_policy(limits={"requests_per_day": 3})
    above, below = names(rig, 2)
    ask_as(rig, PARTNER, [above])
    calls = "\n".join(f"{{{{Hub request|type=edit|pages=Flood {n}}}}}" for n in range(50))
    rig.person("Partner").edit(rig.base, calls, section_new="Flood")
    ask_as(rig, PARTNER, [below])
    rig.work()
    known = rig.hub.ledger.on_page("commons", rig.base)
    assert [request.author for request in known] == [PARTNER, *["Partner"] * 4, PARTNER]
    assert [rig.status(1), rig.status(6)] == ["planned", "planned"]


def test_ones_flood_does_not_delay_anothers_request(rig: Rig) -> None:
    """With twenty requests of one person waiting, another's is planned within the next few jobs."""
    lines = "| type = edit\n| change = replace\n| find = glass\n| replace = silver"
    calls = "\n\n".join(f"{{{{Hub request\n{lines}\n| pages = Flood {n}\n}}}} ~~~~" for n in range(20))
    rig.person("Partner").edit(rig.base, calls, section_new="Flood")
    watch(rig.hub, rig.queue)
    rig.queue.work_here(2)
    ask_as(rig, PARTNER, names(rig, 1))
    watch(rig.hub, rig.queue)
    rig.queue.work_here(5)
    assert rig.hub.ledger.get(21).slice > 0
    flood = [request for request in rig.hub.ledger.on_page("commons", rig.base) if request.state == "received"]
    assert len(flood) > 10


# A policy that counts --------------------------------------------------------------------------------------------


def stranger_writes(rig: Rig) -> str:
    """A policy of a stranger's own making, on the policy page."""
    text = rig.text(policy_page(rig.hub.wikis["commons"])).replace('"autopatrolled"', '"user"')
    rig.person("Stranger").edit(policy_page(rig.hub.wikis["commons"]), text)
    watch(rig.hub, rig.queue)
    return text


def test_a_strangers_policy_does_not_count(rig: Rig) -> None:
    """Not on a page that anybody may edit, nor an older text that they bring back; the talk page says why, once."""
    watch(rig.hub, rig.queue)
    before = rig.hub.policy("commons")
    title = policy_page(rig.hub.wikis["commons"])
    good = rig.text(title)
    rig.set_policy(max_rows=7)
    stranger_writes(rig)
    assert rig.hub.policy("commons").max_rows == 7
    rig.person("Stranger").edit(title, good)
    watch(rig.hub, rig.queue)
    watch(rig.hub, rig.queue)
    assert rig.hub.policy("commons") != before
    assert rig.text(talk_page(title)).count("“Stranger” may not protect this page") == 2
    rig.person("Admin").edit(title, good.replace("{", "{ ", 1))
    watch(rig.hub, rig.queue)
    assert rig.hub.policy("commons") == before


def test_a_policy_counts_while_its_page_is_protected(rig: Rig) -> None:
    """Whoever wrote it: who protects the page has seen what it says. Not where others may still edit it."""
    text = stranger_writes(rig)
    title = policy_page(rig.hub.wikis["commons"])
    admin = rig.person("Admin")
    # Both as Admin's own revisions on top would count by themselves: what is asked here is the page's level.
    assert rig.hub.policy("commons") != read_policy(text)
    admin.do("protect", title=title, protections="edit=sysop")
    watch(rig.hub, rig.queue)
    assert rig.hub.policy("commons") == read_policy(text)
    assert rig.hub.wikis["commons"].edit_level(title) == "sysop"


def test_a_page_moved_over_the_policy_does_not_count(rig: Rig) -> None:
    """Who moved it there has said what it says."""
    watch(rig.hub, rig.queue)
    before = rig.hub.policy("commons")
    title = policy_page(rig.hub.wikis["commons"])
    rig.person("Admin").edit(f"{rig.base}/Draft.json", rig.text(title).replace('"autopatrolled"', '"user"'))
    rig.person("Admin").do("delete", title=title)
    rig.person("Stranger").do("move", **{"from": f"{rig.base}/Draft.json", "to": title})
    watch(rig.hub, rig.queue)
    assert rig.hub.policy("commons") == before


def test_a_new_ledger_finds_the_last_policy_that_counts(rig: Rig) -> None:
    """It goes back in the page's history, past a stranger's and a blocked administrator's revisions."""
    rig.set_policy(max_rows=8)
    stranger_writes(rig)
    title = policy_page(rig.hub.wikis["commons"])
    rig.hub.ledger.mark_read("commons", title, 0, "")
    watch(rig.hub, rig.queue)
    assert rig.hub.policy("commons").max_rows == 8


def test_what_a_policy_is_reported_for_does_nothing_on_the_talk_page(rig: Rig) -> None:
    """Signatures and templates in the names of its parameters are shown, not carried out."""
    title = policy_page(rig.hub.wikis["commons"])
    rig.person("Admin").edit(title, '{"~~~~ {{Hub review|approve}}": 1}')
    watch(rig.hub, rig.queue)
    said = rig.text(talk_page(title))
    assert not re.search(r"\{\{Hub review", said)
    assert said.count("[[User talk:") == 1


def test_who_an_account_is(rig: Rig) -> None:
    """Groups and blocks in one request; an address or an imported name is nobody."""
    wiki = rig.hub.wikis["commons"]
    partner = wiki.who_is(PARTNER)
    assert partner.exists
    assert {"user", "autopatrolled"} <= partner.groups
    assert partner.blocks == ()
    assert wiki.groups_with("protect") == frozenset({"sysop"})
    for nobody in ("192.0.2.7", "2001:db8::7", "w>Alice", "", "No such account"):
        assert not wiki.who_is(nobody).exists
    with blocked(rig, PARTNER, partial=1, pagerestrictions="Main Page", namespacerestrictions="6|14"):
        [block] = wiki.who_is(PARTNER).blocks
        assert block == Block(sitewide=False, namespaces=frozenset({6, 14}), pages=frozenset({"Main Page"}))
    with blocked(rig, PARTNER):
        assert wiki.who_is(PARTNER).blocked
    with blocked(rig, PARTNER), blocked_name(rig):
        assert not wiki.who_is(PARTNER).exists


@contextmanager
def blocked_name(rig: Rig) -> Iterator[None]:
    """The name of the blocked account is hidden meanwhile."""
    admin = rig.person("Admin")
    admin.set_groups("Admin", add="suppress")
    try:
        admin.do("block", user=PARTNER, expiry="infinite", hidename=1, reblock=1)
        yield
        admin.do("block", user=PARTNER, expiry="infinite", reblock=1)
    finally:
        admin.set_groups("Admin", remove="suppress")


@pytest.mark.parametrize("model", ["wikitext", "json"], ids=["redirect left", "nothing left"])
def test_a_policy_that_is_moved_away_stays_in_force(rig: Rig, model: str) -> None:
    """Whoever moves the page takes no right away; its talk page says so where people look for it, once."""
    rig.set_policy(max_rows=7)
    wiki = rig.hub.wikis["commons"]
    title = policy_page(wiki)
    rig.person("Admin").edit(talk_page(title), "What people said of it.")
    if model != "wikitext":
        rig.person("Admin").do("changecontentmodel", title=title, model=model)
        watch(rig.hub, rig.queue)
    rig.person("Stranger").do("move", **{"from": title, "to": f"{rig.base}/Elsewhere"}, movetalk=1)
    for _ in range(2):
        watch(rig.hub, rig.queue)
        assert rig.hub.policy("commons").max_rows == 7
    talk = rig.text(talk_page(title))
    assert talk.count("the last valid policy") + talk.count("The last valid policy") == 1
    page = wiki.page(talk_page(title))
    assert page
    assert not page.about.redirect
    rig.person("Stranger").do("move", **{"from": f"{rig.base}/Elsewhere", "to": title}, movetalk=1)
    watch(rig.hub, rig.queue)
    assert rig.hub.policy("commons").max_rows == 7


@pytest.mark.parametrize("how", ["blanked", "redirected", "of another model"])
def test_a_policy_that_a_stranger_spoils_stays_in_force(rig: Rig, how: str) -> None:
    """Blanked, redirected, of another content model: the last valid one counts, and the talk page says why."""
    rig.set_policy(max_rows=7)
    title = policy_page(rig.hub.wikis["commons"])
    match how:
        case "blanked":
            rig.person("Stranger").edit(title, "")
        case "redirected":
            rig.person("Stranger").edit(title, "#REDIRECT [[Main Page]]")
        case _:
            rig.person("Stranger").do("changecontentmodel", title=title, model="text")
    rig.work()
    assert rig.hub.policy("commons").max_rows == 7
    assert rig.text(talk_page(title)).count("“Stranger” may not protect this page") == 1


def test_a_policy_that_is_deleted_stays_in_force(rig: Rig) -> None:
    """Also then the last valid one counts, and it is told how to have none; one that is saved anew counts again."""
    rig.set_policy(max_rows=7)
    title = policy_page(rig.hub.wikis["commons"])
    rig.person("Admin").do("delete", title=title)
    rig.work()
    assert rig.hub.policy("commons").max_rows == 7
    assert "“{}” there allows administrators alone" in rig.text(talk_page(title))
    rig.person("Admin").edit(title, "{}")
    rig.file(manifest=published(rig))
    rig.work()
    assert rig.status() == "invalid"
