"""What planning may read."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jobs.io.http import Web
from jobs.io.page_permissions import Gate
from jobs.io.wiki import Wiki
from jobs.model.policy import Policy
from jobs.model.profile import Profile
from jobs.model.requests import Item


@dataclass(frozen=True, kw_only=True)
class PlanContext:
    """What planning may read: the wiki, partners' servers within the policy; `spool` is a folder for large files.

    `gate`: which pages the request may change. `done`: the items that an earlier request on the same wiki got done;
    None where there is no such request. `rows_by_title`: the rows of the request that have some of these titles
    already, by title; `rows_by_sha1`: those that upload some of these files. `prefix`: of links to the wiki from where
    the request is answered. `tracking`: the request's own category. `today`: UTC. `profile`: what is in the columns of
    the request's list, once it is read.
    """

    wiki: Wiki
    web: Web
    policy: Policy
    gate: Gate
    spool: Path
    done: Callable[[int], Iterator[Item] | None]
    rows_by_title: Callable[[Collection[str]], Mapping[str, int]]
    rows_by_sha1: Callable[[Collection[str]], Mapping[str, int]]
    prefix: str
    tracking: str
    today: date
    profile: Profile = ()
