"""What has to hold when a life has come to rest; each promise says what is wrong, in sentences."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

import sqlalchemy as sa

from deploy.sandbox import BOT
from jobs.model.actions import Edit, Upload
from jobs.model.requests import Item, ItemState
from jobs.model.states import ENDED, State
from jobs.store import tables

from .life import BASE, PAGES, TEXT, Life, Write

_OWN = re.compile(r"(Commons( talk)?:Hub|User( talk)?:|Category:)")
"""Pages of the hub, and of people, on which it reports; and of categories of its own."""

STOP_SECONDS = 5.0


def _targets(life: Life) -> list[Write]:
    """What the bot wrote on the pages that requests are about."""
    return [write for write in life.site.writes if not _OWN.match(write.title)]


def each_request_is_taken_in_once(life: Life) -> Iterator[str]:
    """What somebody files is one request, whatever fails meanwhile; changed before it has a number, it is another."""
    known = [request for request in life.requests() if request.page == BASE]
    if not len(life.filed) <= len(known) <= len(life.filed) + life.changed:
        yield f"{len(life.filed)} were filed, {len(known)} are known"


def each_action_takes_effect_once(life: Life) -> Iterator[str]:
    """A file is uploaded once, a page changed once for each row, structured data written once."""
    done = Counter((write.request, write.title, write.call) for write in _targets(life))
    for (request, title, call), number in done.items():
        if number > 1 and not (call == "set_entity" and title in life.touched) and title not in life.deleted:
            yield f"H{request} did {call} to {title} {number} times"


def no_statement_is_there_twice(life: Life) -> Iterator[str]:
    """Structured data has each statement of the bot's once."""
    for page in life.site.pages.values():
        said = json.dumps(page.latest.entity or {}, sort_keys=True, default=str)
        snaks = re.findall(r'"mainsnak": (\{.*?\}\})', said)
        for snak, number in Counter(snaks).items():
            if number > 1:
                yield f"{page.title.text} has {snak} {number} times"


def only_what_was_approved_is_written(life: Life) -> Iterator[str]:
    """Each write is of a row of a plan that a reviewer approved before, by its hash, and of no row that was struck."""
    if life.script.trusted:
        return
    for write in _targets(life):
        plans = [
            plan
            for approval in life.approvals
            if approval.request == write.request and approval.answer == "approve" and approval.at <= write.at
            for (number, name), plan in life.ledger.plans.items()
            if number == write.request and name.startswith(approval.plan)
        ]
        actions = [action for plan in plans for action in plan.values() if action.title == write.title]
        if not actions:
            yield f"r{write.revision} on {write.title} by H{write.request} was in no approved plan"
        elif write.call == "publish" and (page := life.site.by_revision.get(write.revision)):
            texts = {action.text for action in actions if isinstance(action, Upload)}
            if page.text not in texts:
                yield f"r{write.revision} on {write.title} is not the text that was approved"


def _items(life: Life) -> Iterator[tuple[int, Item]]:
    for request in life.requests():
        for item in life.ledger.items(request):
            yield request.id, item


def what_is_done_is_there(life: Life) -> Iterator[str]:
    """What the ledger calls done the bot did, or found done; what it calls anything else it did not."""
    did: dict[tuple[int, str], list[Write]] = defaultdict(list)
    for write in _targets(life):
        did[write.request, write.title].append(write)
    for request, item in _items(life):
        if item.action is None:
            continue
        writes, title = did[request, item.action.title], item.action.title
        there = item.state in {ItemState.DONE, ItemState.PARTLY}
        already = item.why is not None and item.why.key == "done-already"
        if there and not writes and not already and title not in life.deleted:
            yield f"H{request}, row {item.row} is {item.state}, but {title} was not written"
        others = sum(key[1] == title and key[0] != request for key in did)
        if writes and already and not others:
            yield f"H{request}, row {item.row} is told as found done, but the bot did it"
        if writes and not there and title not in life.touched:
            yield f"H{request}, row {item.row} is {item.state} ({item.why}), but {title} was written"


def what_is_done_is_as_approved(life: Life) -> Iterator[str]:
    """A file that is done, and that nobody else touched, has its bytes and text, until another request changes it."""
    later = Counter(write.title for write in _targets(life) if write.call != "set_entity")
    for request, item in _items(life):
        if not isinstance(item.action, Upload) or item.state is not ItemState.DONE or later[item.action.title] > 1:
            continue
        page = life.site.find(item.action.title)
        if item.action.title in life.touched or page is None:
            continue
        if page.versions[0].sha1 != item.action.sha1 or page.latest.text != item.action.text:
            yield f"{item.action.title} is not as H{request} was approved"
        if item.action.data != type(item.action.data)() and not page.latest.entity:
            yield f"{item.action.title} has no structured data"


def kept_counts_are_counted(life: Life) -> Iterator[str]:
    """The counts that are kept are what there is."""
    for request in life.requests():
        counted = Counter(item.state for item in life.ledger.items(request))
        kept = {state: number for state, number in life.ledger.counts(request).items() if number}
        if dict(counted) != kept:
            yield f"{request.text_id} has {dict(counted)}, kept is {kept}"


def who_claims_an_item_has_it(life: Life) -> Iterator[str]:
    """An item is claimed by the hand that it is leased to, while that lease runs, and once for each try."""
    if not any(fault.what == "clock" for fault in life.script.faults):
        yield from life.ledger.clashes


def nothing_is_left_under_way(life: Life) -> Iterator[str]:
    """Of a request that has ended nothing is on its way, nor unsaid."""
    for request in life.requests():
        counts = life.ledger.counts(request)
        if request.state in ENDED and (counts[ItemState.SENDING] or counts[ItemState.SENT]):
            yield f"{request.text_id} is {request.state} with {dict(counts)}"


_REPLY = re.compile(r"<!-- hub: (review \d+) -->")


def each_answer_has_one_reply(life: Life) -> Iterator[str]:
    """The bot replies to each answer, and never says the same twice, unless somebody took it away.

    How it is it may say again, where it is so again.
    """
    written: Counter[tuple[str, str]] = Counter()
    gone: set[tuple[str, str]] = set()
    for page in life.site.pages.values():
        marks: Counter[str] = Counter()
        for saved in page.saved:
            now = Counter(re.findall(r"<!-- hub: (.*?) -->", saved.text))
            if saved.shown.user == BOT:
                for mark, number in (now - marks).items():
                    written[page.title.text, mark] += number
            else:
                gone |= {(page.title.text, mark) for mark in marks - now}
            marks = now
    for (title, mark), number in written.items():
        if number > 1 and (title, mark) not in gone and not mark.startswith("status "):
            yield f"“{mark}” was written {number} times on {title}"
    column = tables.reviews.c
    for row in life.ledger.rows(sa.select(column.id, column.request, column.replied, column.verdict)):
        if not row.replied:
            yield f"an answer to H{row.request} has no reply"
        elif row.verdict is not None and not row.verdict.key.startswith("review-"):
            yield f"an answer to H{row.request} has the verdict {row.verdict}"


_WRITTEN_AT = re.compile(r"So it was on (\S+ \S+) \(UTC\)")


def the_status_never_goes_back(life: Life) -> Iterator[str]:
    """Who was kept from saving how the bot was does not save it over how it is; but a clock may go back."""
    if any(fault.what == "clock" for fault in life.script.faults):
        return
    for page in life.site.pages.values():
        times = [found[1] for saved in page.saved if (found := _WRITTEN_AT.search(saved.text))]
        if times != sorted(times):
            yield f"{page.title.text} said {times}"


def each_answer_is_heard(life: Life) -> Iterator[str]:
    """An answer that stands on a report's talk page was taken in."""
    column = tables.reviews.c
    known = {row.revision for row in life.ledger.rows(sa.select(column.revision))}
    reported = {request.id for request in life.requests() if request.reported}
    for title, revision, number in life.said:
        if number not in reported:
            continue
        page = life.site.find(title)
        stands = page and page.title.text not in life.gone and revision in {saved.shown.id for saved in page.saved}
        if stands and revision not in known:
            yield f"r{revision} on {title} was not heard"


def the_wiki_says_what_the_ledger_knows(life: Life) -> Iterator[str]:
    """Reports and the requests' own templates show the states."""
    for request in life.requests():
        if request.version != request.published_version:
            yield f"{request.text_id} is not published"
        report = f"{BASE}/{request.text_id}"
        status = life._report(request.id)[0]
        if status and report not in life.gone and report not in life.touched and status != request.state:
            yield f"{report} says {status}, it is {request.state}"


def the_report_counts(life: Life) -> Iterator[str]:
    """A report's table has every row of a request that has ended."""
    for request in life.requests():
        report = f"{BASE}/{request.text_id}"
        if request.state not in ENDED or report in life.touched or not life._report(request.id)[0]:
            continue
        rows = {int(row) for row in re.findall(r"^\| (\d+) \|\| ", life.site.text(report) or "", re.MULTILINE)}
        items = {item.row for item in life.ledger.items(request)}
        if rows != items:
            yield f"{report} has the rows {sorted(rows)}, there are {sorted(items)}"


def what_was_undone_is_gone(life: Life) -> Iterator[str]:
    """Of a request that is undone nothing is left where nobody else wrote."""
    writers: dict[str, set[int]] = defaultdict(set)
    for write in _targets(life):
        writers[write.title].add(write.request)
    undoing = {request.id: request.undoes for request in life.requests() if request.undoes}
    for request, item in _items(life):
        if life.ledger.get(request).state is not State.UNDONE or item.action is None:
            continue
        title = item.action.title
        others = {one for one in writers[title] if one != request and undoing.get(one) != request}
        if item.state is not ItemState.DONE or title in life.touched or others or not writers[title]:
            continue
        text = life.site.text(title) or ""
        if isinstance(item.action, Edit) and title in PAGES and text != TEXT:
            yield f"{title} is {text!r} after H{request} was undone"
        if isinstance(item.action, Upload) and not text.startswith("{{Delete"):
            yield f"{title} is still there after H{request} was undone"


def the_stop_page_stops(life: Life) -> Iterator[str]:
    """Nothing is written on other pages later than some seconds after the stop page was."""
    slept = any(fault.what.startswith(("freeze", "clock")) for fault in life.script.faults)
    if life.script.latency > 0.5 or slept:
        return
    for begin, end in life.stops:
        for write in _targets(life):
            if begin + STOP_SECONDS < write.at < end:
                yield f"r{write.revision} on {write.title} came {write.at - begin:.1f} s after the stop"


def the_pace_is_kept(life: Life) -> Iterator[str]:
    """Two writes of one kind on other pages are as far apart as the policy wants, whichever processes they are of."""
    slept = any(fault.what.startswith(("freeze", "clock")) for fault in life.script.faults)
    if not life.script.pace or life.script.latency > 0.5 or slept:
        return
    for uploads in (False, True):
        writes = [write for write in _targets(life) if (write.call in {"publish", "restore_file"}) is uploads]
        for before, write in pairwise(writes):
            if write.at - before.at < 60 / life.script.pace - LATE_SECONDS:
                yield f"r{write.revision} came {write.at - before.at:.1f} s after r{before.revision}"


LATE_SECONDS = 1.5
"""So long after its place a write may come: the stop page is looked at between them, and the wiki takes its time."""


def the_pilot_is_waited_for(life: Life) -> Iterator[str]:
    """Of what is uploaded not more than the pilot is done before somebody says to go on."""
    if len(life.policies) > 1 or not life.script.pilot or life.script.trusted:
        return
    for request in life.requests():
        went_on = [one.at for one in life.approvals if one.request == request.id and one.answer == "continue"]
        early = {
            write.title
            for write in _targets(life)
            if write.request == request.id and write.at < min(went_on, default=float("inf"))
        }
        plans = [len(plan) for (number, _), plan in life.ledger.plans.items() if number == request.id]
        whole = max(plans, default=0)
        if request.kind == "upload" and not request.undoes and whole > life.script.pilot < len(early) < whole:
            yield f"H{request.id} did {len(early)} before somebody said to go on"


PROMISES: tuple[Callable[[Life], Iterator[str]], ...] = (
    each_request_is_taken_in_once,
    each_action_takes_effect_once,
    no_statement_is_there_twice,
    only_what_was_approved_is_written,
    what_is_done_is_there,
    what_is_done_is_as_approved,
    who_claims_an_item_has_it,
    kept_counts_are_counted,
    nothing_is_left_under_way,
    each_answer_has_one_reply,
    the_status_never_goes_back,
    each_answer_is_heard,
    the_wiki_says_what_the_ledger_knows,
    the_report_counts,
    what_was_undone_is_gone,
    the_stop_page_stops,
    the_pace_is_kept,
    the_pilot_is_waited_for,
)


def broken(life: Life) -> list[str]:
    """What of the promises was not kept in a life that was lived."""
    found = [*life.broken, *life.site.broken]
    if life.broken:  # it is not at rest
        return found
    return found + [f"{promise.__name__.replace('_', ' ')}: {said}" for promise in PROMISES for said in promise(life)]
