"""`cph stop` and `cph go`: the page on which any text stops the bot on a wiki, written and blanked by an operator."""

from jobs.context.stop import stop_page
from jobs.io.edit_page import edit_with_retry
from jobs.io.summaries import signed
from jobs.io.wiki import Page, Wiki
from wikitext.escape import inert, plain
from wikitext.messages import language

_SAYS = language("en")


class StillStopped(Exception):  # noqa: N818 - says what it is
    """A wiki on which people stopped the bot; its words are for the operator."""


def stop(wiki: Wiki, reason: str) -> str:
    """Stop the bot on the wiki; returns what to tell the operator. What people wrote on the page stays."""
    title = stop_page(wiki)
    if told := _stopped(wiki, wiki.page(title)):
        return told
    words = _SAYS.say("stopped-by-operator")
    text = f"{words} {inert(reason)}".strip()
    edit_with_retry(wiki, title, lambda old: old if old.strip() else text, plain(words))
    return f"{wiki.name} is stopped: nothing is written there while “{title}” has any text"


def go(wiki: Wiki, *, anyway: bool) -> str:
    """Let the bot go on, on the wiki; returns what to tell the operator. Raises StillStopped where people stopped it.

    `anyway`: also then. WikiError `editconflict`: somebody wrote on the page meanwhile.
    """
    title = stop_page(wiki)
    page = wiki.page(title)
    told = _stopped(wiki, page)
    if page is None or not told:
        return f"{wiki.name} is not stopped"
    if page.user != wiki.account and not anyway:
        raise StillStopped(f"{told}; with --anyway it goes on all the same")
    wiki.save(title, "", signed(plain(_SAYS.say("going-on-by-operator"))), page)
    return f"{wiki.name} goes on within half a minute"


def _stopped(wiki: Wiki, page: Page | None) -> str:
    """Who stopped the bot on the wiki, in their words; empty: nobody."""
    if page is None or (page.text is not None and not page.text.strip()):
        return ""
    words = "in words that are hidden" if page.text is None else f"“{' '.join(page.text.split())}”"
    return f"{wiki.name} was stopped by {page.user or 'somebody'}: {words}"
