"""The pages that the hub installs work for somebody who never saw wikitext."""

import html
import re
from urllib.parse import quote_plus

import pytest
import requests

from deploy.sandbox import SandboxWiki
from deploy.sandbox.hub import BASES
from wikitext.pages import shipped_pages

from .rig import Rig, picture, published


def _form(address: str) -> str:
    """What the edit form at an address is filled in with."""
    answer = requests.get(address, timeout=30)
    answer.raise_for_status()
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    return html.unescape(text[1]) if text else ""


def _explained(address: str) -> set[str]:
    """The words that stand as code above the edit form at an address."""
    above = requests.get(address, timeout=30).text.partition("<textarea")[0]
    return {*re.findall(r'<code dir="ltr">(.*?)</code>', above)}


def _rendered(wiki: SandboxWiki, title: str) -> str:
    answer = requests.get(wiki.page(title), timeout=30)
    answer.raise_for_status()
    return answer.text


def test_the_button_of_a_preview_opens_a_filled_in_approval(rig: Rig) -> None:
    """A reviewer needs one click and one save: the form names the answer and the plan."""
    rig.file(manifest=published(rig))
    rig.work()
    page = _rendered(rig.sandbox.wikis["commons"], rig.report())
    link = re.search(r'href="([^"]*action=edit[^"]*preload=[^"]*)"', page)
    assert link
    address = html.unescape(link[1])
    form = _form(address if address.startswith("http") else f"{rig.sandbox.wikis['commons'].url}{address}")
    assert form.startswith("{{Hub review|approve|plan=")
    assert form.endswith(" ~~~~\n")
    rig.approve(answer=form.removesuffix(" ~~~~\n"))
    rig.work()
    assert rig.status() == "done"


def test_a_row_is_taken_back_by_the_link_behind_it(rig: Rig) -> None:
    """Nobody types a number: the form names the row, and the button for all of them leaves it open."""
    rig.file(manifest=published(rig))
    rig.work()
    plan = rig.plan()
    rig.approve()
    rig.work()
    links = re.findall(r'href="([^"]*preload=Template:Hub_review/undo[^"]*)"', _opened(rig, rig.report()))
    forms = [_form(html.unescape(link)) for link in links]
    assert forms == [f"{{{{Hub review|undo|plan={plan}|items={rows}|reason=}}}} ~~~~\n" for rows in ("", "2", "3")]
    rig.approve(answer=forms[2].removesuffix(" ~~~~\n"))
    rig.work()
    assert rig.rows(2).keys() == {3}


def _opened(rig: Rig, title: str) -> str:
    """A page with whole addresses in it."""
    wiki = rig.sandbox.wikis["commons"]
    return _rendered(wiki, title).replace('href="/', f'href="{wiki.url}/')


def test_the_request_page_has_a_button_that_opens_the_form(commons_wiki: SandboxWiki, installed: str) -> None:
    """A partner starts from a button; the form holds a request with every parameter that is needed."""
    page = _rendered(commons_wiki, installed)
    assert "Upload files" in page
    assert "preload" in page
    form = _form(
        f"{commons_wiki.url}/w/index.php?title={installed}&action=edit&section=new&preload=Template:Hub_request/form"
    )
    assert form.startswith("{{Hub request\n| type       = upload\n")
    assert form.endswith("\n~~~~\n")
    for name in ("partner", "manifest", "filename", "license", "categories", "language"):
        assert re.search(rf"^\| {name} ", form, re.MULTILINE)


@pytest.mark.parametrize(("language", "badge"), [("en", "Planned"), ("sv", "Planerad"), ("ar", "وُضعت خطته")])
def test_the_request_shows_its_state_in_its_language(rig: Rig, language: str, badge: str) -> None:
    """The box that a request becomes says where it is, with a link to its report."""
    rig.file(manifest=published(rig), language=language)
    rig.work()
    page = _rendered(rig.sandbox.wikis["commons"], rig.base)
    status = re.search(r'class="hub-status"[^>]*>([^<]*)<', page)
    assert status
    assert status[1].startswith(badge)
    assert f'href="/wiki/{rig.report().replace(" ", "_")}"' in page


def test_pages_that_are_as_shipped_are_not_written_again(rig: Rig) -> None:
    """`cph install` run twice changes nothing: what is saved is what was shipped."""
    for shipped in shipped_pages(BASES["commons"]):
        assert not shipped.mine or rig.text(shipped.title) == shipped.text


@pytest.mark.usefixtures("installed")
def test_the_documentation_explains_every_parameter(commons_wiki: SandboxWiki) -> None:
    """The template's own page shows how to ask, and TemplateData's table of its parameters."""
    page = _rendered(commons_wiki, "Template:Hub request")
    assert "How to ask" in page
    assert "mw-templatedata-doc-wrap" in page


@pytest.mark.parametrize(
    ("language", "button", "need"), [("sv", "Ladda upp filer", "Det här behövs"), ("ar", "رفع ملفات", "ما تحتاج إليه")]
)
def test_the_request_page_is_in_its_readers_language(
    commons_wiki: SandboxWiki, installed: str, language: str, button: str, need: str
) -> None:
    """What is needed stands first; each form that a button opens answers in that language, and so does what is linked.

    Each has a heading, that of the button: without one a request lands in the section above. What is to be filled in is
    explained above it.
    """
    page = requests.get(
        f"{commons_wiki.url}/w/index.php", params={"title": installed, "uselang": language}, timeout=30
    ).text
    assert button in page
    for linked in ("Policy.json", "Template:Hub_request/doc", "waiting_for_review", "/Status"):
        assert re.search(rf'href="[^"]*{linked}&amp;uselang={language}"', page), linked
    assert page.index(need) < page.rindex(button)
    forms = [html.unescape(link) for link in re.findall(r'href="([^"]*preload=[^"]*)"', page)]
    assert len(forms) == 5
    assert sum(f"preloadtitle={quote_plus(button)}" in address for address in forms) == 1
    for address in forms:
        form = _form(address)
        assert {*re.findall(r"^\| (.*?) *=", form, re.MULTILINE)} - {"type"} <= _explained(address)
        assert form.endswith("~~~~\n")
        assert "{{Hub request" not in form or re.search(rf"^\| language\s*= {language}$", form, re.MULTILINE)


def test_a_list_is_checked_without_being_filed(rig: Rig) -> None:
    """Nobody is asked to review it, nobody can have it done; without the line it is a request."""
    rig.file(manifest=published(rig, "Only checked"), check_only="yes")
    rig.work()
    assert rig.status() == "checked"
    assert "Nothing was filed or changed" in rig.text()
    page = _rendered(rig.sandbox.wikis["commons"], rig.report())
    assert "Only checked" in page
    assert "Hub_review/approve" not in page
    rig.review(f"approve|plan={'0' * 12}")
    rig.work()
    assert rig.status() == "checked"
    rig.person("Partner").edit(rig.base, rig.text().replace("| check only = yes\n", ""))
    rig.work()
    assert rig.status() == "planned"


def test_a_list_in_swedish_is_filed_with_the_form_as_it_is(rig: Rig) -> None:
    """Its names of files are told by what columns mean, and the files' addresses by what stands in them."""
    url = rig.partner.publish("/torget.jpg", picture(0x5E0001))
    row = {"Titel": "Torget i Luleå", "Inventarienummer": "HM.1", "Fotograf": "Anna Berg", "Bildfil": url}
    manifest = rig.partner.publish_list("/lista.csv", [row])
    rig.file(manifest=manifest, filename="{title} - {accession_number}", template="Artwork")
    rig.work()
    assert rig.status() == "planned", rig.text()
    [item] = rig.hub.ledger.items(rig.hub.ledger.get(1))
    assert item.action is not None
    assert item.action.title == "File:Torget i Luleå - HM.1.jpg"
    assert "|artist = Anna Berg" in rig.text(rig.report())


def test_a_check_needs_nothing_but_the_list(rig: Rig) -> None:
    """What a request will need besides is said; for the check it may stay open, as in the form."""
    rig.file(
        manifest=published(rig, "Checked alone"),
        check_only="yes",
        partner="",
        filename="",
        license="",
        categories="",
    )
    rig.work()
    assert rig.status() == "checked", rig.text()
    report = rig.text(rig.report())
    assert "will need these as well: partner, filename, license, categories" in report
    assert "Checked alone" in report


def test_a_check_of_what_cannot_be_done_is_a_check(rig: Rig) -> None:
    """Somebody who asks what is wrong with a list is told just that, and is not asked to change the request."""
    manifest = rig.partner.publish_list("/list.csv", [{"title": "No file", "media_url": f"{rig.partner.address}/no"}])
    rig.file(manifest=manifest, check_only="yes", filename="{title}")
    rig.work()
    assert rig.status() == "checked", rig.text()
    assert "nothing in it can be done as it is" in rig.text()
    rig.review("check again", account="Partner")
    rig.work()
    assert rig.text().count("nothing in it can be done as it is") == 1
    assert "answers with error 404" in rig.text(rig.report())


def test_buttons_are_in_the_language_of_whoever_reads_them(rig: Rig) -> None:
    """A reviewer has to know what they press, whatever language the requester has."""
    rig.file(manifest=published(rig), language="ar")
    rig.work()
    page = rig.sandbox.wikis["commons"].page(rig.report())
    for language, label in {"en": "Approve this plan", "sv": "Godkänn den här planen"}.items():
        assert label in requests.get(page, params={"uselang": language}, timeout=30).text


def test_a_form_explains_itself(commons_wiki: SandboxWiki, installed: str) -> None:
    """Above the editor stands what goes where, in the reader's language, which goes along with the button."""
    page = requests.get(
        f"{commons_wiki.url}/w/index.php", params={"title": installed, "uselang": "sv"}, timeout=30
    ).text
    forms = [
        html.unescape(link) for link in re.findall(r'href="([^"]*Hub_request/(?:check|edit|categorize)[^"]*)"', page)
    ]
    assert len(forms) == 3
    for address in forms:
        shown = requests.get(address, timeout=30).text
        assert "Skriv efter likhetstecknen" in shown
        assert "Spara" in shown or "Publicera" in shown
    assert "editintro" in page


def test_a_preview_lets_a_reviewer_decide(rig: Rig) -> None:
    """Links to the files with their size, what each row says, categories without a page, the list of what waits."""
    rig.file(manifest=published(rig, "Decided on"), categories="No such category; Nordic Museum", permission="A letter")
    rig.work()
    page = _rendered(rig.sandbox.wikis["commons"], rig.report())
    assert "/1.jpg" in page
    assert re.search(r"\d+(\.\d)? kB", page)
    assert "There is no category “No such category” yet" in page
    box = _rendered(rig.sandbox.wikis["commons"], rig.base)
    assert "PD-old-70" in box
    assert "A letter" in box
    assert rig.waiting() == [rig.report().replace("_", " ")]
    rig.approve()
    rig.work()
    assert rig.waiting() == []


def test_a_refused_server_is_asked_for_with_one_click(rig: Rig) -> None:
    """The answer leads to a form on the policy's talk page that names the server; each reads it in their language."""
    rig.file(manifest="https://files.example.org/list.csv")
    rig.work()
    page = _rendered(rig.sandbox.wikis["commons"], rig.base)
    link = re.search(r'href="([^"]*Hub_request/server[^"]*)"', page)
    assert link
    form = _form(html.unescape(link[1]))
    assert form.startswith("{{Hub server|files.example.org}}")
    talk = f"Commons talk:{rig.base.partition(':')[2]}/Policy.json"
    rig.person("Partner").edit(talk, form)
    for language, said in {"en": "Please add the server", "sv": "Lägg gärna till servern"}.items():
        shown = requests.get(rig.sandbox.wikis["commons"].page(talk), params={"uselang": language}, timeout=30).text
        assert f'{said} <code dir="ltr">files.example.org</code>' in shown


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"license": "CC BY-SA"}, "Did you mean “{{Cc-by-sa-4.0}}”?"),
        ({"license": "public domain"}, "Did you mean “{{PD-old-70-expired}}”"),
        ({"filename": "Plate"}, "would be the same for every row"),
        ({"manifest": r"C:\list.xlsx"}, "is a place on your own computer"),
        ({"language": "Svenska", "license": ""}, "Saknas"),
    ],
)
def test_what_people_write_first_gets_advice(rig: Rig, parameters: dict[str, str], said: str) -> None:
    """Names of licences as they are called elsewhere, names of files without a column, places, names of languages."""
    rig.file(**{"manifest": published(rig)} | parameters)
    rig.work()
    page = html.unescape(re.sub("<[^>]*>", "", _rendered(rig.sandbox.wikis["commons"], rig.base)))
    assert said in page


def test_the_box_categorises_nothing(rig: Rig) -> None:
    """What stands in a request is shown as it was written: the request page is in no category of the partner's."""
    written = dict.fromkeys(
        ("type", "partner", "manifest", "categories", "permission", "wiki"), "[[Category:Glass plates]]"
    )
    rig.file(**written)
    answer = rig.person("Stranger").api(action="query", prop="categories", titles=rig.base)
    assert "categories" not in answer["query"]["pages"][0]
    assert "[[Category:Glass plates]]" in _rendered(rig.sandbox.wikis["commons"], rig.base)


def test_an_answer_is_shown_as_its_button_and_promises_nothing(rig: Rig) -> None:
    """In the words and the language of its reader; a tick would say that it counts, which this one does not."""
    rig.file(manifest=published(rig))
    rig.work()
    rig.review("approve", account="Stranger")
    rig.work()
    wiki = rig.sandbox.wikis["commons"]
    shown = {
        code: requests.get(f"{wiki.url}/w/index.php", {"title": rig.talk(), "uselang": code}, timeout=30).text
        for code in ("en", "sv")
    }
    assert "• Approve this plan</span>" in shown["en"]
    assert "• Godkänn den här planen</span>" in shown["sv"]
    assert not any("✓" in page for page in shown.values())
