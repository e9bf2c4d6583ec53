"""The pages that the hub installs work for somebody who never saw wikitext."""

import html
import re

import pytest
import requests

from deploy.sandbox import SandboxWiki
from deploy.sandbox.hub import BASES
from wikitext.pages import shipped_pages

from .desk import Desk, published


def _form(address: str) -> str:
    """What the edit form at an address is filled in with."""
    answer = requests.get(address, timeout=30)
    answer.raise_for_status()
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    return html.unescape(text[1]) if text else ""


def _rendered(wiki: SandboxWiki, title: str) -> str:
    answer = requests.get(wiki.page(title), timeout=30)
    answer.raise_for_status()
    return answer.text


def test_the_button_of_a_preview_opens_a_filled_in_approval(desk: Desk) -> None:
    """A reviewer needs one click and one save: the form names the answer and the plan."""
    desk.file(manifest=published(desk))
    desk.work()
    page = _rendered(desk.sandbox.wikis["commons"], desk.report())
    link = re.search(r'href="([^"]*action=edit[^"]*preload=[^"]*)"', page)
    assert link
    address = html.unescape(link[1])
    form = _form(address if address.startswith("http") else f"{desk.sandbox.wikis['commons'].url}{address}")
    assert form.startswith("{{Hub review|approve|plan=")
    assert form.endswith(" ~~~~\n")
    desk.approve(answer=form.removesuffix(" ~~~~\n"))
    desk.work()
    assert desk.status() == "done"


def test_a_row_is_taken_back_by_the_link_behind_it(desk: Desk) -> None:
    """Nobody types a number: the form names the row, and the button for all of them leaves it open."""
    desk.file(manifest=published(desk))
    desk.work()
    plan = desk.plan()
    desk.approve()
    desk.work()
    links = re.findall(r'href="([^"]*preload=Template:Hub_review/undo[^"]*)"', _opened(desk, desk.report()))
    forms = [_form(html.unescape(link)) for link in links]
    assert forms == [f"{{{{Hub review|undo|plan={plan}|items={rows}|reason=}}}} ~~~~\n" for rows in ("", "2", "3")]
    desk.approve(answer=forms[2].removesuffix(" ~~~~\n"))
    desk.work()
    assert desk.rows(2).keys() == {3}


def _opened(desk: Desk, title: str) -> str:
    """A page with whole addresses in it."""
    wiki = desk.sandbox.wikis["commons"]
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
def test_the_request_shows_its_state_in_its_language(desk: Desk, language: str, badge: str) -> None:
    """The box that a request becomes says where it is, with a link to its report."""
    desk.file(manifest=published(desk), language=language)
    desk.work()
    page = _rendered(desk.sandbox.wikis["commons"], desk.base)
    status = re.search(r'class="hub-status"[^>]*>([^<]*)<', page)
    assert status
    assert status[1].startswith(badge)
    assert f'href="/wiki/{desk.report().replace(" ", "_")}"' in page


def test_pages_that_are_as_shipped_are_not_written_again(desk: Desk) -> None:
    """`cph pages` run twice changes nothing: what is saved is what was shipped."""
    for shipped in shipped_pages(BASES["commons"]):
        assert not shipped.mine or desk.text(shipped.title) == shipped.text


@pytest.mark.usefixtures("installed")
def test_the_documentation_explains_every_parameter(commons_wiki: SandboxWiki) -> None:
    """The template's own page shows how to ask, and TemplateData's table of its parameters."""
    page = _rendered(commons_wiki, "Template:Hub request")
    assert "How to ask" in page
    assert "mw-templatedata-doc-wrap" in page
