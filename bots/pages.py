"""Installs the pages that a wiki needs."""

import logging
from collections.abc import Mapping

from jobs.wiki import Wiki
from wikitext.pages import shipped_pages

_log = logging.getLogger(__name__)


def install_pages(wikis: Mapping[str, Wiki]) -> None:
    """Bring the shipped pages on every wiki up to date; what people have made their own stays."""
    for wiki in wikis.values():
        for shipped in shipped_pages(wiki.base):
            page = wiki.page(shipped.title)
            if page is None or (shipped.mine and page.text != shipped.text):
                wiki.save(shipped.title, shipped.text, "Content Partnerships Hub", page)
                _log.info("%s: %s written", wiki.name, shipped.title)
