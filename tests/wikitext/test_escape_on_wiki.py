"""What was made inert only shows its value on a real wiki, and an address is one link."""

from typing import Any
from urllib.parse import unquote

import pytest
import requests

from deploy.sandbox import SandboxWiki
from tests.wikitext.rendered import Element, elements
from tests.wikitext.strategies import examples, hostile
from wikitext.escape import clean, inert, link

NASTY = (
    "{{Hub status|done}}", "{{subst:PAGENAME}}", "{{{1|x}}}", "{{PAGENAME}}", "{{#if:1|a|b}}", "}}{{Hub status}}",
    "a|b=c", "[[Main Page]]", "[[Category:Hacked]]", "[[File:A.jpg|thumb]]", "[[:en:A|b]]", "[https://a.example b]",
    "[[A]]b", "]]", "https://a.example/", "see http://a.example.", "//a.example/b", "mailto:a@a.example",
    "news:comp.misc", "NEWS:a", "tel:112", "urn:isbn:1", "geo:1,2", "sms:1", "magnet:?a", "bitcoin:1",
    "ftp://a.example", "irc://a.example", "_mailto:a@a.example", "__RFC 1", "RFC 1", "PMID  12", "ISBN 1234567890",
    "ISBN 978-0-12-345678-6", "~~~", "~~~~ and ~~~~~", "__TOC__", "___NOTOC___", "__HIDDENCAT__", "a_", "_b", "''a''",
    "'''b'''", "'", "a'", "<b>a</b>", "<script>alert(1)</script>", "<nowiki>[[a]]</nowiki>", "</div>", "<!-- a", "-->",
    "<br/>", "<ref>a</ref>", "<pre>a", '<div id="v0">', "<includeonly>a</includeonly>", "#REDIRECT [[A]]", "* a",
    "# a", ": a", "; a : b", "= a =", "== a ==", "----", "-{a}-", "|}", "|-", "| a || b", "! a !! b", "{|",
    "{| class=a", "+a", "-1", "!a", "a!!b", "&lt;b&gt;", "&amp;amp;", "&#91;&#x5b;", "&", "a&", "&nbsp;", "&copy",
    "&רלמ;a", "&رلم;a", "̸a", "a\n̸b", "e\u202á", "́a", "a\n\n* b\n\n= c", "  a  b ", "\ta", "a\xa0: b ?",
    '\x7f\'"`UNIQ-a-1-QINU`"\'\x7f', "a\ufffeb\uffff", "\U0001ffffa", "\ufdd0a", "\u202eabc", "\u2066a", "\u200fأ",
    "🏛\u200d🎨", "%41", "a\\b", "MediaWiki:Common.css", "<a href='javascript:a'>", "{{", "}}", "[", "]", "{", "}", "|",
    "<", ">", "~", "=", "0", "é : « a »",
)  # fmt: skip
ADDRESSES = (
    "https://a.example", "http://a.example/b?c=d&e=f#g", "HTTPS://A.EXAMPLE/", "https://a.example/[b]|{{c}}<d>",
    "https://a.example/''a''~~~~", "https://a.example/__TOC__", "https://a.example/b_(c)", "https://a.example/b)",
    "https://a.example/b.", "https://a.example/b,;:!?", "https://a.example/?a=b&lt;c", "https://a.example/?a=b&lt=c",
    "https://a.example/?a&#60;c", "https://a.example/?a&nbsp;b", "https://a.example/Å%20ö", "https://a.example/متحف",
    'https://a.example/"b"', "https://a.example/b^`\\c", "https://a.example:8080/-{b}-", "https://a.example/%",
    "https://a.example/b=c|d", "https://a.example/b//c", "https://å.example/b", "https://a.example/b\u200bc",
)  # fmt: skip
CONTEXTS = {
    "div": '<div id="div{n}">{value}</div>',
    "parameter": '<div id="parameter{n}">{{{{#if:1|{value}}}}}</div>',
    "line": '<div id="line{n}">\n{value}\n</div>',
    "item": '<div id="item{n}">\n* {value}\n</div>',
    "cell": '{{|\n! scope="row" id="head{n}" | {value} !! a\n|-\n| id="cell{n}" | {value} || a\n|}}',
}
FRAMES = ["p", "br", "ul", "li"]


def parsed(wiki: SandboxWiki, text: str) -> dict[str, Any]:
    """The page as the wiki would show it, and what it would note of it."""
    wanted = "text|categories|links|templates|images|externallinks|iwlinks|langlinks|sections|properties"
    query = {
        "action": "parse",
        "text": text,
        "title": "Sandbox",
        "contentmodel": "wikitext",
        "pst": "1",
        "prop": wanted,
    }
    form = {"disablelimitreport": "1", "format": "json", "formatversion": "2"}
    answer: dict[str, Any] = requests.post(wiki.api, data=query | form).json()
    return dict(answer["parse"])


@pytest.fixture(scope="module")
def values() -> list[str]:
    """Values that would do something if they could."""
    return [*NASTY, *examples(hostile, 100)]


@pytest.fixture(scope="module")
def page(commons_wiki: SandboxWiki, values: list[str]) -> dict[str, Any]:
    """A page that has every value in every context."""
    written = (
        context.format(n=n, value=inert(value)) for n, value in enumerate(values) for context in CONTEXTS.values()
    )
    return parsed(commons_wiki, "\n".join(written))


@pytest.fixture(scope="module")
def seen(page: dict[str, Any]) -> dict[str, Element]:
    """What is seen of each value, by its context and number."""
    return elements(page["text"])


@pytest.mark.parametrize("context", ["div", "parameter", "line", "item", "head", "cell"])
def test_values_are_shown(seen: dict[str, Element], values: list[str], context: str) -> None:
    """Each value is seen as it is."""
    shown = {value: seen[f"{context}{n}"].words for n, value in enumerate(values) if f"{context}{n}" in seen}
    assert shown == {value: clean(value).split() for value in values}


@pytest.mark.parametrize("context", ["div", "parameter", "line", "item", "head", "cell"])
def test_values_are_only_shown(seen: dict[str, Element], values: list[str], context: str) -> None:
    """No value makes any element but line breaks."""
    made = {value: seen[f"{context}{n}"].tags for n, value in enumerate(values) if f"{context}{n}" in seen}
    assert {value: tags for value, tags in made.items() if set(tags) - set(FRAMES)} == {}
    breaks = {value: tags.count("br") for value, tags in made.items()}
    assert breaks == {value: clean(value).count("\n") for value in values}


@pytest.mark.parametrize(
    "kind",
    ["categories", "links", "templates", "images", "externallinks", "iwlinks", "langlinks", "sections", "properties"],
)
def test_values_do_nothing(page: dict[str, Any], kind: str) -> None:
    """No value links to anything, calls anything or puts the page anywhere."""
    assert list(page[kind]) == []


def test_addresses_are_links(commons_wiki: SandboxWiki) -> None:
    """A web address is one link to just that address, and all that is seen of it."""
    written = "\n".join(f'<div id="a{n}">{link(address)}</div>' for n, address in enumerate(ADDRESSES))
    seen = elements(parsed(commons_wiki, written)["text"])
    links = {address: [unquote(href) for href in seen[f"a{n}"].links] for n, address in enumerate(ADDRESSES)}
    assert links == {address: [unquote(clean(address))] for address in ADDRESSES}
    assert [address for n, address in enumerate(ADDRESSES) if seen[f"a{n}"].tags != ["a"]] == []


def test_addresses_in_brackets_are_links(commons_wiki: SandboxWiki) -> None:
    """A web address with a label in brackets, as on a report, is one link to just that address."""
    written = "\n".join(f'<div id="a{n}">[{link(address)} label]</div>' for n, address in enumerate(ADDRESSES))
    seen = elements(parsed(commons_wiki, written)["text"])
    links = {address: [unquote(href) for href in seen[f"a{n}"].links] for n, address in enumerate(ADDRESSES)}
    assert links == {address: [unquote(clean(address))] for address in ADDRESSES}
    assert {seen[f"a{n}"].text for n in range(len(ADDRESSES))} == {"label"}
