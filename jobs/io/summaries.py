"""The summaries of the bot's edits: what was done, for whom, where it is written down, by what, in which batch."""

from dataclasses import dataclass

from jobs import __version__
from wikitext.escape import in_summary

TOOL = f"cph {__version__}"
"""What edited, and in which version of it (Commons:Bots)."""

EDIT_GROUPS = {"commonswiki": "editgroups-commons/b/CB"}
"""Where batches are looked at and undone as a whole, by the wikis that have it (Wikidata:Edit groups)."""

_HASH_CHARACTERS = 16
"""Of the 4 to 32 that EditGroups takes."""

_LONGEST = 400
"""Characters: a summary is cut at 500 (Manual:Comment table), and what Wikibase puts before one is part of that."""


@dataclass(frozen=True)
class RequestSummary:
    """What all edits of a plan say alike. `for_whom` ends with the link to the report; `batch`: EditGroups' link."""

    for_whom: str
    batch: str = ""

    def of(self, what: str = "") -> str:
        """The whole summary of an edit that does this; where there is no room for all of that, it is shortened."""
        rest = f"{self.for_whom} · {TOOL}{self.batch}"
        room = _LONGEST - len(rest) - len(_BETWEEN)
        if len(what) > room:  # a link that is cut would be none
            what = f"{in_summary(what)[: room - 1]}…" if room > 1 else ""
        return f"{what}{_BETWEEN}{rest}" if what else rest

    def is_in(self, comment: str) -> bool:
        """Whether an upload, which says no more than this, was the request's; by whatever version of the tool."""
        return comment.startswith(self.for_whom)


_BETWEEN = " · "


def request_summary(partner: str, report: str, wiki_id: str, plan: str) -> RequestSummary:
    """Of a request of the partner's. `report`: what links to its report; `plan`: the hash of what was approved.

    Pilot, rest and retries are of one plan, and so they are one batch.
    """
    groups = EDIT_GROUPS.get(wiki_id)
    batch = f" ([[:toolforge:{groups}/{plan[:_HASH_CHARACTERS]}|details]])" if groups else ""
    return RequestSummary(f"{in_summary(partner)}: [[{report}]]", batch)


def signed(summary: str) -> str:
    """The summary of an edit that belongs to no batch: a report, a reply."""
    return f"{summary}{_BETWEEN}{TOOL}"
