"""How people stop the bot: a page that stops every write on a wiki, and the talk page of a request."""

import logging
import math
import time
from collections.abc import Mapping

from jobs.context.hub import Hub, link_prefix, report_page, talk_page
from jobs.context.permissions import RIGHTS_SECONDS, bar_to_filing
from jobs.io.background import Background
from jobs.io.errors import BUSY_SECONDS, Unanswered, WikiError
from jobs.io.wiki import Wiki
from jobs.model.outcomes import Later
from jobs.model.requests import StoredRequest
from wikitext.messages import message

_log = logging.getLogger(__name__)

STOPPED_SECONDS = 30.0
LOOK_SECONDS = 3.0
"""So often a worker looks whether it was told to stop."""

KNOWN_SECONDS = 4.0
"""For so long after a look was begun something may be written without waiting for the next one."""

_OLDEST_SECONDS = 4.5
"""After so long what a look came to says nothing of now: no write is begun 5 s after the bot was stopped."""

_LOOKS = 3
"""So often in a row it is looked, where the wiki takes longer to tell; then it counts as stopped for a while."""


def stop_page(wiki: Wiki) -> str:
    """The title of the page on which any text stops every write."""
    return f"User:{wiki.account}/Stop"


def stopped(wiki: Wiki, prefix: str = "") -> Later | None:
    """Whether people told the bot to stop writing on the wiki; not being able to ask means yes. One request.

    `prefix`: of what links to the wiki from where that is told.
    """
    title = stop_page(wiki)
    try:
        page = wiki.page(title)
    except (WikiError, Unanswered) as error:
        return _unreadable(wiki, prefix, error)
    if page is not None and (page.text is None or page.text.strip()):
        _log.warning("somebody stopped the bot on %s", wiki.name)
        return Later(STOPPED_SECONDS, message("later-stop-page", f"{prefix}{title}"))
    return None


MOVED = "moved"
"""What the ledger keeps of a request page that is not where it was."""


def is_moved(hub: Hub, wiki: Wiki) -> bool:
    """Whether the wiki's request page was moved or deleted, by what the watcher saw last."""
    return hub.ledger.kept_text(wiki.name, wiki.base) == MOVED


def _unreadable(wiki: Wiki, prefix: str, error: WikiError | Unanswered) -> Later:
    _log.warning("%s does not say whether the bot was stopped there: %s", wiki.name, error)
    why = message("later-stop-unreadable", f"{prefix}{stop_page(wiki)}")
    return Later(max(BUSY_SECONDS, error.retry_after or 0), why)


class StopSwitch:
    """Tells a worker within seconds that people stopped the bot or the request, or wrote on its talk page.

    And within `RIGHTS_SECONDS` that the requester may not have it carried out any more: one file can take an hour.
    """

    def __init__(self, hub: Hub, request: StoredRequest) -> None:
        self._hub = hub
        self._request = request
        self._asked = time.monotonic()  # a slice begins with asking
        self._wiki = hub.wikis[request.target]
        self._prefix = link_prefix(request)
        self._answers = hub.wikis[request.wiki]
        self._talk = talk_page(report_page(self._answers, request.text_id))
        self._read = hub.ledger.last_read_revision(request.wiki, self._talk)
        self._looked = self._begun = -math.inf
        self._look: Background[Mapping[str, int]] | None = None
        self._harmless = 0

    def reason(self) -> Later | None:
        """Why nothing more may be written now; a request for each wiki concerned, at most every `LOOK_SECONDS`.

        The response is not waited for as long as the one before is new enough.
        """
        now = time.monotonic()
        if now < self._looked + LOOK_SECONDS:
            return None
        look = self._look
        if look is None or (look.is_over() and now > self._begun + KNOWN_SECONDS):
            look = self._begin()
        if now < self._looked + KNOWN_SECONDS and not look.is_over():
            return None
        for _ in range(_LOOKS):  # an answer that took long says nothing of now
            if (halt := self._came_to(look)) or time.monotonic() <= self._begun + _OLDEST_SECONDS:
                return halt
            look = self._begin()
        return _unreadable(self._wiki, self._prefix, Unanswered("too slow to tell"))

    def _begin(self) -> Background[Mapping[str, int]]:
        self._begun, self._look = time.monotonic(), Background(self._latest)
        return self._look

    def _came_to(self, look: Background[Mapping[str, int]]) -> Later | None:
        self._look = None
        try:
            halt = self._judged(look.result())
        except (WikiError, Unanswered) as error:
            return _unreadable(self._wiki, self._prefix, error)
        if halt is None:
            self._looked = self._begun
        return halt

    def _latest(self) -> Mapping[str, int]:
        """The latest revisions of the page that stops the bot, and of the request's talk page."""
        title = stop_page(self._wiki)
        latest = dict(self._wiki.latest([title, *([self._talk] if self._wiki is self._answers else [])]))
        if self._wiki is not self._answers:
            latest[self._talk] = self._answers.latest([self._talk]).get(self._talk, 0)
        return latest

    def _judged(self, latest: Mapping[str, int]) -> Later | None:
        title = stop_page(self._wiki)
        if latest.get(title, 0) != self._harmless:
            if halt := stopped(self._wiki, self._prefix):
                return halt
            self._harmless = latest.get(title, 0)
        if latest.get(self._talk, 0) > self._read or self._steered():
            return Later(0.0, None)  # the next slice begins with reading it
        return Later(0.0, None) if self._right_lost() else None  # ... and with asking for these

    def _steered(self) -> bool:
        """Whether somebody answered elsewhere than on the talk page."""
        return self._hub.ledger.get(self._request.id).state is not self._request.state

    def _right_lost(self) -> bool:
        if time.monotonic() < self._asked + RIGHTS_SECONDS:
            return False
        self._asked = time.monotonic()
        return bar_to_filing(self._hub, self._request) is not None
