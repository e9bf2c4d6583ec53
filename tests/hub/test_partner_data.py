"""A museum's records become files with pages and structured data, checked first; what is there already is reported."""

import csv
import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bots.mediawiki.session import Session
from bots.watcher import watch
from jobs.context import slice_end
from jobs.io.errors import Unanswered
from jobs.io.wiki import Entity
from jobs.model.actions import Describe
from jobs.model.structured_data.filedata import FileData, entity_json
from jobs.slice import advance

from .rig import Rig, picture, told_items

RECORDS = Path(__file__).parent.parent / "data" / "museum-records.csv"
MUSEUM = "Q1043967"
MAPPING = """{| class="wikitable sortable"
! column !! word !! creator !! institution !! categories !! item !! depicts
|-
| institution || Carnegie Museum of Art || || Carnegie Museum of Art, Pittsburgh || || Q1043967 ||
|-
| partner || Carnegie Museum of Art || || || || {{Q|1043967}} ||
|-
| creator || Swank, Luke || Luke Swank || || [[:Category:Luke Swank]] || Q6702303 ||
|-
| classification || prints || || || Prints in the Carnegie Museum of Art || ||
|-
| title || Croquet (recto); Geometric Shapes (verso) || || || || || Q193387; https://www.wikidata.org/wiki/Q11471
|}
"""


def records(number: int, first: int) -> list[dict[str, str]]:
    """The first records of the museum's list, with accession numbers that no other test has."""
    with RECORDS.open(encoding="utf-8", newline="") as file:
        rows = [row for row, _ in zip(csv.DictReader(file), range(number), strict=False)]
    return [row | {"accession_number": f"{row['accession_number']}.{first}"} for row in rows]


def asked(rig: Rig, rows: list[dict[str, str]], first: int, **more: str) -> None:
    """File an upload of these records, each with a picture of its own."""
    with_files = [
        row | {"image_url": rig.partner.publish(f"/{number}.jpg", picture(0x700000 + number))}
        for number, row in enumerate(rows, first)
    ]
    request = {
        "partner": "Carnegie Museum of Art",
        "manifest": rig.partner.publish_list("/records.csv", with_files),
        "filename": "{title} - {accession_number}",
        "title": "{title|lang:en}",
        "institution": "Carnegie Museum of Art",
        "dimensions": "{item_width + item_height|size:in}",
        "license": "{{Cc-zero}}",
        "categories": "Collections of the Carnegie Museum of Art",
    }
    rig.file(**request | more)
    rig.work()


def claims(rig: Rig, title: str) -> Mapping[str, list[dict[str, Any]]]:
    """The statements of a file by their property, as the wiki has them."""
    [page] = rig.person("Stranger").api(action="query", titles=title)["query"]["pages"]
    id_ = f"M{page['pageid']}"
    entity = rig.person("Stranger").api(action="wbgetentities", ids=id_)["entities"][id_]
    return entity.get("statements") or {}


def value(snak: Mapping[str, Any]) -> Any:
    """The value of a snak in short: an item's id, a time, a text, a text with its language."""
    if snak["snaktype"] != "value":
        return snak["snaktype"]
    found = snak["datavalue"]["value"]
    if isinstance(found, str):
        return found
    return found.get("id") or found.get("time") or (found["text"], found["language"])


def said(claim: Mapping[str, Any]) -> tuple[Any, dict[str, list[Any]]]:
    """A statement in short: its value and its qualifiers."""
    qualifiers = {key: [value(snak) for snak in snaks] for key, snaks in claim.get("qualifiers", {}).items()}
    return value(claim["mainsnak"]), qualifiers


OF_ALL_KINDS = (0, 1, 2, 4, 7, 8, 12, 21, 24, 34, 40, 43)
"""Of the museum's records: one maker or several, unknown, mapped; years, spans, centuries, none; one untitled."""


def test_records_become_files_with_structured_data(rig: Rig) -> None:
    """Each statement says what the museum's record says, with its source; nothing else is there."""
    rows = [records(50, 0)[number] for number in OF_ALL_KINDS]
    rig.save_pages({f"{rig.base}/mapping": MAPPING})
    asked(rig, rows, 0, mapping=f"{rig.base}/mapping")
    assert rig.status() == "planned"
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    done = [item.action for item in rig.hub.ledger.items(rig.hub.ledger.get(1)) if item.action]
    assert len(done) == len(rows)
    for row, action in zip(rows, done, strict=True):
        found = {key: [said(claim) for claim in listed] for key, listed in claims(rig, action.title).items()}
        assert found.pop("P217") == [(row["accession_number"], {"P195": [MUSEUM]})]
        assert found.pop("P195") == [(MUSEUM, {})]
        title = " ".join(row["title"].split())
        assert found.pop("P1476", []) == ([] if title == "Untitled" else [((title, "en"), {})])
        assert found.pop("P275") == [("Q6938433", {})]
        assert found.pop("P6216") == [("Q88088423", {})]
        file = f"{rig.partner.address}/{rows.index(row)}.jpg"
        source = {"P973": [row["web_url"]], "P137": [MUSEUM], "P2699": [file]}
        assert found.pop("P7482") == [("Q74228490", source)]
        assert found.pop("P1163") == [("image/jpeg", {})]
        assert found.pop("P170", []) == _makers(row)
        assert all(said[0][:1] == "+" or {*said[1]} & {"P1319", "P1326"} for said in found.pop("P571", []))
        assert found.pop("P180", []) == ([("Q193387", {}), ("Q11471", {})] if "Croquet" in title else [])
        assert found == {}


def _makers(row: Mapping[str, str]) -> list[Any]:
    names = [name.strip() for name in re.split(r"[|;]", row["creator"]) if name.strip()]
    named = [name for name in dict.fromkeys(names) if not name.lower().startswith("unknown")]
    return [("Q6702303", {}) if name == "Swank, Luke" else ("somevalue", {"P2093": [name]}) for name in named]


def test_dates_and_sources_of_statements(rig: Rig) -> None:
    """Years, sure or not, a span and an open span are said as Wikidata does, each with the partner's record."""
    rows = [row | {"title": f"Dated {number}"} for number, row in enumerate(records(7, 100))]
    written = ["1962", "c. 1780", "1630\u20131648", "before 1900", "1880s?", "?c.1900", "1880-1890?"]
    for row, told in zip(rows, written, strict=True):
        row["creation_date"] = told
    asked(rig, rows, first=100)
    rig.approve()
    rig.work()
    dates = []
    for number, row in enumerate(rows):
        found = claims(rig, f"File:Dated {number} - {row['accession_number']}.jpg")
        dates += [said(claim) for claim in found.get("P571", [])]
        [reference] = found["P217"][0]["references"]
        assert value(reference["snaks"]["P854"][0]) == row["web_url"]
        assert value(reference["snaks"]["P813"][0]).startswith("+20")
    unknown = "somevalue"
    assert dates == [
        ("+1962-00-00T00:00:00Z", {}),
        ("+1780-00-00T00:00:00Z", {"P1480": ["Q5727902"]}),
        (unknown, {"P1319": ["+1630-00-00T00:00:00Z"], "P1326": ["+1648-00-00T00:00:00Z"]}),
        (unknown, {"P1326": ["+1900-00-00T00:00:00Z"]}),
        ("+1880-00-00T00:00:00Z", {"P1480": ["Q18122778"]}),
        ("+1900-00-00T00:00:00Z", {"P1480": ["Q5727902", "Q18122778"]}),
    ]


def test_the_mapping_makes_pages_and_categories(rig: Rig) -> None:
    """A word of the mapping becomes its Creator or Institution page, and its categories are the file's."""
    [row] = [row for row in records(50, 200) if row["creator"] == "Swank, Luke"][:1]
    rig.save_pages({f"{rig.base}/mapping": MAPPING})
    asked(rig, [row], first=200, mapping=f"{rig.base}/mapping")
    [item] = rig.hub.ledger.items(rig.hub.ledger.get(1))
    text = item.action.text if item.action and item.action.do == "upload" else ""
    assert " |artist = {{Creator:Luke Swank}}\n" in text
    assert " |institution = {{Institution:Carnegie Museum of Art, Pittsburgh}}\n" in text
    assert "[[Category:Luke Swank]]" in text


def test_a_maker_that_is_not_sure_is_so_in_the_data(rig: Rig) -> None:
    """A Wikibase takes what is said of each kind of attribution, and the page says it, too."""
    kinds = {
        "attributed to": ("Q6702303", {"P5102": ["Q230768"]}), "probably": ("Q6702303", {"P5102": ["Q56644435"]}),
        "possibly": ("somevalue", {"P1779": ["Q6702303"]}),
    } | {
        kind: ("somevalue", {"P3831": ["Q4233718"], property_: ["Q6702303"]})
        for kind, property_ in {
            "workshop of": "P1774", "follower of": "P1775", "circle of": "P1776", "manner of": "P1777",
            "school of": "P1780", "after": "P1877",
        }.items()
    }  # fmt: skip
    rows = [
        row | {"title": f"Not sure {number}", "creator": "Swank, Luke", "creator_qualifier": kind}
        for number, (row, kind) in enumerate(zip(records(9, 4100), kinds, strict=True))
    ]
    rig.save_pages({f"{rig.base}/mapping": MAPPING})
    asked(rig, rows, first=4100, mapping=f"{rig.base}/mapping")
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    for row, (kind, expected) in zip(rows, kinds.items(), strict=True):
        title = f"File:{row['title']} - {row['accession_number']}.jpg"
        assert f" |artist = {{{{Creator:Luke Swank|{kind}}}}}\n" in rig.text(title)
        assert [said(claim) for claim in claims(rig, title)["P170"]] == [expected]


def test_words_without_a_meaning_are_a_table_to_paste(rig: Rig) -> None:
    """The most frequent first; what is shown, pasted as it is onto the page, is a mapping that can be read."""
    rows = records(12, 300)
    asked(rig, rows, first=300, mapping=f"{rig.base}/words")
    shown = rig.person("Stranger").api(action="parse", page=rig.report(), prop="text")["parse"]["text"]
    [pasted] = re.findall(r'<div[^>]*monospace[^>]*dir="ltr"[^>]*>(.*?)</div>', shown, re.DOTALL)
    table = html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br\s*/?>\n?", "\n", pasted)))
    assert table.strip().startswith("{|")
    assert "| creator || Tuite, William ||" in table
    rig.save_pages({f"{rig.base}/words": table.replace("Tuite, William || ", "Tuite, William || William Tuite", 1)})
    rig.save_pages({rig.base: rig.text().replace("| id ", "| sheet = \n| id ")})
    asked(rig, rows, first=300, section="Again", mapping=f"{rig.base}/words")
    assert rig.status(2) == "planned"
    assert "{{Creator:William Tuite}}" in str([item.action for item in rig.hub.ledger.items(rig.hub.ledger.get(2))])


def test_a_mapping_that_cannot_be_read_is_told(rig: Rig) -> None:
    """Everything that is wrong on the page is listed at once, with its row."""
    rows = "\n".join(
        f"|-\n| {row}" for row in (
            "creator || A || B[x] || || || Q12x ||", "|| no column || || || || ||", "creator || C || || || || ||",
            "creator || c || || || || ||", "creator || D || || || Foo<bar> || ||", "creator || E || || || || || 12, Q5",
        )
    )  # fmt: skip
    heading = "! column !! word !! creator !! institution !! categories !! item !! depict"
    rig.save_pages({f"{rig.base}/mapping": f'{{| class="wikitable"\n{heading}\n{rows}\n|}}'})
    asked(rig, records(1, 400), first=400, mapping=f"{rig.base}/mapping")
    assert rig.status() == "invalid"
    said = html.unescape(rig.text())
    for part in (
        "The table has a column “depict”, which I do not know. Did you mean “depicts”?",
        "Row 2 of the table: “Q12x” is not the number of an item",
        "Row 3 of the table does not say which column and which word",
        "Row 5 of the table: the word “c” of the column “creator” stands further up already.",
        "Row 6 of the table: “Foo<bar>” cannot be the name of a category.",
    ):
        assert part in said


def test_the_check_tells_what_each_column_is_for_and_what_was_not_understood(rig: Rig) -> None:
    """Problems are grouped, each with the first rows that have it; nobody has to count."""
    rows = [row | {"title": f"Checked {number}", "colour": "red"} for number, row in enumerate(records(12, 500))]
    for number in (2, 5, 7):
        rows[number]["creation_date"] = f"1880s-ish {number}?"
    rows[8]["item_width"] = "wide"
    rows[9]["caption@sv"] = "Å" * 251
    rows = [{"caption@sv": "", **row} for row in rows]
    asked(rig, rows, first=500)
    text = html.unescape(rig.text(rig.report()))
    assert "I have read 12 rows." in text
    assert "| <code>creation date</code> || field “date” ||" in text
    assert "| <code>title</code> || file name, field “title” || 100 % || <bdi>Checked 0</bdi>" in text
    assert re.search(r"<code>colour</code> \|\| <small>not used</small> \|\| \d+ % \|\| <bdi>red", text)
    assert re.search(
        r"\| 4 rows: 4(, \d+){3} \|\| <code>creation date</code> \|\| Date not understood, .*“1880s-ish 2\?”", text
    )
    assert "Size not understood, for example “wide, " in text
    assert "| row 11 || <code>caption@sv</code> || Caption too long: 251 characters, 250 is the most." in text


def test_what_a_wikibase_would_refuse_is_told_and_left_out(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Items that there are not, languages without captions: the check says so, and the rest is stored."""
    told_items(rig.person("Admin"), "Q70404", "Q70405 Q42")
    words = "".join(
        f"|-\n| shape || {word} || || || || || {items}\n" for word, items in {"a": "Q70404", "b": "Q70405; Q5"}.items()
    )
    rig.save_pages({f"{rig.base}/mapping": MAPPING.replace("|}\n", words + "|}\n")})
    more = {"shape": "a; b", "plaza": "Plaza", "caption@fr_CA": "Place", "caption @ zh Hant": "廣場"}
    rows = [
        row | more | {"web_url": f"https://example.org/[1]?a[]=b#/objects/{number}", "creator": ""}
        for number, row in enumerate(records(7, 900))
    ]
    asked_for: list[str] = []
    send = Session.send

    def noted(session: Session, parameters: dict[str, Any], **more: Any) -> Any:
        asked_for.append(parameters.get("ids", parameters.get("wbclcontext", "")))
        return send(session, parameters, **more)

    monkeypatch.setattr(Session, "send", noted)
    titles = {"title@es-MX": "{plaza}", "title@pt_BR": "Praça"}
    asked(rig, rows, 900, mapping=f"{rig.base}/mapping", **titles)
    assert [asked_for.count(context) for context in ("term", "monolingualtext")] == [1, 1]
    of_items = [item for ids in asked_for for item in ids.split("|") if item[:1] == "Q"]
    assert len(of_items) == len({*of_items})
    text = html.unescape(rig.text(rig.report()))
    assert "| 7 rows: 2, 3, 4, 5, 6 and 2 more || <code>shape</code> || “a” is Q70404 on the mapping page" in text
    assert "|| <code>shape</code> || “b” is Q70405 on the mapping page. On Wikidata that leads to Q42" in text
    for column in ("title@es-mx", "caption@fr-ca"):
        code = column.partition("@")[2]
        assert f"|| <code>{column}</code> || The wiki takes no captions in the language “{code}”." in text
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    for number, item in enumerate(rig.hub.ledger.items(rig.hub.ledger.get(1))):
        assert item.action
        found = claims(rig, item.action.title)
        assert '<span lang="es-mx" dir="auto">Plaza</span>' in rig.text(item.action.title)
        assert [said(claim)[0] for claim in found["P180"]][:2] == ["Q42", "Q5"]
        assert said(found["P7482"][0])[1]["P973"] == [f"https://example.org/%5B1%5D?a%5B%5D=b#/objects/{number}"]
        assert {("Plaza", "es"), ("Praça", "pt-br")} <= {said(claim)[0] for claim in found["P1476"]}
        labels = rig.hub.wikis["commons"].entities([item.action.title])[item.action.title].data["labels"]
        assert {code: label["value"] for code, label in labels.items() if code != "en"} == {
            "pt-br": "Praça", "zh-hant": "廣場",
        }  # fmt: skip


def test_files_that_are_there_already_are_reported(rig: Rig) -> None:
    """The same bytes, also of a deleted file, and the same number in the same collection, each with a link."""
    admin = rig.person("Admin")
    admin.upload("File:Known bytes.jpg", picture(0x700000 + 600), "by somebody")
    admin.upload("File:Deleted bytes.jpg", picture(0x700000 + 601), "by somebody")
    admin._write("delete", {"title": "File:Deleted bytes.jpg"})
    same = "{{Artwork\n |institution = Carnegie Museum of Art\n |accession number = X.1894.7\n}}"
    admin.upload("File:Known number.jpg", picture(0x700000 + 690), same)
    rows = [row | {"title": f"Known {number}"} for number, row in enumerate(records(4, 600))]
    rows[2]["accession_number"] = "X.1894.7"
    asked(rig, rows, first=600)
    told = rig.rows()
    assert "[[:File:Known bytes.jpg]]" in told[2]
    assert "was on the wiki as [[:File:Deleted bytes.jpg]] and was deleted" in told[3]
    assert (
        "accession number “X.1894.7” of the same collection is on the wiki already: [[:File:Known number.jpg]]"
        in told[4]
    )
    assert "to be done" in told[5]


def test_metadata_is_added_to_a_file_that_is_there_and_taken_back(rig: Rig) -> None:
    """What the file says already stays; what it lacks is added, and removed again but for what people changed."""
    admin = rig.person("Admin")
    title = "File:Known and described.jpg"
    admin.upload(title, picture(0x700000 + 700), "by somebody")
    [page] = admin.api(action="query", titles=title)["query"]["pages"]
    cat = {"snaktype": "value", "property": "P170",
           "datavalue": {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": "Q146"}}}  # fmt: skip
    admin.edit_entity(f"M{page['pageid']}", {"claims": [{"type": "statement", "mainsnak": cat}]})
    [row] = records(1, 700)
    asked(rig, [row], first=700, duplicates="add metadata")
    assert "gets structured data: caption (en), inception, inventory number, title" in rig.rows()[2]
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    found = {key: [said(claim) for claim in listed] for key, listed in claims(rig, title).items()}
    assert found["P170"] == [("Q146", {})]
    assert found["P217"] == [(row["accession_number"], {})]
    assert rig.text(title) == "by somebody"
    asked(rig, [row], first=700, duplicates="add metadata", section="Again")
    assert "[[:File:Known and described.jpg]] is the same file, and lacks nothing that I could add." in rig.rows(2)[2]

    rig.review("undo")
    rig.work()
    assert "loses structured data" in rig.rows(3)[2]
    rig.approve(number=3)
    rig.work()
    assert rig.status() == "undone"
    assert {key: [said(claim) for claim in listed] for key, listed in claims(rig, title).items()} == {
        "P170": [("Q146", {})]
    }


def test_metadata_that_came_meanwhile_is_left_as_it_is(rig: Rig) -> None:
    """What was planned is done by the rule it was planned by: nothing beside what a person said after the preview."""
    admin = rig.person("Admin")
    rows, named = records(2, 720), ("File:Said in part.jpg", "File:Said as a whole.jpg")
    for number, title in enumerate(named, 720):
        admin.upload(title, picture(0x700000 + number), "by somebody")
    asked(rig, rows, first=720, duplicates="add metadata")
    for title, row in zip(named, rig.hub.ledger.items(rig.hub.ledger.get(1)), strict=True):
        assert isinstance(row.action, Describe)
        said_now = row.action.data if title == named[1] else FileData(captions={"en": "A person's words"})
        other = {"snaktype": "somevalue", "property": "P217"}
        more = [{"type": "statement", "mainsnak": other}] if title == named[0] else []
        [page] = admin.api(action="query", titles=title)["query"]["pages"]
        data = entity_json(said_now)
        admin.edit_entity(f"M{page['pageid']}", data | {"claims": [*data["claims"], *more]})
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    found = claims(rig, named[0])
    assert [claim["mainsnak"]["snaktype"] for claim in found["P217"]] == ["somevalue"]
    assert len(found["P571"]) == 1
    assert rig.hub.wikis["commons"].entities([named[0]])[named[0]].data["labels"]["en"]["value"] == "A person's words"
    assert "It was so already" in rig.rows()[3]
    assert {len(listed) for listed in claims(rig, named[1]).values()} == {1}


@pytest.mark.parametrize("arrives", [False, True])
def test_an_answer_that_is_lost_between_file_and_data(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, *, arrives: bool
) -> None:
    """A file whose structured data was not heard of again gets it, once."""
    name = f"Lost {arrives}"
    [row] = records(1, 800 + arrives)
    asked(rig, [row | {"title": name}], first=800 + arrives)
    rig.approve()
    wiki = rig.hub.wikis["commons"]
    send = wiki.set_entity

    def lost(entity: Entity, data: Mapping[str, Any], summary: str) -> int:
        monkeypatch.setattr(wiki, "set_entity", send)
        if arrives:
            send(entity, data, summary)
        raise Unanswered("lost on its way")

    monkeypatch.setattr(wiki, "set_entity", lost)
    rig.work()
    assert rig.status() == "done"
    title = f"File:{name} - {row['accession_number']}.jpg"
    assert [said(claim) for claim in claims(rig, title)["P217"]] == [(row["accession_number"], {})]
    assert len(wiki.file_versions(title)) == 1


def test_a_long_list_has_a_report_while_it_is_checked(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever filed it sees what its columns are used for, and how far the bot is, before every file was looked at."""
    monkeypatch.setattr(slice_end, "ALONE_SECONDS", 0.0)
    rows = [{"title": f"Long {number}", "number": str(number), "media_url": ""} for number in range(1, 901)]
    rig.file(manifest=rig.partner.publish_list("/list.csv", rows))
    watch(rig.hub, rig.queue)
    for _ in range(3):
        advance(rig.hub, 1)
    assert rig.hub.ledger.get(1).state == "received"
    text = rig.text(rig.report())
    assert re.search(r"I look at each file: \d+ of 900 rows are checked\.", text)
    assert "| <code>title</code> || file name, field “title” || 100 % || <bdi>Long 1</bdi>" in text
    monkeypatch.undo()
    rig.work()
    assert rig.status() == "invalid"
    told = "|| <code>media url</code> || The row has no address of a file. || I skip the row."
    assert f"| 900 rows: 2, 3, 4, 5, 6 and 895 more {told}" in rig.text(rig.report())


OWN = """<table><tr><td>{{{Skapare|}}}<td>{{{Inv|}}}<td>{{{Rubrik|}}}<td>{{{Objekt|}}}</table><noinclude><templatedata>
{"params": {
    "Rubrik": {"label": {"sv": "Rubrik", "en": "Title"}},
    "Skapare": {"aliases": ["maker"]},
    "Inv": {"label": "Inventory number"},
    "Objekt": {"label": "Wikidata"},
    "Källa": {"aliases": ["source"]},
    "Gammal": {"deprecated": "Use another", "aliases": ["shelf"]}
}, "paramOrder": ["Skapare", "Inv", "Rubrik", "Objekt", "Källa", "Gammal"]}
</templatedata></noinclude>"""


def test_a_partners_own_template(rig: Rig) -> None:
    """Its TemplateData says what its fields are; its credit stands in the source, its column of items in the data."""
    rig.save_pages({
        "Template:Own image": OWN, "Template:Own picture": "#REDIRECT [[Template:Own image]]",
        "Template:Own credit": "Thanks to the museum for {{{1}}}.", "Template:PD-Art": "In the public domain.",
    })  # fmt: skip
    told_items(rig.person("Admin"), "Q424242 Q424243", "Q424244")
    items = ("https://www.wikidata.org/wiki/Q42", "Q424242", "Q424244", "by hand")
    rows = [
        {
            "title": f"Own {number}", "creator": "Ann|Bo", "object number": f"OWN.{number}", "qid": item,
            "image": rig.partner.publish(f"/own{number}.jpg", picture(0x730000 + number)), "shelf": "9",
        }
        for number, item in enumerate(items)
    ]  # fmt: skip
    rig.file(
        manifest=rig.partner.publish_list("/own.csv", rows), template="Own picture", filename="{title}",
        rubrik="{title}", credit="{{Own credit|{object number}}}", license="{{PD-Art}}", categories="Own",
    )  # fmt: skip
    rig.work()
    assert rig.status() == "planned", rig.text(rig.report())
    assert "Gammal" not in rig.text(rig.report())
    rig.approve()
    rig.work()
    assert rig.status() == "done", rig.text(rig.report())
    texts = rig.texts([f"File:Own {number}.jpg" for number in range(4)])
    file = f"{rig.partner.address}/own0.jpg"
    assert texts["File:Own 0.jpg"].startswith(
        "== {{int:filedesc}} ==\n{{Own image\n |Skapare = Ann; Bo\n |Inv = OWN.0\n |Rubrik = Own 0\n |Objekt = Q42\n"
        f" |Källa = Nordic Museum: {file}\n{{{{Own credit|OWN.0}}}}\n}}}}\n"
    )
    works = [claims(rig, title) for title in texts]
    for property_ in ("P921", "P6243"):
        found = [[value(claim["mainsnak"]) for claim in work.get(property_, [])] for work in works]
        assert found == [["Q42"], ["Q424243"], [], []]
    assert [said(claim) for claim in works[0]["P217"]] == [("OWN.0", {})]


def test_what_is_wrong_with_an_own_template_is_told(rig: Rig) -> None:
    """None of that name, one that says nothing of its parameters, a field that it does not have."""
    rig.save_pages({"Template:Own image": OWN, "Template:Silent image": "{{{1}}}"})
    manifest = rig.partner.publish_list("/one.csv", [{"title": "A", "number": "1", "image": "https://127.0.0.1/1.jpg"}])
    rig.file(manifest=manifest, template="Artwrok", credit="No such credit")
    rig.file(manifest=manifest, template="Silent image")
    rig.file(manifest=manifest, template="Own image", rubrk="{title}")
    rig.work()
    assert rig.text().count("Did you mean “Artwork”?") == 1
    assert "“No such credit” is no plain template of this wiki" in rig.text()
    assert "The template [[:Template:Silent image]] does not say which parameters it has" in rig.text()
    assert "There is no parameter “rubrk”. Did you mean “Rubrik”?" in rig.text()


def test_two_licences_and_their_evidence(rig: Rig) -> None:
    """Both stand in one template, the evidence with the permission; the data has the photograph's, the preview all."""
    rows = [row | {"title": "Twice licensed", "creation_date": "1880"} for row in records(1, 4000)]
    evidence = {"rights_evidence": "https://example.org/rights", "rights_statement": "Photos are [[CC0]]"}
    asked(rig, rows, first=4000, license="PD-old-70-expired", photo_license="CC0 1.0", **evidence)
    shown = html.unescape(rig.text(rig.report()))
    assert "{{Licensed-PD-Art|PD-old-70-expired|Cc-zero}}" in shown
    assert "https://example.org/rights <q>Photos are [[CC0]]</q>" in shown
    rig.approve()
    rig.work()
    title = f"File:Twice licensed - {rows[0]['accession_number']}.jpg"
    page = rig.texts([title])[title]
    assert "== {{int:license-header}} ==\n{{Licensed-PD-Art|PD-old-70-expired|Cc-zero}}\n" in page
    assert " |permission = https://example.org/rights <q>Photos are &#91;&#91;CC0&#93;&#93;</q>\n" in page
    found = claims(rig, title)
    assert [said(claim)[0] for key in ("P6216", "P275") for claim in found[key]] == ["Q88088423", "Q6938433"]


def test_doubts_about_licences_are_for_the_reviewer(rig: Rig) -> None:
    """Each is asked once, with the reason, and the check says in which rows; the files are not skipped."""
    rows = [row | {"title": row["accession_number"], "creation_date": "1880"} for row in records(2, 4010)]
    asked(rig, rows, first=4010)
    assert rig.text(rig.report()).count("can hardly be the licence of a work of 1880 itself") == 2
    assert [question.key for question in rig.hub.ledger.get(1).questions].count("doubt-old") == 1
    assert rig.status() == "planned"
