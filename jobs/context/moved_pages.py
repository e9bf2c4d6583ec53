"""Whether people still find a request's report where the bot reads their answers to it."""

from jobs.context.hub import Hub, report_page, talk_page
from jobs.io.wiki import Wiki
from jobs.model.requests import StoredRequest
from wikitext.messages import Message, message


def displaced(hub: Hub, request: StoredRequest) -> Message | None:
    """Where the report was moved, that it was deleted, or that its talk page leads elsewhere; None: it is in its place.

    A report is where the revision is that the bot saved last. One request, and more where somebody wrote there since.
    """
    wiki = hub.wikis[request.wiki]
    report = report_page(wiki, request.text_id)
    saved = hub.ledger.last_read_revision(wiki.name, report)
    if not saved:
        return None
    talk = talk_page(report)
    latest = wiki.latest([report, talk])
    if latest.get(report) != saved and (moved := _moved(wiki, report, saved)):
        return moved
    if latest.get(talk, 0) <= hub.ledger.last_read_revision(wiki.name, talk):
        return None
    page = wiki.page(talk)
    return message("talk-leads-away", talk) if page and page.about.redirect else None


def put_back(hub: Hub, request: StoredRequest) -> int:
    """The bot's revision of a report that stands in its place again, where what it saved last is gone; 0: it is not.

    Whoever moves a report back over the redirect that was left deletes what the bot had saved there.
    """
    wiki = hub.wikis[request.wiki]
    report = report_page(wiki, request.text_id)
    saved = hub.ledger.last_read_revision(wiki.name, report)
    if not saved or wiki.whereabouts([saved]).get(saved):
        return 0
    return max((own.id for own in wiki.own_since(report, 0)), default=0)


def _moved(wiki: Wiki, report: str, saved: int) -> Message | None:
    where = wiki.whereabouts([saved]).get(saved)
    if where is None:
        # Where it was saved on the redirect that a move had left, moving the report back has deleted that.
        return None if wiki.own_since(report, 0) else message("report-deleted", report)
    return message("report-moved", report, where) if where != wiki.titles([report])[report].text else None
