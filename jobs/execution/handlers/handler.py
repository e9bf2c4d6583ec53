"""What a handler of actions is, and what it works with."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from jobs.context.stop import StopSwitch
from jobs.io.http import Web
from jobs.io.page_permissions import Gate
from jobs.io.wiki import Wiki
from jobs.model.outcomes import Outcome
from jobs.model.policy import Policy
from jobs.model.requests import Item
from wikitext.messages import Language


@dataclass(frozen=True, kw_only=True)
class ExecutionContext:
    """What a slice works with. `claim` notes an item as about to be sent; None: another worker has it.

    `gate`: which pages the request may change. `keep_stash` notes the key under which the wiki keeps what arrived of an
    item's file. `summary`: for whom and where it is written down; each action puts before it what it does. `prefix`: of
    links to the wiki from where the request is answered. `tracking`: the text of the page of the request's category.
    `language`: in which the request is answered.
    """

    wiki: Wiki
    web: Web
    policy: Policy
    gate: Gate
    spool: Path
    stop_switch: StopSwitch
    summary: str
    prefix: str
    tracking: str
    language: Language
    claim: Callable[..., Item | None] = field(repr=False)
    keep_stash: Callable[[Item, str], None] = field(repr=False)


class ActionHandler(Protocol):
    """One type of action. What is asked of the wiki may raise WikiError and Unanswered."""

    def prepare(self, items: Sequence[Item]) -> None:
        """Read at once what the items need."""

    def find_lost_write(self, item: Item) -> Outcome | None:
        """What became of an item whose answer was lost; None: it did not take effect."""

    def do(self, item: Item) -> Outcome | None:
        """Carry the item out, or go on with it; None: another worker does."""

    def verify(self, items: Sequence[Item]) -> Iterator[Outcome | None]:
        """Read back what was sent: done or failed; None while what is missing may still come."""

    def verification_failure(self, item: Item, /) -> Outcome:
        """What is said where it did not come in time."""
