"""What stands as data in the code and in a table of docs/ is the same in both."""

import io
import json
import re
from importlib.resources import files as resources
from typing import get_args

import grimp
import pytest
from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from bots.cli.main import app, main
from bots.settings import Settings, WebSettings
from bots.web.app import dashboard
from jobs.intake.parse import read_request
from jobs.kinds.kind import Kind
from jobs.kinds.page_sets.sets import SOURCES
from jobs.kinds.registry import KINDS
from jobs.kinds.upload.mapping import COLUMNS
from jobs.kinds.upload.parameters import Duplicates
from jobs.lists.encodings import ENCODINGS, in_utf8
from jobs.lists.registry import FORMATS
from jobs.model.actions import Action
from jobs.model.policy import Limits, Policy, Trust, Who
from jobs.model.records import BadManifest
from jobs.model.requests import ItemState
from jobs.model.states import LOOKED_AT, MOVES, WORKING, State
from jobs.patterns.filters import FILTERS
from jobs.review.commands import ANSWERS
from wikitext.filepage import TEMPLATES
from wikitext.messages import languages

from .pages import ROOT, blocks, codes, named, page, section


def states_after(old: State) -> set[State]:
    """The states that a request may go to from this one."""
    return {move.to for move in MOVES.values() if old in move.of} - {old}


# Requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_parameters(kind: str) -> None:
    """The page has every parameter of each kind of job, and says which are required."""
    told = named(section(page("requests"), kind.capitalize()), "parameter")
    fields = KINDS[kind].parameters.model_fields.items()
    assert {name: "**required**" in row["what it says"] for name, row in told.items()} == {
        field.alias or name: field.is_required() for name, field in fields
    }


def test_parameters_of_every_request() -> None:
    """Those that every kind understands, and no other, are told once for all of them; every kind of job is named."""
    told = named(section(page("requests"), "Parameters of every request"), "parameter")
    wrong = read_request({"type": "undo", "request": "H1", "strange words here": "x"})
    assert isinstance(wrong, tuple)
    known = str(wrong[0].why.arguments[1]).split(", ")
    assert {*told} == {*known} - {*KINDS["undo"].parameters.model_fields}
    assert codes(told["type"]["what it says"]) == [*KINDS]


def test_languages() -> None:
    """The page names the languages that the bot answers in."""
    told = re.search(r"languages with these codes: (.*)\. Forms", page("requests"))
    assert told
    assert tuple(codes(told[1])) == languages()


def test_changes() -> None:
    """The page has every change that an edit request can ask for."""
    wrong = read_request({"type": "edit", "pages": "A", "change": "strange words here"})
    assert isinstance(wrong, tuple)
    told = named(section(page("requests"), "Edit"), "change")
    assert sorted(told) == str(wrong[0].why.arguments[1]).split(", ")


def test_sources_of_pages() -> None:
    """The page has every source of pages, with an example that begins with its name."""
    told = named(section(page("requests"), "Sets of pages"), "source")
    assert [*told] == [*SOURCES]
    assert all(code.startswith(name) for name, row in told.items() for code in codes(row["for example"]))


def test_states() -> None:
    """The page has every state, what may follow it, and whether the bot has the next move."""
    told = named(section(page("requests"), "States"), "state")
    assert [*told] == [*State]
    for state in State:
        follows = {State(code) for code in codes(told[state]["what can follow"])}
        assert follows == states_after(state), state
        assert (told[state]["next move"] == "bot") == (state in WORKING), state
    looked_at = re.search(r"While a request is (.*?) its list", page("requests"))
    assert looked_at
    assert {*codes(looked_at[1])} == LOOKED_AT


def test_states_of_rows() -> None:
    """The page has every state that a row can be in."""
    assert [*named(section(page("requests"), "The report"), "a row is")] == [*ItemState]


def test_answers() -> None:
    """The page has every answer, when it means something, who may say it, and whether it names the plan."""
    told = named(section(page("requests"), "Reviews"), "answer")
    assert [*told] == [*ANSWERS]
    for name, answer in ANSWERS.items():
        assert {*codes(told[name]["when"])} == answer.when, name
        assert told[name]["who"] == ("reviewer or requester" if answer.requester else "reviewer"), name
        assert told[name]["plan"] == ("must" if answer.writes else "may" if answer.plan else "no"), name


def test_what_is_taken_back() -> None:
    """The page says of everything that a bot may do how it is taken back."""
    rows = re.findall(r"^\| `([a-z ]+)`[^|]*\|", section(page("requests"), "Taking back"), re.MULTILINE)
    does = {action.model_fields["do"].default for action in get_args(get_args(Action)[0])}
    assert {*rows} == does


# Policy ----------------------------------------------------------------------------------------------------------

MODELS: dict[str, type[BaseModel]] = {"Fields": Policy, "Who": Who, "What goes without": Trust, "Limits": Limits}


@pytest.mark.parametrize("heading", MODELS)
def test_policy(heading: str) -> None:
    """The page has every field of the policy, with what it is where nothing is said."""
    model = MODELS[heading]
    told = named(section(page("policy"), heading), "field")
    assert {*told} == {*model.model_fields}
    for name, row in told.items():
        if row["default"] == "as in the example above":
            said = json.loads(blocks(page("policy"), "json")[0])[name]
        else:
            said = json.loads(codes(row["default"])[0])
        given = model.model_validate_json(json.dumps({name: said}))
        assert getattr(given, name) == model.model_fields[name].default, name


# Lists -----------------------------------------------------------------------------------------------------------


def test_formats() -> None:
    """The page has every format, by the name that the check gives it."""
    assert {*named(section(page("lists"), "Formats"), "format")} == {known.name for known in FORMATS}


def test_encodings() -> None:
    """The page has every encoding that is tried, and every other one that a request can name."""
    tried, _, others = section(page("lists"), "Encodings").partition("Else")
    assert codes(tried) == [*ENCODINGS]
    with pytest.raises(BadManifest) as raised:
        in_utf8(io.BytesIO(b"a\xff"), "strange words here")
    assert [*codes(tried), *codes(others)[1:]] == str(raised.value.why.arguments[1]).split(", ")


def test_description_templates() -> None:
    """The page has every description template of Commons that is known."""
    told = section(page("lists"), "Description templates").partition("`credit")[0]
    assert codes(told)[1:] == [*TEMPLATES]


def test_filters() -> None:
    """The page has every filter, as the bot itself tells people to write it, and says which make wikitext."""
    told = named(section(page("lists"), "Patterns"), "filter")
    assert {name: codes(row["written"])[0] for name, row in told.items()} == {
        name: known.example for name, known in FILTERS.items()
    }
    assert {name for name, row in told.items() if row["what it makes"].startswith("wikitext: ")} == {
        name for name, known in FILTERS.items() if known.shows
    }


def test_columns_of_mapping_pages() -> None:
    """The page has every column of a mapping page."""
    assert tuple(named(section(page("lists"), "Mapping pages"), "column")) == COLUMNS


def test_duplicates() -> None:
    """The page has everything that can be done about a file that is there."""
    assert tuple(named(section(page("lists"), "Duplicates"), "`duplicates`")) == get_args(Duplicates)


# Operating -------------------------------------------------------------------------------------------------------


def test_settings() -> None:
    """The page has every setting, with its default where it is a text or a number."""
    told = named(section(page("operating"), "Settings"), "variable")
    settings = Settings.model_fields | WebSettings.model_fields
    assert {*told} == {f"CPH_{name.upper()}" for name in settings}
    for name, field in settings.items():
        said = told[f"CPH_{name.upper()}"]["default"]
        assert (said == "required") == (field.default is PydanticUndefined), name
        assert (said == "none") == (field.default in ("", SecretStr(""))), name
        if isinstance(field.default, str | int | float) and field.default:
            assert codes(said) == [str(field.default)], name


def helped(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command says of itself."""
    assert main([*arguments, "--help"]) == 0
    return capsys.readouterr().out


def test_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """The page has every command, and its options; each says of itself what it does, and how it is written."""
    told = named(section(page("operating"), "Commands"), "command")
    commands = [command.callback for command in app.registered_commands]
    assert {name.removeprefix("cph ") for name in told} == {command.__name__ for command in commands if command}
    for name, row in told.items():
        said = helped(capsys, name.removeprefix("cph "))
        assert {*codes(row["options"])} == {*re.findall(r"(?m)^\W+(--[a-z-]+)", said)} - {"--help"}, name
        assert f"For example: {name}" in said


def test_pages_of_the_dashboard() -> None:
    """The page has each that people open."""
    addresses = dashboard(WebSettings(), None).url_map
    told = named(section(page("operating"), "The dashboard"), "page")
    found = {addresses.bind("").match(address.partition("?")[0])[0] for address in told}
    parts = {rule.endpoint for rule in addresses.iter_rules()}
    assert found == {endpoint for endpoint in parts if endpoint.startswith(("pages.", "downloads."))}


# Adding to it ----------------------------------------------------------------------------------------------------


def test_what_a_kind_says() -> None:
    """The page has all that a kind of job can say, and says what it has to."""
    told = named(section(page("kinds"), "What a kind says"), "name")
    methods = [name for name, value in vars(Kind).items() if callable(value) and not name.startswith("_")]
    assert [*told] == [*Kind.__annotations__, *methods]
    required = {*Kind.__abstractmethods__, *(name for name in Kind.__annotations__ if not hasattr(Kind, name))}
    assert {name for name, row in told.items() if row["what"].endswith("; required")} == required


def test_folders_of_languages() -> None:
    """The page has every folder that has a file for a language."""
    told = {name.partition("/")[2] for name in named(page("languages"), "folder")}
    assert told == {path.name for path in resources("wikitext").iterdir() if (path / "sv.json").is_file()}


def test_rooms() -> None:
    """The page has the rooms of `jobs` in the order in which import-linter lets them know each other."""
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.search(r'containers = \["jobs"\]\nexhaustive = true\nlayers = \[\n(.*?)\n\]', contracts, re.DOTALL)
    assert layers
    wanted = [layer.split(" | ") for layer in re.findall(r'"([^"]+)"', layers[1])]
    told = re.findall(r"^\| (`[a-z]+`(?:, `[a-z]+`)*) \|", section(page("architecture"), "Rooms"), re.MULTILINE)
    assert [codes(row) for row in told] == wanted


def test_imports_of_rooms() -> None:
    """The picture of the rooms has each import between two of them, but for those that follow from others."""
    code = grimp.build_graph("jobs")
    imports = {
        room: {
            other
            for other in code.find_children("jobs") - {room}
            if code.direct_import_exists(importer=room, imported=other, as_packages=True)
        }
        for room in code.find_children("jobs")
    }

    def reached(room: str) -> set[str]:
        return imports[room].union(*map(reached, imports[room]))

    direct = {
        (room.removeprefix("jobs."), other.removeprefix("jobs."))
        for room, others in imports.items()
        for other in others - set().union(*map(reached, others))
    }
    drawn = re.findall(r"^    (\w+) --> (\w+)$", section(page("architecture"), "Rooms"), re.MULTILINE)
    assert sorted(drawn) == sorted(direct)
