"""The pages of the corpus are read as written down beside them."""

import pytest

from tests.wikitext.corpus import TEMPLATE, Case, cases, reading
from wikitext.templates import TemplateCall, find_calls, set_parameters

OWN = {"id": "H9", "status": "planned"}


@pytest.mark.parametrize("case", cases(), ids=str)
def test_reading(case: Case) -> None:
    """Every page of the corpus is read as its file says."""
    assert [reading(call) for call in find_calls(case.page, TEMPLATE)] == list(case.expected), case.rule


@pytest.mark.parametrize("case", cases(), ids=str)
def test_call_is_where_it_says(case: Case) -> None:
    """A call's source is the page's text between its start and its end."""
    for call in find_calls(case.page, TEMPLATE):
        assert case.page[call.start : call.end] == call.source


@pytest.mark.parametrize("case", cases(), ids=str)
def test_setting(case: Case) -> None:
    """Setting the bot's own parameters leaves all others, the other calls and the text around them as they were."""
    before = find_calls(case.page, TEMPLATE)
    for index, call in enumerate(before):
        if not isinstance(call, TemplateCall):
            continue
        page = case.page[: call.start] + set_parameters(call, OWN) + case.page[call.end :]
        after = find_calls(page, TEMPLATE)
        changed = after.pop(index)
        assert isinstance(changed, TemplateCall)
        assert changed.parameters == {**call.parameters, **OWN}
        assert (changed.unnamed, changed.repeated) == (call.unnamed, call.repeated)
        assert [reading(other) for other in after] == [reading(other) for other in before if other is not call]
        assert page[: changed.start] == case.page[: call.start]
        assert page[changed.end :] == case.page[call.end :]
