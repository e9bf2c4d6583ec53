"""`cph install`: the pages that the wikis need, shown before they are written."""

import difflib
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from bots.settings import Settings
from bots.telemetry import shown
from jobs.context.hub import Hub, policy_page
from jobs.context.stop import stop_page, stopped
from jobs.io.error_table import Trait
from jobs.io.errors import WikiError, classify_error, is_a
from jobs.io.wiki import About, Page, Wiki
from jobs.model.outcomes import Failed
from wikitext.pages import BOT_TEMPLATE, ShippedPage, bot_page, shipped_pages

_log = logging.getLogger(__name__)

_SUMMARY = "Content Partnerships Hub"
_PIECES, _PIECE = 8, 100
"""Of what a page would be changed in so many pieces are shown, of each so many characters."""


class NoRequestPage(Exception):  # noqa: N818 - says what it is
    """A wiki has no request page, and had none before."""


class InstallStopped(Exception):  # noqa: N818 - says what it is
    """People stopped the bot on a wiki; its words are for the operator."""


def check_pages(hub: Hub) -> None:
    """Raises NoRequestPage where requests would be waited for in vain."""
    for wiki in hub.wikis.values():
        if not wiki.latest([wiki.base]) and not hub.ledger.last_read_revision(wiki.name, wiki.base):
            raise NoRequestPage(f"there is no page “{wiki.base}” on {wiki.name}")


class Fate(StrEnum):
    """What becomes of a page of the program's on a wiki."""

    NEW = "new"
    OLDER = "update"
    CURRENT = "as it has to be"
    EDITED = "left as people made it"
    CLOSED = "not permitted"


@dataclass(frozen=True)
class PlannedPage:
    """A page of the program's, what becomes of it, and what stands there now (None: nothing)."""

    shipped: ShippedPage
    fate: Fate
    there: Page | None

    @property
    def title(self) -> str:
        """Its title."""
        return self.shipped.title

    @property
    def is_written(self) -> bool:
        """Whether it is to be written."""
        return self.fate in {Fate.NEW, Fate.OLDER}


@dataclass(frozen=True)
class Installation:
    """The program's pages on a wiki, and the policy that people have there."""

    wiki: Wiki
    pages: Sequence[PlannedPage]
    policy: Page | None

    def of(self, *fates: Fate) -> list[PlannedPage]:
        """The pages of which this becomes."""
        return [page for page in self.pages if page.fate in fates]

    @property
    def unprotected(self) -> list[str]:
        """The titles of templates that anybody may change."""
        templates = (page for page in self.pages if page.title.startswith("Template:"))
        return [page.title for page in templates if not (page.there and page.there.about.protection.get("edit"))]

    @property
    def is_policy_open(self) -> bool:
        """Whether there is a policy that others may edit than administrators."""
        return self.policy is not None and "editprotected" not in self.policy.about.protection.get("edit", ())


# What is to be done --------------------------------------------------------------------------------------------------


def installation(wiki: Wiki, settings: Settings) -> Installation:
    """What the wiki has of the program's pages and what it lacks: a few requests for fifty pages.

    And one for each page that somebody else edited last, and that is not as it is shipped.
    """
    has_template = bool(wiki.templates([BOT_TEMPLATE]))
    own = bot_page(wiki.base, wiki.account, settings.operator, settings.contact, has_template=has_template)
    shipped = [*shipped_pages(wiki.base), own]
    titles = [page.title for page in shipped]
    there = wiki.texts([*titles, policy_page(wiki)])
    names = wiki.check_names([title for title in titles if title not in there])
    about = {title: page.about for title, page in there.items()} | {title: name.about for title, name in names.items()}
    rights = wiki.rights()

    def fate(page: ShippedPage) -> Fate:
        found = there.get(page.title)
        if found and (not page.mine or found.text == page.text):
            return Fate.CURRENT
        if found and not _is_own(wiki, page.title, found):
            return Fate.EDITED
        if not _needed(about[page.title]) <= rights:
            return Fate.CLOSED
        return Fate.OLDER if found else Fate.NEW

    planned = [PlannedPage(page, fate(page), there.get(page.title)) for page in shipped]
    return Installation(wiki, planned, there.get(policy_page(wiki)))


def _is_own(wiki: Wiki, title: str, page: Page) -> bool:
    """Whether the bot saved the page as it is: people who bring its text back do not make it theirs."""
    return page.user == wiki.account or page.sha1 in {saved.sha1 for saved in wiki.own_since(title, 0)}


def _needed(about: About | None) -> frozenset[str]:
    """The rights that it takes to save the page."""
    protection = about.protection if about else {}
    return frozenset[str]().union(*(protection.get(change, ()) for change in ("edit", "create")))


# What is shown -------------------------------------------------------------------------------------------------------


def told(found: Installation) -> Iterator[str]:
    """What would be done on a wiki, in lines for the operator."""
    counts = ", ".join(f"{len(pages)} {fate}" for fate in Fate if (pages := found.of(fate)))
    yield f"{found.wiki.name}: {counts}"
    for page in found.of(Fate.NEW):
        yield f"  new: {page.title}"
    for page in found.of(Fate.OLDER):
        yield f"  update: {page.title}"
        yield from (f"    {piece}" for piece in _difference(page))
    for page in found.of(Fate.EDITED):
        user = page.there.user if page.there else ""
        yield f"  left as {user or 'somebody'} made it: {page.title}"
    if found.of(Fate.EDITED):
        yield "    To have the program's page, go back there to the bot's last revision, or delete it; run this again."
    for page in found.of(Fate.CLOSED):
        text = page.shipped.text
        yield f"  not permitted: {page.title}" + (f" has to say “{text}”" if len(text) < _PIECE else "")
    if found.of(Fate.CLOSED):
        yield "    Somebody who may edit it has to, or gives the bot's account the right."
    yield from _warnings(found)


def _warnings(found: Installation) -> Iterator[str]:
    if found.unprotected:
        yield f"  warning: {len(found.unprotected)} templates are not protected, as {found.unprotected[0]}"
        yield "    Anybody may change what partners see; have administrators protect Template:Hub …"
    if found.is_policy_open:
        yield f"  warning: {policy_page(found.wiki)} is not protected"
        yield "    Who may not protect it changes nothing by editing it; have administrators protect it all the same."


def _difference(page: PlannedPage) -> list[str]:
    """What would be changed, piece by piece; long pages have long lines, with a case for each language."""
    before = page.there.text or "" if page.there else ""
    pieces = difflib.unified_diff(_pieces(before), _pieces(page.shipped.text), n=0, lineterm="")
    changed = (f"{piece[0]} {_short(piece[1:])}" for piece in pieces if not piece.startswith(("---", "+++", "@@")))
    first = list(islice(changed, _PIECES))
    return [*first, *(["…"] if next(changed, "") else [])]


def _pieces(text: str) -> list[str]:
    return re.split(r"\n|(?=\|)", text)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _PIECE else f"{line[:_PIECE]}…"


# What is done --------------------------------------------------------------------------------------------------------


def install_pages(wikis: Mapping[str, Wiki], settings: Settings, *, agreed: Callable[[], bool]) -> int:
    """Show what is to be written and, where that is agreed to, write it; returns the exit status.

    What people have made their own stays. Raises InstallStopped.
    """
    found = [installation(wiki, settings) for wiki in wikis.values()]
    print(shown("\n".join(line for one in found for line in told(one))))
    if not any(page.is_written for one in found for page in one.pages):
        print("Nothing to do.")
        return 0
    if not agreed():
        return 0
    return max(int(not _write(one.wiki, page)) for one in found for page in one.pages if page.is_written)


def _write(wiki: Wiki, page: PlannedPage) -> bool:
    """Whether the page was written; where it was not, the log says why."""
    if stopped(wiki):
        raise InstallStopped(f"people stopped the bot on {wiki.name}, at “{stop_page(wiki)}”: nothing more is written")
    try:
        wiki.save(page.title, page.shipped.text, _SUMMARY, page.there)
    except WikiError as error:
        if not is_a(error, Trait.CONFLICT) and not isinstance(classify_error(error), Failed):
            raise
        _log.error("%s: %s was not written: %s", wiki.name, page.title, error)
        return False
    _log.info("%s: %s written", wiki.name, page.title)
    return True
