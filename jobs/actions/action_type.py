"""What an action is: how it is carried out, what takes it back, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from jobs.actions.handler import ActionHandler, ExecutionContext
from jobs.io.plan_context import PlanContext
from jobs.io.wiki import PageInfo, RevisionInfo
from jobs.model.actions import Action, Refusal
from wikitext.messages import Language, Message, message

A_contra = TypeVar("A_contra", bound=Action, contravariant=True)


class ActionType(Protocol[A_contra]):
    """One of the few things a bot may do to a wiki, or two that take each other back."""

    def handler(self, context: ExecutionContext) -> ActionHandler:
        """What carries such actions out in a slice."""

    def inverse(self, action: A_contra, revision: int, now: "Now") -> Action | Refusal:
        """What takes back an action that was done, or why nothing can.

        `revision`: what was read back after it; 0: none, as of what was done in part. May raise WikiError and
        Unanswered.
        """

    def does(self, action: A_contra, language: Language) -> Message | None:
        """What a line of a report says of it beside the page's title; None: that it changes the text is seen."""


@dataclass(frozen=True, kw_only=True)
class Now:
    """What the wiki says of a batch of actions when they are to be taken back.

    `reason`: why they are, for the log of the wiki. `pages`: those that are there, by title; `saved`: the revisions
    that the bot made; `older`: the texts of these and of what came before them, of edits. `untouched`: the latest
    revisions of what was done in part that are the bot's own.
    """

    context: PlanContext
    reason: str
    pages: Mapping[str, PageInfo]
    saved: Mapping[int, RevisionInfo]
    older: Mapping[int, str]
    may_delete: bool
    untouched: frozenset[int]

    def page(self, title: str) -> PageInfo | Refusal:
        """The page as it is; or that there is nothing to take back, as it is gone."""
        return self.pages.get(title) or Refusal(message("row-undo-gone"))

    def changed(self, title: str) -> Refusal:
        """That somebody has changed the page since, so that it stays as it is."""
        return Refusal(message("row-undo-changed", f"{self.context.prefix}Special:PageHistory/{title}"))
