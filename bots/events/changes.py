"""What an event of a wiki says, and whether it is of a page that the bot reads.

Of Wikimedia's streams `recentchange` and `mediawiki.page_change.v1` (https://wikitech.wikimedia.org/wiki/EventStreams).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from jobs.context.hub import talk_page
from jobs.context.stop import stop_page
from jobs.io.wiki import Wiki


@dataclass(frozen=True)
class Change:
    """A page of a wiki was changed, by whom."""

    domain: str
    title: str
    user: str


def read_change(data: str) -> Change | None:
    """What the event says; None: it is none that is known.

    Events are also sent for no other end than that a stream which is alive can be told from a dead one: they are of the
    domain `canary`, which is no wiki's.
    """
    try:
        event = json.loads(data)
        domain = event["meta"]["domain"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    title = event.get("title") or _inner(event, "page", "page_title")
    user = event.get("user") or _inner(event, "performer", "user_text")
    return Change(str(domain), _spaced(str(title)), _spaced(str(user)))


def _inner(event: dict[str, Any], outer: str, name: str) -> object:
    found = event.get(outer)
    return found.get(name, "") if isinstance(found, dict) else ""


@dataclass(frozen=True)
class Watched:
    """A wiki that the bot looks at: `domain` as in its address, the titles of its pages with spaces."""

    domain: str
    account: str
    base: str
    talk: str
    stop: str

    def concerns(self, change: Change) -> bool:
        """Whether somebody changed the request page, what is below it, a report's talk page, or the stop page."""
        if change.domain != self.domain or change.user == self.account:
            return False
        return change.title in {self.base, self.stop} or change.title.startswith((f"{self.base}/", f"{self.talk}/"))


def watched(wikis: Iterable[tuple[str, Wiki]]) -> list[Watched]:
    """What the bot looks at on wikis, each with the address of its API."""
    names = ((api, wiki.account, wiki.base, talk_page(wiki.base), stop_page(wiki)) for api, wiki in wikis)
    return [Watched(urlsplit(api).netloc, *map(_spaced, named)) for api, *named in names]


def _spaced(title: str) -> str:
    return title.replace("_", " ")
