"""Who brought a call onto a page: told from histories as pages have them."""

import pytest

from jobs.intake.history import read_history
from jobs.io.wiki import Revision

A = "{{Hub request|type=upload|partner=A}}"
B = "{{Hub request|type=upload|partner=B}}"
ALICE = "[[User:Alice]] 10:01, 1 May 2026 (UTC)"
BOB = "[[User:Bob]] 10:02, 1 May 2026 (UTC)"


def history(*edits: tuple[str, str | None]) -> list[Revision]:
    """The revisions 1, 2, … of a page: who saved what."""
    return [Revision(number, user, text) for number, (user, text) in enumerate(edits, 1)]


def brought(revisions: list[Revision], seen: int = 0) -> list[tuple[str, int, str]]:
    """Of the calls that are new since a revision, in the page's order: partner, revision and user."""
    reading = read_history([r for r in revisions if r.id >= seen], seen, "Hub request")
    assert reading is not None
    return [(new.call.source[-3:-2], new.revision, new.user) for new in reading.new]


def test_a_page_without_revisions_says_nothing() -> None:
    """No page, no reading."""
    assert read_history([], 0, "Hub request") is None


def test_whoever_saved_a_call_said_it() -> None:
    """A call is its saver's, whatever name the text is signed with."""
    assert brought(history(("Alice", f"{A} [[User:Admin|Admin]]"))) == [("A", 1, "Alice")]


def test_edits_of_others_beside_a_call_do_not_make_it_theirs() -> None:
    """Replies, moves within the page and the bot's own parameters leave the call to the one who brought it."""
    pages = history(
        ("Alice", A),
        ("Bob", f"{A}\nNice!"),
        ("Bot", "{{Hub request|type=upload|partner=A|id=H1|status=planned}}\nNice!"),
        ("Carol", "== Moved ==\nNice!\n{{Hub request|type=upload|id=H1|status=planned|partner=A}}"),
    )
    assert [(revision, user) for _, revision, user in brought(pages)] == [(1, "Alice")]


def test_each_call_has_its_own_author() -> None:
    """Two requests on one page, and two in one edit, are told apart."""
    assert brought(history(("Alice", A), ("Bob", f"{A}\n{B}"))) == [("A", 1, "Alice"), ("B", 2, "Bob")]
    assert brought(history(("Alice", f"{B}{A}"))) == [("B", 1, "Alice"), ("A", 1, "Alice")]


def test_a_changed_call_is_new() -> None:
    """Who changes what a call asks says it from then on, and the old call is gone."""
    assert brought(history(("Alice", A), ("Mallory", B))) == [("B", 2, "Mallory")]


def test_what_was_seen_is_not_new() -> None:
    """Reading on from a revision, only what came after it is new; all calls and the last revision are told."""
    pages = history(("Alice", A), ("Bob", f"{A}\n{B}"), ("Carol", f"{B}\n{A}"))
    assert brought(pages, seen=1) == [("B", 2, "Bob")]
    assert brought(pages, seen=3) == []
    reading = read_history(pages[2:], 3, "Hub request")
    assert reading is not None
    assert [call.source for call in reading.calls] == [B, A]
    assert reading.revision == 3


def test_the_like_of_a_call_is_new_beside_it() -> None:
    """The same text a second time is a second call, the later on the page, and its saver's."""
    pages = history(("Alice", f"{A}\n"), ("Bob", f"{A}\n{A}\n"))
    assert brought(pages) == [("A", 1, "Alice"), ("A", 2, "Bob")]
    reading = read_history(pages[1:], 2, "Hub request")
    reading_since = read_history(pages, 1, "Hub request")
    assert reading is not None
    assert reading_since is not None
    [new] = reading_since.new
    assert new.call == reading.calls[1]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{A} {ALICE}", f"{A} {BOB}"),
        ("{{Hub request|id=H1|type=upload|partner=A}}", A),
        ("{{Hub request|id=H1|type=upload|partner=A}}", f"{{{{Hub request|id=H1|type=upload|partner=A}}}} {BOB}"),
    ],
    ids=["signed", "numbered", "copied and signed"],
)
def test_the_like_of_a_call_above_it_is_new(first: str, second: str) -> None:
    """Where its signature or its number tells the older one from its like, that stays its author's, also below."""
    pages = history(("Alice", first), ("Bob", f"{second}\n\n{first}"))
    assert brought(pages) == [("A", 2, "Bob"), ("A", 1, "Alice")]
    assert brought(pages, seen=1) == [("A", 2, "Bob")]
    reading = read_history(pages, 1, "Hub request")
    assert reading is not None
    assert [new.call for new in reading.new] == [reading.calls[0]]


@pytest.mark.parametrize("above", [False, True], ids=["below", "above"])
def test_where_the_like_of_a_call_is_gone_it_stays_its_authors(*, above: bool) -> None:
    """Of two that are alike the one that is left is known by its signature."""
    two = (f"{A} {BOB}", f"{A} {ALICE}")[:: 1 if above else -1]
    pages = history(("Alice", f"{A} {ALICE}"), ("Bob", "\n".join(two)))
    assert brought([*pages, Revision(3, "Carol", f"{A} {BOB}")]) == [("A", 2, "Bob")]
    assert brought([*pages, Revision(3, "Carol", f"{A} {ALICE}")]) == [("A", 1, "Alice")]


def test_a_call_above_its_like_is_known_as_the_second() -> None:
    """One that is not signed is new beside its like, and returns when it comes a second time, wherever it stands."""
    numbered = "{{Hub request|id=H1|type=upload|partner=A}}"
    first = read_history(history(("Alice", numbered)), 0, "Hub request", "Page")
    above = read_history(history(("Alice", numbered), ("Bob", f"{A}\n{numbered}")), 1, "Hub request", "Page")
    below = read_history(history(("Alice", numbered), ("Bob", f"{numbered}\n{A}")), 1, "Hub request", "Page")
    assert first is not None
    assert above is not None
    assert below is not None
    assert above.new[0].saying == below.new[0].saying != first.new[0].saying


def test_likes_of_one_revision_are_numbered() -> None:
    """Two calls that are alike and came in one edit have different numbers, so that both count."""
    reading = read_history(history(("Alice", f"{A}{A}{B}")), 0, "Hub request")
    assert reading is not None
    assert len({(new.revision, new.number) for new in reading.new}) == 3


def test_what_was_taken_away_is_not_new() -> None:
    """A call that is gone again is nobody's."""
    assert brought(history(("Alice", A), ("Alice", ""))) == []


@pytest.mark.parametrize("seen", [0, 1])
def test_what_was_added_and_taken_back_is_not_new(seen: int) -> None:
    """Who adds the like of a call and takes it back has said nothing, and the call stays its author's."""
    pages = history(("Alice", A), ("Mallory", f"{A}\n{A}"), ("Mallory", A))
    assert brought(pages, seen) == ([("A", 1, "Alice")] if seen == 0 else [])


def test_a_revert_brings_back_what_stood_there() -> None:
    """A restored call is new again, of the revision that restored it; what it replaced is gone."""
    pages = history(("Alice", A), ("Mallory", B), ("Bob", A))
    assert brought(pages, seen=1) == [("A", 3, "Bob")]


def test_a_blanked_and_restored_page_is_read_like_any_other() -> None:
    """After a page was emptied and restored, all calls are there, and none is counted twice."""
    pages = history(("Alice", f"{A}\n{B}"), ("Mallory", ""), ("Bob", f"{A}\n{B}"))
    assert brought(pages) == [("A", 3, "Bob"), ("B", 3, "Bob")]


def test_a_page_that_was_deleted_and_created_anew_is_read_from_its_first_revision() -> None:
    """Where the revision that was seen is not in the history any more, everything on the page is new."""
    assert brought([Revision(8, "Bob", A), Revision(9, "Carol", f"{A}!")], seen=5) == [("A", 8, "Bob")]


def test_a_section_moved_by_cut_and_paste_is_new() -> None:
    """Cut in one edit and pasted in the next is a new call: what its parameters say tells that it is known."""
    pages = history(("Alice", f"== 1 ==\n{A}\n== 2 ==\n"), ("Bob", "== 1 ==\n== 2 ==\n"), ("Bob", f"== 2 ==\n{A}\n"))
    assert brought(pages, seen=1) == [("A", 3, "Bob")]


def test_a_hidden_name_is_nobodys() -> None:
    """Where the wiki hides who saved a revision, what came with it is an empty name's."""
    assert brought(history(("", A))) == [("A", 1, "")]


def test_hidden_text_takes_nothing_away() -> None:
    """A revision whose text is hidden does not make the calls before it new after it."""
    assert brought(history(("Alice", A), ("Bob", None), ("Carol", f"{A}!")), seen=1) == []


def test_a_page_whose_text_is_hidden_says_nothing_yet() -> None:
    """While the only text is hidden there are no calls, but the revision counts as read."""
    reading = read_history([Revision(7, "Alice", None)], 7, "Hub request")
    assert reading is not None
    assert (reading.calls, reading.new, reading.revision) == ((), (), 7)


def test_what_came_with_hidden_text_is_not_the_next_ones() -> None:
    """Who saves a page after a revision that is hidden did not say what that revision brought."""
    pages = history(("Alice", ""), ("Mallory", None), ("Admin", f"{A} (address removed)"))
    assert "Admin" not in {user for _, _, user in brought(pages, seen=1)}


def test_calls_that_were_seen_do_not_become_the_next_ones_when_their_text_is_hidden() -> None:
    """A revision that was read and is hidden later does not hand its calls to whoever saves the next."""
    pages = history(("Mallory", None), ("Admin", f"{A}!"))
    assert "Admin" not in {user for _, _, user in brought(pages, seen=1)}


def test_calls_in_comments_are_none() -> None:
    """Taking a call out of a comment brings it in."""
    assert brought(history(("Alice", f"<!-- {A} -->"), ("Bob", A))) == [("A", 2, "Bob")]
