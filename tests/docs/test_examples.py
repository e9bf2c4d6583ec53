"""The examples in docs/ are true: each is read, filled or run as it stands."""

import io
import json
import shlex
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

import pytest

from bots.cli.main import main
from jobs.intake.parse import asked, problems_of
from jobs.kinds.page_sets.sets import read_set
from jobs.kinds.registry import KINDS
from jobs.kinds.upload.mapping import read_mapping
from jobs.lists.registry import FORMATS, read_records
from jobs.model.policy import read_policy
from jobs.model.records import Record
from jobs.patterns.pattern import Pattern
from jobs.review.commands import ANSWERS
from wikitext.answer_buttons import ANSWER_FORMS
from wikitext.escape import inert
from wikitext.templates import TemplateCall, find_calls

from .pages import DOCS, ROOT, blocks, codes, files, named, page, section

PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
README = (ROOT / "README.md").read_text(encoding="utf-8")
REQUESTS = [
    code
    for text in (README, *PAGES.values())
    for language in ("", "wikitext")
    for code in blocks(text, language)
    if "{{Hub request" in code
]
POLICIES = blocks(PAGES["policy"], "json")
OF_NAMES, OF_PAGES = blocks(PAGES["lists"], "text")
FILLED = [(str, line) for line in OF_NAMES.splitlines()] + [(inert, line) for line in OF_PAGES.splitlines()]
COMMANDS = blocks(PAGES["lists"], "console")


@pytest.mark.parametrize("example", REQUESTS)
def test_requests(example: str) -> None:
    """Each example of a request is one, and nothing is wrong with it."""
    [call] = find_calls(example, "Hub request")
    assert problems_of(call) == ()


def test_there_are_requests_of_every_kind() -> None:
    """There is an example of every kind of job."""
    calls = [call for text in REQUESTS for call in find_calls(text, "Hub request")]
    assert {asked(call)["type"] for call in calls} == {*KINDS}


@pytest.mark.parametrize("told", ["encoding = windows-1250", "credit = {{Some credit|{accession_number}}}"])
def test_parameters_in_passing(told: str) -> None:
    """A parameter that the page gives in passing can stand in a request."""
    assert f"`{told}`" in PAGES["lists"]
    [call] = find_calls(REQUESTS[0].replace("\n}}", f"\n| {told}\n}}}}"), "Hub request")
    assert problems_of(call) == ()


def test_sets_of_pages() -> None:
    """Each example of a source of pages is read as that source."""
    for name, row in named(section(page("requests"), "Sets of pages"), "source").items():
        for example in codes(row["for example"]):
            assert [source.name for source in read_set(example)] == [name]


def test_reviews() -> None:
    """Each example of an answer is one that is understood, with what its form has."""
    [example] = [code for code in blocks(PAGES["requests"], "wikitext") if "{{Hub review" in code]
    calls = find_calls(example, "Hub review")
    assert len(calls) == len(example.splitlines())
    for call in calls:
        assert isinstance(call, TemplateCall)
        [answer] = call.unnamed
        assert answer in ANSWERS
        assert all(f"|{name}=" in ANSWER_FORMS[answer] for name in call.parameters if name != "1"), answer


@pytest.mark.parametrize("example", POLICIES)
def test_policies(example: str) -> None:
    """Each example of a policy is one."""
    assert {*json.loads(example)} <= read_policy(example).model_fields_set


def test_mapping() -> None:
    """The example of a mapping page is read, and says something of each word."""
    [example] = blocks(PAGES["lists"], "wikitext")
    words = read_mapping(example)
    assert len(words.meanings) == example.count("|-")
    assert words.items


def records(text: str) -> list[dict[str, str]]:
    """What a list says in each of its rows."""
    rows = [*read_records(io.BytesIO(text.encode()), no_further_page, "").rows]
    assert all(isinstance(row, Record) for row in rows)
    return [dict(row.values) for row in rows if isinstance(row, Record)]


def no_further_page(address: str) -> AbstractContextManager[BinaryIO]:
    """No list of these pages has any."""
    raise AssertionError(address)


@pytest.mark.parametrize(("escape", "line"), FILLED)
def test_patterns(escape: Callable[[str], str], line: str) -> None:
    """Each example of a pattern, filled from the first row of the page's list, gives what is shown."""
    source, _, result = line.partition(" → ")
    assert result
    assert Pattern(source).fill(records(files(PAGES["lists"])["plates.csv"])[0], escape) == result


@pytest.mark.parametrize("example", COMMANDS)
def test_commands(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each `cph check` runs on the page's list, and says what is shown, if that is."""
    monkeypatch.chdir(tmp_path)
    for name, text in files(PAGES["lists"]).items():
        Path(name).write_text(text, encoding="utf-8")
    command, _, shown = example.partition("\n")
    prompt, program, *arguments = shlex.split(command)
    assert (prompt, program, main(arguments)) == ("$", "cph", 0)
    said = capsys.readouterr().out
    assert said == shown or not shown


def test_new_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it is among the formats, the example of one reads the page's list as the page says."""
    [example] = blocks(PAGES["formats"], "python")
    module = ModuleType("tagged")
    exec(compile(example, "formats.md", "exec"), module.__dict__)  # noqa: S102 - the example is this repository's
    [text] = files(PAGES["formats"]).values()
    [told] = blocks(PAGES["formats"], "json")
    monkeypatch.setattr("jobs.lists.registry.FORMATS", (module.__dict__["TAGGED"], *FORMATS))
    assert records(text) == json.loads(told)
