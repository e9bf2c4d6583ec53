"""What stands on the request page is found, kept and answered once, whoever edits it and however it is written."""

import re

import pytest

from jobs.model.policy import read_policy
from wikitext import tables

from .rig import Rig, published


def test_requests_are_found_however_they_are_written(rig: Rig) -> None:
    """Case, underscores, comments, other templates and text around them do not hide requests; nowiki does."""
    manifest = published(rig)
    asked = f"partner=P|filename={{title}}|license=PD-old-70-expired|categories=C|manifest={manifest}"
    page = f"""Some words. {{{{hub_Request<!-- mine -->|type=Upload|{asked}}}}}
<nowiki>{{{{Hub request|type=upload|{asked}}}}}</nowiki>
{{| class="wikitable"
| {{{{ Template:Hub request | TYPE = upload <!-- yes --> | {asked}| language = sv }}}} || cell
|}}
== A heading ==
{{{{HUB REQUEST
|type=upload
|{asked}
|notes=<!-- nothing -->
}}}}"""
    rig.person("Partner").edit(rig.base, page)
    rig.work()
    text = rig.text()
    assert re.findall(r"\bid\s*=\s*(H\d+)", text) == ["H1", "H2", "H3"]
    assert len(re.findall(r"\bstatus\s*=\s*planned", text)) == 3


def test_only_the_bots_own_parameters_and_replies_are_added(rig: Rig) -> None:
    """Take away what the bot added, and the page is byte for byte what people wrote."""
    rig.person("Stranger").edit(rig.base, "Intro  with odd   spaces\n\n\n* list\n<!-- comment -->")
    rig.file(manifest=published(rig))
    before = rig.text()
    rig.work()
    added = re.sub(r"\n<div lang=.*?<!-- hub: .*? -->", "", rig.text())
    added = re.sub(r"\| (id|status|report) = [^\n|}]*\n", "", added)
    assert added == before


def test_nothing_is_answered_twice(rig: Rig) -> None:
    """Looking again, even with an empty queue and a page that others edited, adds nothing."""
    rig.file(manifest=published(rig))
    rig.work()
    rig.person("Stranger").append(rig.base, "\n== Another matter ==\nHello. ~~~~")
    rig.work()
    once = rig.text()
    rig.work()
    assert rig.text() == once
    assert once.count("<!-- hub: ") == 1


def test_a_request_that_its_author_mended_is_read_again(rig: Rig) -> None:
    """An invalid request becomes a plan once it is mended; it keeps its number."""
    rig.file(manifest=published(rig), license="{{No such licence}}")
    rig.work()
    assert rig.status() == "invalid"
    rig.person("Partner").edit(rig.base, rig.text().replace("{{No such licence}}", "{{Cc-zero}}"))
    rig.work()
    assert rig.status() == "planned"
    assert "H2" not in rig.text()


def test_what_others_write_into_the_bots_parameters_is_set_right(rig: Rig) -> None:
    """A forged status runs nothing, and a copied number makes a new request."""
    manifest = published(rig, "Forged")
    rig.file(manifest=manifest, status="approved", id="H77", report="Main Page")
    rig.work()
    assert (rig.status(), rig.report() in rig.text(), "H77" in rig.text()) == ("planned", True, False)
    rig.file(section="Copied", manifest=manifest, partner="Somebody else", id="H1", status="approved")
    rig.work()
    assert re.findall(r"\bid\s*= (H\d+)", rig.text()) == ["H1", "H2"]
    assert rig.status(2) == "planned"
    assert rig.person("Stranger").api(action="query", list="allimages", aiprefix="Forged")["query"]["allimages"] == []


def test_an_edit_after_the_approval_makes_it_void(rig: Rig) -> None:
    """What runs is what was approved: a change of the request makes a new plan that needs a new approval."""
    rig.file(manifest=published(rig, "Void"))
    rig.work()
    rig.approve()
    rig.person("Stranger").edit(rig.base, rig.text().replace("Nordic Museum", "Another museum"))
    rig.work()
    assert rig.person("Stranger").text("File:Void - 1.jpg") is None
    assert "The account “Stranger” may not file requests here." in rig.text()


def test_a_list_on_a_wiki_page_is_read(rig: Rig) -> None:
    """A list may stand on a wiki page, between pre tags, with semicolons."""
    url = rig.partner.publish("/1.jpg", b"")
    published(rig, "On the wiki")
    rig.person("Partner").edit(f"{rig.base}/My list", f"<pre>\ntitle;number;media_url\nOn the wiki;1;{url}\n</pre>")
    rig.file(manifest=f"[[{rig.base}/My list]]")
    rig.work()
    assert rig.status() == "planned"
    assert "On the wiki - 1.jpg" in rig.text(rig.report())


def test_an_invalid_policy_is_reported_and_the_last_valid_one_stays_in_force(rig: Rig) -> None:
    """A slip in the policy stops nobody: it is told on its talk page, once, with what is wrong."""
    rig.work()
    policy_page = f"{rig.base}/Policy.json"
    rig.person("Admin").edit(policy_page, '{"file": {"grups": []}}')
    rig.file(manifest=published(rig))
    rig.work()
    rig.work()
    said = rig.text(policy_page.replace("Commons:", "Commons talk:"))
    assert said.count("file.grups") == 1
    assert rig.status() == "planned"
    assert rig.hub.policy("commons") == read_policy(rig.hub.ledger.kept_text("commons", policy_page))


def test_long_reports_go_on_further_pages(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of more rows than a page bears goes on the report's subpages."""
    monkeypatch.setattr(tables, "ROWS_A_PAGE", 20)
    url = published(rig, "Long").replace("list.csv", "1.jpg")
    lines = ["title,number,media_url", f"Long,1,{url}", *(f"T,{n}," for n in range(2, 42))]
    rig.file(manifest=rig.partner.publish_list("/long.csv", "\n".join(lines)))
    rig.work()
    assert rig.status() == "planned"
    assert len(rig.rows()) == 20
    assert "Long - 1.jpg" in rig.text(f"{rig.report()}/3")
    assert [f"/{n}]]." in rig.text(f"{rig.report()}{at}") for n, at in ((2, ""), (3, "/2"))] == [True, True]
