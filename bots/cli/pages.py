"""Installs the pages that a wiki needs."""

import logging
from collections.abc import Mapping

from jobs.context.hub import Hub
from jobs.io.errors import WikiError
from jobs.io.wiki import Page, Wiki
from wikitext.pages import ShippedPage, shipped_pages

_log = logging.getLogger(__name__)


class NoRequestPage(Exception):  # noqa: N818 - says what it is
    """A wiki has no request page, and had none before."""


def check_pages(hub: Hub) -> None:
    """Raises NoRequestPage where requests would be waited for in vain."""
    for wiki in hub.wikis.values():
        if not wiki.latest([wiki.base]) and not hub.ledger.last_read_revision(wiki.name, wiki.base):
            raise NoRequestPage(f"there is no page “{wiki.base}” on {wiki.name}")


def install_pages(wikis: Mapping[str, Wiki]) -> None:
    """Bring the shipped pages on every wiki up to date; what people have made their own stays."""
    for wiki in wikis.values():
        shipped = list(shipped_pages(wiki.base))
        written = sum(_bring_up_to_date(wiki, page) for page in shipped)
        _log.info("%s: %d of %d pages were written; the others stay as they are", wiki.name, written, len(shipped))


def _bring_up_to_date(wiki: Wiki, shipped: ShippedPage) -> bool:
    """Whether the page was written."""
    page = wiki.page(shipped.title)
    stays = page is not None and (not shipped.mine or page.text == shipped.text)
    return not stays and _write(wiki, shipped, page)


def _write(wiki: Wiki, shipped: ShippedPage, page: Page | None) -> bool:
    try:
        wiki.save(shipped.title, shipped.text, "Content Partnerships Hub", page)
    except WikiError as error:
        if shipped.mine or error.code != "protectednamespace-interface":  # a page in the namespace MediaWiki
            raise
        said = (
            "%s: without %s the pages are not shown in that language; somebody who may edit it has to write “%s” there"
        )
        _log.warning(said, wiki.name, shipped.title, shipped.text)
        return False
    _log.info("%s: %s written", wiki.name, shipped.title)
    return True
