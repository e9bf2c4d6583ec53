"""Which revision of a wiki's policy page is in force.

One that somebody saved who may protect the page, or the latest while the page is protected; what others write there is
no policy, whoever wrote the text first. Otherwise the last one that was in force stays so.
"""

import logging
from functools import cache, partial

from jobs.context.hub import Hub, policy_page, talk_page
from jobs.context.pace import keep_pace_of_words
from jobs.context.stop import stopped
from jobs.io.edit_page import leave_word
from jobs.io.wiki import Revision, Wiki
from jobs.model.policy import PolicyError, read_policy
from wikitext.messages import Message, language, message

_log = logging.getLogger(__name__)


def read_policy_page(hub: Hub, wiki: Wiki) -> None:
    """Keep what is in force since the page was last read; where the latest revision is not, its talk page says why."""
    title = policy_page(wiki)
    seen, kept = hub.ledger.last_read_revision(wiki.name, title), hub.ledger.kept_text(wiki.name, title)
    latest, text, above = 0, None, ""
    may_protect = cache(partial(_may_protect, wiki, wiki.groups_with("protect")))
    for revision in wiki.backwards(title):
        if latest and ((kept and revision.id <= seen) or revision.text == above):
            break  # it was judged when it was new; or somebody moved the page here, and it was saved elsewhere
        kept_out = not latest and wiki.edit_level(title) == _PROTECTED
        fault = _fault(revision, counts=kept_out or may_protect(revision.user))
        if fault and not latest:
            why = language("en").say(fault)
            _log.warning("%s on %s: revision %d is not in force: %s", title, wiki.name, revision.id, why)
            _report(hub, wiki, f"[[Special:Diff/{revision.id}]]", str(revision.id), fault)
        latest = latest or revision.id
        if not fault:
            _log.info("%s on %s: revision %d is in force", title, wiki.name, revision.id)
            text = revision.text
            break
        above = revision.text or ""
    if latest:
        hub.ledger.mark_read(wiki.name, title, latest, text)


def _fault(revision: Revision, *, counts: bool) -> Message | None:
    """Why the revision is no policy."""
    if revision.text is None or not revision.user:
        return message("policy-hidden")
    if not counts:
        return message("policy-not-counted", revision.user)
    try:
        read_policy(revision.text)
    except PolicyError as error:
        return message("policy-invalid", str(error))
    return None


_PROTECTED = "sysop"
"""The level that keeps out whoever may not protect pages (Manual:Page protection)."""


def _may_protect(wiki: Wiki, groups: frozenset[str], user: str) -> bool:
    account = wiki.who_is(user)
    return not account.blocked and not groups.isdisjoint(account.groups)


def note_gone(hub: Hub, wiki: Wiki) -> None:
    """Where the page is not there any more, the last valid policy stays in force all the same; its talk page says so.

    Anybody may move a page that is not protected, and nobody takes a right away, or gives one, by that.
    """
    title = policy_page(wiki)
    seen = hub.ledger.last_read_revision(wiki.name, title)
    hub.ledger.mark_read(wiki.name, title, 0)
    _report(hub, wiki, f"[[{title}]]", f"{seen} gone", message("policy-gone", title))


def _report(hub: Hub, wiki: Wiki, what: str, key: str, fault: Message) -> None:
    if not stopped(wiki):
        mark = f"<!-- hub: policy {key} -->"
        said, pace = f"{what}: {language('').say(fault)} ~~~~{mark}", partial(keep_pace_of_words, hub, wiki.name)
        leave_word(wiki, talk_page(policy_page(wiki)), said, mark, what, before_save=pace)
