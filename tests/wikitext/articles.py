"""Pages such as stand on a wiki, whole and broken, and changes of them."""

from hypothesis import assume
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.wikitext.strategies import tokens
from wikitext.edits import Change

CATEGORIES = ("A", "B b", "Č")
TEMPLATES = ("X", "Uncategorized", "Y z")
PARAMETERS = ("a", "b", "1", "2", "A")

_spaces = st.sampled_from(["", " ", "  ", "_", "\u200e", "\n", "<!-- c -->"])
_breaks = st.sampled_from(["", " ", "\n", "\n\n", "\n \n", " <!-- c -->\n", "\t"])
_titles = st.sampled_from([*CATEGORIES, "b b", "B_b", "C&amp;D", "č"])
_namespaces = st.sampled_from(["Category", "category", "CATEGORY", ":Category", "Kategori"])
_keys = st.sampled_from(["", "|", "|k", "|{{PAGENAME}}", "| ", "|[a]", "|a|b", "|<nowiki>]]</nowiki>"])

links = st.builds(
    lambda n, before, between, title, after, key: f"[[{n}{before}:{between}{title}{after}{key}]]",
    _namespaces, _spaces, _spaces, _titles, _spaces, _keys,
)  # fmt: skip
"""Links to categories, in all ways they are written, and some that are none."""

_names = st.sampled_from(
    ["X", "x", " X\n", "Template:X", "template: x", "Uncategorized", "Y_z", "{{X}}", "#if:X", ":X"]
)
_plain = st.sampled_from(["", "v", " v ", "\nv\n", "a=b", "[[l|m]]", "<!-- c -->", "v <!-- c -->\n", "== h ==\n"])
_parameter = st.one_of(st.sampled_from(["", *(f"{name}=" for name in PARAMETERS), " a = ", "\nb=", "a<!-- c -->="]))


def _call(name: str, parts: list[tuple[str, str]]) -> str:
    return f"{{{{{name}{''.join(f'|{parameter}{value}' for parameter, value in parts)}}}}}"


def _calls(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(_call, _names, st.lists(st.tuples(_parameter, st.one_of(_plain, within)), max_size=4))


_TAGS = ("<noinclude>{}</noinclude>", "<includeonly>{}</includeonly>", "<nowiki>{}</nowiki>", "<pre>{}</pre>",
         "<ref>{}</ref>", "<!--{}-->", "* {}\n", "\n== {} ==\n", "{{{{{{1|{}}}}}}}", "[[File:A.jpg|thumb|{}]]",
         "<ref>{}", "<nowiki>{}", "<!--{}", "<includeonly>{}", "{{{{{}", "{}}}}}", "-{{{}}}-",
         "{{|\n| {}\n|}}")  # fmt: skip
_pieces = st.recursive(
    st.one_of(links, _plain, _calls(links), st.sampled_from(["Words. ", "\n", "\n\n", "\n== h ==\n", "é🖼"])),
    lambda within: st.one_of(_calls(within), st.builds(str.format, st.sampled_from(_TAGS), within)),
    max_leaves=6,
)
pieces = st.one_of(_pieces, tokens)
articles = st.lists(st.tuples(pieces, _breaks), max_size=14).map(lambda found: "".join(map("".join, found)))
"""Pages, of which some are as they should be."""


def _some(values: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    return st.lists(values, max_size=2, unique=True)


_category, _template = st.sampled_from(CATEGORIES), st.sampled_from(TEMPLATES)
_name = st.sampled_from([*PARAMETERS, "new"])
_value = st.one_of(_plain, _calls(_plain), links, st.sampled_from(["v=w", "", "{{X|a=w}}"]))
_where = {"where": st.sampled_from(["top", "bottom", "under heading"]), "heading": st.just("h")}
_asked = st.one_of(
    st.fixed_dictionaries(
        {"do": st.just("categorize"), "add": _some(_category), "remove": _some(_category),
         "move": _some(st.tuples(_category, st.sampled_from([*CATEGORIES, "New"]))),
         "namespaces": st.sampled_from([("Category",), ("Kategori", "Category")])}),
    st.fixed_dictionaries(
        {"do": st.just("set parameters"), "template": _template,
         "values": st.lists(st.tuples(_name, _value), min_size=1, max_size=3, unique_by=lambda pair: pair[0])}),
    st.fixed_dictionaries({"do": st.just("rename parameter"), "template": _template, "old": _name, "new": _name}),
    st.fixed_dictionaries({"do": st.just("remove parameter"), "template": _template, "name": _name}),
    st.fixed_dictionaries({"do": st.just("add template"), "call": _calls(_plain), **_where}),
    st.fixed_dictionaries({"do": st.just("remove template"), "template": _template}),
    st.fixed_dictionaries({"do": st.just("add text"), "text": pieces, **_where}),
    st.fixed_dictionaries({"do": st.just("replace"), "find": st.sampled_from(["v", "[[", "\n", "é"]),
                           "replacement": st.sampled_from(["", "v", "w\n", "🖼"])}),
    st.fixed_dictionaries({"do": st.just("replace"),
                           "find": st.sampled_from(["(.)v", "[^a]*", "(?m)^|$", "[é🖼]+", "a|"]),
                           "replacement": st.sampled_from(["", r"\0", "w\n", r"🖼\\"]), "regex": st.just(value=True)}),
)  # fmt: skip
_change: TypeAdapter[Change] = TypeAdapter(Change)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Changes of every kind."""
    try:
        return _change.validate_python(draw(_asked))
    except ValidationError:
        assume(condition=False)
        raise
