"""Notices what people write on the wikis: requests, answers, the policy. Notes it in the ledger, queues the work."""

import logging
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from bots.queue.redis_queue import RedisQueue
from bots.queue.turns import in_turn
from bots.telemetry import tell_operator
from jobs.context.hub import Hub, policy_page, report_page, talk_page
from jobs.context.moved_pages import displaced, put_back
from jobs.context.pace import keep_pace_of_words
from jobs.context.policy_page import note_gone, read_policy_page
from jobs.context.stop import MOVED, is_moved, stopped
from jobs.intake.history import Introduced, Reading
from jobs.intake.identity import KnownCall, assigned, call_id, known_request
from jobs.intake.parse import asked, fingerprint, problems_of
from jobs.io.edit_page import leave_word
from jobs.io.errors import Unanswered, WikiError
from jobs.io.wiki import Wiki
from jobs.model.requests import NewRequest, StoredRequest, request_number
from jobs.model.states import ENDED, IllegalMove
from jobs.reporting.replies import say_displaced
from jobs.reporting.status import show_status
from jobs.review.commands import read_page, read_reviews
from jobs.review.request_page import REQUEST_TEMPLATE
from jobs.store.database import LedgerLocked
from jobs.store.moments import is_of_today
from wikitext.messages import language, message
from wikitext.report_page import reply as framed
from wikitext.templates import Call

_WATCHED_SECONDS = 30 * 86400
"""For so long after its end a request can be answered on its talk page; after that there is `cph undo`."""

_log = logging.getLogger(__name__)


def watch(hub: Hub, queue: RedisQueue, looked: Callable[[Wiki], None] = lambda _: None) -> int:
    """Look at every wiki once, then queue all that is open; returns how many slices were queued.

    A wiki on which nothing has changed costs one request (for each 50 pages that are watched on it). `looked` is told
    of each that was looked at to the end. Raises WikiError and Unanswered after the rest was done.
    """
    errors = []
    for look in (_begin, _look):
        for wiki in hub.wikis.values():
            try:
                look(hub, wiki)
                if look is _look:
                    looked(wiki)
            except (WikiError, Unanswered) as error:  # the others are looked at all the same
                errors.append(error)
        if errors and look is _begin:
            raise errors[0]  # a number could be given that this wiki has already
    queued = sum(map(queue.put, in_turn(hub.ledger.waiting(*hub.wikis))))
    if errors:
        raise errors[0]
    return queued


def watch_and_tell(hub: Hub, queue: RedisQueue, looked: Callable[[Wiki], None] = lambda _: None) -> int:
    """As `watch`, as a process does again and again: it also says on the wikis how the bot is, where it is time to."""
    queued = watch(hub, queue, looked)
    _alone(partial(show_status, hub), "the status page")
    return queued


def _look(hub: Hub, wiki: Wiki) -> None:
    reviewable = hub.ledger.reviewable(wiki.name, time.time() - _WATCHED_SECONDS)
    reports = {report_page(wiki, request.text_id): request for request in reviewable}
    latest = wiki.latest([wiki.base, policy_page(wiki), *reports, *map(talk_page, reports)])
    changed = {
        title for title, revision in latest.items() if revision != hub.ledger.last_read_revision(wiki.name, title)
    }
    if policy_page(wiki) in changed:
        read_policy_page(hub, wiki)
    elif policy_page(wiki) not in latest and hub.ledger.last_read_revision(wiki.name, policy_page(wiki)):
        tell_operator("%s on %s is gone: the last valid policy stays in force", policy_page(wiki), wiki.name)
        note_gone(hub, wiki)
    if wiki.base in changed:
        _read_requests(hub, wiki)
    elif is_moved(hub, wiki) or (wiki.base not in latest and hub.ledger.last_read_revision(wiki.name, wiki.base)):
        page = wiki.page(wiki.base)
        _note_moved(hub, wiki, moved=page is None or page.about.redirect)
    for title, request in reports.items():
        kept = hub.ledger.last_read_revision(wiki.name, title)
        moved = kept and latest.get(title) != kept
        if moved or talk_page(title) in changed or hub.ledger.kept_text(wiki.name, title):
            _alone(partial(_read_report, hub, wiki, request, answered=talk_page(title) in changed), title)


def _read_report(hub: Hub, wiki: Wiki, request: StoredRequest, *, answered: bool) -> None:
    """Take in what was answered to a report, unless people are led elsewhere: then say so, once, until it is back."""
    title = report_page(wiki, request.text_id)
    why = displaced(hub, request)
    kept, told = hub.ledger.last_read_revision(wiki.name, title), hub.ledger.kept_text(wiki.name, title)
    now = language("en").say(why) if why else ""
    if now != told and not stopped(wiki):
        if why:
            _log.warning("%s on %s waits: %s", request.text_id, wiki.name, now)
            say_displaced(hub, request, why)
        else:
            hub.ledger.publish_again(request, not_before=0.0)
        hub.ledger.mark_read(wiki.name, title, kept, now)
    elif not why and (older := put_back(hub, request)):
        hub.ledger.publish_again(request, not_before=0.0)
        hub.ledger.mark_read(wiki.name, title, older, now)
    if answered and not why:
        read_reviews(hub, request)


def _read_requests(hub: Hub, wiki: Wiki) -> None:
    reading = read_page(hub, wiki, wiki.base, REQUEST_TEMPLATE)
    if reading is None:
        return
    first = not hub.ledger.last_read_revision(wiki.name, wiki.base)
    troubled = False
    standing = _RequestPage(hub, wiki, reading)
    for new in reading.new:
        if new.user != wiki.account:  # the bot asks itself for nothing
            troubled |= not _alone(partial(_take_in, standing, new, first=first), wiki.base)
    for user, number in standing.left.items():
        said = "%d requests of %s on %s were not taken in, beside as many as one may file a day"
        tell_operator(said, number, user, wiki.name)
    if not troubled:
        hub.ledger.mark_read(wiki.name, wiki.base, reading.revision)
    page = None if reading.calls else wiki.page(wiki.base)
    _note_moved(hub, wiki, moved=page is not None and page.about.redirect)


def _alone(do: Callable[[], None], what: str) -> bool:
    """Whether it could be done; a surprise in one request keeps none of the others waiting. It is tried again."""
    try:
        do()
    except (WikiError, Unanswered, LedgerLocked):
        raise
    except Exception as error:  # noqa: BLE001 - told, and none of the other requests' business
        _log.warning("%s", what, exc_info=True)
        tell_operator("%s: %r; it will be tried again", what, error)
        return False
    return True


def _note_moved(hub: Hub, wiki: Wiki, *, moved: bool) -> None:
    """Nothing is done for requests whose page is not there any more, for nobody would see the answers; say so once."""
    if moved is is_moved(hub, wiki):
        return
    hub.ledger.mark_read(
        wiki.name, wiki.base, hub.ledger.last_read_revision(wiki.name, wiki.base), MOVED if moved else ""
    )
    if not moved:
        _log.info("%s on %s is back", wiki.base, wiki.name)
        return
    tell_operator("%s on %s was moved or deleted: its requests wait until it is back", wiki.base, wiki.name)
    if not stopped(wiki):
        said = framed(language("en"), language("en").say("moved-away", wiki.base), f"moved {wiki.base}")
        pace = partial(keep_pace_of_words, hub, wiki.name)
        leave_word(wiki, talk_page(wiki.base), said, said, wiki.base, before_save=pace)


_REPORT = re.compile(r"/(H\d+)(?:/\d+)?$")
"""How the titles of reports end, and of their further pages."""


def _begin(hub: Hub, wiki: Wiki) -> None:
    """What a ledger knows begins when it begins: its numbers go on above the reports that the bot has there."""
    if not hub.ledger.has_numbers(wiki.name):
        reports = map(_REPORT.search, wiki.prefix_search(f"{wiki.base}/H"))
        titled = {request_number(found[1]) or 0 for found in reports if found}
        reported = next((number for number in sorted(titled, reverse=True) if _is_reported(wiki, number)), 0)
        hub.ledger.take_numbers(wiki.name, reported)


def _is_reported(wiki: Wiki, number: int) -> bool:
    """Whether the bot wrote a report under this number; anyone can make a page of that title, or write an `id`."""
    return bool(wiki.own_since(report_page(wiki, f"H{number}"), 0))


def _is_history(wiki: Wiki, new: Introduced) -> bool:
    """Whether the call is one that the bot took in before this ledger began: its report stands on the wiki."""
    number = request_number(call_id(new.call))
    if number is None or not _is_reported(wiki, number):
        return False
    _log.warning("H%d on %s is from before this ledger: it is left as it is", number, wiki.name)
    return True


class _RequestPage:
    """The request page as it was read, and what the ledger knows of it meanwhile; looked up once for all its calls.

    `left`: how many calls of each person were left where they are.
    """

    def __init__(self, hub: Hub, wiki: Wiki, reading: Reading) -> None:
        self.hub, self.wiki, self.reading = hub, wiki, reading
        self.left: Counter[str] = Counter()
        self._ids: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for call in reading.standing:
            self._ids[call.fingerprint][call.id] += 1
        self.look_again()

    def look_again(self) -> None:
        """After something was noted in the ledger."""
        known = self.hub.ledger.on_page(self.wiki.name, self.wiki.base)
        self._known = {request.text_id: request for request in known}
        self._alike: defaultdict[str, list[StoredRequest]] = defaultdict(list)
        for request in known:
            self._alike[request.fingerprint].append(request)
        self._today = Counter(request.author for request in known if is_of_today(request.asked))
        self._own: Mapping[str, KnownCall] | None = None

    def known(self, call: Call) -> StoredRequest | None:
        """The request whose number the call has."""
        return self._known.get(call_id(call))

    def stands(self, request: StoredRequest) -> bool:
        """Whether a call on the page asks what the request does, and is not another's of those that are known."""
        if self._own is None:
            standing = self.reading.standing
            speakers = self.hub.ledger.first_speakers(request.wiki, {call.saying for call in standing})
            self._own = assigned(standing, list(map(known_request, self._known.values())), speakers)
        own = self._own.get(request.text_id)
        return own is not None and own.fingerprint == request.fingerprint

    def is_back(self, new: Introduced) -> bool:
        """Whether the call is a known request that was gone from the page for a while, or has yet to get its number."""
        print_ = fingerprint(new.call)
        alike, ids = self._alike[print_], self._ids[print_]
        if new.returned:
            return bool(alike)
        if number := call_id(new.call):
            return ids[number] == 1 and number in {request.text_id for request in alike}
        unnumbered = [request for request in alike if not ids[request.text_id] and request.state not in ENDED]
        return len(unnumbered) >= ids[""]

    def show_again(self, new: Introduced) -> None:
        """Have what is back show what happened to its request while it was gone, as it may when a page is restored."""
        for request in self._alike[fingerprint(new.call)]:
            self.hub.ledger.publish_again(request)

    def is_flood(self, user: str) -> bool:
        """Whether they filed more within a day than one person may: one more is refused with a sentence, no others."""
        return self._today[user] > self.hub.policy(self.wiki.name).limits.requests_per_day


def _take_in(page: _RequestPage, new: Introduced, *, first: bool) -> None:
    """File a call, take it for a change of a request, or know it for one that is filed, or was before this ledger.

    `first`: the page was never read before.
    """
    hub, wiki, earlier = page.hub, page.wiki, page.known(new.call)
    if new.returned and not new.user:
        _log.warning("a request on %s came back by revision %d; who filed it is not known", wiki.name, new.revision)
    elif earlier and not page.stands(earlier):
        _changed(hub, earlier, replace(new, revision=page.reading.revision))
        page.look_again()
    elif earlier is None and (first or new.returned) and _is_history(wiki, new):
        return
    elif not page.is_back(new):
        if page.is_flood(new.user):
            page.left[new.user] += 1
            return
        _file(hub, wiki, new)
        page.look_again()
    elif new.returned:
        page.show_again(new)


def _file(hub: Hub, wiki: Wiki, new: Introduced) -> None:
    number = hub.ledger.file(wiki.name, wiki.base, _asked(new))
    _log.info("H%d filed on %s by %s in revision %d", number, wiki.name, new.user, new.revision)


def _changed(hub: Hub, earlier: StoredRequest, new: Introduced) -> None:
    notice = message("void-request", new.user, f"Special:Diff/{new.revision}") if earlier.plan else None
    try:
        hub.ledger.refile(earlier, _asked(new), notice)
    except IllegalMove:  # too late, perhaps by a moment: a worker carries it out; the answer says so
        hub.ledger.publish_again(earlier)
    else:
        _log.info("%s changed by %s in revision %d", earlier.text_id, new.user, new.revision)


def _asked(new: Introduced) -> NewRequest:
    problems = problems_of(new.call)
    return NewRequest(fingerprint(new.call), asked(new.call), new.user, new.revision, problems, new.alike)
