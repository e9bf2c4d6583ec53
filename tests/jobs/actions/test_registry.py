"""The registry of actions."""

from typing import get_args

from jobs.actions.registry import ACTIONS
from jobs.model.actions import Action


def test_every_action_that_can_be_planned_is_registered() -> None:
    """What stands in a plan can be carried out, taken back and told of: each member of the union has its entry."""
    [union, *_] = get_args(Action)
    assert set(ACTIONS) == {*get_args(union)}
