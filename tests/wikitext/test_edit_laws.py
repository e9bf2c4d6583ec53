"""What holds for every change of every text."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from pydantic import TypeAdapter

from tests.wikitext.articles import articles, changes
from wikitext.edits import (
    AddText,
    Change,
    Replace,
    compared,
    pairs,
    reverted,
    spliced,
    undone,
    work_out,
)


def a_change_can_be_taken_back(change: Change, text: str) -> None:
    """Taking back the change of a page that nobody touched since gives the page as it was, byte for byte."""
    after = spliced(text, work_out(change, text))
    assert reverted(text, after, after) == text


def what_is_done_is_done(change: Change, text: str) -> None:
    """After a change there is nothing left to do, unless it replaces text, which it may put in anew."""
    after = spliced(text, work_out(change, text))
    assert isinstance(change, Replace) or work_out(change, after) == ()


def what_is_done_looks_different(change: Change, text: str) -> None:
    """A change that could be made once more is not the one that was previewed, whoever made it."""
    splices = work_out(change, text)
    after = spliced(text, splices)
    if splices:
        assert compared(change, after, work_out(change, after)) != compared(change, text, splices)


def the_rest_stays(change: Change, text: str) -> None:
    """Splices are in order, apart, within the text, and change something; all else stays."""
    splices = work_out(change, text)
    assert all(0 <= splice.start <= splice.end <= len(text) for splice in splices)
    assert all(one.end < other.start for one, other in pairwise(splices))
    assert all(old != new for old, new in pairs(text, splices))
    after, at = spliced(text, splices), 0
    for splice, (old, new) in zip(splices, pairs(text, splices), strict=True):
        assert text[splice.start : splice.end] == old
        kept = text[at : splice.start]
        assert after.startswith(kept + new)
        after, at = after[len(kept + new) :], splice.end
    assert after == text[at:]


def a_change_far_away_does_not_matter(change: Change, text: str) -> None:
    """Where somebody adds a line far above, the change does the same to the rest, and can be taken back without it."""
    line, words = "Somebody's line.\n", "Words in between.\n\n"
    if isinstance(change, Replace) or (
        (isinstance(change, AddText) or change.do == "add template") and change.where == "top"
    ):
        return
    before = work_out(change, words + text)
    after = work_out(change, line + words + text)
    assert pairs(line + words + text, after) == pairs(words + text, before)
    once = spliced(words + text, before)
    now = spliced(line + words + text, after)
    assert now == line + once
    assert reverted(words + text, once, now) in (line + words + text, None)


LAWS = (
    a_change_can_be_taken_back,
    what_is_done_is_done,
    what_is_done_looks_different,
    the_rest_stays,
    a_change_far_away_does_not_matter,
)


@pytest.mark.long
@settings(max_examples=1000)
@given(changes(), articles)
def test_laws(change: Change, text: str) -> None:
    """Each holds for every change of every text; that is drawn for all at once, for it takes longer than they do."""
    for law in LAWS:
        law(change, text)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Replace(find="glass", replacement="glass plates"), "Of glass, and of glass."),
        (Replace(find="glass", replacement="old glass"), "glass"),
        (Replace(find="a", replacement="b and a"), "a cat"),
        (Replace(find="\n*", replacement="\n**"), "A list:\n* one\n* two"),
        (Replace(find=r"by (\w+)", replacement=r"by \1 Smith", regex=True), "Made by Anna, sold by Bo."),
    ],
)
def test_what_holds_its_own_words_is_found_to_be_done(change: Replace, text: str) -> None:
    """The text before is had from the one after, where each piece that is found lies in what came there."""
    after = spliced(text, work_out(change, text))
    assert undone(after, work_out(change, after)) == text
    assert undone(text, work_out(change, text)) is None


def test_lines_that_somebody_added_elsewhere_make_another_edit() -> None:
    """Where the text to be added has come to stand elsewhere on the page, that is not the page of the preview."""
    change = AddText(text="More notes.", where="top")
    before, after = "A page.", "A page.\n\nMore notes.\n\nAnd more."
    was, now = (compared(change, text, work_out(change, text)) for text in (before, after))
    assert was == pairs(before, work_out(change, before))
    assert now != was


@given(changes())
def test_a_change_is_a_value(change: Change) -> None:
    """A change can be written down as JSON and read again."""
    adapter: TypeAdapter[Change] = TypeAdapter(Change)
    assert adapter.validate_json(adapter.dump_json(change)) == change
