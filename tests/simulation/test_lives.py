"""Lives of the hub on a wiki in memory: the promises hold in each. `make fuzz` lives more of them."""

import pytest

from .lives import first_broken, live
from .script import drawn

LIVES = 10
"""For each of the tests; in `make fuzz` there are more."""

pytestmark = pytest.mark.long


@pytest.mark.parametrize("part", range(4))
def test_the_promises_hold(part: int) -> None:
    """Whatever fails, and whatever people do meanwhile."""
    lived = first_broken(range(1 + part * LIVES, 1 + (part + 1) * LIVES))
    assert lived is None, (lived.script, lived.broken)


def test_lives_that_were_broken_once_are_well() -> None:
    """226: two requests that ask the same of a page at the same moment are both done."""
    assert [live(drawn(seed)).broken for seed in (226,)] == [()]


def test_a_seed_lives_the_same_life_again() -> None:
    """Or what it found could not be looked at."""
    lived, again = (live(drawn(4), traced=True) for _ in range(2))
    assert lived.trace == again.trace


@pytest.mark.parametrize(("plant", "seed"), [("no-mark", 3), ("no-renewal", 14), ("resend", 46), ("any-plan", 92)])
def test_a_bug_that_was_put_in_is_found(plant: str, seed: int) -> None:
    """What is broken on purpose breaks a promise, in a life that is well without it."""
    assert not live(drawn(seed)).broken
    assert live(drawn(seed), plant).broken
