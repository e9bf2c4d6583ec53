"""Lives of the hub on a wiki in memory: the promises hold in each. `make fuzz` lives more of them."""

from dataclasses import replace

import pytest

from .lives import first_broken, live
from .script import Act, Fault, Script, drawn

LIVES = 5
"""For each of the tests; in `make fuzz` there are more."""

pytestmark = pytest.mark.long


@pytest.mark.parametrize("part", range(4))
def test_the_promises_hold(part: int) -> None:
    """Whatever fails, and whatever people do meanwhile."""
    lived = first_broken(range(1 + part * LIVES, 1 + (part + 1) * LIVES))
    assert lived is None, (lived.script, lived.broken)


@pytest.mark.parametrize("pace", [4, 20])
def test_the_promises_hold_at_a_pace(pace: int) -> None:
    """What is said of requests among them: nobody waits for ever for a place, and every write waits for its own."""
    for seed in range(1, LIVES):
        assert not live(replace(drawn(seed), pace=pace)).broken, seed


def _file(at: float, choice: int) -> Act:
    return Act(at, "file", 1, choice)


BROKEN_ONCE = (
    # Two requests that ask the same of a page at the same moment are both done.
    Script(226, workers=2, latency=8.0, reviewed=60.0, acts=(_file(0.0, 201), _file(48.8, 706))),
    # A report whose first saving was the last thing a killed worker did is kept up to date.
    Script(
        1869,
        latency=1.0,
        acts=(_file(0.0, 853), Act(84.4, "change the request", 1, 757)),
        faults=(Fault(219, "freeze before a write", 100.0),),
    ),
    # A talk page that is moved away just before the report is written, and back: the report is written then.
    Script(
        2476,
        workers=3,
        latency=0.2,
        data=True,
        reviewed=5.0,
        acts=(
            _file(0.0, 759),
            Act(31.4, "strike", 3, 511),
            _file(63.0, 7),
            Act(71.8, "cancel", 1, 79),
            Act(84.6, "strike", 2, 887),
            Act(104.6, "stop", 2, 832),
            Act(104.7, "move a talk page", 2, 279),
        ),
    ),
    # A report that is moved back over what the bot had saved on the redirect meanwhile is written once more.
    Script(
        5424,
        reviewed=5.0,
        workers=3,
        writers=2,
        acts=(_file(0.0, 986), Act(10.4, "move a report", 1, 749), Act(95.1, "block the requester", 2, 301)),
        faults=(Fault(441, "freeze before a write", 100.0),),
    ),
    # A pilot that the policy makes smaller while an item of it is on its way comes to its end.
    Script(
        7538,
        workers=2,
        writers=3,
        pilot=2,
        reviewed=5.0,
        acts=(_file(0.0, 759), Act(21.0, "edit the request page", 1, 609), Act(23.4, "policy", 1, 592)),
        faults=(
            Fault(176, "lost before", 45.0),
            Fault(410, "locked after", 100.0),
            Fault(447, "kill", 20.0),
            Fault(793, "kill all", 20.0),
            Fault(881, "lost after", 100.0),
        ),
    ),
)
"""Lives in which a promise was broken, with little more in them than that took."""


@pytest.mark.parametrize("script", BROKEN_ONCE, ids=lambda script: str(script.seed))
def test_lives_that_were_broken_once_are_well(script: Script) -> None:
    """What was mended stays so."""
    assert not live(script).broken


def test_a_seed_lives_the_same_life_again() -> None:
    """Or what it found could not be looked at."""
    lived, again = (live(drawn(4), traced=True) for _ in range(2))
    assert lived.trace == again.trace


FOUND_AT = [("no-renewal", 14), ("blind-claim", 20), ("no-mark", 41), ("resend", 216), ("any-plan", 475)]


@pytest.mark.parametrize(("plant", "seed"), FOUND_AT)
def test_a_bug_that_was_put_in_is_found(plant: str, seed: int) -> None:
    """What is broken on purpose breaks a promise, in a life that is well without it."""
    assert not live(drawn(seed)).broken
    assert live(drawn(seed), plant).broken
