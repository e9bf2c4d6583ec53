"""What came of an action."""

from dataclasses import dataclass

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
class Failed:
    """The item could not be done; others can.

    `kind` tells whether two failures are the same; None: it is the item's own, and says nothing of the others.
    """

    kind: str | None
    why: Message


@dataclass(frozen=True)
class PartlyDone:
    """The action took effect in part: `why` says what is there and what is missing, `kind` is as in `Failed`.

    It can be gone on with, and it can be taken back.
    """

    kind: str | None
    why: Message


@dataclass(frozen=True)
class Later:
    """The wiki or the network cannot take it now; to be tried again in so many seconds."""

    seconds: float
    why: Message


@dataclass(frozen=True)
class Stop:
    """No further action of this request should be tried until a person has looked.

    `passes`: as the bot's block may, after which the same goes on.
    """

    why: Message
    passes: bool = False


Outcome = Done | Sent | Failed | PartlyDone | Later | Stop
