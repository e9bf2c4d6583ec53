"""Whatever a request and its rows say, the bot's own pages and replies hold only what the bot puts there."""

import html
import re

import mwparserfromhell
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.model.states import State
from tests.wikitext.strategies import addresses, hostile, legal_titles
from wikitext.answer_buttons import ANSWER_FORMS
from wikitext.check_page import Check, Column, Mapping, Repeat, Repeats, Same, Then, Trouble
from wikitext.diffs import diff_table
from wikitext.escape import Wikitext, inert, link
from wikitext.filepage import TEMPLATES, description_call
from wikitext.messages import Language, Message, language, languages, message
from wikitext.report_page import Difference, Progress, Report, Sample, listed, mark_start, reply, report_pages
from wikitext.tables import ROWS_A_PAGE, Row

STATES = ("read", "planned", "refused", "sending", "sent", "done", "failed", "untried")

tongues = st.sampled_from(languages()).map(language)
whys = st.one_of(
    st.builds(message, st.sampled_from(["web-host", "problem-value", "row-name-exists", "web-timeout"]), hostile),
    st.builds(message, st.sampled_from(["failed-wiki", "row-name-refused", "problem-unknown-type"]), hostile, hostile),
)
numbers = st.integers(0, 10**12)
files = legal_titles.map("File:{}.jpg".format)

samples = st.builds(
    Sample,
    title=files,
    description=st.dictionaries(st.sampled_from(TEMPLATES["Information"].fields), hostile.map(link)).map(
        lambda values: description_call(TEMPLATES["Information"], values)
    ),
    source=addresses,
    license=st.just(Wikitext("{{PD-old-70}}")),
    categories=st.lists(legal_titles, max_size=3),
    size=numbers,
    pixels=st.none() | st.tuples(numbers, numbers),
    turned=st.booleans(),
    data=st.lists(st.tuples(hostile, hostile.map(inert)), max_size=2),
)
checks = st.builds(
    Check,
    rows=numbers,
    columns=st.lists(
        st.builds(
            Column,
            hostile,
            hostile,
            st.lists(st.builds(message, st.sampled_from(["use-field", "use-data"]), hostile)),
            numbers,
        ),
        max_size=3,
    ),
    unfilled=st.lists(hostile, max_size=2),
    troubles=st.lists(
        st.builds(Trouble, hostile, whys, st.sampled_from(Then), numbers, st.lists(numbers, max_size=2)), max_size=3
    ),
    mapping=st.none()
    | st.builds(
        Mapping,
        legal_titles,
        st.booleans(),
        st.lists(st.tuples(hostile, hostile, numbers), max_size=2),
        st.integers(0, 5),
        hostile,
    ),
    unread=st.lists(st.tuples(hostile, st.lists(hostile, max_size=4), numbers), max_size=2),
    more_unread=st.integers(0, 5),
    repeats=st.builds(
        Repeats,
        st.lists(
            st.builds(
                Repeat,
                st.lists(st.tuples(st.sampled_from(Same), st.lists(hostile, max_size=2)), min_size=1, max_size=2),
                st.lists(numbers, max_size=2),
                numbers,
            ),
            max_size=2,
        ),
        st.lists(st.tuples(st.sampled_from(Same), numbers), max_size=2),
    ),
)
rows = st.builds(
    Row,
    row=st.integers(1, 10**5),
    title=st.one_of(st.just(""), files),
    state=st.sampled_from(STATES),
    revision=st.one_of(st.none(), st.integers(1)),
    why=st.one_of(st.none(), whys),
    changes=st.lists(st.tuples(hostile, hostile), max_size=2),
)
differences = st.builds(
    Difference,
    title=files,
    table=hostile.map(lambda text: diff_table(html_row(text), Wikitext("A"), Wikitext("B"))),
)
problems = st.lists(st.tuples(hostile, whys), max_size=3)
reports = st.builds(
    Report,
    id=st.integers(1, 999).map("H{}".format),
    status=st.sampled_from([state.value for state in State]),
    page=legal_titles.map("Commons:Hub/{}".format),
    requested=legal_titles.map("Commons:{}".format),
    author=legal_titles,
    approver=st.one_of(st.just(""), legal_titles),
    parameters=st.dictionaries(hostile, st.one_of(hostile, addresses), max_size=4),
    plan=st.text("0123456789abcdef", min_size=64, max_size=64),
    planned=numbers,
    refused=numbers,
    size=numbers,
    seconds=numbers,
    samples=st.lists(samples, max_size=2),
    gallery=st.lists(files, max_size=3),
    progress=st.one_of(st.none(), st.builds(Progress, numbers, numbers, numbers, st.one_of(st.none(), numbers))),
    why=st.one_of(st.none(), whys),
    problems=problems,
    time=st.just("2026-01-31 12:00"),
    prefix=st.sampled_from(["", "commons:"]),
    counted=st.sampled_from(["count-files", "count-pages"]),
    questions=st.lists(st.builds(message, st.just("question-no-category"), hostile), max_size=2),
    differences=st.lists(differences, max_size=2),
    answers=st.lists(st.sampled_from(list(ANSWER_FORMS)), max_size=3, unique=True),
    before=st.one_of(st.none(), numbers),
    undone_by=st.lists(
        st.tuples(legal_titles.map("Commons:Hub/{}".format), st.sampled_from(["", "3, 7-9"])), max_size=1
    ),
    check=st.none() | checks,
    checked=st.none() | st.tuples(numbers, numbers),
)


def html_row(text: str) -> str:
    """A row of a diff, as `action=compare` gives it, with this text deleted and added."""
    shown = html.escape(text)
    cells = (f'<td class="diff-{side}line"><div>{shown}<{tag}>{shown}</{tag}></div></td>' for side, tag in SIDES)
    return f"<tr>{''.join(cells)}</tr>"


SIDES = (("deleted", "del"), ("added", "ins"))


def templates(text: str) -> list[str]:
    """The names of all template calls in the text."""
    return [str(call.name).strip() for call in mwparserfromhell.parse(text).filter_templates()]


@pytest.mark.long
@given(tongues, reports, legal_titles.map("Commons talk:{}".format), st.lists(rows, max_size=3))
def test_a_report_has_only_its_own_calls_and_links(
    tongue: Language, report: Report, talk: str, lines: list[Row]
) -> None:
    """It calls its status, a button for each answer, its samples before anything is done, ways back after.

    Its links only link: it is in no category and shows no file but those of its gallery.
    """
    [page] = report_pages(tongue, report, talk, lines)
    parsed = mwparserfromhell.parse(page)
    expected = ["Hub status", *[f"fullurl:{talk}", "Hub answer"] * len(report.answers)]
    if report.status in {"received", "invalid", "checked", "planned", "approved"}:
        expected += ["Information"] * len(report.samples)
    if "undo" in report.answers:
        expected += [f"fullurl:{talk}"] * sum(row.state in {"done", "partly"} and not row.fate for row in lines)
    assert [str(call.name).strip() for call in parsed.filter_templates()] == [call.strip() for call in expected]
    linked = [str(found.title) for found in parsed.filter_wikilinks()]
    assert [target for target in linked if re.match("category|file", target, re.IGNORECASE)] == []
    assert not report.approver or f"User:{report.approver}" in linked


@pytest.mark.long
@given(tongues, reports, st.lists(rows, max_size=5))
def test_every_row_is_one_line_of_five_cells(tongue: Language, report: Report, lines: list[Row]) -> None:
    """The table has a line for each row, in their order, and each line has its five cells."""
    [page] = report_pages(tongue, report, "Commons talk:A", lines)
    table = page[page.index('{| class="wikitable sortable"') :].split("\n|-\n")[1:]
    assert len(table) == len(lines)
    for written, row in zip(table, lines, strict=True):
        cells = written.removesuffix("\n|}\n</div>\n</div>").removeprefix("| ").split(" || ")
        assert len(cells) == 5
        assert (cells[0], cells[2]) == (tongue.number(row.row), tongue.say(f"outcome-{row.state}"))


@pytest.mark.long
@settings(max_examples=20)
@given(tongues, reports, st.integers(0, 3 * ROWS_A_PAGE))
def test_long_reports_have_several_pages(tongue: Language, report: Report, count: int) -> None:
    """No page has more rows than the limit, every row is on one, and only the first has the head."""
    pages = list(report_pages(tongue, report, "Commons talk:A", (Row(n, "", "done", None, None) for n in range(count))))
    tables = [page[page.index('{| class="wikitable sortable"') :] for page in pages]
    assert sum(table.count("\n|-\n| ") for table in tables) == count
    assert all(table.count("\n|-\n| ") <= ROWS_A_PAGE for table in tables)
    assert [page.count("{{Hub status") for page in pages] == [1, *[0] * (len(pages) - 1)]


@given(tongues, problems, whys)
def test_a_reply_calls_nothing(tongue: Language, points: list[tuple[str, Message]], why: Message) -> None:
    """A reply, whatever it tells, calls no template, and ends with its signature and its mark."""
    said = reply(tongue, listed(tongue, why, points, message("reply-invalid-next")), "H1 invalid")
    assert templates(said) == []
    assert said.endswith(f" ~~~~</div>{mark_start()}H1 invalid -->")
    assert said.count("~~~") == 1
    assert said.count("<li>") == len(points)
    assert "\n" not in said
