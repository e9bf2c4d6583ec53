"""Which pages a request may change: what the wiki says of a page decides, never how its title was written."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from jobs.io.wiki import About, Title, Wiki
from jobs.model.policy import Policy
from wikitext import titles
from wikitext.messages import Message, message
from wikitext.pages import TEMPLATES

_CODE = (".js", ".css", ".json")
"""What MediaWiki takes for code or settings, by the end of the title (Manual:ContentHandler)."""

FILE = 6
"""Manual:Namespace."""


@dataclass(frozen=True)
class Gate:
    """Which pages of a wiki a request may change. What it asks the wiki it asks once: it is made for a slice.

    `kind`: of job; None: it takes back what another did, wherever that was. `requester`: whose rights
    count. `mappings`: the pages that open requests read their partners' words in.
    """

    wiki: Wiki
    policy: Policy
    requester: str
    kind: str | None
    mappings: Collection[str]

    def refusal(self, page: About) -> Message | None:
        """Why the text of a page that is there may not be changed; None: it may."""
        if self.kind is None:
            return self.closed(page, "edit")
        if not self.policy.may_edit(self.kind, page.title.namespace):
            return message("row-namespace", page.title.text)
        if page.redirect:  # what was meant is where it leads; a page that was moved leaves one
            return message("row-redirect", page.title.text)
        return self.closed(page, "edit")

    def file_refusal(self, page: About) -> Message | None:
        """Why a file may not be put, or changed, at this page; None: it may."""
        if page.title.namespace != FILE:
            return message("row-namespace", page.title.text)
        if page.redirect:  # the file was moved from here
            return message("row-redirect", page.title.text)
        return self.closed(page, "create", "edit", "upload")

    def closed(self, page: About, *changes: str) -> Message | None:
        """Why nobody's request may change the page, or this requester's may not make these `changes` (see `About`)."""
        title = page.title.text
        if self._is_own(page.title):
            return message("row-own-page", title)
        if page.content_model != "wikitext" or title.casefold().endswith(_CODE):
            return message("row-no-wikitext", title)
        needed = frozenset[str]().union(*(page.protection.get(change, ()) for change in changes))
        if needed and not needed <= self._rights:
            return message("row-protected", title, self.requester)
        return None

    def _is_own(self, title: Title) -> bool:
        roots, mappings = self._own
        namespace, name = title.subject
        below = any(namespace == number and f"{name}/".startswith(f"{root}/") for number, root in roots)
        return below or title.subject in mappings

    @cached_property
    def _rights(self) -> frozenset[str]:
        return self.wiki.rights_of(self.requester)

    @cached_property
    def _own(self) -> tuple[frozenset[tuple[int, str]], frozenset[tuple[int, str]]]:
        """The subjects of pages that are the bot's with all below them, and of the mapping pages. One request."""
        roots = [self.wiki.base, f"User:{self.wiki.account}", *TEMPLATES]
        mappings = list(filter(None, map(titles.linked, self.mappings)))
        found = self.wiki.titles([*roots, *mappings])
        subjects = {written: title.subject for written, title in found.items()}
        return (
            frozenset(subjects[root] for root in roots if root in subjects),
            frozenset(subjects[mapping] for mapping in mappings if mapping in subjects),
        )
