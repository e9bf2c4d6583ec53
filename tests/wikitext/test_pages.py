"""The pages that a wiki gets are whole."""

import json
import re
from importlib.resources import files

import mwparserfromhell
import pytest

from jobs.kinds.registry import KINDS
from wikitext.messages import is_message, languages
from wikitext.pages import bot_page, shipped_pages
from wikitext.templates import TemplateCall, find_calls

BASE = "Commons:Content Partnerships Hub/Requests"
BOT = bot_page(BASE, "Bot", "Rita", "https://example.org/", has_template=True)
PAGES = {page.title: page for page in (*shipped_pages(BASE), BOT)}
every_page = pytest.mark.parametrize("title", PAGES)


def test_every_message_exists() -> None:
    """Each message that a source names is one, and none is kept that no source names."""
    sources = [path for path in files("wikitext.pages").iterdir() if path.name.endswith(".wikitext")]
    found = {key for path in sources for key in re.findall("⧼([^⧼⧽¦]+)", path.read_text(encoding="utf-8"))}
    keys = found - {"BASE", "LANG", "LANGUAGES", "DIR", "WAITING", "ACCOUNT", "OPERATOR"}
    assert keys
    assert [key for key in sorted(keys) if not is_message(key)] == []
    kept = json.loads((files("wikitext.messages") / "en.json").read_text(encoding="utf-8"))
    assert [key for key in kept if key.startswith(("doc-", "param-")) and key not in keys] == []


@every_page
def test_nothing_is_left_to_fill_in(title: str) -> None:
    """On a shipped page every placeholder is filled in."""
    assert not set("⧼⧽") & set(PAGES[title].text)


@every_page
def test_braces_match(title: str) -> None:
    """Every brace on a shipped page has its partner."""
    text = PAGES[title].text
    assert text.count("{{") == text.count("}}")
    assert text.count("{") == text.count("}")


@every_page
def test_called_templates_are_shipped(title: str) -> None:
    """A shipped page calls no template of the project's that is not shipped."""
    written = re.sub(r"/\{\{#switch:.*?#default=en\}\}", "/en", PAGES[title].text)
    called = {str(call.name).strip() for call in mwparserfromhell.parse(written).filter_templates()}
    assert {f"Template:{name}" for name in called if name.startswith("Hub ")} <= set(PAGES)


@every_page
def test_pages_speak_every_language(title: str) -> None:
    """Where a shipped page chooses by language, it has a case for every language."""
    calls = mwparserfromhell.parse(PAGES[title].text).filter_templates()
    switches = [call for call in calls if str(call.name).startswith("#switch:{{lc:{{{language|")]
    assert switches or "{{int:lang}}" not in PAGES[title].text
    for switch in switches:
        cases = {str(case).partition("=")[0] for case in switch.params}
        assert {*languages(), "#default"} - {"en"} <= cases


def test_the_request_page_and_its_categories_are_peoples() -> None:
    """The bot keeps all other pages; these belong to people once they are there."""
    spoken = [f"MediaWiki:Lang/{code}" for code in languages()]
    category = f"Category:{BASE.partition(':')[2]}"
    theirs = [BASE, *spoken, category, f"{category} waiting for review"]
    assert [page.title for page in PAGES.values() if not page.mine] == theirs


def test_the_form_is_a_request() -> None:
    """What the button puts on the page is one call of the request's template that can be read."""
    [call] = find_calls(PAGES["Template:Hub request/form"].text, "Hub request")
    assert isinstance(call, TemplateCall)
    assert call.parameters["type"] == "upload"
    assert (call.repeated, call.unnamed) == ((), ())


@pytest.mark.parametrize(
    ("form", "intro"),
    [("form", "intro"), ("check", "intro"), ("categorize", "intro/categorize"), ("edit", "intro/edit")],
)
def test_the_help_above_a_form_is_on_its_own_parameters(form: str, intro: str) -> None:
    """On each that the form has, and on none that its kind of request does not take."""
    [call] = find_calls(PAGES[f"Template:Hub request/{form}"].text, "Hub request")
    assert isinstance(call, TemplateCall)
    told = {*re.findall(r'^\* <code dir="ltr">(.*?)</code>', PAGES[f"Template:Hub request/{intro}"].text, re.MULTILINE)}
    assert {*call.parameters} - {"type"} <= told
    taken = {name.replace("_", " ") for name in KINDS[call.parameters["type"]].parameters.model_fields}
    assert told <= taken | {"check only", "language"}


def test_the_approval_is_an_answer() -> None:
    """What the button on the report puts on the talk page is one call of the review's template that can be read."""
    [call] = find_calls(PAGES["Template:Hub review/approve"].text, "Hub review")
    assert isinstance(call, TemplateCall)
    assert (call.unnamed, dict(call.parameters)) == (("approve",), {"plan": "$1"})


def test_templatedata_tells_of_every_parameter_in_every_language() -> None:
    """It is JSON; it has what each kind of request takes, and what each parameter is called and for, translated."""
    text = PAGES["Template:Hub request/data"].text
    data = json.loads(text.removeprefix("<templatedata>").removesuffix("</templatedata>"))
    taken = {name.replace("_", " ") for kind in KINDS.values() for name in kind.parameters.model_fields}
    assert {*taken, "type", "language", "wiki", "check only", "id", "status", "report"} == set(data["params"])
    told = [data["description"], *(one[key] for one in data["params"].values() for key in ("label", "description"))]
    assert [text for text in told if tuple(text) != languages()] == []
    assert data["params"]["language"]["suggestedvalues"] == [*languages()]
    assert data["params"]["type"]["suggestedvalues"] == [*KINDS]


@pytest.mark.parametrize(
    ("operator", "has_template", "shown"),
    [("Rita", True, "{{Bot|Rita}}\n<div"), ("Rita", False, "<div"), ("", True, "<div")],
)
def test_the_bots_page_says_whose_it_is(operator: str, has_template: bool, shown: str) -> None:  # noqa: FBT001
    """By the operator's user name, with the wiki's own template where there is one; else by their contact, inert."""
    text = bot_page(BASE, "Bot", operator, "{{Delete}}", has_template=has_template).text
    assert text.startswith(shown)
    assert ("[[User:Rita|Rita]]" in text) == bool(operator)
    assert ("&#123;&#123;Delete" in text) == (not operator)
    assert "{{fullurl:User:Bot/Stop|action=edit}}" in text


def test_the_documentation_is_as_long_as_one_language() -> None:
    """More languages make more pages, not longer ones."""
    assert len(PAGES["Template:Hub request/doc"].text) < 300 + 40 * len(languages())


DOCUMENTATION = [f"Template:Hub request/doc{code}" for code in ("", *(f"/{code}" for code in languages()))]


@pytest.mark.parametrize("title", ["Template:Hub request", *DOCUMENTATION, "Template:Hub requests"])
def test_showing_a_page_asks_for_nothing(title: str) -> None:
    """A page that shows how to ask holds no request itself."""
    assert find_calls(PAGES[title].text, "Hub request") == []
