"""Captions and statements on a real wiki: what is sent is stored and read back; whatever is wrong is refused."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from deploy.sandbox import SandboxWiki
from deploy.sandbox.client import ApiError, Person
from jobs.io.errors import WikiError
from jobs.model.structured_data import glam
from jobs.model.structured_data.filedata import FileData, differences, entity_json
from tests.jobs.strategies import file_data, lines
from tests.wikitext.strategies import examples
from wikitext.messages import message

from .rig import Rig, picture, set_filter, told_items

FILES = 20
TEXT = "== {{int:filedesc}} ==\n{{Information}}\n\n[[Category:Structured]]"
_numbers = count(1)


def snak(property_: str, type_: str, value: object) -> dict[str, Any]:
    """A snak with a value of this type."""
    return {"snaktype": "value", "property": property_, "datavalue": {"type": type_, "value": value}}


def claim(property_: str, type_: str, value: object, **more: object) -> dict[str, Any]:
    """A claim of that, with more fields."""
    return {"type": "statement", "mainsnak": snak(property_, type_, value), **more}


CAT = claim("P180", "wikibase-entityid", {"id": "Q146"})
DAY = {
    "time": "+1780-05-05T00:00:00Z", "timezone": 0, "before": 0, "after": 0, "precision": 11,
    "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
}  # fmt: skip


@pytest.fixture(scope="module")
def partner_account(commons_wiki: SandboxWiki) -> Person:
    """Somebody who uploads and edits."""
    return Person(commons_wiki, "Partner")


def uploaded(person: Person, titles: int = 1) -> list[str]:
    """So many new files, by their titles."""
    names = [f"File:Structured {next(_numbers)}.png" for _ in range(titles)]
    for number, name in enumerate(names):
        person.upload(name, picture(0x530000 + next(_numbers) * 64 + number, "PNG"), TEXT)
    return names


def entity_id(person: Person, title: str) -> str:
    """The id of a file's entity."""
    [page] = person.api(action="query", titles=title)["query"]["pages"]
    return f"M{page['pageid']}"


def entity(person: Person, id_: str) -> dict[str, Any]:
    """What wbgetentities says of one."""
    found: dict[str, Any] = person.api(action="wbgetentities", ids=id_)["entities"][id_]
    return found


def refusal(person: Person, id_: str, data: object, **more: str | int) -> str:
    """The code with which an edit is refused."""
    with pytest.raises(ApiError) as refused:
        person.edit_entity(id_, data, **more)
    code: str = refused.value.args[0][0]["code"]
    return code


def test_twenty_files_are_stored_as_they_were_wanted(rig: Rig, partner_account: Person) -> None:
    """Captions and every kind of statement, read back field by field; the pages keep their wikitext."""
    wiki = rig.hub.wikis["commons"]
    titles = uploaded(partner_account, FILES)
    wanted = dict(zip(titles, examples(file_data, FILES), strict=True))
    assert sum(len(data.statements) for data in wanted.values()) > FILES

    before = wiki.entities(titles)
    assert before.keys() == {*titles}
    assert not any(one.data for one in before.values())
    written = {title: wiki.set_entity(before[title], entity_json(wanted[title]), "from a list") for title in titles}

    after = wiki.entities(titles)
    assert {title: one.revision for title, one in after.items()} == written
    assert {title: differences(wanted[title], one.data) for title, one in after.items()} == dict.fromkeys(titles, ())
    stored = wiki.page_infos(titles)
    assert {one.text for one in stored.values()} == {TEXT}
    assert {one.categories for one in stored.values()} == {frozenset({"Structured"})}


def test_texts_are_stored_to_the_letter(rig: Rig, partner_account: Person) -> None:
    """Markup, odd spaces and signs of every script in captions and statements are what they were."""
    wiki = rig.hub.wikis["commons"]
    [title] = uploaded(partner_account)
    wanted = FileData(
        captions={"sv": "{{Foo}} <b> ~~~~ 🏛"},
        statements=tuple(glam.title(text, "und") for text in dict.fromkeys(examples(lines, 200))),
    )
    wiki.set_entity(wiki.entities([title])[title], entity_json(wanted), "")
    assert differences(wanted, wiki.entities([title])[title].data) == ()


def test_a_change_is_a_revision_of_the_file_page(partner_account: Person, commons_wiki: SandboxWiki) -> None:
    """With its summary and author in the history, and undone by a rollback; the wikitext has no part in it."""
    [title] = uploaded(partner_account)
    id_ = entity_id(partner_account, title)
    first = partner_account.edit_entity(id_, {"claims": [CAT]}, summary="a cat")
    admin = Person(commons_wiki, "Admin")
    second = admin.edit_entity(id_, {"labels": {"sv": {"language": "sv", "value": "Hund"}}}, summary="no, a dog")

    [page] = partner_account.api(
        action="query", titles=title, prop="revisions", rvlimit=10, rvslots="*", rvprop="ids|user|comment|content"
    )["query"]["pages"]
    latest, cat, upload = page["revisions"]
    assert [(one["revid"], one["user"]) for one in (latest, cat)] == [(second, "Admin"), (first, "Partner")]
    assert latest["comment"].endswith(" no, a dog")
    assert [one["slots"]["main"]["content"] for one in (latest, cat, upload)] == [TEXT] * 3
    assert json.loads(cat["slots"]["mediainfo"]["content"])["statements"].keys() == {"P180"}
    assert "mediainfo" not in upload["slots"]

    token = admin.api(action="query", meta="tokens", type="rollback")["query"]["tokens"]["rollbacktoken"]
    admin.api(action="rollback", title=title, user="Admin", token=token)
    assert entity(admin, id_)["labels"] == {}
    assert entity(admin, id_)["statements"].keys() == {"P180"}


def test_an_edit_of_the_page_keeps_the_structured_data(partner_account: Person) -> None:
    """And is no reason for a conflict."""
    [title] = uploaded(partner_account)
    id_ = entity_id(partner_account, title)
    base = partner_account.edit_entity(id_, {"claims": [CAT]})
    partner_account.edit(title, "Other text")
    assert entity(partner_account, id_)["statements"].keys() == {"P180"}
    partner_account.edit_entity(id_, {"labels": [{"language": "sv", "value": "Katt"}]}, baserevid=base)
    assert partner_account.text(title) == "Other text"
    assert entity(partner_account, id_)["labels"]["sv"]["value"] == "Katt"


def test_a_file_that_got_structured_data_meanwhile_is_a_conflict(rig: Rig, partner_account: Person) -> None:
    """Also when it was the bot itself, whose answer was lost: nothing is there twice."""
    wiki = rig.hub.wikis["commons"]
    [title] = uploaded(partner_account)
    read = wiki.entities([title])[title]
    revision = wiki.set_entity(read, {"claims": [CAT]}, "")
    with pytest.raises(WikiError) as refused:
        wiki.set_entity(read, {"claims": [CAT]}, "")
    assert refused.value.code == "editconflict"
    assert wiki.entities([title])[title].revision == revision
    code = refusal(partner_account, read.id, {"claims": [CAT]}, baserevid=read.revision)
    assert code == r"internal_api_error_Wikibase\Lib\Store\BadRevisionException"


def test_who_changes_what_somebody_changed_has_a_conflict(rig: Rig, partner_account: Person) -> None:
    """The same caption is one; another caption goes in beside it, as a Wikibase merges edits."""
    wiki = rig.hub.wikis["commons"]
    [title] = uploaded(partner_account)
    wiki.set_entity(wiki.entities([title])[title], {"claims": [CAT]}, "")
    read = wiki.entities([title])[title]
    partner_account.edit_entity(read.id, {"labels": {"sv": {"language": "sv", "value": "Katt"}}})
    with pytest.raises(WikiError) as refused:
        wiki.set_entity(read, {"labels": {"sv": {"language": "sv", "value": "Hund"}}}, "")
    assert refused.value.code == "editconflict"
    wiki.set_entity(read, {"labels": {"en": {"language": "en", "value": "Cat"}}}, "")
    labels = wiki.entities([title])[title].data["labels"]
    assert {code: label["value"] for code, label in labels.items()} == {"sv": "Katt", "en": "Cat"}


def test_claims_without_ids_are_added_each_time(rig: Rig, partner_account: Person) -> None:
    """Why a lost answer has to be looked up: to a file that had structured data, the same edit adds it again."""
    wiki = rig.hub.wikis["commons"]
    [title] = uploaded(partner_account)
    wiki.set_entity(wiki.entities([title])[title], {"labels": {"en": {"language": "en", "value": "Cat"}}}, "")
    read = wiki.entities([title])[title]
    wanted = FileData(statements=(glam.depicts("Q146"),))
    wiki.set_entity(read, entity_json(wanted), "")
    assert differences(wanted, wiki.entities([title])[title].data) == ()
    wiki.set_entity(read, entity_json(wanted), "")
    assert differences(wanted, wiki.entities([title])[title].data) == (message("property-P180"),)


def test_a_claim_is_changed_and_removed_by_its_id(partner_account: Person) -> None:
    """Its qualifiers and references are replaced, its property stays."""
    [title] = uploaded(partner_account)
    id_ = entity_id(partner_account, title)
    number = snak("P217", "string", "1")
    source = {"snaks": {"P854": [snak("P854", "string", "https://example.org")]}}
    partner_account.edit_entity(id_, {"claims": [CAT | {"qualifiers": {"P217": [number]}, "references": [source]}]})
    [stored] = entity(partner_account, id_)["statements"]["P180"]
    assert stored["qualifiers"]["P217"][0].items() >= number.items()
    assert stored["references"][0]["hash"]
    assert stored["id"].startswith(f"{id_}$")

    dog = claim("P180", "wikibase-entityid", {"entity-type": "item", "numeric-id": 144}, id=stored["id"])
    partner_account.edit_entity(id_, {"claims": [dog]})
    [changed] = entity(partner_account, id_)["statements"]["P180"]
    assert changed["mainsnak"]["datavalue"]["value"]["id"] == "Q144"
    assert not changed.keys() & {"qualifiers", "references"}

    assert refusal(partner_account, id_, {"claims": [claim("P217", "string", "1", id=stored["id"])]}) == (
        "modification-failed"
    )
    partner_account.edit_entity(id_, {"claims": [{"id": stored["id"], "remove": ""}]})
    assert entity(partner_account, id_)["statements"] == []
    assert refusal(partner_account, id_, {"claims": [{"id": stored["id"], "remove": ""}]}) == "modification-failed"


def test_statements_are_sent_as_claims(partner_account: Person) -> None:
    """Answered as `statements`; under that name they are not looked at, and clearing leaves nothing."""
    [title] = uploaded(partner_account)
    id_ = entity_id(partner_account, title)
    partner_account.edit_entity(id_, {"statements": [CAT]})
    assert entity(partner_account, id_)["statements"] == []
    partner_account.edit_entity(id_, {"claims": {"P180": [CAT]}})
    partner_account.edit_entity(id_, {"labels": {"sv": {"language": "sv", "value": "x"}}}, clear=1)
    cleared = entity(partner_account, id_)
    assert (cleared["statements"], cleared["labels"].keys()) == ([], {"sv"})
    same = partner_account.edit_entity(id_, {})
    assert same == cleared["lastrevid"]


def test_what_has_no_structured_data_is_missing(rig: Rig, partner_account: Person) -> None:
    """A file without, a page that is none, a title: each in the words of the real one; the port leaves no page out."""
    [title] = uploaded(partner_account)
    id_ = entity_id(partner_account, title)
    answer = partner_account.api(action="wbgetentities", ids=f"{id_}|M99999")
    assert answer["entities"] == {id_: {"id": id_, "missing": ""}, "M99999": {"id": "M99999", "missing": ""}}
    answer = partner_account.api(action="wbgetentities", sites="commonswiki", titles=f"{title}|File:None.png")
    assert answer["entities"] == {
        id_: {"id": id_, "missing": ""},
        "-1": {"site": "commonswiki", "title": "File:None.png", "missing": ""},
    }
    wiki = rig.hub.wikis["commons"]
    assert wiki.entities([title, "File:None.png"]).keys() == {title}
    assert wiki.entities([]) == {}


@pytest.fixture(scope="module")
def file_entity(partner_account: Person) -> str:
    """A file that edits are refused of."""
    return entity_id(partner_account, uploaded(partner_account)[0])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "invalid-json"),
        ([1], "not-recognized-array"),
        (7, "not-recognized-array"),
        ({"id": "M7"}, "param-invalid"),
        ({"type": "item"}, "param-invalid"),
        ({"aliases": {"sv": []}}, "not-supported"),
        ({"labels": "x"}, "not-recognized-array"),
        ({"labels": {"sv": "x"}}, "not-recognized-array"),
        ({"labels": {"sv": {"value": "x"}}}, "missing-language"),
        ({"labels": {"sv": {"language": "en", "value": "x"}}}, "inconsistent-language"),
        ({"labels": {"xx": {"language": "xx", "value": "x"}}}, "not-recognized-language"),
        ({"labels": {"und": {"language": "und", "value": "x"}}}, "not-recognized-language"),
        ({"labels": {"en-au": {"language": "en-au", "value": "x"}}}, "not-recognized-language"),
        ({"labels": {"sv": {"language": "sv"}}}, "not-recognized-string"),
        ({"labels": {"sv": {"language": "sv", "value": "x" * 251}}}, "modification-failed"),
        ({"claims": "x"}, "not-recognized-array"),
        ({"claims": {"P180": "x"}}, "not-recognized-array"),
        ({"claims": ["x"]}, "invalid-claim"),
        ({"claims": [{"mainsnak": CAT["mainsnak"]}]}, "invalid-claim"),
        ({"claims": [{"type": "statement"}]}, "invalid-claim"),
        ({"claims": [{"remove": ""}]}, "invalid-claim"),
        ({"claims": [CAT | {"type": "snak"}]}, "invalid-claim"),
        ({"claims": [CAT | {"rank": "best"}]}, "invalid-claim"),
        ({"claims": [CAT | {"mainsnak": {"snaktype": "value", "property": "P180"}}]}, "invalid-claim"),
        ({"claims": [CAT | {"mainsnak": {"snaktype": "maybe", "property": "P180"}}]}, "invalid-claim"),
        ({"claims": [CAT | {"mainsnak": {"snaktype": "somevalue", "property": "180"}}]}, "invalid-claim"),
        ({"claims": [CAT | {"mainsnak": {"snaktype": "somevalue"}}]}, "invalid-claim"),
        ({"claims": [CAT | {"qualifiers": "x"}]}, "invalid-claim"),
        ({"claims": [CAT | {"qualifiers": {"P217": [CAT["mainsnak"]]}}]}, "invalid-claim"),
        ({"claims": [CAT | {"references": [{}]}]}, "invalid-claim"),
        ({"claims": [CAT | {"id": "M1$x"}]}, "modification-failed"),
        ({"claims": [CAT | {"id": "M99999$3C5F8C38-96C6-4F4C-B4D3-0C1C0BDB4E3D"}]}, "modification-failed"),
        ({"claims": [claim("P999999", "string", "x")]}, "modification-failed"),
        ({"claims": [claim("P180", "string", "Q146")]}, "modification-failed"),
        ({"claims": [claim("P180", "wikibase-entityid", {"id": "cat"})]}, "modification-failed"),
        ({"claims": [claim("P180", "wikibase-entityid", {"id": ["Q1"]})]}, "modification-failed"),
        ({"claims": [claim("P180", "wikibase-entityid", {"id": "Q9999999999"})]}, "modification-failed"),
        ({"claims": [claim("P217", "string", "")]}, "modification-failed"),
        ({"claims": [claim("P217", "string", " 1")]}, "modification-failed"),
        ({"claims": [claim("P217", "string", "1\t2")]}, "modification-failed"),
        ({"claims": [claim("P217", "string", "1\n2")]}, "modification-failed"),
        ({"claims": [claim("P217", "string", 1)]}, "modification-failed"),
        ({"claims": [claim("P217", "string", "x" * 1501)]}, "modification-failed"),
        ({"claims": [claim("P973", "string", "example.org")]}, "modification-failed"),
        ({"claims": [claim("P973", "string", "https://example.org/a[1]")]}, "modification-failed"),
        ({"claims": [claim("P973", "string", "https://example.org/?a=<1>")]}, "modification-failed"),
        ({"claims": [claim("P973", "string", "https://example.org/a b")]}, "modification-failed"),
        ({"claims": [claim("P973", "string", "https://example.org/\ufffd")]}, "modification-failed"),
        ({"claims": [claim("P973", "string", "https://example.org/" + "x" * 1500)]}, "modification-failed"),
        ({"claims": [claim("P1476", "monolingualtext", {"text": "x", "language": "xx"})]}, "modification-failed"),
        (
            {"claims": [claim("P1476", "monolingualtext", {"text": "x" * 1501, "language": "sv"})]},
            "modification-failed",
        ),
        ({"claims": [claim("P1476", "string", "x")]}, "modification-failed"),
        ({"claims": [claim("P571", "time", DAY | {"time": "1780-05-05"})]}, "modification-failed"),
        ({"claims": [claim("P571", "time", DAY | {"time": "+1780-05-05T12:00:00Z"})]}, "modification-failed"),
        ({"claims": [claim("P571", "time", DAY | {"time": "+1780-13-05T00:00:00Z"})]}, "modification-failed"),
        ({"claims": [claim("P571", "time", DAY | {"precision": 14})]}, "modification-failed"),
        ({"claims": [claim("P571", "time", DAY | {"precision": "11"})]}, "modification-failed"),
        ({"claims": [claim("P571", "time", DAY | {"calendarmodel": "Q1985727"})]}, "modification-failed"),
        ({"claims": [claim("P571", "time", {"time": DAY["time"], "precision": 11})]}, "modification-failed"),
        ({"claims": [claim("P571", "time", "1780")]}, "modification-failed"),
        ({"claims": [claim("P1259", "globecoordinate", {"latitude": 1})]}, "modification-failed"),
        ({"claims": [claim("P1259", "globecoordinate", {"latitude": 400, "longitude": 1})]}, "modification-failed"),
        ({"claims": [claim("P1259", "globecoordinate", {"latitude": 1, "longitude": 1})]}, "modification-failed"),
        ({"claims": [CAT | {"qualifiers": [snak("P217", "string", "")]}]}, "modification-failed"),
        ({"claims": [CAT | {"references": [{"snaks": [snak("P854", "string", "x")]}]}]}, "modification-failed"),
    ],
)
def test_what_a_wikibase_refuses_is_refused(partner_account: Person, file_entity: str, data: object, code: str) -> None:
    """With its code, and nothing is stored, not even what would have been right."""
    if isinstance(data, Mapping) and isinstance(data.get("claims"), list):
        data = {**data, "claims": [CAT, *data["claims"]]}
    assert refusal(partner_account, file_entity, data) == code
    assert "missing" in entity(partner_account, file_entity)


def test_an_edit_needs_a_file_a_right_and_a_token(
    partner_account: Person, file_entity: str, commons_wiki: SandboxWiki
) -> None:
    """No such file, no such revision, a protected page, no token: each has its code."""
    assert refusal(partner_account, "M99999", {}) == "no-such-entity"
    assert refusal(partner_account, entity_id(partner_account, "Main Page"), {}) == "no-such-entity"
    assert refusal(partner_account, "File:A.png", {}) == "invalid-entity-id"
    assert refusal(partner_account, file_entity, {}, baserevid=1) == "nosuchrevid"
    with pytest.raises(ApiError, match="badtoken"):
        partner_account.api(action="wbeditentity", id=file_entity, data="{}", token="none")

    [title] = uploaded(partner_account)
    admin = Person(commons_wiki, "Admin")
    token = admin.api(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
    admin.api(action="protect", title=title, protections="edit=sysop", token=token)
    with pytest.raises(ApiError) as refused:
        partner_account.edit_entity(entity_id(admin, title), {"claims": [CAT]})
    assert [error["code"] for error in refused.value.args[0]] == ["permissiondenied", "protectedpage"]


def test_the_bots_refusals_have_the_wikis_code(rig: Rig, partner_account: Person) -> None:
    """Through the port an error is a WikiError with the code and the wiki's words."""
    wiki = rig.hub.wikis["commons"]
    [title] = uploaded(partner_account)
    read = wiki.entities([title])[title]
    bad: dict[str, dict[str, Any]] = {
        "modification-failed": {"claims": [claim("P217", "string", "x" * 1501)]},
        "invalid-claim": {"claims": [{}]},
        "not-recognized-language": {"labels": {"xx": {"language": "xx", "value": "x"}}},
    }
    for code, data in bad.items():
        with pytest.raises(WikiError) as refused:
            wiki.set_entity(read, data, "")
        assert (refused.value.code, bool(refused.value.info)) == (code, True)
    with pytest.raises(WikiError) as refused:
        wiki.set_entity(replace(read, id="M99999"), {}, "")
    assert refused.value.code == "no-such-entity"


def test_a_caption_is_stored_trimmed_and_in_nfc(partner_account: Person) -> None:
    """As a Wikibase does it with terms, so the project sends them so."""
    [title] = uploaded(partner_account)
    id_ = entity_id(partner_account, title)
    text = " \u2003A\u030a\x07b\u00a0"
    partner_account.edit_entity(id_, {"labels": {"sv": {"language": "sv", "value": text}}})
    assert entity(partner_account, id_)["labels"]["sv"]["value"] == unicodedata.normalize("NFC", "A\u030a b")


def test_items_are_there_or_lead_elsewhere(rig: Rig, commons_wiki: SandboxWiki) -> None:
    """Each with what it is or redirects to, in one request for fifty; what is known is not asked for again."""
    wiki = rig.hub.wikis["commons"]
    told_items(Person(commons_wiki, "Admin"), "Q90404", "Q90405 Q5")
    ids = [f"Q{number}" for number in range(90360, 90410)]
    assert wiki.items([*ids, *ids]) == {id_: id_ for id_ in ids if id_ != "Q90404"} | {"Q90405": "Q5"}
    told_items(Person(commons_wiki, "Admin"), "Q90360")
    assert "Q90360" in wiki.items(["Q90360"])
    assert wiki.items([]) == {}


def test_a_statement_needs_an_item_that_exists(
    partner_account: Person, file_entity: str, commons_wiki: SandboxWiki
) -> None:
    """One that there is none of is refused; one that leads elsewhere is taken as it is."""
    told_items(Person(commons_wiki, "Admin"), "Q90404", "Q90405 Q5")
    missing = claim("P180", "wikibase-entityid", {"id": "Q90404"})
    assert refusal(partner_account, file_entity, {"claims": [missing]}) == "modification-failed"
    [title] = uploaded(partner_account)
    id_ = entity_id(partner_account, title)
    partner_account.edit_entity(id_, {"claims": [claim("P180", "wikibase-entityid", {"id": "Q90405"})]})
    [stored] = entity(partner_account, id_)["statements"]["P180"]
    assert stored["mainsnak"]["datavalue"]["value"]["id"] == "Q90405"


def test_captions_have_fewer_languages_than_texts(rig: Rig) -> None:
    """Both as the wiki says."""
    wiki = rig.hub.wikis["commons"]
    assert {"sv", "pt-br", "zh-hant"} <= wiki.caption_languages() & wiki.text_languages()
    assert {"und", "mul", "mis", "en-au"} <= wiki.text_languages() - wiki.caption_languages()


def unsaved(person: Person, id_: str, data: object) -> list[str]:
    """The reasons for which an edit that is right is not saved."""
    with pytest.raises(ApiError) as refused:
        person.edit_entity(id_, data)
    [error] = refused.value.args[0]
    assert error["code"] == "failed-save"
    return [message["name"] for message in error["data"]["messages"]]


def test_an_entity_that_is_too_large_is_not_saved(partner_account: Person, file_entity: str) -> None:
    """It is 2.93 MB at most."""
    statements = [claim("P217", "string", f"{number} {'x' * 1490}") for number in range(2000)]
    assert unsaved(partner_account, file_entity, {"claims": statements}) == ["wikibase-error-entity-too-big"]


def test_edit_filters_see_structured_data(partner_account: Person, file_entity: str, commons_wiki: SandboxWiki) -> None:
    """What a filter disallows is not saved, and its message says why."""
    admin = Person(commons_wiki, "Admin")
    set_filter(admin, 'added_lines contains "Forbidden caption"', "Disallow")
    label = {"labels": {"sv": {"language": "sv", "value": "Forbidden caption"}}}
    assert unsaved(partner_account, file_entity, label) == ["abusefilter-disallowed"]


def test_who_edits_too_often_is_throttled(commons_wiki: SandboxWiki, file_entity: str) -> None:
    """With the code of an edit that was not saved: the reason stands in its messages."""
    admin = Person(commons_wiki, "Admin")
    stranger = Person(commons_wiki, "Stranger")
    admin.edit("MediaWiki:Sandbox-throttled", "Stranger")
    assert unsaved(stranger, file_entity, {"claims": [CAT]}) == ["actionthrottledtext"]
    admin.edit("MediaWiki:Sandbox-throttled", "")
    stranger.edit_entity(entity_id(stranger, uploaded(stranger)[0]), {"claims": [CAT]})
