"""Notices what people write on the wikis: requests, answers, the policy. Notes it in the ledger, queues the work."""

import logging
import time

from jobs.answer import REQUEST_TEMPLATE, call_id
from jobs.history import Introduced
from jobs.hub import Hub, policy_page, report_page, talk_page
from jobs.lifecycle import ENDED, may_be_changed
from jobs.policy_page import read_policy_page
from jobs.queue import Dispatch
from jobs.request import asked, fingerprint, problems_of
from jobs.review import read_page, read_reviews
from jobs.schema import Asked, Filed
from jobs.turns import turns
from jobs.wiki import Wiki
from wikitext.messages import message

_WATCHED_SECONDS = 30 * 86400
"""For so long after its end a request can be answered on its talk page; after that there is `cph undo`."""

_log = logging.getLogger(__name__)


def watch(hub: Hub, queue: Dispatch) -> int:
    """Look at every wiki once, then queue all that is open; returns how many slices were queued.

    A wiki on which nothing has changed costs one request (for each 50 pages that are watched on it).
    """
    for wiki in hub.wikis.values():
        reviewable = hub.ledger.reviewable(wiki.name, time.time() - _WATCHED_SECONDS)
        reports = {talk_page(report_page(wiki, filed.text_id)): filed for filed in reviewable}
        latest = wiki.latest([wiki.base, policy_page(wiki), *reports])
        changed = {title for title, revision in latest.items() if revision != hub.ledger.seen(wiki.name, title)}
        if policy_page(wiki) in changed:
            read_policy_page(hub, wiki)
        if wiki.base in changed:
            _read_requests(hub, wiki)
        for title in changed & reports.keys():
            read_reviews(hub, reports[title])
    return sum(queue.put(filed.id, filed.slice) for filed in turns(hub.ledger.waiting()))


def _read_requests(hub: Hub, wiki: Wiki) -> None:
    reading = read_page(hub, wiki, wiki.base, REQUEST_TEMPLATE)
    if reading is None:
        return
    prints = {fingerprint(call) for call in reading.calls}
    ids = {call_id(call) for call in reading.calls}
    known = hub.ledger.on_page(wiki.name, wiki.base)
    by_id = {filed.text_id: filed for filed in known}
    for new in reading.new:
        if new.user == wiki.account:
            continue  # the bot asks itself for nothing
        earlier = by_id.get(call_id(new.call))
        if earlier and earlier.fingerprint not in prints:
            _changed(hub, earlier, new)
        elif not any(_is_back(filed, new, ids) for filed in known):
            _filed(hub, wiki, new)
    hub.ledger.mark_seen(wiki.name, wiki.base, reading.revision)


def _is_back(filed: Filed, new: Introduced, ids: set[str]) -> bool:
    """Whether the call is a known request that was gone from the page for a while."""
    same = filed.fingerprint == fingerprint(new.call) and filed.state not in ENDED
    return same and (filed.text_id == call_id(new.call) or filed.text_id not in ids)


def _filed(hub: Hub, wiki: Wiki, new: Introduced) -> None:
    number = hub.ledger.file(wiki.name, wiki.base, _asked(new))
    _log.info("H%d filed on %s by %s in revision %d", number, wiki.name, new.user, new.revision)


def _changed(hub: Hub, earlier: Filed, new: Introduced) -> None:
    if may_be_changed(earlier.state):
        notice = message("void-request", new.user, f"Special:Diff/{new.revision}") if earlier.plan else None
        hub.ledger.refile(earlier, _asked(new), notice)
        _log.info("%s changed by %s in revision %d", earlier.text_id, new.user, new.revision)
    else:
        hub.ledger.note(earlier, shown="")


def _asked(new: Introduced) -> Asked:
    return Asked(fingerprint(new.call), asked(new.call), new.user, new.revision, problems_of(new.call))
