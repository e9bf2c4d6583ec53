"""What a wiki's errors mean."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.io.error_table import ERRORS, Reaction, Trait, known_error
from jobs.io.errors import Unanswered, WikiError, classify_error, file_warning, given_up, in_the_way, is_a
from jobs.model.outcomes import Failed, Later, Stop
from wikitext.data_files import BadData, read_data
from wikitext.messages import language


@pytest.mark.parametrize(
    "code",
    [
        "maxlag",
        "ratelimited",
        "readonly",
        "internal_api_error_DBQueryError",
        "internal_api_error_DBTransactionStateError",
        "lockmanager-fail-conflict",
        "backend-fail-internal",
        "badtoken",
        "stashfailed",
        "uploadstash-file-not-found",
    ],
)
def test_a_busy_wiki_is_asked_again_later(code: str) -> None:
    """Lag, limits, maintenance and faults inside the wiki pass: the same is tried again after some seconds."""
    outcome = classify_error(WikiError(code, "words"))
    assert isinstance(outcome, Later)
    assert outcome.seconds >= 5
    assert outcome.why
    assert outcome.why.arguments == (code,)


def test_a_wiki_that_names_a_time_is_given_it() -> None:
    """The wiki's own Retry-After counts where it is longer than the bot's, and only there."""
    assert classify_error(WikiError("maxlag", "", 60)) == Later(60, classify_error(WikiError("maxlag", "")).why)
    assert classify_error(WikiError("maxlag", "", 1)) == classify_error(WikiError("maxlag", ""))


@pytest.mark.parametrize(
    "code",
    [
        "exists",
        "exists-normalized",
        "duplicate",
        "duplicate-archive",
        "no-such-entity-link",
        "was-deleted",
        "badfilename",
        "bad-prefix",
        "fileexists-forbidden",
        "fileexists-shared-forbidden",
        "filetype-banned-type",
        "filetype-mime-mismatch",
        "illegal-filename",
        "file-too-large",
        "empty-file",
        "verification-error",
        "abusefilter-disallowed",
        "modification-failed",
        "not-recognized-language",
        "failed-save",
        "no-such-entity",
        "nosuchrevid",
    ],
)
def test_a_fault_of_one_file_fails_that_file(code: str) -> None:
    """What is wrong with one name or one file fails that one; its kind is the code."""
    outcome = classify_error(WikiError(code, "the wiki's words"))
    assert isinstance(outcome, Failed)
    assert outcome.error_code == code
    assert code in language("en").say(outcome.why)


@pytest.mark.parametrize(
    "code",
    ["spamblacklist", "titleblacklist-forbidden", "protectedtitle", "cascadeprotected", "cantdelete", "cantundelete"],
)
def test_a_fault_of_ones_own_says_nothing_of_others(code: str) -> None:
    """However many rows have a bad address, name or page of their own, the others are tried."""
    outcome = classify_error(WikiError(code, "the wiki's words"))
    assert isinstance(outcome, Failed)
    assert outcome.error_code is None
    assert code in language("en").say(outcome.why)


@pytest.mark.parametrize(
    "code",
    [
        "blocked",
        "autoblocked",
        "globalblocking-blockedtext-user",
        "permissiondenied",
        "assertuserfailed",
        "assertbotfailed",
        "uploaddisabled",
        "mustbeloggedin",
        "writeapidenied",
        "noedit",
        "quoteexists",
        "invalid-claim",
        "not-recognized-array",
        "invalid-entity-id",
        "",
        "something-new",
    ],
)
def test_every_other_error_stops_the_request(code: str) -> None:
    """A block, a lost right and whatever nobody foresaw stop the request, with the wiki's code."""
    outcome = classify_error(WikiError(code, "the wiki's words"))
    assert isinstance(outcome, Stop)
    assert code in language("en").say(outcome.why)


@pytest.mark.parametrize(
    ("code", "names", "meant"),
    [
        ("failed-save", ("actionthrottledtext",), Later),
        ("failed-save", ("wikibase-api-failed-save", "abusefilter-disallowed"), Failed),
        ("failed-save", (), Failed),
        ("permissiondenied", ("protectedpagetext", "protectedpage"), Failed),
        ("permissiondenied", ("badaccess-groups",), Stop),
        ("blocked", ("actionthrottledtext",), Stop),
    ],
)
def test_what_a_vague_code_means_stands_in_its_messages(code: str, names: tuple[str, ...], meant: type) -> None:
    """`failed-save` may be a limit of the account, which passes, or an abuse filter."""
    assert isinstance(classify_error(WikiError(code, "", messages=names)), meant)


@given(st.sampled_from(["blocked", "exists", "maxlag", "abusefilter-warning", "who knows"]))
def test_the_words_of_a_wiki_are_not_published(code: str) -> None:
    """In them may stand the address of the bot (blocks), or people's names. A harmless fact is: which filter it was."""
    said = language("en").say(classify_error(WikiError(code, "192.0.2.7 is blocked", fact="#7")).why or "")
    assert "192.0.2.7" not in said
    assert ("#7" in said) is isinstance(classify_error(WikiError(code, "")), Failed)


def test_an_item_that_was_tried_for_long_enough_has_failed() -> None:
    """With the code as its kind, so that five alike stop the request."""
    assert given_up(WikiError("stashfailed", "words")).error_code == "stashfailed"
    assert given_up(Unanswered("upload on commons")).error_code


@given(st.text(), st.text(), st.none() | st.floats(0, 1e6))
def test_whatever_a_wiki_says_can_be_told(code: str, info: str, seconds: float | None) -> None:
    """Every error there may be means something, and can be said to people."""
    assert language("en").say(classify_error(WikiError(code, info, seconds)).why or "")


@pytest.mark.parametrize(
    "code",
    [
        "spamblacklist", "titleblacklist-forbidden-edit", "abusefilter-disallowed", "abusefilter-warning",
        "protectedpage", "cascadeprotected", "protectedtitle", "contenttoobig",
    ],
)  # fmt: skip
def test_usual_refusals_are_said_in_a_sentence(code: str) -> None:
    """What is wrong and what to do, in the reader's language; the code stands beside it."""
    why = classify_error(WikiError(code, "words", fact="#7")).why
    assert why
    assert why.key != "failed-wiki"
    assert language("sv").say(why).endswith(f"({code}: #7)")


TABLE = json.loads((files("jobs.io") / "errors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", TABLE)
def test_of_the_codes_that_fit_the_longest_counts(code: str) -> None:
    """An entry means what it says of its own code, whatever others begin like it and wherever they stand."""
    bare = code.removesuffix("*")
    assert known_error(bare).source == TABLE.get(bare, TABLE[code])["source"]
    longer = [other for other in TABLE if other.endswith("*") and f"{bare}zz".startswith(other.removesuffix("*"))]
    expected = TABLE[max(longer, key=len)]["reaction"] if longer else Reaction.STOP
    assert known_error(f"{bare}zz").reaction == expected


@pytest.mark.parametrize(
    ("code", "traits"),
    [
        ("missingtitle", {Trait.CONFLICT}),
        ("missingtitle-createonly", set()),
        ("permissiondenied", {Trait.VAGUE, Trait.NOT_FETCHED}),
        ("uploadstash-file-not-found", {Trait.NOT_IN_STASH}),
        ("internal_api_error_DBQueryError", {Trait.BROKEN_OFF}),
        ("protectednamespace-interface", {Trait.TEXT_REFUSED}),
        ("badtoken", {Trait.OLD_TOKEN}),
        ("assertnameduserfailed", {Trait.LOGGED_OUT}),
        ("something-new", set()),
    ],
)
def test_what_else_an_error_is(code: str, traits: set[Trait]) -> None:
    """Those who deal with an error themselves ask what it is, not which code it has."""
    assert {trait for trait in Trait if is_a(WikiError(code, ""), trait)} == traits


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("exists", "failed-exists"),
        ("exists-normalized", "failed-exists"),
        ("fileexists-forbidden", "failed-exists"),
        ("duplicate-archive", "failed-duplicate"),
        ("duplicateversions", "failed-duplicate"),
        ("was-deleted", "failed-was-deleted"),
        ("badfilename", None),
    ],
)
def test_what_is_in_the_way_of_an_upload(code: str, said: str | None) -> None:
    """That a file has the name, or the bytes, already is said in a sentence of its own."""
    assert in_the_way(WikiError(code, "")) == said


def test_of_several_warnings_the_one_that_says_most_is_told() -> None:
    """In MediaWiki's answer they stand in any order; what says no file's name is no such warning."""
    everything = dict.fromkeys(("badfilename", "duplicate", "exists-normalized", "was-deleted", "exists"), "")
    assert file_warning(everything) == "was-deleted"
    assert file_warning({"duplicateversions": [], "duplicate-archive": "A.jpg"}) == "duplicate-archive"
    assert file_warning({"duplicateversions": []}) is None


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"reaction": "ignore"}, "reaction"),
        ({"reactoin": "item"}, "reactoin"),
        ({"said": "no-such-sentence"}, "no-such-sentence"),
        ({"is": ["something"]}, "is"),
        ({"warning": 0}, "warning"),
        ({"source": None}, "source"),
        ({"reaction": "wait"}, "only a fault of an item"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, changed: dict[str, object], wrong: str) -> None:
    """Who adds a code and mistakes a word is told which entry it is, as the table is read."""
    table = tmp_path / "errors.json"
    table.write_text(json.dumps(TABLE | {"spamblacklist": TABLE["spamblacklist"] | changed}))
    with pytest.raises(BadData, match=rf"errors\.json: spamblacklist.*{re.escape(wrong)}"):
        read_data(ERRORS, table)


def test_a_code_stands_in_the_table_once(tmp_path: Path) -> None:
    """Else the later entry would quietly win."""
    table = tmp_path / "errors.json"
    entry = '"exists": {"reaction": "item", "source": "API:Upload"}'
    table.write_text(f"{{{entry}, {entry}}}")
    with pytest.raises(BadData, match="exists: it stands there twice"):
        read_data(ERRORS, table)
