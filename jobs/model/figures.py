"""What is counted for whoever watches over the bot."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class ApiCalls:
    """Requests to a wiki. `outcome`: ok, unanswered, or the code of its error (`maxlag`, `ratelimited`)."""

    wiki: str
    action: str
    outcome: str


@dataclass(frozen=True, order=True)
class WaitedSeconds:
    """Seconds that were waited before a request to a wiki was sent again, and for which error."""

    wiki: str
    why: str


@dataclass(frozen=True, order=True)
class Polls:
    """Looks at a wiki for what people asked and answered."""

    wiki: str


@dataclass(frozen=True, order=True)
class RowsDone:
    """Rows of requests that were carried out on a wiki."""

    wiki: str


Figure = ApiCalls | WaitedSeconds | Polls | RowsDone
"""Something that is counted."""
