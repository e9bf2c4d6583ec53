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
    for request in waiting:
        by_author[request.author].append(request)
    rounds = zip_longest(*(own[:AT_ONCE] for own in by_author.values()))
    return [request for one_each in rounds for request in one_each if request]
