"""Addresses of pages and revisions on the wikis."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bots.settings import WikiSettings
from jobs.context.hub import report_page


@dataclass(frozen=True)
class WikiLinks:
    """`wikis`: by their names. Of a wiki that is none of them, nothing has an address: it is empty."""

    wikis: Mapping[str, WikiSettings]

    def page(self, wiki: str, title: str) -> str:
        """Of the page with this title (Manual:Parameters to index.php)."""
        return self._index(wiki, title=title)

    def revision(self, wiki: str, number: int) -> str:
        """Of what a revision changed."""
        return self._index(wiki, diff=number)

    def report(self, wiki: str, text_id: str) -> str:
        """Of the report of a request that was filed on the wiki."""
        return self.page(wiki, report_page(self.wikis[wiki], text_id)) if wiki in self.wikis else ""

    def _index(self, wiki: str, **parameters: str | int) -> str:
        if wiki not in self.wikis:
            return ""
        return f"{self.wikis[wiki].api.removesuffix('api.php')}index.php?{urlencode(parameters)}"


def links_to(wikis: Iterable[WikiSettings]) -> WikiLinks:
    """The links to these wikis."""
    return WikiLinks({wiki.name: wiki for wiki in wikis})
