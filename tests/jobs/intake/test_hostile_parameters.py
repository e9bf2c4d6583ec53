"""Every parameter of every kind of job, whatever is written there: a value, or a sentence that says why not."""

import re

import pytest

from jobs.intake.parse import asked, problems_of, read_request
from jobs.kinds.registry import KINDS
from tests.docs.pages import ROOT, blocks
from tests.hostile import HOSTILE
from wikitext.messages import Message, language, message
from wikitext.preprocessor import read
from wikitext.templates import find_calls

TEXTS = [path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))]
REQUESTS = [
    asked(call)
    for text in TEXTS
    for told in ("", "wikitext")
    for code in blocks(text, told)
    for call in find_calls(code, "Hub request")
    if problems_of(call) == ()
]
GOOD = {kind: next(one for one in REQUESTS if one["type"] == kind) for kind in KINDS}
"""A request of each kind, from the documentation."""

FIELDS = [
    (kind, name)
    for kind, good in GOOD.items()
    for name in sorted(
        {"type", "language", "wiki", "check only", "no such parameter", *good}
        | {field.alias or name for name, field in KINDS[kind].parameters.model_fields.items()}
        | ({"title", "title@sv", "source", "description"} if kind == "upload" else set())
    )
]


def _does(why: Message) -> tuple[int, ...]:
    said = language("en").say(why)
    page = read(said)
    tags = re.sub("<br>|</?bdi>", "", said).count("<")
    return len(page.braces), said.count("[["), said.count("~~~"), said.count("{{"), tags


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_whatever_stands_in_a_parameter_is_told_as_it_is(kind: str, name: str) -> None:
    """What is refused is refused in a sentence that does nothing else than with any other words in it."""
    for value in HOSTILE.values():
        found = read_request(GOOD[kind] | {name: value.strip()})
        for problem in found if isinstance(found, tuple) else ():
            plain = message(problem.why.key, *(x if isinstance(x, int) else "x" for x in problem.why.arguments))
            assert _does(problem.why) == _does(plain), (value, language("en").say(problem.why))
            assert "\n" not in language("en").say(problem.why)
