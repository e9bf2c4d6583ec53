"""The hidden category that holds the files of one request, so that they are found whatever becomes of the report."""

from jobs.context.hub import Hub, report_page
from jobs.model.requests import StoredRequest, language_of
from jobs.model.states import State
from wikitext.escape import Wikitext
from wikitext.pages import waiting_for_review
from wikitext.titles import title


def tracking_category(hub: Hub, request: StoredRequest) -> str:
    """Its title without namespace: it is called like the report."""
    return _bare(report_page(hub.wikis[request.wiki], request.text_id))


def tracking_text(hub: Hub, request: StoredRequest) -> Wikitext:
    """What stands on its page."""
    report = report_page(hub.wikis[request.wiki], request.text_id)
    link = report if request.wiki == request.target else f":{request.wiki}:{report}"
    said = language_of(request).say("tracking-category", link)
    return Wikitext(f"__HIDDENCAT__\n{said}\n\n[[Category:{_bare(hub.wikis[request.target].base)}]]")


WAITING = frozenset({State.PLANNED, State.PILOT})
"""The states in which a reviewer has the next move."""


def waiting_category(hub: Hub, request: StoredRequest) -> str:
    """The title, without namespace, of the category of the reports that wait for a reviewer."""
    return waiting_for_review(hub.wikis[request.wiki].base)


def _bare(page: str) -> str:
    return title(page.partition(":")[2] or page) or page
