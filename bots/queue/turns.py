"""Whose turn it is: one person's flood of requests keeps nobody else waiting."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from jobs.model.requests import Turn

AT_ONCE = 3
"""So many requests of one person are in the queue at once; the others of theirs come after."""


def in_turn(waiting: Iterable[Turn]) -> list[Turn]:
    """Of each person's requests that wait the first few, with all their hands, the persons in turn."""
    by_author: dict[str, list[Turn]] = defaultdict(list)
    for turn in waiting:
        by_author[turn.author].append(turn)
    rounds = zip_longest(*map(_first, by_author.values()))
    return [turn for one_each in rounds for turn in one_each if turn]


def _first(own: Sequence[Turn]) -> list[Turn]:
    """The turns of the first few requests."""
    requests = list(dict.fromkeys(turn.request for turn in own))[:AT_ONCE]
    return [turn for turn in own if turn.request in requests]
