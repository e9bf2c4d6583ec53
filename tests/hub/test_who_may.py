"""Who may file, review and say what the policy is: blocks, limits, and a policy that counts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bots.watcher import watch
from jobs.context import stop
from jobs.context.hub import policy_page, talk_page
from jobs.execution import run as executor
from jobs.model.accounts import Block
from jobs.model.policy import read_policy
from jobs.model.states import Event

from .desk import Desk, published
from .test_conversation import NOTHING, TEXT, ask, changed
from .test_undo import BOT

PARTNER = "Blocked partner"
REVIEWER = "Blocked reviewer"


@contextmanager
def blocked(desk: Desk, user: str, wiki: str = "", **how: str | int) -> Iterator[None]:
    """The account is blocked meanwhile, as a whole or, with `partial`, from some things."""
    admin = desk.person("Admin", wiki)
    admin.do("block", user=user, expiry="infinite", reason="A secret reason", allowusertalk=1, **how)
    try:
        yield
    finally:
        admin.do("unblock", user=user)


def ask_as(desk: Desk, account: str, titles: list[str], **more: str) -> None:
    """File a request that changes these pages, which are made first."""
    desk.save_pages(dict.fromkeys(titles, TEXT))
    desk.file(
        account,
        **NOTHING
        | {"type": "edit", "pages": "; ".join(titles), "change": "replace", "find": "glass", "replace": "silver"}
        | more,
    )


def names(desk: Desk, count: int, word: str = "Page") -> list[str]:
    """Titles that no other test has."""
    test = desk.base.rpartition("test_")[2].replace("_", " ")
    return [f"{test.strip().capitalize()} {word} {n:03}" for n in range(count)]


def approved(desk: Desk) -> None:
    """The first request is as it is when a reviewer's approval was judged, and it has not begun."""
    desk.hub.ledger.move(desk.hub.ledger.get(1), Event.APPROVE, approver="Reviewer")


# Blocks ----------------------------------------------------------------------------------------------------------


def test_who_is_blocked_files_nothing(desk: Desk) -> None:
    """A request whose author is blocked before it is read is not planned; the reason of the block is not repeated."""
    ask_as(desk, PARTNER, names(desk, 1))
    with blocked(desk, PARTNER):
        desk.work()
    assert desk.status() == "invalid"
    assert f"The account “{PARTNER}” is blocked from this." in desk.text()
    assert "secret" not in desk.text()


def test_nobody_approves_what_a_blocked_person_asked_for(desk: Desk) -> None:
    """Blocked after filing: the approval is refused with a sentence, and counts once the block is gone."""
    titles = names(desk, 1)
    ask_as(desk, PARTNER, titles)
    desk.work()
    with blocked(desk, PARTNER):
        desk.approve()
        desk.work()
        assert (desk.status(), changed(desk, titles)) == ("planned", 0)
        assert f"“{PARTNER}”, which asked for this, is blocked" in desk.text(desk.talk())
    desk.approve()
    desk.work()
    assert (desk.status(), changed(desk, titles)) == ("done", 1)


@pytest.mark.parametrize("done", [0, 2], ids=["after approval", "in mid-run"])
def test_what_was_approved_stands_still_while_its_author_is_blocked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    """Nothing more is done, the report says who is blocked, and `resume` goes on after it, but not before."""
    monkeypatch.setattr(executor, "SLICE_ITEMS", 2)
    titles = names(desk, 5, f"Done {done}")
    ask_as(desk, PARTNER, titles)
    desk.work()
    approved(desk)
    if done:
        watch(desk.hub, desk.queue)
        desk.queue.work_here(1)
        assert changed(desk, titles) == done
    with blocked(desk, PARTNER):
        desk.queue.work_here()
        desk.work()
        assert (desk.status(), changed(desk, titles)) == ("paused", done)
        assert f"Paused, because the account “{PARTNER}” is blocked." in desk.text(desk.report())
        assert "secret" not in desk.text(desk.report())
        desk.review("resume")
        desk.work()
        assert (desk.status(), changed(desk, titles)) == ("paused", done)
    desk.review("resume")
    desk.work()
    assert (desk.status(), changed(desk, titles)) == ("done", 5)


def test_a_block_counts_within_one_long_slice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice in which one file takes long asks again before it writes: each minute, or here, each time."""
    monkeypatch.setattr(stop, "RIGHTS_SECONDS", 0.0)
    monkeypatch.setattr(stop, "LOOK_SECONDS", 0.0)
    titles = names(desk, 3)
    ask_as(desk, PARTNER, titles)
    desk.work()
    desk.approve()
    reason = stop.StopSwitch.reason
    asked = 0

    def first_blocks(switch: stop.StopSwitch) -> object:
        nonlocal asked
        asked += 1
        if asked == 1:
            desk.person("Admin").do("block", user=PARTNER, expiry="infinite")
        return reason(switch)

    monkeypatch.setattr(stop.StopSwitch, "reason", first_blocks)
    try:
        desk.work()
    finally:
        desk.person("Admin").do("unblock", user=PARTNER)
    assert (desk.status(), changed(desk, titles)) == ("paused", 0)


def test_what_a_blocked_bot_was_to_do_goes_on_once_it_is_not_blocked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost or said while it is blocked; then the request pauses, says why, and `resume` goes on."""
    monkeypatch.setattr(executor, "SLICE_ITEMS", 2)
    titles = names(desk, 5)
    ask_as(desk, PARTNER, titles)
    desk.work()
    approved(desk)
    watch(desk.hub, desk.queue)
    desk.queue.work_here(1)
    assert changed(desk, titles) == 2
    with blocked(desk, BOT):
        desk.queue.work_here()
        desk.work()
        assert (desk.status(), changed(desk, titles)) == ("running", 2)
    desk.hub.ledger.update_request(desk.hub.ledger.get(1), not_before=0.0)
    desk.work()
    assert (desk.status(), changed(desk, titles)) == ("paused", 2)
    assert "Paused, because the bot is blocked (blocked)." in desk.text(desk.report())
    desk.review("resume")
    desk.work()
    assert (desk.status(), changed(desk, titles)) == ("done", 5)


def test_a_partial_block_counts_where_it_touches_what_is_asked_for(desk: Desk) -> None:
    """Blocked from files: no uploads, but edits elsewhere; blocked from a page: not that one."""
    one, other = names(desk, 2)
    ask_as(desk, PARTNER, [one])
    ask_as(desk, PARTNER, [other])
    desk.file(PARTNER, manifest=published(desk))
    with blocked(desk, PARTNER, partial=1, pagerestrictions=one, namespacerestrictions=6):
        desk.work()
        assert [desk.status(n) for n in (1, 2, 3)] == ["invalid", "planned", "invalid"]
        desk.approve(number=2)
        desk.work()
        assert (desk.status(2), changed(desk, [one, other])) == ("done", 1)


def test_a_partial_block_stops_a_run_at_what_it_touches(desk: Desk) -> None:
    """Blocked after the approval from a page of the plan."""
    titles = names(desk, 2)
    ask_as(desk, PARTNER, titles)
    desk.work()
    approved(desk)
    with blocked(desk, PARTNER, partial=1, pagerestrictions=titles[1]):
        desk.work()
        assert (desk.status(), changed(desk, titles)) == ("paused", 0)
    desk.review("resume")
    desk.work()
    assert (desk.status(), changed(desk, titles)) == ("done", 2)


def test_what_a_blocked_reviewer_says_does_not_count(desk: Desk) -> None:
    """The answer is refused with a sentence, also where the block came after it was given."""
    titles = ask(desk, 1)
    desk.approve(REVIEWER)
    with blocked(desk, REVIEWER):
        desk.work()
    assert (desk.status(), changed(desk, titles)) == ("planned", 0)
    assert "your account is blocked, so your answer does not count" in desk.text(desk.talk())
    desk.approve(REVIEWER)
    desk.work()
    assert (desk.status(), changed(desk, titles)) == ("done", 1)


@pytest.mark.parametrize("where", ["commons", "meta"])
def test_a_block_on_either_wiki_counts(two_desks: dict[str, Desk], where: str) -> None:
    """On the wiki where the request was filed as on the one that it changes."""
    desk = two_desks["meta"]
    title = f"Blocked on {where}"
    desk.save_pages({title: TEXT}, wiki="commons")
    asked = {"type": "edit", "pages": title, "change": "replace", "find": "glass", "replace": "tin"}
    desk.file(PARTNER, **NOTHING | asked | {"wiki": "commons"})
    with blocked(desk, PARTNER, where):
        desk.work()
    assert desk.status() == "invalid"
    assert "is blocked from this" in desk.text()


# Trust and limits ------------------------------------------------------------------------------------------------


def test_trust_is_for_a_person_and_a_day(desk: Desk) -> None:
    """Ten requests of three pages in one edit are thirty pages: those over the limit wait for a reviewer."""
    desk.set_policy(no_review=[{"groups": ["autopatrolled"], "max_items": 10}])
    titles = names(desk, 30)
    desk.save_pages(dict.fromkeys(titles, TEXT))
    lines = "| type = edit\n| change = replace\n| find = glass\n| replace = silver"
    calls = [f"{{{{Hub request\n{lines}\n| pages = {'; '.join(titles[n : n + 3])}\n}}}}" for n in range(0, 30, 3)]
    desk.person("Partner").edit(desk.base, "\n\n".join(f"{call} ~~~~" for call in calls), section_new="Ten")
    desk.work()
    states = [desk.status(n) for n in range(1, 11)]
    assert (states.count("done"), states.count("planned"), changed(desk, titles)) == (3, 7, 9)
    ask_as(desk, PARTNER, names(desk, 2, "Other person"))
    desk.work()
    assert desk.status(11) == "done"


def test_nobody_is_trusted_with_undoing_what_others_did(desk: Desk) -> None:
    """Trust that names no kinds is for no undoing; one that names `undo` is for the undoing of one's own."""
    titles = ask(desk, 1)
    desk.approve()
    desk.work()
    undo = NOTHING | {"type": "undo", "request": "H1"}
    desk.set_policy(no_review=[{"groups": ["autopatrolled"]}])
    desk.file("Partner", **undo)
    desk.work()
    assert (desk.status(2), changed(desk, titles)) == ("planned", 1)
    desk.set_policy(no_review=[{"groups": ["autopatrolled"], "kinds": ["undo"]}])
    desk.file(PARTNER, **undo, reason="Not mine")
    desk.work()
    assert (desk.status(3), changed(desk, titles)) == ("planned", 1)
    desk.file("Partner", **undo, reason="Mine")
    desk.work()
    assert (desk.status(4), changed(desk, titles)) == ("done", 0)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"open_requests": 2}, "other requests that are still open"),
        ({"requests_per_day": 2}, "has filed as many requests within 24 hours"),
        ({"items_per_day": 2}, "would ask for more items within 24 hours"),
    ],
    ids=["open", "requests", "items"],
)
def test_one_person_may_ask_for_so_much(desk: Desk, limits: dict[str, int], said: str) -> None:
    """What is over a limit of the policy's is told and not planned; other people's requests are."""
    desk.set_policy(limits=limits)
    titles = names(desk, 4, next(iter(limits)))
    for title in titles[:3]:
        ask_as(desk, "Partner", [title])
    ask_as(desk, PARTNER, titles[3:])
    desk.work()
    assert [desk.status(n) for n in (1, 2, 3, 4)] == ["planned", "planned", "invalid", "planned"]
    assert said in desk.text()


def test_ones_flood_does_not_delay_anothers_request(desk: Desk) -> None:
    """With fifty requests of one person waiting, another's is planned within the next few jobs."""
    lines = "| type = edit\n| change = replace\n| find = glass\n| replace = silver"
    calls = "\n\n".join(f"{{{{Hub request\n{lines}\n| pages = Flood {n}\n}}}} ~~~~" for n in range(50))
    desk.person("Partner").edit(desk.base, calls, section_new="Flood")
    watch(desk.hub, desk.queue)
    desk.queue.work_here(2)
    ask_as(desk, PARTNER, names(desk, 1))
    watch(desk.hub, desk.queue)
    desk.queue.work_here(5)
    assert desk.hub.ledger.get(51).slice > 0
    flood = [request for request in desk.hub.ledger.on_page("commons", desk.base) if request.state == "received"]
    assert len(flood) > 40


# A policy that counts --------------------------------------------------------------------------------------------


def stranger_writes(desk: Desk) -> str:
    """A policy of a stranger's own making, on the policy page."""
    text = desk.text(policy_page(desk.hub.wikis["commons"])).replace('"autopatrolled"', '"user"')
    desk.person("Stranger").edit(policy_page(desk.hub.wikis["commons"]), text)
    watch(desk.hub, desk.queue)
    return text


def test_a_strangers_policy_does_not_count(desk: Desk) -> None:
    """Not on a page that anybody may edit, nor an older text that they bring back; the talk page says why, once."""
    watch(desk.hub, desk.queue)
    before = desk.hub.policy("commons")
    title = policy_page(desk.hub.wikis["commons"])
    good = desk.text(title)
    desk.set_policy(max_rows=7)
    stranger_writes(desk)
    assert desk.hub.policy("commons").max_rows == 7
    desk.person("Stranger").edit(title, good)
    watch(desk.hub, desk.queue)
    watch(desk.hub, desk.queue)
    assert desk.hub.policy("commons") != before
    assert desk.text(talk_page(title)).count("“Stranger” may not protect this page") == 2
    desk.person("Admin").edit(title, good.replace("{", "{ ", 1))
    watch(desk.hub, desk.queue)
    assert desk.hub.policy("commons") == before


def test_a_policy_counts_while_its_page_is_protected(desk: Desk) -> None:
    """Whoever wrote it: who protects the page has seen what it says. Not where others may still edit it."""
    text = stranger_writes(desk)
    title = policy_page(desk.hub.wikis["commons"])
    admin = desk.person("Admin")
    # Both as Admin's own revisions on top would count by themselves: what is asked here is the page's level.
    assert desk.hub.policy("commons") != read_policy(text)
    admin.do("protect", title=title, protections="edit=sysop")
    watch(desk.hub, desk.queue)
    assert desk.hub.policy("commons") == read_policy(text)
    assert desk.hub.wikis["commons"].edit_level(title) == "sysop"


def test_a_page_moved_over_the_policy_does_not_count(desk: Desk) -> None:
    """Who moved it there has said what it says."""
    watch(desk.hub, desk.queue)
    before = desk.hub.policy("commons")
    title = policy_page(desk.hub.wikis["commons"])
    desk.person("Admin").edit(f"{desk.base}/Draft.json", desk.text(title).replace('"autopatrolled"', '"user"'))
    desk.person("Admin").do("delete", title=title)
    desk.person("Stranger").do("move", **{"from": f"{desk.base}/Draft.json", "to": title})
    watch(desk.hub, desk.queue)
    assert desk.hub.policy("commons") == before


def test_a_new_ledger_finds_the_last_policy_that_counts(desk: Desk) -> None:
    """It goes back in the page's history, past a stranger's and a blocked administrator's revisions."""
    desk.set_policy(max_rows=8)
    stranger_writes(desk)
    title = policy_page(desk.hub.wikis["commons"])
    desk.hub.ledger.mark_read("commons", title, 0, "")
    watch(desk.hub, desk.queue)
    assert desk.hub.policy("commons").max_rows == 8


def test_what_a_policy_is_reported_for_does_nothing_on_the_talk_page(desk: Desk) -> None:
    """Signatures and templates in the names of its parameters are shown, not carried out."""
    title = policy_page(desk.hub.wikis["commons"])
    desk.person("Admin").edit(title, '{"~~~~ {{Hub review|approve}}": 1}')
    watch(desk.hub, desk.queue)
    said = desk.text(talk_page(title))
    assert not re.search(r"\{\{Hub review", said)
    assert said.count("[[User talk:") == 1


def test_who_an_account_is(desk: Desk) -> None:
    """Groups and blocks in one request; an address or an imported name is nobody."""
    wiki = desk.hub.wikis["commons"]
    partner = wiki.who_is(PARTNER)
    assert partner.exists
    assert {"user", "autopatrolled"} <= partner.groups
    assert partner.blocks == ()
    assert wiki.groups_with("protect") == frozenset({"sysop"})
    for nobody in ("192.0.2.7", "2001:db8::7", "w>Alice", "", "No such account"):
        assert not wiki.who_is(nobody).exists
    with blocked(desk, PARTNER, partial=1, pagerestrictions="Main Page", namespacerestrictions="6|14"):
        [block] = wiki.who_is(PARTNER).blocks
        assert block == Block(sitewide=False, namespaces=frozenset({6, 14}), pages=frozenset({"Main Page"}))
    with blocked(desk, PARTNER):
        assert wiki.who_is(PARTNER).blocked
    with blocked(desk, PARTNER), blocked_name(desk):
        assert not wiki.who_is(PARTNER).exists


@contextmanager
def blocked_name(desk: Desk) -> Iterator[None]:
    """The name of the blocked account is hidden meanwhile."""
    admin = desk.person("Admin")
    admin.set_groups("Admin", add="suppress")
    try:
        admin.do("block", user=PARTNER, expiry="infinite", hidename=1, reblock=1)
        yield
        admin.do("block", user=PARTNER, expiry="infinite", reblock=1)
    finally:
        admin.set_groups("Admin", remove="suppress")


@pytest.mark.parametrize("model", ["wikitext", "json"], ids=["redirect left", "nothing left"])
def test_a_policy_that_is_moved_away_stays_in_force(desk: Desk, model: str) -> None:
    """Whoever moves the page takes no right away; its talk page says so where people look for it, once."""
    desk.set_policy(max_rows=7)
    wiki = desk.hub.wikis["commons"]
    title = policy_page(wiki)
    desk.person("Admin").edit(talk_page(title), "What people said of it.")
    if model != "wikitext":
        desk.person("Admin").do("changecontentmodel", title=title, model=model)
        watch(desk.hub, desk.queue)
    desk.person("Stranger").do("move", **{"from": title, "to": f"{desk.base}/Elsewhere"}, movetalk=1)
    for _ in range(2):
        watch(desk.hub, desk.queue)
        assert desk.hub.policy("commons").max_rows == 7
    talk = desk.text(talk_page(title))
    assert talk.count("the last valid policy") + talk.count("The last valid policy") == 1
    page = wiki.page(talk_page(title))
    assert page
    assert not page.about.redirect
    desk.person("Stranger").do("move", **{"from": f"{desk.base}/Elsewhere", "to": title}, movetalk=1)
    watch(desk.hub, desk.queue)
    assert desk.hub.policy("commons").max_rows == 7


@pytest.mark.parametrize("how", ["blanked", "redirected", "of another model"])
def test_a_policy_that_a_stranger_spoils_stays_in_force(desk: Desk, how: str) -> None:
    """Blanked, redirected, of another content model: the last valid one counts, and the talk page says why."""
    desk.set_policy(max_rows=7)
    title = policy_page(desk.hub.wikis["commons"])
    match how:
        case "blanked":
            desk.person("Stranger").edit(title, "")
        case "redirected":
            desk.person("Stranger").edit(title, "#REDIRECT [[Main Page]]")
        case _:
            desk.person("Stranger").do("changecontentmodel", title=title, model="text")
    desk.work()
    assert desk.hub.policy("commons").max_rows == 7
    assert desk.text(talk_page(title)).count("“Stranger” may not protect this page") == 1


def test_a_policy_that_is_deleted_stays_in_force(desk: Desk) -> None:
    """Also then the last valid one counts, and it is told how to have none; one that is saved anew counts again."""
    desk.set_policy(max_rows=7)
    title = policy_page(desk.hub.wikis["commons"])
    desk.person("Admin").do("delete", title=title)
    desk.work()
    assert desk.hub.policy("commons").max_rows == 7
    assert "“{}” there allows administrators alone" in desk.text(talk_page(title))
    desk.person("Admin").edit(title, "{}")
    desk.file(manifest=published(desk))
    desk.work()
    assert desk.status() == "invalid"
