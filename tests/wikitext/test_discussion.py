"""A reply stands below its call and changes nothing else."""

import re

import pytest
from hypothesis import assume, example, given, settings

from tests.wikitext.strategies import pages
from wikitext.discussion import place_below, plain_words, reply, seems_an_answer
from wikitext.edits.splices import spliced
from wikitext.templates import find_calls

TEMPLATE = "Hub request"
HEADING = re.compile(r"^={1,6}[^=\n].*=[ \t]*$", re.MULTILINE)
SAID = "<div>Said. ~~~~</div><!-- hub: H1 -->"


def replied(page: str, index: int) -> tuple[str, int]:
    """The page with a reply to the call with this number, and where the reply was put."""
    calls = find_calls(page, TEMPLATE)
    at = place_below(page, calls[index], calls[index + 1].start if index + 1 < len(calls) else None)
    return spliced(page, [reply(page, at, SAID)]), at


@settings(max_examples=200)
@given(pages)
def test_a_reply_changes_nothing_else(page: str) -> None:
    """The text before and behind a reply is what it was, and the reply is on lines of its own."""
    for index in range(len(find_calls(page, TEMPLATE))):
        text, at = replied(page, index)
        before, _, behind = text.partition(f"\n{SAID}")
        assert before == page[:at]
        assert behind.removeprefix("\n") == page[at:].removeprefix("\n")
        assert not behind or behind.startswith("\n")


@settings(max_examples=200)
@given(pages)
def test_a_reply_is_below_its_call(page: str) -> None:
    """A reply stands behind the call and all that was said below it, before the next heading and the next call."""
    assume(page.rfind("<!--") <= page.rfind("-->"))
    calls = find_calls(page, TEMPLATE)
    for index, call in enumerate(calls):
        _, at = replied(page, index)
        assert at >= call.end
        assert not HEADING.search(page, call.end, at)
        assert not [other for other in calls[index + 1 :] if other.start < at]
        behind = at + len(page[at:]) - len(page[at:].lstrip())
        assert behind in {len(page), *(other.start for other in calls)} or HEADING.match(page, behind)


@settings(max_examples=200)
@example("{{Hub request")
@example("{{Hub request|type=<!--\n==|id=7}}")
@given(pages)
def test_a_reply_leaves_the_calls(page: str) -> None:
    """The calls above and below a reply, that one too, are read as before."""
    calls = find_calls(page, TEMPLATE)
    for index in range(len(calls)):
        text, _ = replied(page, index)
        assert [call.source for call in find_calls(text, TEMPLATE)] == [call.source for call in calls]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("{{Hub request}}", "{{Hub request}}\nSAID"),
        ("{{Hub request}}\n", "{{Hub request}}\nSAID\n"),
        ("{{Hub request}} ~~~~\n: hm\n\n== B ==", "{{Hub request}} ~~~~\n: hm\nSAID\n\n== B =="),
        ("{{Hub request}}\n== B ==", "{{Hub request}}\nSAID\n== B =="),
        ("{{Hub request}}{{Hub request}}", "{{Hub request}}\nSAID\n{{Hub request}}"),
        ("{{Hub request}}\n* a\n\n{{Hub request}}", "{{Hub request}}\n* a\nSAID\n\n{{Hub request}}"),
        ("{{Hub request}}\n<!--\n== Old ==\n-->", "{{Hub request}}\n<!--\n== Old ==\n-->\nSAID"),
    ],
)
def test_place(page: str, expected: str) -> None:
    """A reply goes where a person would put it."""
    assert replied(page, 0)[0].replace(SAID, "SAID") == expected


def test_replies_follow_each_other() -> None:
    """A second reply stands below the first."""
    once, _ = replied("{{Hub request}} ~~~~\n\n== B ==\n", 0)
    twice, _ = replied(once, 0)
    assert twice == f"{{{{Hub request}}}} ~~~~\n{SAID}\n{SAID}\n\n== B ==\n"


SIGNED = "[[User:Anna|Anna]] ([[User talk:Anna|talk]]) 12:30, 1 May 2026 (UTC)"


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (f"Approved. {SIGNED}", "Approved."),
        (f"== Review ==\n{{{{Hub review|approve}}}} all is well {SIGNED}", ""),
        (f"* I wonder about row 2 --{SIGNED}", "* I wonder about row 2"),
        (f"== Only a heading ==\n{SIGNED}", ""),
        ("<!-- hub: H1 -->", ""),
    ],
)
def test_words_are_what_is_said_beside_calls(added: str, words: str) -> None:
    """Without headings, signatures, comments, and the lines on which a call stands."""
    before = "Old words.\n"
    assert plain_words(before, before + added, find_calls(before + added, "Hub review")) == words


@pytest.mark.parametrize(
    "words", ["Approved", "'''I approve''' this", "+1", "{{Support}} good", "OK!", "Godkänt", "نعم"]
)
def test_words_that_seem_an_answer(words: str) -> None:
    """In any language, however they are dressed up."""
    assert seems_an_answer(words)


@pytest.mark.parametrize("words", ["Is this the same plate?", "okapi", f"Yes, but {'look ' * 30}", "Nordic Museum"])
def test_words_that_are_a_discussion(words: str) -> None:
    """Questions, long texts, words that only begin alike."""
    assert not seems_an_answer(words)
