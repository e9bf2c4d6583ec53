"""Captions and statements: what is sent for them, what is refused, and what is told apart when they are read back."""

import copy
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import mwparserfromhell
import pytest
from hypothesis import given
from pydantic import ValidationError

from jobs.model.problems import problem_of
from jobs.model.structured_data import glam
from jobs.model.structured_data.filedata import (
    FileData,
    Snak,
    Statement,
    differences,
    entity_json,
    in_languages,
    missing,
    present,
    removal_json,
    said,
    unsaid,
)
from jobs.model.structured_data.values import Item, Moment, Text, Unknown
from jobs.model.structured_data.wikidata import CIRCUMSTANCES, FILE_ON_THE_INTERNET, PROPERTIES, Property
from tests.jobs.strategies import file_data
from wikitext.licenses import COPYRIGHTED, DEDICATED, NO_KNOWN_RESTRICTIONS, PUBLIC_DOMAIN
from wikitext.messages import is_message, language, languages, message

ENGLISH = language("en")

PLATE = FileData(
    captions={"sv": "Torget i Härnösand", "en": "The square of Härnösand"},
    statements=(
        glam.creator_named("Okänd fotograf"),
        glam.inception(glam.Time("+1905-05-00T00:00:00Z", "+1905-05-00T00:00:00Z", 10, ("circa", "presumably"))),
        glam.depicts("Q1"),
        *glam.with_references(
            [glam.source("https://example.org/1", "Q2", "https://example.org/1.jpg")],
            glam.reference("https://example.org/1", date(2024, 2, 29), "Q3"),
        ),
    ),
)


def stored(data: FileData) -> dict[str, Any]:
    """An entity that a wiki may answer when it has stored this: ids, hashes, and an order of its own."""
    sent = copy.deepcopy(entity_json(data))
    statements: dict[str, list[Any]] = {}
    for number, claim in enumerate(reversed(sent["claims"])):
        claim |= {"id": f"M1${number}"}
        claim["mainsnak"] |= {"hash": "a", "datatype": "x"}
        for reference in claim.get("references", []):
            reference |= {"hash": "b", "snaks": dict(reversed(reference["snaks"].items()))}
        claim.get("references", []).reverse()
        statements.setdefault(claim["mainsnak"]["property"], []).append(claim)
    return {"type": "mediainfo", "id": "M1", "labels": sent["labels"], "statements": statements}


def only(statement: Statement) -> Any:
    """The one claim that is sent for a statement."""
    [claim] = entity_json(FileData(statements=(statement,)))["claims"]
    return claim


def values(snaks: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The values of snaks by property."""
    return {property_: [snak["datavalue"]["value"] for snak in group] for property_, group in snaks.items()}


def test_captions_and_claims_are_wikibases_json() -> None:
    """One `data` for wbeditentity: a full claim each, with its type, main snak, rank, qualifiers, references."""
    sent = entity_json(PLATE)
    assert sent["labels"]["sv"] == {"language": "sv", "value": "Torget i Härnösand"}
    assert [claim["mainsnak"]["property"] for claim in sent["claims"]] == ["P170", "P571", "P180", "P7482"]
    assert {(claim["type"], claim["rank"]) for claim in sent["claims"]} == {("statement", "normal")}
    creator, _, depicts, source = sent["claims"]
    assert creator == {
        "type": "statement",
        "rank": "normal",
        "mainsnak": {"snaktype": "somevalue", "property": "P170"},
        "qualifiers": {
            "P2093": [
                {
                    "snaktype": "value",
                    "property": "P2093",
                    "datavalue": {"type": "string", "value": "Okänd fotograf"},
                }
            ]
        },
        "qualifiers-order": ["P2093"],
    }
    assert depicts["mainsnak"]["datavalue"] == {
        "type": "wikibase-entityid",
        "value": {"entity-type": "item", "numeric-id": 1, "id": "Q1"},
    }
    assert source["mainsnak"]["datavalue"]["value"]["id"] == "Q74228490"
    assert source["qualifiers-order"] == ["P973", "P137", "P2699"]
    [reference] = source["references"]
    assert reference["snaks-order"] == ["P248", "P854", "P813"]
    assert values(reference["snaks"])["P813"][0]["time"] == "+2024-02-29T00:00:00Z"


@pytest.mark.parametrize(
    ("time", "main", "qualifiers"),
    [
        (("+1780-00-00T00:00:00Z", "+1780-00-00T00:00:00Z", 9), "+1780-00-00T00:00:00Z", {}),
        (("+1801-00-00T00:00:00Z", "+1801-00-00T00:00:00Z", 7), "+1801-00-00T00:00:00Z", {}),
        (
            ("+1630-00-00T00:00:00Z", "+1648-00-00T00:00:00Z", 9),
            None,
            {"P1319": "+1630-00-00T00:00:00Z", "P1326": "+1648-00-00T00:00:00Z"},
        ),
        (("", "+1900-00-00T00:00:00Z", 9), None, {"P1326": "+1900-00-00T00:00:00Z"}),
        (("+1850-00-00T00:00:00Z", "", 9), None, {"P1319": "+1850-00-00T00:00:00Z"}),
    ],
)
@pytest.mark.parametrize(
    ("circumstances", "items"),
    [
        ((), []),
        (("circa",), ["Q5727902"]),
        (("circa", "presumably"), ["Q5727902", "Q18122778"]),
        (("probably",), ["Q56644435"]),
        (("possibly",), ["Q30230067"]),
    ],
)
def test_a_date_or_its_bounds(
    time: tuple[str, str, int],
    main: str | None,
    qualifiers: dict[str, str],
    circumstances: tuple[str, ...],
    items: list[str],
) -> None:
    """One date is the value; of a span the value is unknown and the bounds are qualifiers; how sure it is is more."""
    claim = only(glam.inception(glam.Time(*time, circumstances)))
    said = claim["mainsnak"].get("datavalue", {}).get("value", {})
    assert said.get("time") == main
    assert claim["mainsnak"]["snaktype"] == ("value" if main else "somevalue")
    found = values(claim.get("qualifiers", {}))
    assert [value["id"] for value in found.pop("P1480", [])] == items
    assert {property_: value["time"] for property_, [value] in found.items()} == qualifiers
    assert {value["precision"] for value in ([said] if main else []) + [value for [value] in found.values()]} == {
        time[2]
    }


@pytest.mark.parametrize(
    ("year", "calendar"), [("-0044", "Q1985786"), ("+1582", "Q1985786"), ("+1583", "Q1985727"), ("+2024", "Q1985727")]
)
def test_the_calendar_is_the_one_wikibase_reads_a_year_in(year: str, calendar: str) -> None:
    """Julian up to 1582, Gregorian after."""
    value = Moment(time=f"{year}-00-00T00:00:00Z", precision=9).json_value["value"]
    assert value["calendarmodel"] == f"http://www.wikidata.org/entity/{calendar}"


def test_a_text_is_one_line_as_the_wiki_keeps_it() -> None:
    """Line ends are spaces, nothing stands around it, control characters go, Unicode is NFC."""
    assert only(glam.media_type(" A\u030a\n\tb\x00 "))["mainsnak"]["datavalue"]["value"] == "Å b"
    assert FileData(captions={"sv": "\u2028a\r\nb "}).captions == {"sv": "a b"}


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ('https://example.org/a[1]?b[]=<2>#"c"', "https://example.org/a%5B1%5D?b%5B%5D=%3C2%3E#%22c%22"),
        ("https://example.org/app#/objects/12345", "https://example.org/app#/objects/12345"),
        ("https://example.org/>\u0301", "https://example.org/%3E%CC%81"),
        ("https://example.org?a=%5B", "https://example.org?a=%5B"),
    ],
)
def test_addresses_are_as_a_wikibase_takes_them(url: str, sent: str) -> None:
    """Brackets and what is beyond ASCII are percent-encoded; what is encoded already, and the fragment, stays."""
    qualifiers = values(only(glam.source(url, None, url))["qualifiers"])
    assert qualifiers == {"P973": [sent], "P2699": [sent]}


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda: glam.title("x" * 1501, "sv"), "sdc-long"),
        (lambda: glam.title(" \n", "sv"), "sdc-empty"),
        (lambda: glam.title("x", "svenska språket"), "sdc-language"),
        (lambda: FileData(captions={"sv": "x" * 251}), "sdc-long"),
        (lambda: FileData(captions={"": "x"}), "sdc-language"),
        (lambda: FileData(captions={"sv": ""}), "sdc-empty"),
        (lambda: glam.depicts("cat"), "sdc-item"),
        (lambda: glam.depicts("Q0"), "sdc-item"),
        (lambda: glam.depicts("Q2147483648"), "sdc-item"),
        (lambda: glam.depicts("P180"), "sdc-item"),
        (lambda: glam.source("example.org"), "sdc-address"),
        (lambda: glam.source("javascript://example.org"), "sdc-address"),
        (lambda: glam.source("https://example.org/a b"), "sdc-address"),
        (lambda: glam.source("https://[::1]/a"), "sdc-address"),
        (lambda: glam.source("https://exa<mple.org/a"), "sdc-address"),
        (lambda: glam.source("https://example.org/\u3000a"), "sdc-address"),
        (lambda: glam.source("https://example.org/\ufffd"), "sdc-address"),
        (lambda: glam.source("https://example.org/" + "a" * 1500), "sdc-long"),
        (lambda: glam.source("https://example.org/" + "[" * 500), "sdc-long"),
    ],
)
def test_a_persons_value_that_the_wiki_would_refuse_is_told(make: Callable[[], object], key: str) -> None:
    """A text too long or empty, no item, no language, no address: a sentence says so."""
    with pytest.raises(ValidationError) as refused:
        make()
    why = problem_of(refused.value.errors()[0]).why
    assert why.key == key
    assert language("en").say(why)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Moment(time="1780", precision=9),
        lambda: Moment(time="+1780-13-00T00:00:00Z", precision=9),
        lambda: Moment(time="+1780-00-00T00:00:00Z", precision=11),
        lambda: Moment(time="+1780-05-00T00:00:00Z", precision=11),
        lambda: Moment(time="+1780-00-00T00:00:00Z", precision=10),
        lambda: Moment(time="+1780-05-05T00:00:00Z", precision=12),
        lambda: Moment(time="+1780-05-05T00:00:00Z\n", precision=11),
        lambda: glam.inception(glam.Time("", "", 9)),
        lambda: glam.point_of_view(91, 0, 0.1),
        lambda: glam.point_of_view(0, float("nan"), 0.1),
        lambda: Snak(property="P571", value=Text(text="1780")),
        lambda: Snak(property="P31", value=Item(id="Q5")),
        lambda: Snak(property="P31", value=Unknown()),
    ],
)
def test_a_statement_that_makes_no_sense_is_none(make: Callable[[], object]) -> None:
    """A time less exact than it says, a place off the earth, a value its property does not take cannot be made."""
    with pytest.raises(ValidationError):
        make()


def test_every_property_is_there_once() -> None:
    """No two properties have the same identifier."""
    assert len(PROPERTIES) == len([*Property])


@given(file_data)
def test_it_lives_in_json(data: FileData) -> None:
    """As a part of a plan, it is stored and read as the same, and so is what is sent for it."""
    again = FileData.model_validate_json(data.model_dump_json())
    assert again == data
    assert json.loads(json.dumps(entity_json(again))) == entity_json(data)


@given(file_data)
def test_what_was_stored_is_no_difference(data: FileData) -> None:
    """Ids, hashes, data types and order are the wiki's to choose."""
    assert differences(data, stored(data)) == ()


@given(file_data)
def test_of_a_file_without_structured_data_everything_is_a_difference(data: FileData) -> None:
    """Each caption and each property is named, once."""
    names = [message("use-caption", code) for code in data.captions]
    names += [message(f"property-{id_}") for id_ in dict.fromkeys(one.property for one in data.statements)]
    assert differences(data, {}) == tuple(names)
    assert differences(data, {"labels": [], "statements": []}) == tuple(names)


def _changed(entity: dict[str, Any], path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    part: Any = entity
    for step in path[:-1]:
        part = part[step]
    if value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return entity


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("labels", "sv", "value"), "Torget", "caption (sv)"),
        (("labels", "en"), None, "caption (en)"),
        (("statements", "P180"), None, "depicts"),
        (("statements", "P180", 0, "rank"), "deprecated", "depicts"),
        (("statements", "P180", 0, "mainsnak", "datavalue", "value", "id"), "Q11", "depicts"),
        (("statements", "P170", 0, "mainsnak", "snaktype"), "novalue", "creator"),
        (("statements", "P170", 0, "qualifiers"), None, "creator"),
        (
            ("statements", "P170", 0, "qualifiers", "P2093", 0, "datavalue", "value"),
            "okänd fotograf",
            "creator",
        ),
        (("statements", "P571", 0, "mainsnak", "datavalue", "value", "precision"), 9, "inception"),
        (("statements", "P7482", 0, "references"), None, "source of file"),
        (("statements", "P7482", 0, "references", 0, "snaks", "P813"), None, "source of file"),
    ],
)
def test_each_difference_is_named(path: tuple[str | int, ...], value: object, said: str) -> None:
    """One field that is not as it was wanted is the one that is told."""
    assert [*map(ENGLISH.say, differences(PLATE, _changed(stored(PLATE), path, value)))] == [said]


def test_what_others_added_is_no_difference() -> None:
    """More captions, other statements, another value of the same property: the file may have more than was wanted."""
    more = stored(
        FileData(
            captions={**PLATE.captions, "de": "Marktplatz"},
            statements=(*PLATE.statements, glam.depicts("Q99"), glam.collection("Q4")),
        )
    )
    assert differences(PLATE, more) == ()


def test_a_statement_that_stands_there_twice_is_a_difference() -> None:
    """A claim that was sent twice is told."""
    twice = stored(FileData(captions=PLATE.captions, statements=(*PLATE.statements, glam.depicts("Q1"))))
    assert differences(PLATE, twice) == (message("property-P180"),)


@pytest.mark.long
@given(file_data, file_data)
def test_what_is_missing_is_what_makes_it_complete(wanted: FileData, other: FileData) -> None:
    """Of a file with nothing all is missing, of one that has it all nothing is; what is missing is not present."""
    assert missing(wanted, {}) == wanted
    assert not missing(wanted, stored(wanted))
    there = stored(other)
    lacking = missing(wanted, there)
    assert {*lacking.statements}.isdisjoint(present(wanted, there).statements)
    assert {*lacking.statements} | {*present(wanted, there).statements} == {*wanted.statements}


def test_captions_and_texts_are_in_languages_that_the_wiki_knows() -> None:
    """A caption in another is left out; a text is one in the language it is a kind of, or in one without a code."""
    texts = [glam.title("Colour", "en-au"), glam.title("Colour", "en"), glam.title("Hola", "es-mx"), glam.depicts("Q1")]
    data = FileData(captions={"sv": "Färg", "en-au": "Colour"}, statements=tuple(texts))
    found = in_languages(data, {"sv", "en"}, {"en", "mis"})
    assert found.captions == {"sv": "Färg"}
    assert found.statements == (glam.title("Colour", "en"), glam.title("Hola", "mis"), glam.depicts("Q1"))
    assert in_languages(data, {"sv"}, {"es-mx"}).statements == (glam.title("Hola", "es-mx"), glam.depicts("Q1"))


def test_nothing_is_added_to_what_a_file_says_already() -> None:
    """A property that the file has a statement of, and a caption in a language it has one in, are left to it."""
    there = stored(FileData(captions={"sv": "En annan"}, statements=(glam.creator("Q5"),)))
    added = unsaid(PLATE, there)
    assert added.captions == {"en": "The square of Härnösand"}
    assert [one.property for one in added.statements] == ["P571", "P180", "P7482"]


def test_only_what_is_still_the_same_is_removed() -> None:
    """A statement that somebody changed, and one that was there before, stay; the rest goes by its id."""
    there = stored(PLATE)
    there["labels"]["sv"]["value"] = "Torget"
    there["statements"]["P180"][0]["rank"] = "preferred"
    removed = removal_json(PLATE, there)
    assert removed["labels"] == {"en": {"language": "en", "remove": ""}}
    ids = {there["statements"][key][0]["id"] for key in ("P170", "P571", "P7482")}
    assert {claim["id"] for claim in removed["claims"]} == ids
    assert all(claim.keys() == {"id", "remove"} for claim in removed["claims"])


@pytest.mark.parametrize("code", languages())
def test_everything_has_a_name_in_every_language(code: str) -> None:
    """Properties and the items that often stand in previews; only names of licences are the same everywhere."""
    keys = [*(f"property-{id_}" for id_ in PROPERTIES), f"item-{FILE_ON_THE_INTERNET}"]
    keys += [f"item-{status}" for status in (COPYRIGHTED, PUBLIC_DOMAIN, DEDICATED, NO_KNOWN_RESTRICTIONS)]
    keys += [f"item-{item}" for item in CIRCUMSTANCES.values()]
    assert [key for key in keys if not is_message(key) or not language(code).say(key)] == []


def test_data_is_shown_in_words_of_the_readers_language() -> None:
    """An Arabic report names captions and properties in Arabic, and keeps what they say apart from that."""
    shown = dict(said(PLATE, language("ar")))
    assert shown["التعليق (sv)"] == "<bdi>Torget i Härnösand</bdi>"
    assert shown["يصوّر"] == "<bdi>[https://www.wikidata.org/wiki/Q1 Q1]</bdi>"
    assert "تقريبًا" in shown["تاريخ الإنشاء"]
    assert not re.search("[a-z]{3} *:", "".join(shown).replace("sv", ""))
    assert (
        PLATE.labels(language("sv")) == "bildtext (sv), bildtext (en), upphovsperson, tillkomsttid, motiv, filens källa"
    )


def test_data_is_shown_in_words() -> None:
    """Labels for people, what is not known by what is known of it, links to items; nothing acts."""
    operator = "operator: [https://www.wikidata.org/wiki/Q2 Q2]"
    sure = "sourcing circumstances: [https://www.wikidata.org/wiki/"
    qualifiers = f"described at URL: https://example.org/1; {operator}; URL: https://example.org/1.jpg"
    shown = [f"{label}: {text}" for label, text in said(PLATE, ENGLISH)]
    assert shown == [
        "caption (sv): Torget i Härnösand",
        "caption (en): The square of Härnösand",
        "creator: author name string: Okänd fotograf",
        f"inception: 1905-05 ({sure}Q5727902 circa]; {sure}Q18122778 presumably])",
        "depicts: [https://www.wikidata.org/wiki/Q1 Q1]",
        f"source of file: [https://www.wikidata.org/wiki/Q74228490 file available on the internet] ({qualifiers})",
    ]


@given(file_data)
def test_data_is_shown_whatever_it_is(data: FileData) -> None:
    """No template, tag (but for its direction) or link of wikitext comes of it."""
    for _, text in said(data, ENGLISH):
        parsed = mwparserfromhell.parse(text)
        assert not parsed.filter_templates()
        assert not parsed.filter_wikilinks()
        assert {str(tag.tag) for tag in parsed.filter_tags()} <= {"br", "bdi"}
