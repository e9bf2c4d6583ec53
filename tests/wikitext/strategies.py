"""What the properties are tried on: text made of what means something in wikitext."""

from typing import TypeVar

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from wikitext.escape import inert
from wikitext.titles import title

T = TypeVar("T")

TOKENS = (
    "{{", "}}", "{{{", "}}}", "{", "}", "|", "||", "=", "[[", "]]", "[", "]", "<nowiki>", "</nowiki>", "<nowiki/>",
    "<pre>", "</pre>", "<!--", "-->", "<includeonly>", "</includeonly>", "<b>", "</b>", '<i class="', "<br>", "<", ">",
    "''", "'''", "'", "{|", "|}", "\n|-\n", "\n! ", "!!", "\n", "\n\n", "\n==", "== ", "\n* ", "\n: ", "\n;", "\n----",
    " ", "  ", "\t", "~~~~", "~", "__TOC__", "__", "_", "&", "&amp;", "&#91;", "&lt", ";", "#", "%41", "-{", "}-",
    "http://a.example/?b=c", "https:", "//", "mailto:", "news:", "tel:", "RFC 1", "ISBN 1234567890", "PMID", ":", "/",
    "Category:", "[[Category:A]]", "#REDIRECT [[A]]", "File:A.jpg", "Template:", "subst:", "{{!}}", "{{=}}",
    "{{PAGENAME}}", "id", "status", "type", "a", "b c", "7", "Å", "متحف", "\u200f", "\u202e", "́", "̸", "\xa0",
    "\u2028", "\x7f", "\x00", "\ufffe", "🏛",
)  # fmt: skip
CALL_TOKENS = ("{{Hub request", "{{ Hub_request |", "{{Hub request\n| id = 1\n| type=upload\n}}", "{{Hub request}}")

# What Wikimedia's wikis make of a title's first letter: operations/mediawiki-config, wmf-config/UcfirstOverrides.php.
CAPITALS = (
    ("a", "A"), ("å", "Å"), ("я", "Я"), ("ÿ", "Ÿ"), ("ß", "ß"), ("ŉ", "ŉ"), ("ﬁ", "ﬁ"), ("ა", "ა"),
    ("\u2170", "\u2170"), ("ⓐ", "ⓐ"), ("ǆ", "Ǆ"), ("ǅ", "ǅ"), ("ᾳ", "ᾼ"), ("م", "م"), ("7", "7"),
)  # fmt: skip

tokens = st.sampled_from(TOKENS)
hostile = st.one_of(st.lists(tokens, max_size=12).map("".join), st.text(max_size=40))
"""Any value: what a person, a partner's list or an attacker may have written."""

values = hostile.map(inert)
"""Any value, made inert."""

_calls = st.lists(tokens, max_size=8).map(lambda inside: f"{{{{Hub request|type={''.join(inside)}|id=7}}}}")
pages = st.lists(st.one_of(tokens, st.sampled_from(CALL_TOKENS), _calls), max_size=30).map("".join)
"""Pages on which much goes wrong."""

names = st.from_regex(r"[a-z]{1,8}( [a-z]{1,8})?", fullmatch=True)
"""Names of parameters as they are read."""

addresses = st.lists(tokens, max_size=8).map(lambda path: f"https://a.example/{''.join(''.join(path).split())}")
"""Web addresses with anything but white space in them."""

legal_titles = st.builds(str.__add__, st.sampled_from("ABÅم"), hostile).map(title).filter(bool).map(str)
"""Titles of pages as MediaWiki stores them."""


def examples(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """Values of a strategy, the same ones on every run."""
    found: list[T] = []

    @settings(max_examples=count, derandomize=True, database=None, phases=[Phase.generate])
    @given(strategy)
    def collect(value: T) -> None:
        found.append(value)

    collect()
    return found
