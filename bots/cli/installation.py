"""Which of the program's pages a wiki has, and what would become of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bots.settings import Settings
from jobs.context.hub import Hub, policy_page
from jobs.io.wiki import About, Page, Wiki
from jobs.reporting.status import digest_page, status_page
from wikitext.pages import BOT_TEMPLATE, ShippedPage, bot_page, shipped_pages


class NoRequestPage(Exception):  # noqa: N818 - says what it is
    """A wiki has no request page, and had none before."""


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
    """The program's pages on a wiki, and the policy that people have there.

    `mute`: the titles of pages on which the bot is to say how it is, and which the account may not write.
    """

    wiki: Wiki
    pages: Sequence[PlannedPage]
    policy: Page | None
    mute: Sequence[str]

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


def installation(wiki: Wiki, settings: Settings) -> Installation:
    """What the wiki has of the program's pages and what it lacks: a few requests for fifty pages.

    And one for each page that somebody else edited last, and that is not as it is shipped.
    """
    has_template = bool(wiki.templates([BOT_TEMPLATE]))
    own = bot_page(wiki.base, wiki.account, settings.operator, settings.contact, has_template=has_template)
    shipped = [*shipped_pages(wiki.base), own]
    titles = [page.title for page in shipped]
    told = [status_page(wiki), digest_page(wiki)]
    there = wiki.texts([*titles, policy_page(wiki), *told])
    names = wiki.check_names([title for title in (*titles, *told) if title not in there])
    about = {title: page.about for title, page in there.items()} | {title: name.about for title, name in names.items()}
    rights = wiki.rights()
    closed = {title for title in (*titles, *told) if not _needed(about[title]) <= rights}

    def planned(page: ShippedPage) -> PlannedPage:
        found = there.get(page.title)
        return PlannedPage(page, _fate(wiki, page, found, is_closed=page.title in closed), found)

    mute = [title for title in told if title in closed]
    return Installation(wiki, [planned(page) for page in shipped], there.get(policy_page(wiki)), mute)


def _fate(wiki: Wiki, page: ShippedPage, there: Page | None, *, is_closed: bool) -> Fate:
    """What becomes of a page. `is_closed`: the account lacks a right that it takes to save it."""
    if there and (not page.mine or there.text == page.text):
        return Fate.EDITED if there.about.redirect else Fate.CURRENT
    if there and not _is_own(wiki, page.title, there):
        return Fate.EDITED
    if is_closed:
        return Fate.CLOSED
    return Fate.OLDER if there else Fate.NEW


def _is_own(wiki: Wiki, title: str, page: Page) -> bool:
    """Whether the bot saved the page as it is: people who bring its text back do not make it theirs."""
    return page.user == wiki.account or page.sha1 in {saved.sha1 for saved in wiki.own_since(title, 0)}


def _needed(about: About | None) -> frozenset[str]:
    """The rights that it takes to save the page."""
    protection = about.protection if about else {}
    return frozenset[str]().union(*(protection.get(change, ()) for change in ("edit", "create")))
