"""What an address asks for. What cannot be is left out, or is the page that says that there is no such thing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from flask import abort, current_app, request

from bots.settings import WebSettings
from bots.web.ledger import ledger
from jobs.model.requests import StoredRequest, request_number
from jobs.model.states import State
from jobs.store.overviews import Which
from jobs.store.tables import MAX_NAME

MOST = 50
"""Lines of a page."""

AnyState = TypeVar("AnyState", bound=StrEnum)


def settings() -> WebSettings:
    """What the application was told."""
    told: WebSettings = current_app.config["WEB"]
    return told


def which_of(asked: Mapping[str, str]) -> Which:
    """The requests that are meant."""
    state = named(State, "state")
    wiki, author = asked.get("wiki", ""), asked.get("author", "").strip()
    return Which(
        states={state} if state else (),
        wiki=wiki if wiki in {one.name for one in settings().wikis} else "",
        kind=asked.get("kind", "").lower(),
        partner=asked.get("partner", "").strip(),
        author=author[:MAX_NAME],
    )


def named(states: type[AnyState], parameter: str) -> AnyState | None:
    """The state that the parameter names, if it does."""
    return next((state for state in states if state.value == request.args.get(parameter)), None)


def number(parameter: str) -> int:
    """The number that the parameter is; 0: none."""
    return request_number(request.args.get(parameter, "")) or 0


def stored(text_id: str) -> StoredRequest:
    """The request of this name (`H42`)."""
    try:
        return ledger().get(request_number(text_id) or 0)
    except KeyError:
        abort(404)
