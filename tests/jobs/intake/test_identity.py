"""Which call is which: of calls that are alike, each request has its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from jobs.intake.identity import KnownCall, KnownRequest, assigned, assigned_answers, known_calls, paired
from jobs.model.requests import ReviewComment, Speaker
from wikitext.templates import page_calls

A = "{{Hub request|partner=A}}"
A1 = "{{Hub request|partner=A|id=H1}}"
A2 = "{{Hub request|partner=A|id=H2}}"
B1 = "{{Hub request|partner=B|id=H1}}"
ALICE = "[[User:Alice]] 10:01, 1 May 2026 (UTC)"
BOB = "[[User:Bob]] 10:02, 1 May 2026 (UTC)"


def calls_on(text: str, template: str = "Hub request") -> tuple[KnownCall, ...]:
    """The calls on a page that is called Page."""
    return known_calls(text, page_calls(text, template), "Page")


def requests(*authors: str) -> list[KnownRequest]:
    """H1, H2, …, which ask what A does: filed by these, in the revisions 1, 2, …; their text may be changed still."""
    [asked] = calls_on(A)
    return [KnownRequest(f"H{n}", asked.fingerprint, author, n, fixed=False) for n, author in enumerate(authors, 1)]


def speakers(*said: tuple[str, str, int]) -> Mapping[str, Speaker]:
    """Who said first what stands alone on a page: text, user, revision."""
    return {calls_on(text)[0].saying: Speaker(user, revision) for text, user, revision in said}


def lines(text: str, filed: Sequence[KnownRequest], said: Mapping[str, Speaker]) -> dict[str, int]:
    """The line on which the call of each request stands, from 0."""
    return {
        number: text[: call.call.start].count("\n") for number, call in assigned(calls_on(text), filed, said).items()
    }


BOTH = speakers((f"{A} {ALICE}", "Alice", 1), (f"{A} {BOB}", "Bob", 2))


def test_of_two_alike_each_is_its_authors() -> None:
    """Without numbers it counts who said which first; the place on the page does not."""
    filed = requests("Alice", "Bob")
    assert lines(f"{A} {ALICE}\n{A} {BOB}", filed, BOTH) == {"H1": 0, "H2": 1}
    assert lines(f"{A} {BOB}\n{A} {ALICE}", filed, BOTH) == {"H1": 1, "H2": 0}


def test_where_one_is_gone_the_other_is_not_taken_for_it() -> None:
    """A request whose call is gone has none, while its like is another's."""
    assert lines(f"{A} {BOB}", requests("Alice", "Bob"), BOTH) == {"H2": 0}


def test_two_of_one_author_are_told_apart_by_their_revisions() -> None:
    """Whoever asks the same again has signed it at another time."""
    said = speakers((f"{A} {ALICE}", "Alice", 1), (f"{A} {BOB}", "Alice", 2))
    assert lines(f"{A} {BOB}\n{A} {ALICE}", requests("Alice", "Alice"), said) == {"H1": 1, "H2": 0}


def test_a_number_counts_more_than_a_signature() -> None:
    """What stands under a request's number and asks the same is its own, whoever signs it."""
    assert lines(f"{A2} {ALICE}\n{A1} {BOB}", requests("Alice", "Bob"), BOTH) == {"H1": 1, "H2": 0}


def test_a_copied_number_is_its_authors_whose_it_is() -> None:
    """Of two calls under one number the one that its author signed is meant, and the other is its author's."""
    assert lines(f"{A1} {BOB}\n{A1} {ALICE}", requests("Alice", "Bob"), BOTH) == {"H1": 1, "H2": 0}
    assert lines(f"{A1}\n{A1}", requests("Alice"), {}) == {"H1": 0}


def test_unsigned_calls_go_to_the_requests_in_their_order() -> None:
    """Where nothing tells them apart, the first call is the oldest request's; what has a number comes last."""
    assert lines(f"{A}\n{A}", requests("Alice", "Bob"), {}) == {"H1": 0, "H2": 1}
    assert lines(f"{{{{Hub request|partner=A|id=H77}}}}\n{A}", requests("Alice"), {}) == {"H1": 1}
    assert lines("{{Hub request|partner=A|id=H77}}", requests("Alice"), {}) == {"H1": 0}


def test_a_call_that_asks_something_else_is_the_requests_only_where_that_is_too_late() -> None:
    """Under a request's number stands another's wish, unless its own may not be changed any more."""
    [filed] = requests("Alice")
    assert lines(B1, [filed], {}) == {}
    assert lines(B1, [replace(filed, fixed=True)], {}) == {"H1": 0}
    assert lines(f"{B1}\n{A1}", [replace(filed, fixed=True)], {}) == {"H1": 1}


def test_answers_that_are_alike_are_told_apart_by_who_gave_them() -> None:
    """A verdict goes below the answer of the one it is for; where nobody knows, below the first that is written so."""
    pause = "{{Hub review|pause}}"
    text = f"{pause} {BOB}\n{pause} {ALICE}\n{{{{Hub review|cancel}}}}"
    calls = calls_on(text, "Hub review")
    said = {calls[0].saying: Speaker("Bob", 2), calls[1].saying: Speaker("Alice", 1)}
    answers = [ReviewComment(n, 1, pause, user, "pause", "") for n, user in enumerate(("Alice", "Bob"), 1)]
    assert assigned_answers(calls, answers, said) == {0: calls[1], 1: calls[0]}
    assert assigned_answers(calls, answers, {}) == {0: calls[0], 1: calls[1]}
    assert assigned_answers(calls[:1], answers, said) == {1: calls[0]}


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)))
def test_nothing_is_paired_twice(wanting: list[int], offered: list[int]) -> None:
    """Whatever there is, each has at most one, of the same key; who has none could have had none that is free."""
    pairs = paired(wanting, offered, [(lambda one: one or None, lambda one: one)])
    assert len({*pairs.values()}) == len(pairs)
    assert all(wanting[index] == offered[at] for index, at in pairs.items())
    left = {one for at, one in enumerate(offered) if at not in pairs.values()}
    assert not left & {one for index, one in enumerate(wanting) if one and index not in pairs}
