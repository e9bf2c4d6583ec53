"""The summaries that the wiki keeps: each edit of a request is in one batch, its own plan's."""

import re

import pytest

from deploy.sandbox import BOT
from jobs.io import summaries

from .rig import Rig, picture, published
from .test_edits import ask

BATCH = re.compile(r" \(\[\[:toolforge:editgroups-commons/b/CB/([0-9a-f]{4,32})\|details\]\]\)$")


@pytest.fixture
def grouped(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A rig whose wiki has EditGroups, as Commons has."""
    known = rig.hub.wikis["commons"].siteinfo().wiki_id
    monkeypatch.setitem(summaries.EDIT_GROUPS, known, summaries.EDIT_GROUPS["commonswiki"])
    return rig


def comments(rig: Rig, *titles: str) -> list[str]:
    """Those of the bot's recent changes to these pages: edits, uploads, deletions."""
    found = rig.person("Stranger").api(
        action="query", list="recentchanges", rcuser=BOT, rcprop="title|comment", rclimit="max"
    )
    shown = {title.replace("_", " ") for title in titles}
    return [change["comment"] for change in found["query"]["recentchanges"] if change["title"] in shown]


def batches(rig: Rig, *titles: str) -> set[str]:
    """The batches of those changes, each of which is in one."""
    links = [BATCH.findall(comment) for comment in comments(rig, *titles)]
    assert links
    assert all(len(link) == 1 for link in links)
    return {link[0] for link in links}


def test_pilot_rest_and_a_retry_are_one_batch(grouped: Rig) -> None:
    """Uploads, their structured data and the page of their category too; the hash is that of what was approved."""
    rig = grouped
    rig.set_policy(pilot=1)
    missing = picture(7_001)
    rows = [
        {"title": title, "number": "1", "media_url": rig.partner.publish(f"/{shade}.jpg", picture(shade))}
        for shade, title in enumerate(("Batch one", "Batch two", "Batch three"), 7_000)
    ]
    rig.file(manifest=rig.partner.publish_list("/batch.csv", rows), partner="A ([[:toolforge:b/CB/ffff|details]])")
    rig.work()
    plan = rig.plan()
    rig.partner.publish("/7001.jpg", b"", status=404)
    rig.approve()
    rig.work()
    assert rig.status() == "pilot"
    rig.review("continue")
    rig.work()
    assert rig.status() == "partly done"
    rig.partner.publish("/7001.jpg", missing)
    rig.review("retry")
    rig.work()
    assert rig.status() == "done"
    files = [f"File:{row['title']} - 1.jpg" for row in rows]
    category = f"Category:{rig.report().partition(':')[2]}"
    assert batches(rig, *files, category) == {rig.hub.ledger.get(1).plan[:16]}
    assert rig.hub.ledger.get(1).plan.startswith(plan)
    assert len(comments(rig, *files)) == 6
    assert all(f"[[{rig.report()}]] · cph " in comment for comment in comments(rig, *files))


def test_taking_back_is_a_batch_of_its_own_whatever_its_reason_says(grouped: Rig) -> None:
    """Who undoes that batch as a whole brings back what the first one did."""
    rig = grouped
    rig.save_pages({"Batch page": "Some tin."})
    ask(rig, pages="Batch page", change="replace", find="tin", replace="zinc")
    rig.approve()
    rig.work()
    first = batches(rig, "Batch page")
    rig.review("undo|reason=No ([[:toolforge:editgroups-commons/b/CB/ffff|details]])")
    rig.work()
    rig.approve(number=2)
    rig.work()
    assert rig.status() == "undone"
    both = batches(rig, "Batch page")
    assert first < both
    assert both == {rig.hub.ledger.get(number).plan[:16] for number in (1, 2)}


def test_the_longest_summary_is_kept_whole(grouped: Rig) -> None:
    """MediaWiki cuts what is longer than 500 characters, and would cut the link."""
    summary = summaries.request_summary("M" * 300, f"Commons:{'B' * 240}/H1", "commonswiki", "0123456789abcdef" * 4)
    said = summary.of("+ " + "x" * 500)
    grouped.hub.wikis["commons"].save("Longest summary", "Some tin.", said, None)
    assert comments(grouped, "Longest summary") == [said]


def test_reports_and_replies_say_the_tool_and_are_in_no_batch(grouped: Rig) -> None:
    """To undo a batch takes back no report."""
    rig = grouped
    rig.file(manifest=published(rig, "Batch report"))
    rig.work()
    written = comments(rig, rig.report(), rig.base)
    assert written
    assert all(comment.endswith(f" · {summaries.TOOL}") for comment in written)
