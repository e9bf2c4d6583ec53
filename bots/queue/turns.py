"""Whose turn it is: one person's flood of requests keeps nobody else waiting."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import zip_longest

from jobs.model.requests import StoredRequest

AT_ONCE = 3
"""So many requests of one person are in the queue at once; the others of theirs come after."""


def turns(waiting: Iterable[StoredRequest]) -> list[StoredRequest]:
    """Of each person's requests that wait the first few, the persons in turn."""
    by_author: dict[str, list[StoredRequest]] = defaultdict(list)
    for filed in waiting:
        by_author[filed.author].append(filed)
    rounds = zip_longest(*(own[:AT_ONCE] for own in by_author.values()))
    return [filed for one_each in rounds for filed in one_each if filed]
