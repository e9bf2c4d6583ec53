"""How people stop the bot: a page that stops every write on a wiki, and the talk page of a request."""

import logging
import time

from jobs.context.hub import Hub, link_prefix, report_page, talk_page
from jobs.context.permissions import RIGHTS_SECONDS, bar_to_filing
from jobs.io.errors import BUSY_SECONDS, Unanswered, WikiError
from jobs.io.wiki import Wiki
from jobs.model.outcomes import Later
from jobs.model.requests import StoredRequest
from wikitext.messages import message

_log = logging.getLogger(__name__)

STOPPED_SECONDS = 30.0
LOOK_SECONDS = 3.0
"""So often a worker looks whether it was told to stop, that no write comes 5 s after."""


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
        self._looked = 0.0
        self._harmless = 0

    def reason(self) -> Later | None:
        """Why nothing more may be written now; a request for each wiki concerned, at most every `LOOK_SECONDS`."""
        if time.monotonic() < self._looked + LOOK_SECONDS:
            return None
        title = stop_page(self._wiki)
        try:
            latest = dict(self._wiki.latest([title, *([self._talk] if self._wiki is self._answers else [])]))
            if self._wiki is not self._answers:
                latest[self._talk] = self._answers.latest([self._talk]).get(self._talk, 0)
        except (WikiError, Unanswered) as error:
            return _unreadable(self._wiki, self._prefix, error)
        if latest.get(title, 0) != self._harmless:
            if halt := stopped(self._wiki, self._prefix):
                return halt
            self._harmless = latest[title]
        if latest.get(self._talk, 0) > self._read or self._steered():
            return Later(0.0, None)  # the next slice begins with reading it
        if self._right_lost():
            return Later(0.0, None)  # ... and with asking for these
        self._looked = time.monotonic()
        return None

    def _steered(self) -> bool:
        """Whether somebody answered elsewhere than on the talk page."""
        return self._hub.ledger.get(self._request.id).state is not self._request.state

    def _right_lost(self) -> bool:
        if time.monotonic() < self._asked + RIGHTS_SECONDS:
            return False
        self._asked = time.monotonic()
        return bar_to_filing(self._hub, self._request) is not None
