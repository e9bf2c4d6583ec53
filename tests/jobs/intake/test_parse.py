"""From a template call to a request, or to all that is wrong with it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import mwparserfromhell
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mwparserfromhell.nodes import HTMLEntity, Text, Wikilink

from jobs.intake.parse import OWN_PARAMETERS, Request, asked, fingerprint, problems_of, read_request, readable
from jobs.kinds.upload.parameters import UploadParameters
from tests.wikitext.strategies import hostile
from wikitext import titles
from wikitext.messages import language
from wikitext.templates import Call, find_calls

GOOD = {
    "type": "upload",
    "partner": "Carnegie Museum of Art",
    "manifest": "https://example.org/list.csv",
    "filename": "{title} - {accession_number}",
    "license": "PD-old-70",
    "categories": "Glass plates",
}


def call(text: str) -> Call:
    """The one call of the request template in a text."""
    [found] = find_calls(text, "Hub request")
    return found


def problems(**changes: str | None) -> list[tuple[str, str, tuple[str | int, ...]]]:
    """Parameter, message and arguments of all that is wrong with a good request after these changes; None: left out."""
    parameters = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    read = read_request(parameters)
    return [] if isinstance(read, Request) else [(p.parameter, p.why.key, p.why.arguments) for p in read]


def good(**changes: str) -> UploadParameters:
    """The parameters of a good request with these changes."""
    read = read_request({**GOOD, **changes})
    assert isinstance(read, Request), read
    assert isinstance(read.parameters, UploadParameters)
    return read.parameters


# Reading ---------------------------------------------------------------------------------------------------------


def test_a_good_request_is_read() -> None:
    """A request with all it needs has nothing wrong with it, and every parameter in its own form."""
    read = good(description="{title}, {date}", language="sv", media="{url}")
    assert read.manifest == "https://example.org/list.csv"
    assert read.filename.columns == ("title", "accession_number")
    assert (read.license, read.categories, read.template.name) == ("{{PD-old-70}}", ("Glass plates",), "Information")
    assert {str(slot): pattern.source for slot, pattern in read.slots.items()} == {"description": "{title}, {date}"}
    assert read.media is not None
    assert read.media.columns == ("url",)


@pytest.mark.parametrize("name", ["partner", "manifest", "filename", "license", "categories"])
def test_what_is_missing_is_named(name: str) -> None:
    """Each parameter that a request cannot do without has a sentence of its own."""
    assert problems(**{name: None}) == [(name, f"problem-missing-{name}", ())]
    assert language("en").say(f"problem-missing-{name}")


def test_everything_wrong_is_told_at_once() -> None:
    """Nobody has to mend a request one mistake after the other."""
    found = problems(
        partner=None, license="[[Free]]", filename="{title", template="Info[r]", catgories="A", description="}"
    )
    assert {(parameter, key) for parameter, key, _ in found} == {
        ("partner", "problem-missing-partner"),
        ("license", "problem-license"),
        ("filename", "problem-braces"),
        ("template", "problem-template"),
        ("catgories", "problem-unknown-parameter-near"),
        ("description", "problem-braces"),
    }


def test_a_list_can_be_read_without_what_is_wrong() -> None:
    """All that a check of it needs is the list; what is wrong besides is left out, and what only that made wrong."""
    wrong = {"license": "[[Free]]", "filename": "{title", "template": "Info[r]", "artist": "{maker}", "catgories": "A"}
    read = readable({**GOOD, **wrong, "description": "{about}"})
    assert read is not None
    assert isinstance(read.parameters, UploadParameters)
    assert read.parameters.manifest == GOOD["manifest"]
    assert {str(slot): pattern.source for slot, pattern in read.parameters.slots.items()} == {"description": "{about}"}
    for parameters in (GOOD | {"manifest": "nonsense://x"}, GOOD | {"type": "uplaod"}, {}):
        assert readable(parameters) is None


def test_every_problem_can_be_said() -> None:
    """Whatever is wrong, there is a sentence for it with all its arguments."""
    read = read_request({"type": "upload", "lisense": "x", "manifest": "#", "categories": "|", "partner": "x" * 201})
    assert not isinstance(read, Request)
    assert len(read) >= 6
    for problem in read:
        assert "$" not in language("en").say(problem.why)


def test_without_a_type_there_is_nothing_else_to_say() -> None:
    """A request of no kind is told the kinds there are, and one of a kind misspelt the nearest."""
    assert problems(type=None, partner=None) == [("type", "problem-no-type", ("upload, categorize, edit, undo",))]
    assert problems(type="uplaod") == [("type", "problem-unknown-type-near", ("uplaod", "upload"))]
    assert problems(type="delete everything") == [
        ("type", "problem-unknown-type", ("delete everything", "categorize, edit, undo, upload")),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("lisense", "license"),
        ("licence", "license"),
        ("categorys", "categories"),
        ("file name", "filename"),
        ("descripton", "description"),
    ],
)
def test_a_misspelt_parameter_is_told_the_nearest(written: str, meant: str) -> None:
    """What looks like the name of a parameter is told which."""
    assert problems(**{written: "x"}) == [(written, "problem-unknown-parameter-near", (written, meant))]


def test_a_parameter_like_no_other_is_told_all_there_are() -> None:
    """A name that is near to none gets the list of all that are known."""
    [(parameter, key, (word, known))] = problems(zzz="x")
    assert (parameter, key, word) == ("zzz", "problem-unknown-parameter", "zzz")
    assert {"partner", "license", "description"} <= set(str(known).split(", "))


def test_which_fields_there_are_is_up_to_the_template() -> None:
    """A field of one description template is no parameter with another."""
    assert [str(slot) for slot in good(template="Artwork", medium="{medium}").slots] == ["medium"]
    assert [problem[0] for problem in problems(medium="{medium}")] == ["medium"]


@pytest.mark.parametrize("written", ["upload", "Upload", "UPLOAD"])
def test_the_type_may_be_written_in_any_case(written: str) -> None:
    """Capitals in the type make no difference."""
    assert not problems(type=written)


@pytest.mark.parametrize("written", ["Artwork", "artwork", "ARTWORK", "{{Artwork}}", " {{artwork}}\n"])
def test_the_template_may_be_written_in_any_case(written: str) -> None:
    """Capitals and braces make no difference to which description template is meant."""
    assert good(template=written, medium="x").template.name == "Artwork"


@pytest.mark.parametrize("written", ["Nordic_Museum image", "{{Template:nordic Museum image}}"])
def test_a_template_may_be_a_partners_own(written: str) -> None:
    """Which parameters are fields of it is known when the wiki is asked."""
    read = good(template=written, shelf="{shelf}")
    assert (read.template.name, read.template.fields, read.slots) == ("Nordic Museum image", (), {})


@pytest.mark.parametrize("written", ["subst:A", "User:A/b", "/b", "#if", "A|b=c", "{{A}}{{B}}", "<b>"])
def test_what_cannot_be_a_template_is_told(written: str) -> None:
    """A parser function, a page of another namespace, a call with arguments."""
    assert [problem[:2] for problem in problems(template=written)] == [("template", "problem-template")]


@pytest.mark.parametrize(
    ("written", "call_on_page"),
    [
        ("Nordic Museum credit", "{{Nordic Museum credit}}"),
        ("{{nordic_Museum credit}}", "{{Nordic Museum credit}}"),
        ("{{Credit|{number}}}", "{{Credit|7 &#124; x&#61;y}}"),
        ("{{Credit|{number} }}", "{{Credit|7 &#124; x&#61;y}}"),
        ("{{Credit\n|id={number|split:;|first}\n|2}}", "{{Credit|id=7 &#124; x=y|2}}"),
        ("{{Credit|{missing}|a = [b]}}", "{{Credit||a=&#91;b&#93;}}"),
    ],
)
def test_a_credit_is_one_plain_call(written: str, call_on_page: str) -> None:
    """Columns fill its arguments, which can do nothing; it may be written without braces."""
    read = good(credit=written)
    assert read.credit is not None
    assert read.credit.call({"number": "7 | x=y"}) == call_on_page


@pytest.mark.parametrize(
    "written", ["{{A}} and {{B}}", "{{subst:A}}", "{{#if:a|b}}", "[[A]]", "{{A|{{b}}}}", "{number}"]
)
def test_what_is_no_plain_credit_is_told(written: str) -> None:
    """Nothing but the call of a template stands there."""
    assert [problem[:2] for problem in problems(credit=written)] == [("credit", "problem-credit")]


@given(hostile, hostile)
def test_a_credit_does_nothing_else(written: str, value: str) -> None:
    """Whatever is asked for, and whatever stands in the list, it is the call of one template."""
    read = read_request(GOOD | {"credit": f"{{{{Credit|{written}|{{number}}}}}}"})
    if isinstance(read, Request):
        made = read.parameters.credit.call({"number": value})  # type: ignore[attr-defined]
        [template] = mwparserfromhell.parse(made).filter_templates()
        assert (str(template), str(template.name)) == (made, "Credit")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://example.org/a list.csv", "https://example.org/a list.csv"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("Commons:Partners/List", "Commons:Partners/List"),
        ("[[user:Alice/list]]", "User:Alice/list"),
        ("[[:Commons:List|the list]]", "Commons:List"),
        ("data:Partners list.tab", "Data:Partners list.tab"),
    ],
)
def test_a_list_is_an_address_or_a_page(written: str, meant: str) -> None:
    """The list stands on a web server or on a page, and a page's title may be written as a link."""
    assert good(manifest=written).manifest == meant


@pytest.mark.parametrize("written", ["ftp://example.org/list.csv", "a|b", "<list>", "#", "[[", "{{List}}"])
def test_what_cannot_be_a_list_is_told(written: str) -> None:
    """Neither an address nor a possible title is a problem that repeats what was written."""
    assert problems(manifest=written) == [("manifest", "problem-manifest", (written,))]


@pytest.mark.parametrize("source", ["{title", "title}", "{{title}}", "{}"])
@pytest.mark.parametrize("name", ["filename", "media", "description"])
def test_braces_without_partner_are_told(name: str, source: str) -> None:
    """A pattern that cannot be read is a problem of the parameter it stands in."""
    assert problems(**{name: source}) == [(name, "problem-braces", (source,))]


# Licences and categories -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "call_on_page"),
    [
        ("PD-old-70", "{{PD-old-70}}"),
        ("{{PD-old-70}}", "{{PD-old-70}}"),
        ("{{ PD-old-70 }}", "{{PD-old-70}}"),
        ("Template:PD-old-70", "{{PD-old-70}}"),
        ("{{template:Cc-by-4.0}}", "{{Cc-by-4.0}}"),
        ("Cc-by-4.0|Carnegie", "{{Cc-by-4.0|Carnegie}}"),
        ("CC BY 4.0", "{{Cc-by-4.0}}"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "{{Cc-zero}}"),
        ("{{PD-old-auto|deathyear=1940}}", "{{PD-old-auto|deathyear=1940}}"),
        ("{{PD-Art | PD-old-100 }}", "{{PD-Art|PD-old-100}}"),
        ("{{PD-old-auto| deathyear = 1940\n}}", "{{PD-old-auto|deathyear=1940}}"),
    ],
)
def test_a_licence_is_one_template_call(written: str, call_on_page: str) -> None:
    """With or without braces and namespace, with or without arguments: it comes to one plain call."""
    assert good(license=written).license == call_on_page


HOSTILE_LICENCES = [
    "{{subst:Delete}}",
    "{{safesubst:Delete}}",
    "{{#invoke:Evil|x}}",
    "{{#if:1|[[Category:X]]}}",
    "{{User:Evil}}",
    "{{:Main Page}}",
    "{{int:Evil}}",
    "{{msgnw:Evil}}",
    "PD}}{{Delete",
    "{{PD}} {{Delete}}",
    "{{PD}}[[Category:X]]",
    "{{{1}}}",
    "{{PD|{{Delete}}}}",
    "PD|[[Category:X]]",
    "PD|~~~~",
    "~~~~",
    "PD|1=~~~~",
    "PD|<ref>",
    "PD<noinclude>",
    "PD\n== Heading ==",
    "PD|'''''x",
    "PD|__NOTOC__",
    "PD|https://evil.example",
    "PD|mailto:evil@example.org",
    "PD|x=y=[[Category:X]]",
    "PD|&#91;&#91;Category:X]]",
    "PD&#58;X",
    "PD|ISBN 123456789X",
    "PD|a\n* b\n# c",
    "{{PD|{{{1|}}}}}",
    "{|",
    "",
]


def assert_harmless_licence(text: str) -> None:
    """Fails unless the licence is refused or is one call of a template whose arguments are text and nothing else."""
    read = read_request({**GOOD, "license": text})
    if not isinstance(read, Request):
        [problem] = read
        assert problem.why.key.startswith(("problem-license", "license-"))
        return
    licence = str(read.parameters.model_dump()["license"])
    if titles.title(licence.strip("{}").split("|")[0]) is None:
        return  # no page can be called so, and planning refuses a licence that is no page
    [template] = mwparserfromhell.parse(licence).filter_templates(recursive=False)
    assert str(template) == licence
    assert not set("{}[]|#<>:\n") & set(template.name)
    for parameter in template.params:
        for node in (*parameter.name.nodes, *parameter.value.nodes):
            assert isinstance(node, Text | HTMLEntity) or str(node) == "<br>"
        for active in ("~~~", "__", "''", "://", "mailto:", "\n", "ISBN "):
            assert active not in parameter.value


@pytest.mark.parametrize("text", HOSTILE_LICENCES)
def test_a_hostile_licence_does_nothing(text: str) -> None:
    """Nothing but one template, with nothing that acts in its arguments, comes onto a page as its licence."""
    assert_harmless_licence(text)


@given(st.text("{}[]|=:#<>~'_&;!/ \nPDa1*", max_size=30).map(lambda text: f"PD|{text}") | st.text(max_size=30))
def test_no_licence_does_anything(text: str) -> None:
    """Whatever is written for a licence is refused or harmless."""
    assert_harmless_licence(text)


@contextmanager
def endless_is_an_error() -> Iterator[None]:
    """What would take very long is broken off after a minute of processor time."""

    def break_off(*_: object) -> None:
        pytest.fail("takes endlessly")

    before = signal.signal(signal.SIGPROF, break_off)
    signal.setitimer(signal.ITIMER_PROF, 60)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


LONG = 500_000
"""So many characters take an hour or so where the time grows with their square, and else a part of a second."""
SPACE = " " * LONG


@pytest.mark.parametrize(
    "text", [f"{{{{{SPACE}[x]}}}}", f"a{SPACE}[", f"{{{{template:{SPACE}[", "PD" + "|" * LONG + "["]
)
def test_no_licence_takes_endlessly(text: str) -> None:
    """However long what is written for a licence, telling that it is none takes no time."""
    with endless_is_an_error():
        assert [key for _, key, _ in problems(license=text)] == ["problem-license"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Glass plates", ("Glass plates",)),
        ("glass_plates", ("Glass plates",)),
        ("A; B ;C", ("A", "B", "C")),
        ("A\nB\n", ("A", "B")),
        ("* A\n* B", ("A", "B")),
        ("Category:A; category: B; CATEGORY :C; :Category:D", ("A", "B", "C", "D")),
        ("[[Category:A]]; [[:Category:B]]\n[[C]]", ("A", "B", "C")),
        ("A; a; A;; ;", ("A",)),
        ("Målningar från 1700-talet; Картины", ("Målningar från 1700-talet", "Картины")),
    ],
)
def test_categories_are_written_in_many_ways(written: str, meant: tuple[str, ...]) -> None:
    """Semicolons, lines and bullets part categories; namespace, brackets and repetitions are mended."""
    assert good(categories=written).categories == meant


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u202a", "\u202e"])
def test_invisible_marks_are_no_part_of_a_category(mark: str) -> None:
    """Direction marks that come along with a copied title are dropped, as MediaWiki does."""
    assert good(categories=f"Glass plates{mark}").categories == ("Glass plates",)


@pytest.mark.parametrize(
    "text",
    [
        "A]][[Category:B",
        "{{Delete}}",
        "A|B",
        "~~~~",
        "<nowiki>",
        "A#B",
        "a%5Bb",
        "Category:",
        ":",
        "x" * 256,
        "..",
    ],
)
def test_what_cannot_be_a_category_is_told(text: str) -> None:
    """What can be no title is a problem, also beside good ones."""
    assert problems(categories=f"Good; {text}") == [("categories", "problem-category", (text[:80],))]


@given(st.text(max_size=30) | st.text("[]{}|:;~<>#&_% \nCategoryab*", max_size=30))
def test_no_category_does_anything(text: str) -> None:
    """Whatever is written for categories is refused, or each is one plain title that one link can hold."""
    read = read_request({**GOOD, "categories": text})
    if isinstance(read, Request):
        for category in read.parameters.model_dump()["categories"]:
            assert titles.title(category) == category
            [node] = mwparserfromhell.parse(f"[[Category:{category}]]").nodes
            assert isinstance(node, Wikilink)


@given(st.dictionaries(st.sampled_from([*GOOD, "media", "template", "description", "x"]), st.text(max_size=50)))
def test_no_parameters_raise_anything(parameters: dict[str, str]) -> None:
    """Whatever a request says, it is read or told what is wrong with it in sentences that exist."""
    read = read_request({"type": "upload", **parameters})
    for problem in () if isinstance(read, Request) else read:
        assert language("en").say(problem.why)


# How the call is written -----------------------------------------------------------------------------------------


def written(*more: str, **changes: str) -> Call:
    """A good request, changed, as a call with more written into it."""
    return call("{{Hub request|" + "|".join([*(f"{n}={v}" for n, v in {**GOOD, **changes}.items()), *more]) + "}}")


def test_a_call_in_good_form_has_no_problems() -> None:
    """Named parameters, each of them once, are in good form; that some are empty does no harm."""
    assert problems_of(written("id=", "media=")) == ()


def test_a_broken_call_is_told() -> None:
    """Braces that do not match are the one problem of the call, and it asks for nothing."""
    broken = call("{{Hub request|type=upload|filename={{title}")
    assert [problem.why.key for problem in problems_of(broken)] == ["problem-broken"]
    assert asked(broken) == {}


def test_what_is_written_wrong_is_told_with_what_is_asked_wrong() -> None:
    """Each name that stands twice, each value without a name and each wrong value is a problem of its own."""
    found = problems_of(written("Partner=B", "https://example.org/list.csv", "d", license="?", template="Art:"))
    assert [(problem.parameter, problem.why.key, problem.why.arguments[:1]) for problem in found] == [
        ("partner", "problem-repeated", ()),
        ("", "problem-unnamed", ("https://example.org/list.csv",)),
        ("", "problem-unnamed", ("d",)),
        ("template", "problem-template", ("Art:",)),
    ]


def test_the_bots_own_parameters_ask_for_nothing() -> None:
    """What stands in the bot's own parameters, even twice, is no problem and no wish; nor is what is empty."""
    own = written("id=H1", "id=H2", "status=done", "report=x", "media=")
    assert asked(own) == GOOD
    assert problems_of(own) == ()


# The fingerprint -------------------------------------------------------------------------------------------------

names = st.sampled_from(["type", "partner", "manifest", "filename", "other fields"])
wishes = st.dictionaries(names, st.text("ab1 {}é", min_size=1).map(str.strip).filter(bool), min_size=1)
space = st.text(" \n\t", max_size=3)
blanks = st.text(" \t", max_size=3)


@st.composite
def ways_to_write(draw: st.DrawFn, wish: dict[str, str]) -> str:
    """A call that asks for this, in any order, with any outer space, the bot's own parameters and empty ones."""
    own = draw(st.dictionaries(st.sampled_from(OWN_PARAMETERS), st.text("ab1", max_size=5)))
    parameters = draw(st.permutations([*wish.items(), *own.items(), ("media", "")]))
    parts = ["Hub request"]
    for name, value in parameters:
        written = draw(st.sampled_from([name, name.upper(), name.replace(" ", "_")]))
        parts.append(f"{draw(space)}{written}{draw(blanks)}={draw(space)}{value}{draw(space)}")
    return "{{" + "|".join(parts) + "}}"


wishes_without_braces = wishes.map(lambda wish: {n: v.replace("{", "x").replace("}", "x") for n, v in wish.items()})


@given(wishes_without_braces, st.data())
def test_the_same_wish_has_the_same_fingerprint(wish: dict[str, str], data: st.DataObject) -> None:
    """Order, outer space, the spelling of names, empty parameters and the bot's own make no difference."""
    first, second = (call(data.draw(ways_to_write(wish))) for _ in range(2))
    assert asked(first) == wish
    assert fingerprint(first) == fingerprint(second)


@given(wishes_without_braces, wishes_without_braces)
def test_another_wish_has_another_fingerprint(first: dict[str, str], second: dict[str, str]) -> None:
    """Any difference in what is asked is a difference in the fingerprint."""
    prints = [
        fingerprint(call("{{Hub request|" + "|".join(f"{n}={v}" for n, v in wish.items()) + "}}"))
        for wish in (first, second)
    ]
    assert (prints[0] == prints[1]) == (first == second)


@pytest.mark.parametrize(
    "other",
    [
        "{{Hub request|type=upload|partner=A|}}",
        "{{hub_request|type=upload<!-- sic -->|partner= A}}",
        "{{Template:Hub request|partner=A|type=upload|status=done|status=failed}}",
    ],
)
def test_ways_to_ask_the_same(other: str) -> None:
    """A bar too many, comments, the template's spelling and the bot's own parameters, even twice, change nothing."""
    assert fingerprint(call(other)) == fingerprint(call("{{Hub request|type=upload|partner=A}}"))


@pytest.mark.parametrize(
    "other",
    [
        "{{Hub request|type=upload|partner=a}}",
        "{{Hub request|type=upload|partner=A|list}}",
        "{{Hub request|type=upload|partner=B|partner=A}}",
        "{{Hub request|type=upload|partner=A|filename={{title}",
        "{{Hub request|typepartner=uploadA}}",
    ],
)
def test_ways_to_ask_otherwise(other: str) -> None:
    """Another value, a value without name, a repetition and a broken brace are each another request."""
    assert fingerprint(call(other)) != fingerprint(call("{{Hub request|type=upload|partner=A}}"))


def test_broken_calls_have_fingerprints() -> None:
    """Two broken calls are the same if they differ in white space alone."""
    broken = [fingerprint(call("{{Hub request|a=" + text)) for text in ("b c", "b\t  c ", "b d")]
    assert broken[0] == broken[1] != broken[2]
