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


@dataclass(frozen=True)
class Sources:
    """What planning may read: the wiki, partners' servers within the policy; `spool` is a folder for large files.

    `gate`: which pages the request may change. `done`: the items that an earlier request on the same wiki got done;
    None where there is no such request. `held`: those of some titles that rows of the request come to already, and
    which; `held_files`: the same of files, by their SHA-1. `prefix`: of links to the wiki from where the request is
    answered. `tracking`: the request's own category. `today`: UTC. `profile`: what is in the columns of the request's
    list, once it is read.
    """

    wiki: Wiki
    web: Web
    policy: Policy
    gate: Gate
    spool: Path
    done: Callable[[int], Iterator[Item] | None]
    held: Callable[[Collection[str]], Mapping[str, int]]
    held_files: Callable[[Collection[str]], Mapping[str, int]]
    prefix: str
    tracking: str
    today: date
    profile: Profile = ()
