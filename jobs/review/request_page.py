"""Whether a request stands on its page, and which call there is its own."""

from jobs.context.hub import Hub
from jobs.intake.identity import KnownCall, assigned, known_calls, known_request
from jobs.model.requests import StoredRequest
from wikitext.templates import page_calls

REQUEST_TEMPLATE = "Hub request"


def own_call(hub: Hub, request: StoredRequest, text: str) -> KnownCall | None:
    """The request's call in its page's text as it is now; None: it has none there."""
    calls = known_calls(text, page_calls(text, REQUEST_TEMPLATE), request.page)
    if not calls:
        return None
    stored = hub.ledger.on_page(request.wiki, request.page)
    requests = [known_request(request if other.id == request.id else other) for other in stored]
    return assigned(calls, requests, hub.ledger.first_speakers(request.wiki, {call.saying for call in calls})).get(
        request.text_id
    )


def is_gone(hub: Hub, request: StoredRequest) -> bool:
    """Whether a request that was filed on the request page stands there no more. One request; may raise as `page`."""
    wiki = hub.wikis[request.wiki]
    if request.page != wiki.base:
        return False
    page = wiki.page(request.page)
    return own_call(hub, request, (page and page.text) or "") is None
