"""What came of an action: of carrying it out, of looking up whether it took effect, of reading it back."""

from dataclasses import dataclass
from typing import TypeAlias

from jobs.model.requests import Item
from wikitext.messages import Message


@dataclass(frozen=True)
class Done:
    """The action took effect and was read back; `revision` is the page's (0: none). `why`: it was so already."""

    revision: int
    why: Message | None = None


@dataclass(frozen=True)
class Sent:
    """The wiki accepted the action; what it stored has still to be read back. `revision`: where the wiki told it."""

    revision: int = 0


@dataclass(frozen=True)
class Begun:
    """The first of the item's writes took effect; with the next ones it is gone on when others have come as far."""

    item: Item


@dataclass(frozen=True)
class Failed:
    """The item could not be done; others can.

    `error_code` tells whether two failures are the same; None: it is the item's own, and says nothing of the others.
    """

    error_code: str | None
    why: Message


@dataclass(frozen=True)
class PartlyDone:
    """The action took effect in part: `why` says what is there and what is missing, `error_code` is as in `Failed`.

    It can be gone on with, and it can be taken back.
    """

    error_code: str | None
    why: Message


@dataclass(frozen=True)
class Later:
    """It cannot be done now; to be tried again in so many seconds. `why`: None where nobody needs to be told."""

    seconds: float
    why: Message | None


@dataclass(frozen=True)
class Stop:
    """No further action of this request should be tried until a person has looked.

    `passes`: as the bot's block may, after which the same goes on.
    """

    why: Message
    passes: bool = False


@dataclass(frozen=True)
class TakenByAnother:
    """Another worker carries the item out; what comes of it, that worker notes."""


@dataclass(frozen=True)
class NotApplied:
    """The action did not take effect: it can be carried out as if it had never been tried."""


@dataclass(frozen=True)
class NotYet:
    """What is missing may still come. `otherwise`: what the item has come to where it does not come in time."""

    otherwise: Failed | PartlyDone


Halt: TypeAlias = Later | Stop
"""Why nothing more of a request is carried out for now."""

Outcome: TypeAlias = Done | Sent | Begun | Failed | PartlyDone | TakenByAnother | Halt
"""What comes of carrying an item out."""

LostWrite: TypeAlias = Sent | PartlyDone | NotApplied
"""What became of an item whose answer was lost; what took effect as a whole has still to be read back."""

Verification: TypeAlias = Done | NotYet
"""What reading back an item that was sent comes to."""
