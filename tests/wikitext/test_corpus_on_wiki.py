"""The corpus is read as MediaWiki's own preprocessor reads it."""

import pytest

from deploy.sandbox import SandboxWiki
from tests.wikitext.corpus import TEMPLATE, Case, cases
from tests.wikitext.preprocessed import calls, without_comments
from wikitext.templates import TemplateCall, find_calls


@pytest.mark.parametrize("case", [case for case in cases() if not case.difference], ids=str)
def test_as_mediawiki(commons_wiki: SandboxWiki, case: Case) -> None:
    """Each call has the same names and values as on the wiki."""
    ours = [
        (
            {without_comments(name): without_comments(value) for name, value in call.parameters.items()},
            [without_comments(value) for value in call.unnamed],
        )
        for call in find_calls(case.page, TEMPLATE)
        if isinstance(call, TemplateCall)
    ]
    assert ours == calls(commons_wiki.api, case.page, TEMPLATE), case.rule


@pytest.mark.parametrize("case", [case for case in cases() if case.difference], ids=str)
def test_difference_is_one(commons_wiki: SandboxWiki, case: Case) -> None:
    """A page that is said to be read in another way than on the wiki is."""
    expected = [(call.get("parameters"), call.get("unnamed", [])) for call in case.expected]
    assert expected != calls(commons_wiki.api, case.page, TEMPLATE), case.difference
