"""Reading and setting the parameters of calls, whatever stands on the page."""

import math
import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.counting import steps
from tests.wikitext.preprocessed import without_comments
from tests.wikitext.strategies import names, pages, values
from wikitext.call_spans import MAX_BROKEN, MAX_CALL
from wikitext.templates import (
    MAX_CALLS,
    MAX_EFFORT,
    BrokenCall,
    TemplateCall,
    find_calls,
    page_calls,
    set_parameters,
)

TEMPLATE = "Hub request"
MEGABYTE = 1_000_000
PIECES = math.isqrt(MAX_EFFORT[0])

spaces = st.sampled_from(["", " ", "  ", "\n", "\n  "])


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A call in some style with inert values, and its parameters."""
    parameters: dict[str, str] = draw(st.dictionaries(names, values, max_size=5))
    before, after, lead, trail = draw(spaces), draw(st.sampled_from(["", " ", "  "])), draw(spaces), draw(spaces)
    source = "".join(f"|{before}{name}{after}={lead}{value}{trail}" for name, value in parameters.items())
    return f"{{{{{draw(spaces)}Hub request{draw(spaces)}{source}}}}}", parameters


def readable(text: str) -> list[TemplateCall]:
    """The calls on the page that can be read."""
    return [call for call in find_calls(text, TEMPLATE) if isinstance(call, TemplateCall)]


def read(text: str) -> TemplateCall:
    """The only call in the text."""
    [call] = find_calls(text, TEMPLATE)
    assert isinstance(call, TemplateCall)
    return call


def bare(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


# Finding ---------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(pages)
def test_any_page_is_read(page: str) -> None:
    """Whatever is on a page, its calls are found in order, side by side, each where it says that it is."""
    end = 0
    for call in find_calls(page, TEMPLATE):
        assert end <= call.start < call.end
        assert page[call.start : call.end] == call.source
        end = call.end


@given(pages)
def test_a_page_without_the_name_has_no_calls(page: str) -> None:
    """Without the template's name there is no call, broken or not."""
    assert find_calls(page, "Hub review") == []


@given(calls(), st.text(alphabet="abc \n.*':", max_size=20), st.text(alphabet="abc \n.*':", max_size=20))
def test_a_call_is_found_in_text(written: tuple[str, dict[str, str]], before: str, behind: str) -> None:
    """A call is found and read wherever it stands, and what stands beside it does not matter."""
    source, parameters = written
    call = read(f"{before}{source}{behind}")
    assert (call.source, call.start, call.parameters) == (source, len(before), parameters)


@given(st.dictionaries(names, values, max_size=6))
def test_written_parameters_are_read_back(parameters: dict[str, str]) -> None:
    """Writing parameters into an empty call and reading them again gives the same, in the same order."""
    written = set_parameters(read("{{Hub request}}"), parameters)
    assert list(read(written).parameters.items()) == list(parameters.items())


@given(st.sampled_from(["<!--{}-->", "<nowiki>{}</nowiki>", "<pre>{}</pre>", "<math>{}</math>"]), calls())
def test_hidden_calls_are_none(hiding: str, written: tuple[str, dict[str, str]]) -> None:
    """A call that is shown as text or not at all is none."""
    assert find_calls(hiding.replace("{}", written[0]), TEMPLATE) == []


def test_a_call_that_is_too_long_is_broken() -> None:
    """A call over the limit is reported, not read, and does not hide the one behind it."""
    first, second = find_calls(f"{{{{Hub request|id={'x' * MAX_CALL}}}}}{{{{Hub request|id=2}}}}", TEMPLATE)
    assert isinstance(first, BrokenCall)
    assert isinstance(second, TemplateCall)


def test_a_call_that_is_too_intricate_is_broken() -> None:
    """A call with more brackets than a person writes is reported, not read, and does not hide the one behind it."""
    first, second = find_calls(f"{{{{Hub request|id={'[[' * PIECES}}}}}{{{{Hub request|id=2}}}}", TEMPLATE)
    assert isinstance(first, BrokenCall)
    assert isinstance(second, TemplateCall)


def test_a_page_full_of_calls_is_read_from_both_ends() -> None:
    """Of too many calls those in the middle are not looked at: a flood hides nothing above or below it."""
    calls = find_calls("".join(f"{{{{Hub request|{n}}}}}" for n in range(MAX_CALLS + 3)), TEMPLATE)
    seen = [int(call.unnamed[0]) for call in calls if isinstance(call, TemplateCall)]
    assert seen == [*range(MAX_CALLS // 2), *range(MAX_CALLS // 2 + 3, MAX_CALLS + 3)]


@pytest.mark.parametrize(
    "flood",
    [
        "{{Hub request|\n" * 5_000,
        "== a ==\n{{Hub request|\n" * 5_000,
        "{{Hub request|id=1}}\n" * (MAX_CALLS // 2 - 1),
        "".join(f"{{{{Hub request|{n}|{'|' * 180}}}}}\n" for n in range(500)),
    ],
    ids=["open", "open in sections", "many", "intricate"],
)
def test_a_flood_keeps_no_call_below_it_from_being_read(flood: str) -> None:
    """However many calls are never closed, or take long to read, what others filed below them is read."""
    *others, own = find_calls(f"{flood}\n== Ours ==\n{{{{Hub request|id=own|type=upload}}}}", TEMPLATE)
    assert len(others) > MAX_BROKEN
    assert isinstance(own, TemplateCall)
    assert own.parameters == {"id": "own", "type": "upload"}


def _calls_with(value: str) -> str:
    """A page full of calls with this in their value as often as is still read."""
    return f"{{{{Hub request|id={value * (PIECES - 10)}}}}}\n"


@pytest.mark.long
@pytest.mark.parametrize(
    "piece",
    [
        "{{", "}}", "{{{", "[[", "]]", "<nowiki>", "<nowiki", "<pre ", "</nowiki ", "<!--", "<!-- -->", "\n==", "\n= a",
        "<b>", "''", "{|", "\n{|\n|-\n", "|", "=", "_", " ", "a", "{{ ", "{{template:", "{{<!---->",
        "{{Hub request", "{{Hub request|id=", "{{Hub request|\n=a", "{{Hub request|id=[[", "{{Hub request|id=<b>",
        "{{Hub request}}", "{{Hub request|id=1}}",
        *map(_calls_with, ("[[", "{{", "''", "|", "x={a|", '<b a="', "\n* ", "[http://a ")),
    ],
    ids=lambda piece: repr(piece[:40]),
)  # fmt: skip
def test_large_pages_are_read_in_time(piece: str) -> None:
    """No page of up to a megabyte takes more steps than three for each character, whatever it repeats."""
    page = piece * (MEGABYTE // len(piece))
    assert steps(lambda: find_calls(page, TEMPLATE)) < 3 * len(page)


# Setting ---------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(pages, values)
def test_a_new_parameter_is_all_that_is_added(page: str, value: str) -> None:
    """Without the piece that was inserted for a new parameter the call is what it was."""
    for call in readable(page):
        assume("new name" not in call.parameters)
        written = set_parameters(call, {"new name": value})
        kept = call.source[:-2]
        assert written.startswith(f"{kept}|")
        assert written.endswith("}}")
        name, _, inserted = written[len(kept) + 1 : -2].partition("=")
        assert (name.strip(), inserted.strip()) == ("new name", value)


def _as_said(value: str) -> str:
    """A value without comments, with what `{{!}}` and nowiki stand for."""
    return re.sub("</?nowiki/?>", "", without_comments(value)).replace("{{!}}", "|")


@pytest.mark.long
@settings(max_examples=200)
@given(pages, values, st.data())
def test_replacing_changes_only_the_value(page: str, value: str, data: st.DataObject) -> None:
    """Setting a parameter that is there replaces its value in its place, and no other character of the call."""
    for call in readable(f"{page}\n{{{{Hub request |type = upload | id=7 |x}}}}"):
        name = data.draw(st.sampled_from(["", *call.parameters]))
        assume(name in call.parameters)
        before, after, new = (bare(text) for text in (call.source, set_parameters(call, {name: value}), value))
        old = len(before) - len(after) + len(new)
        assert any(
            after == before[:at] + new + before[at + old :]
            and _as_said(before[at : at + old]) == bare(_as_said(call.parameters[name]))
            for at in range(len(before))
        )


@pytest.mark.long
@settings(max_examples=200)
@example("{{Hub request|type=|\n==|id=7}}", {"id": ""})
@given(pages, st.dictionaries(st.one_of(names, st.sampled_from(["id", "type", "status"])), values, min_size=1))
def test_set_parameters_are_read_back(page: str, set_to: dict[str, str]) -> None:
    """After setting parameters a call has those values, and all its others as they were."""
    for call in readable(page):
        changed = read(set_parameters(call, set_to))
        assert changed.parameters == {**call.parameters, **set_to}
        assert (changed.unnamed, changed.repeated) == (call.unnamed, call.repeated)


@given(pages, values)
def test_setting_leaves_the_page_around_it(page: str, value: str) -> None:
    """On the page with the changed call all other calls are as they were."""
    before = find_calls(page, TEMPLATE)
    for index, call in enumerate(before):
        if isinstance(call, TemplateCall):
            changed = page[: call.start] + set_parameters(call, {"id": value}) + page[call.end :]
            after = find_calls(changed, TEMPLATE)
            assert [c.source for c in after if c is not after[index]] == [c.source for c in before if c is not call]


@example(("{{Hub request|a=b\n}}", {"a": "b"}), {"a": ""})
@given(calls(), st.dictionaries(names, values, min_size=1, max_size=3))
def test_setting_twice_is_setting_once(written: tuple[str, dict[str, str]], set_to: dict[str, str]) -> None:
    """Setting what is set already changes nothing."""
    once = set_parameters(read(written[0]), set_to)
    assert set_parameters(read(once), set_to) == once


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{Hub request}}", "{{Hub request|id=1}}"),
        ("{{Hub request|a=b}}", "{{Hub request|a=b|id=1}}"),
        ("{{Hub request | a = b }}", "{{Hub request | a = b | id = 1 }}"),
        ("{{Hub request\n|a=b\n|c=d\n}}", "{{Hub request\n|a=b\n|c=d\n|id=1\n}}"),
        ("{{Hub request\n| type   = b\n}}", "{{Hub request\n| type   = b\n| id   = 1\n}}"),
        ("{{Hub request\n|type =a\n|place=b\n}}", "{{Hub request\n|type =a\n|place=b\n|id   =1\n}}"),
        ("{{Hub request\n| a = b\n| id =\n| c = d\n}}", "{{Hub request\n| a = b\n| id = 1\n| c = d\n}}"),
        ("{{Hub request|ID= 7 |id=8|x}}", "{{Hub request|ID= 7 |id=1|x}}"),
    ],
)  # fmt: skip
def test_style(source: str, expected: str) -> None:
    """A parameter is written in the style of the call it goes into."""
    assert set_parameters(read(source), {"id": "1"}) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{Hub request|date={a|edtf}|x}}", "{{Hub request|date=1|x}}"),
        ("{{Hub request\n| date = {a|b} {c|d=e} \n| x = y}}", "{{Hub request\n| date = 1 \n| x = y}}"),
        ("{{Hub request|date={a|edtf|x=1}}", "{{Hub request|date=1|edtf|x=1}}"),
        ("{{Hub request|x={a|date=b} }}", "{{Hub request|x={a|date=b} |date=1 }}"),
    ],
)
def test_a_value_with_pipes_is_replaced_whole(source: str, expected: str) -> None:
    """A value gives way with all its pieces, and no more than these, where a pipe stands within its braces."""
    assert set_parameters(read(source), {"date": "1"}) == expected


def test_a_new_parameter_follows_the_style_of_one_with_a_filter() -> None:
    """Behind a value that has pipes within braces a new parameter still gets a line of its own."""
    source = "{{Hub request\n| a = 1\n| date = {date|date}\n}}"
    [call] = find_calls(source, "Hub request")
    assert isinstance(call, TemplateCall)
    assert set_parameters(call, {"id": "H1"}) == "{{Hub request\n| a = 1\n| date = {date|date}\n| id = H1\n}}"


@pytest.mark.parametrize("name", ["title@pt-BR", "Title@pt_br", "TITLE @ Pt br", "title<!-- in Brazil -->@PT-BR"])
def test_a_language_in_a_parameters_name_keeps_its_hyphen(name: str) -> None:
    """However it is written: `title@pt-br`."""
    [call] = find_calls(f"{{{{Hub request |{name}= Praça }}}}", "Hub request")
    assert isinstance(call, TemplateCall)
    assert call.parameters == {"title@pt-br": "Praça"}
    assert set_parameters(call, {"title@pt-br": "Rua"}) == f"{{{{Hub request |{name}= Rua }}}}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<poem>\n{{Hub request|a}}\n</poem>{{Hub request|b}}", "ab"),
        ("<POEM class=x>{{x|{{Hub request|a}}}}{{Hub request|b}}</poem>", "b"),
        ("{{x|<poem>{{Hub request|a}}</poem>}}", ""),
        ("<poem><!--{{Hub request|a}}--><gallery>{{Hub request|b}}</gallery>{{Hub request|c}}</poem>", "c"),
        ("<gallery><poem>{{Hub request|a}}</poem></gallery><poem>{{Hub request|b}}", "b"),
    ],
)
def test_a_call_in_a_poem_stands_on_the_page(text: str, found: str) -> None:
    """A poem is the page's own wikitext, whose lines are kept; what is another's value is so there as well."""
    assert [call.source[-3] for call in page_calls(text, "Hub request")] == list(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<s>{{Hub request|a}} ~~~~</s> Sorry. {{Hub request|b}}", "b"),
        ("<del class=x>\n{{Hub request|a}}</DEL>{{Hub request|b}}", "b"),
        ("<strike>one</strike>{{Hub request|a}}<strike >{{Hub request|b}}</strike >", "a"),
        ("<s>{{Hub request|a}}", "a"),
        ("{{Hub request|a}}</s>{{Hub request|b}}", "ab"),
        ("<s><del>{{Hub request|a}}</s>{{Hub request|b}}</del>{{Hub request|c}}", "c"),
        ("<s><s>{{Hub request|a}}</s>{{Hub request|b}}", "b"),
        ("<s><poem>{{Hub request|a}}</poem></s><poem><s>{{Hub request|b}}</s>{{Hub request|c}}</poem>", "c"),
        ("<!--<s>-->{{Hub request|a}}<nowiki><s></nowiki>{{Hub request|b}}</s><small>{{Hub request|c}}</small>", "abc"),
    ],
)
def test_what_is_struck_out_is_not_said(text: str, found: str) -> None:
    """People take back what they said by striking it out: a call within such tags is none, where they are closed."""
    assert [call.source[-3] for call in page_calls(text, "Hub request")] == list(found)


@pytest.mark.parametrize(
    ("source", "unnamed"),
    [
        ("{{Hub request|a|1=b}}", ("b",)),
        ("{{Hub request|1=b|a}}", ("a",)),
        ("{{Hub request|a|c|2=|1=b}}", ("b",)),
        ("{{Hub request||a| 1 = b}}", ("b", "a")),
        ("{{Hub request|a|2=b}}", ("a",)),
    ],
)
def test_of_a_value_given_twice_the_last_counts(source: str, unnamed: tuple[str, ...]) -> None:
    """A value may be given by its place and by its number: the wiki shows the last, so that one is read."""
    assert read(source).unnamed == unnamed
