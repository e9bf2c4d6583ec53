"""What stands on the request page is found, kept and answered once, whoever edits it and however it is written."""

import re

import pytest

from jobs.model.policy import read_policy
from wikitext import tables

from .desk import Desk, published


def test_requests_are_found_however_they_are_written(desk: Desk) -> None:
    """Case, underscores, comments, other templates and text around them do not hide requests; nowiki does."""
    manifest = published(desk)
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
    desk.person("Partner").edit(desk.base, page)
    desk.work()
    text = desk.text()
    assert re.findall(r"\bid\s*=\s*(H\d+)", text) == ["H1", "H2", "H3"]
    assert len(re.findall(r"\bstatus\s*=\s*planned", text)) == 3


def test_only_the_bots_own_parameters_and_replies_are_added(desk: Desk) -> None:
    """Take away what the bot added, and the page is byte for byte what people wrote."""
    desk.person("Stranger").edit(desk.base, "Intro  with odd   spaces\n\n\n* list\n<!-- comment -->")
    desk.file(manifest=published(desk))
    before = desk.text()
    desk.work()
    added = re.sub(r"\n<div lang=.*?<!-- hub: .*? -->", "", desk.text())
    added = re.sub(r"\| (id|status|report) = [^\n|}]*\n", "", added)
    assert added == before


def test_nothing_is_answered_twice(desk: Desk) -> None:
    """Looking again, even with an empty queue and a page that others edited, adds nothing."""
    desk.file(manifest=published(desk))
    desk.work()
    desk.person("Stranger").append(desk.base, "\n== Another matter ==\nHello. ~~~~")
    desk.work()
    once = desk.text()
    desk.work()
    assert desk.text() == once
    assert once.count("<!-- hub: ") == 1


def test_a_request_that_its_author_mended_is_read_again(desk: Desk) -> None:
    """An invalid request becomes a plan once it is mended; it keeps its number."""
    desk.file(manifest=published(desk), license="{{No such licence}}")
    desk.work()
    assert desk.status() == "invalid"
    desk.person("Partner").edit(desk.base, desk.text().replace("{{No such licence}}", "{{Cc-zero}}"))
    desk.work()
    assert desk.status() == "planned"
    assert "H2" not in desk.text()


def test_what_others_write_into_the_bots_parameters_is_set_right(desk: Desk) -> None:
    """A forged status runs nothing, and a copied number makes a new request."""
    manifest = published(desk, "Forged")
    desk.file(manifest=manifest, status="approved", id="H77", report="Main Page")
    desk.work()
    assert (desk.status(), desk.report() in desk.text(), "H77" in desk.text()) == ("planned", True, False)
    desk.file(section="Copied", manifest=manifest, partner="Somebody else", id="H1", status="approved")
    desk.work()
    assert re.findall(r"\bid\s*= (H\d+)", desk.text()) == ["H1", "H2"]
    assert desk.status(2) == "planned"
    assert desk.person("Stranger").api(action="query", list="allimages", aiprefix="Forged")["query"]["allimages"] == []


def test_an_edit_after_the_approval_makes_it_void(desk: Desk) -> None:
    """What runs is what was approved: a change of the request makes a new plan that needs a new approval."""
    desk.file(manifest=published(desk, "Void"))
    desk.work()
    desk.approve()
    desk.person("Stranger").edit(desk.base, desk.text().replace("Nordic Museum", "Another museum"))
    desk.work()
    assert desk.person("Stranger").text("File:Void - 1.jpg") is None
    assert "The account “Stranger” may not file requests here." in desk.text()


def test_a_list_on_a_wiki_page_is_read(desk: Desk) -> None:
    """A list may stand on a wiki page, between pre tags, with semicolons."""
    url = desk.partner.publish("/1.jpg", b"")
    published(desk, "On the wiki")
    desk.person("Partner").edit(f"{desk.base}/My list", f"<pre>\ntitle;number;media_url\nOn the wiki;1;{url}\n</pre>")
    desk.file(manifest=f"[[{desk.base}/My list]]")
    desk.work()
    assert desk.status() == "planned"
    assert "On the wiki - 1.jpg" in desk.text(desk.report())


def test_an_invalid_policy_is_reported_and_the_last_valid_one_stays_in_force(desk: Desk) -> None:
    """A slip in the policy stops nobody: it is told on its talk page, once, with what is wrong."""
    desk.work()
    policy_page = f"{desk.base}/Policy.json"
    desk.person("Admin").edit(policy_page, '{"file": {"grups": []}}')
    desk.file(manifest=published(desk))
    desk.work()
    desk.work()
    said = desk.text(policy_page.replace("Commons:", "Commons talk:"))
    assert said.count("file.grups") == 1
    assert desk.status() == "planned"
    assert desk.hub.policy("commons") == read_policy(desk.hub.ledger.kept_text("commons", policy_page))


def test_long_reports_go_on_further_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of more rows than a page bears goes on the report's subpages."""
    monkeypatch.setattr(tables, "ROWS_A_PAGE", 20)
    url = published(desk, "Long").replace("list.csv", "1.jpg")
    lines = ["title,number,media_url", f"Long,1,{url}", *(f"T,{n}," for n in range(2, 42))]
    desk.file(manifest=desk.partner.publish_list("/long.csv", "\n".join(lines)))
    desk.work()
    assert desk.status() == "planned"
    assert len(desk.rows()) == 20
    assert "Long - 1.jpg" in desk.text(f"{desk.report()}/3")
