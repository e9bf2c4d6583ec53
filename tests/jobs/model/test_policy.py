"""The community's settings page."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.model.accounts import Account
from jobs.model.pace import WriteKind
from jobs.model.policy import Policy, PolicyError, Trust, Who, read_policy


def account(name: str, *groups: str) -> Account:
    """Somebody in these user groups."""
    return Account(name, exists=bool(name), groups=frozenset(groups))


def test_a_policy_that_says_nothing_is_strict() -> None:
    """Without a word of the community's, administrators alone may file and review, and no host is asked."""
    policy = read_policy("{}")
    assert policy == Policy()
    assert policy.hosts == ()
    assert not policy.review_own
    for who in (policy.file, policy.review):
        assert who.includes(account("Alice", "user", "sysop"))
        assert not who.includes(account("Alice", "user", "autoconfirmed"))
        assert not who.includes(account("sysop"))


def test_a_policy_says_who_and_how_much() -> None:
    """Groups, single accounts, hosts and limits stand as the page states them."""
    policy = read_policy(
        json.dumps(
            {
                "file": {"groups": ["autopatrolled"], "users": ["Alice"]},
                "review": {"groups": [], "users": ["Rita"]},
                "review_own": True,
                "hosts": ["example.org", "*.museum.example"],
                "max_rows": 10,
                "max_file_bytes": 2000,
                "max_list_bytes": 3000,
            }
        )
    )
    assert policy.file == Who(groups=frozenset({"autopatrolled"}), users=frozenset({"Alice"}))
    assert policy.review == Who(groups=frozenset(), users=frozenset({"Rita"}))
    assert policy.review_own
    assert policy.hosts == ("example.org", "*.museum.example")
    assert (policy.max_rows, policy.max_file_bytes, policy.max_list_bytes) == (10, 2000, 3000)


def test_a_pace_is_so_many_a_minute_or_none_at_all() -> None:
    """Without a word of the community's it is that of a bot that is new on Commons; `null` sets it off."""
    assert [Policy().seconds_between(kind) for kind in WriteKind] == [5.0, 10.0]
    policy = read_policy('{"edits_per_minute": 30, "uploads_per_minute": null}')
    assert [policy.seconds_between(kind) for kind in WriteKind] == [2.0, 0.0]
    with pytest.raises(PolicyError, match="edits_per_minute"):
        read_policy('{"edits_per_minute": 0}')


def test_a_group_or_a_name_is_enough() -> None:
    """An account is included by any of its groups or by its exact name."""
    who = Who(groups=frozenset({"a", "b"}), users=frozenset({"Alice"}))
    assert who.includes(account("Bob", "b", "c"))
    assert who.includes(account("Alice"))
    assert not who.includes(account("alice", "c"))
    assert not who.includes(account(""))


def test_whoever_has_no_account_is_nobody() -> None:
    """An IP address, an imported or a hidden name is not included, whatever a policy names."""
    who = Who(groups=frozenset({"*", "user"}), users=frozenset({"192.0.2.7", "w>Alice"}))
    for name in ("192.0.2.7", "w>Alice", ""):
        assert not who.includes(Account(name, groups=frozenset({"*"})))
    assert not Who(groups=frozenset({"user"})).includes(account("~2026-1", "*", "temp"))


@pytest.mark.parametrize(
    "call",
    ["{{Delete|reason=$1}}", "{{delete|1=$1|year=2026}}", "{{Template:Delete this|$1}}", "{{Delete|why: $1}}"],
)
def test_a_nomination_is_one_template(call: str) -> None:
    """The bot writes the community's template as it is named."""
    assert read_policy(json.dumps({"nomination": call})).nomination == call


@pytest.mark.parametrize(
    "call",
    [
        "{{subst:Delete|$1}}",
        "{{safesubst:Delete|$1}}",
        "{{:Main page|$1}}",
        "{{User:Stranger/Delete|$1}}",
        "{{Template:User:Stranger|$1}}",
        "{{#invoke:Delete|main|$1}}",
        "{{#if:$1|a}}",
        "{{int:delete|$1}}",
        "{{/Sub|$1}}",
        "{{../Sub|$1}}",
        "{{Delete|$1|~~~~}}",
        "{{Delete|$1|{{{1}}}}}",
        "{{Delete|{{Other|$1}}}}",
        "{{Delete|$1}}{{Other}}",
        "{{Delete|$1}} ~~~~",
        "{{Delete|[[$1]]}}",
        "{{Delete|<b>$1</b>}}",
        "{{Delete|$1|https://example.org}}",
        "{{$1|$1}}",
        "{{Delete|reason}}",
        "{{Delete$1}}",
        "{{Delete|$1\n}}",
        "$1",
        "",
    ],
)
def test_a_nomination_is_nothing_else(call: str) -> None:
    """No other namespace, nothing that is worked out when it is saved, no signature, link or tag; and that is told."""
    with pytest.raises(PolicyError, match=r"^nomination: .*namespace Template"):
        read_policy(json.dumps({"nomination": call}))


def test_trust_covers_no_undoing_unless_it_says_so() -> None:
    """To be trusted with everything is not to be trusted with taking things back."""
    alice = account("Alice")
    anything, undoing = Trust(users=frozenset({"Alice"})), Trust(users=frozenset({"Alice"}), kinds=frozenset({"undo"}))
    assert [trust.covers(alice, kind) for trust in (anything, undoing) for kind in ("edit", "undo")] == [
        True, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"fil": {}}, "fil"),
        ({"file": {"group": ["sysop"]}}, "file.group"),
        ({"file": {"users": "Alice"}}, "file.users"),
        ({"file": ["sysop"]}, "file"),
        ({"hosts": "example.org"}, "hosts"),
        ({"hosts": [5]}, "hosts.0"),
        ({"max_rows": 0}, "max_rows"),
        ({"max_rows": 1_000_001}, "max_rows"),
        ({"max_rows": "many"}, "max_rows"),
        ({"max_file_bytes": 6 * 1024**3}, "max_file_bytes"),
        ({"review_own": "sometimes"}, "review_own"),
        ([], "JSON"),
        (None, "JSON"),
    ],
)
def test_what_is_wrong_is_named(said: Any, where: str) -> None:
    """An unknown key or a wrong value makes the page no policy, and the words name the place."""
    with pytest.raises(PolicyError, match=rf"^{where}: \w"):
        read_policy(json.dumps(said))


def test_everything_that_is_wrong_is_named_at_once() -> None:
    """Who mends the page need not find one mistake after the other."""
    with pytest.raises(PolicyError) as wrong:
        read_policy('{"fil": {}, "max_rows": 0}')
    assert {said.split(":")[0] for said in str(wrong.value).split("; ")} == {"fil", "max_rows"}


@pytest.mark.parametrize("text", ["", "{", "{'file': {}}", '{"hosts": []} // all', "== Policy ==", "[" * 100_000])
def test_what_is_no_json_is_told_as_such(text: str) -> None:
    """A page that is no JSON is no policy, and the words say that it is the JSON."""
    with pytest.raises(PolicyError, match=r"^JSON: Invalid JSON"):
        read_policy(text)


@given(st.text() | st.lists(st.integers() | st.text()).map(json.dumps))
def test_no_text_raises_anything_else(text: str) -> None:
    """Whatever stands on the page, it is no policy unless it is an object."""
    with pytest.raises(PolicyError):
        read_policy(text)
