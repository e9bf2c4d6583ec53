"""The community's settings page."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.policy import Policy, PolicyError, Who, read_policy


def test_a_policy_that_says_nothing_is_strict() -> None:
    """Without a word of the community's, administrators alone may file and review, and no host is asked."""
    policy = read_policy("{}")
    assert policy == Policy()
    assert policy.hosts == ()
    assert not policy.review_own
    for who in (policy.file, policy.review):
        assert who.includes("Alice", {"user", "sysop"})
        assert not who.includes("Alice", {"user", "autoconfirmed"})
        assert not who.includes("sysop", ())


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


def test_a_group_or_a_name_is_enough() -> None:
    """An account is included by any of its groups or by its exact name."""
    who = Who(groups=frozenset({"a", "b"}), users=frozenset({"Alice"}))
    assert who.includes("Bob", {"b", "c"})
    assert who.includes("Alice", ())
    assert not who.includes("alice", {"c"})
    assert not who.includes("", ())


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
